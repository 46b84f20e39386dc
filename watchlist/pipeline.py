"""One refresh of the facts: fetch every source that is due, read its documents, store what they say.

::

    sources that are due ─read_source (threads, no transaction)→ documents + new state
        ─Analyst.read (pure)→ findings ─one write transaction a source→ items, revisions, findings,
          events, reports, validators, next_due

A failing source or document is a row of the RunReport, never an exception.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchlist.analysis import Analyst
from watchlist.sources.base import NewsSource
from watchlist.store.database import Database


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
    ``interrupted`` says that the round was stopped half-way; what is stored is whole.
    """

    started: datetime
    rows: tuple[SourceRun, ...] = ()
    skipped: tuple[str, ...] = ()
    offline: bool = False
    interrupted: bool = False

    @property
    def failed(self) -> bool:
        """Say whether any source or document failed (exit code 3)."""
        return any(row.errors for row in self.rows)


Progress = Callable[[str, SourceRun | None], None]
"""Called with a source's name when its fetch starts (None) and when it is done (its row)."""


def refresh(
    database: Database,
    sources: Sequence[NewsSource],
    fetcher: object,
    analyst: Analyst,
    *,
    now: datetime,
    only_due: bool = True,
    since: datetime | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Do one round. ``since``: on a source's first fetch, documents published or seen from then on are news."""
    raise NotImplementedError
