"""Which story a document belongs to. Stories group, and never hide: every document keeps its own reports."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from watchlist.signatures import Signature
from watchlist.store.codec import signature_from_json
from watchlist.store.events import Told
from watchlist.store.tables import EventRow, ReportRow, RevisionRow, SignatureRow, StoryRow
from watchlist.stories import COPY_WINDOW, Candidate, assign

_MOST = 60
"""So many recent documents on the same names are compared; a story is found long before."""


def story_for(
    session: Session, signature: Signature | None, content_sha: str, told: Sequence[Told], now: datetime
) -> int:
    """Return the story of a document that says something of the watchlist, or begin one.

    The same wording elsewhere is the same story; else the documents told lately of the same entries are compared
    (``watchlist.stories``).
    """
    found = _same_wording(session, content_sha, now)
    if found is None and signature is not None and told:
        found = assign(signature, _candidates(session, told, now)).story_id
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
            col(RevisionRow.first_seen_at) >= now - COPY_WINDOW,
        )
        .order_by(col(RevisionRow.id).desc())
    ).first()


def _candidates(session: Session, told: Sequence[Told], now: datetime) -> Iterator[Candidate]:
    """Yield the latest documents that tell something of the same entries, with their stories."""
    entries = sorted({one.entry_id for one in told})
    latest = (
        select(ReportRow.finding_id, ReportRow.story_id)
        .join(EventRow, col(EventRow.id) == ReportRow.event_id)
        .where(col(EventRow.entry_id).in_(entries), col(ReportRow.first_seen_at) >= now - COPY_WINDOW)
        .distinct()
        .order_by(col(ReportRow.finding_id).desc())
        .limit(_MOST)
    )
    stories = dict(session.exec(latest).all())
    # The documents of one fetch are compared with much the same ones: each is read once a transaction.
    read: dict[int, Signature] = session.info.setdefault("signatures", {})
    missing = [finding_id for finding_id in stories if finding_id not in read]
    for row in session.exec(select(SignatureRow).where(col(SignatureRow.finding_id).in_(missing))):
        read[row.finding_id] = signature_from_json(row.body)
    for finding_id in sorted(stories, reverse=True):
        if finding_id in read:
            yield Candidate(stories[finding_id], read[finding_id])
