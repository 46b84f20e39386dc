"""SDN_ADVANCED.XML: tables that refer to each other, on a file of ours in the form that other readers agree on."""

import io

import pytest
from list_files import ofac_advanced

from watchlist.errors import LayoutChanged
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.measures import profile
from watchlist.lists.ofac_advanced import OfacAdvanced
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.model import NameStrength, Request
from watchlist.ownership.reading import of_list


def _name(*parts: tuple[str, str], primary: bool = False, weak: bool = False, kind: str = "1400", script: str = "215") -> str:  # fmt: skip
    values = "".join(
        f'<DocumentedNamePart><NamePartValue NamePartGroupID="{group}" ScriptID="{script}">{text}</NamePartValue></DocumentedNamePart>'
        for group, text in parts
    )
    return (
        f'<Alias AliasTypeID="{kind}" Primary="{str(primary).lower()}" LowQuality="{str(weak).lower()}">'
        f"<DocumentedName>{values}</DocumentedName></Alias>"
    )


def _party(id: str, subtype: str, names: str, features: str = "", groups: str = "") -> str:
    return (
        f'<DistinctParty FixedRef="{id}"><Comment /><Profile ID="p{id}" PartySubTypeID="{subtype}"><Identity ID="i{id}">{names}'
        f"<NamePartGroups><MasterNamePartGroup>{groups}</MasterNamePartGroup></NamePartGroups></Identity>{features}</Profile></DistinctParty>"
    )


def _feature(kind: str, content: str) -> str:
    return f'<Feature FeatureTypeID="{kind}"><FeatureVersion><Comment>note</Comment>{content}</FeatureVersion></Feature>'


def _date(year: int, month: int, day: int) -> str:
    return f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>"


def _between(start: str, end: str) -> str:
    return (
        f"<DatePeriod><Start><From>{start}</From><To>{start}</To></Start><End><From>{end}</From><To>{end}</To></End></DatePeriod>"
        '<VersionDetail DetailTypeID="1430" />'
    )


BEFORE = (
    '<Locations><Location ID="5"><LocationCountry CountryID="9" /><LocationPart LocPartTypeID="1"><LocationPartValue Primary="true">'
    "<Comment /><Value>1 Quay Road</Value></LocationPartValue></LocationPart></Location></Locations>"
    '<IDRegDocuments><IDRegDocument ID="1" IDRegDocTypeID="1626" IdentityID="i9"><IDRegistrationNo>IMO 9187629</IDRegistrationNo>'
    "</IDRegDocument></IDRegDocuments>"
)
PARTIES = (
    _party("7", "3", _name(("a", "VINMOOR"), primary=True, kind="1403") + _name(("b", "VM"), weak=True)
           + _name(("c", "OLD VINMOOR"), kind="1402") + _name(("d", "ВИНМУР"), primary=True, script="220"),
           _feature("25", '<VersionLocation LocationID="5" />') + _feature("13", "<VersionDetail>VINMXX22</VersionDetail>")
           + _feature("14", '<VersionDetail DetailReferenceID="91" />'))
    + _party("8", "4", _name(("x", "Ivan"), ("y", "PETROV"), primary=True, kind="1403"),
             _feature("8", _between(_date(1970, 1, 1), _date(1970, 12, 31))) + _feature("8", _between(_date(1971, 3, 5), _date(1971, 3, 5)))
             + _feature("10", '<VersionDetail /><VersionLocation LocationID="5" />'),
             '<NamePartGroup ID="y" NamePartTypeID="1520" /><NamePartGroup ID="x" NamePartTypeID="1521" />')
    + _party("9", "1", _name(("s", "NORVIK STAR"), primary=True, kind="1403"))
)  # fmt: skip
AFTER = (
    '<ProfileRelationships><ProfileRelationship From-ProfileID="p9" To-ProfileID="p7" RelationTypeID="15003" Former="false" />'
    '<ProfileRelationship From-ProfileID="p9" To-ProfileID="p8" RelationTypeID="15003" Former="true" /></ProfileRelationships>'
    '<SanctionsEntries><SanctionsEntry ProfileID="p7" ListID="1550"><EntryEvent LegalBasisID="7"><Date>'
    + _date(2024, 5, 6)
    + '</Date></EntryEvent><SanctionsMeasure SanctionsTypeID="1705"><Comment /></SanctionsMeasure>'
    "<SanctionsMeasure><Comment>TEST1</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries>"
)
FILE = ofac_advanced(PARTIES, before=BEFORE, after=AFTER)


