"""List readers on small files of the documented form, on damage, and on the recordings where they are there."""

import gzip
import io
from pathlib import Path

import pytest

from watchlist.errors import BadEdition, LayoutChanged, SourceError
from watchlist.lists.canada import Canada
from watchlist.lists.catalogue import ListSource
from watchlist.lists.columns import MOFCOM, OPENSANCTIONS, Columns, TableList
from watchlist.lists.csl import ConsolidatedScreeningList
from watchlist.lists.difference import ListChangeKind, difference
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.eu import EuropeanUnion
from watchlist.lists.ofac_csv import OfacCsv
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.lists.ofac_xml import OfacXml
from watchlist.lists.uflpa import Uflpa
from watchlist.lists.uk import UnitedKingdom
from watchlist.lists.un import UnitedNations
from watchlist.model import NameStrength, Request

SDN_XML = b"""<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="http://tempuri.org/sdnList.xsd">
 <publshInformation><Publish_Date>01/02/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
 <sdnEntry><uid>7</uid><lastName>VINMOOR &amp; SONS</lastName><sdnType>Entity</sdnType>
  <programList><program>TEST2</program><program>TEST1</program></programList>
  <idList><id><idType>Vessel Registration Identification</idType><idNumber>IMO 9187629</idNumber></id></idList>
  <akaList><aka><type>a.k.a.</type><category>weak</category><lastName>VM</lastName></aka>
   <aka><type>f.k.a.</type><category>strong</category><lastName>OLD VINMOOR</lastName></aka></akaList></sdnEntry>
 <sdnEntry><uid>8</uid><firstName>Ivan</firstName><lastName>PETROV</lastName><sdnType>Individual</sdnType></sdnEntry>
</sdnList>"""
UN_XML = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><DATAID>11</DATAID>
<FIRST_NAME>IVAN</FIRST_NAME><SECOND_NAME>PETROV</SECOND_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE>
<REFERENCE_NUMBER>TEi.001</REFERENCE_NUMBER><LISTED_ON>2020-02-03</LISTED_ON>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Ваня</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>12</DATAID><FIRST_NAME>VINMOOR</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>""".encode()
EU_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-01T00:00:00Z" globalFileId="1">
 <sanctionEntity logicalId="5" euReferenceNumber="EU.5.1"><regulation programme="TST" publicationDate="2024-05-06"/>
  <subjectType code="enterprise"/><nameAlias wholeName="Vinmoor" strong="true" nameLanguage="EN"/>
  <nameAlias wholeName="VM" strong="false"/><address city="Town" countryIso2Code="00"/></sanctionEntity>
 <sanctionEntity logicalId="6" delistingDate="2025-01-01"><subjectType code="person"/><nameAlias wholeName="Gone"/></sanctionEntity>
</export>"""
CANADA_XML = b"""<?xml version="1.0"?><data-set><record><Country>Testland / Pays</Country><EntityOrShip>Vinmoor</EntityOrShip>
<Schedule>1</Schedule><Item>3</Item><Aliases>Vinmoor Trading, Ltd; VM</Aliases><DateOfListing>2024-01-02</DateOfListing></record></data-set>"""
SDN_CSV = (
    b'7,"VINMOOR, LTD.","-0- ","TEST1] [TEST2","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ",'
    b"\"a.k.a. 'VM'; Legal Entity Number 529900T8BM49AURSDO55; (Linked To: NORVEX).\"\r\n"
    b'8,"PETROV, Ivan","individual","TEST1","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- "\r\n\x1a'
)


def _read(source: ListSource, data: bytes, role: str = "") -> Edition:
    return assemble(source.name, source.read(io.BytesIO(data), Request("https://list.example/x", role=role)))


def test_ofac_xml_tells_weak_and_former_names() -> None:
    """A weak alias that counted as a strong one would flood the screening."""
    found = _read(OfacXml(), SDN_XML).entities
    assert [(n.name, n.strength) for n in found["7"].names] == [
        ("VINMOOR & SONS", NameStrength.PRIMARY),
        ("OLD VINMOOR", NameStrength.FORMER),
        ("VM", NameStrength.WEAK),
    ]
    assert found["7"].programs == ("TEST1", "TEST2")
    assert found["7"].identifiers == ("IMO:9187629",)
    assert (found["8"].kind, found["8"].names[0].name) == ("person", "PETROV, Ivan")


