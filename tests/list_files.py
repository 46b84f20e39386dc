"""Lists of our own in the documented forms, for tests: what a publisher serves, edition by edition."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NAMESPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML"


@dataclass(frozen=True)
class Body:
    """One body on a list of OFAC's form: uid, name, programmes, other names as name -> category."""

    uid: str
    name: str
    programs: Sequence[str] = ("RUSSIA-EO14024",)
    aliases: Mapping[str, str] | None = None
    remarks: str = ""


def ofac_xml(bodies: Sequence[Body], day: str = "11/20/2026", namespace: str = NAMESPACE) -> bytes:
    """Return an edition in the form of CONSOLIDATED.XML, ``day`` as mm/dd/yyyy."""
    entries = []
    for body in bodies:
        akas = "".join(
            f"<aka><uid>{body.uid}{at}</uid><type>a.k.a.</type><category>{category}</category><lastName>{name}</lastName></aka>"
            for at, (name, category) in enumerate((body.aliases or {}).items())
        )
        programs = "".join(f"<program>{program}</program>" for program in body.programs)
        remarks = f"<remarks>{body.remarks}</remarks>" if body.remarks else ""
        entries.append(
            f"<sdnEntry><uid>{body.uid}</uid><lastName>{body.name}</lastName><sdnType>Entity</sdnType>{remarks}"
            f"<programList>{programs}</programList><akaList>{akas}</akaList></sdnEntry>"
        )
    return (
        f'<?xml version="1.0" standalone="yes"?>\n<sdnList xmlns="{namespace}"><publshInformation>'
        f"<Publish_Date>{day}</Publish_Date><Record_Count>{len(bodies)}</Record_Count></publshInformation>"
        f"{''.join(entries)}</sdnList>"
    ).encode()


ADVANCED = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"
_MEANINGS = {
    "AliasType": {"1403": "Name", "1400": "A.K.A.", "1402": "F.K.A."},
    "Country": {"9": "Testland"},
    "PartySubType": {"1": "Vessel", "3": "Unknown", "4": "Unknown"},
    "PartyType": {"1": "Individual", "2": "Entity", "4": "Transport"},
    "FeatureType": {"8": "Birthdate", "10": "Nationality Country", "13": "SWIFT/BIC", "14": "Website", "25": "Location"},
    "NamePartType": {"1520": "Last Name", "1521": "First Name", "1525": "Entity Name"},
    "Script": {"215": "Latin", "220": "Cyrillic"},
    "IDRegDocType": {"1626": "Vessel Registration Identification"},
    "LegalBasis": {"7": "Executive Order 1"},
    "List": {"1550": "SDN List"},
    "RelationType": {"15003": "Owned or Controlled By"},
    "DetailReference": {"91": "Unknown"},
}  # fmt: skip
_TYPE_OF = {"1": "4", "3": "2", "4": "1"}


def ofac_advanced(
    parties: str, *, before: str = "", after: str = "", day: tuple[int, int, int] = (2026, 11, 20)
) -> bytes:
    """Return a file in the form of SDN_ADVANCED.XML: tables of meanings, then what is given."""
    meanings = "".join(
        f"<{kind}Values>"
        + "".join(
            f'<{kind} ID="{id}"{f" PartyTypeID={chr(34)}{_TYPE_OF[id]}{chr(34)}" if kind == "PartySubType" else ""}>{text}</{kind}>'
            for id, text in rows.items()
        )
        + f"</{kind}Values>"
        for kind, rows in _MEANINGS.items()
    )
    year, month, date = day
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Sanctions xmlns="{ADVANCED}"><DateOfIssue CalendarTypeID="1"><Year>{year}</Year>'
        f"<Month>{month}</Month><Day>{date}</Day></DateOfIssue><ReferenceValueSets>{meanings}</ReferenceValueSets>"
        f"{before}<DistinctParties>{parties}</DistinctParties>{after}</Sanctions>"
    ).encode()


def advanced_party(body: Body) -> str:
    """Return a party of that form that has a name only."""
    return (
        f'<DistinctParty FixedRef="{body.uid}"><Profile ID="{body.uid}" PartySubTypeID="3"><Identity ID="i{body.uid}"><Alias AliasTypeID="1403" '
        f'Primary="true" LowQuality="false"><DocumentedName><DocumentedNamePart><NamePartValue NamePartGroupID="1" ScriptID="215">{body.name}'
        f"</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity></Profile></DistinctParty>"
    )


