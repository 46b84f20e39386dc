"""Holdings out of CSV, FtM and list relations."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from watchlist.model import ListEntity, ListName
from watchlist.ownership.holdings import Holding
from watchlist.ownership.reading import of_list, read_csv, read_ftm


def test_a_csv_is_read_and_bad_rows_are_told() -> None:
    """One bad row of a register must not cost the rest."""
    text = 'owned,owner,share,since,until,control\nB,A,"62,5 %",2019,,\nC,A,?,,2020-02-03,yes\nD,,50,,,\nE,A,150,,,\nF,A,1,soon,,\n'
    found, bad = read_csv(text.splitlines(), "f.csv")
    assert found == [
        Holding("A", "B", 62.5, date(2019, 1, 1), source="f.csv"),
        Holding("A", "C", None, None, date(2020, 2, 3), True, "f.csv"),
    ]
    assert [one.line for one in bad] == [4, 5, 6]
    assert read_csv(["a,b", "1,2"], "f")[1][0].reason.startswith("the header lacks owner and owned")


def test_ftm_ownership_links_names() -> None:
    """OpenSanctions and registers publish holdings as links between entities."""
    rows = [
        {"id": "o", "schema": "Person", "properties": {"name": ["Ivan Petrov"]}},
        {"id": "c", "schema": "Company", "properties": {"name": ["Acme OOO"]}},
        {"id": "l", "schema": "Ownership", "properties": {"owner": ["o"], "asset": ["c"], "percentage": ["51"],
                                                             "startDate": ["2020-01"], "role": ["beneficial owner"]}},
        {"id": "m", "schema": "Ownership", "properties": {"owner": ["zz"], "asset": ["c"]}},
    ]  # fmt: skip
    found, bad = read_ftm([*map(json.dumps, rows), "{", "[]"], "x")
    assert found == [
        Holding("Ivan Petrov", "Acme OOO", 51.0, date(2020, 1, 1), None, True, "x"),
        Holding("zz", "Acme OOO", None, source="x"),
    ]
    assert [one.line for one in bad] == [5, 6]


def test_relations_of_a_list_are_holdings_without_a_share() -> None:
    """OFAC says who owns or controls whom, not how much."""
    owner = ListEntity("1", "organization", (ListName("Acme Holding"),))
    owned = ListEntity(
        "2",
        "organization",
        (ListName("Acme Ship"),),
        linked=(("Owned or Controlled By", "1"), ("Acting for", "1")),
    )
    assert of_list([owned, owner], "ofac") == [
        Holding("Acme Holding", "Acme Ship", control=True, source="ofac")
    ]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_lines_are_read_or_told(lines: list[str]) -> None:
    """A file from elsewhere holds anything."""
    for read in (read_csv, read_ftm):
        found, bad = read(lines, "x")
        assert all(h.owner for h in found)
        assert isinstance(bad, list)
