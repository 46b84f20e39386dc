"""One round of facts: the sources of the store and the configuration, read against the watchlist."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchlist.analysis import Analyst
    from watchlist.config import Settings
    from watchlist.list_report import ListRun
    from watchlist.lists.opened import OpenedList
    from watchlist.model import Entry
    from watchlist.ownership.holdings import Holding
    from watchlist.pipeline import Progress, RunReport, SourceRun
    from watchlist.sources.http import Fetcher
    from watchlist.store.database import Database


_SHARE = 16
"""Sources that a process on PostgreSQL claims at once: the others find work, too."""


def refresh_facts(
    settings: "Settings",
    database: "Database",
    *,
    only: Collection[str] | None = None,
    only_due: bool = True,
    since: datetime | None = None,
    progress: "Progress | None" = None,
    stop: Callable[[], bool] | None = None,
    most: int | None = None,
) -> "RunReport":
    """Fetch what is due (or, with ``only_due=False``, all; or the ``only`` sources named) and store what it says.

    ``since``: on a source's first fetch, documents from then on are news. On SQLite the caller holds
    ``single_runner``. A source whose settings this program cannot use is a failed row of the report.
    """
    from contextlib import closing
    from dataclasses import replace

    from watchlist.cli.workspace import stored_sources
    from watchlist.clock import utc_now
    from watchlist.errors import ConfigError
    from watchlist.lists.opened import KIND, open_list
    from watchlist.pipeline import SourceRun, refresh
    from watchlist.sources import build
    from watchlist.sources.http import Fetcher
    from watchlist.store import entries, holdings

    usable, lists, unusable = [], [], []
    for stored in stored_sources(settings, database):
        if only is not None and stored.settings.name not in only:
            continue
        try:
            if stored.settings.kind == KIND:
                lists.append(open_list(stored.settings))
            else:
                usable.append(build(stored.settings))
        except ConfigError as error:
            unusable.append(SourceRun(stored.settings.name, errors=(str(error),), failed=True))
    with database.read() as session:
        analyst = analyst_for(tuple(entries.list_all(session)), settings, tuple(holdings.list_all(session)))
    with closing(Fetcher(settings.fetch)) as fetcher:
        report = refresh(
            database,
            usable,
            fetcher,
            analyst,
            now=utc_now(),
            only_due=only_due,
            since=since,
            progress=progress,
            stop=stop,
            most=most,
            poll_minutes=settings.fetch.poll_minutes,
            article_budget=settings.fetch.article_budget_per_host,
        )
        if lists and not report.interrupted:
            report = _with_lists(report, settings, database, lists, fetcher, only_due, since, progress, stop)
    return replace(report, rows=(*report.rows, *unusable))


def _with_lists(
    report: "RunReport",
    settings: "Settings",
    database: "Database",
    lists: "Sequence[OpenedList]",
    fetcher: "Fetcher",
    only_due: bool,
    since: datetime | None,
    progress: "Progress | None",
    stop: Callable[[], bool] | None,
) -> "RunReport":
    """Return the report with the official lists, read after the news: they join its stories."""
    from dataclasses import replace

    from watchlist.cli.workspace import shelf_for
    from watchlist.clock import utc_now
    from watchlist.list_round import update_lists

    begun: set[str] = set()

    def tell(name: str, words: str) -> None:
        if progress and words and name not in begun:
            begun.add(name)
            progress(name, None)

    read = update_lists(
        database,
        lists,
        fetcher,
        now=utc_now(),
        only_due=only_due,
        since=since,
        progress=tell,
        stop=stop,
        shelf=shelf_for(settings.data_dir),
    )
    rows = tuple(map(_list_row, read.rows))
    for row in rows:
        if progress:
            progress(row.name, row)
    return replace(
        report,
        rows=(*report.rows, *rows),
        skipped=(*report.skipped, *read.skipped),
        offline=report.offline and all(row.failed for row in rows),
        interrupted=report.interrupted or read.interrupted,
    )


def _list_row(row: "ListRun") -> "SourceRun":
    """Return what was done with a list as a row of the round: records are its items."""
    from watchlist.lists.difference import ListChangeKind
    from watchlist.pipeline import SourceRun

    return SourceRun(
        row.name,
        fetched=0 if row.problem else row.entities,
        new=row.count(ListChangeKind.ADDED) + row.count(ListChangeKind.RELISTED),
        revised=row.count(ListChangeKind.CHANGED) + row.count(ListChangeKind.REMOVED),
        matched=len({hit.entry for hit in row.hits}),
        reports=row.reports,
        errors=(row.problem,) if row.problem else (),
        failed=row.problem is not None,
        not_modified=row.unchanged,
        baseline=row.baseline,
        next_due=row.next_due,
    )


def facts_round(
    settings: "Settings", database: "Database", stop: Callable[[], bool] | None = None
) -> list[str]:
    """Fetch what is due and store it; return a line for each source that brought something or failed."""
    lines: list[str] = []
    seen: set[str] = set()
    while True:
        report = refresh_facts(settings, database, stop=stop, most=None if database.is_sqlite else _SHARE)
        lines += ["no host could be reached; no source is blamed"] if report.offline else []
        lines += [line for row in report.rows if row.name not in seen and (line := told(row))]
        fresh = {row.name for row in report.rows} - seen
        if database.is_sqlite or not fresh or report.interrupted:
            return lines
        seen |= fresh


def told(row: "SourceRun") -> str:
    """Return what one source did in a line; nothing when it brought nothing."""
    parts = [f"{row.new:,} new"] if row.new else []
    parts += [f"{row.revised:,} revised"] if row.revised else []
    parts += [f"{row.matched:,} with a watched name"] if row.matched else []
    parts += ["first fetch, not mailed as news"] if row.baseline and row.new else []
    parts += [f"{len(row.errors):,} errors: {row.errors[0]}"] if row.errors else []
    return f"{row.name}: {', '.join(parts)}" if parts else ""


@lru_cache(maxsize=1)
def analyst_for(
    kept: "tuple[Entry, ...]", settings: "Settings", held: "tuple[Holding, ...]" = ()
) -> "Analyst":
    """Compile the watchlist, the rules and imported holdings; a daemon that asks every tick gets the last one while
    all stand."""
    from watchlist.analysis import Analyst
    from watchlist.cli.workspace import own_rules, shelf_for

    shelf = shelf_for(settings.data_dir)
    own = own_rules(settings)
    return Analyst.for_entries(kept, typos=settings.matching.typos, shelf=shelf, own=own, holdings=held)
