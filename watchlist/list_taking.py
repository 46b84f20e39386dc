"""Judge an edition that came, put it in force, and store what it means for watched names, in one transaction.

::

    ListRead ─accept→ taken | held | refused ─difference→ changes ─screening→ notices ─→ items, findings, events

The first edition of a list is a baseline: what is on it already is stored and shown, and nobody is mailed. A bad
edition changes nothing but the source's health, so that the last good one stays in force and a digest tells of it.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from watchlist.errors import BadEdition, HeldEdition, SourceError
from watchlist.list_reading import ListRead
from watchlist.list_report import ListHit, ListRun, hits_of
from watchlist.lists.difference import ListChange, ListChangeKind, difference
from watchlist.lists.edition import Edition, accept, digest
from watchlist.lists.measures import Measure
from watchlist.lists.notice import Notice, Standing, finding_of
from watchlist.lists.noticing import changed, listed
from watchlist.lists.opened import OpenedList
from watchlist.lists.watched import Watched
from watchlist.model import Entry, Finding, Stage
from watchlist.ownership.holdings import Holding
from watchlist.store import entries as stored_entries
from watchlist.store import holdings as stored_holdings
from watchlist.store import list_history, reads, rounds
from watchlist.store import lists as stored_lists
from watchlist.store.database import Database
from watchlist.store.identity import storable
from watchlist.store.items import recognise
from watchlist.store.list_history import ListHistory
from watchlist.store.rounds import Outcome
from watchlist.store.sources import StoredSource
from watchlist.store.turns import take_turn
from watchlist.store.writes import Batch, Reading, store_readings

POLL_MINUTES = 120
"""How often a list is asked for, unless its source says otherwise; most answers are "not modified"."""
ANNOUNCED = timedelta(days=60)
"""So far back a list's step is looked for in the news."""

Progress = Callable[[str, str], None]
"""Called with a list's name and what is being done; '' when it is done."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A list to be fetched, beside what the store knows of its source."""

    opened: OpenedList
    stored: StoredSource

    @property
    def name(self) -> str:
        """Return the list's name, which is its source's."""
        return self.opened.name


