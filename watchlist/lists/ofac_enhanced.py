"""OFAC's enhanced XML (SDN_ENHANCED, CONS_ENHANCED): listing dates, sub-lists, legal authorities, scripts, relations.

Address: ``…/exports/CONS_ENHANCED.ZIP`` (one XML inside) and filtered exports. Id: ``entity/@id`` = uid. Weak
aliases: ``isLowQuality``. The only form that tells the NS-CMIC sub-list and the day of listing.
Sureness: seen (CONS_ENHANCED of 2025-01-10, a filtered export of 2024-08-28).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import entity, identifier
from watchlist.lists.ofac_csv import EXPORTS
from watchlist.lists.ofac_words import KINDS, label
from watchlist.lists.xml_stream import Element, child_text, children, inner, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

_NAMESPACES = frozenset({EXPORTS + "ENHANCED_XML"})
_SCRIPTS = {"Latin": "en", "Chinese Simplified": "zh-Hans", "Chinese Traditional": "zh-Hant", "Cyrillic": "ru", "Arabic": "ar", "Korean": "ko", "Japanese": "ja", "Farsi": "fa"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfacEnhanced:
    """An enhanced export. ``sublist`` keeps only entities of a list whose name holds it (NS-CMIC on its own)."""

    name: str = "ofac-consolidated"
    file: str = "CONS_ENHANCED.ZIP"
    sublist: str = ""

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the archive."""
        yield Request(EXPORTS + self.file, max_bytes=256_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the entities of the XML (already taken out of its archive)."""
        found = records(
            stream, request.url, root="sanctionsData", tags=frozenset({"entity"}), namespaces=_NAMESPACES
        )
        for _, element in found:
            lists = [held.text or "" for held in inner(element, "sanctionsLists", "sanctionsList")]
            if element.get("id") and (not self.sublist or any(self.sublist in held for held in lists)):
                yield _entity(element, lists)


def _entity(element: Element, lists: list[str]) -> ListEntity:
    dates = [
        ("listed", held.get("datePublished")) for held in inner(element, "sanctionsLists", "sanctionsList")
    ]
    identifiers, remarks = [], []
    for feature in inner(element, "features", "feature"):
        kind, value = child_text(feature, "type"), child_text(feature, "value")
        if kind == "Birthdate":
            dates.append(("birth", value))
        elif label(kind) not in ("", "ID"):
            identifiers.append(identifier(label(kind), value))
        else:
            remarks.append(f"{kind.rstrip(': ')}: {value}")
    for document in inner(element, "identityDocuments", "identityDocument"):
        named = label(child_text(document, "type"))
        identifiers.append(identifier(named, child_text(document, "documentNumber")) if named else "")
    authorities = [held.text for held in inner(element, "legalAuthorities", "legalAuthority")]
    return entity(
        element.get("id") or "",
        KINDS.get(child_text(element, "generalInfo", "entityType").casefold(), "organization"),
        _names(element),
        programs=[*(held.text for held in inner(element, "sanctionsPrograms", "sanctionsProgram")), *lists],
        identifiers=identifiers,
        countries=[held.text for held in inner(element, "addresses", "address", "country")],
        addresses=[_address(found) for found in inner(element, "addresses", "address")],
        dates=dates,
        linked=[
            (child_text(held, "type"), _related(held))
            for held in inner(element, "relationships", "relationship")
        ],
        remarks="; ".join(
            filter(None, [*sorted(set(remarks)), *(f"authority: {text}" for text in authorities if text)])
        ),
    )


def _related(relationship: Element) -> str:
    found = next(children(relationship, "relatedEntity"), None)
    return (found.get("entityId") or "") if found is not None else ""


def _names(element: Element) -> Iterator[tuple[str, NameStrength, str | None]]:
    for name in inner(element, "names", "name"):
        primary = child_text(name, "isPrimary") == "true"
        weak = child_text(name, "isLowQuality") == "true"
        former = child_text(name, "aliasType") == "F.K.A."
        for translation in inner(name, "translations", "translation"):
            script = child_text(translation, "script")
            strength = NameStrength.WEAK if weak else NameStrength.FORMER if former else NameStrength.STRONG
            if primary and script in ("Latin", ""):
                strength = NameStrength.PRIMARY
            lang = None if script == "Latin" else _SCRIPTS.get(script)
            yield child_text(translation, "formattedFullName"), strength, lang


def _address(address: Element) -> str:
    parts = [
        child_text(part, "value")
        for part in inner(address, "translations", "translation", "addressParts", "addressPart")
    ]
    return ", ".join(filter(None, [*parts, child_text(address, "country")]))
