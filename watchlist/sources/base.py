"""The two source protocols. Small, and fixed: a new source is one file, one registry line, one recording.

A **news source** plans requests and parses each answer purely into links to follow or documents.
A **list source** plans likewise and turns a byte stream into list entities, so that 127 MB never lie in
memory whole. Neither does any I/O, neither reads a clock: the fetcher and the pipeline do.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

from watchlist.model import Document, Link, ListEntity, Page, Request, SourceState


class NewsSource(Protocol):
    """Where documents come from: a feed, a page, an API, a folder, a mailbox."""

    @property
    def name(self) -> str:
        """Return the name under which the source is registered and its documents are stored."""
        ...

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Say what to fetch this time, first things first."""
        ...

    def parse(self, page: Page, request: Request) -> Iterable[Request | Link | Document]:
        """Turn one answer into further requests of the plan, links to follow, or documents.

        Raises LayoutChanged when the publisher's layout is not the documented one: never absorb a surprise.
        """
        ...


class ListSource(Protocol):
    """An official list, published in editions."""

    @property
    def name(self) -> str:
        """Return the list's name in the catalogue (``ofac-sdn``)."""
        ...

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Say what to fetch: index, then delta, then full, as the publisher allows."""
        ...

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Read one edition as a stream of entities.

        Raises BadEdition or LayoutChanged on anything that is not a whole, well-formed edition.
        """
        ...
