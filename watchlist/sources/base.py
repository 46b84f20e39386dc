"""The protocol of news sources. Small, and fixed: a new source is one file, one registry line, one recording.

A **news source** plans requests and parses each answer purely into links to follow or documents. It does no I/O and
reads no clock: the fetcher and the pipeline do. That of official lists is ``watchlist.lists.catalogue.ListSource``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from watchlist.errors import SourceError
from watchlist.model import Document, Link, Page, Request, SourceState


@dataclass(frozen=True, slots=True)
class PollHint:
    """The publisher asks not to be read again before so many seconds have passed (a feed's ``ttl``)."""

    seconds: float


Parsed = Request | Link | Document | PollHint | SourceError
"""What a page turns into. A SourceError is one bad row: it is reported, the other rows go on."""


class NewsSource(Protocol):
    """Where documents come from: a feed, a page, an API, a folder, a mailbox."""

    @property
    def name(self) -> str:
        """Return the name under which the source is registered and its documents are stored."""
        ...

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Say what to fetch this time, first things first."""
        ...

    def parse(self, page: Page, request: Request) -> Iterable[Parsed]:
        """Turn one answer into further requests of the plan, links to follow, or documents.

        Raises LayoutChanged when the publisher's layout is not the documented one: never absorb a surprise.
        A single bad row is yielded as a SourceError instead.
        """
        ...


@runtime_checkable
class CompletesDocuments(Protocol):
    """A news source whose followed pages are not plain articles (the full text of a gazette)."""

    def complete(self, document: Document, page: Page) -> Document:
        """Return the document with the text of the followed page. Raises LayoutChanged."""
        ...


@runtime_checkable
class OwnTransport(Protocol):
    """A source that is not read by HTTP (a folder, a mailbox): it fetches its own requests."""

    def fetch(self, request: Request, state: SourceState, now: datetime) -> Page:
        """Return one answer, or one marked ``not_modified`` going by the state's validators. Raises FetchError."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A source with a cursor of its own (a mailbox's last message)."""

    def remember(self, state: SourceState, documents: Sequence[Document]) -> Mapping[str, str]:
        """Return the cursor values to keep after a visit that gave these documents."""
        ...


class PageFetcher(Protocol):
    """What reads the web for sources: ``watchlist.sources.http.Fetcher``."""

    def fetch(self, request: Request, state: SourceState | None = None) -> Page:
        """Return one answer within the caps and deadlines. Raises FetchError."""
        ...

    def allowed(self, url: str) -> bool:
        """Say whether the host's robots.txt lets us read this article page."""
        ...
