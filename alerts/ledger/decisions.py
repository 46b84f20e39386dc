"""What was decided: cursor, alerts, decisions, and the items that wait for a mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from alerts.ledger.codec import facts_from_json
from alerts.ledger.rows import ensure
from alerts.ledger.tables import (
    AlertRow,
    CursorRow,
    DecisionRow,
    DeliveryItemRow,
    DigestRow,
    OutboxRow,
)
from alerts.model import Code, Delivery, Facts, Item, Reason, Section
from watchlist.model import ReportChange
from watchlist.store import reads

_CURSOR = "reports"

_LONGEST_QUIET = timedelta(hours=25)
"""Quiet hours end within a day (and an hour, where a clock change lengthens it): what waits longer was planned by a
clock that ran ahead."""

WAITING, MAILED, WITHDRAWN, DISMISSED = "waiting", "mailed", "withdrawn", "dismissed"

_SECTIONS = tuple(Section)
_RANKS_A_SECTION = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader has of some events: (event id, kind) pairs with an item, composed into a mail, or dismissed."""

    items: frozenset[tuple[int, ReportChange]]
    mailed: frozenset[tuple[int, ReportChange]]
    dismissed: frozenset[tuple[int, ReportChange]]


def take_cursor(session: Session) -> int:
    """Return the id of the last report that was decided on; other deciders wait until this transaction ends."""
    ensure(session, CursorRow, name=_CURSOR, report_id=0)
    row = session.exec(select(CursorRow).where(CursorRow.name == _CURSOR).with_for_update()).one()
    return row.report_id


def move_cursor(session: Session, report_id: int) -> None:
    """Remember the last report that was decided on."""
    session.exec(update(CursorRow).where(col(CursorRow.name) == _CURSOR).values(report_id=report_id))


def undecided_since(session: Session) -> datetime | None:
    """Return when the oldest report was stored that was not decided on yet."""
    cursor = select(CursorRow.report_id).where(CursorRow.name == _CURSOR)
    return reads.report_stored_after(session, session.exec(cursor).first() or 0)


def told(session: Session, events: Iterable[int]) -> dict[str, Told]:
    """Return what each reader has of these events; one who has nothing of any is not there."""
    wanted = (
        select(DeliveryItemRow.reader, AlertRow.event_id, AlertRow.kind, DeliveryItemRow.state)
        .join(AlertRow, col(DeliveryItemRow.alert_id) == col(AlertRow.id))
        .where(col(AlertRow.event_id).in_(set(events)))
    )
    found: dict[str, list[tuple[int, ReportChange, str]]] = {}
    for reader, event, kind, state in session.exec(wanted):
        found.setdefault(reader, []).append((event, ReportChange(kind), state))
    return {
        reader: Told(
            frozenset((event, kind) for event, kind, state in rows if state != DISMISSED),
            frozenset((event, kind) for event, kind, state in rows if state == MAILED),
            frozenset((event, kind) for event, kind, state in rows if state == DISMISSED),
        )
        for reader, rows in found.items()
    }


# ----- items ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """What may not be mailed now: muted names (None in it = all)."""

    entries: frozenset[str | None] = frozenset()

    @property
    def all(self) -> bool:
        """Say whether everything is muted."""
        return None in self.entries


def _ready(reader: str, now: datetime, held: Held, delivery: Delivery | None) -> Any:
    conditions = [
        col(DeliveryItemRow.reader) == reader,
        col(DeliveryItemRow.state) == WAITING,
        or_(
            col(DeliveryItemRow.not_before).is_(None),
            col(DeliveryItemRow.not_before) <= now,
            and_(
                col(DeliveryItemRow.code) == Code.QUIET.value,
                col(DeliveryItemRow.not_before) > now + _LONGEST_QUIET,
            ),
        ),
    ]
    if delivery is not None:
        conditions.append(col(DeliveryItemRow.delivery) == delivery.value)
    if held.entries:
        muted = select(AlertRow.id).where(col(AlertRow.entry).in_([e for e in held.entries if e is not None]))
        conditions.append(col(DeliveryItemRow.alert_id).not_in(muted))
    return and_(*conditions)


def waiting(
    session: Session, reader: str, now: datetime, held: Held, *, delivery: Delivery | None, limit: int
) -> list[Item]:
    """Return the items that may be mailed to a reader now, worst first, at most ``limit``."""
    if held.all:
        return []
    rows = session.exec(
        select(DeliveryItemRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryItemRow.alert_id))
        .where(_ready(reader, now, held, delivery))
        .order_by(col(DeliveryItemRow.rank), col(DeliveryItemRow.alert_id))
        .limit(limit)
    ).all()
    return [_item(item, alert) for item, alert in rows]


def readers_who_wait(session: Session, delivery: Delivery | None) -> set[str]:
    """Return the readers for whom anything waits, whether it may be mailed now or not."""
    wanted = select(DeliveryItemRow.reader).where(DeliveryItemRow.state == WAITING).distinct()
    if delivery is not None:
        wanted = wanted.where(DeliveryItemRow.delivery == delivery.value)
    return set(session.exec(wanted))