def others(count: int, start: int = 0) -> list[Body]:
    """Return bodies that nobody watches."""
    return [Body(str(1000 + n), f"Norvik {_word(n)} Works") for n in range(start, start + count)]


def _word(number: int) -> str:
    letters = "bdfgklmnprst"
    word = ""
    number += 7
    while number:
        word += letters[number % 12] + "aeiou"[number % 5]
        number //= 12
    return (word + "ra").capitalize()


SHEET_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_KINDS = (("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings"))
_STYLES = (
    f'<styleSheet xmlns="{SHEET_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[Red]dd&quot;.&quot;mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs></styleSheet>'
)


def workbook(*sheets: str, texts: Iterable[str] = (), more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook (ECMA-376) whose sheets hold the given rows, as XML."""
    at = range(1, len(sheets) + 1)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
            for part, kind in _KINDS
        )
        + "</Types>",
        "xl/workbook.xml": f'<workbook xmlns="{SHEET_MAIN}" xmlns:r="{SHEET_RELATIONS}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in at)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{SHEET_RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n in at
        )
        + "</Relationships>",
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET_MAIN}">'
        + "".join(f"<si>{text}</si>" for text in texts)
        + "</sst>",
    }
    for n, rows in zip(at, sheets, strict=True):
        parts[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet xmlns="{SHEET_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    parts |= more or {}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def row(*cells: str) -> str:
    """Return a row of inline texts; an empty cell is left out, as Excel does."""
    found = [
        f'<c r="{chr(65 + at)}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(cells)
        if text
    ]
    return f"<row>{''.join(found)}</row>"


HEAD_744 = "<TR><TH>Country</TH><TH>Entity</TH><TH>License requirement</TH><TH>License review policy</TH><TH>Federal Register citation</TH></TR>"


def titles_json(issue: str) -> bytes:
    """Return the eCFR's index, by which title 15 was issued last on that day."""
    return (
        b'{"titles": [{"number": 15, "latest_issue_date": "%s", "up_to_date_as_of": "2026-11-18"}]}'
        % issue.encode()
    )


def row_744(*cells: str) -> str:
    """Return a row of its table."""
    return "<TR>" + "".join(f"<TD>{cell}</TD>" if cell else "<TD/>" for cell in cells) + "</TR>"


def part_744(*rows: str, supplement: int = 4, head: str = HEAD_744) -> bytes:
    """Return part 744 with one supplement, beside another one."""
    return (
        f'<?xml version="1.0"?>\n<DIV5 N="744" TYPE="PART"><HEAD>PART 744</HEAD><DIV8 N="744.1"><P>Text.</P></DIV8><DIV9 N="Supplement No. '
        f'{supplement} to Part 744" TYPE="APPENDIX"><HEAD>A list</HEAD><P>Words.</P><DIV class="table"><TABLE><THEAD>{head}</THEAD>'
        f'<TBODY>{"".join(rows)}</TBODY></TABLE></DIV></DIV9><DIV9 N="Supplement No. 5 to Part 744"><P>Other.</P></DIV9></DIV5>'
    ).encode()


def swiss(targets: str, *, kind: str = "whole-list", places: str = "") -> bytes:
    """Return a list in SECO's form: programmes, targets, places."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><swiss-sanctions-list list-type="{kind}" date="2026-11-20">'
        '<sanctions-program ssid="1"><program-key lang="ger">Xland (DE)</program-key><program-key lang="eng">Xland</program-key>'
        '<sanctions-set ssid="11" lang="eng">Annex 1</sanctions-set><sanctions-set ssid="11" lang="ger">Anhang 1</sanctions-set>'
        f"</sanctions-program>{targets}{places}</swiss-sanctions-list>"
    ).encode()


def swiss_target(id: str, name: str, steps: str = "", kind: str = "entity", more: str = "") -> str:
    """Return a target with one name."""
    listed = '<modification modification-type="listed" effective-date="2022-03-16"/>'
    return (
        f'<target ssid="{id}"><sanctions-set-id>11</sanctions-set-id><{kind}><identity ssid="{id}1" main="true"><name name-type="primary-name" '
        f'quality="good"><name-part order="1" name-part-type="whole-name"><value>{name}</value></name-part></name>{more}</identity></{kind}>'
        f"{steps or listed}</target>"
    )
