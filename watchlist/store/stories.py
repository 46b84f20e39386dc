"""Which story a document belongs to. Stories group, and never hide: every document keeps its own reports."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from watchlist.model import Document, Finding
from watchlist.signatures import Signature
from watchlist.store.codec import action_from_json, match_from_json
from watchlist.store.events import Told
from watchlist.store.items import document_of
from watchlist.store.tables import EventRow, FindingRow, ReportRow, RevisionRow, StoryRow
from watchlist.stories import COPY_WINDOW, Candidate, assign

_MOST = 60
"""So many recent documents on the same names are compared; a story is found long before."""


def story_for(
    session: Session, document: Document, content_sha: str, told: Sequence[Told], now: datetime
) -> int:
    """Return the story of a document that says something of the watchlist, or begin one.

    The same wording elsewhere is the same story; else the documents told lately of the same entries are compared
    (``watchlist.stories``).
    """
    found = _same_wording(session, content_sha, now)
    if found is None and told:
        matches = tuple(one.match for one in told if one.match)
        actions = tuple(one.action for one in told if one.action)
        signature = Signature.of(document, Finding(document, matches, actions), now)
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
    revisions = (
        select(ReportRow.revision_id, ReportRow.finding_id)
        .join(EventRow, col(EventRow.id) == ReportRow.event_id)
        .where(col(EventRow.entry_id).in_(entries), col(ReportRow.first_seen_at) >= now - COPY_WINDOW)
        .distinct()
        .order_by(col(ReportRow.revision_id).desc())
        .limit(_MOST)
    )
    for revision_id, finding_id in session.exec(revisions).all():
        revision, finding = session.get(RevisionRow, revision_id), session.get(FindingRow, finding_id)
        if revision is None or finding is None or revision.story_id is None:
            continue
        document = document_of(revision, str(revision.item_id), revision.outlet)
        read = Finding(
            document,
            tuple(match_from_json(match) for match in finding.matches),
            tuple(action_from_json(action) for action in finding.actions),
        )
        yield Candidate(revision.story_id, Signature.of(document, read, revision.first_seen_at))
