"""What others read of the facts: reports of events after a cursor, and the health of the sources."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Executable, func
from sqlmodel import Session, col, select

from watchlist.model import (
    ActionKind,
    Document,
    Event,
    EventReport,
    ReportChange,
    SourceHealth,
    Stage,
    StoryRef,
)
from watchlist.store.codec import action_from_json, match_from_json
from watchlist.store.entries import row_key
from watchlist.store.events import authorities_agree
from watchlist.store.items import document_of, in_batches
from watchlist.store.tables import EntryRow, EventRow, ItemRow, ReportRow, RevisionRow, SourceRow

_MOST_TOLD = 50
SILENT_AFTER = timedelta(hours=24)
"""A source that has not been read for so long (or for four of its intervals, if that is longer) is silent."""


def reports_after(session: Session, cursor: int, limit: int = 500) -> list[EventReport]:
    """Return the reports with an id above ``cursor``, oldest first, at most ``limit``.

    Ids become visible in ascending order (also on PostgreSQL with many writers), so the last id read is a safe
    cursor: nothing appears behind it later. Documents come with their text: choose ``limit`` by memory.
    """
    return _reports(session, _REPORTS.where(col(ReportRow.id) > cursor).limit(limit))


def report_stored_after(session: Session, cursor: int) -> datetime | None:
    """Return when the first report with an id above ``cursor`` was stored, or None when there is none."""
    wanted = select(ReportRow.first_seen_at).where(col(ReportRow.id) > cursor)
    return session.exec(wanted.order_by(col(ReportRow.id)).limit(1)).first()


def last_report(session: Session) -> int:
    """Return the highest report id, 0 when there is none: where a new reader's cursor may start."""
    return session.exec(select(func.max(ReportRow.id))).one() or 0


def report(session: Session, report_id: int) -> EventReport | None:
    """Return one report, or None."""
    return next(iter(_reports(session, _REPORTS.where(col(ReportRow.id) == report_id))), None)


def reports_by_id(session: Session, ids: Iterable[int]) -> list[EventReport]:
    """Return these reports, by id; unknown ones are left out."""
    found: list[EventReport] = []
    for batch in in_batches(sorted(set(ids))):
        found += _reports(session, _REPORTS.where(col(ReportRow.id).in_(batch)))
    return found


def reports_of_event(session: Session, event_id: int) -> list[EventReport]:
    """Return all reports of one event, oldest first."""
    return _reports(session, _REPORTS.where(col(ReportRow.event_id) == event_id))


def events_of_entry(session: Session, entry: str) -> list[Event]:
    """Return an entry's events, oldest first (mentions without an action too); also of an entry removed since."""
    return _events(session, _EVENTS.where(EntryRow.key == row_key(entry)))


def first_told(
    session: Session, entry: str, action: ActionKind, stage: Stage, authority: str | None, since: datetime
) -> EventReport | None:
    """Return the first report since a moment that told, as news, a step on an entry by this authority or its country.

    Lists' own notices are left out: it is what was announced elsewhere.
    """
    statement = _REPORTS.where(
        EntryRow.key == row_key(entry),
        EventRow.action == action.value,
        EventRow.stage == stage.value,
        col(ReportRow.baseline).is_(False),
        col(ReportRow.first_seen_at) >= since,
    )
    for report in _reports(session, statement.limit(_MOST_TOLD)):
        told = report.event.authority or ""
        if "list" not in report.document.facts and authorities_agree(told, authority or ""):
            return report
    return None


def events_of_cases(session: Session, cases: Iterable[int]) -> dict[int, list[Event]]:
    """Return the actions of those cases that have more than one, oldest first, by case."""
    found: dict[int, list[Event]] = {}
    for batch in in_batches(sorted(set(cases))):
        for event in _events(session, _EVENTS.where(col(EventRow.case_id).in_(batch), EventRow.action != "")):
            found.setdefault(event.case_id or 0, []).append(event)
    return {case: events for case, events in found.items() if len(events) > 1}


def source_health(session: Session, now: datetime) -> list[SourceHealth]:
    """Return how every source fares, by name."""
    counts = dict(
        session.exec(select(ItemRow.source_id, func.count()).group_by(col(ItemRow.source_id))).all()
    )
    rows = session.exec(select(SourceRow).where(col(SourceRow.removed_at).is_(None))).all()
    health = [_health(row, counts.get(row.id or 0, 0), now) for row in rows]
    return sorted(health, key=lambda one: one.name)


