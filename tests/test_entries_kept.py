"""A watchlist file that was read before: the same entries and complaints, read out of what was kept."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.analysis import Analyst
from watchlist.entries_io import Form, format_entries, read_entries
from watchlist.entries_kept import read_entries_kept
from watchlist.entry_list import EntryList, owned
from watchlist.errors import EntryError
from watchlist.index_files import IndexFolder
from watchlist.matching.forms import NameTable
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, EntryKind, Owner

WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)
TUPLES = st.lists(WORDS, max_size=3).map(tuple)
OWNERS = st.builds(
    Owner, WORDS, st.none() | st.floats(0, 100), st.none() | st.dates(), st.none() | st.dates()
)
ENTRIES = st.builds(
    Entry, WORDS, st.sampled_from(EntryKind), TUPLES, st.lists(OWNERS, max_size=2).map(tuple), TUPLES, TUPLES, TUPLES, TUPLES,
    TUPLES, WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
)  # fmt: skip
MANY = (
    Entry("Norvik Chips", aliases=("Норвик Чипс", "Norvik"), owners=(Owner("Kestrel Holding", 62.5, date(2019, 5, 1)),)),
    Entry("Pay;Nova", EntryKind.APP, ("诺瓦支付",), note="two\nlines"),
    *(Entry(f"Vexorim {n} Trading") for n in range(1200)),
)  # fmt: skip


@given(st.lists(ENTRIES | WORDS.map(Entry), max_size=6))
def test_what_is_packed_comes_back(entries: list[Entry]) -> None:
    """An entry that lost an alias or a share on the way would change alerts without a sign."""
    made = EntryList.from_bytes(EntryList.of(entries).to_bytes())
    assert list(made) == entries
    assert made[-2:] == tuple(entries[-2:])
    assert list(owned(made)) == list(owned(entries))
    assert NameTable(made).digest == NameTable(entries).digest
    assert [NameTable(made).name(n) for n in range(len(NameTable(made)))] == [
        NameTable(entries).name(n) for n in range(len(NameTable(entries)))
    ]


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_entries_are_refused(found: bytes) -> None:
    """What is not of this form must not be half read."""
    with pytest.raises(ValueError):
        EntryList.from_bytes(found)


@pytest.mark.parametrize("form", Form)
def test_a_long_file_is_read_once(tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process must know the same entries without parsing the file."""
    path = tmp_path / f"names.{form.value}"
    path.write_text(format_entries(MANY, form), encoding="utf-8")
    shelf = IndexFolder(tmp_path / "index")
    assert tuple(read_entries_kept(path, shelf).entries) == MANY
    monkeypatch.setattr("watchlist.entries_kept.parse_entries", lambda *_: pytest.fail("parsed again"))
    again = read_entries_kept(path, shelf).entries
    assert tuple(again) == MANY
    assert Matcher.compile(again).fingerprint == Matcher.compile(MANY).fingerprint


def test_rows_that_are_not_usable_are_told_again(tmp_path: Path) -> None:
    """Whoever checks every hour must hear every hour of the row that is left out."""
    path = tmp_path / "names.csv"
    path.write_text(format_entries(MANY, Form.CSV) + "Norvik Chips\n,app\n", encoding="utf-8")
    shelf = IndexFolder(tmp_path / "index")
    told = [read_entries_kept(path, shelf).bad_rows for _ in range(2)]
    assert told[0] == told[1] == read_entries(path).bad_rows != ()


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    """A name added to the file must count at once."""
    path = tmp_path / "names.csv"
    shelf = IndexFolder(tmp_path / "index")
    for entries in (MANY, (*MANY, Entry("Zyqqat Brothers"))):
        path.write_text(format_entries(entries, Form.CSV), encoding="utf-8")
        assert tuple(read_entries_kept(path, shelf).entries) == entries


def test_short_files_leave_nothing_behind_and_bad_ones_are_told(tmp_path: Path) -> None:
    """A few names are read sooner than a file is found; errors are those of reading."""
    path = tmp_path / "names.csv"
    path.write_text("name\nAcme\n", encoding="utf-8")
    shelf = IndexFolder(tmp_path / "index")
    assert tuple(read_entries_kept(path, shelf).entries) == (Entry("Acme"),)
    assert not (tmp_path / "index").exists()
    path.write_text("title\n" * 2000, encoding="utf-8")
    with pytest.raises(EntryError, match="no column `name`"):
        read_entries_kept(path, shelf)
    with pytest.raises(EntryError, match="no such file"):
        read_entries_kept(tmp_path / "none.csv", shelf)


def test_kept_entries_find_what_entries_find(tmp_path: Path) -> None:
    """Owners, aliases and misspellings work on entries that are made when they are needed."""
    path = tmp_path / "names.csv"
    path.write_text(format_entries(MANY, Form.CSV), encoding="utf-8")
    shelf = IndexFolder(tmp_path / "index")
    document = Document(
        "1",
        "",
        "Kestrel Holding was banned from transactions. Norvik Chipz fell; 诺瓦支付 and Vexorim 77 Trading too.",
    )
    plain = Analyst.for_entries(MANY).read(document)
    assert {match.entry for match in plain.matches} == {"Norvik Chips", "Pay;Nova", "Vexorim 77 Trading"}
    for _ in range(2):
        kept = Analyst.for_entries(read_entries_kept(path, shelf).entries, shelf=shelf)
        assert kept.read(document) == plain
        assert kept.fingerprint == Analyst.for_entries(MANY).fingerprint
