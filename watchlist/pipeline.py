"""One refresh of the facts: fetch every source that is due, read its documents, store what they say.

::

    sources that are due ─read_source (threads, no transaction)→ documents + new state
        ─Analyst.read (pure)→ findings ─a write transaction for every 50→ items, revisions, findings,
          events, reports; with the last of them validators, next_due

A failing source or document is a row of the RunReport, never an exception. Killed or stopped at any moment, the
store holds whole batches only, and the source remembers nothing of a visit that was not stored to its end: it is made
again, and what is stored already is recognised.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from watchlist.analysis import Analyst
from watchlist.errors import SourceError
from watchlist.model import Document
from watchlist.reread import read_guarded, reread
from watchlist.sources.articles import Articles
from watchlist.sources.base import NewsSource, OwnTransport, PageFetcher
from watchlist.sources.reader import SourceRead, read_source
from watchlist.store import rounds
from watchlist.store.database import Database
from watchlist.store.identity import storable
from watchlist.store.items import Recognised, all_stand, recognise
from watchlist.store.processes import claimant
from watchlist.store.rounds import Outcome
from watchlist.store.sources import StoredSource
from watchlist.store.turns import take_turn
from watchlist.store.writes import Batch, Reading, Stored, rename_items, store_readings
from watchlist.visits import StoppedError, read_all

WORKERS = 4
_MOST_ERRORS = 20
_MOST_PAGES = 100
"""Pages of one visit that the trail keeps; a folder of files may have thousands, which are documents anyway."""
_ATTEMPTS = 3
_AT_ONCE = 50
"""Documents a transaction: a first fetch of thousands must not keep others from writing for minutes."""
_READ_ANEW = 300
"""How many stored documents a round reads anew after the watchlist has changed; the next rounds read the rest."""


@dataclass(frozen=True, slots=True)
class SourceRun:
    """What one round did with one source.

    ``fetched`` counts the documents read, ``new`` the items never seen before, ``revised`` the changed ones,
    ``matched`` the new or changed ones that name an entry, ``reports`` the event reports stored. ``errors`` are
    one line each; ``failed`` says that the source as a whole could not be read. ``baseline``: this was a first
    fetch, its reports are not news. ``next_due`` is when it is fetched again.
    """

    name: str
    fetched: int = 0
    new: int = 0
    revised: int = 0
    matched: int = 0
    reports: int = 0
    errors: tuple[str, ...] = ()
    failed: bool = False
    not_modified: bool = False
    baseline: bool = False
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One round of facts: a row a source, in the order given. ``skipped`` are sources not due, paused or gone.

    ``offline`` says that no host could be reached: nobody's fault but our line's, so no source is blamed.
    ``interrupted`` says that the round was stopped half-way; what is stored is whole. ``reread`` counts stored
    documents that were read anew since watchlist or rules have changed.
    """

    started: datetime
    rows: tuple[SourceRun, ...] = ()
    skipped: tuple[str, ...] = ()
    offline: bool = False
    interrupted: bool = False
    reread: int = 0

    @property
    def failed(self) -> bool:
        """Say whether any source or document failed (exit code 3)."""
        return any(row.errors for row in self.rows)


Progress = Callable[[str, SourceRun | None], None]
"""Called with a source's name when its fetch starts (None) and when it is done (its row)."""


