"""Names in text: the compiled watchlist."""

import hashlib
import re
from collections.abc import Iterable

from watchlist.model import Document, Entry, Field, Match, Mention, Verdict


class Matcher:
    """The compiled list. Build once, share between threads, never mutate."""

    def __init__(self, names: dict[str, tuple[str, str]], fingerprint: str) -> None:
        self._names = names
        self._fingerprint = fingerprint
        alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE) if names else None

    @classmethod
    def compile(cls, entries: Iterable[Entry]) -> "Matcher":
        """Compile names and aliases."""
        names: dict[str, tuple[str, str]] = {}
        for entry in entries:
            for name in (entry.name, *entry.aliases):
                names.setdefault(name.casefold(), (entry.name, name))
        digest = hashlib.sha256("\x00".join(sorted(names)).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(names, digest[:16])

    @property
    def fingerprint(self) -> str:
        """Identify entries and options, so that stored mentions can be told stale."""
        return self._fingerprint

    def find(self, text: str, field: Field = Field.TEXT) -> list[Mention]:
        """Return every mention, by start, longest first. Never fails on any str; offsets index ``text`` as given."""
        if self._pattern is None:
            return []
        found = []
        for hit in self._pattern.finditer(text):
            entry, alias = self._names.get(hit[0].casefold(), ("", ""))
            if entry:
                found.append(Mention(entry, field, hit.start(), hit.end(), hit[0], alias))
        return found

    def match(self, document: Document) -> tuple[Match, ...]:
        """Judge the document's mentions: one Match an entry, by score, then name."""
        mentions = [m for field in Field for m in self.find(document.part(field), field)]
        by_entry: dict[str, list[Mention]] = {}
        for mention in mentions:
            by_entry.setdefault(mention.entry, []).append(mention)
        return tuple(
            Match(entry, Verdict.MATCH, 1.0, ("exact name",), tuple(found))
            for entry, found in sorted(by_entry.items())
        )
