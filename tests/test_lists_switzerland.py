"""Switzerland's list: names in parts with variants, places behind the targets, de-listed ones kept; files of ours."""

import io

import pytest
from list_files import swiss, swiss_target

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.measures import profile
from watchlist.lists.switzerland import Switzerland
from watchlist.model import NameStrength, Request


def _read(data: bytes) -> Edition:
    return assemble("ch", Switzerland().read(io.BytesIO(data), Request("https://list.example/x")))


def _step(kind: str, day: str, inside: str = "") -> str:
    return f'<modification modification-type="{kind}" effective-date="{day}">{inside}</modification>'


PERSON = (
    '<target ssid="7"><sanctions-set-id>11</sanctions-set-id><foreign-identifier>XLi.001</foreign-identifier><individual sex="male">'
    '<identity ssid="71" main="true"><name name-type="primary-name" quality="good">'
    '<name-part order="2" name-part-type="given-name"><value>Ivan</value><spelling-variant script="CYRL">Иван</spelling-variant></name-part>'
    '<name-part order="1" name-part-type="family-name"><value>Petrow</value><spelling-variant script="LATN">Petrov</spelling-variant>'
    '<spelling-variant script="LATN">Petroff</spelling-variant><spelling-variant script="CYRL">Петров</spelling-variant></name-part>'
    '<name-part order="0" name-part-type="title"><value>Dr</value></name-part></name>'
    '<name name-type="alias" quality="low"><name-part order="1" name-part-type="whole-name"><value>Wanja</value></name-part></name>'
    '<day-month-year day="3" month="8" year="1954"/><nationality><country iso-code="XX">Xland</country></nationality>'
    '<address place-id="9"><address-details>1 Quay Road</address-details></address>'
    '<identification-document document-type="passport"><number>P 1</number></identification-document></identity>'
    '<justification>Minister.</justification><relation target-id="8" relation-type="related-to"/></individual>'
    + _step("listed", "2022-03-16")
    + "</target>"
)
PLACE = '<place ssid="9"><location>Halm</location><country iso-code="XX">Xland</country></place>'


def test_a_person_is_put_together() -> None:
    """Parts of names stand in any order, places at the end of the file; each variant of a spelling is a name."""
    found = _read(swiss(PERSON, places=PLACE)).entities["7"]
    assert [(name.name, name.strength) for name in found.names] == [
        ("Petrow Ivan", NameStrength.PRIMARY),
        ("Petroff Ivan", NameStrength.STRONG),
        ("Petrov Ivan", NameStrength.STRONG),
        ("Петров Иван", NameStrength.STRONG),
        ("Wanja", NameStrength.WEAK),
    ]
    assert (found.kind, found.programs, found.countries) == ("person", ("Xland",), ("Xland",))
    assert found.addresses == ("1 Quay Road, Halm, Xland",)
    assert found.identifiers == ("PASSPORT:P 1", "UN:XLi.001")
    assert found.dates == (("birth", "1954-08-03"), ("listed", "2022-03-16"))
    assert found.linked == (("related-to", "8"),)
    assert found.remarks == "Minister."


def test_what_counts_is_the_latest_step() -> None:
    """De-listed targets stay in the file; one that was listed again is listed, whatever the order of the steps."""
    old = swiss_target("9", "Quoted", kind="entity")
    targets = (
        swiss_target("1", "Gone", _step("de-listed", "2024-09-10") + _step("listed", "2022-01-01"))
        + swiss_target("2", "Back", _step("listed", "2025-02-02") + _step("de-listed", "2024-09-10") + _step("listed", "2022-01-01"))
        + swiss_target("3", "Amended", _step("amended", "2025-01-01", f"<removed>{old}</removed>") + _step("listed", "2022-01-01"))
        + swiss_target("4", "Gone too", _step("amended", "2025-06-21") + _step("de-listed", "2025-06-20") + _step("listed", "2014-01-01"))
    )  # fmt: skip
    found = _read(swiss(targets)).entities
    assert {id: one.dates for id, one in found.items()} == {
        "2": (("listed", "2025-02-02"),),
        "3": (("listed", "2022-01-01"),),
    }


def test_the_day_of_the_list_is_found() -> None:
    """An edition without its day could be overtaken by a stale copy."""
    assert profile("switzerland").stated_day(swiss(PERSON)) == "2026-11-20"


def test_a_delta_and_an_unknown_kind_are_said() -> None:
    """A list of changes read as the whole would take everybody else off."""
    with pytest.raises(BadEdition, match="the delta-list in place of the whole list"):
        _read(swiss(PERSON, kind="delta-list"))
    with pytest.raises(LayoutChanged, match="target 1 is neither"):
        _read(swiss(swiss_target("1", "Vinmoor", kind="structure")))
