"""Read one source: plan, fetch, parse, follow links. No store, no clock; every failure is a row.

::

    source.plan(state) ─fetch→ Page ─source.parse→ Document | Link | Request (back to fetch) | SourceError
                                                    Link ─fetch→ Page ─complete→ Document (or its summary)
"""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchlist.errors import FetchError, LayoutChanged, SourceError
from watchlist.model import Completeness, Document, Link, Page, Request, SourceState
from watchlist.sources.address import canonical, shown
from watchlist.sources.articles import Articles, BudgetSpent
from watchlist.sources.base import (
    CompletesDocuments,
    NewsSource,
    OwnTransport,
    PageFetcher,
    PollHint,
    Remembers,
)
from watchlist.sources.memory import ArticleMemory, Outcome, continued, is_item, is_memory
from watchlist.sources.page import completed

LONGEST_WAIT = 24 * 3600.0
"""Seconds. Whatever the publisher asks, a source is read once a day."""

MAX_REQUESTS = 100
"""The most pages of its own that a source on the web may plan for one visit."""


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
class PageTrace:
    """What the trail keeps of one of the source's own pages: ``sha256`` of the body (None when it was not modified),
    its size in bytes, and the validators that came with it."""

    url: str
    sha256: str | None
    size: int
    validators: Mapping[str, str]


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
    pages: tuple[PageTrace, ...] = ()


def read_source(
    source: NewsSource,
    state: SourceState,
    fetcher: PageFetcher,
    now: datetime,
    *,
    articles: Articles | None = None,
    article_budget: int = 20,
) -> SourceRead:
    """Visit one source. Expected failures are rows of the answer; only a defect of ours raises.

    ``articles`` is the round's, so that the budget a host holds over all its sources; without it,
    ``article_budget`` caps the article pages read on one host in this visit. ``state.cursor["since"]`` (an ISO date)
    asks a source that can reach back to do so on its first visit.
    """
    visit = _Visit(source, state, fetcher, now)
    visit.read_own_pages()
    visit.follow(articles or Articles(fetcher, article_budget))
    return visit.result()


