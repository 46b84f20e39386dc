"""The index of all written forms: automata that find them all in one pass over a text, however many they are.

Three sets of patterns: the forms as they are spelt; the stems of forms in scripts that inflect; the stems of forms
in Latin letters, for languages that inflect those. Most texts need the first only; the others are built when a
text first asks for them. A pattern leads to numbers of forms, and each form is worked out again from its name: an
index can at worst miss names, never invent them.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from threading import Lock

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
        self, automaton: DoubleArrayAhoCorasick | None, starts: Sequence[int], numbers: Sequence[int]
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


#: Numbers that are no form's: the words by which a language is known whose Latin names inflect.
_FUNCTION_WORD = 0xFFFF0000


class NameIndex:
    """The patterns of a watchlist, by kind. Threads may share it: two that build the same patterns do no harm."""

    def __init__(self, names: NameTable, ready: dict[Kind, Patterns] | None = None) -> None:
        self._names = names
        self.form = lru_cache(maxsize=50_000)(names.form)
        self._ready = dict(ready or {})
        self._lock = Lock()

    def patterns(self, kind: Kind) -> Patterns:
        """Return patterns of a kind, built when first asked for."""
        if kind not in self._ready:
            with self._lock:
                if kind not in self._ready:
                    self._ready[kind] = Patterns.compile(self._of(kind))
        return self._ready[kind]

    def _of(self, kind: Kind) -> Iterator[tuple[str, int]]:
        for number, surface in self._names.surfaces():
            words = surface.words
            if kind is Kind.SPELT:
                yield line_of(words), number
            elif inflecting(words) if kind is Kind.STEMS else all(map(str.isascii, words)):
                yield max(stems_of(words), key=len), number
        if kind is Kind.SPELT:
            for at, word in enumerate(sorted(function_words())):
                yield f" {word} ", _FUNCTION_WORD + at

    def spelt(self, line: str) -> tuple[list[Form], int]:
        """Return the forms that a line holds as they are spelt, and how many function words of inflection.py."""
        numbers = self.patterns(Kind.SPELT).find(line)
        forms = [self.form(number) for number in numbers if number < _FUNCTION_WORD]
        return forms, len(numbers) - len(forms)

    def stems(self, line: str, kind: Kind) -> list[Form]:
        """Return the forms whose stem a line holds."""
        return [self.form(number) for number in self.patterns(kind).find(line)]
