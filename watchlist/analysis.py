"""One document through the pure core: who is named, and what is done to them."""

from collections.abc import Iterable, Sequence

from watchlist.actions.extract import Extractor
from watchlist.actions.rules import RuleFile
from watchlist.matching.matcher import Matcher
from watchlist.matching.name_index import Shelf
from watchlist.model import Document, Entry, Finding
from watchlist.ownership.holdings import Holding


class Analyst:
    """A matcher and an extractor for one watchlist. Build once, share between threads, never mutate."""

    def __init__(self, matcher: Matcher, extractor: Extractor) -> None:
        self._matcher = matcher
        self._extractor = extractor

    @classmethod
    def for_entries(
        cls,
        entries: Iterable[Entry],
        *,
        typos: bool = True,
        shelf: Shelf | None = None,
        own: Sequence[RuleFile] = (),
        holdings: Sequence[Holding] = (),
    ) -> "Analyst":
        """Compile the watchlist with the shipped rules and the user's ``own``; without ``typos`` no misspelt names.

        ``shelf`` keeps what is compiled of a long watchlist for the next process. ``holdings`` say who owns whom
        beyond what the entries themselves say.
        """
        kept = tuple(entries)
        return cls(Matcher.compile(kept, typos=typos, shelf=shelf), Extractor.load(kept, own, holdings))

    @property
    def fingerprint(self) -> str:
        """Identify names, options and rules, so that stored findings can be told stale."""
        return f"{self._matcher.fingerprint}.{self._extractor.fingerprint}"

    def read(self, document: Document) -> Finding:
        """Return all that the document says of the watchlist. Never fails on any text."""
        matches = self._matcher.match(document)
        actions = self._extractor.extract(document, matches) if matches else ()
        return Finding(document, matches, actions)
