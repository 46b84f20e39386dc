"""Find out what an address is: a feed, a page that links one, a plain page, a folder."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchlist.config import SourceSettings
from watchlist.errors import FetchError, InputError, LayoutChanged
from watchlist.model import Page, Request
from watchlist.sources.address import host_of, shown, split
from watchlist.sources.base import PageFetcher
from watchlist.sources.feed_formats import Feed, feed_kind, read_feed, root_element
from watchlist.sources.links import FeedLink, feeds_of
from watchlist.text.charset import header_charset
from watchlist.text.html import read_article

_LONGEST_NAME = 40
_MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Discovered:
    """What an address turned out to be. ``settings`` are ready to be added; ``what`` is a line for a person.

    ``others`` are further feeds that the page links, as (title, address).
    """

    settings: SourceSettings
    what: str
    others: tuple[tuple[str, str], ...] = ()


def discover(address: str, fetcher: PageFetcher, *, name: str | None = None) -> Discovered:
    """Fetch ``address`` (or look at the folder of that path) and say what kind of source it is.

    Raises FetchError when it cannot be read, LayoutChanged when it is a feed that must be refused, InputError when
    it is nothing that could be a source.
    """
    if "://" not in address:
        path = Path(address).expanduser()
        if path.exists():
            return _folder(address, path, name)
        address = f"https://{address}"
    if address.lower().startswith(("imaps://", "imap://")):
        return _mailbox(address, name)
    if split(address) is None:
        raise InputError(f"{shown(address)}: neither a folder here nor an http:// or https:// address")
    page = fetcher.fetch(Request(address, role="feed", conditional=False))
    if feed_kind(page):
        return _feed(page, read_feed(page), name)
    if _is_sitemap(page):
        kept = _kept(page)
        settings = SourceSettings(name or _named_after(kept, ""), "sitemap", kept)
        return Discovered(settings, "a sitemap: its pages dated within three days are read")
    if page.media_type not in ("text/html", "application/xhtml+xml", "text/plain", ""):
        raise InputError(f"{shown(page.final_url)}: neither a feed nor a page, but {page.media_type[:60]}")
    feeds = feeds_of(page)
    for number, link in enumerate(feeds[:_MOST_TRIED]):
        try:
            found = fetcher.fetch(Request(link.url, role="feed", conditional=False))
            feed = read_feed(found)
        except (FetchError, LayoutChanged):
            continue
        others = _others(feeds, number)
        return _feed(found, feed, name, linked_from=shown(page.final_url), others=others)
    article = read_article(
        page.body, url=page.final_url, charset=header_charset(page.headers.get("content-type", ""))
    )
    if not article.text:
        raise InputError(f"{shown(page.final_url)}: a page without readable text (does it need a script?)")
    settings = SourceSettings(name or _named_after(page.final_url, article.title), "page", _kept(page))
    title = f": {article.title}" if article.title else ""
    return Discovered(settings, f"a plain page, watched for changes{title}", _others(feeds, -1))


def _folder(address: str, path: Path, name: str | None) -> Discovered:
    if not path.is_dir():
        raise InputError(
            f"{address}: a single file; `watchlist check` reads it, a source is a folder or an address"
        )
    settings = SourceSettings(name or named(path.name), "folder", str(path.absolute()))
    return Discovered(settings, f"a folder of files: {path.absolute()}")


def _mailbox(address: str, name: str | None) -> Discovered:
    from watchlist.sources.mailbox import check_address

    check_address(address)
    parts = urlsplit(address)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    told = host if folder == "INBOX" else f"{host} {folder}"
    return Discovered(
        SourceSettings(name or named(told), "mailbox", address), f"the mailbox {folder} on {host}"
    )


def _is_sitemap(page: Page) -> bool:
    if b"<urlset" not in page.body[:5000] and b"<sitemapindex" not in page.body[:5000]:
        return False
    return root_element(page)[0] in ("urlset", "sitemapindex")


def _feed(
    page: Page,
    feed: Feed,
    name: str | None,
    *,
    linked_from: str = "",
    others: tuple[tuple[str, str], ...] = (),
) -> Discovered:
    kept = _kept(page)
    # Google News' links lead to a page that only a script resolves: its items are all there is to read.
    options = (("full_text", "feed"),) if host_of(kept) == "news.google.com" else ()
    settings = SourceSettings(name or _named_after(kept, feed.title), "feed", kept, options)
    via = f", linked from {linked_from}" if linked_from else ""
    title = f" {feed.title!r}" if feed.title else ""
    return Discovered(settings, f"a feed{title} with {len(feed.entries)} items{via}", others)


def _kept(page: Page) -> str:
    """Return the address to keep: a permanent move is followed, a temporary one is not."""
    return page.moved_to or page.url


def _others(feeds: Iterable[FeedLink], chosen: int) -> tuple[tuple[str, str], ...]:
    return tuple((link.title, link.url) for number, link in enumerate(feeds) if number != chosen)


def _named_after(url: str, title: str) -> str:
    host = host_of(url).removeprefix("www.")
    first = re.split(r"(?<!\s)\s+[|–—·-]\s+", title)[0]
    tail = named(first) if first else named(urlsplit(url).path)
    words = f"{named(host)}-{tail}" if tail != "source" else named(host)
    return words[:_LONGEST_NAME].strip("-")


def named(words: str) -> str:
    """Return a short name for commands: lower-case letters and digits (of any script) joined by hyphens."""
    return re.sub(r"[\W_]+", "-", words.lower()).strip("-")[:_LONGEST_NAME].strip("-") or "source"
