"""Pieces of written forms, found in one pass over a text, however many they are; and the sums of the whole forms.

Of each form, as words (forms.py), an automaton knows a *piece* only: the first letters of the word that texts and
other forms have least. Where a text has a piece, the words that would be the form are summed (CRC-32, cut to 16
bits), and the sum is compared with those of the forms that have the piece. Sums may be equal by chance, so that a form is
told that is not there, but none that is there is missed. Whole forms in the automaton are found a little faster, but
take four times the room.
"""

import struct
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple
from zlib import crc32

from daachorse import DoubleArrayAhoCorasick

from watchlist.matching.forms import in_line, summed
from watchlist.matching.lexicon import chinese_words, common_words
from watchlist.number_bytes import from_bytes, to_bytes
from watchlist.text.tokens import stands_alone

_PIECE = 7
"""So many characters of a word, with the space before it, the automaton knows at least: fewer are met in too many
words, more take more room."""
_LONGEST_STEM = 240
"""So many bytes of a stem are summed."""
_LANGUAGES = {"en": 4.5, "ru": 5.5}
"""Most texts are in these: the decimal logarithm of how rare a word is that a sample of texts has once."""
_WORTH_WEIGHING = 1000
"""Of fewer forms it does not matter which words are common in texts."""
_ALONE = 3
"""So many characters that stand alone are a piece."""
_AFTER = 3
"""So many letters of the next word are added to a common one."""
_LESS = 20
"""So much less often on the Zipf scale (in tenths) does a text have a word with the first letters of a certain next one."""
_CROWD = 8
"""More forms of one piece are not compared one by one."""
_SPACE = 0x20
_HEAD = struct.Struct("<8I")
_TYPES, _PACKED = "IBBHI", "IBBHq"


_Row = tuple[int, int, int, int]
"""Of one form: what it has before its piece and from there on, its sum, its number."""


class _Columns(NamedTuple):
    """How many forms each piece has; and of each form: how many words it has before the one with the piece, how many
    from there on (of stems and of characters that stand alone: bytes), its sum, its number."""

    counts: "array[int]"
    before: "array[int]"
    after: "array[int]"
    sums: "array[int]"
    numbers: "array[int]"


_Crowd = dict[tuple[int, int], dict[int, list[int]]]
"""The forms of one piece: by what they have before it and from there on, by their sums, their numbers."""


Found = tuple[int, int, int]
"""The number of a form that a line may hold, and from which byte to which it stands there."""
_Window = tuple[int, int, int]
"""The sum of a part of a line, and from which byte to which its words stand."""
_NONE = (-1, 0, 0)