def _health(row: SourceRow, items: int, now: datetime) -> SourceHealth:
    patience = max(SILENT_AFTER, 4 * timedelta(minutes=row.poll_minutes or 60))
    heard = row.last_success_at or row.added_at
    silent = not row.paused and row.gone_at is None and now - heard > patience
    return SourceHealth(
        name=row.name,
        kind=row.kind,
        url=row.url,
        added_at=row.added_at,
        last_attempt=row.last_attempt_at,
        last_success=row.last_success_at,
        next_due=row.next_due_at,
        failures=row.failures,
        problem=row.problem,
        paused=row.paused,
        gone=row.gone_at is not None,
        silent=silent,
        moved_to=row.moved_to,
        items=items,
        lost_since=row.gone_at or (heard + patience if silent else None),
    )


# ----- from rows to stage types -----------------------------------------------------------------------------

_EVENTS = (
    select(EventRow, EntryRow.name)
    .join(EntryRow, col(EntryRow.id) == EventRow.entry_id)
    .order_by(col(EventRow.first_seen_at), col(EventRow.id))
)
_REPORTS = (
    select(ReportRow, EventRow, EntryRow.name)
    .join(EventRow, col(EventRow.id) == ReportRow.event_id)
    .join(EntryRow, col(EntryRow.id) == EventRow.entry_id)
    .order_by(col(ReportRow.id))
)


def _events(session: Session, statement: Executable) -> list[Event]:
    return [_event(row, name) for row, name in session.execute(statement)]


def _event(row: EventRow, entry: str) -> Event:
    assert row.id is not None
    return Event(
        id=row.id,
        entry=entry,
        action=ActionKind(row.action) if row.action else None,
        stage=Stage(row.stage) if row.stage else None,
        authority=row.authority or None,
        effective=_day(row.effective),
        until=_day(row.until),
        case_id=row.case_id,
        first_seen=row.first_seen_at,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _reports(session: Session, statement: Executable) -> list[EventReport]:
    rows = session.execute(statement).all()
    documents = _documents(session, {row.revision_id for row, _, _ in rows})
    stories = _stories(session, {row.story_id for row, _, _ in rows})
    return [_report(row, event, name, documents, stories) for row, event, name in rows]


def _report(
    row: ReportRow,
    event: EventRow,
    entry: str,
    documents: dict[int, Document],
    stories: dict[int, StoryRef],
) -> EventReport:
    assert row.id is not None
    # The entry may have been renamed since: the report tells of it by its present name.
    return EventReport(
        id=row.id,
        event=_event(event, entry),
        change=ReportChange(row.change),
        baseline=row.baseline,
        story=stories[row.story_id],
        revision_id=row.revision_id,
        document=documents[row.revision_id],
        first_seen=row.first_seen_at,
        match=match_from_json({**row.match, "entry": entry}) if row.match else None,
        action=action_from_json({**row.action, "target": entry}) if row.action else None,
    )


def _documents(session: Session, revision_ids: Iterable[int]) -> dict[int, Document]:
    found: dict[int, Document] = {}
    for batch in in_batches(sorted(revision_ids)):
        statement = (
            select(RevisionRow, ItemRow.uid, SourceRow.name)
            .join(ItemRow, col(ItemRow.id) == RevisionRow.item_id)
            .join(SourceRow, col(SourceRow.id) == ItemRow.source_id)
            .where(col(RevisionRow.id).in_(batch))
        )
        for revision, uid, source in session.exec(statement):
            assert revision.id is not None
            found[revision.id] = document_of(revision, uid, source)
    return found


def _stories(session: Session, ids: Iterable[int]) -> dict[int, StoryRef]:
    found: dict[int, StoryRef] = {}
    for batch in in_batches(sorted(ids)):
        statement = (
            select(
                RevisionRow.story_id,
                func.count(func.distinct(RevisionRow.item_id)),
                func.count(func.distinct(RevisionRow.outlet)),
            )
            .where(col(RevisionRow.story_id).in_(batch))
            .group_by(col(RevisionRow.story_id))
        )
        for story_id, documents, outlets in session.exec(statement):
            assert story_id is not None
            found[story_id] = StoryRef(story_id, documents, outlets)
    return found
