"""Pieces of written forms, found in one pass over a text, however many they are; and the sums of the whole forms.

Of each form, as a line of words (forms.py), an automaton knows a *piece* only: the first letters from its rarest
word on, as many as tell it from common words. Where a text has a piece, the bytes that would be the form are
summed (CRC-32, cut to 16 bits), and the sum is looked up among those of the forms that have the piece. Sums may be
equal by chance, so that a form is told that is not there, but none that is there is missed. Whole forms in the
automaton are found a little faster, but take four times the room.
"""

import struct
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple
from zlib import crc32

from daachorse import DoubleArrayAhoCorasick

from watchlist.matching.lexicon import common_words
from watchlist.number_bytes import from_bytes, to_bytes

_PIECE = 7
"""So many characters of a form the automaton knows at least: fewer are met in too many words, more take more room."""
_LONGEST = 240
"""So many bytes of a form are summed up."""
_LANGUAGES = ("en", "ru")
"""Most texts are in these, as far as words are concerned that many texts have."""
_CROWD = 8
"""More forms of one piece are not compared one by one."""
_SPACE = 0x20
PADDING = " " * (_LONGEST + 2)
"""What a line must end in, so that no form reaches past it."""
_HEAD = struct.Struct("<8I")
_TYPES, _PACKED = "IBBHI", "IBBHq"


class _Columns(NamedTuple):
    """How many forms each piece has; and of each form: how many bytes it begins before its piece, how long it is, its
    sum, its number."""

    counts: "array[int]"
    before: "array[int]"
    length: "array[int]"
    sums: "array[int]"
    numbers: "array[int]"


_Crowd = dict[tuple[int, int], dict[int, list[int]]]
"""The forms of one piece: by where they begin before it and how long they are, by their sums, their numbers."""


class Patterns:
    """Compiled forms. Never changes but for what it unpacks; threads may share it.

    ``whole``: they end with a word, so that a line has a space where one ends.
    """

    def __init__(self, automaton: DoubleArrayAhoCorasick | None, columns: _Columns, *, whole: bool) -> None:
        self._automaton = automaton
        self._whole = whole
        self._columns = columns
        self._starts = array("I", accumulate(columns.counts, initial=0))
        self._crowds: dict[int, _Crowd] = {}

    @classmethod
    def compile(cls, found: Iterable[tuple[str, int]], *, whole: bool) -> "Patterns":
        """Compile forms, as lines of words, or stems (not ``whole``), with their numbers."""
        kept = list(found)
        often = Counter(word for line, _ in kept for word in line.split()) if whole else {}
        by_piece: defaultdict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
        for line, number in kept:
            raw = line.encode("utf-8", "surrogatepass")
            anchor = _rarest(line, often) if whole else 0
            before = anchor if len(raw) == len(line) else len(line[:anchor].encode("utf-8", "surrogatepass"))
            if len(raw) > _LONGEST:
                # cut after a word: where the first one is too long by itself, its piece must do
                before = anchor = 0
                raw = raw[: raw.rfind(b" ", 0, _LONGEST) + 1] if whole else raw[:_LONGEST]
            row = before, len(raw), crc32(raw) & 0xFFFF, number
            by_piece[_piece(line, anchor)].append(row)
        pieces = [piece.encode("utf-8", "surrogatepass") for piece in by_piece]
        rows = [row for of_piece in by_piece.values() for row in of_piece]
        columns = (map(len, by_piece.values()), *(zip(*rows, strict=True) if rows else [()] * 4))
        packed = _Columns(*(array(of, column) for of, column in zip(_TYPES, columns, strict=True)))
        return cls(DoubleArrayAhoCorasick(pieces) if pieces else None, packed, whole=whole)

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
    def from_bytes(cls, kept: bytes, *, whole: bool) -> "Patterns":
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
        return cls(DoubleArrayAhoCorasick.deserialize(parts[0]) if parts[0] else None, columns, whole=whole)

    def find(self, line: bytes) -> set[int]:
        """Return the numbers of all forms that a line may hold; it begins with a space and ends with ``PADDING``."""
        if self._automaton is None:
            return set()
        found: set[int] = set()
        starts, whole = self._starts, self._whole
        _, before, length, sums, numbers = self._columns
        for start, _, piece in self._automaton.find_overlapping(line):
            first, stop = starts[piece], starts[piece + 1]
            if stop - first > _CROWD:
                found.update(self._in_crowd(line, start, piece))
                continue
            for at in range(first, stop):
                begin = start - before[at]
                end = begin + length[at]
                if (
                    (not whole or line[end - 1] == _SPACE)
                    and crc32(line[begin:end]) & 0xFFFF == sums[at]
                    and begin >= 0
                ):
                    found.add(numbers[at])
        return found

    def _in_crowd(self, line: bytes, start: int, piece: int) -> Iterator[int]:
        """Yield the numbers of the forms of a piece that a line may hold; they are so many that they are sorted once."""
        crowd = self._crowds.get(piece)
        if crowd is None:
            crowd = {}
            here = slice(self._starts[piece], self._starts[piece + 1])
            for before, length, total, number in zip(*(one[here] for one in self._columns[1:]), strict=True):
                crowd.setdefault((before, length), {}).setdefault(total, []).append(number)
            self._crowds[piece] = crowd  # whole: another thread may read it at once
        for (before, length), by_sum in crowd.items():
            begin = start - before
            end = begin + length
            if begin >= 0 and (not self._whole or line[end - 1] == _SPACE):
                yield from by_sum.get(crc32(line[begin:end]) & 0xFFFF, ())


def _piece(line: str, anchor: int) -> str:
    """Return the piece of a form: longer where it would be met in every other text."""
    size = _PIECE
    familiar = _familiar()
    while anchor + size < len(line) and line[anchor : anchor + size] in familiar:
        size += 1
    return line[anchor : anchor + size]


@cache
def _familiar() -> frozenset[str]:
    """Return the beginnings of common words, and these words, as lines have them."""
    words = (f" {word} " for lang in _LANGUAGES for word in common_words(lang))
    return frozenset(word[:size] for word in words for size in range(_PIECE, len(word) + 1))


def _rarest(line: str, often: Mapping[str, int]) -> int:
    """Return where the word of a line begins that the fewest forms have, the longest of such, with its space."""
    words = line.split()
    if len(words) == 1:
        return 0
    word = min(words, key=lambda word: (often[word], -len(word)))
    return line.index(f" {word} ")
