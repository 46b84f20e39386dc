"""Judge an edition that came, put it in force, and store with it what it means for watched names, in one transaction.

::

    ListRead ─accept→ taken | held | refused ─difference→ changes ─screening→ notices ─→ items, findings, events

The first edition of a list is a baseline: what is on it already is stored and shown, and nobody is mailed. A bad
edition changes nothing but the source's health, so that the last good one stays in force and a digest tells of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from watchlist.errors import BadEdition, HeldEdition, SourceError
from watchlist.list_reading import ListRead
from watchlist.list_report import ListHit, ListRun, hits_of
from watchlist.list_telling import Telling, Visit
from watchlist.lists.difference import ListChangeKind, difference
from watchlist.lists.edition import Edition, accept
from watchlist.model import Entry
from watchlist.store import list_history, rounds
from watchlist.store import lists as stored_lists
from watchlist.store import sources as stored_sources
from watchlist.store.database import Database
from watchlist.store.rounds import Outcome
from watchlist.store.turns import take_turn

POLL_MINUTES = 120
"""How often a list is asked for, unless its source says otherwise; most answers are "not modified"."""

Progress = Callable[[str, str], None]
"""Called with a list's name and what is being done; '' when it is done."""


class Taking:
    """What all lists of one round share, and how each is judged and stored. ``owner`` holds the round's claims."""

    def __init__(
        self,
        database: Database,
        owner: str,
        now: datetime,
        progress: Progress,
        telling: Telling | None = None,
    ) -> None:
        self._database, self._owner, self._now = database, owner, now
        self._progress, self._telling = progress, telling or Telling(database, now)

    def store(self, visit: Visit, read: ListRead) -> ListRun:
        """Judge what a visit gave and store it with what it means."""
        if read.error is not None:
            return self._refuse(visit, read, read.error)
        if read.edition is None and read.steps is None:
            return self._unchanged(visit, read)
        new = read.edition.digest if read.edition else ""
        with self._database.read() as session:
            state = stored_lists.state(session, visit.name)
            in_force = state.current.digest if state and state.current else None
            last = None if new == in_force else stored_lists.current(session, visit.name)
        edition = read.edition
        if edition is None:
            if last is None or (state is not None and state.held is not None):
                return self._not_in_force(visit, read)
            edition = _stepped(last, read)
            read = replace(read, edition=edition)
        if edition.digest == in_force:
            return self._unchanged(visit, read, in_force=True)
        try:
            accept(edition, last, visit.opened.profile.bounds, url=visit.name)
        except HeldEdition as error:
            return self._hold(visit, read, edition, error)
        except BadEdition as error:
            return self._refuse(visit, replace(read, error=error, bad=True), error)
        return self._take(visit, read, edition, last)

    def take(self, visit: Visit, edition: Edition) -> ListRun:
        """Put an edition in force, whatever it changes, and tell what it does."""
        with self._database.read() as session:
            last = stored_lists.current(session, visit.name)
        return self._take(visit, ListRead(visit.stored.state, edition), edition, last)

    def _take(self, visit: Visit, read: ListRead, edition: Edition, last: Edition | None) -> ListRun:
        with self._database.read() as session:
            history = list_history.history(session, visit.name)
            watched = self._telling.watched(session)
            waiting = self._telling.waiting(session, visit.name)
        baseline = last is None or not visit.stored.baseline_done
        changes = difference(last, edition, history.former) if last is not None else ()
        self._progress(visit.name, "screening")
        news = self._telling.news(visit, edition, changes, watched, history)
        asked = watched.entries if last is None else tuple(waiting)
        told = {(one.entity.id, hit.asked) for one in news for hit in (*one.hits, *one.owners)}
        old = self._telling.old(visit, edition, watched, asked, history, told)
        outcome = Outcome(
            at=self._now,
            documents=len(edition),
            new=sum(change.kind in (ListChangeKind.ADDED, ListChangeKind.RELISTED) for change in changes),
            revised=sum(change.kind is ListChangeKind.CHANGED for change in changes),
            matched=len(news) + len(old),
            pages=_pages(read),
        )
        fresh, stale = self._telling.fresh(old)
        with self._database.write() as session:
            take_turn(session)
            if not self._is_mine(session, visit):
                return ListRun(visit.name, problem=_TAKEN_OVER)
            stored_lists.take(session, edition, changes, self._now, read.size)
            stored_lists.note_screened(session, visit.name, self._now)
            stored = self._telling.write(session, visit, news, watched.entries, baseline=baseline)
            written = self._telling.write(session, visit, stale, asked, baseline=True)
            written += self._telling.write(session, visit, fresh, asked, baseline=False)
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
            note=read.note,
        )

    def late(
        self, visit: Visit, edition: Edition, waiting: Sequence[Entry], *, as_news: bool = False
    ) -> list[ListHit]:
        """Store what a list in force says of names that were added or changed since it met the watchlist."""
        with self._database.read() as session:
            watched = self._telling.watched(session)
            history = list_history.history(session, visit.name)
        notices = self._telling.old(visit, edition, watched, waiting, history)
        with self._database.write() as session:
            take_turn(session)
            self._telling.write(session, visit, notices, waiting, baseline=not as_news)
            stored_lists.note_screened(session, visit.name, self._now)
        return list(hits_of(notices))

    # ----- what does not take effect ---------------------------------------------------------------------------

    def _unchanged(self, visit: Visit, read: ListRead, *, in_force: bool = False) -> ListRun:
        """Note that nothing has changed; names that are new to the list still meet it.

        ``in_force``: the file was read and is the edition in force, so that one that was held is overtaken.
        """
        with self._database.read() as session:
            state = stored_lists.state(session, visit.name)
            waiting = self._telling.waiting(session, visit.name)
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
            note=read.note,
        )

    def _not_in_force(self, visit: Visit, read: ListRead) -> ListRun:
        """Refuse changes to an edition that waits for a person, or is gone; the whole list is read at the next visit."""
        with self._database.write() as session:
            stored_sources.forget_validators(session, visit.name)
        told = "changes to an edition that is not in force; the whole list is read at the next visit"
        return self._refuse(visit, read, BadEdition(visit.name, told))

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


_TAKEN_OVER = "another process took it over; its visit counts"


def _stepped(last: Edition, read: ListRead) -> Edition:
    """Return what the changes that were read make of the last edition."""
    stepped = {**last.entities, **(read.steps or {})}
    entities = {id: found for id, found in sorted(stepped.items()) if found is not None}
    return Edition(last.name, read.as_of, entities)


def _pages(read: ListRead) -> tuple[dict[str, Any], ...]:
    return tuple(map(asdict, read.pages))


def _size(state: stored_lists.ListState | None) -> int:
    """Return how many entities the edition in force holds."""
    return state.current.entities if state and state.current else 0
