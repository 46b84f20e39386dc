"""Hand-written stand-ins for the pipeline's tests: a source that gives what a test says, an analyst that reads marks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from watchlist.errors import FetchError
from watchlist.model import (
    Action,
    ActionKind,
    Completeness,
    Document,
    Field,
    Finding,
    Match,
    Mention,
    Page,
    Request,
    SourceState,
    Span,
    Stage,
    Verdict,
)
from watchlist.sources.base import Parsed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG = "The ministry published its regular bulletin and answered questions from reporters. "


def doc(id_: str, text: str, title: str = "", *, official: bool = False, summary: bool = False) -> Document:
    """Make a document of a few words; its title is its id unless told."""
    return Document(
        id_,
        title or f"Title {id_}",
        text,
        url=f"https://news.example/{id_}",
        official=official,
        completeness=Completeness.SUMMARY if summary else Completeness.FULL,
    )


@dataclass
class ScriptedSource:
    """A source whose visits are written down: documents, or the error that a visit fails with."""

    name: str = "wire"
    documents: Sequence[Document] = ()
    error: FetchError | None = None
    etag: str = ""
    asked: list[SourceState] = field(default_factory=list)

    def says(self, *documents: Document, etag: str = "") -> "ScriptedSource":
        """Give these documents from now on."""
        self.documents, self.error, self.etag = documents, None, etag
        return self

    def fails(self, status: int | None = 503, **told: object) -> "ScriptedSource":
        """Fail from now on."""
        self.error = FetchError(
            f"https://{self.name}.example/feed", "no usable answer", status=status, **told
        )
        return self

    def plan(self, state: SourceState, now: datetime) -> list[Request]:
        """Ask for one page."""
        return [Request(f"https://{self.name}.example/feed")]

    def fetch(self, request: Request, state: SourceState, now: datetime) -> Page:
        """Answer without a network."""
        self.asked.append(state)
        if self.error:
            raise self.error
        known = state.validators.get(request.url, {}).get("etag")
        headers = {"etag": self.etag} if self.etag else {}
        return Page(
            request.url, request.url, 200, headers, b"", now, not_modified=bool(known) and known == self.etag
        )

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Give the documents."""
        yield from self.documents


class NoFetcher:
    """A fetcher for sources that need none."""

    closed = False

    def fetch(self, request: Request, state: SourceState | None = None) -> Page:
        """Nobody should ask."""
        raise AssertionError(request.url)

    def allowed(self, url: str) -> bool:
        """Nobody should ask."""
        raise AssertionError(url)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


_MARK = re.compile(
    r"\[(\w+) (\w+) (\w+) ?([\w:-]*) ?(\d{4}-\d\d-\d\d)?(?: to (\d{4}-\d\d-\d\d))?( background)?\]"
)


@dataclass(frozen=True)
class MarkAnalyst:
    """Reads ``Alipay`` as a match, ``Alipay?`` as a possible one, and marks as actions:
    ``[Alipay transaction_ban adopted US-President 2021-02-19]``, with ``background`` for what is no news."""

    names: tuple[str, ...] = ("Alipay", "Huawei", "TikTok")
    fingerprint: str = "marks"

    def watching(self, *names: str) -> "MarkAnalyst":
        """Give the analyst of another watchlist."""
        return replace(self, names=names, fingerprint=f"marks-{'-'.join(names)}")

    def read(self, document: Document) -> Finding:
        """Return what the marks say."""
        matches = tuple(match for name in self.names if (match := self._match(name, document)))
        actions = tuple(
            Action(
                target=hit[1],
                action=ActionKind(hit[2]),
                stage=Stage(hit[3]),
                authority=hit[4] or None,
                effective=date.fromisoformat(hit[5]) if hit[5] else None,
                until=date.fromisoformat(hit[6]) if hit[6] else None,
                new=not hit[7],
                via=None,
                evidence=Span(Field.TEXT, hit.start(), hit.end(), hit[0]),
            )
            for hit in _MARK.finditer(document.text)
            if hit[1] in self.names
        )
        return Finding(document, matches, actions)

    def _match(self, name: str, document: Document) -> Match | None:
        hits = list(re.finditer(rf"\b{name}\b(\?)?", document.text))
        if not hits:
            return None
        sure = any(not hit[1] for hit in hits)
        mentions = tuple(
            Mention(name, Field.TEXT, hit.start(), hit.start() + len(name), name, name) for hit in hits
        )
        verdict = Verdict.MATCH if sure else Verdict.POSSIBLE
        return Match(name, verdict, 1.0 if sure else 0.5, ("named",), mentions)
