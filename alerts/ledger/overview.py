"""Alerts as a person looks at them: facts, readers, acknowledgement."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from alerts.ledger.audit import note as trace
from alerts.ledger.codec import facts_from_json
from alerts.ledger.tables import AlertRow, DeliveryItemRow
from alerts.model import Facts


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert with (reader, ``waiting``/``mailed``/``withdrawn``) for each who hears of it."""

    id: int
    facts: Facts
    created: datetime
    acked: datetime | None
    acked_note: str
    readers: tuple[tuple[str, str], ...]


def alert(session: Session, number: int) -> AlertView | None:
    """Return one alert, or None."""
    row = session.get(AlertRow, number)
    return _view(session, row) if row else None


def alerts(session: Session, entry: str | None, limit: int) -> list[AlertView]:
    """Return alerts (of one entry), latest first."""
    wanted = select(AlertRow).order_by(col(AlertRow.id).desc()).limit(limit)
    if entry is not None:
        wanted = wanted.where(AlertRow.entry == entry)
    return [_view(session, row) for row in session.exec(wanted).all()]


def acknowledge(session: Session, number: int, note: str, now: datetime) -> None:
    """Note that a person has dealt with an alert."""
    row = session.get_one(AlertRow, number)
    row.acked_at, row.acked_note = now, note
    session.add(row)
    trace(session, now, "alert.acknowledged", f"alert {number}", note=note)
    session.flush()


def _view(session: Session, row: AlertRow) -> AlertView:
    assert row.id is not None
    items = session.exec(
        select(DeliveryItemRow.reader, DeliveryItemRow.state)
        .where(DeliveryItemRow.alert_id == row.id)
        .order_by(col(DeliveryItemRow.reader))
    ).all()
    readers = tuple((reader, state) for reader, state in items)
    return AlertView(
        row.id, facts_from_json(row.facts), row.created_at, row.acked_at, row.acked_note, readers
    )
