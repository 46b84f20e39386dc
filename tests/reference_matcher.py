"""Names in text: the compiled watchlist."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable

from watchlist.matching.judge import JudgedEntry, judge, to_match
from watchlist.matching.legal import legal_form_at
from watchlist.matching.surfaces import surfaces
from watchlist.model import Document, Entry, Field, Match, Mention
from watchlist.text.inflection import Latin, base, bases, inflects, latin_base, latin_inflection
from watchlist.text.tokens import Token, tokens

#: What may stand between two words of one name: spaces, a hyphen, an apostrophe, a slash, a middle dot.
_SOFT_GAP = re.compile(
    r"[^\S\n]*+(?:\n[^\S\n]*+)?|[-\u00ad\u2010-\u2013'’‘/・·=&+](?:[^\S\n]*\n)?|['’‘&][ \u00a0]|\.(?=\S)?|\W?[\u200b-\u200f\u202a-\u202e]\W?"
)
_HYPHENS = re.compile(r"[-\u2010-\u2013\u00ad](?:[ \t]*\r?\n[ \t]*)?")
_HYPHEN_CHARS = frozenset("-\u2010\u2011\u2012\u2013\u00ad")
_LONGEST_CHAIN = 4


#: The names of one written form, as (entry, name or alias, kind), and where a text has them.
Row = list[tuple[str, str, str]]
Hit = tuple[int, int, Row]


class ReferenceMatcher:
    """The compiled list. Build once, share between threads, never mutate."""

    def __init__(self, entries: dict[str, Entry], rows: dict[tuple[str, ...], Row], fingerprint: str) -> None:
        self._entries = entries
        self._rows = rows
        self._fingerprint = fingerprint
        # built on first need, for each way to inflect Latin names: most lists meet English texts only
        self._inflected: dict[Latin, dict[str, list[tuple[tuple[str, ...], Row]]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for words in rows:
            known = self._lengths.get(words[0], ())
            if len(words) not in known:
                self._lengths[words[0]] = tuple(sorted((*known, len(words)), reverse=True))

    @classmethod
    def compile(cls, entries: Iterable[Entry]) -> "ReferenceMatcher":
        """Compile names and aliases."""
        rows: dict[tuple[str, ...], Row] = {}
        digest = hashlib.sha256()
        by_name: dict[str, Entry] = {}
        for entry in entries:
            by_name.setdefault(entry.name, entry)
            digest.update(repr(entry).encode("utf-8", "surrogatepass"))
            for name in (entry.name, *entry.aliases):
                for surface in surfaces(name):
                    row = rows.setdefault(surface.words, [])
                    row.append((entry.name, name, surface.kind))
        return cls(by_name, rows, digest.hexdigest()[:16])

    @property
    def fingerprint(self) -> str:
        """Identify entries and options, so that stored mentions can be told stale."""
        return self._fingerprint

    def find(self, text: str, field: Field = Field.TEXT) -> list[Mention]:
        """Return every mention, by start, longest first. Never fails on any str; offsets index ``text`` as given."""
        read = tokens(text)
        found: list[Hit] = []
        latin = latin_inflection((token.text for token in read), text)
        inflected = bool(self._names_by_base(latin))
        for at, token in enumerate(read):
            for length in self._lengths.get("&" if token.text == "and" else token.text, ()):
                window = read[at : at + length]
                words = tuple("&" if t.text == "and" else t.text for t in window)
                if words in self._rows and _one_name(text, window):
                    found.append((token.start, window[-1].end, self._rows[words]))
            if inflected:
                for length, row in self._under_endings(read, at, latin):
                    if _one_name(text, read[at : at + length]):
                        found.append((token.start, read[at + length - 1].end, row))
            for window in _chains(text, read, at) if text[token.end : token.end + 1] in _HYPHEN_CHARS else ():
                words = ("".join(t.text for t in window),)
                if words in self._rows:
                    found.append((token.start, window[-1].end, self._rows[words]))
        return [
            Mention(
                entry, field, start, end, text[start:end], alias,
                "folded" if kind == "exact" and text[start:end] != alias else kind,
            )
            for start, end, row in _longest(found)
            for entry, alias, kind in _one_an_entry(row, text[start:end])
        ]  # fmt: skip

    def _under_endings(self, read: list[Token], at: int, latin: Latin) -> Iterable[tuple[int, Row]]:
        """Yield the inflected names that begin at a word: how many words they take, and whose they are."""
        first = read[at].text
        names = self._names_by_base(latin)
        for candidate in bases(first, latin) if names else ():
            for words, row in names.get(candidate, ()):
                window = read[at : at + len(words)]
                if len(window) == len(words) and all(
                    word in bases(token.text, latin) for word, token in zip(words, window, strict=True)
                ):
                    yield len(words), row

    def _names_by_base(self, latin: Latin) -> dict[str, list[tuple[tuple[str, ...], Row]]]:
        """Return the names that inflect; two threads may both build the same answer, which does no harm."""
        if latin not in self._inflected:
            self._inflected[latin] = _by_base(self._rows, latin)
        return self._inflected[latin]

    def judge(self, document: Document) -> list[JudgedEntry]:
        """Return every entry that the document may name, with all evidence, whatever the verdict."""
        mentions = [m for field in Field for m in self.find(document.part(field), field)]
        return judge(document, mentions, self._entries) if mentions else []

    def match(self, document: Document) -> tuple[Match, ...]:
        """Judge the document's mentions: one Match an entry, by score, then name."""
        return tuple(match for match in map(to_match, self.judge(document)) if match is not None)


