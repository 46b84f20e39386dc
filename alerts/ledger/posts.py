"""The outbox's transitions, each one statement that checks owner and lease; the states are drawn in ``alerts.outbox``.

On PostgreSQL the moment of a claim and of a lease is the database's, so that several machines agree; on SQLite
(one machine) it is the caller's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, update
from sqlmodel import Session, col, select

from alerts.ledger.audit import note
from alerts.ledger.mails import CANCELLED, DEAD, FAILED, PENDING, SENDING, SENT
from alerts.ledger.moment import moment_of
from alerts.ledger.rows import ensure
from alerts.ledger.tables import ChannelRow, OutboxRow
from watchlist.store.processes import is_dead, machine

CLAIMED, DATA = "claimed", "data"

_LET_GO: dict[str, None] = {"phase": None, "owner": None, "lease_until": None}
"""What a message in nobody's hands says of its sender."""

LEASE = timedelta(minutes=15)
"""Outlasts the longest wait for a mail server's answer (10 minutes after DATA)."""

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360))
GIVE_UP_AFTER = timedelta(hours=72)
LEAST_ATTEMPTS = 8
"""A message is not given up before it was tried so often, whatever a clock says."""
_LONGEST_BACK_OFF = BACK_OFF[-1] * 1.2
CHANNEL_PAUSES = tuple(timedelta(minutes=m) for m in (5, 15, 60))


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker may send now. ``ambiguous`` counts earlier attempts whose outcome is unknown."""

    id: int
    owner: str
    reader: str
    address: str
    subject: str
    message_id: str
    mime: bytes = field(repr=False)
    attempts: int
    ambiguous: int
    created_at: datetime


def claim(
    session: Session,
    owner: str,
    channel: str,
    now: datetime,
    limit: int = 1,
    *,
    per_minute: int | None = None,
) -> list[Claim]:
    """Take messages that are due, or whose sender died (its lease ended). Nobody else gets them meanwhile.

    SQLite knows no leases: its machine's clock may be set, and ``take_back`` can tell there who is dead.

    ``per_minute`` is the most that all processes together hand to this channel in a minute.
    """
    now = moment_of(session, now)
    paused = session.get(ChannelRow, channel)
    if paused and paused.paused_until and now < paused.paused_until <= now + CHANNEL_PAUSES[-1]:
        return []
    if per_minute is not None:
        limit = min(limit, _allowance(session, channel, now, per_minute))
    if limit <= 0:
        return []
    free = and_(col(OutboxRow.state) == PENDING, _is_due(now))
    if session.get_bind().dialect.name == "postgresql":
        free = or_(free, and_(col(OutboxRow.state) == SENDING, col(OutboxRow.lease_until) < now))
    due = (
        select(OutboxRow.id)
        .where(col(OutboxRow.channel) == channel, free)
        .order_by(col(OutboxRow.next_attempt_at), col(OutboxRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # chosen once: a sub-select might be run again for each row, and take more than the limit
    )
    taken = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(select(due.c.id)))
        .values(
            state=SENDING,
            phase=CLAIMED,
            owner=owner,
            lease_until=now + LEASE,
            attempts=col(OutboxRow.attempts) + 1,
            ambiguous=_counted_ambiguous(),
        )
        .returning(
            col(OutboxRow.id), col(OutboxRow.reader), col(OutboxRow.address), col(OutboxRow.subject),
            col(OutboxRow.message_id), col(OutboxRow.mime), col(OutboxRow.attempts), col(OutboxRow.ambiguous),
            col(OutboxRow.created_at),
        )
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    return [
        Claim(id_, owner, reader, address, subject, message_id, mime, attempts, ambiguous, created)
        for id_, reader, address, subject, message_id, mime, attempts, ambiguous, created in sorted(taken)
    ]


def _counted_ambiguous() -> Any:
    """Return the count of attempts of unknown outcome: one more when the last sender was in the DATA phase."""
    return col(OutboxRow.ambiguous) + case((col(OutboxRow.phase) == DATA, 1), else_=0)


def _is_due(now: datetime) -> Any:
    """Return the condition that a waiting message is due.

    One made "later than now", or planned further ahead than any wait of ours, was written by a clock that ran ahead:
    it must not wait until the right one gets there.
    """
    return or_(
        col(OutboxRow.next_attempt_at) <= now,
        col(OutboxRow.next_attempt_at) > now + _LONGEST_BACK_OFF,
        and_(col(OutboxRow.attempts) == 0, col(OutboxRow.created_at) > now),
    )


def _allowance(session: Session, channel: str, now: datetime, per_minute: int) -> int:
    """Return how many more messages the channel may take this minute. Claimers of a channel take turns here."""
    ensure(session, ChannelRow, name=channel, failures=0)
    session.exec(select(ChannelRow.name).where(ChannelRow.name == channel).with_for_update()).one()
    lately = and_(
        col(OutboxRow.state) == SENT, col(OutboxRow.sent_at) > now - timedelta(minutes=1),
        col(OutboxRow.sent_at) <= now,
    )  # fmt: skip
    taken = select(func.count()).where(
        col(OutboxRow.channel) == channel, or_(lately, col(OutboxRow.state) == SENDING)
    )
    return per_minute - session.exec(taken).one()


def enter_data(session: Session, held: Claim, now: datetime) -> bool:
    """Say that the message's text is about to go out. False: the lease was lost, do not send."""
    now = moment_of(session, now)
    return _change(session, held, phase=DATA, lease_until=now + LEASE)


