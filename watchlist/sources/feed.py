"""RSS, Atom and JSON Feed as a news source.

Stable id: the publisher's guid; where it is missing or used twice, the item's address; else a hash of its content.
Edits show as the same id with other text. Removals do not show: an item that left the feed is merely old.
Quirks met in the wild: repeated or changing guids, HTML in titles, leading blanks, wrong character sets, truncated
files, dates in local forms (read strictly, else none).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from watchlist.errors import LayoutChanged
from watchlist.model import Document, Link, Page, Request, SourceState
from watchlist.sources.address import canonical, shown
from watchlist.sources.base import Parsed, PollHint
from watchlist.sources.feed_formats import Feed, FeedEntry, read_feed

FULL_TEXT = ("auto", "feed", "follow")
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\]|(?:read|see|show|view) (?:more|the full \w+)|continue reading|weiterlesen"
    r"|lire la suite|阅读全文|続きを読む|the post .{1,200} appeared first on .{1,100})[\s.»→>)\]]*$",
    re.IGNORECASE | re.DOTALL,
)
_LEAST_CONTENT = 200
_LEAST_SUMMARY = 1500
_LONGEST_ID = 500


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One feed. ``full_text`` says where an item's text comes from.

    ``feed``: from the feed alone; ``follow``: always from the linked article; ``auto``: from the feed where it
    carries the whole text, else from the linked article.
    """

    name: str
    url: str
    official: bool = False
    full_text: str = "auto"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the feed itself."""
        yield Request(self.url, role="feed")

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield a document for each item, or a link where only the article tells more.

        Raises LayoutChanged for what is no feed; a feed cut short yields its whole items and an error.
        """
        feed = read_feed(page)
        if feed.interval is not None:
            yield PollHint(feed.interval)
        if feed.cut_short:
            yield LayoutChanged(shown(page.final_url), "the feed ends early; only its whole items were read")
        if feed.left_out:
            yield LayoutChanged(
                shown(page.final_url), f"too many items; the last {feed.left_out} were left out"
            )
        for uid, entry in identified(feed):
            text = entry.content or entry.summary
            document = Document(
                id=uid,
                title=entry.title,
                text=text,
                url=entry.link,
                published=entry.published,
                lang=entry.lang or feed.lang,
                source=self.name,
                official=self.official,
            )
            if entry.link and not self._suffices(entry):
                yield Link(Request(entry.link, role="article"), document)
            else:
                yield document

    def _suffices(self, entry: FeedEntry) -> bool:
        if self.full_text != "auto":
            return self.full_text == "feed"
        if entry.content and len(entry.content) >= _LEAST_CONTENT:
            return not _CUT_OFF.search(entry.content[-400:])
        return len(entry.summary) >= _LEAST_SUMMARY and not _CUT_OFF.search(entry.summary[-400:])


def identified(feed: Feed) -> Iterator[tuple[str, FeedEntry]]:
    """Give each item of a feed its id, each id once.

    A guid that several different items use identifies none of them; where a third of a feed's guids are missing or
    bad, none of its guids is trusted, so that ids do not flip from poll to poll.
    """
    entries = list(dict.fromkeys(feed.entries))
    pages_of: dict[str, set[str]] = {}
    for entry in entries:
        pages_of.setdefault(entry.guid, set()).add(canonical(entry.link) if entry.link else entry.title)
    good = {guid for guid, pages in pages_of.items() if guid and len(pages) == 1}
    if 3 * sum(entry.guid not in good for entry in entries) >= len(entries):
        good = set()
    links = Counter(canonical(entry.link) for entry in entries if entry.link and entry.guid not in good)
    seen: set[str] = set()
    for entry in entries:
        if entry.guid in good:
            uid = entry.guid
        elif entry.link and links[canonical(entry.link)] == 1:
            uid = canonical(entry.link)
        else:
            uid = f"content:{_sha(chr(10).join((entry.title, entry.summary, entry.content)))}"
        uid = uid if len(uid) <= _LONGEST_ID else f"sha256:{_sha(uid)}"
        if uid not in seen:  # the same item twice: the first, as feeds begin with the newest
            seen.add(uid)
            yield uid, entry


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:40]