class Patterns:
    """Compiled forms, or stems. Never changes but for what it unpacks; threads may share it."""

    def __init__(self, automaton: DoubleArrayAhoCorasick | None, columns: _Columns, *, stems: bool) -> None:
        self._automaton = automaton
        self._stems = stems
        self._columns = columns
        self._starts = array("I", accumulate(columns.counts, initial=0))
        self._crowds: dict[int, _Crowd] = {}

    @classmethod
    def of_forms(cls, found: Iterable[tuple[Sequence[str], int]]) -> "Patterns":
        """Compile forms, as words, with their numbers."""
        kept = [(summed(words), number) for words, number in found]
        often = Counter(unit for words, _ in kept for unit in _units(words))
        weigh = len(kept) > _WORTH_WEIGHING
        by_piece: defaultdict[str, list[_Row]] = defaultdict(list)
        for words, number in kept:
            anchor = _anchor(words, often, weigh=weigh) if len(words) > 1 else 0
            before, after = anchor, len(words) - anchor
            if stands_alone(words[0]):
                before, after = (len("".join(part).encode()) for part in (words[:anchor], words[anchor:]))
            total = crc32(in_line(words).encode("utf-8", "surrogatepass")) & 0xFFFF
            for piece in _pieces(words, anchor, weigh=weigh):
                by_piece[piece].append((before, after, total, number))
        return cls._compiled(by_piece, sample=_sample() if weigh else None)

    @classmethod
    def of_stems(cls, found: Iterable[tuple[str, int]]) -> "Patterns":
        """Compile parts of words, with the numbers of their forms."""
        by_piece: defaultdict[str, list[_Row]] = defaultdict(list)
        for stem, number in found:
            raw = stem.encode("utf-8", "surrogatepass")[:_LONGEST_STEM]
            by_piece[stem[:_PIECE]].append((0, len(raw), crc32(raw) & 0xFFFF, number))
        return cls._compiled(by_piece, stems=True)

    @classmethod
    def _compiled(
        cls, by_piece: Mapping[str, list[_Row]], *, stems: bool = False, sample: list[bytes] | None = None
    ) -> "Patterns":
        pieces = [piece.encode("utf-8", "surrogatepass") for piece in by_piece]
        rows = [row for of_piece in by_piece.values() for row in of_piece]
        columns = (map(len, by_piece.values()), *(zip(*rows, strict=True) if rows else [()] * 4))
        packed = _Columns(*(array(of, column) for of, column in zip(_TYPES, columns, strict=True)))
        # what the sample meets most lies close together in memory
        return cls(DoubleArrayAhoCorasick(pieces, corpus=sample) if pieces else None, packed, stems=stems)

    def to_bytes(self) -> bytes:
        """Return the patterns packed, the same on every machine."""
        automaton = self._automaton.serialize() if self._automaton is not None else b""
        # a number is most often a little more than the one before
        pairs = pairwise(chain((0,), self._columns.numbers))
        steps = array("q", (after - number for number, after in pairs))
        columns = map(to_bytes, self._columns._replace(numbers=steps))
        packed = [zlib.compress(part) for part in (automaton, *columns)]
        head = _HEAD.pack(len(self._columns.counts), len(self._columns.sums), *map(len, packed))
        return head + b"".join(packed)

    @classmethod
    def from_bytes(cls, kept: bytes, *, stems: bool) -> "Patterns":
        """Return the patterns of ``to_bytes``. Raises ValueError for bytes that are none."""
        try:
            pieces, forms, *sizes = _HEAD.unpack_from(kept)
            ends = list(accumulate(sizes, initial=_HEAD.size))
            if ends[-1] != len(kept):
                raise ValueError("cut short")
            parts = [zlib.decompress(kept[start:end]) for start, end in pairwise(ends)]
        except (struct.error, zlib.error) as error:
            raise ValueError(str(error)) from None
        columns = _Columns(*map(from_bytes, _PACKED, parts[1:]))
        try:
            columns = columns._replace(numbers=array("I", accumulate(columns.numbers)))
        except OverflowError as error:
            raise ValueError(str(error)) from None
        if [len(column) for column in columns] != [pieces, *[forms] * 4] or sum(columns.counts) != forms:
            raise ValueError("not what was told")
        return cls(DoubleArrayAhoCorasick.deserialize(parts[0]) if parts[0] else None, columns, stems=stems)

    def find(self, line: bytes) -> list[Found]:
        """Return all forms that a line may hold. Words have spaces between and around them, however many, but for
        characters that stand alone, which have none between; the last word is a bar."""
        if self._automaton is None:
            return []
        found: list[Found] = []
        starts, stems = self._starts, self._stems
        _, before, after, sums, numbers = self._columns
        for at, _, piece in self._automaton.find_overlapping(line):
            row, stop = starts[piece], starts[piece + 1]
            if stop - row > _CROWD:
                found += self._in_crowd(line, at, piece)
                continue
            window = _bytes_around if stems or line[at] != _SPACE else _words_around
            while row < stop:
                total, start, end = window(line, at, before[row], after[row])
                if total == sums[row]:
                    found.append((numbers[row], start, end))
                row += 1
        return found

    def _in_crowd(self, line: bytes, at: int, piece: int) -> Iterator[Found]:
        """Yield the forms of a piece that a line may hold; they are so many that they are sorted once."""
        crowd = self._crowds.get(piece)
        if crowd is None:
            crowd = {}
            here = slice(self._starts[piece], self._starts[piece + 1])
            for before, after, total, number in zip(*(one[here] for one in self._columns[1:]), strict=True):
                crowd.setdefault((before, after), {}).setdefault(total, []).append(number)
            self._crowds[piece] = crowd  # whole: another thread may read it at once
        window = _bytes_around if self._stems or line[at] != _SPACE else _words_around
        for (before, after), by_sum in crowd.items():
            total, start, end = window(line, at, before, after)
            for number in by_sum.get(total, ()):
                yield number, start, end


