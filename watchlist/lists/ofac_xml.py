"""OFAC's lists in the old XML form (SDN.XML, CONSOLIDATED.XML).

Address: ``…/exports/SDN.XML`` and ``CONSOLIDATED.XML``; 29 MB and 1 MB. Namespace now the service's, formerly
``tempuri.org``; ``publshInformation`` is misspelt so. Id: ``uid``. Weak aliases: ``aka/category``. The same content
comes in another order from one day to the next. Sureness: seen (recordings of 2020 to 2026, CONSOLIDATED only).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.errors import BadEdition
from watchlist.lists.canonical import entity, identifier
from watchlist.lists.ofac_csv import EXPORTS
from watchlist.lists.ofac_words import KINDS, LINKED, identifiers_in, label
from watchlist.lists.xml_stream import Element, child_text, parts, records, text, texts
from watchlist.model import ListEntity, NameStrength, Request, SourceState

_NAMESPACES = frozenset(
    {
        "http://tempuri.org/sdnList.xsd",
        EXPORTS + "XML",
        "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML",
    }
)
_ADDRESS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")
_REGION = "Region:"


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
    found = parts(element)
    remarks = text(found, "remarks")
    first, last = text(found, "firstName"), text(found, "lastName")
    named = [(f"{last}, {first}" if first and last else last or first, NameStrength.PRIMARY, None)]
    named.extend(_alias(texts(aka)) for aka in found.get("akaList", ()))
    identifiers = [*identifiers_in(remarks), *(_identifier(texts(held)) for held in found.get("idList", ()))]
    if "vesselInfo" in found:
        identifiers.append(identifier("CALLSIGN", texts(found["vesselInfo"]).get("callSign")))
    addresses = [texts(held) for held in found.get("addressList", ())]
    return entity(
        text(found, "uid"),
        KINDS.get(text(found, "sdnType").casefold(), "organization"),
        named,
        programs=[program.text for program in found.get("programList", ())],
        identifiers=identifiers,
        countries=_countries(found, addresses),
        addresses=[", ".join(filter(None, map(held.get, _ADDRESS))) for held in addresses],
        dates=[("birth", texts(born).get("dateOfBirth")) for born in found.get("dateOfBirthList", ())],
        linked=[("linked to", other) for other in LINKED.findall(remarks)] if remarks else (),
        remarks="; ".join(filter(None, (text(found, "title"), remarks))),
    )


def _alias(aka: Mapping[str, str]) -> tuple[str, NameStrength, None]:
    first, last = aka.get("firstName"), aka.get("lastName", "")
    strength = NameStrength.FORMER if aka.get("type") == "f.k.a." else NameStrength.STRONG
    if aka.get("category") == "weak":
        strength = NameStrength.WEAK
    return f"{last}, {first}" if first and last else last or first or "", strength, None


def _identifier(held: Mapping[str, str]) -> str:
    named = label(held.get("idType", ""))
    return identifier(named, held.get("idNumber")) if named else ""


def _countries(found: Mapping[str, Element], addresses: Iterable[Mapping[str, str]]) -> Iterator[str]:
    yield from (held["country"] for held in addresses if not held.get("country", _REGION).startswith(_REGION))
    for container in ("nationalityList", "citizenshipList"):
        yield from (texts(held).get("country", "") for held in found.get(container, ()))
