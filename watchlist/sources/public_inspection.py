"""The Federal Register's public inspection desk: documents on file, up to days before they are published.

Address   https://www.federalregister.gov/api/v1/public-inspection-documents/current.json?fields[]=…
Format    JSON: ``count``, ``results``; the whole desk in one answer, which takes no filter: agencies are picked here.
Cadence   working days, 8:45 in Washington, and special filings in between.
Id        ``document_number``, the same as that of the later publication.
Removals  a document leaves when it is published; that is no withdrawal.
Quirks    no abstract; the title may be missing, then the contents lines stand in.
Sure      [B] address and fields as open-source readers of it use them; never seen answered: unverified.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from watchlist.errors import LayoutChanged
from watchlist.model import Completeness, Document, Link, Page, Request, SourceState
from watchlist.sources.address import shown
from watchlist.sources.base import Parsed
from watchlist.sources.federal_register import agency_name, completed_text, json_object
from watchlist.text.moments import strict_moment

API = "https://www.federalregister.gov/api/v1/public-inspection-documents/current.json"
_FIELDS = (
    "document_number", "title", "type", "agencies", "filed_at", "publication_date", "html_url", "raw_text_url",
    "toc_doc", "toc_subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicInspection:
    """What lies on the desk now, of these agencies (slugs; none means all)."""

    name: str
    agencies: tuple[str, ...] = ()
    api: str = API

    def plan(self, state: SourceState, now: datetime) -> Iterator[Request]:
        """Ask for the whole desk."""
        yield Request(f"{self.api}?{urlencode([('fields[]', name) for name in _FIELDS])}", role="documents")

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield each document of our agencies, by way of its text where that is on file."""
        place = shown(page.final_url)
        rows = json_object(page).get("results")
        if not isinstance(rows, list):
            raise LayoutChanged(place, "not the documented answer: no results")
        for number, row in enumerate(rows, start=1):
            try:
                document = self._document(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                yield LayoutChanged(
                    place, f"row {number} of {len(rows)} is not as documented ({str(error)[:80]})"
                )
                continue
            if self.agencies and not set(self.agencies) & set(document.facts["fr_agencies"].split(";")):
                continue
            text_url = row.get("raw_text_url")
            if isinstance(text_url, str) and text_url:
                yield Link(
                    Request(text_url, role="full-text", max_bytes=20_000_000),
                    document,
                    robots=False,
                    stable=True,
                )
            else:
                yield document

    def _document(self, row: Mapping[str, Any]) -> Document:
        number = row["document_number"]
        titles = [row.get("title"), " ".join(filter(None, (row.get("toc_subject"), row.get("toc_doc"))))]
        title = next(
            (re.sub(r"\s+", " ", text).strip() for text in titles if isinstance(text, str) and text.strip()),
            "",
        )
        if not isinstance(number, str) or not number or not title:
            raise ValueError("no document_number or title")
        filed = row.get("filed_at")
        publication = row.get("publication_date")
        facts = {
            "fr_document_number": number,
            "fr_type": str(row.get("type") or ""),
            "fr_agencies": ";".join(name for agency in row["agencies"] if (name := agency_name(agency))),
            "fr_public_inspection": "yes",
            "fr_publication_date": publication if isinstance(publication, str) else "",
        }
        return Document(
            id=number,
            title=title,
            text="",
            url=row.get("html_url") if isinstance(row.get("html_url"), str) else None,
            published=strict_moment(filed) if isinstance(filed, str) else None,
            lang="en",
            source=self.name,
            official=True,
            completeness=Completeness.SUMMARY,
            facts={key: value for key, value in facts.items() if value or key == "fr_agencies"},
        )

    def complete(self, document: Document, page: Page) -> Document:
        """Return the document with its full text. Raises LayoutChanged when the page holds none."""
        return completed_text(document, page)
