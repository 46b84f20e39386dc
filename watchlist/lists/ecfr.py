"""The lists in 15 CFR part 744: Entity List (supplement 4), Unverified List (6), Military End-User List (7), as the eCFR has them.

Address: ``https://www.ecfr.gov/api/versioner/v1/titles.json`` tells until which day title 15 is up to date, then
``…/full/{day}/title-15.xml?part=744``; "current" is no day. Changes with each rule of the Bureau of Industry and Security.
Root ``DIV5``, a supplement is ``DIV9 N="Supplement No. 4 to Part 744"``, in it an HTML table; a blank country is that of the row
above; ``[Reserved]`` is nobody. No id: the key is country and name, so a name that is corrected is another body. Names, aliases
("a.k.a., the following two aliases:", each behind a dash) and addresses are prose in one cell. Removal: absent.
Sureness: the form as readers of other projects describe it (2026-06, 3,415 rows); tested on a file of our own.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from watchlist.errors import LayoutChanged
from watchlist.lists.canonical import entity, tidy
from watchlist.lists.indexed import INDEX, Followed
from watchlist.lists.xml_stream import Element, records
from watchlist.model import ListEntity, NameStrength, Request, SourceState

API = "https://www.ecfr.gov/api/versioner/v1/"
_TITLE = 15
_BREAKS = frozenset({"br", "p", "fp", "li", "div"})
_RAISED = frozenset({"su", "sup"})  # numbers of footnotes
_ROLES = {
    "country": "country",
    "entity": "name",
    "listed person": "name",
    "federal register": "citation",
    "license": "terms",
}
"""What a column is, by how its heading begins or what it holds."""
_ODD_ROWS = 0.02
_DASH = re.compile(r"(?:(?<=[:;])|\n|(?<=\band))\s*[—–]\s*")
_KNOWN_AS = re.compile(
    r",?\s{0,9}\(?\b(?:a\.k\.a\.|f\.k\.a\.|also known as|formerly known as)[,:]?\s{0,9}", re.IGNORECASE
)
_SEVERAL = re.compile(r"\s{0,9}(?:and )?the following\b[^:\n]*:?", re.IGNORECASE)
_MARKERS = re.compile(r"(?:subordinate institu|affiliated entit)[^\n]*:?\Z", re.IGNORECASE)
_SUFFIX = (
    r"(?:Ltd|Ltda|Limited|Inc|Incorporated|L\.?L\.?C|L\.?L\.?P|L\.?P|Co|Corp|Company|Corporation|S\.?A|S\.?L|S\.?R\.?L|s\.r\.o|"
    r"S\.?p\.?A|GmbH|A\.?G|B\.?V|N\.?V|Pte|Pvt|Sdn|Bhd|[POC]?JSC|OOO|[POZ]?AO|FZ[CE]O?|PLC|plc|d\.o\.o|a\.s|K\.?K|Lda|Jr|Sr|II|III)\b"
)
_NAME_ENDS = re.compile(
    rf",(?!\s*{_SUFFIX})|;|\.\s+(?=(?:\d|[A-Z][^.\s]*\s))(?<!\bNo\.\s)(?<!\bSt\.\s)(?<!\b[A-Z]\.\s)"
)
_DAYS = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})\b")


@dataclass(frozen=True, slots=True)
class Ecfr:
    """One of the supplements."""

    name: str
    supplement: int

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask until which day the title is up to date."""
        yield Request(API + "titles.json", max_bytes=8_000_000, role=INDEX)

    def follow(self, stream: BinaryIO, request: Request, last: str, so_far: Followed | None) -> Followed:
        """Return the part as of that day; its last issue tells whether anything has changed."""
        try:
            titles = json.load(stream)["titles"]
            title = next(title for title in titles if title["number"] == _TITLE)
            day = date.fromisoformat(title["up_to_date_as_of"]).isoformat()
            issue = str(title.get("latest_issue_date") or day)
        except (ValueError, KeyError, TypeError, StopIteration, RecursionError) as error:
            raise LayoutChanged(request.url, f"no day until which title {_TITLE} is up to date") from error
        url = f"{API}full/{day}/title-{_TITLE}.xml?part=744"
        return Followed(f"{issue} supplement {self.supplement}", (Request(url, max_bytes=64_000_000),), day)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the rows of the supplement's tables."""
        wanted = f"Supplement No. {self.supplement} to Part 744"
        found = records(
            stream, request.url, root="DIV5", tags=frozenset({"DIV9"}), namespaces=frozenset({""}), mixed=True
        )
        seen = False
        for _, element in found:
            if tidy(element.get("N")) == wanted:
                seen = True
                yield from _rows(element, request.url, wanted)
        if not seen:
            raise LayoutChanged(request.url, f"no {wanted!r}")


