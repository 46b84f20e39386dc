"""OFAC's SDN List by its delta files: the whole once, then what each publication adds and removes.

Address: ``https://sanctionslistservice.ofac.treas.gov/changes/history/{year}`` tells the year's publications (JSON, ``publicationID``
and ``datePublished``), ``…/changes/{publicationID}`` redirects to ``DeltaArchive/{day}_delta.xml``; the whole is ``SDN_ENHANCED.ZIP``.
Several times a week. Id: ``entity/@id`` = uid. A delta holds what happened on all of OFAC's lists, in elements as in the enhanced XML.
``entity/@action`` is ``add`` (the record stands whole) or ``remove``; with another one, or none, some parts of a record are corrected
(``action`` and ``oldValue`` on the parts): no record can be made of that, and the whole list is read.
Sureness: the form as several readers of other projects describe it; no publication has been read, tested on files of ours.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.indexed import CHANGES, INDEX, Followed
from watchlist.lists.ofac_enhanced import OfacEnhanced, record, sublists
from watchlist.lists.xml_stream import Element, parts, records
from watchlist.model import ListEntity, Request, SourceState

_CHANGES = "https://sanctionslistservice.ofac.treas.gov/changes/"
_NAMESPACES = frozenset({"https://www.treasury.gov/ofac/DeltaFile/1.0"})
_WHOLE = OfacEnhanced("ofac-sdn-enhanced", "SDN_ENHANCED.ZIP")
_SUBLIST = "SDN List"
_MOST_STEPS = 20
"""More files of changes than this are no cheaper than the whole list, an archive of a few megabytes."""


@dataclass(frozen=True, slots=True)
class OfacDelta:
    """The SDN List: of the changes those count that are made to it."""

    name: str = "ofac-sdn-delta"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the publications of the year."""
        yield Request(f"{_CHANGES}history/{now.year}", max_bytes=4_000_000, role=INDEX)

    def follow(self, stream: BinaryIO, request: Request, last: str, so_far: Followed | None) -> Followed:
        """Return the publications since the last one; the whole list where it cannot be said which those are.

        The whole list tells its day only. So it surely holds what was published on the days before: the publications of its
        own day are made to it once more, which changes nothing where it had them.
        """
        whole = (_WHOLE.archive,)
        try:
            published = sorted(map(_publication, _list(json.load(stream))))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise LayoutChanged(request.url, "not the documented list of publications") from error
        if not published:  # a new year
            return Followed("0", whole, whole_version="")
        newest, day = published[-1]
        before = [str(number) for number, on in published if on < day]
        found = Followed(str(newest), whole, day, whole_version=before[-1] if before else "")
        since = [number for number, _ in published if last.isdigit() and number > int(last)]
        if not last or not since:
            return found
        days = [on for _, on in published]
        if int(last) not in (number for number, _ in published):
            return found.read_whole(f"publication {last} is not in the index")
        if days != sorted(days):
            return found.read_whole("the numbers of publications do not follow their days")
        if len(since) > _MOST_STEPS:
            return found.read_whole(f"{len(since)} publications since the last one")
        steps = (
            Request(f"{_CHANGES}{number}", max_bytes=64_000_000, conditional=False, role=CHANGES)
            for number in since
        )
        return Followed(str(newest), tuple(steps), day, whole, found.whole_version)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the records of the whole list."""
        return _WHOLE.read(stream, request)

    def steps(self, stream: BinaryIO, request: Request) -> Iterator[tuple[str, ListEntity | None]]:
        """Yield what a publication adds to the list and takes off it. BadEdition where it corrects parts of a record."""
        found = records(
            stream, request.url, root="sanctionsData", tags=frozenset({"entity"}), namespaces=_NAMESPACES
        )
        for _, element in found:
            id, action = element.get("id"), element.get("action", "")
            if not id:
                raise BadEdition(request.url, "a change of a record without an id")
            if action not in ("add", "remove") or _corrects(element, action):
                raise BadEdition(request.url, f"record {id} is corrected in parts")
            held = parts(element)
            lists = sublists(held)
            named = [name for name, _ in lists]
            if not named and action == "add":
                raise BadEdition(request.url, f"record {id} is added to a list that is not named")
            if not named or _SUBLIST in named:
                yield id, record(id, held, lists) if action == "add" else None


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError
    return told


def _publication(told: Any) -> tuple[int, str]:
    return int(told["publicationID"]), date.fromisoformat(told["datePublished"][:10]).isoformat()


def _corrects(entity: Element, action: str) -> bool:
    """Say whether a part of a record has another action than the record."""
    return any(part.get("action", action) != action for part in entity.iterdescendants())
