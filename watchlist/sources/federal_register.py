"""The Federal Register's API: documents by agency, type and term.

Address   https://www.federalregister.gov/api/v1/documents.json?conditions[…]&fields[]=…
Format    JSON: ``count``, ``results``, ``next_page_url``; up to 1,000 documents a page.
Cadence   every working day; a document is filed, then published on ``publication_date``.
Id        ``document_number`` (``2024-00339``; corrections are documents of their own: ``C1-2024-00339``).
Removals  do not happen; a correction names its original in ``correction_of``.
Quirks    many abstracts are empty, and those of "Notice of OFAC Sanctions Actions" never name the persons: the full
          text is read (``raw_text_url``, which is the text inside a bare HTML page). An agency may lack a slug.
Sure      fields and paging: seen in recorded answers. Text pages, ``correction_of`` as address: as documented.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from watchlist.errors import LayoutChanged
from watchlist.model import Completeness, Document, Link, Page, Request, SourceState
from watchlist.sources.address import host_of, shown
from watchlist.sources.base import Parsed
from watchlist.text.charset import decode
from watchlist.text.moments import strict_moment

API = "https://www.federalregister.gov/api/v1/documents.json"
TYPES = ("RULE", "PRORULE", "NOTICE", "PRESDOCU")
FULL_TEXT = ("always", "empty", "never")
OVERLAP = timedelta(days=5)
"""Documents may appear in the API some days after their date; what came already is recognised by its number."""

_FIELDS = (
    "document_number", "title", "type", "abstract", "action", "agencies", "dates", "effective_on",
    "executive_order_number", "correction_of", "html_url", "publication_date", "raw_text_url", "citation",
)  # fmt: skip
_PER_PAGE = 200
_TEXT_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class FederalRegister:
    """A standing query. ``agencies`` are slugs, ``terms`` phrases (a request each); empty tuples mean any.

    ``days`` is how far back the first visit reaches. ``full_text``: read it ``always``, only where the abstract is
    ``empty``, or ``never``.
    """

    name: str
    agencies: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    days: int = 7
    full_text: str = "always"
    api: str = API

    def plan(self, state: SourceState, now: datetime) -> Iterator[Request]:
        """Ask for what was published since shortly before the last visit, newest first; one query a term."""
        if state.last_success:
            start = state.last_success - OVERLAP
        else:
            start = strict_moment(state.cursor.get("since")) or now - timedelta(days=self.days)
        conditions = [("conditions[agencies][]", slug) for slug in self.agencies]
        conditions += [("conditions[type][]", kind) for kind in self.types]
        conditions.append(("conditions[publication_date][gte]", start.astimezone(UTC).date().isoformat()))
        fields = [("fields[]", name) for name in _FIELDS]
        rest = [("order", "newest"), ("per_page", str(_PER_PAGE))]
        for term in self.terms or ("",):
            words = [("conditions[term]", term)] if term else []
            query = urlencode(conditions + words + fields + rest)
            yield Request(f"{self.api}?{query}", role="documents", max_bytes=_TEXT_BYTES)

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield a document, or a link to its full text, for each row; then the next page of the answer."""
        place = shown(page.final_url)
        answer = json_object(page)
        count, rows = answer.get("count"), answer.get("results", [])
        if (
            not isinstance(count, int)
            or not isinstance(rows, list)
            or (count and not rows and "next_page_url" in answer)
        ):
            raise LayoutChanged(place, "not the documented answer: no count, or no results")
        if count and not rows:
            raise LayoutChanged(place, f"counts {count} documents but lists none")
        for number, row in enumerate(rows, start=1):
            try:
                document = self._document(row)
            except (KeyError, TypeError, ValueError) as error:
                yield LayoutChanged(
                    place, f"row {number} of {len(rows)} is not as documented ({str(error)[:80]})"
                )
                continue
            text_url = row.get("raw_text_url")
            if isinstance(text_url, str) and self._wants_text(document):
                ask = Request(text_url, role="full-text", max_bytes=_TEXT_BYTES)
                yield Link(ask, document, robots=False, stable=True)
            else:
                yield document
        following = answer.get("next_page_url")
        if following is not None:
            yield self._next(page, following)

    def _wants_text(self, document: Document) -> bool:
        return self.full_text == "always" or (self.full_text == "empty" and not document.text)

    def _next(self, page: Page, following: object) -> Request:
        url = urljoin(page.final_url, following) if isinstance(following, str) else ""
        if host_of(url) != host_of(page.final_url):
            raise LayoutChanged(shown(page.final_url), "the next page is not on the same host")
        return Request(url, role="documents", max_bytes=_TEXT_BYTES)

    def _document(self, row: Mapping[str, Any]) -> Document:
        number, title = _text(row, "document_number"), _text(row, "title")
        published = strict_moment(_text(row, "publication_date"))
        if not number or not title or published is None:
            raise ValueError("no document_number, title or publication_date")
        facts = {
            "fr_document_number": number,
            "fr_type": _text(row, "type"),
            "fr_agencies": ";".join(slug for agency in row["agencies"] if (slug := agency_name(agency))),
            "fr_action": _optional(row, "action"),
            "fr_dates": _optional(row, "dates"),
            "effective_on": _optional(row, "effective_on"),
            "executive_order_number": str(row.get("executive_order_number") or ""),
            "fr_correction_of": _optional(row, "correction_of").rstrip("/").rpartition("/")[2],
            "fr_citation": _optional(row, "citation"),
        }
        return Document(
            id=number,
            title=re.sub(r"\s+", " ", title).strip(),
            text=_optional(row, "abstract").strip(),
            url=_text(row, "html_url"),
            published=published,
            lang="en",
            source=self.name,
            official=True,
            completeness=Completeness.SUMMARY,
            facts={key: value for key, value in facts.items() if value},
        )

    def complete(self, document: Document, page: Page) -> Document:
        """Return the document with its full text. Raises LayoutChanged when the page holds none."""
        return completed_text(document, page)


def completed_text(document: Document, page: Page) -> Document:
    """Return a document with its full text. Raises LayoutChanged when the page holds none."""
    text = plain_text(decode(page.body))
    if len(text) < len(document.text) or not text:
        raise LayoutChanged(
            shown(page.final_url), f"not the full text of {document.id}: shorter than its abstract"
        )
    return replace(document, text=text, completeness=Completeness.FULL)


def plain_text(raw: str) -> str:
    """Return a full-text page as paragraphs: markup, page marks and the fixed line width taken away."""
    match = re.search(r"<pre[^>]*>(.*)</pre>", raw, re.DOTALL | re.IGNORECASE)
    text = html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", match.group(1) if match else raw))
    text = re.sub(r"(?<!\n)\n*\[\[Page [A-Z]?\d+\]\]\n*", "\n", text.replace("\r\n", "\n"))
    lines: list[str] = []
    before = ""
    for line in text.split("\n"):
        continues = before.strip() and line[:1].strip() and len(before.rstrip()) >= 50
        if continues and not line.startswith(("[", "---")):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line.strip())
        before = line
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def json_object(page: Page) -> Mapping[str, Any]:
    """Return the answer, a JSON object. Raises LayoutChanged."""
    try:
        answer = json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(shown(page.final_url), "the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise LayoutChanged(shown(page.final_url), "the answer is not a JSON object")
    return answer


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _optional(row: Mapping[str, Any], key: str) -> str:
    return "" if row.get(key) is None else _text(row, key)


def agency_name(agency: Mapping[str, Any]) -> str:
    """Return the slug, or, for an office that has none, its name."""
    return str(agency.get("slug") or agency.get("raw_name") or "").replace(";", ",")
