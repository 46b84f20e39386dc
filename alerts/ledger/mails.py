"""Composed mails: the slot each fills, and the finished message in the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from alerts.ledger.audit import note
from alerts.ledger.moment import moment_of
from alerts.ledger.tables import DeliveryItemRow, DigestRow, OutboxRow
from alerts.model import MailKind, Outgoing

PENDING, SENDING, SENT, FAILED, DEAD, CANCELLED = "pending", "sending", "sent", "failed", "dead", "cancelled"
STATES = (PENDING, SENDING, SENT, FAILED, DEAD, CANCELLED)

_MOST_GIVEN_UP = 200


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail that was composed, and how far it is."""

    number: int
    reader: str
    slot_key: str
    kind: MailKind
    composed_at: datetime
    items: int
    subject: str
    state: str
    message_id: str
    sent_at: datetime | None
    problem: str | None


def open_slot(session: Session, reader: str, slot_key: str, kind: MailKind, now: datetime) -> int | None:
    """Take a slot for a mail and return the mail's number, or None when the slot is filled already."""
    opened = moment_of(session, now)
    row = DigestRow(reader=reader, slot_key=slot_key, kind=kind, composed_at=now, opened_at=opened, items=0)
    known = session.exec(
        select(DigestRow.id).where(DigestRow.reader == reader, DigestRow.slot_key == slot_key)
    ).first()
    if known is not None:
        return None
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process was faster
        return None
    return row.id


def free_slots(session: Session, reader: str, now: datetime) -> None:
    """Set aside the slots that a clock running ahead has filled "later than now": their real times are still to come."""
    ahead = col(DigestRow.slot_key) + " ahead " + cast(col(DigestRow.id), Text)
    session.exec(
        update(DigestRow)
        .where(
            col(DigestRow.reader) == reader,
            col(DigestRow.composed_at) > now,
            col(DigestRow.slot_key).not_like("alert %"),
            col(DigestRow.slot_key).not_like("% ahead %"),
        )
        .values(slot_key=ahead)
        .execution_options(synchronize_session=False)
    )


def close_slot(
    session: Session, number: int, outgoing: Outgoing, items: int, channel: str, now: datetime
) -> int:
    """Put the finished message of a slot into the outbox. Returns the outbox id."""
    told = session.exec(
        select(DeliveryItemRow.alert_id)
        .where(DeliveryItemRow.digest_id == number)
        .order_by(col(DeliveryItemRow.alert_id))
    ).all()
    outbox_id = enqueue(session, outgoing, channel, now, mail=number, alerts=list(told))
    row = session.get_one(DigestRow, number)
    row.items, row.subject, row.outbox_id = items, outgoing.subject, outbox_id
    session.add(row)
    session.flush()
    return outbox_id