def _read(data: bytes) -> Edition:
    return assemble("ofac-advanced", OfacAdvanced().read(io.BytesIO(data), Request("https://list.example/x")))


def test_a_party_is_put_together_from_the_tables() -> None:
    """Names, places, documents, relations and entries lie in tables of their own; one reference wrong, and all are."""
    found = _read(FILE).entities
    assert [(name.name, name.strength, name.lang) for name in found["7"].names] == [
        ("VINMOOR", NameStrength.PRIMARY, None),
        ("ВИНМУР", NameStrength.STRONG, "ru"),
        ("OLD VINMOOR", NameStrength.FORMER, None),
        ("VM", NameStrength.WEAK, None),
    ]
    assert found["7"].programs == ("SDN List", "TEST1")
    assert found["7"].dates == (("listed", "2024-05-06"),)
    assert (found["7"].countries, found["7"].addresses) == (("Testland",), ("1 Quay Road, Testland",))
    assert found["7"].identifiers == ("SWIFT:VINMXX22",)
    assert found["7"].remarks == "Website: Unknown | authority: Executive Order 1"
    assert (found["8"].kind, found["8"].names[0].name) == ("person", "PETROV, Ivan")
    assert found["8"].dates == (("birth", "1970"), ("birth", "1971-03-05"))
    assert found["8"].countries == ("Testland",)
    assert (found["9"].kind, found["9"].identifiers) == ("vessel", ("IMO:9187629",))
    assert found["9"].linked == (("Owned or Controlled By", "7"),)


def test_the_day_of_issue_is_found_at_the_beginning_of_the_file() -> None:
    """An edition without its day could be overtaken by a stale copy."""
    assert profile("ofac-advanced").stated_day(FILE[:8192]) == "2026-11-20"


def test_numbers_that_the_file_does_not_explain_are_said() -> None:
    """A table that was renamed must not give a list of nameless kinds and no programmes."""
    with pytest.raises(LayoutChanged, match="AliasType 1403 is not explained"):
        _read(FILE.replace(b"AliasTypeValues", b"AliasKindValues"))


ENHANCED = b"""<?xml version="1.0"?><sanctionsData xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML">
<entities><entity id="9"><generalInfo><entityType>Vessel</entityType></generalInfo><names><name><isPrimary>true</isPrimary><translations>
<translation><script>Latin</script><formattedFullName>NORVIK STAR</formattedFullName></translation></translations></name></names>
<identityDocuments><identityDocument><type>Vessel Registration Identification</type><documentNumber>IMO 9187629</documentNumber></identityDocument></identityDocuments>
<relationships><relationship><type>Owned or Controlled By</type><relatedEntity entityId="7">VINMOOR</relatedEntity></relationship></relationships>
</entity></entities></sanctionsData>"""


def test_both_large_forms_give_the_same_record() -> None:
    """Who changes from one to the other must not be told that everything has changed."""
    enhanced = assemble("x", OfacEnhanced().read(io.BytesIO(ENHANCED), Request("x"))).entities["9"]
    assert _read(FILE).entities["9"] == enhanced


def test_owners_are_taken_from_its_relations() -> None:
    """ "Owned or Controlled By" stands in a table of its own here; whoever watches the ship must hear of its owner."""
    (holding,) = of_list(_read(FILE).entities.values(), "ofac-advanced")
    assert (holding.owner, holding.owned, holding.control) == ("VINMOOR", "NORVIK STAR", True)
