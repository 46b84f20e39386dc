"""The watchlist in the store: add, get, list, edit, remove. Entries travel as frozen ``Entry`` values."""

import difflib
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from watchlist.entries import check_entry, entry_key, tidy
from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind
from watchlist.store.codec import owner_from_json, owner_to_json
from watchlist.store.tables import EntryRow

_LONGEST_KEY = 300


def row_key(name: str) -> str:
    """Return what identifies an entry's row: its key, or a hash of a long one (PostgreSQL indexes 2.7 kB at most)."""
    key = entry_key(name)
    return key if len(key) <= _LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def add(session: Session, entry: Entry, now: datetime) -> bool:
    """Put an entry on the watchlist. False, and nothing changed, when its name is there already.

    Names are the same when they are equal but for case, width and blanks (NFKC, casefold). Raises EntryError
    on an unusable entry. A removed entry that is added again keeps its history.
    """
    entry = tidy(entry)
    check_entry(entry)
    key = row_key(entry.name)
    row = session.exec(select(EntryRow).where(EntryRow.key == key)).first()
    if row is None:
        session.add(EntryRow(key=key, added_at=now, changed_at=now, **_columns(entry)))
    elif row.removed_at is None:
        return False
    else:
        _set(row, entry, now)
        row.added_at, row.removed_at = now, None
        session.add(row)
    session.flush()
    return True


def get(session: Session, name: str) -> Entry:
    """Return the entry of this name (case, width and blanks do not matter). Raises EntryError, with the nearest name."""
    return _entry(_row(session, name))


def list_all(session: Session, tag: str | None = None) -> list[Entry]:
    """Return the watchlist by name, or the part of it that carries ``tag``."""
    rows = session.exec(select(EntryRow).where(col(EntryRow.removed_at).is_(None))).all()
    entries = sorted((_entry(row) for row in rows), key=lambda entry: (entry_key(entry.name), entry.name))
    if tag is None:
        return entries
    return [entry for entry in entries if tag.casefold() in {kept.casefold() for kept in entry.tags}]


def changed_since(session: Session, moment: datetime) -> list[Entry]:
    """Return the entries that were added or edited at or after a moment, by name."""
    statement = select(EntryRow).where(col(EntryRow.removed_at).is_(None), col(EntryRow.changed_at) >= moment)
    return sorted((_entry(row) for row in session.exec(statement)), key=lambda entry: entry.name)


def edit(session: Session, name: str, changed: Entry, now: datetime) -> Entry:
    """Replace the entry of this name by ``changed`` (which may carry a new name) and return what was before.

    Raises EntryError when it is unknown or the new name is another entry's.
    """
    changed = tidy(changed)
    check_entry(changed)
    row = _row(session, name)
    before = _entry(row)
    key = row_key(changed.name)
    if key != row.key:
        other = session.exec(select(EntryRow).where(EntryRow.key == key)).first()
        if other is not None and other.removed_at is None:
            raise EntryError(f"{other.name!r} is on the watchlist already; choose another name")
        if other is not None:
            # The name belonged to an entry that was removed: its history stays, under a key nobody can type.
            other.key = f"{other.key} \x7f{other.id}"
            session.add(other)
            session.flush()
        row.key = key
    _set(row, changed, now)
    session.add(row)
    session.flush()
    return before


def remove(session: Session, name: str, now: datetime) -> Entry:
    """Take the entry off the watchlist and return it; its history stays. Raises EntryError when it is unknown."""
    row = _row(session, name)
    row.removed_at = row.changed_at = now
    session.add(row)
    session.flush()
    return _entry(row)


def ids_by_name(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Return the row ids of these entries by name as given; removed ones too, unknown ones left out."""
    keys = {name: row_key(name) for name in names}
    rows = session.exec(select(EntryRow.key, EntryRow.id).where(col(EntryRow.key).in_(set(keys.values()))))
    known = {key: id_ for key, id_ in rows if id_ is not None}
    return {name: known[key] for name, key in keys.items() if key in known}


def _row(session: Session, name: str) -> EntryRow:
    statement = select(EntryRow).where(EntryRow.key == row_key(name), col(EntryRow.removed_at).is_(None))
    row = session.exec(statement).first()
    if row is not None:
        return row
    present = session.exec(
        select(EntryRow.key, EntryRow.name, EntryRow.aliases).where(col(EntryRow.removed_at).is_(None))
    ).all()
    for _, kept, aliases in present:
        if entry_key(name) in map(entry_key, aliases):
            raise EntryError(f"{name[:80]!r} is an alias; its entry is {kept!r}")
    by_key = {key: kept for key, kept, _ in present}
    near = difflib.get_close_matches(entry_key(name)[:_LONGEST_KEY], by_key, n=1, cutoff=0.6)
    hint = f"; did you mean {by_key[near[0]]!r}?" if near else "; `watchlist list` shows what is"
    raise EntryError(f"{name[:80]!r} is not on the watchlist{hint}")


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.kind.value,
        "aliases": list(entry.aliases),
        "owners": [owner_to_json(owner) for owner in entry.owners],
        "tickers": list(entry.tickers),
        "identifiers": list(entry.identifiers),
        "tags": list(entry.tags),
        "context": list(entry.context),
        "excluded": list(entry.excluded),
        "note": entry.note,
        "extra": [list(pair) for pair in entry.extra],
    }


def _set(row: EntryRow, entry: Entry, now: datetime) -> None:
    for column, value in _columns(entry).items():
        setattr(row, column, value)
    row.changed_at = now


def _entry(row: EntryRow) -> Entry:
    return Entry(
        name=row.name,
        kind=EntryKind(row.kind),
        aliases=tuple(row.aliases),
        owners=tuple(owner_from_json(owner) for owner in row.owners),
        tickers=tuple(row.tickers),
        identifiers=tuple(row.identifiers),
        tags=tuple(row.tags),
        context=tuple(row.context),
        excluded=tuple(row.excluded),
        note=row.note,
        extra=tuple((column, value) for column, value in row.extra),
    )
