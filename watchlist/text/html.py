"""Web pages and pieces of HTML as text. Pure; trafilatura and lxml are imported on use.

Nothing of the markup survives: no script, no style, no picture, no tracking pixel. What a person would read does,
with line breaks where blocks end, so that names in two cells or headings do not run together.
"""

import html
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from watchlist.text.charset import declared_charsets, decode
from watchlist.text.moments import strict_moment

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "head",
        "select",
        "button",
        "textarea",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "ul",
    ]
)
_ITEMS = frozenset(("li", "tr", "option"))
_CELLS = frozenset(("td", "th"))
# libxml2 stops at what XML forbids
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_END = re.compile(r"\n(?!- |\|)")
_CODE = re.compile(r"<(script|style|noscript|template)\b")
_LARGEST_ARTICLE = 3_000_000
"""Characters. Beyond that a page is no article, and finding its main text would take minutes."""

_SHORT = 200
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "dcterms.issued", "dc.date.issued", "dcterms.date",
    "datepublished", "date", "pubdate", "publishdate", "citation_publication_date",
)  # fmt: skip
_JSON_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says: its title, main text, language (two or three letters) and date, where it tells them."""

    title: str
    text: str
    lang: str | None = None
    published: datetime | None = None


def fragment_text(markup: str) -> str:
    """Return a piece of HTML (or plain text) as text: entities decoded, blocks on lines of their own. Never fails."""
    if "<" not in markup:
        return _tidy(html.unescape(markup) if "&" in markup else markup)
    root = _tree(markup)
    return _without_tags(markup) if root is None else _tidy("".join(_pieces(root)))


def read_article(body: bytes, *, url: str | None = None, charset: str | None = None) -> Article:
    """Return the article of a page. Its text is empty only when the page shows none. Never fails.

    ``charset`` is what the HTTP header claims. The main text is found by trafilatura; where that finds little, the
    whole page's text stands in: rather too much than a name lost.
    """
    markup = _FORBIDDEN.sub("", decode(body, declared_charsets(body, charset)))
    root = _tree(markup)
    if root is None:
        return Article("", _without_tags(markup))
    text = _main_text(markup, url)
    if len(text) < _SHORT:
        whole = _tidy("".join(_pieces(root)))
        text = whole if len(whole) < 5 * _SHORT or not text else text
    metas = _metas(root)
    return Article(_title(root, metas), text, _lang(root), _published(metas, markup))


def _main_text(markup: str, url: str | None) -> str:
    if len(markup) > _LARGEST_ARTICLE:
        return fragment_text(markup)
    trafilatura = _trafilatura()
    for recall in (False, True):
        try:
            found = trafilatura.extract(
                markup,
                url=url,
                include_comments=False,
                include_tables=True,
                favor_recall=recall,
                with_metadata=False,
            )
        except Exception:  # noqa: BLE001 (any page may come; the library's own defects must not lose it)
            found = None
        if found and len(found) >= _SHORT:
            break
    return _tidy(_blocks_apart(found or ""))


def _blocks_apart(text: str) -> str:
    """Return trafilatura's text, a block a line, with an empty line behind each: a headline ends without a full stop.

    Items of a list and rows of a table ("- ", "| ") stay under each other and under the line that opens them.
    """
    return _BLOCK_END.sub("\n\n", text)


@cache
def _trafilatura() -> Any:
    import trafilatura  # half a second; most commands never need it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it could not read is reported by us
    return trafilatura


def _tree(markup: str) -> Any:
    """Return the parsed page, or None where the parser gives up (it drops what nests thousands deep)."""
    import lxml.etree  # type: ignore[import-untyped]
    import lxml.html  # type: ignore[import-untyped]

    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    clean = _FORBIDDEN.sub("", markup)
    try:
        root = lxml.html.document_fromstring(clean.encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None
    fatal = lxml.etree.ErrorLevels.FATAL
    return None if any(entry.level == fatal for entry in parser.error_log) else root


def _without_tags(markup: str) -> str:
    """Return the text by cutting out tags, for what no parser takes; scripts and styles go with their content."""
    lower = markup.lower()
    kept: list[str] = []
    at = 0
    while match := _CODE.search(lower, at):
        kept.append(markup[at : match.start()])
        end = lower.find(f"</{match.group(1)}", match.end())
        if end < 0:
            at = len(markup)
            break
        at = end
    kept.append(markup[at:])
    return _tidy(html.unescape(_TAG.sub("\n", "".join(kept))))


def _pieces(root: Any) -> list[str]:
    """Walk the tree without recursion: hostile pages nest deeply."""
    found: list[str] = []
    waiting: list[Any] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
            continue
        tag = item.tag if isinstance(item.tag, str) else ""
        if tag in _DROPPED or not tag:
            if item.tail:
                found.append(re.sub(r"\s+", " ", item.tail))
            continue
        verbatim = tag in ("pre", "plaintext")
        before, after = _breaks(tag)
        found.append(before)
        if item.text:
            found.append(item.text if verbatim else re.sub(r"\s+", " ", item.text))
        if item.tail and item is not root:
            waiting.append(re.sub(r"\s+", " ", item.tail))
        waiting.append(after)
        waiting.extend(reversed(item))
    return found


def _breaks(tag: str) -> tuple[str, str]:
    if tag in _BLOCKS:
        return "\n\n", "\n\n"
    if tag in _ITEMS:  # an item ends without a full stop: an empty line tells it from a line that is wrapped
        return "\n\n", ""
    if tag == "br":
        return "\n", ""
    return ("", " | ") if tag in _CELLS else ("", "")


def _tidy(text: str) -> str:
    """Return the text with single spaces, lines trimmed, and at most one empty line between two."""
    lines = (
        re.sub(r"[^\S\n]+", " ", line).strip().removesuffix(" |").rstrip()
        for line in _FORBIDDEN.sub("", text).splitlines()
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _metas(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _title(root: Any, metas: dict[str, str]) -> str:
    headings = [text for heading in root.iter("h1") if (text := _tidy(" ".join(_pieces(heading))))]
    heading = headings[0] if len(headings) == 1 else ""
    named = next((text for title in root.iter("title") if (text := title.text_content().strip())), "")
    for candidate in (metas.get("og:title", ""), heading, named):
        if one_line := re.sub(r"\s+", " ", candidate).strip():
            return one_line
    return ""


def _lang(root: Any) -> str | None:
    match = re.fullmatch(
        r"([A-Za-z]{2,3})(?:[-_].*)?", (root.get("lang") or root.get("xml:lang") or "").strip()
    )
    return match.group(1).lower() if match else None


def _published(metas: dict[str, str], markup: str) -> datetime | None:
    for name in _PUBLISHED:
        if moment := strict_moment(metas.get(name)):
            return moment
    match = _JSON_PUBLISHED.search(markup[:_LARGEST_ARTICLE])
    return strict_moment(match.group(1)) if match else None
