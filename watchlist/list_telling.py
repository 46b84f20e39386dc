"""What an edition means for the watchlist: notices of its changes and of what stands on it, stored as documents.

::

    changes ─screening→ notices (with owners reached, and where the step was announced) ─→ items, findings, events
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from watchlist.lists.difference import ListChange
from watchlist.lists.edition import Edition
from watchlist.lists.measures import Measure
from watchlist.lists.notice import Notice, Standing, finding_of
from watchlist.lists.noticing import changed, listed
from watchlist.lists.opened import OpenedList
from watchlist.lists.watched import Watched
from watchlist.matching.shelf import Shelf
from watchlist.model import Entry, Finding, Stage
from watchlist.ownership.holdings import Holding
from watchlist.store import entries as stored_entries
from watchlist.store import holdings as stored_holdings
from watchlist.store import lists as stored_lists
from watchlist.store import reads
from watchlist.store.database import Database
from watchlist.store.identity import storable
from watchlist.store.items import recognise
from watchlist.store.list_history import ListHistory
from watchlist.store.sources import StoredSource
from watchlist.store.writes import Batch, Reading, store_readings

ANNOUNCED = timedelta(days=60)
"""So far back a list's step is looked for in the news."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A list to be fetched, beside what the store knows of its source."""

    opened: OpenedList
    stored: StoredSource

    @property
    def name(self) -> str:
        """Return the list's name, which is its source's."""
        return self.opened.name


class Telling:
    """What the lists of one round tell of the watchlist. ``since``: of a first edition, what was listed from then on
    is news. ``shelf`` keeps the watchlist as filed for screening."""

    def __init__(
        self, database: Database, now: datetime, since: datetime | None = None, shelf: Shelf | None = None
    ) -> None:
        self._database, self._now, self._since, self._shelf = database, now, since, shelf
        self._compiled: tuple[tuple[tuple[Entry, ...], tuple[Holding, ...]], Watched] | None = None

    def waiting(self, session: Session, name: str) -> list[Entry]:
        """Return the watched names that were added or changed since they met this list."""
        moment = stored_lists.screened_at(session, name)
        return stored_entries.changed_since(session, moment) if moment is not None else []

    def news(
        self,
        visit: Visit,
        edition: Edition,
        changes: Sequence[ListChange],
        watched: Watched,
        history: ListHistory,
    ) -> list[Notice]:
        """Return the notices of an edition's changes, each with where its step was announced before."""
        if not changes or not watched.entries:
            return []
        day, stated = history.day(edition.as_of, self._now)
        content = edition.digest
        before = history.taken.get(content, 0)  # a list may go back to what it said, and forth again
        notices = changed(
            visit.opened.profile,
            changes,
            edition,
            watched.watch,
            key=f"{content[:12]}{f'.{before + 1}' if before else ''}",
            day=day,
        )
        owned = filter(None, (watched.told(one, one.day) for one in notices))
        with self._database.read() as session:
            return [
                replace(
                    one,
                    stated=stated,
                    left=history.left.get(one.entity.id),
                    earlier=self._announced(session, one),
                )
                for one in owned
            ]

    def old(
        self,
        visit: Visit,
        edition: Edition,
        watched: Watched,
        asked: Sequence[Entry],
        history: ListHistory,
        without: Collection[tuple[str, str]] = frozenset(),
    ) -> list[Notice]:
        """Return what stands on an edition already of these names, and of the owners behind them."""
        if not asked:
            return []
        notices = listed(visit.opened.profile, edition, watched.asked(asked), without=without)
        only = {entry.name for entry in asked}
        owned = filter(None, (watched.told(one, self._now.date(), only) for one in notices))
        day, stated = history.day(edition.as_of, self._now)
        return [
            replace(
                one,
                day=day,
                stated=stated,
                left=history.left.get(one.entity.id),
                came=history.came.get(one.entity.id),
            )
            for one in owned
        ]

    def fresh(self, notices: Sequence[Notice]) -> tuple[list[Notice], list[Notice]]:
        """Divide a first edition's notices: what was listed since the day asked for is news, the rest is old."""
        if self._since is None:
            return [], list(notices)
        start = self._since.date()
        fresh = [one for one in notices if one.listed_on and one.listed_on >= start]
        old = [one for one in notices if not (one.listed_on and one.listed_on >= start)]
        return [replace(one, standing=Standing.ADDED, day=one.listed_on, stated=True) for one in fresh], old

    def watched(self, session: Session) -> Watched:
        """Return the compiled watchlist and register; the lists of one round share it."""
        key = tuple(stored_entries.list_all(session)), tuple(stored_holdings.list_all(session))
        if self._compiled is None or self._compiled[0] != key:
            self._compiled = key, Watched(*key, self._shelf)
        return self._compiled[1]

    def _announced(self, session: Session, notice: Notice) -> dict[tuple[str, Measure], str]:
        found = {}
        for name in (*(hit.asked for hit in notice.hits), *(one.entry for one in notice.reached)):
            for measure in notice.measures:
                report = reads.first_told(
                    session,
                    name,
                    measure.action,
                    notice.stage,
                    measure.authority or None,
                    self._now - ANNOUNCED,
                )
                if report is not None:
                    document = report.document
                    told = (document.published or report.first_seen).date()
                    where = document.source or "elsewhere"
                    found[name, measure] = _announcement(notice, told, where, self._now)
        return found

    def write(
        self,
        session: Session,
        visit: Visit,
        notices: Sequence[Notice],
        watched: Sequence[Entry],
        *,
        baseline: bool,
    ) -> int:
        """Store the notices as documents of the list's source; return how many reports that made."""
        if not notices:
            return 0
        findings = [_stored_form(finding_of(notice)) for notice in notices]
        documents = [finding.document for finding in findings]
        readings = []
        for one, finding in zip(
            recognise(session, visit.stored.id, documents, by_id_only=True), findings, strict=True
        ):
            # On a baseline what the list says is old news, also where another watched name has met it before.
            prior = finding if baseline and one.item_id is not None else None
            readings.append(Reading.of(one, finding, self._now, prior))
        batch = Batch(
            visit.stored.id, visit.name, readings, _fingerprint(watched), self._now, baseline=baseline
        )
        return store_readings(session, batch).reports


def _stored_form(finding: Finding) -> Finding:
    return replace(finding, document=storable(finding.document))


def _fingerprint(watched: Sequence[Entry]) -> str:
    """Identify the names that were screened; a finding holds what a list says of these."""
    told = repr([(entry.name, entry.aliases, entry.identifiers, entry.tickers) for entry in watched])
    return f"lists.{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _announcement(notice: Notice, told: date, where: str, now: datetime) -> str:
    days = ((notice.day or now.date()) - told).days
    verb = "disappeared from" if notice.stage is Stage.LIFTED else "appeared on"
    if days < 1:
        return f"Announced the same day by {where}."
    return f"Announced {days} day{'s' if days > 1 else ''} before it {verb} the list ({where}, {told})."
