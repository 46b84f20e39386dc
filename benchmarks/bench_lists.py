"""Reading speed and peak memory of the largest lists, on synthetic files of real size; difference of two editions.

    python benchmarks/bench_lists.py [--entries 19391] [--only NAME]

The files are made here, in the publishers' documented forms with invented names, and are as large as the real ones
(SDN.XML 29 MB; SDN_ADVANCED and SDN_ENHANCED 127 MB; the EU's list 24 MB, the UK's 19). Each is read in a process of its
own, so that the peak memory is its own; speeds are of processor time, as the machine may be shared. ``records`` is the
XML alone, ``entities`` the whole way to canonical records (and parts of them), ``edition`` those joined and kept in memory;
lxml's pull parser over the same records stands beside it.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from watchlist.lists.difference import difference
from watchlist.lists.edition import assemble
from watchlist.lists.eu import EuropeanUnion
from watchlist.lists.ofac_advanced import OfacAdvanced
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.lists.ofac_xml import OfacXml
from watchlist.lists.uk import UnitedKingdom
from watchlist.lists.xml_stream import records
from watchlist.model import Request

OFAC = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
SYLLABLES = (
    "ba",
    "den",
    "vor",
    "li",
    "mos",
    "kra",
    "tun",
    "zel",
    "ora",
    "fen",
    "gur",
    "shi",
    "nak",
    "pel",
    "rum",
)


def words(rng: random.Random, count: int) -> str:
    """Return invented words."""
    return " ".join("".join(rng.choices(SYLLABLES, k=3)).capitalize() for _ in range(count))


def sdn_xml(path: Path, entries: int, changed: int = 0) -> None:
    """Write a file in the form of SDN.XML; ``changed`` entries differ from those of ``changed=0``."""
    rng = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" standalone="yes"?>\n<sdnList xmlns="{OFAC}XML"><publshInformation>')
        out.write(
            f"<Publish_Date>11/20/2026</Publish_Date><Record_Count>{entries}</Record_Count></publshInformation>"
        )
        for at in range(entries):
            name = words(rng, 3) + (" Renamed" if at < changed else "")
            akas = "\n".join(
                f"      <aka>\n        <uid>{at}{n}</uid>\n        <type>a.k.a.</type>\n        <category>strong</category>\n"
                f"        <lastName>{words(rng, 3)}</lastName>\n      </aka>" for n in range(3))  # fmt: skip
            places = "\n".join(
                f"      <address>\n        <uid>{at}{n}</uid>\n        <address1>{words(rng, 4)}</address1>\n"
                f"        <city>{words(rng, 1)}</city>\n        <country>Testland</country>\n      </address>" for n in range(2))  # fmt: skip
            ids = "\n".join(
                f"      <id>\n        <uid>{at}{n}</uid>\n        <idType>Registration Number</idType>\n        <idNumber>{at:09}{n}</idNumber>\n"
                f"        <idCountry>Testland</idCountry>\n      </id>" for n in range(2))  # fmt: skip
            out.write(
                f"\n  <sdnEntry>\n    <uid>{at + 1}</uid>\n    <lastName>{name}</lastName>\n    <sdnType>Entity</sdnType>\n"
                f"    <remarks>(Linked To: {words(rng, 3)})</remarks>\n    <programList>\n      <program>TEST{at % 40}</program>\n"
                f"    </programList>\n    <idList>\n{ids}\n    </idList>\n    <akaList>\n{akas}\n    </akaList>\n"
                f"    <addressList>\n{places}\n    </addressList>\n  </sdnEntry>")  # fmt: skip
        out.write("\n</sdnList>\n")


def sdn_enhanced(path: Path, entries: int) -> None:
    """Write a file in the form of SDN_ENHANCED.XML, some 6.5 kB an entity."""
    rng = random.Random(2)
    pad = "\n          "
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0"?>\n<sanctionsData xmlns="{OFAC}ENHANCED_XML"><entities>')
        for at in range(entries):
            names = "".join(
                f'{pad}<name id="{at}{n}">{pad}  <isPrimary>{"true" if n == 0 else "false"}</isPrimary>{pad}  <aliasType refId="1400">A.K.A.</aliasType>'
                f"{pad}  <isLowQuality>false</isLowQuality>{pad}  <translations>{pad}    <translation id=\"{at}{n}\">{pad}      <isPrimary>true</isPrimary>"
                f"{pad}      <script refId=\"215\">Latin</script>{pad}      <formattedFullName>{words(rng, 3)}</formattedFullName>"
                f'{pad}      <nameParts>{pad}        <namePart id="{n}">{pad}          <type refId="1520">Entity Name</type>{pad}          <value>{words(rng, 3)}</value>'
                f"{pad}        </namePart>{pad}      </nameParts>{pad}    </translation>{pad}  </translations>{pad}</name>" for n in range(4))  # fmt: skip
            places = "".join(
                f'{pad}<address id="{at}{n}">{pad}  <country refId="11100">Testland</country>{pad}  <translations>{pad}    <translation id="{n}">{pad}      <addressParts>'
                + "".join(f'{pad}        <addressPart id="{n}{p}">{pad}          <type refId="1454">CITY</type>{pad}          <value>{words(rng, 2)}</value>{pad}        </addressPart>' for p in range(3))
                + f"{pad}      </addressParts>{pad}    </translation>{pad}  </translations>{pad}</address>" for n in range(2))  # fmt: skip
            features = "".join(
                f'{pad}<feature id="{at}{n}">{pad}  <type featureTypeId="8">Website</type>{pad}  <versionId>{at}</versionId>{pad}  <value>{words(rng, 2)}</value>{pad}</feature>'
                for n in range(3))  # fmt: skip
            out.write(
                f'\n<entity id="{at + 1}"><generalInfo><identityId>{at}</identityId><entityType refId="601">Entity</entityType></generalInfo>'
                f'<sanctionsLists><sanctionsList refId="1" id="{at}" datePublished="2024-05-06">SDN List</sanctionsList></sanctionsLists>'
                f'<sanctionsPrograms><sanctionsProgram refId="2" id="{at}">TEST{at % 40}</sanctionsProgram></sanctionsPrograms>'
                f"<names>{names}</names><addresses>{places}</addresses><features>{features}</features></entity>")  # fmt: skip
        out.write("\n</entities></sanctionsData>\n")


def sdn_advanced(path: Path, entries: int) -> None:
    """Write a file in the form of SDN_ADVANCED.XML, some 6.5 kB an entity: tables, parties, relations, entries."""
    rng = random.Random(4)
    pad = "\n          "

    def values(kind: str, *rows: str) -> str:
        return f"<{kind}Values>{''.join(f'<{kind} {row}</{kind}>' for row in rows)}</{kind}Values>"

    with path.open("w", encoding="utf-8") as out:
        out.write(
            f'<?xml version="1.0" encoding="utf-8"?>\n<Sanctions xmlns="{OFAC}ADVANCED_XML"><DateOfIssue><Year>2026</Year><Month>11</Month><Day>20</Day></DateOfIssue><ReferenceValueSets>'
        )
        out.write(
            values("AliasType", 'ID="1403">Name', 'ID="1400">A.K.A.')
            + values("Country", 'ID="9" ISO2="TL">Testland')
            + values("PartySubType", 'ID="3" PartyTypeID="2">Unknown')
            + values("PartyType", 'ID="2">Entity')
            + values(
                "FeatureType", 'ID="25">Location', 'ID="8">Birthdate', 'ID="13">SWIFT/BIC', 'ID="14">Website'
            )
            + values("NamePartType", 'ID="1525">Entity Name')
            + values("Script", 'ID="215">Latin')
            + values("IDRegDocType", 'ID="1596">Registration Number')
            + values("LegalBasis", 'ID="7">Executive Order 1')
            + values("List", 'ID="1550">SDN List')
            + values("RelationType", 'ID="15003">Owned or Controlled By')
            + values("DetailReference", 'ID="1">Unknown')
            + "</ReferenceValueSets>\n<Locations>"
        )
        for at in range(entries * 2):
            out.write(
                f'\n    <Location ID="{at}">{pad}<LocationCountry CountryID="9" CountryRelevanceID="1" />'
                + "".join(
                    f'{pad}<LocationPart LocPartTypeID="145{n}">{pad}  <LocationPartValue Primary="true" LocPartValueTypeID="1" LocPartValueStatusID="1">{pad}    <Comment />{pad}    <Value>{words(rng, 2)}</Value>{pad}  </LocationPartValue>{pad}</LocationPart>'
                    for n in range(3)
                )
                + f'{pad}<FeatureVersionReference FeatureVersionID="{at}" />\n    </Location>'
            )
        out.write("\n</Locations>\n<IDRegDocuments>")
        for at in range(entries * 2):
            out.write(
                f'\n    <IDRegDocument ID="{at}" IDRegDocTypeID="1596" IdentityID="{at // 2}" IssuedBy-CountryID="9" ValidityID="1">{pad}<Comment />{pad}<IDRegistrationNo>{at:010}</IDRegistrationNo>'
                f'{pad}<IssuingAuthority />{pad}<DocumentedNameReference DocumentedNameID="{at}" />\n    </IDRegDocument>'
            )
        out.write("\n</IDRegDocuments>\n<DistinctParties>")
        for at in range(entries):
            names = "".join(
                f'{pad}<Alias FixedRef="{at + 1}" AliasTypeID="{1403 if n == 0 else 1400}" Primary="{"true" if n == 0 else "false"}" LowQuality="false">{pad}  <DocumentedName ID="{at}{n}" FixedRef="{at + 1}" DocNameStatusID="1">{pad}    <DocumentedNamePart>'
                f'{pad}      <NamePartValue NamePartGroupID="{at}{n}" ScriptID="215" ScriptStatusID="1" Acronym="false">{words(rng, 3)}</NamePartValue>{pad}    </DocumentedNamePart>{pad}  </DocumentedName>{pad}</Alias>'
                for n in range(4)
            )
            groups = "".join(
                f'{pad}  <MasterNamePartGroup>{pad}    <NamePartGroup ID="{at}{n}" NamePartTypeID="1525" />{pad}  </MasterNamePartGroup>'
                for n in range(4)
            )
            features = "".join(
                f'{pad}<Feature ID="{at}{n}" FeatureTypeID="{(25, 25, 13, 14)[n]}">{pad}  <FeatureVersion ID="{at}{n}" ReliabilityID="1">{pad}    <Comment />'
                + (
                    f'{pad}    <VersionLocation LocationID="{at * 2 + n}" />'
                    if n < 2
                    else f'{pad}    <VersionDetail DetailTypeID="1432">{words(rng, 1)}</VersionDetail>'
                )
                + f'{pad}  </FeatureVersion>{pad}  <IdentityReference IdentityID="{at}" IdentityFeatureLinkTypeID="1" />{pad}</Feature>'
                for n in range(4)
            )
            out.write(
                f'\n    <DistinctParty FixedRef="{at + 1}">{pad}<Comment />{pad}<Profile ID="{at + 1}" PartySubTypeID="3">{pad}<Identity ID="{at}" FixedRef="{at + 1}" Primary="true" False="false">{names}{pad}<NamePartGroups>{groups}{pad}</NamePartGroups>{pad}</Identity>{features}{pad}</Profile>\n    </DistinctParty>'
            )
        out.write("\n</DistinctParties>\n<ProfileRelationships>")
        for at in range(1, entries, 2):
            out.write(
                f'\n    <ProfileRelationship ID="{at}" From-ProfileID="{at + 1}" To-ProfileID="{at}" RelationTypeID="15003" RelationQualityID="1" Former="false" SanctionsEntryID="{at}" />'
            )
        out.write("\n</ProfileRelationships>\n<SanctionsEntries>")
        for at in range(entries):
            out.write(
                f'\n    <SanctionsEntry ID="{at}" ProfileID="{at + 1}" ListID="1550">{pad}<LimitationsToPublic />{pad}<EntryEvent ID="{at}" EntryEventTypeID="1" LegalBasisID="7">{pad}  <Comment />{pad}  <Date CalendarTypeID="1">{pad}    <Year>2024</Year>{pad}    <Month>5</Month>{pad}    <Day>6</Day>{pad}  </Date>{pad}</EntryEvent>'
                f'{pad}<SanctionsMeasure ID="{at}" SanctionsTypeID="1705">{pad}  <Comment />{pad}</SanctionsMeasure>{pad}<SanctionsMeasure ID="{at}1" SanctionsTypeID="1">{pad}  <Comment>TEST{at % 40}</Comment>{pad}</SanctionsMeasure>\n    </SanctionsEntry>'
            )
        out.write("\n</SanctionsEntries>\n</Sanctions>\n")


def eu_xml(path: Path, entries: int) -> None:
    """Write a file in the form of the EU's list, version 1.1."""
    rng = random.Random(3)
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-20T00:00:00Z" globalFileId="1">')  # fmt: skip
        for at in range(entries):
            names = "\n".join(
                f'<nameAlias firstName="" middleName="" lastName="" wholeName="{words(rng, 3)}" function="" gender="M" title="" nameLanguage="EN" strong="true" regulationLanguage="en" logicalId="{at}{n}">'
                f'<regulationSummary regulationType="regulation" publicationDate="2024-05-06" numberTitle="2024/{at}" publicationUrl="https://law.example/{at}"/></nameAlias>' for n in range(8))  # fmt: skip
            out.write(
                f'\n<sanctionEntity logicalId="{at + 1}" euReferenceNumber="EU.{at}.1" designationDetails=""><regulation programme="TST" publicationDate="2024-05-06"/>'
                f'<subjectType code="enterprise"/>{names}<address city="{words(rng, 1)}" street="{words(rng, 3)}" countryIso2Code="DE"/></sanctionEntity>')  # fmt: skip
        out.write("\n</export>\n")


