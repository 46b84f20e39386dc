"""Which sources a round fetches, and what it notes on each: claims, health, when to come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import Session, col, or_, select

from watchlist.model import SourceState
from watchlist.store.processes import is_dead
from watchlist.store.sources import StoredSource, ensure
from watchlist.store.tables import FetchRow, SourceRow

LEASE_MINUTES = 30
"""How long a process on PostgreSQL may take over one source before others believe it dead."""
LONGEST_WAIT = timedelta(hours=24)
"""No source is left alone for longer, whatever it fails with; only 410 (gone) stops it."""
OFFLINE_WAIT = timedelta(minutes=5)
CLOCKS_APART = timedelta(minutes=5)
"""So far may the clocks of two machines differ; a visit noted further in the future is the work of a wrong clock."""
SIGHTINGS = 3
"""A permanent redirect is believed after so many visits in a row."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The sources to fetch now, in the order asked for, and the names of those that are not."""

    claimed: tuple[StoredSource, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit means for its source. ``errors`` are one line each; ``failed``: nothing could be read.

    ``pages`` are what the trail keeps of the source's own pages: address, digest, size, validators.
    ``held``: what came waits for a person. It counts as a failure, but the source is asked again as usual.
    """

    at: datetime
    errors: tuple[str, ...] = ()
    failed: bool = False
    held: bool = False
    offline: bool = False
    gone: bool = False
    not_modified: bool = False
    not_before: datetime | None = None
    moved_to: str | None = None
    documents: int = 0
    new: int = 0
    revised: int = 0
    matched: int = 0
    fingerprint: str = ""
    pages: tuple[Mapping[str, Any], ...] = ()


def begin(
    session: Session,
    names: Sequence[str],
    now: datetime,
    owner: str,
    *,
    only_due: bool,
    most: int | None = None,
) -> Begun:
    """Choose the sources that are due (paused and gone ones never are) and claim them for this process.

    ``most``: on PostgreSQL not more than so many, so that the other processes get their share.
    """
    stored = {name: ensure(session, name, now) for name in names}
    ready = [
        one
        for one in stored.values()
        if not one.paused and not one.gone and not (only_due and _waits(one, now))
    ]
    mine = _claim(session, [one.id for one in ready], owner, now if only_due else None, most)
    claimed = tuple(one for one in ready if one.id in mine)
    return Begun(claimed, tuple(name for name, one in stored.items() if one not in claimed))


def _waits(source: StoredSource, now: datetime) -> bool:
    """Say whether a source is not due yet. One visited "later than now" is: that clock was wrong, its plan is, too."""
    if source.next_due is None or source.next_due <= now:
        return False
    return source.last_attempt is None or source.last_attempt <= now + CLOCKS_APART


def _claim(
    session: Session, ids: Sequence[int], owner: str, due_by: datetime | None, most: int | None
) -> set[int]:
    """Take the lease of these sources where nobody holds it. SQLite has one runner, by the lock on its file."""
    if session.connection().dialect.name != "postgresql":
        return set(ids)
    _take_back(session, owner)
    free = (
        select(SourceRow.id)
        .where(
            col(SourceRow.id).in_(ids),
            or_(col(SourceRow.leased_until).is_(None), col(SourceRow.leased_until) < func.now()),
        )
        .order_by(col(SourceRow.next_due_at).nulls_first(), col(SourceRow.id))
        .limit(most)
    )
    if due_by is not None:  # another process may have fetched it since we looked
        free = free.where(
            or_(
                col(SourceRow.next_due_at).is_(None),
                col(SourceRow.next_due_at) <= due_by,
                col(SourceRow.last_attempt_at) > due_by + CLOCKS_APART,
            )
        )
    mine = free.with_for_update(skip_locked=True).cte("free")
    taken = session.connection().execute(
        update(SourceRow)
        .where(col(SourceRow.id).in_(select(mine.c.id)))
        .values(leased_by=owner, leased_until=_lease_end())
        .returning(col(SourceRow.id))
    )
    return {id_ for id_ in taken.scalars() if id_ is not None}


def _lease_end() -> Any:
    """Return the end of a lease that begins now, by the database's clock."""
    return func.clock_timestamp() + text(f"interval '{LEASE_MINUTES} minutes'")


def _take_back(session: Session, owner: str) -> None:
    """Free the claims of processes of this machine that are dead; those elsewhere wait for the end of their lease."""
    for holder in set(session.exec(select(SourceRow.leased_by).where(col(SourceRow.leased_by).is_not(None)))):
        if holder and holder != owner and is_dead(holder):
            release(session, holder)


def still_mine(session: Session, source_id: int, owner: str) -> bool:
    """Say whether this process still holds its claim; if so, its lease begins anew, and nobody takes it meanwhile."""
    if session.connection().dialect.name != "postgresql":
        return True
    mine = session.connection().execute(
        update(SourceRow)
        .where(col(SourceRow.id) == source_id, col(SourceRow.leased_by) == owner)
        .values(leased_until=_lease_end())
    )
    return bool(mine.rowcount)


def release(session: Session, owner: str) -> None:
    """Give up all claims of a process (it stops half-way, or is dead)."""
    session.connection().execute(
        update(SourceRow).where(col(SourceRow.leased_by) == owner).values(leased_by=None, leased_until=None)
    )


def finish(
    session: Session, source_id: int, outcome: Outcome, state: SourceState | None, poll_minutes: int
) -> datetime | None:
    """Note a visit on its source and in the log of fetches; return when to come back, None when it is gone.

    ``state`` is what the source will remember; None (nothing could be read) leaves what it remembered.
    """
    row = session.get_one(SourceRow, source_id)
    baseline = row.baseline_at is None
    row.last_attempt_at = outcome.at
    row.leased_by = row.leased_until = None
    if not outcome.offline:
        row.problem = outcome.errors[0] if outcome.errors else None
        row.failures = row.failures + 1 if outcome.failed or outcome.held else 0
    if not outcome.failed and not outcome.held:
        row.last_success_at = outcome.at
        row.baseline_at = row.baseline_at or outcome.at
    if state is not None:
        row.validators = {url: dict(kept) for url, kept in state.validators.items()}
        row.cursor = dict(state.cursor)
    if outcome.gone:
        row.gone_at = outcome.at
    _note_move(row, outcome)
    minutes = row.poll_minutes or poll_minutes
    row.next_due_at = (
        None
        if outcome.gone
        else _next_due(0 if outcome.held else row.failures, outcome, timedelta(minutes=minutes))
    )
    session.add(row)
    session.add(
        FetchRow(
            source_id=source_id,
            at=outcome.at,
            outcome=_word(outcome),
            baseline=baseline and not outcome.failed and not outcome.held,
            documents=outcome.documents,
            new=outcome.new,
            revised=outcome.revised,
            matched=outcome.matched,
            errors=list(outcome.errors),
            fingerprint=outcome.fingerprint,
            pages=[dict(page) for page in outcome.pages],
        )
    )
    return row.next_due_at


def _next_due(failures: int, outcome: Outcome, interval: timedelta) -> datetime:
    """Return the next visit: the interval, doubled for each failure in a row, or later if the publisher asks."""
    if outcome.offline:
        return outcome.at + min(OFFLINE_WAIT, interval)
    wait = interval * (1 << min(max(failures - 1, 0), 12))
    asked = outcome.not_before - outcome.at if outcome.not_before else timedelta()
    return outcome.at + min(max(wait, asked), max(LONGEST_WAIT, interval))


def _note_move(row: SourceRow, outcome: Outcome) -> None:
    if outcome.failed:
        return
    if outcome.moved_to is None or outcome.moved_to == row.url:
        row.moved_to, row.moved_seen = None, 0
    elif outcome.moved_to == row.moved_to:
        row.moved_seen += 1
    else:
        row.moved_to, row.moved_seen = outcome.moved_to, 1
    if row.moved_seen >= SIGHTINGS and not row.configured:
        # A configured address is the user's to change: health tells where it has gone.
        row.url, row.moved_to, row.moved_seen = row.moved_to, None, 0


def _word(outcome: Outcome) -> str:
    if outcome.gone:
        return "gone"
    if outcome.offline:
        return "offline"
    if outcome.failed or outcome.held:
        return "held" if outcome.held else "failed"
    return "not modified" if outcome.not_modified else "read"
