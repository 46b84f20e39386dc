"""The United Nations Security Council consolidated list (XML).

Address: ``https://scsanctions.un.org/resources/xml/en/consolidated.xml``; about 1,000 entries, 2 MB; stamped anew every
day without a change of content. Id: ``DATAID`` (``REFERENCE_NUMBER`` is kept as an identifier). Alias quality: Good,
Low (weak), a.k.a., f.k.a. Removal: absent from the next file. Sureness: seen (editions of 2024 and 2025; that of
2025-08 is ill-formed by a Latin-1 byte and is refused).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import entity, identifier
from watchlist.lists.xml_stream import Element, child_text, children, inner, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = "https://scsanctions.un.org/resources/xml/en/consolidated.xml"
_STRENGTHS = {"low": NameStrength.WEAK, "f.k.a.": NameStrength.FORMER}
_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")


@dataclass(frozen=True, slots=True)
class UnitedNations:
    """The UN list."""

    name: str = "un"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS, max_bytes=64_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield individuals and entities."""
        tags = frozenset({"INDIVIDUAL", "ENTITY"})
        for tag, element in records(
            stream, request.url, root="CONSOLIDATED_LIST", tags=tags, namespaces=frozenset({""})
        ):
            yield _entity(element, tag)


def _entity(element: Element, tag: str) -> ListEntity:
    found = [
        (
            " ".join(filter(None, (child_text(element, part).strip() for part in _PARTS))),
            NameStrength.PRIMARY,
            None,
        )
    ]
    found.append((child_text(element, "NAME_ORIGINAL_SCRIPT"), NameStrength.STRONG, None))
    for alias in children(element, f"{tag}_ALIAS"):
        strength = _STRENGTHS.get(child_text(alias, "QUALITY").strip().lower(), NameStrength.STRONG)
        found.append((child_text(alias, "ALIAS_NAME"), strength, None))
    documents = children(element, "INDIVIDUAL_DOCUMENT")
    born = children(element, "INDIVIDUAL_DATE_OF_BIRTH")
    return entity(
        child_text(element, "DATAID"),
        "person" if tag == "INDIVIDUAL" else "organization",
        found,
        programs=[child_text(element, "UN_LIST_TYPE")],
        identifiers=[
            identifier("UN", child_text(element, "REFERENCE_NUMBER")),
            *(
                identifier(
                    "PASSPORT" if "assport" in child_text(d, "TYPE_OF_DOCUMENT") else "ID",
                    child_text(d, "NUMBER"),
                )
                for d in documents
            ),
        ],
        countries=[held.text for path in ("NATIONALITY",) for held in inner(element, path, "VALUE")]
        + [child_text(held, "COUNTRY") for held in children(element, f"{tag}_ADDRESS")],
        addresses=[
            ", ".join(filter(None, (child_text(held, part).strip() for part in _PLACE)))
            for held in children(element, f"{tag}_ADDRESS")
        ],
        dates=[
            ("listed", child_text(element, "LISTED_ON")[:10]),
            *(("birth", child_text(b, "DATE") or child_text(b, "YEAR")) for b in born),
        ],
        remarks=child_text(element, "COMMENTS1"),
    )
