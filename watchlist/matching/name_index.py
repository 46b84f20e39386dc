"""The index of all written forms: which of them a text may hold, however many they are.

Three sets of patterns (form_patterns.py): the forms as they are spelt; the stems of forms in scripts that inflect; the stems
of forms in Latin letters, for languages that inflect those. Most texts need the first only; the others are built
when a text first asks for them. A pattern leads to the number of a form, and each form is worked out again from its
name: an index can at worst miss names, never invent them.
"""

from collections.abc import Iterator
from enum import IntEnum
from functools import cache, lru_cache
from threading import Lock

from watchlist.matching.beginnings import Beginnings, StemBeginnings
from watchlist.matching.form_patterns import Patterns
from watchlist.matching.forms import Form, NameTable, inflecting, line_of, stems_of
from watchlist.matching.shelf import WORTH_KEEPING, Shelf, kept_or_made, version_of
from watchlist.text.inflection import function_words


class Kind(IntEnum):
    """What the patterns of a set are."""

    SPELT = 0
    STEMS = 1
    LATIN_STEMS = 2


#: Numbers that are no form's: the words by which a language is known whose Latin names inflect.
_FUNCTION_WORD = 0xFFFF0000
_TELLING = sorted(function_words())
_FEW = 500
"""To read so many texts by the beginnings of names takes about as long as to compile patterns, which find sooner."""
_AS_MANY = 10
"""A text that inflects names takes as long as so many others."""


class NameIndex:
    """The patterns of a watchlist, by kind. Threads may share it."""

    def __init__(self, names: NameTable, shelf: Shelf | None = None, *, few: bool = False) -> None:
        """``few``: perhaps no more than a few texts are read, for which patterns are not worth compiling."""
        self.names = names
        self._few = _FEW if few else 0
        self.form = lru_cache(maxsize=50_000)(names.form)
        self._shelf = shelf if len(names) >= WORTH_KEEPING else None
        self._ready: dict[Kind, Patterns] = {}
        self._filed: dict[Kind, Beginnings | StemBeginnings] = {}
        self._lock = Lock()

    def patterns(self, kind: Kind) -> Patterns:
        """Return patterns of a kind, taken from the shelf or built when first asked for."""
        if kind not in self._ready:
            with self._lock:
                if kind not in self._ready:
                    self._ready[kind] = self._kept(kind)
        return self._ready[kind]

    def _kept(self, kind: Kind) -> Patterns:
        whole = kind is Kind.SPELT
        if self._shelf is None:
            return Patterns.compile(self._of(kind), whole=whole)
        key = f"{self.names.digest}-{rules_version()}-{kind.name.lower()}"
        return kept_or_made(
            self._shelf,
            key,
            lambda found: Patterns.from_bytes(found, whole=whole),
            lambda: Patterns.compile(self._of(kind), whole=whole),
            Patterns.to_bytes,
        )

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

    def spelt(self, line: bytes) -> tuple[list[Form], list[str]]:
        """Return the forms that a line holds as they are spelt, and the function words of inflection.py."""
        if self._few > 0:
            self._few -= 1
            telling = [word for word in _TELLING if f" {word} ".encode() in line]
            return [self.form(number) for number in self._beginnings(Kind.SPELT).find(line)], telling
        numbers = self.patterns(Kind.SPELT).find(line)
        forms = [self.form(number) for number in numbers if number < _FUNCTION_WORD]
        return forms, [_TELLING[number - _FUNCTION_WORD] for number in numbers if number >= _FUNCTION_WORD]

    def stems(self, line: bytes, kind: Kind) -> list[Form]:
        """Return the forms whose stem a line holds."""
        if self._few > 0:
            self._few -= _AS_MANY
            return [self.form(number) for number in self._beginnings(kind).find(line)]
        return [self.form(number) for number in self.patterns(kind).find(line)]

    def _beginnings(self, kind: Kind) -> Beginnings | StemBeginnings:
        with self._lock:
            if kind not in self._filed:
                spelt = kind is Kind.SPELT
                self._filed[kind] = (
                    Beginnings(self.names)
                    if spelt
                    else StemBeginnings(self.names, latin=kind is Kind.LATIN_STEMS)
                )
            return self._filed[kind]


@cache
def rules_version() -> str:
    """Identify the code and the data by which names become patterns: kept patterns of others are of no use."""
    return version_of(_RULES)


_RULES = {
    "watchlist.text": (
        "fold.py", "tokens.py", "inflection.py", "data/fold.tsv", "data/look_alikes.tsv", "data/endings.toml",
    ),
    "watchlist.matching": ("surfaces.py", "forms.py", "form_patterns.py", "name_index.py", "legal.py", "data/legal_forms.toml"),
}  # fmt: skip
