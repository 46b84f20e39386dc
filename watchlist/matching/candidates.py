"""The fast first look: which names may stand in a text, and where; it misses none, and rules out nearly all.

The text is laid out as one line of its tokens, ``name_index`` tells which forms of names it may hold, and those, and
only the surroundings of their words, are read precisely (scan.py).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from typing import NamedTuple, Protocol

from watchlist.matching.form_patterns import PADDING
from watchlist.matching.forms import Form, line_of, stems_of
from watchlist.matching.name_index import Kind, NameIndex
from watchlist.matching.scan import LONGEST_CHAIN
from watchlist.text.fold import Folded, Page, fold, pages
from watchlist.text.inflection import Latin, function_words, latin_inflection, may_inflect
from watchlist.text.tokens import (
    ALONE,
    OTHER_ALPHABET,
    WITHIN,
    Token,
    has_no_look_alikes,
    tokens_of,
    words_of_folded,
)

_KEPT_ASCII = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_-")})
#: A hyphen at the end of a line.
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
_HYPHEN = re.compile(r"-\s*")
_NO_WORD = re.compile(r"[^\w&]*")
#: What is at least one token.
_STRETCH = re.compile(rf"[{ALONE}]|[^\W{ALONE}]+|&")
_INFLECTING = re.compile("[\u0400-\u052f\u0620-\u06ff\uac00-\ud7a3]")

#: A text of more characters is not remembered.
_MUCH = 1_000_000

Stretch = tuple[int, int]
"""Where a stretch of the folded text begins and ends; it cuts no token."""


class Candidates(NamedTuple):
    """The forms that a text may hold, and the stretches that may hold them, in order."""

    forms: list[Form]
    latin: Latin
    stretches: list[Stretch]


class LaidOut(NamedTuple):
    """A text to be read: its folded form, and how its tokens stand."""

    folded: Folded
    layout: "_Layout"


def laid_out(text: str) -> LaidOut:
    """Fold a text and lay it out. The last few texts are remembered: a document is read for more than one watchlist."""
    return _lay_out(text) if len(text) > _MUCH else _laid_out(text)


def candidates(text: str, laid: LaidOut, index: NameIndex) -> Candidates | None:
    """Return which names a text, laid out, may hold; None when it holds no name for sure."""
    folded, layout = laid
    forms, telling = index.spelt(layout.line)
    latin = Latin.NOT
    if may_inflect(len(telling), text):
        latin = latin_inflection(layout.words_among({*telling, *function_words(english=True)}), text)
    inflected: list[Form] = []
    if latin is not Latin.NOT:
        inflected += index.stems(layout.line, Kind.LATIN_STEMS)
    if not folded.text.isascii() and _INFLECTING.search(folded.text):
        inflected += index.stems(layout.line, Kind.STEMS)
    if inflected:
        line = layout.line.decode("utf-8", "surrogatepass")
        inflected = [form for form in inflected if all(stem in line for stem in stems_of(form.words))]
    if not forms and not inflected:
        return None
    places = [place for form in forms for place in layout.places(form, inflected=False)]
    places += [place for form in inflected for place in layout.places(form, inflected=True)]
    return Candidates(forms + inflected, latin, _merged(places))


def _lay_out(text: str) -> LaidOut:
    folded = fold(text)
    return LaidOut(folded, _simple(folded.text) or _Exact(text, folded.text))


_laid_out = lru_cache(maxsize=4)(_lay_out)


class _Layout(Protocol):
    """A text as one line of its tokens, with words that arise where hyphens are left out at the end, between bars."""

    @property
    def line(self) -> bytes: ...

    def words_among(self, words: set[str]) -> set[str]:
        """Return those of some words that are tokens of the text."""
        ...

    def places(self, form: Form, *, inflected: bool) -> Iterable[Stretch]:
        """Return stretches that hold the form wherever it stands in the text."""
        ...


class _Simple:
    """A text whose tokens are its runs of letters and digits, and ``&``.

    ``spaced`` is the folded text, as long as it is, with spaces for all else, and one more at either end.
    """

    def __init__(self, plain: str, spaced: str) -> None:
        self._plain = plain
        self._linked: dict[str, list[Stretch]] = {}
        if "-" in spaced:
            self._link(spaced)
            spaced = spaced.replace("-", " ")
        self._spaced = f" {spaced} "
        line = _spaced(plain.replace("&", " and ").replace("-", " ")) if "&" in plain else self._spaced
        while "  " in line:
            line = line.replace("  ", " ")
        self.line = _bytes_of(line, self._linked)

    def _link(self, spaced: str) -> None:
        at = spaced.find("-")
        while at >= 0:
            start = spaced.rfind(" ", 0, at) + 1
            end = spaced.find(" ", at)
            end = len(spaced) if end < 0 else end
            parts = spaced[start:end].split("-")
            if len(parts) == 2:
                self._linked.setdefault(parts[0] + parts[1], []).append((start, end))
                at = spaced.find("-", end)
                continue
            parts = [part for part in parts if part]
            for first in range(len(parts)):
                for last in range(first + 2, min(first + LONGEST_CHAIN, len(parts)) + 1):
                    places = self._linked.setdefault("".join(parts[first:last]), [])
                    if not places or places[-1] != (start, end):
                        places.append((start, end))
            at = spaced.find("-", end)

    def words_among(self, words: set[str]) -> set[str]:
        return {word for word in words if f" {word} " in self._spaced}

    def places(self, form: Form, *, inflected: bool) -> Iterator[Stretch]:
        word = max(form.words, key=len)
        if word == "&":
            yield 0, len(self._plain)
            return
        needle = max(stems_of(form.words), key=len) if inflected else f" {word} "
        reach = len(form.words) - 1
        at = self._spaced.find(needle)
        while at >= 0:
            start = self._spaced.rfind(" ", 0, at + 1) + 1
            end = self._spaced.index(" ", at + len(needle) - 1)
            # ``spaced`` begins with one space more than the text
            yield self._left(start, reach) - 1, self._right(end, reach) - 1
            at = self._spaced.find(needle, at + 1)
        if not reach:
            yield from self._linked.get(word, ())

    def _left(self, start: int, reach: int) -> int:
        """Return where so many tokens before a place begin."""
        spaced = self._spaced
        for _ in range(reach):
            end = start
            while end > 1 and spaced[end - 1] == " ":
                end -= 1
            start = spaced.rfind(" ", 0, end) + 1
        return start

    def _right(self, end: int, reach: int) -> int:
        """Return where so many tokens after a place end."""
        spaced = self._spaced
        for _ in range(reach):
            while end < len(spaced) - 1 and spaced[end] == " ":
                end += 1
            end = spaced.find(" ", end)
        return end


class _Exact:
    """Any text, by its tokens."""

    def __init__(self, text: str, plain: str) -> None:
        self._plain = plain
        self._words = words_of_folded(plain)
        self._linked: dict[str, list[Stretch]] = {}
        if "\u00ad" in text:
            self._link([(0, len(plain))], soft=True)
        elif "-" in plain:
            hyphens = (hit.span() for hit in _HYPHEN.finditer(plain))
            self._link(_merged(_widened(plain, *hyphen, LONGEST_CHAIN) for hyphen in hyphens), soft=False)
        self.line = _bytes_of(line_of(self._words), self._linked)

    def _link(self, stretches: Iterable[Stretch], *, soft: bool) -> None:
        """Note the words that arise where hyphens are left out; soft ones are gone from the folded text."""
        for start, end in stretches:
            read = tokens_of(Folded(self._plain), start, end)
            for first, token in enumerate(read):
                solid = token.text
                for last in range(first + 1, min(first + LONGEST_CHAIN, len(read))):
                    gap = self._plain[read[last - 1].end : read[last].start].strip()
                    if gap != "-" and (gap or not soft):
                        break
                    solid += read[last].text
                    self._linked.setdefault(solid, []).append((token.start, read[last].end))

    def words_among(self, words: set[str]) -> set[str]:
        return words.intersection(self._words)

    def places(self, form: Form, *, inflected: bool) -> Iterator[Stretch]:
        if self._as_written:
            yield from self._by_letters(form, inflected=inflected)
        else:
            yield from self._by_tokens(form, inflected=inflected)
        if len(form.words) == 1:
            yield from self._linked.get(form.words[0], ())

    @cached_property
    def _as_written(self) -> bool:
        """Whether no token has look-alike letters, so that each stands in the text letter by letter."""
        return has_no_look_alikes(self._plain)

    def _by_letters(self, form: Form, *, inflected: bool) -> Iterator[Stretch]:
        needle = max(stems_of(form.words), key=len).strip() if inflected else max(form.words, key=len)
        if needle in ("&", "and"):
            yield 0, len(self._plain)
            return
        second = ""  # of single characters two in a row are looked for
        if len(needle) == 1 and len(form.words) > 1 and not inflected:
            needle, second = form.words[:2]
        at = self._plain.find(needle)
        while at >= 0:
            gap = _NO_WORD.match(self._plain, at + len(needle))
            if not second:
                yield _widened(self._plain, at, at + len(needle), len(form.words) + 1)
            elif gap and self._plain.startswith(second, gap.end()) and not WITHIN.match(self._plain, at):
                yield at, _widened(self._plain, at, gap.end(), len(form.words))[1]
            at = self._plain.find(needle, at + 1)

    def _by_tokens(self, form: Form, *, inflected: bool) -> Iterator[Stretch]:
        read = self._tokens
        count = len(form.words)
        if inflected:
            stem = max(stems_of(form.words), key=len)
            begins = [
                at - before
                for word, found in self._at.items() if stem in line_of([word])
                for at in found for before in range(count)
            ]  # fmt: skip
        else:
            rarest = min(range(count), key=lambda at: len(self._at.get(form.words[at], ())))
            begins = [at - rarest for at in self._at.get(form.words[rarest], ())]
        for begin in begins:
            yield read[max(0, begin)].start, read[min(begin + count, len(read)) - 1].end

    @cached_property
    def _tokens(self) -> list[Token]:
        return tokens_of(Folded(self._plain))

    @cached_property
    def _at(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, token in enumerate(self._tokens):
            found.setdefault("&" if token.text == "and" else token.text, []).append(at)
        return found


def _bytes_of(line: str, linked: Iterable[str]) -> bytes:
    """Return a line of words, and further words that do not follow each other, as patterns are looked for in it."""
    further = "".join(f"| {word} " for word in linked)
    return f" {line} {further}|{PADDING}".encode("utf-8", "surrogatepass")


def _simple(plain: str) -> _Simple | None:
    """Lay out a text whose words are told by their spaces; None when it may have others."""
    if plain.isascii():
        return _Simple(plain, _spaced(plain))
    for page, _, alphabets, no_letters in _page_tables():
        found = page.bytes_of(plain)
        if found is not None:
            of_letters = found.translate(alphabets, no_letters)
            if b"ab" in of_letters or b"ba" in of_letters:
                return None  # look-alike letters of another alphabet
            return _Simple(plain, _spaced(plain))
    return None


def _spaced(plain: str) -> str:
    """Return a folded text, as long as it is, with a space for all that is no letter, digit or hyphen in a word."""
    if "-" in plain and _BROKEN.search(plain):
        plain = _BROKEN.sub(lambda hit: "-" * len(hit[0]), plain)
    if plain.isascii():
        return plain.translate(_KEPT_ASCII)
    for page, kept, _, _ in _page_tables():
        found = page.bytes_of(plain)
        if found is not None:
            return page.text_of(found.translate(kept))
    raise AssertionError("only texts that fit a page are laid out by their spaces")


@cache
def _page_tables() -> tuple[tuple[Page, bytes, bytes, bytes], ...]:
    """Return the pages, what keeps words, what tells Latin letters (a) from others (b), and what is neither."""
    return tuple(
        (
            page,
            page.table(lambda char: char if char.isalnum() or char in "_-" else " "),
            page.table(
                lambda char: "a" if "a" <= char <= "z" else "b" if OTHER_ALPHABET.match(char) else " "
            ),
            page.every(
                lambda char: (
                    (char.isalnum() or char == "_") and not ("a" <= char <= "z" or OTHER_ALPHABET.match(char))
                )
            ),
        )
        for page in pages()
    )


def _widened(plain: str, start: int, end: int, reach: int) -> Stretch:
    """Return a stretch with at least so many tokens more on either side (where there are so many)."""
    size = 16 + 4 * reach
    left = right = -1
    while left < 0:
        begin = max(0, start - size)
        starts = [hit.start() for hit in _STRETCH.finditer(plain, begin, start)]
        whole = starts if not begin else starts[1:]  # the first may be cut
        if len(whole) >= reach or not begin:
            left = whole[-reach] if len(whole) >= reach else 0
        size *= 2
    size = 16 + 4 * reach
    while right < 0:
        stop = min(len(plain), end + size)
        ends = [hit.end() for hit in _STRETCH.finditer(plain, end, stop)]
        whole = ends if stop == len(plain) else ends[:-1]
        if len(whole) >= reach or stop == len(plain):
            right = whole[reach - 1] if len(whole) >= reach else len(plain)
        size *= 2
    return left, right


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches in order, those that meet as one."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