def test_ofac_csv_reads_remarks_and_joins_the_three_files() -> None:
    """Weak aliases, identifiers and owners stand only in the remarks; aliases and addresses in files of their own."""
    source = OfacCsv()
    parts = [
        *source.read(io.BytesIO(SDN_CSV), Request("x", role="names")),
        *source.read(
            io.BytesIO(b'7,1,"fka","OLD VINMOOR","-0- "\r\n9,2,"aka","ORPHAN","-0- "\r\n'),
            Request("x", role="aliases"),
        ),
        *source.read(
            io.BytesIO(b'7,1,"1 Road","Town","Testland","-0- "\r\n'), Request("x", role="addresses")
        ),
    ]
    edition = assemble("sdn", parts)
    found = edition.entities["7"]
    assert {n.name: n.strength for n in found.names} == {
        "VINMOOR, LTD.": NameStrength.PRIMARY,
        "OLD VINMOOR": NameStrength.FORMER,
        "VM": NameStrength.WEAK,
    }
    assert found.identifiers == ("LEI:529900T8BM49AURSDO55",)
    assert found.linked == (("linked to", "NORVEX"),)
    assert found.countries == ("Testland",)
    assert sorted(edition.entities) == ["7", "8"]


def test_un_eu_canada_read_names_dates_and_keys() -> None:
    """The stable key and the day of listing are what a difference and a digest rest on."""
    un = _read(UnitedNations(), UN_XML).entities
    assert [(n.name, n.strength) for n in un["11"].names] == [
        ("IVAN PETROV", NameStrength.PRIMARY),
        ("Ваня", NameStrength.WEAK),
    ]
    assert ("listed", "2020-02-03") in un["11"].dates
    eu = _read(EuropeanUnion(), EU_XML).entities
    assert list(eu) == ["5"]
    assert eu["5"].names[1].strength is NameStrength.WEAK
    assert eu["5"].countries == ()
    canada = _read(Canada(), CANADA_XML).entities
    assert {n.name for n in canada["Testland/1/3"].names} == {"Vinmoor", "Vinmoor Trading, Ltd", "VM"}


def test_uk_rows_of_one_id_are_one_entity() -> None:
    """The UK's file has a row a name; an alias must not become a second designation."""
    header = "Last Updated,Unique ID,Name 6,Name 1,Name type,Alias strength,Regime Name,Designation Type,Date Designated,IMO number\n"
    rows = "01/01/2026,TST1,VINMOOR,,Primary Name,,Test Regime,Ship,31/07/2024,IMO9187629\n01/01/2026,TST1,VM,,ALias,low quality,Test Regime,Ship,31/07/2024,\n"
    found = _read(UnitedKingdom(), ("Report Date: 01-Jan-2026\n" + header + rows).encode(), "csv").entities
    assert [(n.name, n.strength) for n in found["TST1"].names] == [
        ("VINMOOR", NameStrength.PRIMARY),
        ("VM", NameStrength.WEAK),
    ]
    assert found["TST1"].identifiers == ("IMO:9187629",)
    assert found["TST1"].dates == (("listed", "2024-07-31"),)


def test_uk_xml_tells_what_the_csv_tells() -> None:
    """Numbers decide in screening: a form of the same list without them would find less, and nobody would know."""
    xml = (
        "<Designations><Designation><UniqueID>TST1</UniqueID><Names><Name><Name6>VINMOOR</Name6><NameType>Primary Name</NameType></Name></Names>"
        "<IndividualEntityShip>Entity</IndividualEntityShip><EntityDetails><Entity><BusinessRegistrationNumbers><BusinessRegistrationNumber>7712"
        "</BusinessRegistrationNumber></BusinessRegistrationNumbers><ParentCompanies><ParentCompany>Norvex</ParentCompany></ParentCompanies></Entity>"
        "</EntityDetails></Designation><Designation><UniqueID>TST2</UniqueID><Names><Name><Name1>Ivan</Name1><Name6>PETROV</Name6><NameType>Primary "
        "name</NameType></Name></Names><IndividualEntityShip>Individual</IndividualEntityShip><IndividualDetails><Individual><DOBs><DOB>dd/mm/1945"
        "</DOB></DOBs><Nationalities><Nationality>Testland</Nationality></Nationalities><PassportDetails><Passport><PassportNumber>P1</PassportNumber>"
        "</Passport></PassportDetails></Individual></IndividualDetails></Designation></Designations>"
    )
    found = _read(UnitedKingdom("uk-xml", "xml"), xml.encode(), "xml").entities
    assert found["TST1"].identifiers == ("REG:7712",)
    assert found["TST1"].linked == (("parent company", "Norvex"),)
    person = found["TST2"]
    assert (person.identifiers, person.dates) == (("PASSPORT:P1",), (("birth", "dd/mm/1945"),))
    assert (person.names[0].name, person.countries) == ("Ivan PETROV", ("Testland",))


