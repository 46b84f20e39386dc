"""One round over the official lists: fetch those that are due, judge what came, tell what it means for watched names.

::

    lists that are due ─read_list (threads, no transaction)→ Edition ─accept→ taken | held | refused
        ─difference→ changes ─screening→ notices ─one write transaction a list→ edition, changes, items,
          findings, events, reports, validators, next_due

The first edition of a list is a baseline: what is on it already is stored and shown, and nobody is mailed. A bad
edition changes nothing but the source's health, so that the last good one stays in force and a digest tells of it.
Stopped at any moment, the store holds whole editions only.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag

from watchlist.errors import SourceError, WatchlistError
from watchlist.list_reading import ListFetcher, ListRead, StoppedError, read_list
from watchlist.list_report import ListHit, ListRun
from watchlist.list_taking import Progress, Taking, Visit
from watchlist.lists.opened import OpenedList
from watchlist.store import lists as stored_lists
from watchlist.store import rounds
from watchlist.store.database import Database
from watchlist.store.processes import claimant
from watchlist.store.sources import StoredSource
from watchlist.store.turns import take_turn

log = logging.getLogger(__name__)

_WORKERS = 2
_GLANCE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class ListsReport:
    """One round over the lists, in the order given; ``skipped`` are those not due, paused or gone."""

    rows: tuple[ListRun, ...] = ()
    skipped: tuple[str, ...] = ()
    interrupted: bool = False


def update_lists(
    database: Database,
    lists: Sequence[OpenedList],
    fetcher: ListFetcher,
    *,
    now: datetime,
    only_due: bool = True,
    since: datetime | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> ListsReport:
    """Do one round. ``since``: of a first edition, what its publisher says was listed from then on is news.

    On SQLite the caller holds ``single_runner``. Raises StoreError when the database fails.
    """
    if not lists:
        return ListsReport()
    owner = claimant()
    by_name = {opened.name: opened for opened in lists}
    with database.write() as session:
        take_turn(session)
        begun = rounds.begin(session, list(by_name), now, owner, only_due=only_due)
    visits = [Visit(by_name[one.settings.name], one) for one in begun.claimed]
    taking = Taking(database, owner, now, since, progress or _silent)
    rows: dict[str, ListRun] = {}
    interrupted = False
    try:
        for visit, read in _read_all(visits, fetcher, now, progress or _silent, stop):
            rows[visit.name] = taking.store(visit, read)
            if progress:
                progress(visit.name, "")
    except (KeyboardInterrupt, StoppedError):
        interrupted = True
    if len(rows) < len(visits):
        interrupted = True
        with database.write() as session:
            rounds.release(session, owner)
    ordered = tuple(rows[visit.name] for visit in visits if visit.name in rows)
    return ListsReport(ordered, begun.skipped, interrupted)


def accept_held(database: Database, opened: OpenedList, stored: StoredSource, now: datetime) -> ListRun:
    """Put the edition that is held in force, as if it had come now. Raises UsageError when none is held."""
    with database.read() as session:
        edition = stored_lists.held(session, opened.name)
    return Taking(database, "", now, None, _silent).take(
        Visit(opened, stored), ListRead(stored.state, edition)
    )


def catch_up(
    database: Database,
    lists: Sequence[tuple[OpenedList, StoredSource]],
    now: datetime,
    *,
    most: int | None = None,
    as_news: bool = False,
) -> list[ListHit] | None:
    """Screen the names added or changed since the lists last met the watchlist against the editions in force.

    What is found is stored as baseline: shown, never mailed as new, unless asked (``as_news``). None, and nothing done,
    when more than ``most`` names wait: the next round does them.
    """
    taking = Taking(database, "", now, None, _silent)
    found: list[ListHit] = []
    for opened, stored in lists:
        with database.read() as session:
            waiting = taking.waiting(session, opened.name)
            if most is not None and len(waiting) > most:
                return None
            edition = stored_lists.current(session, opened.name) if waiting else None
        if edition is not None:
            found += taking.late(Visit(opened, stored), edition, waiting, as_news=as_news)
    return found


def _read_all(
    visits: Sequence[Visit],
    fetcher: ListFetcher,
    now: datetime,
    progress: Progress,
    stop: Callable[[], bool] | None,
) -> Iterator[tuple[Visit, ListRead]]:
    """Read all lists, two at once, and yield each as it is done. Ends early when told to stop."""
    stopped = Flag()

    def read(visit: Visit) -> ListRead:
        return read_list(
            visit.opened,
            visit.stored.state,
            fetcher,
            now,
            tell=lambda words: progress(visit.name, words),
            stop=stopped.is_set,
        )

    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="list")
    running: dict[Future[ListRead], Visit] = {}
    try:
        running.update({pool.submit(read, one): one for one in visits})
        while running:
            done, _ = wait(running, timeout=_GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                visit = running.pop(future)
                yield visit, _answer(visit, future)
            if stop is not None and stop():
                raise StoppedError
    finally:
        stopped.set()
        if running:
            fetcher.close()  # what is under way fails at once
        pool.shutdown(wait=True, cancel_futures=True)


def _answer(visit: Visit, future: Future[ListRead]) -> ListRead:
    try:
        return future.result()
    except StoppedError:
        raise
    except WatchlistError as error:
        told = str(error)
    except Exception as error:
        # A defect of ours in one reader must not cost the others their round; the log has the traceback.
        log.exception("list %s: a defect in its reader", visit.name)
        told = f"internal error ({type(error).__name__}: {error}); please report it"
    return ListRead(visit.stored.state, error=SourceError(visit.name, told))


def _silent(name: str, words: str) -> None:
    pass
