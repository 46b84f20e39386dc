"""Names in text: the compiled watchlist."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property

from watchlist.entry_list import EntryList
from watchlist.matching.candidates import candidates, laid_out
from watchlist.matching.forms import Names, NameTable
from watchlist.matching.judge import JudgedEntry, judge, to_match
from watchlist.matching.judge_misspelt import judge_misspelt
from watchlist.matching.misspelt import MisspeltNames
from watchlist.matching.name_index import Kind, NameIndex
from watchlist.matching.scan import Scan, longest
from watchlist.matching.shelf import Shelf
from watchlist.model import Document, Entry, Field, Match, Mention
from watchlist.text.tokens import tokens_of


class Matcher:
    """The compiled list. Build once, share between threads, never mutate."""

    def __init__(self, entries: Sequence[Entry], index: NameIndex, *, typos: bool = True) -> None:
        self._entries = entries
        self._index = index
        self._typos = typos

    @classmethod
    def compile(
        cls, entries: Iterable[Entry], *, typos: bool = True, shelf: Shelf | None = None, few: bool = False
    ) -> "Matcher":
        """Compile names and aliases. Without ``typos`` misspelt names are not looked for.

        A long list is compiled once only where there is a ``shelf`` to keep its patterns; for ``few`` texts, not
        before so many were read that it is worth it.
        """
        kept = entries if isinstance(entries, EntryList) else tuple(entries)
        index = NameIndex(NameTable(kept, shelf), shelf, few=few)
        if not few:
            index.patterns(Kind.SPELT)
        return cls(kept, index, typos=typos)

    @cached_property
    def fingerprint(self) -> str:
        """Identify entries and options, so that stored mentions can be told stale."""
        return fingerprint_of(self._entries, typos=self._typos)

    def find(self, text: str, field: Field = Field.TEXT) -> list[Mention]:
        """Return every mention, by start, longest first. Never fails on any str; offsets index ``text`` as given."""
        if not text:
            return []
        laid = laid_out(text)
        hits, forms, latin, stretches = candidates(text, laid, self._index)
        if stretches:
            scan = Scan(forms, latin)
            for start, end in stretches:
                hits += scan.find(text, tokens_of(laid.folded, start, end))
        return [
            Mention(
                entry, field, start, end, text[start:end], alias,
                "folded" if kind == "exact" and text[start:end] != alias else kind,
            )
            for start, end, names in longest(hits)
            for entry, alias, kind in _one_an_entry(names, text[start:end])
        ]  # fmt: skip

    def judge(self, document: Document) -> list[JudgedEntry]:
        """Return every entry that the document may name, with all evidence, whatever the verdict."""
        mentions = [m for field in Field for m in self.find(document.part(field), field)]
        entries = self._index.names.met
        judged = judge(document, mentions, entries) if mentions else []
        if not self._typos:
            return judged
        found = self._misspelt.find(document, mentions)
        return judge_misspelt(document, found, judged, entries) if found else judged

    @cached_property
    def _misspelt(self) -> MisspeltNames:
        """The names that may be misspelt; built when a text is first read."""
        return MisspeltNames(self._index.names)

    def match(self, document: Document) -> tuple[Match, ...]:
        """Judge the document's mentions: one Match an entry, by score, then name."""
        return tuple(match for match in map(to_match, self.judge(document)) if match is not None)


def fingerprint_of(entries: Iterable[Entry], *, typos: bool = True) -> str:
    """Identify a watchlist, by all that its entries say, and the options of its matcher."""
    digest = hashlib.sha256(b"typos" if typos else b"")
    for e in entries:
        said = (
            e.name, e.kind.value, e.aliases, [(o.name, o.share, str(o.since), str(o.until)) for o in e.owners],
            e.tickers, e.identifiers, e.tags, e.context, e.excluded, e.note, e.extra,
        )  # fmt: skip
        digest.update(repr(said).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _one_an_entry(names: Names, written: str) -> Iterable[tuple[str, str, str]]:
    """Keep one name an entry: the one written just so, else the first of the closest kind."""
    if len(names) == 1:
        return names
    best: dict[str, tuple[tuple[bool, bool, int], tuple[str, str, str]]] = {}
    for at, name in enumerate(names):
        rank = (name[1] != written, name[2] != "exact", at)
        if name[0] not in best or rank < best[name[0]][0]:
            best[name[0]] = rank, name
    return [name for _, name in best.values()]