def mark_sent(session: Session, held: Claim, now: datetime) -> bool:
    """Say that the server has it."""
    now = moment_of(session, now)
    done = _change(session, held, state=SENT, **_LET_GO, sent_at=now, problem=None)
    note(
        session, now, "mail.sent", f"outbox {held.id}", reader=held.reader, address=held.address,
        message_id=held.message_id, attempts=held.attempts, ambiguous=held.ambiguous,
    )  # fmt: skip
    return done


def mark_retry(session: Session, held: Claim, problem: str, now: datetime, *, ambiguous: bool) -> str:
    """Say that it did not go out (or, ``ambiguous``, that nobody knows); try again later, or give up after 72 h.

    Returns the new state.
    """
    now = moment_of(session, now)
    if now - held.created_at >= GIVE_UP_AFTER and held.attempts >= LEAST_ATTEMPTS:
        return _give_up(session, held, DEAD, problem, now)
    _change(
        session,
        held,
        state=PENDING,
        **_LET_GO,
        problem=problem,
        next_attempt_at=now + back_off(held.id, held.attempts),
        ambiguous=col(OutboxRow.ambiguous) + int(ambiguous),
    )
    note(
        session,
        now,
        "mail.retry",
        f"outbox {held.id}",
        problem=problem,
        ambiguous=ambiguous,
        attempts=held.attempts,
    )
    return PENDING


def mark_failed(session: Session, held: Claim, problem: str, now: datetime) -> str:
    """Say that the server refused this message for good (5xx)."""
    return _give_up(session, held, FAILED, problem, moment_of(session, now))


def release(session: Session, held: Claim) -> bool:
    """Give an unsent message back as it was: the channel is at fault, or the program stops."""
    return _change(session, held, state=PENDING, **_LET_GO, attempts=col(OutboxRow.attempts) - 1)


def _give_up(session: Session, held: Claim, state: str, problem: str, now: datetime) -> str:
    # There is no next attempt: for these states the column says when it was given up.
    _change(session, held, state=state, **_LET_GO, problem=problem, next_attempt_at=now)
    note(session, now, f"mail.{state}", f"outbox {held.id}", reader=held.reader, problem=problem)
    return state


def _change(session: Session, held: Claim, **values: Any) -> bool:
    """Change a claimed row, if it is still ours."""
    return (
        session.exec(
            update(OutboxRow)
            .where(
                col(OutboxRow.id) == held.id,
                col(OutboxRow.owner) == held.owner,
                col(OutboxRow.state) == SENDING,
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        ).rowcount
        == 1
    )


def take_back(session: Session, now: datetime, owner: str | None = None) -> int:
    """Take back what dead processes of this machine held; ``owner``: what this one let lie, being idle now.

    On SQLite, which belongs to one machine, a holder of another name (a renamed host, a container made anew) is
    dead, too. Returns how many they were; those in the DATA phase are counted as ambiguous.
    """
    alone = session.get_bind().dialect.name == "sqlite"
    holders = set(session.exec(select(OutboxRow.owner).where(OutboxRow.state == SENDING)))
    gone = [
        holder
        for holder in holders
        if holder is not None
        and (holder == owner or is_dead(holder) or (alone and not holder.startswith(f"{machine()}:")))
    ]
    if not gone:
        return 0
    return session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.state) == SENDING, col(OutboxRow.owner).in_(gone))
        .values(
            state=PENDING,
            **_LET_GO,
            ambiguous=_counted_ambiguous(),
            next_attempt_at=moment_of(session, now),
        )
    ).rowcount


