"""One slip of the pen: words that differ by a letter more, less or other, or by two neighbours exchanged.

Two words within one such edit share a *key*: the word itself, or the word without one of its letters. So what
is close to a word is looked up, not searched for (Garbe's symmetric deletion, SymSpell, 2012).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from zlib import crc32


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


def _keys(word: str) -> set[int]:
    """Return the keys of a word as 32-bit sums: collisions only cost a look, ``slip`` decides."""
    forms = [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]
    return {crc32(form.encode("utf-8", "surrogatepass")) for form in forms}


class CloseWords:
    """A vocabulary that answers which of its words are one edit away. Never mutated once built.

    A word takes ten bytes a letter: its keys, and a table of bits that turns most questions away at once.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: Sequence[str] = sorted(set(words))
        packed = sorted(key << 32 | at for at, word in enumerate(self._words) for key in _keys(word))
        self._keys = array("Q", packed)
        bits = 1 << max(10, (len(packed) * 16).bit_length())
        self._mask = mask = bits - 1
        self._table = table = bytearray(bits >> 3)
        for one in packed:
            bit = one >> 32 & mask
            table[bit >> 3] |= 1 << (bit & 7)

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._words)

    def close_to(self, word: str) -> tuple[tuple[str, Slip], ...]:
        """Return the words one edit away from ``word``, in order; the word itself is not among them."""
        found = sorted({at for key in _keys(word) for at in self._under(key)})
        pairs = ((self._words[at], slip(word, self._words[at])) for at in found)
        return tuple((right, edit) for right, edit in pairs if edit is not None)

    def _under(self, key: int) -> Iterator[int]:
        bit = key & self._mask
        if not self._table[bit >> 3] & 1 << (bit & 7):
            return
        at = bisect_left(self._keys, key << 32)
        while at < len(self._keys) and self._keys[at] >> 32 == key:
            yield self._keys[at] & 0xFFFFFFFF
            at += 1
