"""The index of all written forms: automata that find them all in one pass over a text, however many they are.

Three sets of patterns: the forms as they are spelt; the stems of forms in scripts that inflect; the stems of forms
in Latin letters, for languages that inflect those. Most texts need the first only; the others are built when a
text first asks for them. A pattern leads to numbers of forms, and each form is worked out again from its name: an
index can at worst miss names, never invent them.
"""

import hashlib
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from functools import cache, lru_cache
from importlib import metadata, resources
from itertools import accumulate
from threading import Lock
from typing import Protocol

from daachorse import DoubleArrayAhoCorasick

from watchlist.matching.forms import Form, NameTable, inflecting, line_of, stems_of
from watchlist.text.inflection import function_words


class Kind(IntEnum):
    """What the patterns of an automaton are."""

    SPELT = 0
    STEMS = 1
    LATIN_STEMS = 2


class Patterns:
    """Patterns, and the numbers that each leads to. Never changes; threads may share it."""

    def __init__(
        self, automaton: DoubleArrayAhoCorasick | None, starts: "array[int]", numbers: "array[int]"
    ) -> None:
        self.automaton = automaton
        self.starts = starts
        self.numbers = numbers

    @classmethod
    def compile(cls, found: Iterable[tuple[str, int]]) -> "Patterns":
        """Compile (pattern, number) pairs that come in order of their numbers."""
        by_pattern: dict[str, list[int]] = {}
        for pattern, number in found:
            by_pattern.setdefault(pattern, []).append(number)
        if not by_pattern:
            return cls(None, array("I", [0]), array("I"))
        automaton = DoubleArrayAhoCorasick(
            [pattern.encode("utf-8", "surrogatepass") for pattern in by_pattern]
        )
        starts = array("I", accumulate(map(len, by_pattern.values()), initial=0))
        return cls(automaton, starts, array("I", [n for numbers in by_pattern.values() for n in numbers]))

    def to_bytes(self) -> bytes:
        """Return the patterns as bytes, the same on every machine."""
        head = struct.pack("<II", len(self.starts), len(self.numbers))
        automaton = self.automaton.serialize() if self.automaton is not None else b""
        return head + little_endian(self.starts).tobytes() + little_endian(self.numbers).tobytes() + automaton

    @classmethod
    def from_bytes(cls, found: bytes) -> "Patterns":
        """Return the patterns of ``to_bytes``. Raises ValueError for bytes that are none."""
        try:
            many, more = struct.unpack_from("<II", found)
        except struct.error as error:
            raise ValueError(str(error)) from None
        ends = 8 + 4 * many, 8 + 4 * (many + more)
        if ends[1] > len(found):
            raise ValueError("cut short")
        starts, numbers = array("I", found[8 : ends[0]]), array("I", found[ends[0] : ends[1]])
        rest = found[ends[1] :]
        automaton = DoubleArrayAhoCorasick.deserialize(rest) if rest else None
        return cls(automaton, little_endian(starts), little_endian(numbers))

    def find(self, line: str) -> set[int]:
        """Return the numbers of all patterns in a line of tokens."""
        if self.automaton is None:
            return set()
        hits = self.automaton.find_overlapping(line.encode("utf-8", "surrogatepass"))
        starts, numbers = self.starts, self.numbers
        found: set[int] = set()
        for pattern in {hit[2] for hit in hits}:
            found.update(numbers[starts[pattern] : starts[pattern + 1]])
        return found


class Shelf(Protocol):
    """Where what was compiled is kept between processes; it may lose it, but never gives back anything else."""

    def load(self, key: str) -> bytes | None:
        """Return what was kept under a key."""
        ...

    def keep(self, key: str, body: bytes) -> None:
        """Keep what was compiled for the next process."""
        ...


#: Numbers that are no form's: the words by which a language is known whose Latin names inflect.
_FUNCTION_WORD = 0xFFFF0000
_TELLING = sorted(function_words())
#: Patterns of fewer names are built sooner than a file is read.
WORTH_KEEPING = 1000


class NameIndex:
    """The patterns of a watchlist, by kind. Threads may share it."""

    def __init__(self, names: NameTable, shelf: Shelf | None = None) -> None:
        self.names = names
        self.form = lru_cache(maxsize=50_000)(names.form)
        self._shelf = shelf if len(names) >= WORTH_KEEPING else None
        self._ready: dict[Kind, Patterns] = {}
        self._lock = Lock()

    def patterns(self, kind: Kind) -> Patterns:
        """Return patterns of a kind, taken from the shelf or built when first asked for."""
        if kind not in self._ready:
            with self._lock:
                if kind not in self._ready:
                    self._ready[kind] = self._kept(kind)
        return self._ready[kind]

    def _kept(self, kind: Kind) -> Patterns:
        if self._shelf is None:
            return Patterns.compile(self._of(kind))
        key = f"{self.names.digest}-{rules_version()}-{kind.name.lower()}"
        found = self._shelf.load(key)
        if found is not None:
            with suppress(ValueError):
                return Patterns.from_bytes(found)
        patterns = Patterns.compile(self._of(kind))
        self._shelf.keep(key, patterns.to_bytes())
        return patterns

    def _of(self, kind: Kind) -> Iterator[tuple[str, int]]:
        for number, surface in self.names.surfaces():
            words = surface.words
            if kind is Kind.SPELT:
                yield line_of(words), number
            elif inflecting(words) if kind is Kind.STEMS else all(map(str.isascii, words)):
                yield max(stems_of(words), key=len), number
        if kind is Kind.SPELT:
            for at, word in enumerate(_TELLING):
                yield f" {word} ", _FUNCTION_WORD + at

    def spelt(self, line: str) -> tuple[list[Form], list[str]]:
        """Return the forms that a line holds as they are spelt, and the function words of inflection.py."""
        numbers = self.patterns(Kind.SPELT).find(line)
        forms = [self.form(number) for number in numbers if number < _FUNCTION_WORD]
        return forms, [_TELLING[number - _FUNCTION_WORD] for number in numbers if number >= _FUNCTION_WORD]

    def stems(self, line: str, kind: Kind) -> list[Form]:
        """Return the forms whose stem a line holds."""
        return [self.form(number) for number in self.patterns(kind).find(line)]


@cache
def rules_version() -> str:
    """Identify the code and the data by which names become patterns: kept patterns of others are of no use."""
    return version_of(_RULES, metadata.version("daachorse"))


def version_of(rules: Mapping[str, Sequence[str]], beside: str) -> str:
    """Identify the state of some files, by package, and of what is told beside them."""
    digest = hashlib.sha256(beside.encode())
    for package, files in rules.items():
        for name in files:
            digest.update(resources.files(package).joinpath(*name.split("/")).read_bytes())
    return digest.hexdigest()[:16]


_RULES = {
    "watchlist.text": (
        "fold.py", "tokens.py", "inflection.py", "data/fold.tsv", "data/look_alikes.tsv", "data/endings.toml",
    ),
    "watchlist.matching": ("surfaces.py", "forms.py", "name_index.py", "legal.py", "data/legal_forms.toml"),
}  # fmt: skip


def little_endian(found: "array[int]") -> "array[int]":
    """Return the numbers as files keep them, or back: swapped where the machine has the other order of bytes."""
    if sys.byteorder == "little":
        return found
    other = found[:]
    other.byteswap()
    return other