def _words_around(line: bytes, at: int, before: int, after: int) -> _Window:
    """Return the sum of so many words before a place and after it, and where they stand; -1 where there are not so many.

    ``at`` is the place of a space before a word.
    """
    if not before:  # most often; as if no two spaces stood together
        end = line.find(b" ", at + 1)
        for _ in range(after - 1):
            end = line.find(b" ", end + 1)
        words = line[at : end + 1]
        if end > at and b"  " not in words:
            return crc32(words) & 0xFFFF, at + 1, end
    start = at
    for _ in range(before):
        while start > 0 and line[start - 1] == _SPACE:
            start -= 1
        start = line.rfind(b" ", 0, start)
        if start < 0:
            return _NONE
    end = at
    for _ in range(after):
        while line[end] == _SPACE:
            end += 1
        end = line.find(b" ", end)
        if end < 0:
            return _NONE
    words = b" %b " % b" ".join(line[start:end].split())
    return crc32(words) & 0xFFFF, start + 1, end


def _bytes_around(line: bytes, at: int, before: int, after: int) -> _Window:
    """Return the sum of so many bytes before a place and after it, and where what is in them of words stands."""
    if before > at:
        return _NONE
    part = line[at - before : at + after]
    return crc32(part) & 0xFFFF, at - before + part.startswith(b" "), at + after - part.endswith(b" ")


def _units(words: Sequence[str]) -> Sequence[str]:
    """Return what may tell a form, for each word of it: the word, or with the next one where characters stand alone."""
    if len(words) == 1 or not stands_alone(words[0]):
        return words
    return [word + after for word, after in pairwise((*words, ""))]


def _anchor(words: Sequence[str], often: Mapping[str, int], *, weigh: bool) -> int:
    """Return which word of a form texts have least, then the forms; the longest of such."""
    units = _units(words)
    common = _common() if weigh else {}

    def burden(at: int) -> tuple[bool, int, int, int]:
        unit = units[at]
        met = common.get(unit, 0)
        if met and at < len(units) - 1:
            met = max(1, met - _LESS)
        return len(unit) == 1, met, often[unit], -len(unit)

    return min(range(len(units)), key=burden)


def _pieces(words: Sequence[str], anchor: int, *, weigh: bool) -> Iterator[str]:
    """Yield what leads to a form: more than one word where the word is met in every other text.

    Between words a line has more spaces than one where the text has a comma, for example.
    """
    word = words[anchor]
    if stands_alone(word):
        yield "".join(words[anchor : anchor + _ALONE])
        return
    part = f" {word} "
    size = _PIECE
    familiar = _familiar() if weigh else ()
    while size < len(part) and part[:size] in familiar:
        size += 1
    if size >= len(part) and weigh and word in _common() and anchor + 1 < len(words):
        yield part + f"{words[anchor + 1]} "[:_AFTER]
        yield part + " "
    else:
        yield part[:size]


@cache
def _common() -> Mapping[str, int]:
    """Return words that texts have often, and pairs of Chinese characters, with their places on the Zipf scale."""
    found = {word: round(10 * (9 + share)) for word, share in chinese_words().items() if len(word) == 2}
    for lang in _LANGUAGES:
        found |= common_words(lang)
    return found


@cache
def _familiar() -> frozenset[str]:
    """Return the beginnings of common words, and these words, as lines have them."""
    words = (f" {word} " for lang in _LANGUAGES for word in common_words(lang))
    return frozenset(word[:size] for word in words for size in range(_PIECE, len(word) + 1))


@cache
def _sample() -> list[bytes]:
    """Return words as often as texts have them."""
    return [
        (f" {word} " * max(1, round(10 ** (zipf / 10 - rare)))).encode()
        for lang, rare in _LANGUAGES.items()
        for word, zipf in common_words(lang).items()
    ]
