"""The append-only trail of decisions and mails: what was done when, to what. Triggers refuse every change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import cast, delete, func, literal
from sqlalchemy.types import Text
from sqlmodel import Session, col, select

from alerts.ledger.tables import AlertRow, AuditRow, DecisionRow, DeliveryItemRow, DigestRow
from watchlist.store.retention import open_events


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the trail. ``what`` is a dotted word (``mail.sent``), ``ref`` what it is about (``outbox 7``)."""

    at: datetime
    what: str
    ref: str
    detail: dict[str, Any]


def note(session: Session, at: datetime, what: str, ref: str, **detail: Any) -> None:
    """Append one line."""
    session.add(AuditRow(at=at, what=what, ref=ref, detail=detail))


def trail(session: Session, ref: str | None = None, since: datetime | None = None) -> Iterator[Trace]:
    """Return the trail, oldest first: of one thing, or all of it."""
    wanted = select(AuditRow).order_by(col(AuditRow.at), col(AuditRow.id))
    if ref is not None:
        wanted = wanted.where(AuditRow.ref == ref)
    if since is not None:
        wanted = wanted.where(AuditRow.at >= since)
    for row in session.exec(wanted.execution_options(yield_per=500)):
        yield Trace(row.at, row.what, row.ref, row.detail)


def last(session: Session, what: str) -> datetime | None:
    """Return when something was last noted, or None."""
    return session.exec(select(func.max(AuditRow.at)).where(AuditRow.what == what)).one()


def decisions(session: Session, since: datetime | None = None) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield every decision, also "not mailed", as plain data, oldest first."""
    wanted = select(DecisionRow).order_by(col(DecisionRow.decided_at), col(DecisionRow.id))
    if since is not None:
        wanted = wanted.where(DecisionRow.decided_at >= since)
    for row in session.exec(wanted.execution_options(yield_per=500)):
        yield (
            row.decided_at,
            {
                "what": "decided",
                "report": row.report_id,
                "event": row.event_id,
                "alert": row.alert_id,
                "recipient": row.reader,
                "entry": row.entry,
                "kind": row.kind,
                "delivery": row.delivery,
                "section": row.section,
                "code": row.code,
                "reason": row.reason,
                "rule": row.rule,
                "rules_fingerprint": row.rules_fingerprint,
            },
        )


def count_old(session: Session, before: datetime) -> tuple[int, int]:
    """Return how many (decisions, other lines) ``delete_old`` would delete."""
    found = []
    for table, conditions in ((DecisionRow, _old_decisions(before)), (AuditRow, _old_lines(before))):
        found.append(session.exec(select(func.count()).select_from(table).where(*conditions)).one())
    return found[0], found[1]


def delete_old(session: Session, before: datetime) -> tuple[int, int]:
    """Delete (decisions, other lines) before then, but what belongs to an open case. Within ``retention.pruning``."""
    decided = session.exec(delete(DecisionRow).where(*_old_decisions(before))).rowcount
    lines = session.exec(delete(AuditRow).where(*_old_lines(before))).rowcount
    return decided, lines


def _old_decisions(before: datetime) -> tuple[Any, ...]:
    return (col(DecisionRow.decided_at) < before, col(DecisionRow.event_id).not_in(open_events()))


def _old_lines(before: datetime) -> tuple[Any, ...]:
    """Keep lines about alerts of open cases and about the mails that told them."""
    kept = select(AlertRow.id).where(col(AlertRow.event_id).in_(open_events()))
    alerts = select(literal("alert ") + cast(col(AlertRow.id), Text)).where(col(AlertRow.id).in_(kept))
    mails = (
        select(literal("outbox ") + cast(col(DigestRow.outbox_id), Text))
        .join(DeliveryItemRow, col(DeliveryItemRow.digest_id) == col(DigestRow.id))
        .where(col(DeliveryItemRow.alert_id).in_(kept), col(DigestRow.outbox_id).is_not(None))
    )
    return (col(AuditRow.at) < before, col(AuditRow.ref).not_in(alerts), col(AuditRow.ref).not_in(mails))
