"""Watchlists as files: nothing is lost on the way, and every bad row is named with its line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.entries import COLUMNS, check_entry, entry_key, tidy
from watchlist.entries_io import Form, format_entries, parse_entries, read_entries
from watchlist.entry_cells import format_owner, parse_owner
from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind, Owner

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LISTS = st.lists(WORDS | st.sampled_from(["a;b", "c\\", "\\;", "x:5%", "名;字"]), max_size=3).map(tuple)
OWNERS = st.builds(
    Owner,
    (WORDS | st.sampled_from(["x:5%", "y:7", "z (2020-01-01..)"])).filter(lambda name: name.strip()),
    st.none() | st.floats(0, 100),
    st.none() | st.dates(),
    st.none() | st.dates(),
)
EXTRA = st.dictionaries(
    WORDS.map(str.strip).filter(lambda column: column and column not in COLUMNS), WORDS, max_size=2
)
ENTRIES = st.builds(
    Entry,
    name=WORDS.filter(entry_key),
    kind=st.sampled_from(EntryKind),
    aliases=LISTS,
    owners=st.lists(OWNERS, max_size=2).map(tuple),
    tickers=LISTS,
    identifiers=LISTS,
    tags=LISTS,
    context=LISTS,
    excluded=LISTS,
    note=WORDS,
    extra=EXTRA.map(lambda extra: tuple(extra.items())),
).map(tidy)


def csv(text: str):
    return parse_entries(text.encode(), Form.CSV, "w.csv")


@pytest.mark.parametrize("form", Form)
@given(entries=st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry_key(entry.name)))
@settings(max_examples=60, deadline=None)
def test_export_and_import_lose_nothing(form, entries):
    """Whatever a user keeps (quotes, separators, line ends, any script) comes back equal from every form."""
    read = parse_entries(format_entries(entries, form).encode(), form)
    assert read.bad_rows == ()
    # CSV gives every row every further column: an absent value comes back as an empty one.
    filled = [
        (entry, {column: value for column, value in entry.extra if value or form is not Form.CSV})
        for entry in entries
    ]
    back = [
        (entry, {column: value for column, value in entry.extra if value or form is not Form.CSV})
        for entry in read.entries
    ]
    assert [extra for _, extra in back] == [extra for _, extra in filled]
    bare = [tidy(Entry(**{**_fields(entry), "extra": ()})) for entry in entries]
    assert [tidy(Entry(**{**_fields(entry), "extra": ()})) for entry in read.entries] == bare


def _fields(entry: Entry) -> dict:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("form", Form)
def test_no_bytes_are_too_strange(form, data):
    """Any file gives entries, bad rows or one EntryError; never a traceback."""
    told = ""
    try:
        for entry in parse_entries(data, form).entries:
            check_entry(entry)
    except EntryError as error:
        told = str(error)
    assert "\n" not in told


@given(owner=OWNERS.map(lambda owner: Owner(owner.name.strip(), owner.share, owner.since, owner.until)))
def test_an_owner_survives_its_short_form(owner):
    """A name that itself looks like a share or a time must not be taken for one."""
    assert parse_owner(format_owner(owner)) == owner


def test_the_contract_form_is_read():
    """The header of the fixed call, with shares, several owners and a column of the user's own."""
    read = csv(
        "name,kind,aliases,owner,tickers,identifiers,tags,context,not,note,desk\n"
        "Alipay,app,支付宝;AliPay,Ant Group:62%;SoftBank: 4.5 %,BABA,LEI:5493,payments,fintech,Alipay Cup,hello,7\n"
    )
    assert read.bad_rows == ()
    assert read.entries == (
        Entry(
            "Alipay",
            EntryKind.APP,
            ("支付宝", "AliPay"),
            (Owner("Ant Group", 62.0), Owner("SoftBank", 4.5)),
            ("BABA",),
            ("LEI:5493",),
            ("payments",),
            ("fintech",),
            ("Alipay Cup",),
            "hello",
            (("desk", "7"),),
        ),
    )