def uk_xml(path: Path, entries: int) -> None:
    """Write a file in the form of the UK Sanctions List, some 3 kB a designation, half of them prose."""
    rng = random.Random(9)
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<Designations>\n  <DateGenerated>20/11/2026</DateGenerated>\n'
        )
        for at in range(entries):
            names = "\n".join(
                f"      <Name>\n        <Name6>{words(rng, 3)}</Name6>\n        <NameType>{'Alias' if n else 'Primary Name'}</NameType>\n      </Name>"
                for n in range(2 + at % 2))  # fmt: skip
            out.write(
                f"  <Designation>\n    <LastUpdated>04/08/2026</LastUpdated>\n    <DateDesignated>29/06/2022</DateDesignated>\n    <UniqueID>TST{at:04}"
                f"</UniqueID>\n    <OFSIGroupID>{at + 9000}</OFSIGroupID>\n    <Names>\n{names}\n    </Names>\n    <RegimeName>The Test (Sanctions) "
                f"Regulations {at % 30}</RegimeName>\n    <IndividualEntityShip>Entity</IndividualEntityShip>\n    <OtherInformation>{words(rng, 25)}"
                f"</OtherInformation>\n    <UKStatementofReasons>{words(rng, 200)}</UKStatementofReasons>\n    <Addresses>\n      <Address>\n        "
                f"<AddressLine1>{words(rng, 3)}</AddressLine1>\n        <AddressCountry>Testland</AddressCountry>\n      </Address>\n    </Addresses>\n"
                f"    <EntityDetails>\n      <Entity>\n        <BusinessRegistrationNumbers>\n          <BusinessRegistrationNumber>{at:09}"
                "</BusinessRegistrationNumber>\n        </BusinessRegistrationNumbers>\n      </Entity>\n    </EntityDetails>\n  </Designation>\n")  # fmt: skip
        out.write("</Designations>\n")


