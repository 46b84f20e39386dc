"""What a source remembers of its items between visits, packed into its cursor. Pure.

Two questions are answered: need this article be read (again)? And is this item one that we know under another id?
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watchlist.model import Document, Link
from watchlist.sources.address import canonical

REREAD_AFTER = timedelta(hours=12)
"""Articles are edited after publication: one that was read is read again (conditionally) at this interval …"""

REREAD_FOR = timedelta(days=4)
"""… for so long after it was first seen."""

_REMEMBERED = 3000
_ARTICLE, _ITEM = "article:", "item:"


class Outcome(StrEnum):
    """How the last attempt to read an article ended."""

    READ = "read"
    REFUSED = "refused"  # a lasting refusal: 403, 404, robots.txt, no text in it; tried again like a read one
    PENDING = "pending"  # a passing failure, or no budget left: tried again at the next visit


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last attempt at one article. ``seen`` identifies the feed's own words about it at that time."""

    seen: str
    outcome: Outcome
    at: datetime
    first: datetime
    was_read: bool = False

    def packed(self) -> str:
        """Return the attempt as one cursor value."""
        times = f"{self.at.isoformat(timespec='seconds')} {self.first.isoformat(timespec='seconds')}"
        return f"{self.seen} {self.outcome} {times} {int(self.was_read)}"

    @classmethod
    def unpacked(cls, value: str) -> "Attempt | None":
        """Return the attempt that a cursor value holds, or None if it is not ours."""
        try:
            seen, outcome, at, first, was_read = value.split(" ")
            return cls(
                seen,
                Outcome(outcome),
                datetime.fromisoformat(at),
                datetime.fromisoformat(first),
                was_read == "1",
            )
        except ValueError:
            return None

    def due(self, now: datetime) -> bool:
        """Say whether the article should be read again although the feed says the same as before."""
        if self.outcome is Outcome.PENDING:
            return True
        return self.at + REREAD_AFTER <= now <= self.first + REREAD_FOR


class ArticleMemory:
    """The attempts at a source's articles. ``packed`` holds those of this visit only."""

    def __init__(self, cursor: Mapping[str, str]) -> None:
        found = ((key, Attempt.unpacked(value)) for key, value in cursor.items() if key.startswith(_ARTICLE))
        self._before = {key: attempt for key, attempt in found if attempt}
        self._now: dict[str, Attempt] = {}

    def any_due(self, now: datetime) -> bool:
        """Say whether some article waits, so that the feed must be read even if it has not changed."""
        return any(attempt.due(now) for attempt in self._before.values())

    def wanted(self, link: Link, now: datetime) -> bool:
        """Say whether the article is to be read; one that is not keeps its place in the memory."""
        key, seen = self._key(link), _fingerprint(link.document)
        before = self._before.get(key)
        if before is None or before.seen != seen:
            return True
        settled = before.outcome is Outcome.READ and link.stable
        wanted = not settled and before.due(now)
        if not wanted:
            self._now[key] = before
        return wanted

    def was_read(self, link: Link) -> bool:
        """Say whether the article's text has been read at some earlier visit."""
        before = self._before.get(self._key(link))
        return before is not None and before.was_read

    def known(self, link: Link) -> bool:
        """Say whether the feed says now what it said at the last attempt."""
        before = self._before.get(self._key(link))
        return before is not None and before.seen == _fingerprint(link.document)

    def note(self, link: Link, outcome: Outcome, now: datetime) -> None:
        """Remember an attempt."""
        key = self._key(link)
        before = self._before.get(key)
        first = before.first if before else now
        was_read = outcome is Outcome.READ or (before is not None and before.was_read)
        if link.stable and outcome is Outcome.READ:
            first = now - REREAD_FOR - REREAD_AFTER  # never due again
        self._now[key] = Attempt(_fingerprint(link.document), outcome, now, first, was_read)

    def packed(self, *, keep_old: bool) -> dict[str, str]:
        """Return the cursor values. ``keep_old``: the visit did not see all items, so forget nothing."""
        kept = {**self._before, **self._now} if keep_old else self._now
        return {key: attempt.packed() for key, attempt in list(kept.items())[-_REMEMBERED:]}

    @staticmethod
    def _key(link: Link) -> str:
        return _ARTICLE + _short(link.document.id if link.document else link.request.url)


def _fingerprint(document: Document | None) -> str:
    return _short(f"{document.title}\n{document.text}\n{document.url}") if document else "-"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]


def continued(
    items: Iterable[Document | Link], cursor: Mapping[str, str]
) -> tuple[list[Document | Link], dict[str, str]]:
    """Give items of a publisher that changes its ids their earlier ids back; return also the cursor values.

    When half of the addresses that were here at the last visit (and at least two) have come back under other ids,
    the ids are not worth much: each such item keeps the id that it had.
    """
    found = list(items)
    pages = Counter(canonical(url) for item in found if (url := _document(item).url))
    ids = {_document(item).id for item in found}
    known = {key.removeprefix(_ITEM): value for key, value in cursor.items() if key.startswith(_ITEM)}
    earlier: dict[str, str] = {}
    met = 0
    for item in found:
        document = _document(item)
        page = canonical(document.url) if document.url else ""
        before = known.get(_short(page)) if pages[page] == 1 else None
        met += before is not None
        if before is not None and before != document.id and before not in ids:
            earlier[document.id] = before
    if len(earlier) < 2 or 2 * len(earlier) < met:
        earlier = {}
    renamed = [
        _renamed(item, earlier[_document(item).id]) if _document(item).id in earlier else item
        for item in found
    ]
    values = {}
    for item in renamed[:_REMEMBERED]:
        document = _document(item)
        if document.url and pages[canonical(document.url)] == 1:
            values[_ITEM + _short(canonical(document.url))] = document.id
    return renamed, values


def is_memory(key: str) -> bool:
    """Say whether a cursor value belongs to this module."""
    return key.startswith((_ARTICLE, _ITEM))


def is_item(key: str) -> bool:
    """Say whether a cursor value tells an item's id by its address."""
    return key.startswith(_ITEM)


def _document(item: Document | Link) -> Document:
    if isinstance(item, Document):
        return item
    return item.document or Document(canonical(item.request.url), "", "", url=item.request.url)


def _renamed(item: Document | Link, uid: str) -> Document | Link:
    if isinstance(item, Document):
        return replace(item, id=uid)
    return replace(item, document=replace(_document(item), id=uid)) if item.document else item