def refresh(
    database: Database,
    sources: Sequence[NewsSource],
    fetcher: PageFetcher,
    analyst: Analyst,
    *,
    now: datetime,
    only_due: bool = True,
    since: datetime | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    most: int | None = None,
    poll_minutes: int = 60,
    article_budget: int = 20,
) -> RunReport:
    """Do one round. ``since``: on a source's first fetch, documents published or seen from then on are news.

    ``stop`` is asked several times a second; once it says True, or on Ctrl-C, no fetch is waited for any more and
    the report says ``interrupted``. ``most``: on PostgreSQL not more than so many sources.
    ``poll_minutes`` serves sources that name no interval of their own; ``article_budget`` caps the article pages
    read on one host. On SQLite the caller holds ``single_runner``. Raises StoreError when the database fails.
    """
    owner = claimant()
    by_name = {source.name: source for source in sources}
    with database.write() as session:
        take_turn(session)
        begun = rounds.begin(session, list(by_name), now, owner, only_due=only_due, most=most)
    a_round = _Round(database, analyst, owner, now, since, poll_minutes, stop)
    visits = [_Visit(by_name[one.settings.name], one) for one in begun.claimed]
    rows: dict[str, SourceRun] = {}
    failed: list[tuple[_Visit, SourceRead]] = []
    interrupted = False
    reads = read_all(
        visits,
        _reader(fetcher, now, since, article_budget, progress),
        _unread,
        kind="source",
        workers=WORKERS,
        close=getattr(fetcher, "close", None),
        stop=stop,
    )
    try:
        with closing(reads):
            for visit, read in reads:
                if read.failed:
                    failed.append((visit, read))  # whose fault it is shows when all have answered
                    continue
                run = a_round.store(visit, read)
                if run is None:
                    break  # told to stop
                rows[visit.name] = run
                if progress:
                    progress(visit.name, rows[visit.name])
    except StoppedError:
        pass  # what was not read to its end has no row
    except KeyboardInterrupt:
        interrupted = True
    reached = any(name in rows and not isinstance(by_name[name], OwnTransport) for name in rows)
    offline = bool(failed) and not reached and all(read.offline for _, read in failed)
    for visit, read in failed:
        rows[visit.name] = a_round.blame(visit, read, offline=offline)
        if progress:
            progress(visit.name, rows[visit.name])
    if len(rows) < len(visits):
        interrupted = True
        with database.write() as session:
            rounds.release(session, owner)
    read_anew = 0 if interrupted else reread(database, analyst, now, limit=_READ_ANEW, stop=stop)
    ordered = tuple(rows[visit.name] for visit in visits if visit.name in rows)
    return RunReport(now, ordered, begun.skipped, offline, interrupted, read_anew)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A source to be fetched, beside what the store knows of it."""

    source: NewsSource
    stored: StoredSource

    @property
    def name(self) -> str:
        return self.source.name


def _reader(
    fetcher: PageFetcher,
    now: datetime,
    since: datetime | None,
    article_budget: int,
    progress: Progress | None,
) -> Callable[[_Visit, Callable[[], bool]], SourceRead]:
    """Return what reads one source; all that it reads share one budget of articles a host."""
    articles = Articles(fetcher, article_budget)

    def read(visit: _Visit, over: Callable[[], bool]) -> SourceRead:
        if progress:
            progress(visit.name, None)
        state = visit.stored.state
        if since is not None and not visit.stored.baseline_done:
            state = replace(state, cursor={**state.cursor, "since": since.date().isoformat()})
        return read_source(visit.source, state, fetcher, now, articles=articles)

    return read


def _unread(visit: _Visit, error: SourceError) -> SourceRead:
    return SourceRead((), (error,), (), visit.stored.state, failed=True)


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the parts of a visit that are stored come to."""

    errors: tuple[str, ...]
    stored: Stored = field(default_factory=Stored)

    def plus(self, more: Stored, readings: Sequence[Reading]) -> "_Tally":
        failed = [f"{r.finding.document.id}: {r.finding.error}" for r in readings if r.finding.error]
        return _Tally((*self.errors, *failed), self.stored + more)


