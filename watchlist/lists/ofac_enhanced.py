"""OFAC's enhanced XML (SDN_ENHANCED, CONS_ENHANCED): listing dates, sub-lists, legal authorities, scripts, relations.

Address: ``…/exports/CONS_ENHANCED.ZIP`` (one XML inside) and filtered exports. Id: ``entity/@id`` = uid. Weak
aliases: ``isLowQuality``. The only form that tells the NS-CMIC sub-list and the day of listing.
Sureness: seen (CONS_ENHANCED of 2025-01-10, a filtered export of 2024-08-28).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import entity, identifier
from watchlist.lists.ofac_csv import EXPORTS
from watchlist.lists.ofac_words import KINDS, SCRIPTS, label
from watchlist.lists.xml_stream import Element, local_name, parts, records, text, texts
from watchlist.model import ListEntity, NameStrength, Request, SourceState

_NAMESPACES = frozenset({EXPORTS + "ENHANCED_XML"})
_OF_NAME = tuple(
    "{*}" + tag for tag in ("isPrimary", "aliasType", "isLowQuality", "script", "formattedFullName")
)


@dataclass(frozen=True, slots=True)
class OfacEnhanced:
    """An enhanced export. ``sublist`` keeps only entities of a list whose name holds it (NS-CMIC on its own)."""

    name: str = "ofac-consolidated"
    file: str = "CONS_ENHANCED.ZIP"
    sublist: str = ""

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the archive."""
        yield self.archive

    @property
    def archive(self) -> Request:
        """Return the request for the archive."""
        return Request(EXPORTS + self.file, max_bytes=256_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the entities of the XML (already taken out of its archive)."""
        found = records(
            stream, request.url, root="sanctionsData", tags=frozenset({"entity"}), namespaces=_NAMESPACES
        )
        for _, element in found:
            held = parts(element)
            lists = sublists(held)
            if element.get("id") and (not self.sublist or any(self.sublist in name for name, _ in lists)):
                yield record(element.get("id"), held, lists)


def sublists(found: Mapping[str, Element]) -> list[tuple[str, str | None]]:
    """Return the lists that an entity is on, each with its day of listing."""
    return [(one.text or "", one.get("datePublished")) for one in found.get("sanctionsLists", ())]


def record(id: str, found: Mapping[str, Element], lists: list[tuple[str, str | None]]) -> ListEntity:
    """Return the record of an entity, of which ``found`` are the parts and ``lists`` those that it is on."""
    dates = [("listed", day) for _, day in lists]
    identifiers, remarks = [], []
    for feature in found.get("features", ()):
        told = texts(feature)
        kind, value = told.get("type", ""), told.get("value", "")
        if kind == "Birthdate":
            dates.append(("birth", value))
        elif label(kind) not in ("", "ID"):
            identifiers.append(identifier(label(kind), value))
        else:
            remarks.append(f"{kind.rstrip(': ')}: {value}")
    for document in found.get("identityDocuments", ()):
        told = texts(document)
        named = label(told.get("type", ""))
        identifiers.append(identifier(named, told.get("documentNumber")) if named else "")
    places = [_address(place) for place in found.get("addresses", ())]
    remarks = sorted(set(remarks))
    remarks += [f"authority: {held.text}" for held in found.get("legalAuthorities", ()) if held.text]
    return entity(
        id,
        KINDS.get(texts(found.get("generalInfo")).get("entityType", "").casefold(), "organization"),
        _names(found.get("names", ())),
        programs=[*(held.text for held in found.get("sanctionsPrograms", ())), *(name for name, _ in lists)],
        identifiers=identifiers,
        countries=[country for _, country in places],
        addresses=[address for address, _ in places],
        dates=dates,
        linked=map(_related, found.get("relationships", ())),
        remarks="; ".join(remarks),
    )


def _related(relationship: Element) -> tuple[str, str]:
    held = parts(relationship)
    other = held.get("relatedEntity")
    return text(held, "type"), (other.get("entityId") or "") if other is not None else ""


def _names(names: Iterable[Element]) -> Iterator[tuple[str, NameStrength, str | None]]:
    for name in names:
        strength, primary, script = NameStrength.STRONG, "", ""
        for part in name.iter(*_OF_NAME):
            tag, told = local_name(part.tag), part.text or ""
            if tag == "formattedFullName":
                first = primary == "true" and script in ("Latin", "")
                yield told, NameStrength.PRIMARY if first else strength, SCRIPTS.get(script)
            elif tag == "script":
                script = told
            elif tag == "isPrimary":  # of the name; those of its translations come later
                primary = primary or told
            elif tag == "isLowQuality":
                strength = NameStrength.WEAK if told == "true" else strength
            elif told == "F.K.A." and strength is not NameStrength.WEAK:
                strength = NameStrength.FORMER


def _address(place: Element) -> tuple[str, str]:
    """Return an address as one line, and its country."""
    lines, country = [], ""
    for part in place.iter("{*}country", "{*}value"):
        if local_name(part.tag) == "value":
            lines.append(part.text)
        elif part.getparent() is place:
            country = part.text or ""
    return ", ".join(filter(None, (*lines, country))), country
