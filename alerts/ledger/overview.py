"""Alerts as a person looks at them: facts, readers, acknowledgement."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from alerts.ledger.audit import note as trace
from alerts.ledger.codec import facts_from_json
from alerts.ledger.decisions import DISMISSED, MAILED, WAITING
from alerts.ledger.tables import AlertRow, DeliveryItemRow, DismissalRow
from alerts.model import Facts
from watchlist.entries import entry_key

_AT_ONCE = 500
"""Alerts whose readers are looked up in one statement."""


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert with (reader, ``waiting``/``mailed``/``withdrawn``/``dismissed``) for each who hears of it."""

    id: int
    facts: Facts
    created: datetime
    acked: datetime | None
    acked_note: str
    readers: tuple[tuple[str, str], ...]


def alert(session: Session, number: int) -> AlertView | None:
    """Return one alert, or None."""
    row = session.get(AlertRow, number)
    return _views(session, [row])[0] if row else None


def alerts(
    session: Session,
    entry: str | None = None,
    *,
    limit: int,
    unread: bool = False,
    left_out: bool | None = None,
) -> list[AlertView]:
    """Return alerts, latest first: of one entry, ``unread`` (nobody acknowledged or dismissed them), or those that
    dismissals keep away from somebody (``left_out``; False: that somebody heard or hears of)."""
    away = select(DeliveryItemRow.alert_id).where(DeliveryItemRow.state == DISMISSED)
    heard = select(DeliveryItemRow.alert_id).where(DeliveryItemRow.state != DISMISSED)
    wrong = select(DismissalRow.alert_id).where(
        col(DismissalRow.removed_at).is_(None), col(DismissalRow.alert_id).is_not(None)
    )
    wanted = select(AlertRow).order_by(col(AlertRow.id).desc()).limit(limit)
    if entry is not None:
        wanted = wanted.where(AlertRow.entry == entry)
    if unread:
        wanted = wanted.where(
            col(AlertRow.acked_at).is_(None), col(AlertRow.id).not_in(away), col(AlertRow.id).not_in(wrong)
        )
    if left_out is not None:
        wanted = wanted.where(col(AlertRow.id).in_(away if left_out else heard))
    return _views(session, session.exec(wanted).all())


def in_story_of(session: Session, number: int, entry: str) -> AlertView | None:
    """Return the latest alert on a name in the same story as another alert, or None."""
    story = session.exec(select(AlertRow.story_id).where(AlertRow.id == number)).first()
    rows = session.exec(select(AlertRow).where(AlertRow.story_id == story).order_by(col(AlertRow.id).desc()))
    found = next((row for row in rows if entry_key(row.entry) == entry_key(entry)), None)
    return _views(session, [found])[0] if found else None


def told_alerts(session: Session, limit: int, muted: Collection[str | None] = frozenset()) -> list[AlertView]:
    """Return the latest alerts that somebody heard or will hear of, latest first.

    ``muted`` names (None in it = all) are held back from everybody: of them only what was mailed before.
    """
    mailed = select(DeliveryItemRow.alert_id).where(DeliveryItemRow.state == MAILED)
    waiting = select(DeliveryItemRow.alert_id).where(DeliveryItemRow.state == WAITING)
    free = col(AlertRow.entry).not_in([name for name in muted if name is not None])
    heard: Any = col(AlertRow.id).in_(mailed)
    if None not in muted:
        heard = or_(heard, and_(col(AlertRow.id).in_(waiting), free))
    wanted = select(AlertRow).where(heard).order_by(col(AlertRow.id).desc()).limit(limit)
    return _views(session, session.exec(wanted).all())


def all_alerts(session: Session) -> Iterator[AlertView]:
    """Return every alert, oldest first, in bounded memory."""
    last = 0
    while True:
        rows = session.exec(
            select(AlertRow).where(col(AlertRow.id) > last).order_by(col(AlertRow.id)).limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        last = rows[-1].id or last
        yield from _views(session, rows)
        session.expunge_all()


def acknowledge(session: Session, number: int, note: str, now: datetime) -> None:
    """Note that a person has dealt with an alert."""
    row = session.get_one(AlertRow, number)
    row.acked_at, row.acked_note = now, note
    session.add(row)
    trace(session, now, "alert.acknowledged", f"alert {number}", note=note)
    session.flush()


def _views(session: Session, rows: Sequence[AlertRow]) -> list[AlertView]:
    """Return alerts with their readers, in the order of the rows."""
    heard: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows if row.id is not None}
    ids = list(heard)
    for start in range(0, len(ids), _AT_ONCE):
        items = session.exec(
            select(DeliveryItemRow.alert_id, DeliveryItemRow.reader, DeliveryItemRow.state)
            .where(col(DeliveryItemRow.alert_id).in_(ids[start : start + _AT_ONCE]))
            .order_by(col(DeliveryItemRow.reader))
        )
        for alert_id, reader, state in items:
            heard[alert_id].append((reader, state))
    return [
        AlertView(
            row.id, facts_from_json(row.facts), row.created_at, row.acked_at, row.acked_note, tuple(heard[row.id])
        )
        for row in rows
        if row.id is not None
    ]  # fmt: skip
