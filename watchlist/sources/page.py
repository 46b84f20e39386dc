"""A web page as a news source: one page watched for changes, or an index whose notices are followed.

Stable id: the page's address (without tracking parameters). An edit is the same id with other text. With the option
``follow``, a regular expression, the page is an index: each link whose absolute address matches it is one document;
an index without such a link raises LayoutChanged, as old notices stay listed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from watchlist.errors import LayoutChanged
from watchlist.model import Completeness, Document, Link, Page, Request, SourceState
from watchlist.sources.address import canonical, shown
from watchlist.sources.base import Parsed
from watchlist.sources.links import links_of
from watchlist.text.charset import declared_charsets, decode, header_charset
from watchlist.text.html import read_article

_MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class PageSource:
    """One page. ``follow`` makes it an index of notices."""

    name: str
    url: str
    official: bool = False
    follow: re.Pattern[str] | None = None

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the page itself."""
        yield Request(self.url, role="page")

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield the page as a document, or a link for each notice of the index."""
        if self.follow is None:
            empty = Document(
                canonical(self.url), "", "", url=page.final_url, source=self.name, official=self.official
            )
            yield completed(empty, page)
            return
        seen: set[str] = set()
        for url, words in links_of(page):
            if self.follow.search(url) and canonical(url) not in seen and len(seen) < _MOST_LINKS:
                seen.add(canonical(url))
                notice = Document(
                    canonical(url), words, "", url=url, source=self.name, official=self.official
                )
                yield Link(Request(url, role="article"), notice)
        if not seen:
            raise LayoutChanged(
                shown(page.final_url), f"no link matches {self.follow.pattern!r} on this index"
            )


def completed(document: Document, page: Page) -> Document:
    """Return the document with the text of a fetched page, in full.

    Raises LayoutChanged where the page is no text, shows none, or says less than what we hold (a wall that asks for
    cookies, consent or a script).
    """
    charset = header_charset(page.headers.get("content-type", ""))
    media, place = page.media_type, shown(page.final_url)
    if media in ("text/html", "application/xhtml+xml", "") or (
        media == "text/plain" and page.body[:200].lstrip()[:5].lower() in (b"<html", b"<!doc")
    ):
        article = read_article(page.body, url=page.final_url, charset=charset)
        title, text, published, lang = article.title, article.text, article.published, article.lang
    elif media.startswith("text/") or media in ("application/xml", "application/json"):
        text = decode(page.body, declared_charsets(page.body, charset)).strip()
        title, published, lang = "", None, None
    else:
        raise LayoutChanged(place, f"neither a page nor a text, but {media[:60]}")
    if not text:
        raise LayoutChanged(place, "no readable text in it")
    if len(text) < len(document.text):
        raise LayoutChanged(place, "says less than the source's own summary (a consent or script wall?)")
    return replace(
        document,
        title=document.title or title,
        text=text,
        published=document.published or published,
        lang=document.lang or lang,
        completeness=Completeness.FULL,
    )
