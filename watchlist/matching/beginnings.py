"""The first look at a few texts: names by their first letters, ready in a small part of the time that patterns take.

Every written form of a name begins with the same letters, spaces and hyphens left out, and stands in a text from the
beginning of a word on. So a text is asked what its words, and those after them, begin with, and of the names that
begin so each form is looked for. In scripts and languages that inflect, what no ending changes of the first word counts. As
patterns do (form_patterns.py), this misses no form that is there. A look takes time with the number of names, a little.
"""

from collections.abc import Iterator
from itertools import accumulate

from watchlist.matching.forms import NameTable, inflecting, stems_of, words_in_line
from watchlist.matching.name_rows import HEAD
from watchlist.matching.surfaces import has_humps
from watchlist.text.inflection import least_stem, stem
from watchlist.text.tokens import stands_alone

_LONG = 8
"""Of so long a word enough is left without working out its stem."""


class Beginnings:
    """The first letters of a watchlist's names, for forms as they are spelt. Threads may share it."""

    def __init__(self, names: NameTable) -> None:
        self._names = names
        self._heads = names.rows.heads
        self._legal = frozenset(names.rows.legal)
        # without its legal form a name may be shorter than its head
        firsts = ((names.rows.rows[at].partition(" ")[0], at) for at in names.rows.legal)
        self._short = [(first, at) for first, at in firsts if len(first) < HEAD]
        # an entity may come apart where the name does
        self._odd = frozenset(names.rows.odd)

    def find(self, line: bytes) -> set[int]:
        """Return the numbers of all forms that a line (candidates.py) holds."""
        text = _tokens_apart(line)
        solid, begun = _begun(text)
        met = {at for at, head in enumerate(self._heads) if head in begun}
        met.update(at for first, at in self._short if first in begun)
        rows = self._names.rows.rows
        return {
            form
            for at in met | self._odd
            if rows[at].replace(" ", "") in solid or at in self._legal or at in self._odd
            for form, surface in self._names.surfaces_of(at)
            if f" {' '.join(words_in_line(surface.words))} " in text
        }


class StemBeginnings:
    """The same for the stems of forms: ``latin`` for Latin letters, else for scripts that inflect."""

    def __init__(self, names: NameTable, *, latin: bool) -> None:
        self._names = names
        self._latin = latin
        self._legal = frozenset(names.rows.legal)
        self._heads: list[tuple[str, int]] = []
        """What the first words of names begin with, whatever their ending; nothing where that cannot be told."""
        self._joined: list[tuple[str, int]] = []
        """The same of their words joined."""
        for at, row in enumerate(names.rows.rows):
            if not row or (row.isascii() and not latin):
                continue
            if has_humps(names.listed[at]):
                firsts = {surface.words[0] for _, surface in names.surfaces_of(at)}
                self._joined += [(_head(first), at) for first in firsts]
                continue
            words = row.split(" ", 3)
            self._heads.append((_head(words[0]), at))
            if len(words) > 1:
                self._joined.append((_head(row.replace(" ", "")), at))
            if len(words) == 3:
                self._joined.append((_head(words[0] + words[1]), at))

    def find(self, line: bytes) -> set[int]:
        """Return the numbers of all forms of which a line holds the stem of each word."""
        text = _tokens_apart(line)
        _, begun = _begun(text)
        begun.add("")
        met = {at for head, at in self._joined if head in begun}
        met.update(at for head, at in self._heads if head in begun and self._goes_on(at, text))
        return {
            form
            for at in met
            for form, surface in self._names.surfaces_of(at)
            if self._is_of(surface.words) and all(stem in text for stem in stems_of(surface.words))
        }

    def _is_of(self, words: tuple[str, ...]) -> bool:
        return all(map(str.isascii, words)) if self._latin else inflecting(words)

    def _goes_on(self, at: int, text: str) -> bool:
        """Tell whether a line has the second word of a name, if it needs one."""
        words = self._names.rows.rows[at].split(" ", 2)
        return len(words) == 1 or stem(words[1]) in text or at in self._legal


def _head(first: str) -> str:
    if len(first) >= _LONG:
        return least_stem(first)[:HEAD]
    kept = stem(first)
    return kept[1:][:HEAD] if kept.startswith(" ") else ""


def _tokens_apart(line: bytes) -> str:
    """Return the tokens of a line with one space between two."""
    words = line.decode("utf-8", "surrogatepass").split()
    if line.isascii():
        return f" {' '.join(words)} "
    return f" {' '.join(' '.join(word) if stands_alone(word) else word for word in words)} "


def _begun(text: str) -> tuple[str, set[str]]:
    """Return the words of a line in a row without spaces, and what begins where a word begins."""
    words = text.split()
    solid = "".join(words)
    starts: Iterator[int] = accumulate(map(len, words), initial=0)
    return solid, {solid[start : start + size] for start in starts for size in range(1, HEAD + 1)}
