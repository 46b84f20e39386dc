"""One round over the official lists: fetch those that are due, judge what came, tell what it means for watched names.

::

    lists that are due ─read_list (threads, no transaction)→ Edition ─accept→ taken | held | refused
        ─difference→ changes ─screening→ notices ─one write transaction a list→ edition, changes, items,
          findings, events, reports, validators, next_due

What is judged how, and what a first or a bad edition comes to, is ``list_taking``'s. Stopped at any moment, the store
holds whole editions only.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from watchlist.errors import SourceError
from watchlist.list_reading import ListFetcher, ListRead, read_list
from watchlist.list_report import ListHit, ListRun
from watchlist.list_taking import Progress, Taking
from watchlist.list_telling import Telling, Visit
from watchlist.lists.opened import OpenedList
from watchlist.matching.shelf import Shelf
from watchlist.store import lists as stored_lists
from watchlist.store import rounds
from watchlist.store.database import Database
from watchlist.store.processes import claimant
from watchlist.store.sources import StoredSource
from watchlist.store.turns import take_turn
from watchlist.visits import StoppedError, read_all

_WORKERS = 2


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
    shelf: Shelf | None = None,
) -> ListsReport:
    """Do one round. ``since``: of a first edition, what its publisher says was listed from then on is news.
    ``shelf`` keeps the watchlist as filed for screening.

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
    tell = progress or _silent
    taking = Taking(database, owner, now, tell, Telling(database, now, since, shelf))

    def read(visit: Visit, over: Callable[[], bool]) -> ListRead:
        state = visit.stored.state
        return read_list(
            visit.opened, state, fetcher, now, tell=lambda words: tell(visit.name, words), stop=over
        )

    reads = read_all(visits, read, _unread, kind="list", workers=_WORKERS, close=fetcher.close, stop=stop)
    rows: dict[str, ListRun] = {}
    interrupted = False
    try:
        with closing(reads):
            for visit, answer in reads:
                rows[visit.name] = taking.store(visit, answer)
                tell(visit.name, "")
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
    return Taking(database, "", now, _silent).take(Visit(opened, stored), edition)


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
    telling = Telling(database, now)
    taking = Taking(database, "", now, _silent, telling)
    found: list[ListHit] = []
    for opened, stored in lists:
        with database.read() as session:
            waiting = telling.waiting(session, opened.name)
            if most is not None and len(waiting) > most:
                return None
            edition = stored_lists.current(session, opened.name) if waiting else None
        if edition is not None:
            found += taking.late(Visit(opened, stored), edition, waiting, as_news=as_news)
    return found


def _unread(visit: Visit, error: SourceError) -> ListRead:
    return ListRead(visit.stored.state, error=error)


def _silent(name: str, words: str) -> None:
    pass
