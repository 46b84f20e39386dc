"""What a document announces about the names it mentions."""

from collections.abc import Sequence

from watchlist.model import Action, Document, Entry, Match


class Extractor:
    """The action rules, compiled for one watchlist. Build once, share between threads, never mutate."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, entries: tuple[Entry, ...]) -> "Extractor":
        """Compile the shipped rules for these entries (owners and sisters are resolved among them)."""
        return cls(entries)

    @property
    def fingerprint(self) -> str:
        """Identify the rules, so that stored actions can be told stale."""
        return "0"

    def extract(self, document: Document, matches: Sequence[Match]) -> tuple[Action, ...]:
        """Return the actions on the matched names, most recent first; evidence spans index the text as given."""
        return ()
