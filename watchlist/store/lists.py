"""Official lists in the store: the edition in force, what came after it and what became of that.

What is kept, and for how long:

* every change of every entity, with the record before and after: for ever;
* a line for every edition that came: for ever, but for refused ones, of which the last ``REFUSED_KEPT`` stay;
* snapshots: of the last ``SNAPSHOTS_KEPT`` editions that were in force, and of the one that is held;
* the beginning of a refused file as it came: of the last one, at most ``RAW_BYTES`` before compression.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from watchlist.errors import UsageError
from watchlist.lists.difference import ListChange
from watchlist.lists.edition import Edition, entity_to_json, pack, unpack
from watchlist.store.list_tables import DROPPED, HELD, REFUSED, TAKEN, EditionRow, ListChangeRow, ListRow

SNAPSHOTS_KEPT = 3
REFUSED_KEPT = 50
RAW_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """One edition that came, without its content. ``confirmed`` is when it was last seen at the publisher's."""

    id: int
    verdict: str
    reason: str
    as_of: str
    fetched: datetime
    confirmed: datetime
    entities: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListState:
    """How a list stands: the edition in force, one that is held, and the last one that was refused."""

    name: str
    current: EditionInfo | None
    held: EditionInfo | None
    refused: EditionInfo | None


def states(session: Session) -> list[ListState]:
    """Return how every list that ever brought an edition stands, by name."""
    return [_state(session, row) for row in _rows(session)]


def state(session: Session, name: str) -> ListState | None:
    """Return how one list stands, or None when it never brought an edition."""
    row = _row(session, name)
    return _state(session, row) if row else None


def current(session: Session, name: str) -> Edition | None:
    """Return the edition of a list that is in force, or None."""
    row = _row(session, name)
    return _snapshot(session, row.edition_id) if row else None


def all_current(session: Session, names: Iterable[str] | None = None) -> list[Edition]:
    """Return the editions in force, of all lists or of those named, by name."""
    found = (_snapshot(session, row.edition_id) for row in _rows(session, names))
    return [edition for edition in found if edition is not None]


def held(session: Session, name: str) -> Edition:
    """Return the edition that waits for a person. Raises UsageError when there is none."""
    row = _row(session, name)
    found = _held_row(session, row) if row else None
    if found is None or found.body is None:
        raise UsageError(f"no edition of {name!r} is held; `watchlist lists` shows what is")
    return unpack(found.body)


def editions(session: Session, name: str, verdict: str | None = None) -> list[EditionInfo]:
    """Return the editions of a list that came, the latest first."""
    row = _row(session, name)
    return [_info(one) for one in session.exec(_came(row, verdict))] if row else []


def raw(session: Session, name: str) -> bytes | None:
    """Return the beginning of the last refused file as it came, or None."""
    row = _row(session, name)
    if row is None:
        return None
    found = session.exec(_came(row, REFUSED).where(col(EditionRow.raw).is_not(None))).first()
    return zlib.decompress(found.raw) if found and found.raw else None


def screened_at(session: Session, name: str) -> datetime | None:
    """Return up to when changes of the watchlist have met this list."""
    row = _row(session, name)
    return row.screened_at if row else None


# ----- writing ----------------------------------------------------------------------------------------------


def take(
    session: Session, edition: Edition, found: Sequence[ListChange], now: datetime, size: int = 0
) -> EditionInfo:
    """Put an edition in force and keep its changes against the last one. A held edition is overtaken by it."""
    row = _ensured(session, edition.name)
    taken = _held_row(session, row)
    if taken is not None and taken.digest != edition.digest:
        _drop(session, taken)
        taken = None
    if taken is None:
        taken = _edition(row, edition, now, size)
    taken.verdict, taken.reason, taken.confirmed_at = TAKEN, "", now
    session.add(taken)
    session.flush()
    assert taken.id is not None
    for change in found:
        session.add(_change_row(row, taken.id, change, now))
    row.edition_id = taken.id
    session.add(row)
    session.flush()
    _forget_snapshots(session, row)
    return _info(taken)


def hold(session: Session, edition: Edition, reason: str, now: datetime, size: int = 0) -> EditionInfo:
    """Keep an edition until a person accepts it, in place of one held before; the same one is only confirmed."""
    row = _ensured(session, edition.name)
    before = _held_row(session, row)
    if before is not None and before.digest == edition.digest:
        before.confirmed_at = now
        session.add(before)
        return _info(before)
    if before is not None:
        _drop(session, before)
    kept = _edition(row, edition, now, size)
    kept.verdict, kept.reason = HELD, reason
    session.add(kept)
    session.flush()
    return _info(kept)


def drop_held(session: Session, name: str) -> None:
    """Drop the edition that waits. Raises UsageError when there is none."""
    row = _row(session, name)
    found = _held_row(session, row) if row else None
    if found is None:
        raise UsageError(f"no edition of {name!r} is held")
    _drop(session, found)
    session.flush()


