"""One slip of the pen: words that differ by a letter more, less or other, or by two neighbours exchanged.

Two words within one such edit share a *key*, so that what is close to a word is looked up, not searched for: short
ones the word itself, or the word without one of its letters (Garbe's symmetric deletion, SymSpell, 2012); long ones
two thirds of their letters, which are telling enough and fewer.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from zlib import crc32

_LONG = 8
"""A word of so many letters is filed under parts of it."""


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


def _filed(word: str) -> list[int]:
    """Return the sums (CRC-32) under which a word of the vocabulary is filed: collisions only cost a look."""
    return _without_a_letter(word) if len(word) < _LONG else _parts(word, len(word))


def _asked(word: str) -> list[int]:
    """Return the sums under which words one edit away from ``word`` are filed."""
    sums = _without_a_letter(word) if len(word) <= _LONG else []
    for length in range(max(_LONG, len(word) - 1), len(word) + 2):
        sums += _parts(word, length)
    return sums


def _without_a_letter(word: str) -> list[int]:
    """Return the sums of a word and of what is left without each of its letters: close words share one of them."""
    raw = word.encode("utf-8", "surrogatepass")
    if len(raw) == len(word):
        return [crc32(raw), *[crc32(raw[:at] + raw[at + 1 :]) for at in range(len(raw))]]
    forms = (word[:at] + word[at + 1 :] for at in range(len(word)))
    return [crc32(raw), *[crc32(form.encode("utf-8", "surrogatepass")) for form in forms]]


def _parts(word: str, length: int) -> list[int]:
    """Return the sums of three parts of a word, cut as of a word of ``length`` letters.

    Each leaves out another third; wherever one edit is made, one of the parts is not touched by it.
    """
    first, second = length // 3, (2 * length + 1) // 3
    last, most = len(word) - (length - second - 1), len(word) - (length - first - 1)
    parts = word[:second], word[most:], word[:first] + word[last:]
    return [crc32(part.encode("utf-8", "surrogatepass"), 4 * length + at) for at, part in enumerate(parts)]


class CloseWords:
    """A vocabulary that answers which of its words are one edit away. Never mutated once built.

    A long word takes some forty bytes: its keys, and a table of bits that turns most questions away at once.
    """

    def __init__(self, words: Sequence[str], keys: "array[int]", table: bytes) -> None:
        self.words = words
        self._keys = keys
        self._table = table
        self._mask = 8 * len(table) - 1

    @classmethod
    def of(cls, words: Iterable[str]) -> "CloseWords":
        """Build the vocabulary; its ``words`` are in order."""
        kept = sorted(set(words))
        packed = [key << 32 | at for at, word in enumerate(kept) for key in _filed(word)]
        packed.sort()
        bits = 1 << max(10, (len(packed) * 8).bit_length())
        mask, table = bits - 1, bytearray(bits >> 3)
        for bit in {one >> 32 & mask for one in packed}:
            table[bit >> 3] |= 1 << (bit & 7)
        return cls(kept, array("Q", packed), bytes(table))

    def to_parts(self) -> tuple[bytes, bytes, bytes]:
        """Return what ``from_parts`` makes the same vocabulary of, on a machine of the same byte order."""
        return "\n".join(self.words).encode("utf-8", "surrogatepass"), self._keys.tobytes(), self._table

    @classmethod
    def from_parts(cls, words: bytes, keys: bytes, table: bytes) -> "CloseWords":
        """Return a kept vocabulary. Raises ValueError for what is none."""
        kept = words.decode("utf-8", "surrogatepass").split("\n") if words else []
        if len(keys) % 8 or not table or len(table) & (len(table) - 1):
            raise ValueError("no vocabulary")
        return cls(kept, array("Q", keys), table)

    def place(self, word: str) -> int:
        """Return where a word stands in ``words``; -1 when it is not among them."""
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else -1

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self.words)

    def close_to(self, word: str) -> tuple[tuple[str, Slip], ...]:
        """Return the words one edit away from ``word``, in order; the word itself is not among them."""
        table, mask = self._table, self._mask
        bits = [(key, key & mask) for key in _asked(word)]
        told = [key for key, bit in bits if table[bit >> 3] & 1 << (bit & 7)]
        if not told:
            return ()
        found = sorted({at for key in told for at in self._under(key)})
        pairs = ((self.words[at], slip(word, self.words[at])) for at in found)
        return tuple((right, edit) for right, edit in pairs if edit is not None)

    def _under(self, key: int) -> Iterator[int]:
        at = bisect_left(self._keys, key << 32)
        while at < len(self._keys) and self._keys[at] >> 32 == key:
            yield self._keys[at] & 0xFFFFFFFF
            at += 1
