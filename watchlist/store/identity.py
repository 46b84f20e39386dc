"""When two documents are the same item, and when two wordings are the same. Pure."""

import hashlib
import json
import re
import unicodedata
from dataclasses import replace

from watchlist.model import Document
from watchlist.sources.address import canonical, host_of

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(document: Document) -> Document:
    """Replace what no database can hold (NUL, half a character) by U+FFFD, one for one: offsets stay.

    Done before a document is read, so that the text that is stored is the text that was read.
    """
    return replace(
        document,
        id=_clean(document.id),
        title=_clean(document.title),
        text=_clean(document.text),
        url=_clean(document.url) if document.url else None,
        lang=_clean(document.lang) if document.lang else None,
        facts={_clean(key): _clean(value) for key, value in document.facts.items()},
    )


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def content_sha(document: Document) -> str:
    """Identify a wording: title, text and facts, but for differences in blanks and Unicode form.

    A changed address, date or language is no new wording: publishers re-order, re-date and re-link all day.
    """
    facts = json.dumps(sorted(document.facts.items()), ensure_ascii=False)
    return _sha("\0".join((_plain(document.title), _plain(document.text), facts)))


def same_title(left: str, right: str) -> bool:
    """Say whether two titles are equal but for case, blanks and Unicode form, and are not empty."""
    return bool(left.strip()) and _plain(left).casefold() == _plain(right).casefold()


def uid_hash(uid: str) -> str:
    """Return the key of an item's id within its source."""
    return _sha(uid)


def url_hash(url: str | None) -> str | None:
    """Return the key of an item's address without scheme and tracking parameters, or None."""
    return _sha(canonical(url)) if url else None


def outlet(document: Document, source: str) -> str:
    """Name who tells a document: the host of its address, else its source."""
    host = host_of(document.url) if document.url else ""
    return host.removeprefix("www.") or source


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
