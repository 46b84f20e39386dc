"""The fast first look: which names may stand in a text, and where; it misses none, and rules out nearly all.

A text is cut at everything that is no letter, digit, hyphen or ``&`` into *chunks*; the set of its chunks is
compared with what is known of each: most are *dull*, words of no name, and one set difference drops them. What is
left leads to forms (name_index.py); a form stays when the text holds all its words, wherever. Only those forms,
and only the surroundings of their words, are read precisely (scan.py).
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from operator import add
from typing import NamedTuple

from watchlist.matching.forms import Form, keys_in_text
from watchlist.matching.scan import LONGEST_CHAIN, chains
from watchlist.text.fold import Folded, Page, pages
from watchlist.text.inflection import Latin, key, latin_inflection
from watchlist.text.tokens import ALONE, tokens_of

_KEPT_ASCII = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_-&")})
_NOT_KEPT = re.compile(r"[^\w&-]")
#: A hyphen at the end of a line.
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
_ALONE_RUN = re.compile(f"[{ALONE}]+")
#: A hyphen beside a character that is a word: rare, and read the slow way.
_ALONE_LINKED = re.compile(rf"[{ALONE}]-|-\s*[{ALONE}]")
_NO_WORD = re.compile(r"[^\w&]*")
#: What is at least one token.
_STRETCH = re.compile(rf"[{ALONE}]|[^\W{ALONE}]+|&")
#: Longer chunks, and more of them, are not remembered.
_LONGEST_KNOWN = 64
_MOST_KNOWN = 400_000


class Chunk(NamedTuple):
    """What is known of a chunk.

    ``tokens`` where it is not one itself, and words that arise when hyphens are left out (``joined``). The forms
    that its words lead to: ``forms`` are looked at one by one, ``rarer`` only where the text holds another word
    of theirs.
    """

    tokens: tuple[str, ...]
    joined: tuple[str, ...]
    forms: tuple[Form, ...]
    rarer: dict[str, tuple[Form, ...]]


class Candidates(NamedTuple):
    """The forms that a text may hold, and the stretches of the folded text that may hold them, in order."""

    forms: set[Form]
    latin: Latin
    stretches: list[tuple[int, int]]


class Lookout:
    """Knows the words of a watchlist. Threads may share it: what it learns on the way does not change answers."""

    def __init__(self, forms_of: Callable[[str], tuple[Form, ...]]) -> None:
        self._forms_of = forms_of
        self._known = {latin: _Known(forms_of, latin) for latin in Latin}

    def candidates(self, text: str, folded: Folded) -> Candidates | None:
        """Return what the text, folded, may hold; None when it holds no name for sure."""
        plain = folded.text
        spaced = _spaced(plain)
        wide: set[str] = set()
        if not plain.isascii() and _ALONE_RUN.search(plain):
            alone = "".join(_ALONE_RUN.findall(plain))
            wide = {*alone, *map(add, alone, alone[1:])}
            spaced = _ALONE_RUN.sub(lambda hit: " " * len(hit[0]), spaced)
        words = set(spaced.split())
        if wide:
            words |= wide
        known = self._known[Latin.NOT].look_at(words)
        words.update(*[chunk.tokens for _, chunk in known if chunk.tokens])
        latin = latin_inflection(words, text)
        if latin is not Latin.NOT:
            known = self._known[latin].look_at({*spaced.split(), *wide})
        words.update(*[chunk.joined for _, chunk in known if chunk.joined])
        linked = self._linked(text, folded) if wide or "\u00ad" in text else {}
        words.update(linked)
        holds = _Holds(words, latin)
        forms: set[Form] = set()
        places: list[tuple[int, int]] = []
        padded = ""
        for word, chunk in known:
            kept = [form for form in chunk.forms if holds(form)] if chunk.forms else []
            if not words.isdisjoint(chunk.rarer):
                kept += [
                    form for second in chunk.rarer if second in words
                    for form in chunk.rarer[second] if form.needs <= words
                ]  # fmt: skip
            if kept:
                forms.update(kept)
                padded = padded or f" {spaced} "
                reach = max([len(form.words) for form in kept]) - 1
                where = _wide_places(plain, word) if word in wide else _places(padded, word)
                places += [_widened(plain, start, end, reach) for start, end in where] if reach else where
        kept = [form for of_word in linked.values() for form in of_word if holds(form)]
        if kept:
            forms.update(kept)
            places.append((0, len(plain)))
        return Candidates(forms, latin, _merged(places)) if forms else None

    def _linked(self, text: str, folded: Folded) -> dict[str, tuple[Form, ...]]:
        """Return words that arise in a text when hyphens beside Chinese characters or of width zero are left out."""
        if "\u00ad" not in text and not ("-" in folded.text and _ALONE_LINKED.search(folded.text)):
            return {}
        read = tokens_of(folded)
        joined = {
            "".join(t.text for t in window) for at in range(len(read)) for window in chains(text, read, at)
        }
        return {word: self._forms_of(key(word)) for word in joined}


class _Known:
    """What was learnt of chunks, for one way in which Latin names inflect."""

    def __init__(self, forms_of: Callable[[str], tuple[Form, ...]], latin: Latin) -> None:
        self._forms_of = forms_of
        self._latin = latin
        self._dull: set[str] = set()
        self._chunks: dict[str, Chunk] = {}

    def look_at(self, chunks: set[str]) -> list[tuple[str, Chunk]]:
        """Return what is known of all chunks that are not dull."""
        known = self._chunks
        return [
            (word, chunk)
            for word in chunks - self._dull
            if (chunk := known.get(word) or self._learn(word)) is not None
        ]

    def _learn(self, word: str) -> Chunk | None:
        chunk = self._read(word)
        if len(word) <= _LONGEST_KNOWN:
            if len(self._dull) + len(self._chunks) >= _MOST_KNOWN:
                self._dull, self._chunks = set(), {}
            if chunk is None:
                self._dull.add(word)
            else:
                self._chunks[word] = chunk
        return chunk

    def _read(self, word: str) -> Chunk | None:
        """Return what a chunk says; None when it is a word of no name."""
        texts, joined = [word], ["&"] if word == "and" else []
        if not (_ALONE_RUN.match(word) or (word.isascii() and word.isalnum())):
            texts, joined = self._parts(word)
        keys = dict.fromkeys(found for text in texts for found in keys_in_text(text, self._latin))
        keys.update(dict.fromkeys(map(key, joined)))
        forms = dict.fromkeys(form for found in keys for form in self._forms_of(found))
        if not forms and not joined and texts == [word]:
            return None
        plainly: list[Form] = []
        rarer: dict[str, tuple[Form, ...]] = {}
        for form in forms:
            others = form.needs.difference(texts, joined)
            if form.takes_endings(self._latin) or not others:
                plainly.append(form)
            else:
                second = max(others, key=lambda need: (len(need), need))
                rarer[second] = (*rarer.get(second, ()), form)
        return Chunk(() if texts == [word] else tuple(texts), tuple(joined), tuple(plainly), rarer)

    def _parts(self, word: str) -> tuple[list[str], list[str]]:
        """Return a chunk's tokens, and the words that arise when its hyphens are left out."""
        read = tokens_of(Folded(word))
        texts = [token.text for token in read]
        joined = ["&"] if "and" in texts else []
        for at in range(len(read)):
            for end in range(at + 1, min(at + LONGEST_CHAIN, len(read))):
                gap = word[read[end - 1].end : read[end].start]
                if not gap or gap.strip("-"):
                    break
                joined.append("".join(texts[at : end + 1]))
        return texts, joined


