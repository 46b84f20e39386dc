"""The precise reading: which names stand in a run of tokens, under every rule of spelling and boundary.

It is obvious rather than fast: it is given few names and few tokens, the ones that ``candidates`` could not rule
out. Who is meant is judged later.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from watchlist.matching.forms import Form, Names
from watchlist.matching.legal import legal_form_at
from watchlist.text.inflection import Latin, base, bases, latin_base
from watchlist.text.tokens import Token

#: What may stand between two words of one name: spaces, a hyphen, an apostrophe, a slash, a middle dot.
_SOFT_GAP = re.compile(
    r"[^\S\n]*+(?:\n[^\S\n]*+)?|[-\u00ad\u2010-\u2013'’‘/・·=&+](?:[^\S\n]*\n)?|['’‘&][ \u00a0]|\.(?=\S)?|\W?[\u200b-\u200f\u202a-\u202e]\W?"
)
_HYPHENS = re.compile(r"[-\u2010-\u2013\u00ad](?:[ \t]*\r?\n[ \t]*)?")
_HYPHEN_CHARS = frozenset("-\u2010\u2011\u2012\u2013\u00ad")
LONGEST_CHAIN = 4
"""So many words that hyphens link are read as one."""

Hit = tuple[int, int, Names]
"""Where a text, as given, has a written form, and whose it is."""


class Scan:
    """The written forms to look for in one text."""

    def __init__(self, forms: Iterable[Form], latin: Latin) -> None:
        self._latin = latin
        self._forms: dict[tuple[str, ...], Names] = {}
        self._lengths: dict[str, list[int]] = {}
        self._inflected: dict[str, list[tuple[tuple[str, ...], Names]]] = {}
        inflected: list[tuple[str, ...]] = []
        for form in sorted(forms, key=lambda form: form.order):
            known = self._forms.get(form.words)
            if known is None:
                lengths = self._lengths.setdefault(form.words[0], [])
                lengths.append(len(form.words))
                if form.takes_endings(latin):
                    inflected.append(form.words)
            self._forms[form.words] = (*known, *form.names) if known else form.names
        for lengths in self._lengths.values():
            lengths[:] = sorted(set(lengths), reverse=True)
        for words in inflected:
            cut = tuple(latin_base(base(word), latin) for word in words)
            names = tuple((entry, alias, "inflected") for entry, alias, _ in self._forms[words])
            self._inflected.setdefault(cut[0], []).append((cut, names))

    def find(self, text: str, read: list[Token]) -> Iterator[Hit]:
        """Yield each form that ``read``, tokens of the text that stand in a row, holds."""
        for at, token in enumerate(read):
            for length in self._lengths.get("&" if token.text == "and" else token.text, ()):
                window = read[at : at + length]
                words = tuple("&" if t.text == "and" else t.text for t in window)
                if words in self._forms and one_name(text, window):
                    yield token.start, window[-1].end, self._forms[words]
            for length, names in self._under_endings(read, at) if self._inflected else ():
                if one_name(text, read[at : at + length]):
                    yield token.start, read[at + length - 1].end, names
            for window in chains(text, read, at) if text[token.end : token.end + 1] in _HYPHEN_CHARS else ():
                joined = ("".join(t.text for t in window),)
                if joined in self._forms:
                    yield token.start, window[-1].end, self._forms[joined]

    def _under_endings(self, read: list[Token], at: int) -> Iterator[tuple[int, Names]]:
        """Yield the inflected names that begin at a word: how many words they take, and whose they are."""
        for candidate in bases(read[at].text, self._latin):
            for words, names in self._inflected.get(candidate, ()):
                window = read[at : at + len(words)]
                if len(window) == len(words) and all(
                    word in bases(token.text, self._latin) for word, token in zip(words, window, strict=True)
                ):
                    yield len(words), names


def one_name(text: str, window: list[Token]) -> bool:
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


def chains(text: str, read: list[Token], at: int) -> Iterator[list[Token]]:
    """Yield runs of words that hyphens link, to be read as one word (``Hua-wei``, a line's end)."""
    for end in range(at + 1, min(at + LONGEST_CHAIN, len(read))):
        if not _HYPHENS.fullmatch(text[read[end - 1].end : read[end].start]):
            return
        yield read[at : end + 1]


def longest(found: Iterable[Hit]) -> list[Hit]:
    """Keep what no longer name overlaps; of equally long ones the first. All names of one span stay."""
    by_span: dict[tuple[int, int], Names] = {}
    for start, end, names in found:
        known = by_span.get((start, end))
        by_span[start, end] = known + names if known else names
    if len(by_span) == 1:
        return [(start, end, names) for (start, end), names in by_span.items()]
    starts: list[int] = []
    ends: list[int] = []
    kept: list[Hit] = []
    for start, end in sorted(by_span, key=lambda span: (span[0] - span[1], span[0])):
        at = bisect_right(ends, start)  # what is kept is disjoint, so ends are in order too
        if at == len(starts) or starts[at] >= end:
            starts.insert(at, start)
            ends.insert(at, end)
            kept.append((start, end, by_span[start, end]))
    return sorted(kept, key=itemgetter(0))