class Taking:
    """What all lists of one round share, and how each is judged and stored. ``owner`` holds the round's claims."""

    def __init__(
        self, database: Database, owner: str, now: datetime, since: datetime | None, progress: Progress
    ) -> None:
        self._database, self._owner, self._now, self._since = database, owner, now, since
        self._progress = progress
        self._compiled: tuple[tuple[tuple[Entry, ...], tuple[Holding, ...]], Watched] | None = None

    def store(self, visit: Visit, read: ListRead) -> ListRun:
        """Judge what a visit gave and store it with what it means."""
        if read.error is not None:
            return self._refuse(visit, read, read.error)
        if read.edition is None:
            return self._unchanged(visit, read)
        with self._database.read() as session:
            state = stored_lists.state(session, visit.name)
            in_force = state.current.digest if state and state.current else None
            same = in_force == digest(read.edition)
            last = None if same else stored_lists.current(session, visit.name)
        if same:
            return self._unchanged(visit, read, in_force=True)
        try:
            accept(read.edition, last, visit.opened.profile.bounds, url=visit.name)
        except HeldEdition as error:
            return self._hold(visit, read, read.edition, error)
        except BadEdition as error:
            return self._refuse(visit, replace(read, error=error, bad=True), error)
        return self._take(visit, read, read.edition, last)

    def take(self, visit: Visit, edition: Edition) -> ListRun:
        """Put an edition in force, whatever it changes, and tell what it does."""
        with self._database.read() as session:
            last = stored_lists.current(session, visit.name)
        return self._take(visit, ListRead(visit.stored.state, edition), edition, last)

    def _take(self, visit: Visit, read: ListRead, edition: Edition, last: Edition | None) -> ListRun:
        with self._database.read() as session:
            history = list_history.history(session, visit.name)
            watched = self._watched_of(session)
            waiting = self.waiting(session, visit.name)
        baseline = last is None or not visit.stored.baseline_done
        changes = difference(last, edition, history.former) if last is not None else ()
        self._progress(visit.name, "screening")
        news = self._news(visit, edition, last, changes, watched, history) if last else []
        asked = watched.entries if last is None else tuple(waiting)
        told = {(one.entity.id, hit.asked) for one in news for hit in (*one.hits, *one.owners)}
        old = self._old(visit, edition, watched, asked, history, told)
        outcome = Outcome(
            at=self._now,
            documents=len(edition),
            new=sum(change.kind in (ListChangeKind.ADDED, ListChangeKind.RELISTED) for change in changes),
            revised=sum(change.kind is ListChangeKind.CHANGED for change in changes),
            matched=len(news) + len(old),
            pages=_pages(read),
        )
        fresh, stale = self._fresh(old)
        with self._database.write() as session:
            take_turn(session)
            if not self._is_mine(session, visit):
                return ListRun(visit.name, problem=_TAKEN_OVER)
            stored_lists.take(session, edition, changes, self._now, read.size)
            stored_lists.note_screened(session, visit.name, self._now)
            stored = self._write(session, visit, news, watched.entries, baseline=baseline)
            written = self._write(session, visit, stale, asked, baseline=True)
            written += self._write(session, visit, fresh, asked, baseline=False)
            due = rounds.finish(session, visit.stored.id, outcome, read.state, POLL_MINUTES)
        counted = {kind.value: sum(c.kind is kind for c in changes) for kind in ListChangeKind}
        return ListRun(
            visit.name,
            len(edition),
            tuple((kind, count) for kind, count in counted.items() if count),
            tuple(hits_of((*news, *old))),
            stored + written,
            baseline=baseline,
            next_due=due,
        )

    def late(
        self, visit: Visit, edition: Edition, waiting: Sequence[Entry], *, as_news: bool = False
    ) -> list[ListHit]:
        """Store what a list in force says of names that were added or changed since it met the watchlist."""
        with self._database.read() as session:
            watched = self._watched_of(session)
            history = list_history.history(session, visit.name)
        notices = self._old(visit, edition, watched, waiting, history)
        with self._database.write() as session:
            take_turn(session)
            self._write(session, visit, notices, waiting, baseline=not as_news)
            stored_lists.note_screened(session, visit.name, self._now)
        return list(hits_of(notices))

    def waiting(self, session: Session, name: str) -> list[Entry]:
        """Return the watched names that were added or changed since they met this list."""
        moment = stored_lists.screened_at(session, name)
        return stored_entries.changed_since(session, moment) if moment is not None else []

    # ----- what does not take effect ---------------------------------------------------------------------------

    def _unchanged(self, visit: Visit, read: ListRead, *, in_force: bool = False) -> ListRun:
        """Note that nothing has changed; names that are new to the list still meet it.

        ``in_force``: the file was read and is the edition in force, so that one that was held is overtaken.
        """
        with self._database.read() as session:
            state = stored_lists.state(session, visit.name)
            waiting = self.waiting(session, visit.name)
            edition = stored_lists.current(session, visit.name) if waiting else None
        if in_force and state is not None and state.held is not None:
            with self._database.write() as session:
                stored_lists.drop_held(session, visit.name)
            state = replace(state, held=None)
        found = self.late(visit, edition, waiting) if edition is not None else []
        held = state.held if state else None
        problem = held.reason if held else None
        outcome = Outcome(
            at=self._now,
            errors=(problem,) if problem else (),
            held=held is not None,
            not_modified=True,
            pages=_pages(read),
        )
        due = self._confirm(visit, outcome, read)
        return ListRun(
            visit.name,
            _size(state),
            hits=tuple(found),
            problem=problem,
            held=held is not None,
            unchanged=True,
            next_due=due,
        )

    def _refuse(self, visit: Visit, read: ListRead, error: SourceError) -> ListRun:
        """Note why nothing came, or why what came was refused; the last good edition stays in force."""
        told = " ".join(str(error).split())
        outcome = Outcome(
            at=self._now,
            errors=(told,),
            failed=True,
            offline=read.offline,
            gone=read.gone,
            pages=_pages(read),
        )
        if read.retry_after:
            outcome = replace(outcome, not_before=self._now + timedelta(seconds=read.retry_after))
        with self._database.write() as session:
            if not self._is_mine(session, visit):
                return ListRun(visit.name, problem=_TAKEN_OVER)
            if read.bad:
                stored_lists.refuse(session, visit.name, told, read.beginning, read.size, self._now)
            state = stored_lists.state(session, visit.name)
            due = rounds.finish(session, visit.stored.id, outcome, None, POLL_MINUTES)
        return ListRun(visit.name, _size(state), problem=told, next_due=due)

    def _hold(self, visit: Visit, read: ListRead, edition: Edition, error: HeldEdition) -> ListRun:
        """Keep an edition that changes too much at once until a person accepts it."""
        told = " ".join(error.message.split())
        outcome = Outcome(at=self._now, errors=(told,), held=True, documents=len(edition), pages=_pages(read))
        with self._database.write() as session:
            if not self._is_mine(session, visit):
                return ListRun(visit.name, problem=_TAKEN_OVER)
            stored_lists.hold(session, edition, told, self._now, read.size)
            state = stored_lists.state(session, visit.name)
            due = rounds.finish(session, visit.stored.id, outcome, read.state, POLL_MINUTES)
        return ListRun(visit.name, _size(state), problem=told, held=True, next_due=due)

    def _confirm(self, visit: Visit, outcome: Outcome, read: ListRead) -> datetime | None:
        as_of = read.edition.as_of if read.edition else ""
        with self._database.write() as session:
            if not self._is_mine(session, visit):
                return None
            stored_lists.confirm(session, visit.name, self._now, as_of)
            return rounds.finish(session, visit.stored.id, outcome, read.state, POLL_MINUTES)

    def _is_mine(self, session: Session, visit: Visit) -> bool:
        return not self._owner or rounds.still_mine(session, visit.stored.id, self._owner)

    # ----- what it means for watched names ---------------------------------------------------------------------

    def _news(
        self,
        visit: Visit,
        edition: Edition,
        last: Edition,
        changes: Sequence[ListChange],
        watched: Watched,
        history: ListHistory,
    ) -> list[Notice]:
        """Return the notices of an edition's changes, each with where its step was announced before."""
        if not changes or not watched.entries:
            return []
        day, stated = history.day(edition.as_of, self._now)
        content = digest(edition)
        before = history.taken.get(content, 0)  # a list may go back to what it said, and forth again
        notices = changed(
            visit.opened.profile,
            changes,
            edition,
            watched.watch,
            last=last,
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

    def _old(
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

    def _fresh(self, notices: Sequence[Notice]) -> tuple[list[Notice], list[Notice]]:
        """Divide a first edition's notices: what was listed since the day asked for is news, the rest is old."""
        if self._since is None:
            return [], list(notices)
        start = self._since.date()
        fresh = [one for one in notices if one.listed_on and one.listed_on >= start]
        old = [one for one in notices if not (one.listed_on and one.listed_on >= start)]
        return [replace(one, standing=Standing.ADDED, day=one.listed_on, stated=True) for one in fresh], old

    def _watched_of(self, session: Session) -> Watched:
        """Return the compiled watchlist and register; the lists of one round share it."""
        key = tuple(stored_entries.list_all(session)), tuple(stored_holdings.list_all(session))
        if self._compiled is None or self._compiled[0] != key:
            self._compiled = key, Watched(*key)
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

    def _write(
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


_TAKEN_OVER = "another process took it over; its visit counts"


def _pages(read: ListRead) -> tuple[dict[str, Any], ...]:
    return tuple(map(asdict, read.pages))


def _size(state: stored_lists.ListState | None) -> int:
    """Return how many entities the edition in force holds."""
    return state.current.entities if state and state.current else 0


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
