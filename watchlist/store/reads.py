"""What others read of the facts: reports of events after a cursor, and the health of the sources."""

from datetime import datetime

from sqlmodel import Session

from watchlist.model import Event, EventReport, SourceHealth


def reports_after(session: Session, cursor: int, limit: int = 500) -> list[EventReport]:
    """Return the reports with an id above ``cursor``, oldest first, at most ``limit``.

    Ids become visible in ascending order (also on PostgreSQL with many writers), so the last id read is a safe
    cursor: nothing appears behind it later.
    """
    raise NotImplementedError


def last_report(session: Session) -> int:
    """Return the highest report id, 0 when there is none: where a new reader's cursor may start."""
    raise NotImplementedError


def report(session: Session, report_id: int) -> EventReport | None:
    """Return one report, or None."""
    raise NotImplementedError


def reports_of_event(session: Session, event_id: int) -> list[EventReport]:
    """Return all reports of one event, oldest first."""
    raise NotImplementedError


def events_of_entry(session: Session, entry: str) -> list[Event]:
    """Return an entry's events, oldest first (mentions without an action too)."""
    raise NotImplementedError


def events_of_case(session: Session, case_id: int) -> list[Event]:
    """Return the chain of events of one case, oldest first."""
    raise NotImplementedError


def source_health(session: Session, now: datetime) -> list[SourceHealth]:
    """Return how every source fares, by name."""
    raise NotImplementedError
