"""The index of all written forms: which names may stand in a text that holds a certain word.

Each form is entered once, under the one of its needs that is rarest in texts and among names; whoever looks for
names asks for the words of the text and gets few forms to check. An entry is eight bytes: a hash of the word, and the number of
the form. The form itself is worked out again from the name when it is asked for, so an index can at worst miss
names, never invent them.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from zlib import crc32

from watchlist.matching.forms import Form, needs_of
from watchlist.matching.lexicon import common_words
from watchlist.matching.surfaces import surfaces
from watchlist.model import Entry
from watchlist.text.inflection import key

_FORM_BITS = 4
"""A name has at most 16 written forms (surfaces.py knows seven)."""

_RARE = 100.0
"""How often a text uses a word that is in no dictionary, in a thousand million words."""


class NameIndex:
    """Hashes of words in order, and for each the number of a form. Never changes; threads may share it."""

    def __init__(self, hashes: Sequence[int], numbers: Sequence[int]) -> None:
        self.hashes = hashes
        self.numbers = numbers

    @classmethod
    def build(cls, names: "NameTable") -> "NameIndex":
        """Index all names: time grows with their number, about 24 bytes a name."""
        needs: list[list[str]] = []
        numbers: list[int] = []
        count: Counter[str] = Counter()
        for number, alias in enumerate(names.aliases()):
            for form, surface in enumerate(surfaces(alias)):
                found = list(map(key, needs_of(surface.words)))
                count.update(found)
                needs.append(found)
                numbers.append(number << _FORM_BITS | form)
        in_texts = _in_texts()
        cost = {word: forms * in_texts.get(word, _RARE) for word, forms in count.items()}
        hashes = [_hash(min(found, key=cost.__getitem__)) for found in needs]
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        return cls(array("I", [hashes[at] for at in order]), array("I", [numbers[at] for at in order]))

    def numbers_of(self, word: str) -> Iterator[int]:
        """Yield the numbers of the forms under a key, in order (and rarely one of another key)."""
        wanted = _hash(word)
        at = bisect_left(self.hashes, wanted)
        while at < len(self.hashes) and self.hashes[at] == wanted:
            yield self.numbers[at]
            at += 1


@cache
def _in_texts() -> dict[str, float]:
    """Return how often English texts use a word, by its key, in a thousand million words."""
    found: dict[str, float] = {}
    for word, zipf in common_words("en").items():
        found[key(word)] = found.get(key(word), 0) + 10 ** (zipf / 10)
    return found


class NameTable:
    """The names and aliases of a watchlist, numbered."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._first = array("I")
        number = 0
        for entry in entries:
            self._first.append(number)
            number += 1 + len(entry.aliases)

    def aliases(self) -> Iterator[str]:
        """Yield all names and aliases in order."""
        for entry in self._entries:
            yield entry.name
            yield from entry.aliases

    def at(self, number: int) -> tuple[str, str]:
        """Return the entry's name and the name or alias of this number."""
        place = bisect_right(self._first, number) - 1
        entry = self._entries[place]
        alias = number - self._first[place]
        return entry.name, entry.aliases[alias - 1] if alias else entry.name


class FormTable:
    """The forms of a watchlist by the keys of its words."""

    def __init__(self, names: NameTable, index: NameIndex) -> None:
        self._names = names
        self._index = index

    def __call__(self, word: str) -> tuple[Form, ...]:
        """Return the forms that are entered under a key."""
        found: dict[tuple[str, ...], tuple[int, list[tuple[str, str, str]]]] = {}
        for number in self._index.numbers_of(word):
            entry, alias = self._names.at(number >> _FORM_BITS)
            surface = list(surfaces(alias))[number & (1 << _FORM_BITS) - 1]
            found.setdefault(surface.words, (number, []))[1].append((entry, alias, surface.kind))
        return tuple(Form.of(words, tuple(names), number) for words, (number, names) in found.items())


def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))
