"""What may be forgotten, and when: texts of old documents and old lines of the trail, never what an open case needs.

A case is **open** until its last event lifts or rejects it, and no other step was told as news since. Nothing that a report of an open case rests on is touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from watchlist.model import Stage
from watchlist.store import words
from watchlist.store.tables import (
    EventRow,
    FetchRow,
    FindingRow,
    ItemRow,
    PruningRow,
    ReportRow,
    RevisionRow,
    SignatureRow,
)

_CLOSED = (Stage.LIFTED.value, Stage.REJECTED.value)


def open_events() -> Any:
    """Return a subquery of the ids of all events in open cases."""
    other = aliased(EventRow)
    last = (
        select(func.max(EventRow.id))
        .where(col(EventRow.case_id).is_not(None))
        .group_by(col(EventRow.case_id))
    )
    told_since = (
        select(other.id)
        .where(
            other.case_id == EventRow.case_id,
            col(other.stage).not_in(_CLOSED),
            col(other.told_at) > col(EventRow.told_at),
        )
        .exists()
    )
    closed = select(EventRow.case_id).where(
        col(EventRow.id).in_(last), col(EventRow.stage).in_(_CLOSED), ~told_since
    )
    return select(EventRow.id).where(col(EventRow.case_id).is_not(None), col(EventRow.case_id).not_in(closed))


def empty_documents(session: Session, before: datetime, now: datetime, limit: int) -> int:
    """Empty the texts of at most ``limit`` documents first seen before then. Returns how many.

    Title, address, digest and what was found stay, so that the item is known when it comes again.
    """
    ids = list(session.exec(_old_documents(before).limit(limit)))
    if ids:
        words.remove(session.connection(), ids)
        session.exec(update(RevisionRow).where(col(RevisionRow.id).in_(ids)).values(text="", pruned_at=now))
        findings = select(FindingRow.id).where(col(FindingRow.revision_id).in_(ids))
        session.exec(delete(SignatureRow).where(col(SignatureRow.finding_id).in_(findings)))
    return len(ids)


def count_documents(session: Session, before: datetime) -> int:
    """Return how many documents ``empty_documents`` would empty in all."""
    return session.exec(select(func.count()).select_from(_old_documents(before).subquery())).one()


def _old_documents(before: datetime) -> Any:
    needed = select(ReportRow.revision_id).where(col(ReportRow.event_id).in_(open_events()))
    return (
        select(RevisionRow.id)
        .where(
            col(RevisionRow.first_seen_at) < before,
            col(RevisionRow.pruned_at).is_(None),
            col(RevisionRow.id).not_in(needed),
        )
        .order_by(col(RevisionRow.id))
    )


def delete_fetches(session: Session, before: datetime) -> int:
    """Delete lines of fetches before then, but those that brought a document of an open case. Within ``pruning``."""
    return session.exec(delete(FetchRow).where(*_old_fetches(before))).rowcount


def count_fetches(session: Session, before: datetime) -> int:
    """Return how many lines ``delete_fetches`` would delete."""
    return session.exec(select(func.count()).select_from(FetchRow).where(*_old_fetches(before))).one()


def _old_fetches(before: datetime) -> tuple[Any, ...]:
    brought = (
        select(ReportRow.id)
        .join(RevisionRow, col(RevisionRow.id) == ReportRow.revision_id)
        .join(ItemRow, col(ItemRow.id) == RevisionRow.item_id)
        .where(
            ItemRow.source_id == FetchRow.source_id,
            RevisionRow.first_seen_at == FetchRow.at,
            col(ReportRow.event_id).in_(open_events()),
        )
        .exists()
    )
    return (col(FetchRow.at) < before, ~brought)


@contextmanager
def pruning(session: Session) -> Iterator[None]:
    """Let this transaction delete from the append-only tables; every other one is refused. An error rolls it back."""
    row = PruningRow()
    session.add(row)
    session.flush()
    yield
    session.flush()
    session.delete(row)
    session.flush()