def refuse(session: Session, name: str, reason: str, beginning: bytes, size: int, now: datetime) -> None:
    """Note an edition that was refused, and keep the beginning of its file aside in place of the last one's."""
    row = _ensured(session, name)
    for at, one in enumerate(session.exec(_came(row, REFUSED)).all()):
        if at >= REFUSED_KEPT - 1:
            session.delete(one)
        elif one.raw is not None:
            one.raw = None
            session.add(one)
    assert row.id is not None
    session.add(
        EditionRow(
            list_id=row.id,
            verdict=REFUSED,
            reason=reason,
            fetched_at=now,
            confirmed_at=now,
            size=size,
            raw=zlib.compress(beginning[:RAW_BYTES]) if beginning else None,
        )
    )
    session.flush()


def confirm(session: Session, name: str, now: datetime, as_of: str = "") -> None:
    """Note that the publisher still gives what is known: the edition that waits, else the one in force.

    ``as_of`` is the day that the file bears now: some are stamped anew every day.
    """
    row = _row(session, name)
    if row is None:
        return
    found = _held_row(session, row) or session.get(EditionRow, row.edition_id or 0)
    if found is not None:
        found.confirmed_at = now
        found.as_of = as_of or found.as_of
        session.add(found)


def note_screened(session: Session, name: str, now: datetime) -> None:
    """Note that the watchlist, as it stands at ``now``, has met this list."""
    row = _ensured(session, name)
    row.screened_at = now
    session.add(row)


# ----- rows -------------------------------------------------------------------------------------------------


def _row(session: Session, name: str) -> ListRow | None:
    return session.exec(select(ListRow).where(ListRow.name == name)).first()


def _rows(session: Session, names: Iterable[str] | None = None) -> list[ListRow]:
    """Return the rows of all lists, or of those named, by name."""
    wanted = None if names is None else set(names)
    rows = sorted(session.exec(select(ListRow)), key=lambda row: row.name)
    return [row for row in rows if wanted is None or row.name in wanted]


def _ensured(session: Session, name: str) -> ListRow:
    row = _row(session, name)
    if row is None:
        row = ListRow(name=name)
        session.add(row)
        session.flush()
    return row


def _edition(row: ListRow, edition: Edition, now: datetime, size: int) -> EditionRow:
    assert row.id is not None
    return EditionRow(
        list_id=row.id,
        verdict=TAKEN,
        digest=edition.digest,
        as_of=edition.as_of,
        fetched_at=now,
        confirmed_at=now,
        entities=len(edition),
        size=size,
        body=pack(edition),
    )


def _came(row: ListRow, verdict: str | None = None) -> SelectOfScalar[EditionRow]:
    """Select the editions of a list that came, of one verdict or all, the latest first."""
    statement = select(EditionRow).where(EditionRow.list_id == row.id)
    if verdict is not None:
        statement = statement.where(EditionRow.verdict == verdict)
    return statement.order_by(col(EditionRow.id).desc())


def _held_row(session: Session, row: ListRow) -> EditionRow | None:
    return session.exec(_came(row, HELD)).first()


def _drop(session: Session, held: EditionRow) -> None:
    held.verdict, held.body = DROPPED, None
    session.add(held)


def _forget_snapshots(session: Session, row: ListRow) -> None:
    statement = select(EditionRow).where(
        EditionRow.list_id == row.id, EditionRow.verdict == TAKEN, col(EditionRow.body).is_not(None)
    )
    kept = sorted(session.exec(statement), key=lambda one: (one.id == row.edition_id, one.id or 0))
    for old in kept[:-SNAPSHOTS_KEPT]:
        old.body = None
        session.add(old)


def _snapshot(session: Session, edition_id: int | None) -> Edition | None:
    found = session.get(EditionRow, edition_id) if edition_id is not None else None
    if found is None or found.body is None:
        return None
    return replace(unpack(found.body), as_of=found.as_of)  # some files are stamped anew every day


def _state(session: Session, row: ListRow) -> ListState:
    in_force = session.get(EditionRow, row.edition_id) if row.edition_id is not None else None
    waiting = _held_row(session, row)
    refused = session.exec(_came(row, REFUSED)).first()
    return ListState(
        row.name,
        _info(in_force) if in_force else None,
        _info(waiting) if waiting else None,
        _info(refused) if refused else None,
    )


def _info(row: EditionRow) -> EditionInfo:
    assert row.id is not None
    return EditionInfo(
        row.id,
        row.verdict,
        row.reason,
        row.as_of,
        row.fetched_at,
        row.confirmed_at,
        row.entities,
        row.size,
        row.digest,
    )


def _change_row(row: ListRow, edition_id: int, change: ListChange, now: datetime) -> ListChangeRow:
    assert row.id is not None
    return ListChangeRow(
        list_id=row.id,
        edition_id=edition_id,
        at=now,
        kind=change.kind.value,
        entity_id=change.id,
        into_id=change.into or "",
        before=entity_to_json(change.before) if change.before else None,
        after=entity_to_json(change.after) if change.after else None,
    )
