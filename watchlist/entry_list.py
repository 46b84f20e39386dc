"""Very many entries, each read out of bytes when it is asked for. Pure.

A watchlist of a hundred thousand names takes seconds to read and check, and a text names a handful of them: what was
read once is packed, and of what is packed only those are made entries again that a text names.
"""

import json
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, overload

from watchlist.model import Entry, EntryKind, Owner
from watchlist.number_bytes import from_bytes, to_bytes

_HEAD = struct.Struct("<III")
_DIGEST = 64
_PLAIN = b"="
"""An entry of nothing but its name begins so; any other is JSON."""


class EntryList(Sequence[Entry]):
    """Entries of different names, packed. Threads may share it.

    ``digest`` identifies names and aliases (``NameTable.digest``); ``first`` tells, for each entry and for the end, how many
    names and aliases stand before it.
    """

    def __init__(self, packed: bytes) -> None:
        """Take what ``pack`` made. Raises ValueError for bytes that are nothing of the kind."""
        try:
            count, owned, size = _HEAD.unpack_from(packed)
        except struct.error as error:
            raise ValueError(str(error)) from None
        ends = list(
            accumulate((_DIGEST, 4 * (count + 1), 4 * (count + 1), 4 * owned, size), initial=_HEAD.size)
        )
        if ends[-1] != len(packed):
            raise ValueError("cut short")
        self.digest = packed[ends[0] : ends[1]].decode("ascii", "replace")
        self.first = from_bytes("I", packed[ends[1] : ends[2]])
        self._starts = from_bytes("I", packed[ends[2] : ends[3]])
        self._owned = from_bytes("I", packed[ends[3] : ends[4]])
        self._rows = packed[ends[4] :]

    @staticmethod
    def pack(entries: Sequence[Entry], digest: str) -> bytes:
        """Return the entries as bytes, the same on every machine; ``digest`` is that of their names."""
        rows = [_row(entry) for entry in entries]
        parts = (
            accumulate((1 + len(entry.aliases) for entry in entries), initial=0),
            accumulate(map(len, rows), initial=0),
            (at for at, entry in enumerate(entries) if entry.owners),
        )
        first, starts, owned = (array("I", part) for part in parts)
        head = _HEAD.pack(len(rows), len(owned), sum(map(len, rows))) + digest.encode("ascii")
        return head + b"".join(map(to_bytes, (first, starts, owned))) + b"".join(rows)

    def __len__(self) -> int:  # noqa: D105
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, at: int | slice) -> Entry | tuple[Entry, ...]:  # noqa: D105
        if isinstance(at, slice):
            return tuple(self[one] for one in range(len(self))[at])
        place = range(len(self))[at]
        return _entry(self._rows[self._starts[place] : self._starts[place + 1]])

    def owned(self) -> Iterator[Entry]:
        """Yield the entries that tell an owner, in order."""
        return (self[at] for at in self._owned)


def owned(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Return the entries that tell an owner, in order."""
    return entries.owned() if isinstance(entries, EntryList) else (one for one in entries if one.owners)


def _row(entry: Entry) -> bytes:
    if entry == Entry(entry.name):
        return _PLAIN + entry.name.encode("utf-8", "surrogatepass")
    owners = [
        [one.name, one.share, one.since and one.since.isoformat(), one.until and one.until.isoformat()]
        for one in entry.owners
    ]
    fields = (
        entry.name, entry.kind.value, entry.aliases, owners, entry.tickers, entry.identifiers, entry.tags,
        entry.context, entry.excluded, entry.note, entry.extra,
    )  # fmt: skip
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def _entry(row: bytes) -> Entry:
    if row[:1] == _PLAIN:
        return Entry(row[1:].decode("utf-8", "surrogatepass"))
    name, kind, aliases, owners, tickers, identifiers, tags, context, excluded, note, extra = json.loads(row)
    return Entry(
        name, EntryKind(kind), tuple(aliases), tuple(map(_owner, owners)), tuple(tickers), tuple(identifiers),
        tuple(tags), tuple(context), tuple(excluded), note, tuple((column, value) for column, value in extra),
    )  # fmt: skip


def _owner(told: list[Any]) -> Owner:
    name, share, since, until = told
    return Owner(name, share, since and date.fromisoformat(since), until and date.fromisoformat(until))