class _Holds:
    """Tells whether a text holds all that a form needs."""

    def __init__(self, words: set[str], latin: Latin) -> None:
        self._words = words
        self._latin = latin
        self._keys: set[str] | None = None

    def __call__(self, form: Form) -> bool:
        if not form.takes_endings(self._latin):
            return form.needs <= self._words
        if self._keys is None:
            keys = {key for word in self._words for key in keys_in_text(word, self._latin)}
            self._keys = keys | self._words  # pairs of characters are their own keys
        return form.keys <= self._keys


def _spaced(plain: str) -> str:
    """Return a folded text of the same length, in which a space stands for all that parts chunks."""
    if "-" in plain and _BROKEN.search(plain):
        plain = _BROKEN.sub(lambda hit: "-" * len(hit[0]), plain)
    if plain.isascii():
        return plain.translate(_KEPT_ASCII)
    for page, table in _page_tables():
        found = page.bytes_of(plain)
        if found is not None:
            return page.text_of(found.translate(table))
    return _NOT_KEPT.sub(" ", plain)


@cache
def _page_tables() -> tuple[tuple[Page, bytes], ...]:
    return tuple((page, page.table(lambda char: char.isalnum() or char in "_-&")) for page in pages())


def _places(padded: str, word: str) -> list[tuple[int, int]]:
    """Return where a chunk stands; ``padded`` is the spaced text with a space before and after it."""
    needle = f" {word} "
    found = []
    at = padded.find(needle)
    while at >= 0:
        found.append((at, at + len(word)))
        at = padded.find(needle, at + 1)
    return found


def _wide_places(plain: str, pair: str) -> list[tuple[int, int]]:
    """Return where a character stands, or two in a row with nothing but gaps between them."""
    found = []
    at = plain.find(pair[0])
    while at >= 0:
        end = at + 1
        if len(pair) > 1:
            gap = _NO_WORD.match(plain, end)
            end = gap.end() if gap else end
        if len(pair) == 1 or plain.startswith(pair[1], end):
            found.append((at, end + len(pair) - 1))
        at = plain.find(pair[0], at + 1)
    return found


def _widened(plain: str, start: int, end: int, reach: int) -> tuple[int, int]:
    """Return a stretch with at least so many tokens more on either side (where there are so many)."""
    size = 16 * reach
    left = right = -1
    while left < 0:
        begin = max(0, start - size)
        starts = [hit.start() for hit in _STRETCH.finditer(plain, begin, start)]
        whole = starts if not begin else starts[1:]  # the first may be cut
        if len(whole) >= reach or not begin:
            left = whole[-reach] if len(whole) >= reach else 0
        size *= 2
    size = 16 * reach
    while right < 0:
        stop = min(len(plain), end + size)
        ends = [hit.end() for hit in _STRETCH.finditer(plain, end, stop)]
        whole = ends if stop == len(plain) else ends[:-1]
        if len(whole) >= reach or stop == len(plain):
            right = whole[reach - 1] if len(whole) >= reach else len(plain)
        size *= 2
    return left, right


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches in order, those that meet as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
