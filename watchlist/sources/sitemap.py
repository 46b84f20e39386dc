"""A sitemap or news sitemap (sitemaps.org 0.9): for publishers without a feed.

Stable id: the page's address. An edit shows as a later ``lastmod``; the page is then read anew. Removals do not show.
Only entries dated within ``days`` are read, newest first; undated ones are left alone, as a sitemap lists a whole
site. Entities are refused and broken files mended as for feeds.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchlist.errors import LayoutChanged
from watchlist.model import Document, Link, Page, Request, SourceState
from watchlist.sources.address import canonical, shown, split
from watchlist.sources.base import Parsed
from watchlist.sources.feed_formats import root_element
from watchlist.sources.wellformed import ends_with, mended
from watchlist.text.moments import strict_moment

_MOST_ENTRIES = 50_000  # the standard's own limit
_MOST_MAPS = 20
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class SitemapSource:
    """One sitemap, or an index of sitemaps. ``match``: only addresses that it matches."""

    name: str
    url: str
    official: bool = False
    match: re.Pattern[str] | None = None
    days: int = 3

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the map itself."""
        yield Request(self.url, role="feed")

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield a request for each recent map of an index, or a link for each recent page of a map."""
        import lxml.etree  # type: ignore[import-untyped]

        place = shown(page.final_url)
        root, body = root_element(page)
        if root not in ("urlset", "sitemapindex"):
            raise LayoutChanged(place, "not a sitemap (no urlset, no sitemapindex)")
        sound = mended(body, ("url", "sitemap"), _MOST_ENTRIES)
        if sound is None:
            raise LayoutChanged(place, "a sitemap too damaged to be read")
        entries = [
            _entry(node) for node in lxml.etree.fromstring(sound[0].encode()) if isinstance(node.tag, str)
        ]
        if not ends_with(body, root):
            yield LayoutChanged(place, "the sitemap ends early; only its whole entries were read")
            entries = entries[:-1]
        oldest = page.fetched_at - timedelta(days=self.days)
        if root == "sitemapindex":
            recent = [entry for entry in entries if entry.moment is None or entry.moment >= oldest]
            for entry in sorted(recent, key=_newest_first)[:_MOST_MAPS]:
                if split(entry.url):
                    yield Request(entry.url, role="feed")
            return
        wanted = [
            entry
            for entry in entries
            if entry.moment
            and entry.moment >= oldest
            and split(entry.url)
            and (not self.match or self.match.search(entry.url))
        ]
        for entry in sorted(wanted, key=_newest_first)[:_MOST_PAGES]:
            document = Document(
                canonical(entry.url), entry.title, "", url=entry.url, published=entry.published, lang=entry.lang,
                source=self.name, official=self.official,
            )  # fmt: skip
            yield Link(Request(entry.url, role="article"), document)


@dataclass(frozen=True, slots=True)
class _Entry:
    url: str
    moment: datetime | None
    published: datetime | None
    title: str
    lang: str | None


def _entry(node: Any) -> _Entry:
    told: dict[str, str] = {}
    for child in node.iter():
        if isinstance(child.tag, str):
            told.setdefault(child.tag.rpartition("}")[2], re.sub(r"\s+", " ", child.text or "").strip())
    published = strict_moment(told.get("publication_date"))
    lang = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_].*)?", told.get("language", ""))
    return _Entry(
        told.get("loc", ""), strict_moment(told.get("lastmod")) or published, published, told.get("title", ""),
        lang.group(1).lower() if lang else None,
    )  # fmt: skip


def _newest_first(entry: _Entry) -> tuple[float, str]:
    return (-entry.moment.timestamp() if entry.moment else 0.0, entry.url)
