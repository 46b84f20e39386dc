"""Workbooks as lists: texts, days, several sheets, damage and bombs; Australia's list. Files of ours, by ECMA-376."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_files import SHEET_MAIN, SHEET_RELATIONS, row, workbook

from watchlist.errors import BadEdition, LayoutChanged, SourceError
from watchlist.lists import xlsx
from watchlist.lists.catalogue import ListSource, listing
from watchlist.lists.columns import AUSTRALIA, Columns, TableList
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.files import read_edition
from watchlist.lists.xlsx import table
from watchlist.model import NameStrength, Request


def _rows(data: bytes, *needed: str) -> list[dict[str, str]]:
    return list(table(io.BytesIO(data), "https://list.example/x.xlsx", needed))


def _read(source: ListSource, data: bytes) -> Edition:
    return assemble(source.name, source.read(io.BytesIO(data), Request("https://list.example/x.xlsx")))


def test_texts_numbers_and_days_are_read_as_a_person_sees_them() -> None:
    """A name in runs, a reading of Chinese characters, a day that is a number: each would spoil a name or a date."""
    cells = (
        '<row><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>45292</v></c><c r="D2"><v>101</v></c></row>'
        '<row><c t="s"><v>1</v></c><c s="2"><v>45293.75</v></c><c t="e"><v>#REF!</v></c><c s="3"><v>1.5</v></c></row>'
    )
    texts = (
        "<r><t>Vin</t></r><r><t>moor &amp; Sons_x000D_</t></r>",
        '<t>文穆尔</t><rPh sb="0" eb="1"><t>bunmuru</t></rPh>',
    )
    data = workbook(row("A list") + row("Name", "Day", "Note", "No") + cells, texts=texts)
    assert _rows(data, "Name", "No") == [
        {"Name": "Vinmoor & Sons", "Day": "2024-01-01", "Note": "", "No": "101"},
        {"Name": "文穆尔", "Day": "2024-01-02", "Note": "", "No": "1.5"},
    ]


def test_days_from_1904_on() -> None:
    """Workbooks made on old Macs count from 1904: every day of listing would be four years early."""
    directory = (
        f'<workbook xmlns="{SHEET_MAIN}" xmlns:r="{SHEET_RELATIONS}"><workbookPr date1904="1"/>'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    data = workbook(
        row("Name", "Day")
        + '<row><c r="A2" t="str"><v>Vinmoor</v></c><c r="B2" s="1"><v>43830</v></c></row>',
        more={"xl/workbook.xml": directory.encode()},
    )
    assert _rows(data, "Name")[0]["Day"] == "2024-01-01"


def test_every_sheet_with_the_columns_is_read_and_others_are_not() -> None:
    """A list may be split into sheets, beside one of explanations."""
    data = workbook(row("How to read this"), row("Name") + row("Vinmoor"), row("Name") + row("Norvex"))
    assert [found["Name"] for found in _rows(data, "Name")] == ["Vinmoor", "Norvex"]
    with pytest.raises(LayoutChanged, match="columns missing: Title; the file has How to read"):
        _rows(data, "Title")


def test_a_table_of_the_users_own_may_be_a_workbook(tmp_path: Path) -> None:
    """What works as CSV works as XLSX, by the same mapping and through the same unpacking of files."""
    data = workbook(row("Entity", "Other names") + row("Vinmoor", "VM; Vin Moor"))
    mine = TableList("mine", "", Columns("Entity", aliases=("Other names",)), "xlsx")
    assert [name.name for name in _read(mine, data).entities["Vinmoor"].names] == [
        "Vinmoor",
        "VM",
        "Vin Moor",
    ]
    australian = tmp_path / "list.xlsx"
    australian.write_bytes(AUSTRALIAN)
    assert len(read_edition(listing("australia"), australian)) == 2


HEAD = (
    "Reference",
    "Name of Individual or Entity",
    "Type",
    "Name Type",
    "Alias Strength",
    "Address",
    "Citizenship",
)
HEAD = (*HEAD, "Committees", "Control Date", "IMO Number")
AUSTRALIAN = workbook(
    row(*HEAD)
    + row(
        "101",
        "Vinmoor Trading",
        "Entity",
        "Primary Name",
        "",
        "1 Quay Road",
        "",
        "Autonomous (X)",
        "02/01/2024",
    )
    + row("102", "Ivan Petrov", "Individual", "Primary Name", "", "", "Xland; Yland", "1267 (Y)")
    + row("101a", "VM", "Entity", "aka", "Weak", "1 Quay Road", "", "Autonomous (X)", "02/01/2024")
    + row("101b", "Old Vinmoor", "Entity", "Formerly known as", "", "", "", "Autonomous (X)")
    + row("101c", "文穆尔", "Entity", "Original Script")
)


def test_australian_rows_of_one_number_are_one_record() -> None:
    """101a read as a body of its own would be told as a new listing; a weak alias must stay weak."""
    found = _read(AUSTRALIA, AUSTRALIAN).entities
    assert list(found) == ["101", "102"]
    assert [(name.name, name.strength) for name in found["101"].names] == [
        ("Vinmoor Trading", NameStrength.PRIMARY),
        ("文穆尔", NameStrength.STRONG),
        ("Old Vinmoor", NameStrength.FORMER),
        ("VM", NameStrength.WEAK),
    ]
    assert found["101"].programs == ("Autonomous (X)",)
    assert found["101"].dates == (("listed", "2024-01-02"),)
    assert (found["102"].kind, found["102"].countries) == ("person", ("Xland", "Yland"))


def test_an_australian_name_without_a_number_is_said() -> None:
    """A row that is passed over in silence is a listing that nobody hears of."""
    with pytest.raises(BadEdition, match="'Vinmoor' has no number"):
        _read(AUSTRALIA, workbook(row(*HEAD) + row("", "Vinmoor", "Entity", "aka")))


GOOD = workbook(row("Name") + row("Vinmoor"))
SHEET = "xl/worksheets/s1.xml"


DAMAGE = [
    (b"", "empty"),
    (b"<!DOCTYPE html><html>", "not an XLSX"),
    (GOOD[: len(GOOD) // 2], "damaged"),
    (workbook("", more={SHEET: b"<html>"}), "damaged"),
    (workbook("", more={SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'}), "DOCTYPE"),
    (
        workbook("", more={SHEET: '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'.encode("utf-16")}),
        "DOCTYPE",
    ),
    (workbook("", more={SHEET: b"<worksheet><sheetData/></worksheet>"}), "columns missing"),
    (workbook(row("Name") + '<row><c r="A2" t="s"><v>7</v></c></row>'), "damaged"),
    (workbook(row("Name") + '<row><c r="A"><v>7</v></c></row>'), "damaged"),
    (workbook("", more={f"x{n}": b"" for n in range(2_000)}), "2,006 parts"),
]


@pytest.mark.parametrize(("data", "reason"), DAMAGE, ids=map(str, range(len(DAMAGE))))
def test_damage_and_bombs_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    """A workbook of a few kilobytes may unfold to anything; a damaged one must not replace a good edition."""
    with pytest.raises(SourceError, match=reason):
        _rows(data, "Name")


def test_a_bomb_is_refused_before_it_has_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook of a few kilobytes may unfold to anything, in any of its parts."""
    monkeypatch.setattr(xlsx, "MOST_UNFOLDED", 1_000_000)
    with pytest.raises(BadEdition, match="unfolds to more than 1,000,000 bytes"):
        _rows(workbook(row("Name"), more={"xl/media/x.png": b" " * 1_000_001}), "Name")


@pytest.mark.parametrize("cell", ["A9999999", "ZZZ50"])
def test_a_sheet_without_end_is_refused(monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    """One cell far down or far right stands for millions of empty ones before it."""
    monkeypatch.setattr(xlsx, "MOST_ROWS", 10_000)
    monkeypatch.setattr(xlsx, "MOST_CELLS", 10_000)
    rows = row("Name") + f'<row r="{cell.strip("AZ")}"><c r="{cell}"><v>7</v></c></row>'
    with pytest.raises(BadEdition, match="more than 10,000 rows or 10,000 cells"):
        _rows(workbook(rows), "Name")


@settings(max_examples=60)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_is_an_error_for_people(at: int, noise: bytes) -> None:
    """Bytes may be hurt anywhere on the way; never a traceback."""
    try:
        _rows(GOOD[:at] + noise + GOOD[at + len(noise) :], "Name")
    except SourceError:
        return
