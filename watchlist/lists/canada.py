"""Canada's consolidated autonomous sanctions list (SEMA and LMES, XML).

Address: ``https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-relations_internationales/sanctions/sema-lmes.xml``;
published as needed, about 4,800 records. No id: the key is country, schedule and item, as the publisher numbers them.
Aliases are one text, separated by commas or semicolons. Removal: absent from the next file.
Sureness: seen (edition of 2025-05).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.lists.canonical import entity, identifier
from watchlist.lists.xml_stream import Element, child_text, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = (
    "https://www.international.gc.ca/world-monde/assets/office_docs/"
    "international_relations-relations_internationales/sanctions/sema-lmes.xml"
)
_ALIASES = re.compile(r"[;,](?!\s*(?:Ltd|Inc|LLC|S\.A|Co)\b)")


@dataclass(frozen=True, slots=True)
class Canada:
    """The Canadian list."""

    name: str = "canada"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS, max_bytes=64_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the records."""
        tags = frozenset({"record"})
        for _, element in records(
            stream, request.url, root="data-set", tags=tags, namespaces=frozenset({""})
        ):
            yield _record(element)


def _record(element: Element) -> ListEntity:
    country = child_text(element, "Country").partition(" / ")[0].strip()
    body, vessel = child_text(element, "EntityOrShip"), child_text(element, "ShipIMONumber")
    person = " ".join(
        filter(None, (child_text(element, "GivenName").strip(), child_text(element, "LastName").strip()))
    )
    aliases = [alias for alias in _ALIASES.split(child_text(element, "Aliases")) if alias.strip()]
    return entity(
        f"{country}/{child_text(element, 'Schedule').strip()}/{child_text(element, 'Item').strip()}",
        "vessel" if vessel else "organization" if body else "person",
        [
            (body or person, NameStrength.PRIMARY, None),
            *((alias, NameStrength.STRONG, None) for alias in aliases),
        ],
        programs=[f"SEMA {country}"],
        identifiers=[identifier("IMO", vessel)],
        dates=[
            ("listed", child_text(element, "DateOfListing")),
            ("built" if vessel else "birth", child_text(element, "DateOfBirthOrShipBuildDate")),
        ],
        remarks=child_text(element, "TitleOrShip"),
    )
