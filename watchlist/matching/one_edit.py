"""One slip of the pen: words that differ by a letter more, less or other, or by two neighbours exchanged.

All that one edit makes of a word, a few hundred words, is looked up among those of the vocabulary (Norvig, *How to
write a spelling corrector*, 2007): a vocabulary of a hundred thousand words needs nothing but to be a set. Where no
word begins or ends as the word does, half of it is not even made.
"""

from collections.abc import Set
from enum import StrEnum
from functools import cached_property

_HEAD, _TAIL = 4, 3
"""So many letters at the beginning, or at the end, an edit elsewhere leaves alone."""
_MANY = 20_000
_LATIN = "abcdefghijklmnopqrstuvwxyz"


class Slip(StrEnum):
    """What one edit is, in words that the right word follows."""

    OTHER = "one letter apart from"
    MORE = "one letter more than"
    LESS = "one letter short of"
    EXCHANGED = "two letters exchanged in"


def slip(written: str, right: str) -> Slip | None:
    """Return the one edit that leads from the right word to the one written; None for none, or more than one."""
    if written == right or abs(len(written) - len(right)) > 1:
        return None
    head = 0
    while head < min(len(written), len(right)) and written[head] == right[head]:
        head += 1
    if len(written) == len(right) and written[head + 1 :] == right[head + 1 :]:
        return Slip.OTHER
    if written[head + 1 :] == right[head:]:
        return Slip.MORE
    if written[head:] == right[head + 1 :]:
        return Slip.LESS
    if written[head : head + 2] == right[head : head + 2][::-1] and written[head + 2 :] == right[head + 2 :]:
        return Slip.EXCHANGED
    return None


class CloseWords:
    """A vocabulary that answers which of its words are one edit away. Never mutated once built.

    Words have two letters or more and are of one alphabet each: of ASCII letters only, or without any.
    """

    def __init__(self, words: Set[str]) -> None:
        self._words = words
        # among very many words some begin and end as nearly any word does
        some = self._words if len(self._words) < _MANY else ()
        self._heads = frozenset([word[:_HEAD] for word in some])
        self._tails = frozenset([word[-_TAIL:] for word in some])

    @cached_property
    def _other_letters(self) -> str:
        return "".join(sorted({letter for word in self._words if not word.isascii() for letter in word}))

    def __contains__(self, word: object) -> bool:
        """Tell whether a word is in the vocabulary."""
        return word in self._words

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._words)

    def close_to(self, word: str) -> tuple[tuple[str, Slip], ...]:
        """Return the words one edit away from ``word``, in order; the word itself is not among them."""
        found = {made for made in self._edited(word) if made in self._words} - {word}
        if not found:
            return ()
        pairs = ((right, slip(word, right)) for right in sorted(found))
        return tuple((right, edit) for right, edit in pairs if edit is not None)

    def _edited(self, word: str) -> list[str]:
        """Return what one edit makes of a word; what no word of the vocabulary can be is left out."""
        letters = _LATIN if word.isascii() else self._other_letters
        # an early edit leaves the end alone, a late one the beginning
        early = len(word) < _HEAD + 1 + _TAIL or not self._tails or word[-_TAIL:] in self._tails
        late = not self._heads or word[:_HEAD] in self._heads
        made: list[str] = []
        for at in range(0 if early else _HEAD, len(word) + 1 if late else min(_HEAD, len(word) + 1)):
            left, right, rest = word[:at], word[at:], word[at + 1 :]
            made += [left + letter + right for letter in letters]
            if right:
                made.append(left + rest)
                made += [left + letter + rest for letter in letters]
            if rest:
                made.append(left + rest[0] + right[0] + rest[1:])
        return made
