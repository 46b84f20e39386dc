"""The index of all written forms: which of them a text may hold, however many they are.

Three sets of patterns (form_patterns.py): the forms as they are spelt; the stems of forms in scripts that inflect; the stems
of forms in Latin letters, for languages that inflect those. Most texts need the first only; the others are built
when a text first asks for them. A pattern leads to the number of a form, and each form is worked out again from its
name: an index can at worst miss names, never invent them.
"""

from enum import IntEnum
from functools import cache, lru_cache
from itertools import chain
from threading import Lock

from watchlist.matching.beginnings import Beginnings, StemBeginnings
from watchlist.matching.form_patterns import Patterns
from watchlist.matching.forms import (
    Form,
    NameTable,
    in_line,
    inflecting,
    places_of,
    stems_of,
    summed,
    words_in_line,
)
from watchlist.matching.shelf import WORTH_KEEPING, Shelf, kept_or_made, version_of
from watchlist.text.inflection import function_words


class Kind(IntEnum):
    """What the patterns of a set are."""

    SPELT = 0
    STEMS = 1
    LATIN_STEMS = 2


Placed = tuple[Form, int, int]
"""A form that a line may have, and from which byte to which."""

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
        if self._shelf is None:
            return self._compiled(kind)
        key = f"{self.names.digest}-{rules_version()}-{kind.name.lower()}"
        return kept_or_made(
            self._shelf,
            key,
            lambda found: Patterns.from_bytes(found, stems=kind is not Kind.SPELT),
            lambda: self._compiled(kind),
            Patterns.to_bytes,
        )

    def _compiled(self, kind: Kind) -> Patterns:
        if kind is Kind.SPELT:
            telling = (((word,), _FUNCTION_WORD + at) for at, word in enumerate(_TELLING))
            forms = ((words_in_line(surface.words), number) for number, surface in self.names.surfaces())
            return Patterns.of_forms(chain(forms, telling))
        return Patterns.of_stems(
            (self._part(surface.words, kind), number)
            for number, surface in self.names.surfaces()
            if (inflecting(surface.words) if kind is Kind.STEMS else all(map(str.isascii, surface.words)))
        )

    def spelt(self, line: bytes, end: int) -> tuple[list[Placed], set[str]]:
        """Return the forms that a line has as they are spelt, in the watchlist's order, and the function words of
        inflection.py that it has before its ``end``."""
        if self._few > 0:
            self._few -= 1
            found = self._looked_for(line, Kind.SPELT)
            return found, {word for word in _TELLING if f" {word} ".encode() in line[:end]}
        forms: list[Placed] = []
        telling: set[str] = set()
        form: Form | None = None
        last = -1, b""
        for number, start, stop in sorted(self.patterns(Kind.SPELT).find(line)):
            if number >= _FUNCTION_WORD:
                if start < end:
                    telling.add(_TELLING[number - _FUNCTION_WORD])
                continue
            said = line[start:stop]
            if (number, said) != last:  # a text has a name more than once
                words = b" ".join(said.split()) if b"  " in said else said
                form = self.names.form_said(number, words.decode("utf-8", "surrogatepass"))
                last = number, said
            if form is not None:
                forms.append((form, start, stop))
        return forms, telling

    def stems(self, line: bytes, kind: Kind) -> list[Placed]:
        """Return the forms whose stem a line holds."""
        if self._few > 0:
            self._few -= _AS_MANY
            return self._looked_for(line, kind)
        return [(self.form(number), start, stop) for number, start, stop in self.patterns(kind).find(line)]

    def _looked_for(self, line: bytes, kind: Kind) -> list[Placed]:
        if kind not in self._filed:
            with self._lock:
                if kind not in self._filed:
                    self._filed[kind] = (
                        Beginnings(self.names)
                        if kind is Kind.SPELT
                        else StemBeginnings(self.names, latin=kind is Kind.LATIN_STEMS)
                    )
        forms = map(self.form, sorted(self._filed[kind].find(line)))
        return [(form, *place) for form in forms for place in places_of(self._part(form.words, kind), line)]

    @staticmethod
    def _part(words: tuple[str, ...], kind: Kind) -> str:
        """Return what of a form's words a line must have."""
        return in_line(summed(words_in_line(words))) if kind is Kind.SPELT else max(stems_of(words), key=len)


@cache
def rules_version() -> str:
    """Identify the code and the data by which names become patterns: kept patterns of others are of no use."""
    return version_of(_RULES)


_RULES = {
    "watchlist.text": (
        "fold.py", "tokens.py", "inflection.py", "data/fold.tsv", "data/look_alikes.tsv", "data/endings.toml",
    ),
    "watchlist.matching": ("surfaces.py", "forms.py", "form_patterns.py", "name_index.py", "legal.py", "data/legal_tails.txt"),
}  # fmt: skip
