"""The append-only trail: what was done when, to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alerts.ledger.tables import AuditRow


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
    wanted = select(AuditRow).order_by(col(AuditRow.id))
    if ref is not None:
        wanted = wanted.where(AuditRow.ref == ref)
    if since is not None:
        wanted = wanted.where(AuditRow.at >= since)
    for row in session.exec(wanted.execution_options(yield_per=500)):
        yield Trace(row.at, row.what, row.ref, row.detail)
