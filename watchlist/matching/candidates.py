"""The fast first look: which names a text holds for sure, and where the precise reading must look for more.

The text is laid out as one line of its tokens, and ``name_index`` tells which forms of names stand where in it. What
is written as the form is spelt is a hit at once. Only what arises where hyphens are left out, and the surroundings
of what may be inflected, are read precisely (scan.py). It misses no name.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple, Protocol

from watchlist.matching.forms import Form, stems_of, summed
from watchlist.matching.name_index import Kind, NameIndex
from watchlist.matching.scan import LONGEST_CHAIN, Hit, one_name
from watchlist.text.fold import Folded, Page, fold, pages
from watchlist.text.inflection import Latin, function_words, latin_inflection, may_inflect
from watchlist.text.later import later
from watchlist.text.tokens import ALONE, OTHER_ALPHABET, RUN, latinised, stands_alone, tokens_of

_KEPT_ASCII = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_-")})
#: A hyphen at the end of a line.
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
_HYPHEN = re.compile(r"-\s*")
#: What is at least one token.
_STRETCH = later(rf"[{ALONE}]|[^\W{ALONE}]+|&")
_INFLECTING = later("[\u0400-\u052f\u0620-\u06ff\uac00-\ud7a3]")
_AND = " and "

#: A text of more characters is not remembered.
_MUCH = 1_000_000
_REMEMBERED = 4

Stretch = tuple[int, int]
"""Where a stretch of the folded text begins and ends; it cuts no token."""


class Candidates(NamedTuple):
    """What a text holds as it is spelt; and the forms that it may hold otherwise, and the stretches that may hold
    them, in order."""

    hits: list[Hit]
    forms: list[Form]
    latin: Latin
    stretches: list[Stretch]


class LaidOut(NamedTuple):
    """A text to be read: its folded form, and how its tokens stand."""

    folded: Folded
    layout: "_Layout"


def laid_out(text: str) -> LaidOut:
    """Fold a text and lay it out. The last few texts are remembered: a document is read for more than one watchlist."""
    global _read_last  # replaced whole: another thread may read it at once
    for known, laid in _read_last:
        if known is text:
            return laid
    folded = fold(text)
    laid = LaidOut(folded, _simple(folded.text) or _Exact(text, folded.text))
    if len(text) <= _MUCH:
        _read_last = ((text, laid), *_read_last[: _REMEMBERED - 1])
    return laid


_read_last: tuple[tuple[str, LaidOut], ...] = ()


def candidates(text: str, laid: LaidOut, index: NameIndex) -> Candidates:
    """Return which names a text, laid out, holds or may hold."""
    folded, layout = laid
    found, telling = index.spelt(layout.line, layout.end)
    hits: list[Hit] = []
    forms: list[Form] = []
    stretches: list[Stretch] = []
    for form, start, end in found:
        if start > layout.end:
            forms.append(form)
            stretches += layout.linked.get(form.words[0], ())
        elif len(summed(form.words)) < len(form.words):
            forms.append(form)
            stretches.append(_widened(folded.text, *layout.place(start, end), len(form.words)))
        elif hit := _hit(text, laid, form, layout.place(start, end)):
            hits.append(hit)
    latin = Latin.NOT
    if may_inflect(len(telling), text, nearly_ascii=folded.nearly_ascii):
        latin = latin_inflection(layout.words_among({*telling, *function_words(english=True)}), text)
    inflected: list[tuple[Form, int, int]] = []
    if latin is not Latin.NOT:
        inflected += index.stems(layout.line, Kind.LATIN_STEMS)
    if not folded.text.isascii() and _INFLECTING.search(folded.text):
        inflected += index.stems(layout.line, Kind.STEMS)
    for form, start, end in inflected:
        if start < layout.end and all(
            stem.encode("utf-8", "surrogatepass") in layout.line for stem in stems_of(form.words)
        ):
            forms.append(form)
            stretches.append(_widened(folded.text, *layout.place(start, end), len(form.words)))
    return Candidates(hits, forms, latin, _merged(stretches))


def _hit(text: str, laid: LaidOut, form: Form, place: Stretch) -> Hit | None:
    """Return where the text as given has a form whose words stand at a place, unless something separates them."""
    folded = laid.folded
    start, end = folded.start(place[0]), folded.end(place[1])
    count = len(form.words)
    if count > 1:
        plain = not folded.cuts and text.count(" ", start, end) == count - 1
        if not (plain and folded.text[start:end] == " ".join(form.words)) and not one_name(
            text, tokens_of(folded, *place)
        ):
            return None
    return start, end, form.names


class _Layout(Protocol):
    """A text as a line of its tokens; after its ``end``, between bars, are words that arise where hyphens are left out."""

    @property
    def line(self) -> bytes: ...

    @property
    def end(self) -> int: ...

    @property
    def linked(self) -> dict[str, list[Stretch]]:
        """The words that arise where hyphens are left out, and from what."""
        ...

    def words_among(self, words: set[str]) -> set[str]:
        """Return those of some words that are tokens of the text."""
        ...

    def place(self, start: int, end: int) -> Stretch:
        """Return the stretch of the tokens that stand between two places of the line."""
        ...


class _Simple:
    """A text whose tokens are its runs of letters and digits, and ``&``.

    ``spaced`` is the folded text, as long as it is, with spaces for all else.
    """

    def __init__(self, plain: str, spaced: str) -> None:
        self.linked: dict[str, list[Stretch]] = {}
        if "-" in spaced:
            self._link(spaced)
            spaced = spaced.replace("-", " ")
        self._spaced = f" {spaced} "
        self._given = _with_ands(plain, spaced) if "&" in plain else Folded(spaced)
        self.line, self.end = _ended(f" {self._given.text} ".encode("utf-8", "surrogatepass"), self.linked)

    def _link(self, spaced: str) -> None:
        at = spaced.find("-")
        while at >= 0:
            start = spaced.rfind(" ", 0, at) + 1
            end = spaced.find(" ", at)
            end = len(spaced) if end < 0 else end
            parts = spaced[start:end].split("-")
            if len(parts) == 2:
                self.linked.setdefault(parts[0] + parts[1], []).append((start, end))
                at = spaced.find("-", end)
                continue
            parts = [part for part in parts if part]
            for first in range(len(parts)):
                for last in range(first + 2, min(first + LONGEST_CHAIN, len(parts)) + 1):
                    places = self.linked.setdefault("".join(parts[first:last]), [])
                    if not places or places[-1] != (start, end):
                        places.append((start, end))
            at = spaced.find("-", end)

    def words_among(self, words: set[str]) -> set[str]:
        return {word for word in words if f" {word} " in self._spaced}

    def place(self, start: int, end: int) -> Stretch:
        if not self.line.isascii():
            before = len(self.line[:start].decode("utf-8", "surrogatepass"))
            start, end = before, before + len(self.line[start:end].decode("utf-8", "surrogatepass"))
        # the line begins with one space more
        return self._given.start(start - 1), self._given.end(end - 1)


class _Exact:
    """Any text, by its tokens."""

    def __init__(self, text: str, plain: str) -> None:
        self._plain = plain
        found = list(RUN.finditer(plain))
        self._runs = [hit[0] for hit in found]
        self._begins = [hit.start() for hit in found]
        if OTHER_ALPHABET.search(plain):
            self._runs = [latinised(run) for run in self._runs]
        self._parts = [_in_line(run) for run in self._runs]
        self.linked: dict[str, list[Stretch]] = {}
        if "\u00ad" in text:
            self._link([(0, len(plain))], soft=True)
        elif "-" in plain:
            hyphens = (hit.span() for hit in _HYPHEN.finditer(plain))
            self._link(_merged(_widened(plain, *hyphen, LONGEST_CHAIN) for hyphen in hyphens), soft=False)
        self.line, self.end = _ended(b" %b " % b"".join(self._parts), self.linked)

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
                    self.linked.setdefault(solid, []).append((token.start, read[last].end))

    def words_among(self, words: set[str]) -> set[str]:
        return words.intersection(self._runs)

    def place(self, start: int, end: int) -> Stretch:
        first = bisect_right(self._at, start) - 1
        last = bisect_right(self._at, end - 1) - 1
        if stands_alone(self._runs[last]):
            stop = self._start(last, end)
        else:
            stop = self._begins[last] + len(self._runs[last])
        return self._start(first, start), stop

    def _start(self, run: int, at: int) -> int:
        """Return where what stands at a place of the line, in a run, begins."""
        alone = stands_alone(self._runs[run])
        return self._begins[run] + (len(self.line[self._at[run] : at].decode()) if alone else 0)

    @cached_property
    def _at(self) -> list[int]:
        """Where each run begins in the line, which begins with a space."""
        return list(accumulate(map(len, self._parts), initial=1))


def _in_line(run: str) -> bytes:
    """Return a run of tokens as it stands in a line: characters that stand alone without spaces."""
    if run == "&":
        return b" and "
    part = run.encode("utf-8", "surrogatepass")
    return b" %b " % part if run.isascii() or not stands_alone(run) else part


def _ended(words: bytes, linked: Iterable[str]) -> tuple[bytes, int]:
    """Return the line of some words, and of further ones that do not follow each other, and where the latter begin."""
    further = "".join(f"| {word} " for word in linked)
    return b"%b%b|" % (words, further.encode("utf-8", "surrogatepass")), len(words)


def _with_ands(plain: str, spaced: str) -> Folded:
    """Return a spaced text with a word for each ``&`` that the plain one has, and the way back."""
    cuts: list[int] = []
    origins: list[int] = []
    pieces: list[str] = []
    done = at = 0
    for copied in plain.split("&"):
        sign = done + len(copied)
        cuts += (at, at + len(copied))
        origins += (done, sign)
        pieces += (spaced[done:sign], _AND)
        at += len(copied) + len(_AND)
        done = sign + 1
    spans = [-1, 1] * (len(cuts) // 2)
    return Folded("".join(pieces[:-1]), cuts[:-1], origins[:-1], spans[:-1])


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
