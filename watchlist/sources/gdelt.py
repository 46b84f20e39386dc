"""GDELT DOC 2.0: the world's news by search term, as titles and addresses; the articles are read from their sites.

Address   https://api.gdeltproject.org/api/v2/doc/doc?query=…&mode=artlist&format=json&maxrecords=250&timespan=…
Format    JSON ``articles``: ``url``, ``title``, ``seendate`` (20240615T123000Z), ``domain``, ``language``
Cadence   every 15 minutes; asked at most once an hour here (the API limits its callers).
Id        the article's address. Removals do not show.
Quirks    errors come as plain text with status 200; an empty answer may be ``{}``.
Sure      [C/D] by hearsay; never seen answered: unverified.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from watchlist.errors import LayoutChanged
from watchlist.model import Document, Link, Page, Request, SourceState
from watchlist.sources.address import canonical, shown, split
from watchlist.sources.base import Parsed, PollHint

API = "https://api.gdeltproject.org/api/v2/doc/doc"


@dataclass(frozen=True, slots=True)
class GdeltSource:
    """One standing search in GDELT's own query language."""

    name: str
    query: str
    api: str = API

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the last day's articles, newest first."""
        query = {
            "query": self.query, "mode": "artlist", "format": "json", "maxrecords": "250", "timespan": "1d",
            "sort": "datedesc",
        }  # fmt: skip
        yield Request(f"{self.api}?{urlencode(query)}", conditional=False)

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield a link for each article. Raises LayoutChanged with GDELT's own words when it refuses a query."""
        text = page.body.decode("utf-8", errors="replace").strip()
        yield PollHint(3600.0)
        try:
            answer = json.loads(text, strict=False)
        except (ValueError, RecursionError) as error:
            words = re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", text[:500])).strip()[:120]
            raise LayoutChanged(shown(page.final_url), f"no JSON but: {words!r}") from error
        rows = answer.get("articles", None if answer else []) if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise LayoutChanged(shown(page.final_url), "not the documented answer: no articles")
        for row in rows:
            url = row.get("url") if isinstance(row, dict) else None
            if not isinstance(url, str) or split(url) is None:
                yield LayoutChanged(shown(page.final_url), "an article without an address")
                continue
            title = row.get("title") if isinstance(row.get("title"), str) else ""
            document = Document(
                canonical(url), re.sub(r"\s+", " ", title).strip(), "", url=url, published=_seen(row.get("seendate")),
                source=self.name,
            )  # fmt: skip
            yield Link(Request(url, role="article"), document)


def _seen(value: object) -> datetime | None:
    """Return the moment GDELT first saw the article: the nearest thing to a date that it gives."""
    match = re.fullmatch(r"(\d{8}T\d{6})Z", value) if isinstance(value, str) else None
    try:
        return datetime.strptime(match.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
