"""The three formats of feeds, read into one shape. Pure; feedparser is imported on use.

XML is decoded by us and stripped of its prolog before any parser sees it, so that no character set can hide a
document type, and no entity is ever declared: a feed that declares entities is refused.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from watchlist.errors import LayoutChanged
from watchlist.model import Page
from watchlist.sources.address import shown, split
from watchlist.sources.wellformed import DeclaresEntities, ends_with, mended, root_name, without_prolog
from watchlist.text.charset import declared_charsets, decode, header_charset
from watchlist.text.html import fragment_text
from watchlist.text.moments import strict_moment

MOST_ITEMS = 2000
"""Items read of one feed, from its beginning; the largest seen in the wild have a few hundred."""

_ENDS = {"rss": "rss", "feed": "feed", "rdf": "rdf"}
_PERIODS = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
    "yearly": 365 * 86400.0,
}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item: ``summary`` and ``content`` as text, ``link`` absolute or None, ``guid`` as given or empty."""

    guid: str
    link: str | None
    title: str
    summary: str
    content: str
    published: datetime | None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed. ``interval``: seconds that the publisher wants between two visits, or None.

    ``cut_short``: the file ends before its root element does; the last, half item is left out. ``left_out`` counts
    the items beyond MOST_ITEMS.
    """

    title: str
    lang: str | None
    entries: tuple[FeedEntry, ...]
    interval: float | None = None
    cut_short: bool = False
    left_out: int = 0


def feed_kind(page: Page) -> str | None:
    """Say ``json`` or ``xml`` for what is, or claims to be, a feed; None for anything else (a page, an image)."""
    text = _text(page).lstrip()
    if text.startswith("{"):
        return (
            "json"
            if "jsonfeed.org/version" in text[:4096] or page.media_type == "application/feed+json"
            else None
        )
    try:
        root = root_name(_without_prolog(page, text))
    except LayoutChanged:
        return "xml"
    return "xml" if root in _ENDS else None


def read_feed(page: Page) -> Feed:
    """Read RSS, Atom or JSON Feed. Raises LayoutChanged with what it is instead."""
    text = _text(page)
    return _read_json(page, text) if text.lstrip().startswith("{") else _read_xml(page, text)


def _text(page: Page) -> str:
    charset = header_charset(page.headers.get("content-type", ""))
    return decode(page.body, declared_charsets(page.body, charset))


# ----- XML --------------------------------------------------------------------------------------------------


def _read_xml(page: Page, text: str) -> Feed:
    import feedparser  # type: ignore[import-untyped]

    body = _without_prolog(page, text)
    root = root_name(body)
    if root not in _ENDS:
        what = (
            "an HTML page"
            if root in ("html", "head", "body", "div")
            else f"a file with root element <{root}>"
            if root
            else "no XML"
        )
        raise LayoutChanged(
            shown(page.final_url),
            f"not a feed but {what}; add its feed's address, or the page itself as kind page",
        )
    sound = mended(body, ("item", "entry"), MOST_ITEMS)
    if sound is None:
        raise LayoutChanged(shown(page.final_url), "a feed too damaged to be read")
    xml, cut = sound
    # A stream, as feedparser would take bytes for a file's name first; sanitising is ours (text only).
    parsed = feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>' + xml.encode("utf-8", errors="replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    whole = ends_with(body, _ENDS[root])
    raw = list(parsed.entries)
    if not whole and not cut:
        raw = raw[:-1]
    if not parsed.entries and not whole:
        raise LayoutChanged(shown(page.final_url), "a feed that breaks off before its first item")
    entries = tuple(_xml_entry(entry, page.final_url) for entry in raw)
    head = parsed.feed
    return Feed(
        _rich(head, "title"), _language(_plain(head, "language")), entries, _interval(head), not whole, cut
    )


def root_element(page: Page) -> tuple[str, str]:
    """Return the name of an XML page's root element, and its text from there on. Raises LayoutChanged."""
    body = _without_prolog(page, _text(page))
    return root_name(body), body


