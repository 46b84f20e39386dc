"""The UFLPA Entity List of the US Department of Homeland Security (a web page with tables).

Address: ``https://www.dhs.gov/uflpa-entity-list``; changes with Federal Register notices, about 150 names. No id: the key is
the name before its bracket. Aliases stand in the cell: "(including two aliases: A; and B)", "(also known as …)",
"(formerly …)". Columns "Name of Entity", "Effective Date". Removal: absent from the next page.
Sureness: seen (page of 2026-07-09).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from lxml import html  # type: ignore[import-untyped]

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.canonical import entity, tidy
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = "https://www.dhs.gov/uflpa-entity-list"
_MOST_BYTES = 16_000_000
_ALIASES = re.compile(
    r"\((?:and|including|includes|with)?\s*(?:\w+\s+)?alias(?:es)?:\s*+(.+)\)|\((?:also known as|a\.k\.a\.|(?:and )?formerly(?: known as)?)\s*+(.+)\)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r";\s*(?:and\s+)?|,?(?<!\s)\s+and\s+formerly known as\s+")
_TWO = re.compile(r"(?<!\s)\s+and\s+(?=[A-Z])")
_HEADS = (["Name of Entity"], ["Entity Name"])
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 (a sentence of names)


@dataclass(frozen=True, slots=True)
class Uflpa:
    """The UFLPA page."""

    name: str = "uflpa"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the page."""
        yield Request(ADDRESS, max_bytes=_MOST_BYTES)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the rows of every table; all must be headed as documented."""
        data = stream.read(_MOST_BYTES)
        if not data.strip():
            raise BadEdition(request.url, "an empty file (0 bytes)")
        page = html.fromstring(data.decode("utf-8", "replace"))
        tables = list(page.iter("table"))
        strange = [head for head in map(_header, tables) if head[:1] not in _HEADS]
        if not tables:
            raise LayoutChanged(request.url, "a page without tables, in place of the UFLPA Entity List")
        if strange:
            raise LayoutChanged(
                request.url, f"tables are not headed “Name of Entity” or “Entity Name”: {strange[:1]}"
            )
        for found in tables:
            for row in found.iter("tr"):
                cells = [tidy(cell.text_content()) for cell in row.iter("td")]
                if len(cells) >= 2 and cells[0]:
                    yield _row(*cells[:2])


def _header(table: object) -> list[str]:
    return [tidy(cell.text_content()) for cell in table.iter("th")]  # type: ignore[attr-defined]


def _row(cell: str, effective: str) -> ListEntity:
    hit = _ALIASES.search(cell)
    name = tidy(cell[: hit.start()] if hit else cell)
    told = (hit[1] or hit[2]) if hit else ""
    two = "two alias" in cell.casefold() and ";" not in told
    aliases = (_TWO if two else _SPLIT).split(told)
    rest = tidy(cell[hit.end() :]) if hit else ""
    return entity(
        name,
        "organization",
        [
            (name, NameStrength.PRIMARY, None),
            *(
                (alias.strip(" ;.").removeprefix("formerly known as "), NameStrength.STRONG, None)
                for alias in aliases
            ),
        ],
        programs=["UFLPA"],
        countries=["China"],
        dates=[("listed", _day(effective))],
        remarks=rest,
    )


def _day(text: str) -> str:
    hit = re.fullmatch(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})", text)
    if hit and hit[1] in _MONTHS:
        return f"{hit[3]}-{_MONTHS.index(hit[1]) + 1:02}-{int(hit[2]):02}"
    return text