def enqueue(session: Session, outgoing: Outgoing, channel: str, now: datetime, **detail: Any) -> int:
    """Put a finished message into the outbox, to be sent at once. Returns its id. ``detail`` goes into the trail."""
    moment = moment_of(session, now)
    row = OutboxRow(
        dedupe_key=outgoing.dedupe_key,
        message_id=outgoing.message_id,
        reader=outgoing.reader,
        channel=channel,
        address=outgoing.address,
        subject=outgoing.subject,
        mime=outgoing.mime,
        state=PENDING,
        next_attempt_at=moment,
        created_at=moment,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    note(
        session, now, "mail.composed", f"outbox {row.id}",
        reader=outgoing.reader, message_id=outgoing.message_id, subject=outgoing.subject, notes=list(outgoing.notes),
        address=outgoing.address, **detail,
    )  # fmt: skip
    return row.id


def kept_mails(session: Session, reader: str | None = None, limit: int = 50) -> list[KeptMail]:
    """Return composed mails, latest first."""
    wanted = (
        select(DigestRow, OutboxRow)
        .join(OutboxRow, col(OutboxRow.id) == col(DigestRow.outbox_id), isouter=True)
        .order_by(col(DigestRow.id).desc())
        .limit(limit)
    )
    if reader is not None:
        wanted = wanted.where(DigestRow.reader == reader)
    return [_kept(digest, outbox) for digest, outbox in session.exec(wanted)]


def kept_mail(session: Session, number: int) -> KeptMail | None:
    """Return one composed mail by its number, or None."""
    digest = session.get(DigestRow, number)
    if digest is None:
        return None
    return _kept(digest, session.get(OutboxRow, digest.outbox_id) if digest.outbox_id else None)


def mime_of(session: Session, number: int) -> bytes | None:
    """Return the finished message of a mail, or None."""
    digest = session.get(DigestRow, number)
    outbox = session.get(OutboxRow, digest.outbox_id) if digest and digest.outbox_id else None
    return outbox.mime if outbox else None


@dataclass(frozen=True, slots=True)
class Summary:
    """When a digest or "all quiet" was begun, before anything was read for it: by the worker's clock, and (``opened``) by
    the one of ``alerts.ledger.moment``, which says when a mail was given up."""

    composed: datetime
    opened: datetime


def last_summary(session: Session, reader: str, but: int | None = None) -> Summary | None:
    """Return a reader's last digest or "all quiet", that numbered ``but`` aside: what came later was not told by it."""
    wanted = (
        select(DigestRow)
        .where(
            DigestRow.reader == reader,
            col(DigestRow.kind).in_((MailKind.DIGEST.value, MailKind.QUIET.value)),
        )
        .order_by(col(DigestRow.id).desc())
        .limit(1)
    )
    if but is not None:
        wanted = wanted.where(DigestRow.id != but)
    last = session.exec(wanted).first()
    return Summary(last.composed_at, last.opened_at or last.composed_at) if last else None


def undelivered(session: Session, since: datetime | None = None) -> list[KeptMail]:
    """Return the messages that were given up (``failed``, ``dead``), by number; ``since``: not before then."""
    wanted = select(OutboxRow).where(*_given_up(since)).order_by(col(OutboxRow.id)).limit(_MOST_GIVEN_UP)
    return [
        KeptMail(
            row.id or 0, row.reader, row.dedupe_key, MailKind.DIGEST, row.created_at, 0, row.subject, row.state,
            row.message_id, row.sent_at, row.problem,
        )
        for row in session.exec(wanted)
    ]  # fmt: skip


def count_undelivered(session: Session, since: datetime | None = None) -> int:
    """Return how many messages ``undelivered`` returns, without reading them."""
    found = select(OutboxRow.id).where(*_given_up(since)).limit(_MOST_GIVEN_UP).subquery()
    return session.exec(select(func.count()).select_from(found)).one()


def _given_up(since: datetime | None) -> list[Any]:
    conditions: list[Any] = [col(OutboxRow.state).in_((FAILED, DEAD))]
    if since is not None:
        conditions.append(OutboxRow.next_attempt_at >= since)
    return conditions


def _kept(digest: DigestRow, outbox: OutboxRow | None) -> KeptMail:
    return KeptMail(
        digest.id or 0, digest.reader, digest.slot_key, MailKind(digest.kind), digest.composed_at, digest.items,
        digest.subject, outbox.state if outbox else "none", outbox.message_id if outbox else "",
        outbox.sent_at if outbox else None, outbox.problem if outbox else None,
    )  # fmt: skip


# ----- retention ------------------------------------------------------------------------------------------


def count_old(session: Session, before: datetime) -> int:
    """Return how many bodies ``empty_old`` would empty."""
    return session.exec(select(func.count()).select_from(OutboxRow).where(*_old(before))).one()


def empty_old(session: Session, before: datetime) -> int:
    """Empty the bodies of mails sent or cancelled, composed before then; what was given up can still be retried."""
    return session.exec(update(OutboxRow).where(*_old(before)).values(mime=b"")).rowcount


def _old(before: datetime) -> tuple[Any, ...]:
    done = (SENT, CANCELLED)
    return (
        col(OutboxRow.created_at) < before,
        col(OutboxRow.state).in_(done),
        func.length(col(OutboxRow.mime)) > 0,
    )