def _without_prolog(page: Page, text: str) -> str:
    try:
        return without_prolog(text)
    except DeclaresEntities as error:
        place = shown(page.final_url)
        raise LayoutChanged(place, "declares its own XML entities or types; refused as unsafe") from error


def _xml_entry(entry: Any, base: str) -> FeedEntry:
    contents = [_detail(item) for item in dict.get(entry, "content") or () if isinstance(item, dict)]
    published = strict_moment(_plain(entry, "published")) or strict_moment(_plain(entry, "updated"))
    details = dict.get(entry, "content") or ()
    lang = next((item.get("language") for item in details if item.get("language")), None)
    return FeedEntry(
        guid=_plain(entry, "id").strip(),
        link=_absolute(base, _plain(entry, "link")),
        title=_one_line(_rich(entry, "title")),
        summary=_rich(entry, "summary"),
        content=max(contents, key=len, default=""),
        published=published,
        lang=_language(lang or ""),
    )


def _plain(node: Any, key: str) -> str:
    value = dict.get(node, key)  # FeedParserDict.get would fall back to other keys, with a warning
    return value if isinstance(value, str) else ""


def _rich(node: Any, key: str) -> str:
    detail = dict.get(node, f"{key}_detail")
    return _detail(detail) if isinstance(detail, dict) else fragment_text(_plain(node, key))


def _detail(detail: Mapping[str, Any]) -> str:
    value, kind = detail.get("value"), str(detail.get("type") or "text/html")
    if not isinstance(value, str):
        return ""
    return fragment_text(value) if "html" in kind or "xml" in kind else _one_text(value)


def _one_text(value: str) -> str:
    """Return plain text as text; what still looks like markup was mislabelled."""
    return fragment_text(value) if re.search(r"</?[a-zA-Z][^<>]*>", value) else value.strip()


def _interval(head: Any) -> float | None:
    ttl = _plain(head, "ttl").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 8:
        return int(ttl) * 60.0
    period = _PERIODS.get(_plain(head, "sy_updateperiod").strip().lower())
    frequency = _plain(head, "sy_updatefrequency").strip()
    if period is None:
        return None
    times = int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 6 else 1
    return period / max(times, 1)


# ----- JSON -------------------------------------------------------------------------------------------------


def _read_json(page: Page, text: str) -> Feed:
    place = shown(page.final_url)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(place, "not a feed: its JSON cannot be read") from error
    version = raw.get("version")
    if (
        not isinstance(version, str)
        or "jsonfeed.org" not in version
        or not isinstance(raw.get("items"), list)
    ):
        raise LayoutChanged(place, "JSON, but not a JSON Feed (https://jsonfeed.org)")
    entries = tuple(_json_entry(item, page.final_url) for item in raw["items"] if isinstance(item, dict))
    return Feed(_one_line(_str(raw, "title")), _language(_str(raw, "language")), entries)


def _json_entry(item: dict[str, Any], base: str) -> FeedEntry:
    uid = item.get("id")
    return FeedEntry(
        guid=str(uid).strip() if isinstance(uid, str | int | float) else "",
        link=_absolute(base, _str(item, "url") or _str(item, "external_url")),
        title=_one_line(_str(item, "title")),
        summary=_str(item, "summary").strip(),
        content=fragment_text(_str(item, "content_html")) or _str(item, "content_text").strip(),
        published=strict_moment(_str(item, "date_published")) or strict_moment(_str(item, "date_modified")),
        lang=_language(_str(item, "language")),
    )


def _str(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


# ----- both -------------------------------------------------------------------------------------------------


def _absolute(base: str, link: str) -> str | None:
    try:
        url = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return None
    return url if url and split(url) is not None else None


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _language(tag: str) -> str | None:
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_].*)?", tag.strip())
    return match.group(1).lower() if match else None
