"""The UK Sanctions List of the Foreign Office (CSV and XML); since 28 January 2026 the only UK designation list.

Address: ``https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv`` (and ``.xml``, 19.5 MB); published as needed.
Id: ``Unique ID`` (RUS2176). CSV: line 1 is ``Report Date: …``, then a header of 58 columns; several rows an id, a row
a name. Name 6 is the surname or the whole name; type and strength slip in case ("ALias"). Dates dd/mm/yyyy, also
``dd/mm/1945``. Removal: absent from the next file. Sureness: excerpts seen (two records of XML, one row of CSV); the elements of
companies and ships in the XML are as a reader of another project lists them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import day, entity, identifier, text_of
from watchlist.lists.csv_rows import table
from watchlist.lists.xml_stream import Element, parts, records, text, texts
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List."
_NEEDED = (
    "Unique ID",
    "Name 6",
    "Name 1",
    "Name type",
    "Alias strength",
    "Regime Name",
    "Designation Type",
    "Date Designated",
)
_NAME = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_NUMBERS = {
    "IMONumber": "IMO",
    "BusinessRegistrationNumber": "REG",
    "OFSIGroupID": "OFSI",
    "UNReferenceNumber": "UN",
    "PassportNumber": "PASSPORT",
}
_TOLD = (*_NUMBERS, "AddressCountry", "Nationality", "DOB", "ParentCompany", "Subsidiary")
"""Elements of the XML whose texts are gathered wherever they stand in a designation."""
_XML_NAME = tuple(f"Name{number}" for number in range(1, 7))
_KINDS = {"individual": "person", "entity": "organization", "ship": "vessel"}


@dataclass(frozen=True, slots=True)
class UnitedKingdom:
    """The UK list, as CSV (``form="csv"``) or XML."""

    name: str = "uk"
    form: str = "csv"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS + self.form, max_bytes=128_000_000, role=self.form)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield a part for each row of the CSV (``canonical.merged`` joins them by id), or each designation."""
        if (request.role or self.form) == "csv":
            for row in table(stream, request.url, _NEEDED, skip=1):
                yield _row(row)
            return
        tags = frozenset({"Designation"})
        for _, element in records(
            stream, request.url, root="Designations", tags=tags, namespaces=frozenset({""})
        ):
            yield _designation(element)


def _strength(kind: str, alias: str) -> NameStrength:
    if kind.strip().lower().startswith("primary name"):
        return NameStrength.PRIMARY if "variation" not in kind.lower() else NameStrength.STRONG
    return NameStrength.WEAK if "low" in alias.lower() or "weak" in alias.lower() else NameStrength.STRONG


def _row(row: dict[str, str]) -> ListEntity:
    name = text_of(row, *_NAME, glue=" ")
    return entity(
        row["Unique ID"],
        _KINDS.get(row["Designation Type"].strip().lower(), "organization"),
        [
            (name, _strength(row["Name type"], row["Alias strength"]), None),
            (row.get("Name non-latin script"), NameStrength.STRONG, None),
        ],
        programs=[row["Regime Name"]],
        identifiers=[
            identifier("IMO", row.get("IMO number")),
            identifier("REG", row.get("Business registration number (s)")),
            identifier("OFSI", row.get("OFSI Group ID")),
            identifier("UN", row.get("UN Reference Number")),
            identifier("PASSPORT", row.get("Passport number")),
        ],
        countries=[row.get("Address Country"), row.get("Nationality(/ies)")],
        addresses=[
            text_of(
                row, *(f"Address Line {n}" for n in range(1, 7)), "Address Postal Code", "Address Country"
            )
        ],
        dates=[("listed", day(row["Date Designated"])), ("birth", day(row.get("D.O.B")))],
        linked=[
            ("parent company", row.get("Parent company") or ""),
            ("subsidiary", row.get("Subsidiaries") or ""),
        ],
        remarks=row.get("Other Information"),
    )


def _designation(element: Element) -> ListEntity:
    held = parts(element)
    found = []
    for name in map(texts, held.get("Names", ())):
        whole = " ".join(filter(None, (name.get(column, "").strip() for column in _XML_NAME)))
        found.append((whole, _strength(name.get("NameType", ""), name.get("AliasStrength", "")), None))
    found.extend(
        (texts(name).get("NameNonLatinScript", ""), NameStrength.STRONG, None)
        for name in held.get("NonLatinNames", ())
    )
    told: dict[str, list[str]] = {}
    for part in element.iter(*_TOLD):
        told.setdefault(part.tag, []).append(part.text or "")
    return entity(
        text(held, "UniqueID"),
        _KINDS.get(text(held, "IndividualEntityShip").strip().lower(), "organization"),
        found,
        programs=[text(held, "RegimeName")],
        identifiers=[
            identifier(label, number) for tag, label in _NUMBERS.items() for number in told.get(tag, ())
        ],
        countries=[*told.get("AddressCountry", ()), *told.get("Nationality", ())],
        addresses=[
            ", ".join(filter(None, ((part.text or "").strip() for part in address)))
            for address in held.get("Addresses", ())
        ],
        dates=[
            ("listed", day(text(held, "DateDesignated"))),
            *(("birth", day(born)) for born in told.get("DOB", ())),
        ],
        linked=[
            *(("parent company", other) for other in told.get("ParentCompany", ())),
            *(("subsidiary", other) for other in told.get("Subsidiary", ())),
        ],
        remarks=text(held, "OtherInformation"),
    )
