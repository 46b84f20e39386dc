"""The EU's consolidated list of financial sanctions (FSF, XML 1.1).

Address: ``https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw`` (the
token is public); daily, 24 MB, over a minute to serve, bursts of 500. Id: ``logicalId``; ``euReferenceNumber`` is kept.
Weak aliases: ``nameAlias/@strong="false"``. Country ``00`` is unknown. ``delistingDate`` may be set on a kept record.
Sureness: the schema was seen, no full file; tested on a file of that schema of our own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import entity, identifier
from watchlist.lists.xml_stream import Element, groups, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = (
    "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"
)
_NAMESPACES = frozenset({"http://eu.europa.ec/fpi/fsd/export"})
_NUMBERS = {
    "passport": "PASSPORT",
    "regnumber": "REG",
    "imo": "IMO",
    "swiftbic": "SWIFT",
    "fiscalcode": "TAX",
}
_PLACE = ("street", "poBox", "zipCode", "city", "region", "countryDescription")


@dataclass(frozen=True, slots=True)
class EuropeanUnion:
    """The EU list."""

    name: str = "eu"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS, max_bytes=128_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the sanctioned entities that are not delisted."""
        tags = frozenset({"sanctionEntity"})
        for _, element in records(stream, request.url, root="export", tags=tags, namespaces=_NAMESPACES):
            if not element.get("delistingDate"):
                yield _entity(element)


def _entity(element: Element) -> ListEntity:
    told = groups(element)
    found = []
    for number, alias in enumerate(told["nameAlias"]):
        whole = alias.get("wholeName") or " ".join(
            filter(None, (alias.get("firstName"), alias.get("middleName"), alias.get("lastName")))
        )
        strong = alias.get("strong") != "false"
        strength = (
            NameStrength.PRIMARY
            if number == 0 and strong
            else NameStrength.STRONG
            if strong
            else NameStrength.WEAK
        )
        found.append((whole, strength, (alias.get("nameLanguage") or "").lower() or None))
    regulations = told["regulation"]
    places = [*told["citizenship"], *told["address"]]
    person = any(
        (subject.get("code") or "").lower() in ("person", "p") for subject in told["subjectType"][:1]
    )
    return entity(
        element.get("logicalId") or "",
        "person" if person else "organization",
        found,
        programs=[regulation.get("programme") for regulation in regulations],
        identifiers=[
            identifier("EU", element.get("euReferenceNumber")),
            identifier("UN", element.get("unitedNationId")),
            *(
                identifier(_NUMBERS.get(held.get("identificationTypeCode") or "", "ID"), held.get("number"))
                for held in told["identification"]
            ),
        ],
        countries=[place.get("countryIso2Code") for place in places if place.get("countryIso2Code") != "00"],
        addresses=[", ".join(filter(None, (held.get(part) for part in _PLACE))) for held in told["address"]],
        dates=[
            (
                "listed",
                element.get("designationDate")
                or next((held.get("publicationDate") for held in regulations), ""),
            ),
            *(("birth", held.get("birthdate") or held.get("year")) for held in told["birthdate"]),
        ],
        remarks="; ".join(
            filter(None, (*(held.text for held in told["remark"][:1]), element.get("designationDetails")))
        ),
    )
