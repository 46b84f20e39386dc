"""A watchlist file that was read before is not read again: what was in it is kept, under the digest of the file."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from watchlist.entries_io import BadRow, EntriesRead, Form, file_bytes, parse_entries, parse_rows
from watchlist.entry_list import EntryList
from watchlist.matching.shelf import WORTH_KEEPING, Shelf, version_of


def read_entries_kept(path: Path, shelf: Shelf) -> EntriesRead:
    """Read a watchlist file as ``read_entries`` does; from the shelf where a process before has kept a long one.

    Raises EntryError as ``read_entries`` does.
    """
    data, form = file_bytes(path), Form.of(path)
    key = f"{hashlib.sha256(data).hexdigest()}-{form.value}-{_version()}-entries"
    worth = data.count(b"\n") > WORTH_KEEPING
    kept = shelf.load(key) if worth else None
    if kept is not None:
        with suppress(ValueError):
            return _unpacked(kept)
    if not worth:
        return parse_entries(data, form, str(path))
    usable, bad = parse_rows(data, form, str(path))
    entries = EntryList.of(usable)
    shelf.keep(key, _packed(entries, bad))
    return EntriesRead(entries, bad)


def _packed(entries: EntryList, bad: Iterable[BadRow]) -> bytes:
    packed = entries.to_bytes()
    told = json.dumps([(row.line, row.message) for row in bad]).encode("ascii")
    return len(packed).to_bytes(8, "little") + packed + told


def _unpacked(kept: bytes) -> EntriesRead:
    size = 8 + int.from_bytes(kept[:8], "little")
    bad = tuple(BadRow(line, message) for line, message in json.loads(kept[size:]))
    return EntriesRead(EntryList.from_bytes(kept[8:size]), bad)


@cache
def _version() -> str:
    return version_of({"watchlist": _RULES})


_RULES = (
    "entries_io.py", "entries_csv.py", "entry_cells.py", "entries.py", "entry_list.py", "entries_kept.py", "model.py", "number_bytes.py",
)  # fmt: skip
