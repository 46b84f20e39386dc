"""Rows of weights by feature, packed so that they add as whole numbers, and the file that keeps them.

A feature is told in several places of a document (``COLUMNS``): in the sentence itself, in the one before, in the one
behind, in the title, in the text as a whole. Its row holds all of them, so that a word is looked up once. A column has
a field of bits for each head and one that counts the features with weights there.

The file: a line a feature, ``name<TAB>column head:weight …<TAB>column …``, sorted; behind an empty line the features of
two parts by their first one, ``b:word<TAB>next head:weight …``, so that they are found without being spelled first; behind
another the runs of characters (``g:``), which only scripts without spaces need.
"""

import struct
from collections.abc import Iterable, Mapping

COLUMNS = "spnhD"
"""The sentence itself (and all that is told relative to the target), before, after, the title, the text as a whole."""

_LINKS: Mapping[str, tuple[str, str]] = {
    "b": ("b:", " "),
    "b_": ("b:", " _ "),
    "cc": ("cc:", "+"),
    "cn": ("cn:", ">"),
}
"""Features of two parts (words in a row, with a word between, cues of a sentence, cues in a row): prefix and link."""

_GRAM = "g:"
_NOTHING: frozenset[str] = frozenset()
_BITS = 32
_ZERO = 1 << 15
"""What stands for no weight in a packed row, so that no field is negative."""


def column_of(feature: str) -> tuple[str, str]:
    """Return the column of a feature that is spelled in full (``p:w:licenc``), and its name in the table."""
    return (feature[0], feature[2:]) if feature[1:2] == ":" and feature[0] in COLUMNS else ("s", feature)


def _parts(name: str) -> tuple[str, str] | None:
    """Return the first part (``b:word``) and the second of a name of two parts, None for any other."""
    for kind, (prefix, link) in reversed(list(_LINKS.items())):
        if name.startswith(prefix) and link in name:
            first, _, second = name[len(prefix) :].partition(link)
            return f"{kind}:{first}", second
    return None


def written(weights: Mapping[str, str]) -> str:
    """Return the text of the file; ``weights`` are ``head:weight …`` by feature in full."""
    names: dict[str, list[str]] = {}
    grams: dict[str, list[str]] = {}
    pairs: dict[str, list[str]] = {}
    for feature, cells in weights.items():
        column, name = column_of(feature)
        parts = _parts(name) if column == "s" else None
        if parts is None:
            own = grams if name.startswith(_GRAM) else names
            own.setdefault(name, []).append(f"{column} {cells}".strip())
        else:
            pairs.setdefault(parts[0], []).append(f"{parts[1]} {cells}".strip())
    return "\n\n".join(
        "\n".join("\t".join((name, *sorted(cells))) for name, cells in sorted(part.items()))
        for part in (names, pairs, grams)
    )


class _Seconds(dict[str, frozenset[str]]):
    """The known second parts by first part; a first part's line is read when it is first asked for.

    The names of its pairs join ``lines`` then.
    """

    def __init__(self, kind: str, lines: dict[str, str]) -> None:
        super().__init__()
        self.unread: dict[str, str] = {}
        self._prefix, self._link = _LINKS[kind]
        self._lines = lines

    def __missing__(self, first: str) -> frozenset[str]:
        line = self.unread.get(first)
        if line is None:
            return _NOTHING
        before = self._prefix + first + self._link
        parts = dict(part.partition(" ")[::2] for part in line.split("\t"))
        self._lines.update({before + second: f"s {cells}".strip() for second, cells in parts.items()})
        found = self[first] = frozenset(parts)
        return found


class Table:
    """The packed rows of a file, ``heads`` weights a column. Build once, share between threads.

    A document uses a few of the many rows: each is read from its line when it is first asked for. Two threads that
    read one row store the same.
    """

    def __init__(self, text: str, heads: int) -> None:
        names, pairs, self._grams = text.split("\n\n")
        self._lines = dict(line.split("\t", 1) for line in names.split("\n") if line)
        self.seconds = {kind: _Seconds(kind, self._lines) for kind in _LINKS}
        """by kind of pair and first part, the second parts that have weights with it"""
        for line in pairs.split("\n"):
            first, _, cells = line.partition("\t")
            kind, _, word = first.partition(":")
            if kind:
                self.seconds[kind].unread[word] = cells
        self._rows: dict[str, int] = {}
        self._column = struct.Struct(f"<{heads + 1}I")
        self._bits = _BITS * (heads + 1)
        self._mask = (1 << self._bits) - 1
        self._none = sum(_ZERO << _BITS * head for head in range(heads)) + (1 << _BITS * heads)

    def known(self, names: Iterable[str]) -> set[str]:
        """Return those of the names that have weights; most words of a text have none."""
        return self._lines.keys() & names

    def known_grams(self, names: Iterable[str]) -> set[str]:
        """Return those of the runs of characters that have weights, and read the weights of all before the first time."""
        if self._grams:
            self._lines |= dict(line.split("\t", 1) for line in self._grams.split("\n"))
            self._grams = ""
        return self.known(names)

    def total(self, names: Iterable[str]) -> int:
        """Return the sum of the rows of known names; one that comes twice counts twice."""
        rows = self._rows
        return sum([rows[name] if name in rows else self._read(name) for name in names])

    def _read(self, name: str) -> int:
        row = 0
        for part in self._lines[name].split("\t"):
            column, *cells = part.split(" ")
            packed = self._none
            for cell in cells:
                head, _, weight = cell.partition(":")
                packed += int(weight) << _BITS * int(head)
            row += packed << self._bits * COLUMNS.index(column)
        self._rows[name] = row
        return row

    def fields(self, total: int, column: str) -> tuple[tuple[int, ...], int]:
        """Return one column of a sum: a field by head and the count of features with weights there, and what is zero."""
        fields = total >> self._bits * COLUMNS.index(column) & self._mask
        unpacked = self._column.unpack(fields.to_bytes(self._column.size, "little"))
        return unpacked, unpacked[-1] * _ZERO

    def weight(self, feature: str, head: int) -> int | None:
        """Return one weight of a feature that is spelled in full, None for an unknown one; for explanations."""
        column, name = column_of(feature)
        parts = _parts(name)
        if parts is not None:  # its row joins the others when its first part is asked for
            kind, _, first = parts[0].partition(":")
            _ = self.seconds[kind][first]
        known = self.known_grams if name.startswith(_GRAM) else self.known
        fields, zero = self.fields(self.total(known((name,))), column)
        return fields[head] - zero if zero else None