def test_eu_numbers_and_days_of_designation() -> None:
    """A company's registration number must decide as it does on other lists; the entity's own day goes before its regulation's."""
    xml = (
        '<export xmlns="http://eu.europa.ec/fpi/fsd/export"><sanctionEntity logicalId="5" designationDate="2022-03-15"><regulation '
        'publicationDate="2024-05-06" programme="T"/><nameAlias wholeName="Vinmoor" strong="true"/><identification number="7712" '
        'identificationTypeCode="regnumber"/><identification number="X" identificationTypeCode="other"/></sanctionEntity></export>'
    )
    found = _read(EuropeanUnion(), xml.encode()).entities["5"]
    assert found.identifiers == ("ID:X", "REG:7712")
    assert found.dates == (("listed", "2022-03-15"),)


def test_any_table_with_a_mapping() -> None:
    """A list nobody wrote code for must be usable from its columns."""
    columns = Columns(name="company", aliases=("aka",), identifiers={"lei": "LEI"}, dates={"day": "listed"})
    data = b"company,aka,lei,day\nVinmoor,VM;Vinmoor Ltd,529900T8BM49AURSDO55,2024-01-02\n,,,\n"
    found = _read(TableList("mine", "", columns), data).entities["Vinmoor"]
    assert {n.name for n in found.names} == {"Vinmoor", "VM", "Vinmoor Ltd"}
    assert found.identifiers == ("LEI:529900T8BM49AURSDO55",)
    json_data = b'[{"company": "Vinmoor", "aka": ["VM"], "lei": null, "day": "2024-01-02"}]'
    assert len(_read(TableList("mine", "", columns, "json"), json_data).entities["Vinmoor"].names) == 2
    ftm = b'{"id": "a", "schema": "Company", "properties": {"name": ["Vinmoor"], "weakAlias": ["VM"], "leiCode": ["L"]}}\n{"id": "b", "schema": "Address", "properties": {}}\n'
    assert (
        _read(TableList("mine", "", columns, "ftm"), ftm).entities["a"].names[1].strength is NameStrength.WEAK
    )


def test_opensanctions_simple_csv_as_documented() -> None:
    """Cells with line breaks and FtM's kinds; a form that we wrote by the documentation, nobody's recording."""
    header = "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,first_seen,last_seen,last_change\n"
    rows = 'Q1,Company,Vinmoor,"VM;Vinmoor\nTrading",,xx,"1 Road\nTown",,,,,T-1,Test,2024-01-02,,\nQ2,Person,Ivan Petrov,,1960-01-01,,,,,,,,Test,,,\n'
    found = _read(OPENSANCTIONS, (header + rows).encode()).entities
    assert [(one.id, one.kind) for one in found.values()] == [("Q1", "organization"), ("Q2", "person")]
    assert {name.name for name in found["Q1"].names} == {"Vinmoor", "VM", "Vinmoor Trading"}
    assert found["Q1"].programs == ("T-1",)
    assert found["Q2"].dates == (("birth", "1960-01-01"),)


BOMB = b'<?xml version="1.0"?><!DOCTYPE sdnList [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sdnList><sdnEntry><uid>1</uid><lastName>&b;</lastName></sdnEntry></sdnList>'
DAMAGE = [
    (b"", "empty"),
    (b"<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
    (b"<html>", "HTML"),
    (b'{"error": 1}', "not XML"),
    (SDN_XML[:-300], "cut-off"),
    (SDN_XML.replace(b"VINMOOR", b"VINMO\x19OR"), "ill-formed"),
    (SDN_XML.replace(b"VINMOOR", b"VINMO\xe9R"), "ill-formed"),
    (SDN_XML.replace(b"tempuri.org", b"elsewhere.example"), "namespace"),
    (SDN_XML.replace(b"sdnList", b"otherList"), "root element"),
    (SDN_XML.replace(b"<Record_Count>2", b"<Record_Count>3"), "states 3"),
    (BOMB, "DOCTYPE"),
]


@pytest.mark.parametrize(
    ("data", "reason"),
    DAMAGE,
    ids=[reason for _, reason in DAMAGE[:1]] + [f"{i}" for i in range(len(DAMAGE) - 1)],
)
def test_damaged_xml_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    """Each of these was served by a publisher or could be by an attacker; none may replace a good edition."""
    with pytest.raises(SourceError, match=reason):
        _read(OfacXml(), data)


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", BadEdition, "empty"),
        (b"<html><head>", BadEdition, "HTML"),
        (b"uid,name\n", LayoutChanged, "columns"),
        (SDN_CSV[:-60], BadEdition, "cut off"),
        (SDN_CSV.replace(b"VINMOOR", b"VINMO\xffR"), BadEdition, "UTF-8"),
    ],
)
def test_damaged_csv_is_refused_with_the_reason(data: bytes, kind: type[SourceError], reason: str) -> None:
    """The 0-byte SDN.CSV of 2024-05-04 is real."""
    with pytest.raises(kind, match=reason):
        _read(OfacCsv(), data, "names")