def count_waiting(session: Session, reader: str, now: datetime, held: Held) -> int:
    """Return how many items may be mailed to a reader now."""
    if held.all:
        return 0
    wanted = select(func.count()).select_from(DeliveryItemRow).where(_ready(reader, now, held, None))
    return session.exec(wanted).one()


def mark_mailed(
    session: Session,
    reader: str,
    digest_id: int,
    now: datetime,
    held: Held,
    alert_ids: Sequence[int] | None = None,
) -> int:
    """Bind items to a mail: those named, or all that may be mailed now. Returns how many they are."""
    conditions = _ready(reader, now, held, None)
    if alert_ids is not None:
        conditions = and_(conditions, col(DeliveryItemRow.alert_id).in_(alert_ids))
    return session.exec(
        update(DeliveryItemRow).where(conditions).values(state=MAILED, digest_id=digest_id)
    ).rowcount


def items_of_digest(session: Session, digest_id: int) -> list[Item]:
    """Return all that a mail told, worst first (also what it had no room to show)."""
    rows = session.exec(
        select(DeliveryItemRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryItemRow.alert_id))
        .where(DeliveryItemRow.digest_id == digest_id)
        .order_by(col(DeliveryItemRow.rank), col(DeliveryItemRow.alert_id))
    ).all()
    return [_item(item, alert) for item, alert in rows]


def rank_of(section: Section, place: tuple[int, int]) -> int:
    """Return what items and alerts are sorted by, worst first: their section, then ``alerts.severity.rank``."""
    return _SECTIONS.index(section) * _RANKS_A_SECTION + place[0] * 100 + place[1]


def _item(item: DeliveryItemRow, alert: AlertRow) -> Item:
    section = _SECTIONS[min(item.rank // _RANKS_A_SECTION, len(_SECTIONS) - 1)]
    return Item(item.alert_id, section, facts_from_json(alert.facts), Reason(Code(item.code), item.reason))


def told_of_cases(
    session: Session, reader: str, cases: Sequence[int]
) -> dict[int, tuple[datetime, Facts, str]]:
    """Return what a reader was told of some cases: when last, the facts of then, and his first mail's Message-ID."""
    found: dict[int, tuple[datetime, Facts, str]] = {}
    if not cases:
        return found
    rows = session.execute(
        select(AlertRow, DigestRow.composed_at, OutboxRow.message_id)
        .join(DeliveryItemRow, col(DeliveryItemRow.alert_id) == col(AlertRow.id))
        .join(DigestRow, col(DigestRow.id) == col(DeliveryItemRow.digest_id))
        .join(OutboxRow, col(OutboxRow.id) == col(DigestRow.outbox_id))
        .where(
            DeliveryItemRow.reader == reader,
            DeliveryItemRow.state == MAILED,
            col(AlertRow.case_id).in_(cases),
        )
        .order_by(col(DigestRow.id), col(AlertRow.id))
    )
    for alert, composed, message_id in rows:
        first = found[alert.case_id][2] if alert.case_id in found else message_id
        found[alert.case_id] = (composed, facts_from_json(alert.facts), first)
    return found


def dismissed_since(
    session: Session, reader: str | None, since: datetime | None
) -> tuple[tuple[str, int], ...]:
    """Return (name, how many reports) that were left out for a reader (None = all) by dismissals, most first."""
    count = func.count()
    wanted = (
        select(DecisionRow.entry, count)
        .where(DecisionRow.code == Code.DISMISSED.value)
        .group_by(col(DecisionRow.entry))
        .order_by(count.desc(), col(DecisionRow.entry))
    )
    if reader is not None:
        wanted = wanted.where(DecisionRow.reader == reader)
    if since is not None:
        wanted = wanted.where(DecisionRow.decided_at > since)
    return tuple((entry, number) for entry, number in session.exec(wanted))


@dataclass(frozen=True, slots=True)
class Answer:
    """One stored decision, for people: who, what, why, when, and under which rules."""

    id: int
    report_id: int
    event_id: int
    alert_id: int | None
    reader: str
    entry: str
    kind: ReportChange
    delivery: Delivery
    section: Section
    reason: Reason
    rule: str | None
    rules_fingerprint: str
    decided_at: datetime


def explain_event(session: Session, event_id: int) -> list[Answer]:
    """Return every decision on an event, also the "not mailed" ones, oldest first."""
    rows = session.exec(
        select(DecisionRow).where(DecisionRow.event_id == event_id).order_by(col(DecisionRow.id))
    )
    return list(map(_answer, rows))


def explain_entry(session: Session, entry: str, limit: int) -> list[Answer]:
    """Return the latest decisions on a name, also where no alert came of it, latest first."""
    rows = session.exec(
        select(DecisionRow)
        .where(DecisionRow.entry == entry)
        .order_by(col(DecisionRow.id).desc())
        .limit(limit)
    )
    return list(map(_answer, rows))


def _answer(row: DecisionRow) -> Answer:
    return Answer(
        row.id or 0, row.report_id, row.event_id, row.alert_id, row.reader, row.entry, ReportChange(row.kind),
        Delivery(row.delivery), Section(row.section), Reason(Code(row.code), row.reason), row.rule,
        row.rules_fingerprint, row.decided_at,
    )  # fmt: skip
