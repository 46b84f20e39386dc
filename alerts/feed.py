"""One's own alerts as feeds: Atom (RFC 4287) and JSON Feed 1.1. Pure."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.digest import safe_url
from alerts.model import Facts
from alerts.payload import facts_data, finding_of
from alerts.phrases import plain

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TITLE = "Watchlist: alerts"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One alert in a feed: its subject, its content as safe HTML, and the page of its own, if there is one."""

    alert_id: int
    at: datetime
    title: str
    html: str
    page: str | None
    facts: Facts


def atom(entries: Sequence[FeedEntry], domain: str, base_url: str | None, now: datetime) -> bytes:
    """Return the Atom feed, latest first; ``domain`` makes the ids, which never change."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", f"tag:{domain},2026:alerts")
    _text(feed, "title", TITLE)
    _text(feed, "updated", (entries[0].at if entries else now).isoformat())
    author = ET.SubElement(feed, f"{{{_ATOM}}}author")
    _text(author, "name", "watchlist")
    if base_url:
        ET.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=f"{base_url}/alerts.atom")
        ET.SubElement(feed, f"{{{_ATOM}}}link", rel="alternate", href=f"{base_url}/index.html")
    for one in entries:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _text(entry, "id", _identity(one, domain))
        _text(entry, "title", one.title)
        _text(entry, "updated", one.at.isoformat())
        source = safe_url(one.facts.url)
        if one.page or source:
            ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=_xml(one.page or source or ""))
        if one.page and source:
            ET.SubElement(entry, f"{{{_ATOM}}}link", rel="via", href=_xml(source))
        ET.SubElement(entry, f"{{{_ATOM}}}category", term=_xml(plain(one.facts.event.entry, 200)))
        content = _text(entry, "content", one.html)
        content.set("type", "html")
    ET.indent(feed)
    body: bytes = ET.tostring(feed, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def json_feed(entries: Sequence[FeedEntry], domain: str, base_url: str | None) -> bytes:
    """Return the JSON Feed, latest first; ``_watchlist`` holds the facts as data (docs/channels.md)."""
    feed: dict[str, object] = {"version": "https://jsonfeed.org/version/1.1", "title": TITLE}
    if base_url:
        feed |= {"home_page_url": f"{base_url}/index.html", "feed_url": f"{base_url}/alerts.json"}
    feed["items"] = [_item(one, domain) for one in entries]
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _item(one: FeedEntry, domain: str) -> dict[str, object]:
    item: dict[str, object] = {
        "id": _identity(one, domain),
        "title": one.title,
        "content_html": one.html,
        "date_published": one.at.isoformat(),
        "tags": [plain(one.facts.event.entry, 200)],
    }
    source = safe_url(one.facts.url)
    if one.page or source:
        item["url"] = one.page or source
    if one.page and source:
        item["external_url"] = source
    item["_watchlist"] = {
        "alert": one.alert_id, **facts_data(one.facts), "finding": finding_of(one.facts, None),
    }  # fmt: skip
    return item


def _identity(one: FeedEntry, domain: str) -> str:
    return f"tag:{domain},2026:alert-{one.alert_id}"


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    made.text = _xml(text)
    return made


def _xml(text: str) -> str:
    """Return text that XML can hold."""
    return _NOT_XML.sub("\ufffd", text)
