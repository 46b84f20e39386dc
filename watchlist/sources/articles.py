"""Linked articles within one round: robots.txt, a budget a host, and each address read once."""

import threading
from collections import Counter

from watchlist.errors import FetchError
from watchlist.model import Link, Page, SourceState
from watchlist.sources.address import host_of, shown
from watchlist.sources.base import PageFetcher

_CACHED_BYTES = 50_000_000


class BudgetSpent(FetchError):
    """The host has had its share of requests in this round; the article waits for the next one."""


class Articles:
    """Reads the pages that sources link to. One a round, shared by its sources and their threads.

    ``budget`` is the most article pages read on one host; links to a publisher's own API (``robots`` False) are
    not counted. A page that several sources link is read once.
    """

    def __init__(self, fetcher: PageFetcher, budget: int = 20) -> None:
        self._fetcher = fetcher
        self._budget = budget
        self._spent: Counter[str] = Counter()
        self._pages: dict[str, Page] = {}
        self._room = _CACHED_BYTES
        self._lock = threading.Lock()

    def read(self, link: Link, state: SourceState) -> Page:
        """Return the linked page. Raises FetchError, BudgetSpent when it should be tried in the next round."""
        url = link.request.url
        with self._lock:
            cached = self._pages.get(url)
        if cached is not None:
            return cached
        if link.robots:
            self._spend(url)
            if not self._fetcher.allowed(url):
                raise FetchError(shown(url), "robots.txt asks not to read it, or cannot be had")
        page = self._fetcher.fetch(link.request, state)
        with self._lock:
            if not page.not_modified and len(page.body) <= self._room:
                self._room -= len(page.body)
                self._pages[url] = page
        return page

    def _spend(self, url: str) -> None:
        host = host_of(url)
        with self._lock:
            if self._spent[host] >= self._budget:
                raise BudgetSpent(
                    shown(url),
                    f"waits for the next round: {self._budget} articles of {host} read in this one",
                )
            self._spent[host] += 1