def test_a_moved_column_is_said() -> None:
    """A renamed column must be a clear message, not a list without names."""
    with pytest.raises(LayoutChanged, match="Unique ID"):
        _read(UnitedKingdom(), b"Report Date: x\nName 6,Name 1\nA,B\n", "csv")


def _open(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


def test_recorded_un_editions(data: Path) -> None:
    """Two days that differ only in the stamp, then one removal; an ill-formed edition is refused."""
    days = [
        _read(UnitedNations(), _open(data / f"un/consolidated_2025-{day}.xml.gz"))
        for day in ("11-29", "12-09", "12-10")
    ]
    assert difference(days[0], days[1]) == ()
    assert [(c.kind, c.id) for c in difference(days[1], days[2])] == [(ListChangeKind.REMOVED, "6908121")]
    with pytest.raises(BadEdition, match="ill-formed"):
        _read(UnitedNations(), _open(data / "un/consolidated_2025-08.xml.gz"))


def test_recorded_ofac_consolidated_editions(data: Path) -> None:
    """Both namespaces are read; the same content in another order is no change; one entry went in December 2025."""
    names = (
        "2020-12-14_tempuri_ns",
        "fetched_2025-11-29_pub2025-10-22",
        "fetched_2025-12-19_pub2025-12-18",
        "fetched_2026-01-09_pub2026-01-08",
        "fetched_2026-01-23_pub2026-01-08",
    )
    old, october, december, january, again = [
        _read(OfacXml(), _open(data / f"ofac/consolidated_{name}.xml.gz")) for name in names
    ]
    assert [len(edition) for edition in (old, october, december, january)] == [376, 443, 442, 442]
    assert [c.kind for c in difference(october, december)] == [ListChangeKind.REMOVED]
    assert difference(january, again) == ()


def test_recorded_enhanced_export_holds_the_cmic_list(data: Path) -> None:
    """NS-CMIC is a list of its own inside the consolidated one: 68 companies."""
    import zipfile

    with zipfile.ZipFile(data / "ofac/CONS_ENHANCED_2025-01.ZIP") as archive:
        content = archive.read(archive.namelist()[0])
    assert len(_read(OfacEnhanced(), content)) == 443
    cmic = _read(OfacEnhanced("ns-cmic", sublist="CMIC"), content)
    assert len(cmic) == 68
    assert any("HUAWEI" in name.name for found in cmic.entities.values() for name in found.names)


def test_recorded_others(data: Path) -> None:
    """Canada, China, the CSL and the UK as their publishers write them."""
    assert len(_read(Canada(), _open(data / "canada/sema-lmes_2025-05.xml.gz"))) == 4759
    assert len(_read(MOFCOM, _open(data / "mofcom/china-mofcom.csv"))) == 196
    assert (
        len(_read(ConsolidatedScreeningList(), _open(data / "csl/consolidated_2022-05.csv.gz"), "csv"))
        > 14_000
    )
    for path in sorted((data / "uk/uksl_excerpts").iterdir()):
        found = _read(UnitedKingdom(), _open(path), path.suffix[1:])
        assert all(item.names and item.dates for item in found.entities.values())


UFLPA_PAGE = b"""<html><body><table><thead><tr><th>Name of Entity</th><th>Effective Date</th></tr></thead><tbody>
<tr><td>Vinmoor Co., Ltd. (including two aliases: VM Iron and Steel; and Old Vinmoor) and subsidiaries</td><td>June 21, 2022</td></tr>
<tr><td>Norvex (Group) Ltd. (formerly known as Norv)</td><td>January 5, 2025</td></tr></tbody></table></body></html>"""


def test_uflpa_rows_hold_aliases_in_brackets() -> None:
    """Aliases stand in prose; "Iron and Steel" is one name, a bracket may also belong to the name."""
    found = _read(Uflpa(), UFLPA_PAGE).entities
    assert {n.name for n in found["Vinmoor Co., Ltd."].names} == {
        "Vinmoor Co., Ltd.",
        "VM Iron and Steel",
        "Old Vinmoor",
    }
    assert {n.name for n in found["Norvex (Group) Ltd."].names} == {"Norvex (Group) Ltd.", "Norv"}
    assert found["Vinmoor Co., Ltd."].dates == (("listed", "2022-06-21"),)
    with pytest.raises(LayoutChanged, match="headed"):
        _read(Uflpa(), UFLPA_PAGE.replace(b"Name of Entity", b"Company"))
    with pytest.raises(LayoutChanged, match="without tables"):
        _read(Uflpa(), b"<html><body>maintenance</body></html>")


def test_recorded_uflpa_page(data: Path) -> None:
    """The page as served: three tables, one row a name."""
    found = _read(Uflpa(), _open(data / "uflpa/uflpa-entity-list_2026-07-09.html.gz"))
    assert len(found) in range(145, 152)
    assert any(name.name == "XPCC" for item in found.entities.values() for name in item.names)
