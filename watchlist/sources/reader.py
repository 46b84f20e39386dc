"""Read one source: plan, fetch, parse, follow links. No store, no clock; every failure is a row.

::

    source.plan(state) ─fetch→ Page ─source.parse→ Document | Link | Request (back to fetch) | SourceError
                                                    Link ─fetch→ Page ─complete→ Document (or its summary)
"""

from dataclasses import dataclass
from datetime import datetime

from watchlist.errors import SourceError
from watchlist.model import Document, SourceState
from watchlist.sources.base import NewsSource, PageFetcher


@dataclass(frozen=True, slots=True)
class PollHints:
    """What the publisher asks of the next visits.

    ``not_before`` is the earliest next visit by Retry-After, max-age or the feed's own interval (at most 24 h
    away), or None. ``moved_to`` is the new address told by permanent redirects (save it when three visits in a
    row told the same), or None. ``gone``: 410, do not come again.
    """

    not_before: datetime | None = None
    moved_to: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SourceRead:
    """All that one visit gave.

    ``documents`` are new or possibly changed, each id once; one whose article could not be read is marked
    ``Completeness.SUMMARY``. What is known to be unchanged since ``state`` is left out, so a missing document
    never means a withdrawn one. When a summary-only document comes again in full, it has been completed, not
    edited: on a baseline item that is not news. When a document held in full comes again as summary only, its
    article could not be read this time: findings that are missing from it have not vanished.

    ``errors`` are failures of the source itself (its feed, its API pages, single bad rows); ``link_errors`` those
    of followed articles. ``failed`` says that none of the source's own pages could be read. ``offline`` says that
    every failure looked like our own line's (no name resolution, no route). ``state`` is to be stored in the same
    transaction as the documents, and only then. ``requests`` counts what was asked over the network or disk.
    """

    documents: tuple[Document, ...]
    errors: tuple[SourceError, ...]
    link_errors: tuple[SourceError, ...]
    state: SourceState
    not_modified: bool = False
    failed: bool = False
    offline: bool = False
    hints: PollHints = PollHints()
    requests: int = 0


def read_source(
    source: NewsSource,
    state: SourceState,
    fetcher: PageFetcher,
    now: datetime,
    *,
    article_budget: int = 20,
) -> SourceRead:
    """Visit one source. Expected failures are rows of the answer; only a defect of ours raises.

    ``article_budget`` caps the article pages read on one host in this visit. ``state.cursor["since"]`` (an ISO
    date) asks a source that can reach back to do so on its first visit.
    """
    raise NotImplementedError
