"""Dismissals: what a person called "not them", what that keeps away, and how it comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from alerts.ledger.audit import note
from alerts.ledger.codec import facts_from_json
from alerts.ledger.decisions import DISMISSED, WAITING
from alerts.ledger.tables import AlertRow, DeliveryItemRow, DismissalRow
from alerts.model import Code, Dismissal
from alerts.rules import covers
from watchlist.errors import UsageError


def dismissals(session: Session) -> tuple[Dismissal, ...]:
    """Return the dismissals in force."""
    rows = session.exec(
        select(DismissalRow).where(col(DismissalRow.removed_at).is_(None)).order_by(col(DismissalRow.id))
    )
    return tuple(map(_dismissal, rows))


@dataclass(frozen=True, slots=True)
class Dismissed:
    """What a dismissal did: its id, and how many waiting items of like alerts it took out of the next mails."""

    id: int
    withdrawn: int


def dismiss(
    session: Session,
    alert_id: int | None,
    entry: str,
    alias: str,
    context: str,
    note_text: str,
    now: datetime,
) -> Dismissed:
    """Remember a false match by what made it, and take its like out of what waits. A like one is not doubled."""
    row = session.exec(
        select(DismissalRow).where(
            DismissalRow.entry == entry,
            DismissalRow.alias == alias,
            DismissalRow.context == context,
            col(DismissalRow.removed_at).is_(None),
        )
    ).first()
    if row is None:
        row = DismissalRow(
            alert_id=alert_id, entry=entry, alias=alias, context=context, note=note_text, created_at=now
        )
        session.add(row)
        session.flush()
        note(
            session, now, "dismissal.added", f"dismissal {row.id}",
            entry=entry, alias=alias, context=context, note=note_text,
        )  # fmt: skip
    withdrawn = _keep_away(session, _dismissal(row), now)
    return Dismissed(row.id or 0, withdrawn)


def _keep_away(session: Session, dismissal: Dismissal, now: datetime) -> int:
    count = 0
    for item, alert in _items(session, DeliveryItemRow.state == WAITING, AlertRow.entry == dismissal.entry):
        if covers(dismissal, facts_from_json(alert.facts)):
            item.state, item.dismissal_id = DISMISSED, dismissal.id
            item.code = Code.DISMISSED
            item.reason = f"like dismissal {dismissal.id}: {dismissal.alias!r} is not {dismissal.entry}"
            session.add(item)
            note(
                session, now, "item.dismissed", f"alert {item.alert_id}",
                reader=item.reader, dismissal=dismissal.id,
            )  # fmt: skip
            count += 1
    session.flush()
    return count


def take_back(session: Session, dismissal_id: int, now: datetime) -> int | None:
    """Take a dismissal back. Returns how many items it kept away wait again, or None when there is none in force."""
    row = session.get(DismissalRow, dismissal_id)
    if row is None or row.removed_at is not None:
        return None
    row.removed_at = now
    session.add(row)
    session.flush()
    note(session, now, "dismissal.taken-back", f"dismissal {dismissal_id}", entry=row.entry)
    others = dismissals(session)
    count = 0
    for item, alert in _items(session, DeliveryItemRow.dismissal_id == dismissal_id):
        other = next((d for d in others if covers(d, facts_from_json(alert.facts))), None)
        item.dismissal_id = other.id if other else None
        if other is None and item.state == DISMISSED:
            item.state, item.code = WAITING, Code.DEFAULT
            item.reason = f"dismissal {dismissal_id} was taken back"
            count += 1
        session.add(item)
    session.flush()
    return count


def kept_away(session: Session) -> Mapping[int, int]:
    """Return how many alerts each dismissal keeps away now, by its id."""
    rows = session.exec(
        select(DeliveryItemRow.dismissal_id, func.count(func.distinct(DeliveryItemRow.alert_id)))
        .where(DeliveryItemRow.state == DISMISSED)
        .group_by(col(DeliveryItemRow.dismissal_id))
    )
    return {dismissal: count for dismissal, count in rows if dismissal is not None}


def made_from(session: Session) -> Mapping[int, str]:
    """Return the alerts that the dismissals in force were made from, each with the person's note."""
    rows = session.exec(
        select(DismissalRow.alert_id, DismissalRow.note).where(col(DismissalRow.removed_at).is_(None))
    )
    return {alert: text for alert, text in rows if alert is not None}


def to_data(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Return the dismissals in force as plain data, by entry, for a file."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in dismissals(session):
        found.setdefault(one.entry, []).append(
            {"alias": one.alias, "context": one.context, "note": one.note, "since": one.created.isoformat()}
        )
    return found


def from_data(session: Session, entry: str, kept: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Remember the dismissals that a file holds. Returns how many are in force. UsageError when it is not our form."""
    count = 0
    for one in kept:
        try:
            alias, context, text = str(one["alias"]), str(one["context"]), str(one.get("note", ""))
        except (KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{entry!r}: a dismissal needs an alias and a context") from error
        dismiss(session, None, entry, alias, context, text, now)
        count += 1
    return count


def _items(session: Session, *conditions: Any) -> list[tuple[DeliveryItemRow, AlertRow]]:
    rows = session.exec(
        select(DeliveryItemRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryItemRow.alert_id))
        .where(*conditions)
    ).all()
    return [(item, alert) for item, alert in rows]


def _dismissal(row: DismissalRow) -> Dismissal:
    return Dismissal(row.id or 0, row.entry, row.alias, row.context, row.created_at, row.note)
