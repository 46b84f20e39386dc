"""Very many entries as columns, each made when it is asked for. Pure.

A watchlist of a hundred thousand names takes seconds to read and check, and a text names a handful of them: what was
read once is packed, and of what is packed only those are made entries again that a text names. Names and aliases
stand in one column; whatever else is told of an entry, of most nothing, stands beside it.
"""

import hashlib
import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import Any, overload

from watchlist.model import Entry, EntryKind, Owner
from watchlist.number_bytes import from_bytes, to_bytes

_HEAD = struct.Struct("<6I")


def digest_of(names: Sequence[str], first: "array[int]") -> str:
    """Identify names and aliases, and which are of one entry."""
    digest = hashlib.sha256(to_bytes(first))
    digest.update(to_bytes(array("I", map(len, names))))
    digest.update("".join(names).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class EntryList(Sequence[Entry]):
    """Entries of different names, as columns. Threads may share it.

    ``names`` are all names and aliases in order; ``first`` tells, for each entry and for the end, how many stand before it.
    """

    def __init__(
        self,
        names: list[str],
        first: "array[int]",
        told: Mapping[int, str],
        owned: "array[int]",
        digest: str = "",
    ) -> None:
        """``told`` is, by place, what else than names is told of an entry; ``owned`` are those that tell an owner."""
        self.names = names
        self.first = first
        self._told = told
        self._owned = owned
        self.digest = digest or digest_of(names, first)
        """Identifies names and aliases in their order."""

    @classmethod
    def of(cls, entries: Iterable[Entry | str]) -> "EntryList":
        """Return entries as columns; one of nothing but a name may be given as that."""
        names: list[str] = []
        counts: list[int] = []
        told: dict[int, str] = {}
        owned = array("I")
        for at, entry in enumerate(entries):
            if isinstance(entry, str):
                names.append(entry)
                counts.append(1)
                continue
            names += (entry.name, *entry.aliases)
            counts.append(1 + len(entry.aliases))
            if entry != Entry(entry.name, aliases=entry.aliases):
                told[at] = _told(entry)
            if entry.owners:
                owned.append(at)
        return cls(names, array("I", accumulate(counts, initial=0)), told, owned)

    @classmethod
    def from_bytes(cls, packed: bytes) -> "EntryList":
        """Return what ``to_bytes`` made. Raises ValueError for bytes that are nothing of the kind."""
        try:
            sizes = _HEAD.unpack_from(packed)
            ends = list(accumulate(sizes, initial=_HEAD.size))
            if ends[-1] != len(packed):
                raise ValueError("cut short")
            parts = [zlib.decompress(packed[start:end]) for start, end in pairwise(ends)]
        except (struct.error, zlib.error) as error:
            raise ValueError(str(error)) from None
        digest, *parts = parts
        counts, places, owned = (from_bytes("I", part) for part in parts[:3])
        names, told = (part.decode("utf-8", "surrogatepass").split("\n") for part in parts[3:])
        if b"\\" in parts[3]:
            names = [_unescaped(name) if "\\" in name else name for name in names]
        names = names if counts else []
        first = array("I", accumulate(counts, initial=0))
        if first[-1] != len(names) or len(told) != max(1, len(places)):
            raise ValueError("not what was told")
        return cls(names, first, dict(zip(places, told, strict=False)), owned, digest.decode("latin-1"))

    def to_bytes(self) -> bytes:
        """Return the entries as bytes, the same on every machine."""
        counts = array("I", (after - before for before, after in pairwise(self.first)))
        names = "\n".join(self.names)
        if "\\" in names or names.count("\n") >= len(self.names):
            names = "\n".join(map(_escaped, self.names))
        columns = (counts, array("I", self._told), self._owned)
        texts = (names, "\n".join(self._told.values()))
        parts = [
            self.digest.encode("ascii"),
            *map(to_bytes, columns),
            *(text.encode("utf-8", "surrogatepass") for text in texts),
        ]
        packed = [zlib.compress(part, _LEVEL) for part in parts]
        return _HEAD.pack(*map(len, packed)) + b"".join(packed)

    def __len__(self) -> int:  # noqa: D105
        return len(self.first) - 1

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, at: int | slice) -> Entry | tuple[Entry, ...]:  # noqa: D105
        if isinstance(at, slice):
            return tuple(self[one] for one in range(len(self))[at])
        place = range(len(self))[at]
        name, *aliases = self.names[self.first[place] : self.first[place + 1]]
        told = self._told.get(place)
        return _entry(name, tuple(aliases), told) if told else Entry(name, aliases=tuple(aliases))

    def owned(self) -> Iterator[Entry]:
        """Yield the entries that tell an owner, in order."""
        return (self[at] for at in self._owned)


_LEVEL = 3
"""Names become little smaller by more work."""


def owned(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Return the entries that tell an owner, in order."""
    return entries.owned() if isinstance(entries, EntryList) else (one for one in entries if one.owners)


def _escaped(name: str) -> str:
    """Return a name without an end of line in it, which ends a name."""
    return name.replace("\\", "\\\\").replace("\n", "\\n")


def _unescaped(name: str) -> str:
    return "\\".join(part.replace("\\n", "\n") for part in name.split("\\\\"))


def _told(entry: Entry) -> str:
    owners = [
        [one.name, one.share, one.since and one.since.isoformat(), one.until and one.until.isoformat()]
        for one in entry.owners
    ]
    fields = (
        entry.kind.value, owners, entry.tickers, entry.identifiers, entry.tags, entry.context, entry.excluded,
        entry.note, entry.extra,
    )  # fmt: skip
    return json.dumps(fields, separators=(",", ":"))


def _entry(name: str, aliases: tuple[str, ...], told: str) -> Entry:
    kind, owners, tickers, identifiers, tags, context, excluded, note, extra = json.loads(told)
    return Entry(
        name, EntryKind(kind), aliases, tuple(map(_owner, owners)), tuple(tickers), tuple(identifiers),
        tuple(tags), tuple(context), tuple(excluded), note, tuple((column, value) for column, value in extra),
    )  # fmt: skip


def _owner(told: list[Any]) -> Owner:
    name, share, since, until = told
    return Owner(name, share, since and date.fromisoformat(since), until and date.fromisoformat(until))
