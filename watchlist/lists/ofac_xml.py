"""OFAC's lists in the old XML form (SDN.XML, CONSOLIDATED.XML).

Address: ``…/exports/SDN.XML`` and ``CONSOLIDATED.XML``; 29 MB and 1 MB. Namespace now the service's, formerly
``tempuri.org``; ``publshInformation`` is misspelt so. Id: ``uid``. Weak aliases: ``aka/category``. The same content
comes in another order from one day to the next. Sureness: seen (recordings of 2020 to 2026, CONSOLIDATED only).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.errors import BadEdition
from watchlist.lists.canonical import entity, identifier
from watchlist.lists.ofac_csv import EXPORTS
from watchlist.lists.ofac_words import IDENTIFIER, KINDS, LINKED, label
from watchlist.lists.xml_stream import Element, child_text, children, inner, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

_NAMESPACES = frozenset(
    {
        "http://tempuri.org/sdnList.xsd",
        EXPORTS + "XML",
        "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML",
    }
)


@dataclass(frozen=True, slots=True)
class OfacXml:
    """SDN.XML or CONSOLIDATED.XML."""

    name: str = "ofac-sdn"
    file: str = "SDN.XML"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(EXPORTS + self.file, max_bytes=128_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the entries; the count that the file states must be the count that it holds."""
        stated, seen = None, 0
        tags = frozenset({"publshInformation", "sdnEntry"})
        for tag, element in records(stream, request.url, root="sdnList", tags=tags, namespaces=_NAMESPACES):
            if tag == "publshInformation":
                stated = child_text(element, "Record_Count")
            else:
                seen += 1
                yield _entry(element)
        if stated and stated.isdigit() and int(stated) != seen:
            raise BadEdition(request.url, f"the file states {stated} entries and holds {seen}")


def _entry(element: Element) -> ListEntity:
    remarks = child_text(element, "remarks")
    found = [(_name(element), NameStrength.PRIMARY, None)]
    for aka in inner(element, "akaList", "aka"):
        kind, weak = child_text(aka, "type"), child_text(aka, "category") == "weak"
        strength = (
            NameStrength.WEAK if weak else NameStrength.FORMER if kind == "f.k.a." else NameStrength.STRONG
        )
        found.append((_name(aka), strength, None))
    identifiers = [f"{one}:{number}" for one, pattern in IDENTIFIER for number in pattern.findall(remarks)]
    for held in inner(element, "idList", "id"):
        kind, number = child_text(held, "idType"), child_text(held, "idNumber")
        named = label(kind)
        identifiers.append(identifier(named, number) if named else "")
    vessel = next(children(element, "vesselInfo"), None)
    if vessel is not None:
        identifiers.append(identifier("CALLSIGN", child_text(vessel, "callSign")))
    return entity(
        child_text(element, "uid"),
        KINDS.get(child_text(element, "sdnType").casefold(), "organization"),
        found,
        programs=[program.text for program in inner(element, "programList", "program")],
        identifiers=identifiers,
        countries=_countries(element),
        addresses=[_address(found) for found in inner(element, "addressList", "address")],
        dates=[
            ("birth", born.text)
            for born in inner(element, "dateOfBirthList", "dateOfBirthItem", "dateOfBirth")
        ],
        linked=[("linked to", other) for other in LINKED.findall(remarks)],
        remarks="; ".join(filter(None, (child_text(element, "title"), remarks))),
    )


def _name(element: Element) -> str:
    return ", ".join(filter(None, (child_text(element, "lastName"), child_text(element, "firstName"))))


def _address(element: Element) -> str:
    parts = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")
    return ", ".join(filter(None, (child_text(element, part) for part in parts)))


def _countries(element: Element) -> Iterator[str]:
    for path in (
        ("addressList", "address"),
        ("nationalityList", "nationality"),
        ("citizenshipList", "citizenship"),
    ):
        for found in inner(element, *path):
            country = child_text(found, "country")
            if not country.startswith("Region:"):
                yield country