def _one_an_entry(row: Row, written: str) -> Row:
    """Keep one name an entry: the one written just so, else the first of the closest kind."""
    if len(row) == 1:
        return row
    best: dict[str, tuple[tuple[bool, bool, int], tuple[str, str, str]]] = {}
    for at, name in enumerate(row):
        rank = (name[1] != written, name[2] != "exact", at)
        if name[0] not in best or rank < best[name[0]][0]:
            best[name[0]] = rank, name
    return [name for _, name in best.values()]


def _by_base(rows: dict[tuple[str, ...], Row], latin: Latin) -> dict[str, list[tuple[tuple[str, ...], Row]]]:
    """Group the names that inflect by the base of their first word."""
    names: dict[str, list[tuple[tuple[str, ...], Row]]] = {}
    for words, row in rows.items():
        plain = all(map(str.isascii, words))
        if (latin is Latin.NOT) if plain else not any(map(inflects, words)):
            continue
        cut = tuple(latin_base(base(word), latin) for word in words)
        names.setdefault(cut[0], []).append((cut, [(entry, alias, "inflected") for entry, alias, _ in row]))
    return names


def _one_name(text: str, window: list[Token]) -> bool:
    """Tell whether nothing between the words separates two names (``Huawei Tech, ZTE Corp.``)."""
    words = [token.text for token in window]
    for at in range(1, len(window)):
        gap = text[window[at - 1].end : window[at].start]
        if _SOFT_GAP.fullmatch(gap):
            continue
        # "Apple, Inc." and "Co., Ltd." are one name; so are brackets around a place in it
        if legal_form_at(words, at) or (gap.strip() in {"(", ")", '"'} and "\n" not in gap):
            continue
        return False
    return True


def _chains(text: str, read: list[Token], at: int) -> Iterable[list[Token]]:
    """Yield runs of words that hyphens link, to be read as one word (``Hua-wei``, a line's end)."""
    for end in range(at + 1, min(at + _LONGEST_CHAIN, len(read))):
        if not _HYPHENS.fullmatch(text[read[end - 1].end : read[end].start]):
            return
        yield read[at : end + 1]


def _longest(found: list[Hit]) -> list[Hit]:
    """Keep what no longer name overlaps; of equally long ones the first. Names of one span all stay."""
    by_span: dict[tuple[int, int], Row] = {}
    for start, end, row in found:
        known = by_span.get((start, end), [])
        by_span[start, end] = known + [name for name in row if name not in known]
    starts: list[int] = []
    ends: list[int] = []
    kept: list[Hit] = []
    for start, end in sorted(by_span, key=lambda span: (span[0] - span[1], span[0])):
        at = bisect_right(ends, start)  # what is kept is disjoint, so ends are in order too
        if at == len(starts) or starts[at] >= end:
            starts.insert(at, start)
            ends.insert(at, end)
            kept.append((start, end, by_span[start, end]))
    return sorted(kept, key=lambda hit: (hit[0], -hit[1]))
