"""The links of a web page. Pure; lxml is imported on use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from watchlist.model import Page
from watchlist.sources.address import split
from watchlist.text.charset import declared_charsets, decode, header_charset

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names in its head."""

    url: str
    title: str


def links_of(page: Page) -> Iterator[tuple[str, str]]:
    """Yield (absolute address, words) of each web link in the page's body, in order."""
    root, base = _root(page)
    for anchor in root.iter("a") if root is not None else ():
        url = _absolute(base, anchor.get("href"))
        if url:
            yield url, re.sub(r"\s+", " ", anchor.text_content()).strip()


def feeds_of(page: Page) -> tuple[FeedLink, ...]:
    """Return the feeds that the page's head names, those of comments last."""
    root, base = _root(page)
    found: dict[str, FeedLink] = {}
    for link in root.iter("link") if root is not None else ():
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        relations = (link.get("rel") or "").lower().split()
        url = _absolute(base, link.get("href"))
        if url and kind in _FEEDS and "alternate" in relations:
            title = re.sub(r"\s+", " ", link.get("title") or "").strip()
            found.setdefault(url, FeedLink(url, title))
    return tuple(sorted(found.values(), key=lambda feed: "comment" in f"{feed.url} {feed.title}".lower()))


def _root(page: Page) -> tuple[Any, str]:
    import lxml.etree  # type: ignore[import-untyped]
    import lxml.html  # type: ignore[import-untyped]

    charset = header_charset(page.headers.get("content-type", ""))
    text = _FORBIDDEN.sub("", decode(page.body, declared_charsets(page.body, charset)))
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None, page.final_url
    base = next((href for tag in root.iter("base") if (href := tag.get("href"))), "")
    return root, _absolute(page.final_url, base) or page.final_url


def _absolute(base: str, href: str | None) -> str | None:
    try:
        url = urldefrag(urljoin(base, (href or "").strip())).url if href else ""
    except ValueError:
        return None
    return url if url and split(url) is not None else None