def _rows(supplement: Element, url: str, wanted: str) -> Iterator[ListEntity]:
    country, odd, rows = "", 0, 0
    columns: list[str] = []
    for row in supplement.iter("TR", "tr"):
        headings = [_line(cell) for cell in row if cell.tag in ("TH", "th")]
        if headings:
            columns = [_role(heading) for heading in headings]
            if not {"country", "name"} <= set(columns):
                raise LayoutChanged(url, f"{wanted}: a table headed {', '.join(headings)[:80]}")
            continue
        cells = [cell for cell in row if cell.tag in ("TD", "td")]
        rows += 1
        if not columns or len(cells) != len(columns):
            odd += bool(_line(row))
            continue
        told: dict[str, list[Element]] = {}
        for column, cell in zip(columns, cells, strict=True):
            told.setdefault(column, []).append(cell)
        country = _line(told["country"][0]) or country
        cell = _lines(told["name"][0])
        if cell and not cell.casefold().startswith("[reserved"):
            yield _entity(country, cell, [_line(held) for held in told.get("citation", ())],
                          [_line(held) for held in told.get("terms", ())])  # fmt: skip
    if odd > max(3, _ODD_ROWS * rows):
        raise LayoutChanged(url, f"{wanted}: {odd} rows of another width than their heading")


def _role(heading: str) -> str:
    plain = heading.casefold()
    return next((role for word, role in _ROLES.items() if word in plain), "")


def _entity(country: str, cell: str, citations: list[str], terms: list[str]) -> ListEntity:
    name, aliases, addresses = parted(cell)
    citation = "; ".join(filter(None, citations))
    days = [_day(*hit.groups()) for hit in _DAYS.finditer(citation)]
    return entity(
        f"{country}:{name}",
        "organization",
        [(name, NameStrength.PRIMARY, None), *aliases],
        countries=[country],
        addresses=addresses,
        dates=[("listed", min(filter(None, days), default=""))],
        remarks="; ".join(filter(None, [*terms, citation])),
    )


def parted(cell: str) -> tuple[str, list[tuple[str, NameStrength, None]], list[str]]:
    """Part a cell's prose (lines as the table shows them) into name, other names and addresses.

    What stands behind a dash is a name. Without dashes the name ends at a comma that no "Ltd." follows; where that is in
    doubt, too much is taken for an address rather than for a name.
    """
    first, *dashed = _DASH.split(cell)
    known = _KNOWN_AS.search(first)
    aliases: list[tuple[str, NameStrength, None]] = []
    if known is None:
        name, rest = _cut(first)
    else:
        name, rest = first[: known.start()], first[known.end() :]
        strength = _strength(known[0])
        several = _SEVERAL.match(rest)
        if several:
            rest = rest[several.end() :]
        else:
            alias, rest = _cut(rest)
            aliases.append((alias, strength, None))
    behind = rest
    if dashed:
        *listed, last = dashed
        last, _, below = last.partition("\n")
        if not below.strip():
            last, below = _cut(last, comma=False)
        named = [_ended(item.partition("\n")[0]) for item in (*listed, last)]
        aliases.extend((alias, _strength(known[0] if known else ""), None) for alias in named)
        behind = f"{rest}\n{below}"
    return tidy(name).rstrip(" ,;:"), aliases, _addresses(behind)


def _strength(known_as: str) -> NameStrength:
    former = known_as.casefold().strip(" ,(").startswith("f")
    return NameStrength.FORMER if former else NameStrength.STRONG


def _cut(text: str, *, comma: bool = True) -> tuple[str, str]:
    """Return the name that a text begins with, and what follows: up to the end of its line at most."""
    line, _, behind = text.strip().partition("\n")
    for hit in _NAME_ENDS.finditer(line):
        if comma or not hit[0].startswith(","):
            return line[: hit.start()], f"{line[hit.end() :]}\n{behind}"
    return line.removesuffix("."), behind


def _ended(text: str) -> str:
    """Return an alias without what leads over to the next one."""
    plain = re.sub(r"[;,]?\s{0,9}\b(?:and|or)\s{0,9}\Z", "", tidy(text)).rstrip(" ;,")
    return plain if re.search(rf"{_SUFFIX}\.\Z", plain) else plain.removesuffix(".")


def _addresses(text: str) -> list[str]:
    lines = (tidy(line).strip(" ,;") for line in text.splitlines())
    return [line for line in lines if line and not _MARKERS.match(line)]


def _line(cell: Element) -> str:
    return tidy(_lines(cell))


def _lines(cell: Element) -> str:
    """Return a cell's text with the line breaks that a reader sees, without footnote numbers."""
    return "\n".join(filter(None, map(tidy, "".join(_pieces(cell)).split("\n"))))


def _pieces(node: Element) -> Iterator[str]:
    yield (node.text or "").replace("\n", " ")
    for child in node:
        tag = child.tag.lower()
        if tag in _BREAKS:
            yield "\n"
        if tag not in _RAISED:
            yield from _pieces(child)
        yield (child.tail or "").replace("\n", " ")


def _day(month: str, day: str, year: str) -> str:
    full = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= 90 else 2000)
    try:
        return date(full, int(month), int(day)).isoformat()
    except ValueError:
        return ""