class _Round:
    """What all visits of one round share, and how each is stored."""

    def __init__(
        self,
        database: Database,
        analyst: Analyst,
        owner: str,
        now: datetime,
        since: datetime | None,
        poll_minutes: int,
        stop: Callable[[], bool] | None,
    ) -> None:
        self._database, self._analyst, self._owner, self._stop = database, analyst, owner, stop
        self._now, self._since, self._poll_minutes = now, since, poll_minutes

    def store(self, visit: _Visit, read: SourceRead) -> SourceRun | None:
        """Read the documents of a visit with the analyst and store all that it gave; None when told to stop.

        So many at once a transaction; what the source remembers comes with the last, so that a visit that ends
        half-way is made again, and finds again what is missing.
        """
        documents = _prepared(visit, read.documents)
        tally = _Tally(_lines(*read.errors, *read.link_errors))
        for _ in range(_ATTEMPTS):
            with self._database.read() as session:
                recognised = recognise(session, visit.stored.id, documents)
            todo = [one for one in recognised if one.changed or one.renamed]
            parts = [todo[at : at + _AT_ONCE] for at in range(0, len(todo), _AT_ONCE)] or [[]]
            for number, part in enumerate(parts, 1):
                finish = (read, len(documents)) if number == len(parts) else None
                done = self._store_part(visit, part, tally, finish)
                if isinstance(done, SourceRun):
                    return done
                if done is None:
                    break  # its items changed under our hands: look again
                tally = done
                if self._stop is not None and self._stop():
                    return None
        return SourceRun(visit.name, errors=("another process kept changing its items; it is fetched again",))

    def _reading(self, recognised: Recognised) -> Reading:
        prior = read_guarded(self._analyst, recognised.prior) if recognised.prior else None
        return Reading.of(recognised, read_guarded(self._analyst, recognised.document), self._now, prior)

    def _store_part(
        self,
        visit: _Visit,
        part: Sequence[Recognised],
        tally: _Tally,
        finish: tuple[SourceRead, int] | None,
    ) -> SourceRun | _Tally | None:
        """Store some documents of a visit, with ``finish`` also that it is done.

        Returns the finished visit's row; else the tally with this part, or None when it was not stored.
        """
        readings = [self._reading(one) for one in part if one.changed]
        baseline = not visit.stored.baseline_done
        batch = Batch(
            visit.stored.id,
            visit.name,
            readings,
            self._analyst.fingerprint,
            self._now,
            baseline,
            self._since,
        )
        with self._database.write() as session:
            take_turn(session)
            if not rounds.still_mine(session, visit.stored.id, self._owner):
                return SourceRun(visit.name, errors=("another process took it over; its visit counts",))
            if not all_stand(session, visit.stored.id, part):
                return None
            stored = store_readings(session, batch)
            rename_items(session, part)
            whole = tally.plus(stored, readings)
            due = None
            if finish is not None:
                outcome = self._outcome(*finish, whole)
                due = rounds.finish(session, visit.stored.id, outcome, finish[0].state, self._poll_minutes)
        if finish is None:
            return whole
        return SourceRun(
            visit.name,
            fetched=finish[1],
            new=whole.stored.new,
            revised=whole.stored.revised,
            matched=whole.stored.matched,
            reports=whole.stored.reports,
            errors=whole.errors,
            not_modified=finish[0].not_modified,
            baseline=baseline,
            next_due=due,
        )

    def _outcome(self, read: SourceRead, documents: int, tally: _Tally) -> Outcome:
        return Outcome(
            at=self._now,
            errors=tally.errors,
            not_modified=read.not_modified,
            gone=read.hints.gone,
            not_before=read.hints.not_before,
            moved_to=read.hints.moved_to,
            documents=documents,
            new=tally.stored.new,
            revised=tally.stored.revised,
            matched=tally.stored.matched,
            fingerprint=self._analyst.fingerprint,
            pages=tuple(map(asdict, read.pages[:_MOST_PAGES])),
        )

    def blame(self, visit: _Visit, read: SourceRead, *, offline: bool) -> SourceRun:
        """Note a visit that gave nothing; on the source, unless our own line is down."""
        errors = _lines(*read.errors, *read.link_errors) or ("it could not be read",)
        outcome = Outcome(
            at=self._now,
            errors=errors,
            failed=True,
            offline=offline,
            gone=read.hints.gone,
            not_before=read.hints.not_before,
        )
        with self._database.write() as session:
            due = None
            if rounds.still_mine(session, visit.stored.id, self._owner):
                due = rounds.finish(session, visit.stored.id, outcome, None, self._poll_minutes)
        return SourceRun(visit.name, errors=errors, failed=True, next_due=due)


def _prepared(visit: _Visit, documents: Sequence[Document]) -> list[Document]:
    """Make documents storable, each id once, under the name of the source."""
    by_id: dict[str, Document] = {}
    for document in documents:
        kept = storable(replace(document, source=visit.name))
        by_id.setdefault(kept.id, kept)
    return list(by_id.values())


def _lines(*errors: Exception) -> tuple[str, ...]:
    lines = [" ".join(str(error).split()) for error in errors]
    if len(lines) > _MOST_ERRORS:
        lines[_MOST_ERRORS:] = [f"… and {len(lines) - _MOST_ERRORS} more"]
    return tuple(lines)
