"""The written forms of the watched names, numbered, and the patterns by which a text is searched for them.

A text is searched as one line of its tokens with single spaces (``" who is huawei "``), so that a form stands in it
exactly when its own line does: ``Form.line``. Where texts put endings or prefixes on names, the unchanging part of
one word leads to the form: ``Form.stem``.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple

from watchlist.entry_list import EntryList, digest_of
from watchlist.matching.name_rows import NameRows, rows_version
from watchlist.matching.shelf import WORTH_KEEPING, Shelf, kept_or_made
from watchlist.matching.surfaces import Surface, surface, surfaces
from watchlist.model import Entry
from watchlist.text.inflection import Latin, inflects, stem
from watchlist.text.tokens import stands_alone

Names = tuple[tuple[str, str, str], ...]
"""The names that are written so, as (entry, name or alias, kind of the mention)."""

_FORM_BITS = 4
"""A name has at most 16 written forms (surfaces.py knows seven)."""
_PLACE = (1 << _FORM_BITS) - 1
"""The part of a form's number that tells its place among the forms of a name."""
_MOST_WORDS = 40
"""Of a longer form only so many words are summed (form_patterns.py)."""


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


def words_in_line(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return tokens as a text is searched for them; ``&`` and ``and`` are one word."""
    return tuple("and" if word == "&" else word for word in words) if "&" in words else words


def inflecting(words: tuple[str, ...]) -> bool:
    """Tell whether the script of a form puts endings or prefixes on names."""
    return not all(map(str.isascii, words)) and any(map(inflects, words))


def stems_of(words: tuple[str, ...]) -> list[str]:
    """Return what a line has for each word of a name, whatever its ending."""
    return [" and " if word == "&" else word if stands_alone(word) else stem(word) for word in words]


def summed(words: Sequence[str]) -> Sequence[str]:
    """Return which words of a form are summed: all, but of very many the first ones, and of characters that stand
    alone and others the characters that stand in a row."""
    runs = [list(run) for alone, run in groupby(words, key=stands_alone) if alone]
    return (max(runs, key=len) if runs else words)[:_MOST_WORDS]


def in_line(words: Sequence[str]) -> str:
    """Return such words as they stand in a line."""
    return "".join(words) if stands_alone(words[0]) else f" {' '.join(words)} "


def places_of(part: str, line: bytes) -> Iterator[tuple[int, int]]:
    """Yield from which byte to which a line has words (``in_line``) or a stem, the spaces around them left out."""
    words = part.strip(" ").encode("utf-8", "surrogatepass").split(b" ")
    before, after = (b"(?<= )" if part[0] == " " else b""), (b"(?= )" if part[-1] == " " else b"")
    pattern = re.compile(before + b" +".join(map(re.escape, words)) + after)
    found = pattern.search(line)
    while found:
        yield found.span()
        found = pattern.search(line, found.start() + 1)


class NameTable:
    """The names and aliases of a watchlist, numbered, and the numbered forms of each."""

    def __init__(self, entries: Sequence[Entry], shelf: Shelf | None = None) -> None:
        """``shelf`` keeps what is worked out of all names, where they are many."""
        self.entries = entries
        self._shelf = shelf
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
        return (
            self.entries.digest
            if isinstance(self.entries, EntryList)
            else digest_of(self.listed, self._first)
        )

    def names(self) -> Iterator[str]:
        """Yield all names and aliases in order."""
        if isinstance(self.entries, EntryList):
            yield from self.entries.names
            return
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
        return self.entries.names if isinstance(self.entries, EntryList) else list(self.names())

    @cached_property
    def rows(self) -> NameRows:
        """The tokens of all names and aliases in order."""
        if self._shelf is None or len(self) < WORTH_KEEPING:
            return NameRows.of(self.listed)
        key = f"{self.digest}-{rows_version()}-rows"
        return kept_or_made(
            self._shelf,
            key,
            lambda kept: NameRows.from_bytes(kept, len(self)),
            lambda: NameRows.of(self.listed),
            NameRows.to_bytes,
        )

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
        words, kind = surface(alias, number & _PLACE)
        return Form(words, ((entry, alias, kind),), number, inflecting(words))

    def form_said(self, number: int, said: str) -> Form | None:
        """Return the form of a number if a line says it so: its summed words, in one row with single spaces."""
        entry, alias = self.name(number >> _FORM_BITS)
        if (
            alias.lower() == said and not number & _PLACE and "and" not in said
        ):  # what is folded folds to itself
            words = tuple(said if stands_alone(said) else said.split(" "))
            return Form(words, ((entry, alias, "exact"),), number, not said.isascii() and inflecting(words))
        form = self.form(number)
        return form if in_line(summed(words_in_line(form.words))).strip() == said else None
