"""The sources in the store: their settings (when added by command), their state between fetches, their health."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from watchlist.config import SourceSettings
from watchlist.errors import UsageError
from watchlist.model import SourceState
from watchlist.store.tables import SourceRow
from watchlist.store.turns import take_turn

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as the store knows it. ``configured`` says that it stands in the configuration file."""

    id: int
    settings: SourceSettings
    state: SourceState
    configured: bool
    added_at: datetime
    paused: bool
    gone: bool
    next_due: datetime | None
    last_attempt: datetime | None
    failures: int
    problem: str | None
    baseline_done: bool
    moved_to: str | None


def sync_configured(session: Session, sources: Iterable[SourceSettings], now: datetime) -> None:
    """Make the store's rows of configured sources equal to the configuration.

    New ones appear, changed ones are updated (their state stays unless the address changed), those that left
    the file stop being fetched; their documents stay.
    """
    take_turn(session)
    wanted = {source.name: source for source in sources}
    rows = {row.name: row for row in session.exec(select(SourceRow))}
    for name, row in rows.items():
        if row.configured and row.removed_at is None and name not in wanted:
            row.removed_at = now
            session.add(row)
    for name, source in wanted.items():
        _put(session, rows.get(name), source, now, configured=True)
    session.flush()


def add(session: Session, source: SourceSettings, now: datetime) -> bool:
    """Add a source by command. False, and nothing changed, when the same kind and address is there already.

    Raises UsageError when the name is another source's.
    """
    if not 1 <= len(source.name.strip()) <= _LONGEST_NAME:
        raise UsageError(f"a source needs a name of 1 to {_LONGEST_NAME} characters")
    same = session.exec(
        select(SourceRow).where(
            SourceRow.kind == source.kind, SourceRow.url == source.url, col(SourceRow.removed_at).is_(None)
        )
    ).all()
    # Without address and options (an official list) the name is what tells two apart.
    if any(
        row.options == _pairs(source) and (row.url or row.options or row.name == source.name) for row in same
    ):
        return False
    row = session.exec(select(SourceRow).where(SourceRow.name == source.name)).first()
    if row is not None and row.removed_at is None:
        raise UsageError(
            f"there is a source named {source.name!r} already ({row.url or row.kind}); choose another name"
        )
    _put(session, row, source, now, configured=False)
    session.flush()
    return True


def get(session: Session, name: str) -> StoredSource:
    """Return a source by name or address. Raises UsageError when there is none."""
    return _stored(_row(session, name))


def list_all(session: Session) -> list[StoredSource]:
    """Return every source that is not removed, by name."""
    rows = session.exec(select(SourceRow).where(col(SourceRow.removed_at).is_(None))).all()
    return [_stored(row) for row in sorted(rows, key=lambda row: row.name)]


def pause(session: Session, name: str, now: datetime, *, paused: bool = True) -> StoredSource:
    """Stop (or resume) fetching a source; resumed, it is due now, also when it was off as gone.

    Raises UsageError when there is none.
    """
    row = _row(session, name)
    row.paused = paused
    if not paused:
        row.gone_at, row.next_due_at, row.failures = None, now, 0
    session.add(row)
    session.flush()
    return _stored(row)


def forget_validators(session: Session, name: str) -> None:
    """Let the next visit read the source whole, whatever it has changed. Raises UsageError when there is none."""
    row = _row(session, name)
    row.validators = {}
    session.add(row)
    session.flush()


def remove(session: Session, name: str, now: datetime) -> StoredSource:
    """Remove a source that was added by command; its documents and events stay.

    Raises UsageError when there is none, or when it stands in the configuration file.
    """
    row = _row(session, name)
    if row.configured:
        raise UsageError(
            f"{row.name!r} stands in the configuration file: remove it there, or `watchlist sources pause` it"
        )
    row.removed_at = now
    session.add(row)
    session.flush()
    return _stored(row)


def ensure(session: Session, name: str, now: datetime) -> StoredSource:
    """Return the source of this name, making its row if nobody has registered it."""
    row = session.exec(select(SourceRow).where(SourceRow.name == name)).first()
    if row is None or row.removed_at is not None:
        row = _put(session, row, SourceSettings(name, ""), now, configured=False)
        session.flush()
    return _stored(row)


def _put(
    session: Session, row: SourceRow | None, source: SourceSettings, now: datetime, *, configured: bool
) -> SourceRow:
    if row is None:
        row = SourceRow(name=source.name, added_at=now, **_columns(source), **_fresh())
    elif row.removed_at is not None or (row.kind, row.url, row.options) != (
        source.kind,
        source.url,
        _pairs(source),
    ):
        # Another address, or back after a pause of unknown length: its first fetch is old news again.
        for column, value in {**_columns(source), **_fresh(), "removed_at": None}.items():
            setattr(row, column, value)
    else:
        row.official, row.poll_minutes = source.official, source.poll_minutes
    row.configured = configured
    session.add(row)
    return row


def _fresh() -> dict[str, Any]:
    return {
        "validators": {},
        "cursor": {},
        "baseline_at": None,
        "next_due_at": None,
        "gone_at": None,
        "moved_to": None,
        "moved_seen": 0,
        "failures": 0,
        "problem": None,
    }


def _columns(source: SourceSettings) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "url": source.url,
        "options": _pairs(source),
        "official": source.official,
        "poll_minutes": source.poll_minutes,
        "configured": False,
    }


def _pairs(source: SourceSettings) -> list[list[str]]:
    return [list(pair) for pair in source.options]


def _row(session: Session, name: str) -> SourceRow:
    row = session.exec(
        select(SourceRow).where(
            or_(SourceRow.name == name, SourceRow.url == name), col(SourceRow.removed_at).is_(None)
        )
    ).first()
    if row is None:
        raise UsageError(f"there is no source {name!r}; `watchlist sources list` shows what there is")
    return row


def _stored(row: SourceRow) -> StoredSource:
    assert row.id is not None
    return StoredSource(
        id=row.id,
        settings=SourceSettings(
            row.name,
            row.kind,
            row.url,
            tuple((key, value) for key, value in row.options),
            row.official,
            row.poll_minutes,
        ),
        state=SourceState(row.validators, row.cursor, row.last_success_at),
        configured=row.configured,
        added_at=row.added_at,
        paused=row.paused,
        gone=row.gone_at is not None,
        next_due=row.next_due_at,
        last_attempt=row.last_attempt_at,
        failures=row.failures,
        problem=row.problem,
        baseline_done=row.baseline_at is not None,
        moved_to=row.moved_to,
    )