def test_an_owner_may_carry_a_time():
    """Who owned what when decides whether a ban on the owner reaches the entry."""
    owner = parse_owner("Ant Group:62% (2019-05-01..2023-01-07)")
    assert owner == Owner("Ant Group", 62.0, date(2019, 5, 1), date(2023, 1, 7))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_spreadsheets_of_all_kinds_are_read(delimiter, end, encoding):
    """Excel in half of the world writes semicolons, CRLF, a byte order mark, or UTF-16 with tabs."""
    rows = [["Name", "Aliases"], ["WeChat Pay", '"Weixin Pay;微信支付"'], ["Tencent", ""]]
    text = end.join(delimiter.join(row) for row in rows) + end
    read = parse_entries(text.encode(encoding), Form.CSV)
    assert [(entry.name, entry.aliases) for entry in read.entries] == [
        ("WeChat Pay", ("Weixin Pay", "微信支付")),
        ("Tencent", ()),
    ]


def test_every_bad_row_is_told_with_its_line_and_the_rest_goes_on():
    """A user with 2,000 rows must find the three wrong ones, and have the others."""
    read = csv(
        "name,kind,owner\n"
        "Alipay,app,\n"
        ",company,\n"
        '"Big\nCorp",firm,\n'
        "Ant,company,Alibaba:133%\n"
        "ALIPAY,app,\n"
        "Huawei,company,a,b,c\n"
        "Xiaomi,company,Lei Jun:20\n"
        "Tencent,company,\n"
    )
    assert [entry.name for entry in read.entries] == ["Alipay", "Tencent"]
    assert [(bad.line, bad.message.split(";")[0]) for bad in read.bad_rows] == [
        (3, "an entry needs a name"),
        (4, "kind 'firm' is not known"),
        (6, "the share of 'Alibaba' is 133%"),
        (7, "'ALIPAY' is in the file already (line 2)"),
        (8, "5 cells, but the header has 3 columns"),
        (9, "owner 'Lei Jun:20': write the share with a percent sign, as `Ant Group:62%`"),
    ]


def test_an_open_quote_is_told_where_it_opens():
    """One stray quotation mark must not swallow the rest of the file in silence."""
    read = csv('name,note\nAlipay,x\nAnt,"never closed\nTencent,y\n')
    assert [entry.name for entry in read.entries] == ["Alipay"]
    assert [bad.line for bad in read.bad_rows] == [3]
    assert "never closed" in read.bad_rows[0].message


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (Form.TOML, '[[entries]]\nname = "A"\n\n[[entries]]\nname = "B"\nkind = "boat"\n', 4),
        (Form.JSON, '[\n {"name": "A"},\n {"name": "B", "kind": "boat"}\n]', 3),
        (Form.JSON, '{"entries": [\n {"name": "A"},\n\n 7\n]}', 4),
    ],
)
def test_bad_tables_are_told_with_their_line(form, text, line):
    """TOML and JSON know no lines once they are read, but people do."""
    read = parse_entries(text.encode(), form)
    assert [entry.name for entry in read.entries] == ["A"]
    assert [bad.line for bad in read.bad_rows] == [line]


@pytest.mark.parametrize(
    ("data", "form", "told"),
    [
        (b"", Form.CSV, "empty"),
        (b"title,kind\nA,app\n", Form.CSV, "no column `name`"),
        (b"name\nok\n\xe9t\xe9\n", Form.CSV, "line 3: not UTF-8"),
        (b"entries = [", Form.TOML, "not TOML"),
        (b'{"a": 1}', Form.JSON, "no list `entries`"),
        (b"[" * 100_000, Form.JSON, "not JSON"),
    ],
)
def test_an_unusable_file_is_one_clear_line(data, form, told):
    """The file as a whole is refused with its name and what is wrong."""
    with pytest.raises(EntryError, match=told) as caught:
        parse_entries(data, form, "my.file")
    assert str(caught.value).startswith("my.file")


def test_a_missing_file_is_one_clear_line(tmp_path):
    """A wrong path, and a folder, are said to be that."""
    with pytest.raises(EntryError, match="no such file"):
        read_entries(tmp_path / "none.csv")
    with pytest.raises(EntryError, match="folder"):
        read_entries(tmp_path)


def test_further_columns_survive_csv_under_awkward_names():
    """A user's column called `Owner ` or twice `x` is kept beside ours."""
    read = csv("name,owner,Owner,x,x\nA,B,C,1,2\n")
    again = csv(format_entries(read.entries, Form.CSV))
    assert dict(read.entries[0].extra) == {"Owner": "C", "x": "1", "x (2)": "2"}
    assert again.entries == read.entries