FILES: dict[str, tuple[Callable[[Path, int], None], Any, str, str, str]] = {
    "SDN.XML": (sdn_xml, OfacXml(), "sdnList", "sdnEntry", OFAC + "XML"),
    "SDN_ENHANCED": (sdn_enhanced, OfacEnhanced(), "sanctionsData", "entity", OFAC + "ENHANCED_XML"),
    "SDN_ADVANCED": (
        sdn_advanced,
        OfacAdvanced(),
        "Sanctions",
        "DistinctParty|Location|IDRegDocument|ProfileRelationship|SanctionsEntry",
        OFAC + "ADVANCED_XML",
    ),
    "EU": (eu_xml, EuropeanUnion(), "export", "sanctionEntity", "http://eu.europa.ec/fpi/fsd/export"),
    "UK": (uk_xml, UnitedKingdom("uk-xml", "xml"), "Designations", "Designation", ""),
}


SHARES = {"EU": 2, "UK": 3}
"""Of so many entries of OFAC's list there is one in theirs."""


def by_lxml(stream: BinaryIO, tag: str, namespace: str) -> Iterator[Any]:
    """Read the records as lxml does it, with a tag filter and elements cleared."""
    from lxml import etree  # type: ignore[import-untyped]

    tags = [f"{{{namespace}}}{one}" if namespace else one for one in tag.split("|")]
    for _, element in etree.iterparse(stream, events=("end",), tag=tags):
        for inner in element.iter():  # a reader looks at each element once at least
            inner.text  # noqa: B018
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def measure(name: str, way: str, path: Path) -> None:
    """Read one file in one way, and print the figures."""
    _, reader, root, tag, namespace = FILES[name]
    before, count = time.process_time(), 0
    with path.open("rb") as stream:
        if way == "lxml":
            found: Iterator[Any] = by_lxml(stream, tag, namespace)
        elif way == "records":
            found = records(
                stream, name, root=root, tags=frozenset(tag.split("|")), namespaces=frozenset({namespace})
            )
        else:
            found = reader.read(stream, Request(name))
        count = len(assemble(name, found)) if way == "edition" else sum(1 for _ in found)
    spent, megabytes = time.process_time() - before, path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:13} {way:9} {megabytes:7.1f} MB {count:7,} {spent:7.2f} s {megabytes / spent:7.1f} MB/s {peak:6.0f} MB", flush=True)  # fmt: skip