def back_off(outbox_id: int, attempts: int) -> timedelta:
    """Return the wait before the next attempt: 1, 5, 15, 60 min, 3 h, 6 h, each with up to a fifth of jitter.

    The jitter comes from the message and the attempt, so that it is the same in every process.
    """
    base = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    share = hashlib.sha256(f"{outbox_id}:{attempts}".encode()).digest()[0] / 255
    return base * (1 + 0.2 * share)


def cancel(session: Session, outbox_id: int, reason: str, now: datetime) -> bool:
    """Take a waiting message out of the queue. False when it is not waiting."""
    done = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == outbox_id, col(OutboxRow.state) == PENDING)
        .values(state=CANCELLED, problem=reason)
    ).rowcount
    if done:
        note(session, now, "mail.cancelled", f"outbox {outbox_id}", reason=reason)
    return bool(done)


def cancel_for(session: Session, reader: str, reason: str, now: datetime) -> int:
    """Cancel what waits for a reader who wants no more mail. Returns how many messages that were."""
    ids = session.exec(
        select(OutboxRow.id).where(OutboxRow.reader == reader, OutboxRow.state == PENDING)
    ).all()
    return sum(cancel(session, outbox_id, reason, now) for outbox_id in ids if outbox_id is not None)


def try_again(session: Session, outbox_id: int, now: datetime) -> bool:
    """Put a message that was given up back into the queue, with 72 hours from now. False when it is not one."""
    now = moment_of(session, now)
    done = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == outbox_id, col(OutboxRow.state).in_((FAILED, DEAD)))
        .values(state=PENDING, next_attempt_at=now, created_at=now, attempts=0)
    ).rowcount
    if done:
        note(session, now, "mail.again", f"outbox {outbox_id}")
    return bool(done)


# ----- channels -------------------------------------------------------------------------------------------


def pause_channel(session: Session, channel: str, problem: str, now: datetime) -> datetime:
    """Pause a way out as a whole (wrong password, unknown host). Returns until when."""
    now = moment_of(session, now)
    ensure(session, ChannelRow, name=channel, failures=0)
    row = session.exec(select(ChannelRow).where(ChannelRow.name == channel).with_for_update()).one()
    pause = CHANNEL_PAUSES[min(row.failures, len(CHANNEL_PAUSES) - 1)]
    row.paused_until, row.problem, row.failures = now + pause, problem, row.failures + 1
    session.add(row)
    note(session, now, "channel.paused", channel, problem=problem)
    session.flush()
    return now + pause


def resume_channel(session: Session, channel: str) -> None:
    """End a channel's pause: it works."""
    row = session.get(ChannelRow, channel)
    if row and (row.failures or row.paused_until):
        row.paused_until, row.failures, row.problem = None, 0, None
        session.add(row)


def channel_problems(session: Session) -> list[tuple[str, datetime | None, str]]:
    """Return the channels that are or were at fault: name, paused until, why."""
    rows: Sequence[ChannelRow] = session.exec(select(ChannelRow).where(ChannelRow.failures > 0)).all()
    return [(row.name, row.paused_until, row.problem or "") for row in rows]


def waiting_count(session: Session) -> dict[str, int]:
    """Return how many messages are in each state."""
    rows = session.exec(select(OutboxRow.state, func.count()).group_by(col(OutboxRow.state)))
    return {str(state): int(n) for state, n in rows}


def oldest_waiting(session: Session) -> datetime | None:
    """Return when the oldest message was composed that is still to go out."""
    wanted = select(func.min(OutboxRow.created_at)).where(col(OutboxRow.state).in_((PENDING, SENDING)))
    return session.exec(wanted).one()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has not gone out yet."""

    id: int
    reader: str
    subject: str
    attempts: int
    next_attempt: datetime
    problem: str | None


def waiting_posts(session: Session, limit: int = 50) -> list[Waiting]:
    """Return the messages that wait or are being sent, the next one first."""
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.state).in_((PENDING, SENDING)))
        .order_by(col(OutboxRow.next_attempt_at), col(OutboxRow.id))
        .limit(limit)
    )
    return [
        Waiting(row.id or 0, row.reader, row.subject, row.attempts, row.next_attempt_at, row.problem)
        for row in rows
    ]
