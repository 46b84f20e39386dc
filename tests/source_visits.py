"""Visits to sources on a loopback site, for the tests of sources."""

from datetime import UTC, datetime, timedelta

from watchlist.config import FetchSettings
from watchlist.model import Completeness, Document, SourceState
from watchlist.sources.base import NewsSource
from watchlist.sources.http import Fetcher
from watchlist.sources.reader import SourceRead, read_source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

LOCAL = FetchSettings(
    connect_timeout=2, read_timeout=2, total_timeout=5, max_page_bytes=300_000, max_feed_bytes=300_000,
    allow_private_addresses=True,
)  # fmt: skip


class Visitor:
    """Visits one source again and again, as the pipeline does: the state of one visit is that of the next."""

    def __init__(self, source: NewsSource, settings: FetchSettings = LOCAL) -> None:
        self.source, self.state, self.now = source, SourceState(), NOW
        self.fetcher = Fetcher(settings)

    def visit(self, *, later: timedelta = HOUR, budget: int = 20) -> SourceRead:
        """Visit once; the next visit is so much later."""
        read = read_source(self.source, self.state, self.fetcher, self.now, article_budget=budget)
        self.state, self.now = read.state, self.now + later
        return read


def ids(read: SourceRead) -> list[str]:
    """Return the ids of what came."""
    return [document.id for document in read.documents]


def only(read: SourceRead) -> Document:
    """Return the one document of a visit without errors."""
    assert read.errors == ()
    (document,) = read.documents
    return document


def summary_only(read: SourceRead) -> list[str]:
    """Return the ids of what came as a summary."""
    return [document.id for document in read.documents if document.completeness is Completeness.SUMMARY]


def rss(*items: str, head: str = "") -> str:
    """Return an RSS feed of these items."""
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>{head}{"".join(items)}</channel></rss>'


def item(uid: str, title: str = "A title", link: str = "", text: str = "A summary.", date: str = "") -> str:
    """Return one RSS item; an empty part is left out."""
    parts = [("guid", uid), ("title", title), ("link", link), ("description", text), ("pubDate", date)]
    inner = "".join(
        f"<{tag}>{value.replace('&', '&amp;').replace('<', '&lt;')}</{tag}>" for tag, value in parts if value
    )
    return f"<item>{inner}</item>"


LONG = "The ministry said on Monday that it had added the company to its list of entities. " * 8


def article(text: str = LONG, title: str = "The article") -> str:
    """Return a web page with navigation, a script, an article and a footer."""
    return (
        f"<html lang='en'><head><title>{title} | Site</title><script>track()</script></head><body>"
        f"<nav><a href='/'>Home</a><a href='/about'>About us</a></nav><article><h1>{title}</h1><p>{text}</p>"
        "</article><footer>Copyright</footer></body></html>"
    )