class _Visit:
    """The working state of one visit; lives no longer than ``read_source``."""

    def __init__(self, source: NewsSource, state: SourceState, fetcher: PageFetcher, now: datetime) -> None:
        self._source, self._state, self._fetcher, self._now = source, state, fetcher, now
        self._memory = ArticleMemory(state.cursor)
        self._found: dict[str, Document | Link] = {}
        self._documents: list[Document] = []
        self._errors: list[SourceError] = []
        self._link_errors: list[SourceError] = []
        self._validators: dict[str, Mapping[str, str]] = {}
        self._waits: list[float] = []
        self._answered = self._unchanged = self._requests = 0
        self._moved_to: str | None = None
        self._gone = False
        self._items_cursor: dict[str, str] = {}
        self._pages: list[PageTrace] = []

    # ----- the source's own pages ------------------------------------------------------------------------------

    def read_own_pages(self) -> None:
        """Fetch and parse what the source plans, and what its pages add to the plan."""
        waiting = deque(self._source.plan(self._state, self._now))
        if self._memory.any_due(self._now):
            waiting = deque(replace(request, conditional=False) for request in waiting)
        first = waiting[0] if waiting else None
        asked: set[str] = set()
        limit = None if isinstance(self._source, OwnTransport) else MAX_REQUESTS
        while waiting:
            request = waiting.popleft()
            if request.url in asked:
                self._errors.append(LayoutChanged(shown(request.url), "its pages lead in a circle"))
                continue
            if limit is not None and len(asked) >= limit:
                self._errors.append(
                    FetchError(shown(request.url), f"more than {limit} pages; the rest is left out")
                )
                break
            asked.add(request.url)
            page = self._fetch(request)
            if page is not None:
                if request is first:
                    self._moved_to = page.moved_to
                waiting.extend(self._parse(page, request))

    def _fetch(self, request: Request) -> Page | None:
        """Return a page that has something to parse; note everything else."""
        self._requests += 1
        try:
            if isinstance(self._source, OwnTransport):
                page = self._source.fetch(request, self._state, self._now)
            else:
                page = self._fetcher.fetch(request, self._state)
        except FetchError as error:
            self._errors.append(error)
            self._gone = self._gone or error.status == 410
            if error.retry_after:
                self._waits.append(error.retry_after)
            self._keep_validators(request)
            return None
        self._waits.append(_max_age(page))
        self._answered += 1
        digest = None if page.not_modified else hashlib.sha256(page.body).hexdigest()
        self._pages.append(PageTrace(shown(request.url), digest, len(page.body), validators_of(page)))
        if page.not_modified:
            self._unchanged += 1
            self._keep_validators(request)
            return None
        return page

    def _parse(self, page: Page, request: Request) -> list[Request]:
        """Sort what a page turns into; return the further requests of the plan."""
        further: list[Request] = []
        whole = True
        try:
            for item in self._source.parse(page, request):
                match item:
                    case Request():
                        further.append(item)
                    case PollHint(seconds):
                        self._waits.append(seconds)
                    case SourceError():
                        self._errors.append(item)
                        whole = False
                    case Document() | Link():
                        self._found.setdefault(_id(item), item)
        except SourceError as error:
            self._errors.append(error)
            whole = False
        if whole and (validators := validators_of(page)):
            self._validators[request.url] = validators
        return further

    def _keep_validators(self, request: Request) -> None:
        if kept := self._state.validators.get(request.url):
            self._validators[request.url] = kept

    # ----- links -----------------------------------------------------------------------------------------------

    def follow(self, articles: Articles) -> None:
        """Turn links into documents, as far as their articles are new, changed or due again."""
        items, self._items_cursor = continued(self._found.values(), self._state.cursor)
        for item in items:
            if isinstance(item, Document):
                self._documents.append(item)
            elif self._memory.wanted(item, self._now):
                self._follow(item, articles)
            elif kept := self._state.validators.get(item.request.url):
                self._validators[item.request.url] = kept

    def _follow(self, link: Link, articles: Articles) -> None:
        self._requests += 1
        known = self._memory.known(link)
        try:
            page = articles.read(link, self._state if known else SourceState())
            if page.not_modified:
                self._keep_validators(link.request)
            else:
                self._documents.append(self._completed(link, page))
                if validators := validators_of(page):
                    self._validators[link.request.url] = validators
            self._memory.note(link, Outcome.READ, self._now)
        except SourceError as error:
            self._link_errors.append(error)
            passing = isinstance(error, BudgetSpent) or (isinstance(error, FetchError) and _passing(error))
            self._memory.note(link, Outcome.PENDING if passing else Outcome.REFUSED, self._now)
            # What was read before is not replaced by a summary, unless the publisher has changed its words.
            if link.document is not None and not known:
                self._documents.append(replace(link.document, completeness=Completeness.SUMMARY))

    def _completed(self, link: Link, page: Page) -> Document:
        document = link.document or Document(
            canonical(link.request.url), "", "", url=page.final_url, source=self._source.name
        )
        if isinstance(self._source, CompletesDocuments):
            return self._source.complete(document, page)
        return completed(document, page)

    # ----- the answer ------------------------------------------------------------------------------------------

    def result(self) -> SourceRead:
        """Put the visit's outcome together."""
        failed = not self._answered and bool(self._errors)
        not_modified = bool(self._answered) and self._unchanged == self._answered and not self._errors
        partial = bool(self._errors) or bool(self._unchanged)
        cursor = {
            key: value for key, value in self._state.cursor.items() if not is_memory(key) and key != "since"
        }
        old_items = (
            {key: value for key, value in self._state.cursor.items() if is_item(key)} if partial else {}
        )
        cursor |= old_items | self._items_cursor | self._memory.packed(keep_old=partial)
        if isinstance(self._source, Remembers) and not failed:
            cursor |= self._source.remember(self._state, self._documents)
        complete = bool(self._answered) and not self._errors
        state = SourceState(self._validators, cursor, self._now if complete else self._state.last_success)
        wait = min(max(self._waits, default=0.0), LONGEST_WAIT)
        hints = PollHints(self._now + timedelta(seconds=wait) if wait else None, self._moved_to, self._gone)
        failures = [*self._errors, *self._link_errors]
        offline = failed and all(isinstance(error, FetchError) and error.local for error in failures)
        return SourceRead(
            documents=tuple(self._documents),
            errors=tuple(self._errors),
            link_errors=tuple(self._link_errors),
            state=state,
            not_modified=not_modified,
            failed=failed,
            offline=offline,
            hints=hints,
            requests=self._requests,
            pages=tuple(self._pages),
        )


def _id(item: Document | Link) -> str:
    if isinstance(item, Document):
        return item.id
    return item.document.id if item.document else canonical(item.request.url)


def validators_of(page: Page) -> dict[str, str]:
    """Return what came with a page by which its next visit may ask whether it has changed."""
    return {name: value for name in ("etag", "last-modified") if (value := page.headers.get(name))}


def _max_age(page: Page) -> float:
    """Return Cache-Control's max-age in seconds, 0 when it says none."""
    match = re.search(
        r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", page.headers.get("cache-control", ""), re.IGNORECASE
    )
    return float(match.group(1)) if match else 0.0


def _passing(error: FetchError) -> bool:
    """Say whether the same request may well succeed soon."""
    return (
        error.local
        or error.retry_after is not None
        or error.status is None
        or error.status >= 500
        or error.status in (408, 425, 429)
    )