def compare(entries: int, folder: Path) -> None:
    """Print what the difference of two editions costs, reading left out and counted in."""
    began, editions = time.process_time(), []
    for changed in (0, 200):
        path = folder / f"edition-{changed}.xml"
        sdn_xml(path, entries, changed)
    made = time.process_time()
    for changed in (0, 200):
        with (folder / f"edition-{changed}.xml").open("rb") as stream:
            editions.append(assemble("sdn", OfacXml().read(stream, Request("sdn"))))
    read = time.process_time()
    changes = difference(editions[0], editions[1])
    done = time.process_time()
    print(f"two editions of SDN.XML: read {read - made:.2f} s, difference {done - read:.2f} s, {len(list(changes))} changes (made in {made - began:.0f} s)")  # fmt: skip


def main() -> None:
    """Make the files and read each in processes of their own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=19_391)
    parser.add_argument("--only", choices=[*FILES, "difference"])
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, way, path = options.measure
        measure(name, way, Path(path))
        return
    print(
        f"{'file':13} {'way':9} {'size':>10} {'records':>7} {'cpu':>9} {'speed':>12} {'peak':>9}", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, *_) in FILES.items():
            if options.only not in (None, name):
                continue
            path = Path(folder, name)
            make(path, options.entries // SHARES.get(name, 1))
            for way in ("records", "entities", "edition", "lxml"):
                subprocess.run([sys.executable, __file__, "--measure", name, way, str(path)], check=True)
            path.unlink()
        if options.only in (None, "difference"):
            compare(options.entries, Path(folder))


if __name__ == "__main__":
    main()
