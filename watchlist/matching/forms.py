"""The written forms of the watched names, numbered, and the patterns by which a text is searched for them.

A text is searched as one line of its tokens with single spaces (``" who is huawei "``), so that a form stands in it
exactly when its own line does: ``Form.line``. Where texts put endings or prefixes on names, the unchanging part of
one word leads to the form: ``Form.stem``.
"""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from watchlist.entry_list import EntryList
from watchlist.matching.name_rows import token_rows
from watchlist.matching.surfaces import Surface, surfaces
from watchlist.model import Entry
from watchlist.text.inflection import Latin, inflects, stem

Names = tuple[tuple[str, str, str], ...]
"""The names that are written so, as (entry, name or alias, kind of the mention)."""

_FORM_BITS = 4
"""A name has at most 16 written forms (surfaces.py knows seven)."""


class Form(NamedTuple):
    """One written form of a name: its ``words`` (folded tokens), and whose it is.

    ``order`` is its place in the watchlist; ``inflects`` says that its script puts endings or prefixes on names.
    """

    words: tuple[str, ...]
    names: Names
    order: int
    inflects: bool

    def takes_endings(self, latin: Latin) -> bool:
        """Tell whether a text puts endings or prefixes on the form: by its script, or by the text's language."""
        return self.inflects or (latin is not Latin.NOT and all(map(str.isascii, self.words)))


def line_of(words: Iterable[str]) -> str:
    """Return tokens as a text is searched for them; ``&`` and ``and`` are one word."""
    line = f" {' '.join(words)} "
    return line.replace(" & ", " and ").replace(" & ", " and ") if "&" in line else line


def inflecting(words: tuple[str, ...]) -> bool:
    """Tell whether the script of a form puts endings or prefixes on names."""
    return not all(map(str.isascii, words)) and any(map(inflects, words))


def stems_of(words: tuple[str, ...]) -> list[str]:
    """Return what a line has for each word of a name, whatever its ending."""
    return [" and " if word == "&" else stem(word) for word in words]


class NameTable:
    """The names and aliases of a watchlist, numbered, and the numbered forms of each."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        if isinstance(entries, EntryList):
            self._first = entries.first
            self._met: dict[str, Entry] = {}
        else:
            self._first = array("I", accumulate((1 + len(entry.aliases) for entry in entries), initial=0))
            self._met = {entry.name: entry for entry in reversed(entries)}

    def __len__(self) -> int:  # noqa: D105
        return self._first[-1]

    @property
    def met(self) -> Mapping[str, Entry]:
        """Return entries by their names: all that any number so far was asked of, at least. Of one name the first counts."""
        return self._met

    @cached_property
    def digest(self) -> str:
        """Identify all names and aliases in their order."""
        if isinstance(self.entries, EntryList):
            return self.entries.digest
        digest = hashlib.sha256()
        for entry in self.entries:
            names = "\0".join((entry.name, *entry.aliases)) if entry.aliases else entry.name
            digest.update(f"{names}\n\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def names(self) -> Iterator[str]:
        """Yield all names and aliases in order."""
        for entry in self.entries:
            yield entry.name
            yield from entry.aliases

    def name(self, number: int) -> tuple[str, str]:
        """Return the entry's name, and the name or alias, of a number."""
        place = bisect_right(self._first, number) - 1
        entry = self.entries[place]
        self._met.setdefault(entry.name, entry)
        at = number - self._first[place]
        return entry.name, entry.aliases[at - 1] if at else entry.name

    @cached_property
    def listed(self) -> list[str]:
        """All names and aliases in order."""
        return list(self.names())

    @cached_property
    def rows(self) -> list[str]:
        """The tokens of all names and aliases in order (``name_rows.py``)."""
        return token_rows(self.listed)

    def surfaces(self) -> Iterator[tuple[int, Surface]]:
        """Yield all forms in order, with their numbers."""
        for name, alias in enumerate(self.names()):
            yield from enumerate(surfaces(alias), start=name << _FORM_BITS)

    def surfaces_of(self, name: int) -> Iterator[tuple[int, Surface]]:
        """Yield the forms of one name or alias, with their numbers."""
        return enumerate(surfaces(self.listed[name]), start=name << _FORM_BITS)

    def form(self, number: int) -> Form:
        """Return the form of a number."""
        entry, alias = self.name(number >> _FORM_BITS)
        words, kind = next(islice(surfaces(alias), number & (1 << _FORM_BITS) - 1, None))
        return Form(words, ((entry, alias, kind),), number, inflecting(words))
