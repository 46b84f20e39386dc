"""One document through the pure core: who is named, and what is done to them."""

from collections.abc import Iterable, Sequence

from watchlist.actions.extract import Extractor
from watchlist.actions.rules import RuleFile
from watchlist.entry_list import EntryList
from watchlist.matching.matcher import Matcher
from watchlist.matching.shelf import Shelf
from watchlist.model import Document, Entry, Finding, Match, Verdict
from watchlist.ownership.holdings import Holding


class Analyst:
    """A matcher and an extractor for one watchlist. Build once, share between threads, never mutate.

    ``owners`` finds those who own watched names without being watched: they are no hits, but what is done to them
    is told of the names they own.
    """

    def __init__(self, matcher: Matcher, extractor: Extractor, owners: Matcher | None = None) -> None:
        self._matcher = matcher
        self._extractor = extractor
        self._owners = owners

    @classmethod
    def for_entries(
        cls,
        entries: Iterable[Entry],
        *,
        typos: bool = True,
        shelf: Shelf | None = None,
        own: Sequence[RuleFile] = (),
        holdings: Sequence[Holding] = (),
        few: bool = False,
    ) -> "Analyst":
        """Compile the watchlist with the shipped rules and the user's ``own``; without ``typos`` no misspelt names.

        ``shelf`` keeps what is compiled of a long watchlist for the next process. ``holdings`` say who owns whom
        beyond what the entries themselves say. ``few``: perhaps no more than a few documents are read.
        """
        kept = entries if isinstance(entries, EntryList) else tuple(entries)
        extractor = Extractor.load(kept, own, holdings)
        owners = tuple(Entry(name) for name in extractor.unwatched_owners())
        return cls(
            Matcher.compile(kept, typos=typos, shelf=shelf, few=few),
            extractor,
            Matcher.compile(owners, typos=False, shelf=shelf, few=few) if owners else None,
        )

    @property
    def fingerprint(self) -> str:
        """Identify names, options and rules, so that stored findings can be told stale."""
        return f"{self._matcher.fingerprint}.{self._extractor.fingerprint}"

    def read(self, document: Document) -> Finding:
        """Return all that the document says of the watchlist. Never fails on any text."""
        matches = self._matcher.match(document)
        owners = self._named_owners(document)
        actions = self._extractor.extract(document, (*matches, *owners)) if matches or owners else ()
        if owners:
            unwatched = {match.entry for match in owners}
            actions = tuple(action for action in actions if action.target not in unwatched)
        return Finding(document, matches, actions)

    def _named_owners(self, document: Document) -> tuple[Match, ...]:
        if self._owners is None:
            return ()
        return tuple(m for m in self._owners.match(document) if m.verdict is Verdict.MATCH)
