"""The names of a watchlist as rows of folded tokens, all folded at once: by itself each takes ten times as long."""

import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise

from watchlist.matching.legal import last_words
from watchlist.matching.shelf import version_of
from watchlist.number_bytes import from_bytes, to_bytes
from watchlist.text.fold import fold
from watchlist.text.tokens import words_in, words_of_folded

HEAD = 6
"""So many letters of a name are compared first: fewer are those of many names, more are longer than many names."""
LONGEST_JOINED = 14
"""Names of two words are also written as one (WeChatPey), short ones at least."""
_APART = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_\n")})
_SIZES = struct.Struct("<5I")
_LEVEL = 3
"""Rows become little smaller by more work."""
_EDGES = ("", " ", "\n")


class NameRows:
    """Rows of tokens (``words_in``, one space between two, ``&`` as ``and``), a row a name. Never mutated.

    ``text`` are all rows, one a line. ``joined`` is, a line a row, the word that the first two make, where it is no
    longer than ``LONGEST_JOINED``; ``heads`` are the first letters, spaces left out. ``legal`` are the numbers of the rows
    whose last word ends legal forms, ``odd`` those of names with what may be an entity (&NotEqual;).
    """

    def __init__(self, text: str, joined: str, heads: str, legal: "array[int]", odd: "array[int]") -> None:
        self.text, self.joined = text, joined
        self.heads = heads.split("\n")
        self.legal, self.odd = legal, odd
        self.rows = text.split("\n")

    @classmethod
    def of(cls, names: Sequence[str]) -> "NameRows":
        """Fold names."""
        rows = token_rows(names)
        last = last_words()
        legal = array("I", (at for at, row in enumerate(rows) if row[row.rfind(" ") + 1 :] in last))
        heads = (solid[:HEAD] for solid in "\n".join(rows).replace(" ", "").split("\n"))
        odd = array("I", (at for at, name in enumerate(names) if "&" in name and ";" in name))
        return cls("\n".join(rows), "\n".join(map(_joined, rows)), "\n".join(heads), legal, odd)

    def to_bytes(self) -> bytes:
        """Return the rows packed, the same on every machine."""
        steps = (
            array("I", (after - before for before, after in pairwise((0, *some))))
            for some in (self.legal, self.odd)
        )
        texts = (
            text.encode("utf-8", "surrogatepass") for text in (self.text, self.joined, "\n".join(self.heads))
        )
        packed = [zlib.compress(part, _LEVEL) for part in (*texts, *map(to_bytes, steps))]
        return _SIZES.pack(*map(len, packed)) + b"".join(packed)

    @classmethod
    def from_bytes(cls, packed: bytes, count: int) -> "NameRows":
        """Return the rows of so many names. Raises ValueError for bytes that are nothing of the kind."""
        try:
            ends = list(accumulate(_SIZES.unpack_from(packed), initial=_SIZES.size))
            if ends[-1] != len(packed):
                raise ValueError("cut short")
            *columns, legal, odd = (zlib.decompress(packed[start:end]) for start, end in pairwise(ends))
        except (struct.error, zlib.error) as error:
            raise ValueError(str(error)) from None
        numbers = [array("I", accumulate(from_bytes("I", steps))) for steps in (legal, odd)]
        if any(column.count(b"\n") != count - 1 for column in columns) or any(
            some and some[-1] >= count for some in numbers
        ):
            raise ValueError("not what was told")
        text, joined, heads = (column.decode("utf-8", "surrogatepass") for column in columns)
        return cls(text, joined, heads, *numbers)

    def with_word(self, word: str, *, begun: bool = False) -> Iterator[int]:
        """Yield the rows that have a word, as it stands or joined of two; ``begun``: or one that begins so."""
        for text in (self.text, self.joined):
            row = counted = 0
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                if text[max(0, at - 1) : at] in _EDGES and (begun or text[end : end + 1] in _EDGES):
                    row += text.count("\n", counted, at)
                    counted = at
                    yield row
                at = text.find(word, end)


@cache
def rows_version() -> str:
    """Identify the code and the data by which names become rows: kept rows of others are of no use."""
    return version_of(_RULES)


_RULES = {
    "watchlist.text": ("fold.py", "tokens.py", "data/fold.tsv", "data/look_alikes.tsv"),
    "watchlist.matching": ("name_rows.py", "legal.py", "data/legal_tails.txt"),
}


def token_rows(names: Sequence[str]) -> list[str]:
    """Return the row of each name."""
    others = [at for at, name in enumerate(names) if not name.isascii() or "&" in name or "\n" in name]
    plain = list(names)
    for at in others:
        plain[at] = ""
    text = "\n".join(plain).lower().translate(_APART)
    while "  " in text:
        text = text.replace("  ", " ")
    rows = text.replace("\n ", "\n").replace(" \n", "\n").strip(" ").split("\n") if names else []
    # a soft hyphen at its end would swallow the end of the line
    together = [at for at in others if "\n" not in names[at] and "\u00ad" not in names[at]]
    folded = fold("\n".join([names[at] for at in together])).text.split("\n")
    for at, row in zip(together, folded, strict=True) if together else ():
        rows[at] = _row(words_of_folded(row))
    for at in set(others).difference(together):
        rows[at] = _row(words_in(names[at]))
    return rows


def _row(words: Sequence[str]) -> str:
    return " ".join(words) if "&" not in words else " ".join("and" if word == "&" else word for word in words)


def _joined(row: str) -> str:
    words = row.split(" ", 2)
    return words[0] + words[1] if len(words) > 1 and len(words[0] + words[1]) <= LONGEST_JOINED else ""
