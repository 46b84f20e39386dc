"""The written forms of the watched names, as the search keeps them: what a text must hold for a form to be in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from watchlist.text.inflection import Latin, bases, inflects, key
from watchlist.text.tokens import ALONE

Names = tuple[tuple[str, str, str], ...]
"""The names that are written so, as (entry, name or alias, kind of the mention)."""

_ALONE = re.compile(f"[{ALONE}]")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One written form: its ``words`` (folded tokens) and all names that are written so.

    ``order`` is the place of the first of them in the watchlist. A text holds the form only if it holds all of
    its ``needs``, or, where words have endings, the ``keys`` of them.
    """

    words: tuple[str, ...]
    names: Names
    order: int
    ascii: bool
    inflects: bool
    needs: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, words: tuple[str, ...], names: Names, order: int) -> "Form":
        """Work out what a form needs."""
        ascii_only = all(map(str.isascii, words))
        needs = frozenset(needs_of(words))
        inflecting = not ascii_only and any(map(inflects, words))
        return cls(words, names, order, ascii_only, inflecting, needs, frozenset(map(key, needs)))

    def takes_endings(self, latin: Latin) -> bool:
        """Tell whether a text puts endings or prefixes on the form: by its script, or by the text's language."""
        return self.inflects or (self.ascii and latin is not Latin.NOT)

    def inflected(self) -> "Form":
        """Return the form as it is found under an ending."""
        return replace(self, names=tuple((entry, alias, "inflected") for entry, alias, _ in self.names))


def needs_of(words: tuple[str, ...]) -> Iterable[str]:
    """Return what a text must hold: the words, and where each character is a word, pairs of neighbours.

    One Chinese character stands in every text, two in a row say much.
    """
    if all(map(str.isascii, words)):
        return words
    found = []
    alone = [is_alone(word) for word in words]
    for at, word in enumerate(words):
        if not alone[at]:
            found.append(word)
        elif alone[at + 1 : at + 2] == [True]:
            found.append(word + words[at + 1])
        elif not (at and alone[at - 1]):
            found.append(word)
    return found


def is_alone(word: str) -> bool:
    """Tell whether a token is a character of a script without spaces."""
    return len(word) == 1 and _ALONE.match(word) is not None


@lru_cache(maxsize=200_000)
def keys_in_text(word: str, latin: Latin) -> tuple[str, ...]:
    """Return the keys that a word of a text may answer to: its own, and those of what it may be a form of."""
    if latin is Latin.NOT and word.isascii():
        return (key(word),)
    return tuple(dict.fromkeys(map(key, bases(word, latin))))
