"""Which story a document belongs to. Stories group, and never hide: every document keeps its own reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from watchlist.store.events import SAME_NEWS, Told, authorities_agree
from watchlist.store.tables import EventRow, ReportRow, RevisionRow, StoryRow

SAME_WORDING = timedelta(days=30)
"""For so long a copy of a text is the same story; the same words a year later are a new one."""


def story_for(session: Session, content_sha: str, told: Sequence[Told], now: datetime) -> int:
    """Return the story of a document that says something of the watchlist, or begin one.

    The same wording elsewhere is the same story; so is a report of the same step (entry, action, stage, an
    authority and a date that agree) within three days.
    """
    found = _same_wording(session, content_sha, now)
    if found is None:
        found = next((story for one in told if (story := _same_step(session, one, now)) is not None), None)
    if found is not None:
        return found
    row = StoryRow(started_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def _same_wording(session: Session, content_sha: str, now: datetime) -> int | None:
    return session.exec(
        select(RevisionRow.story_id)
        .where(
            RevisionRow.content_sha == content_sha,
            col(RevisionRow.story_id).is_not(None),
            col(RevisionRow.first_seen_at) >= now - SAME_WORDING,
        )
        .order_by(col(RevisionRow.id).desc())
    ).first()


def _same_step(session: Session, told: Told, now: datetime) -> int | None:
    if told.action is None:
        return None
    entry_id, action, stage, authority, effective = told.identity
    rows = session.exec(
        select(EventRow.authority, EventRow.effective, ReportRow.story_id)
        .join(ReportRow, col(ReportRow.event_id) == EventRow.id)
        .where(
            EventRow.entry_id == entry_id,
            EventRow.action == action,
            EventRow.stage == stage,
            col(ReportRow.first_seen_at) >= now - SAME_NEWS,
        )
        .order_by(col(ReportRow.id).desc())
    )
    for known_authority, known_effective, story_id in rows:
        dates_agree = not effective or not known_effective or effective == known_effective
        if dates_agree and authorities_agree(known_authority, authority):
            return story_id
    return None
