"""The facts' part of the audit trail as plain data, oldest first: fetches, documents read, events reported."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from watchlist.store.tables import (
    EntryRow,
    EventRow,
    FetchRow,
    FindingRow,
    ItemRow,
    ReportRow,
    RevisionRow,
    SourceRow,
)

Line = tuple[datetime, dict[str, Any]]
"""When, and what."""

_BATCH = 500


def fetches(session: Session, since: datetime | None = None) -> Iterator[Line]:
    """Yield every visit to a source: outcome, pages with digest and validators, counts, the fingerprint in force."""
    wanted: Any = (
        select(FetchRow, SourceRow.name)
        .join(SourceRow, col(SourceRow.id) == FetchRow.source_id)
        .order_by(col(FetchRow.at), col(FetchRow.id))
    )
    if since is not None:
        wanted = wanted.where(col(FetchRow.at) >= since)
    for row, source in session.execute(wanted.execution_options(yield_per=_BATCH)):
        yield (
            row.at,
            {
                "what": "source.fetched",
                "source": source,
                "outcome": row.outcome,
                "pages": row.pages,
                "documents": row.documents,
                "new": row.new,
                "revised": row.revised,
                "matched": row.matched,
                "baseline": row.baseline,
                "errors": row.errors,
                "fingerprint": row.fingerprint,
            },
        )


def documents(session: Session, since: datetime | None = None) -> Iterator[Line]:
    """Yield every reading of a document: which wording (SHA-256), by which fingerprint, what was found."""
    wanted: Any = (
        select(FindingRow)
        .add_columns(
            col(RevisionRow.content_sha), col(RevisionRow.title), col(RevisionRow.url), col(RevisionRow.first_seen_at),
            col(ItemRow.uid), col(SourceRow.name),
        )
        .join(RevisionRow, col(RevisionRow.id) == FindingRow.revision_id)
        .join(ItemRow, col(ItemRow.id) == RevisionRow.item_id)
        .join(SourceRow, col(SourceRow.id) == ItemRow.source_id)
        .order_by(col(FindingRow.made_at), col(FindingRow.id))
    )  # fmt: skip
    if since is not None:
        wanted = wanted.where(col(FindingRow.made_at) >= since)
    for found, sha, title, url, seen, uid, source in session.execute(
        wanted.execution_options(yield_per=_BATCH)
    ):
        yield (
            found.made_at,
            {
                "what": "document.read",
                "source": source,
                "document": uid,
                "title": title,
                "url": url,
                "sha256": sha,
                "first_seen": seen.isoformat(),
                "fingerprint": found.fingerprint,
                "matches": [
                    {"entry": match["entry"], "verdict": match["verdict"], "score": match["score"]}
                    for match in found.matches
                ],
                "actions": [
                    {
                        key: action.get(key)
                        for key in ("target", "action", "stage", "authority", "effective", "new")
                    }
                    for action in found.actions
                ],
                "error": found.error,
            },
        )


def reports(session: Session, since: datetime | None = None) -> Iterator[Line]:
    """Yield every report of an event: which document told it, as what."""
    wanted: Any = (
        select(ReportRow, EventRow)
        .add_columns(col(EntryRow.name), col(RevisionRow.content_sha), col(RevisionRow.url))
        .join(EventRow, col(EventRow.id) == ReportRow.event_id)
        .join(EntryRow, col(EntryRow.id) == EventRow.entry_id)
        .join(RevisionRow, col(RevisionRow.id) == ReportRow.revision_id)
        .order_by(col(ReportRow.first_seen_at), col(ReportRow.id))
    )
    if since is not None:
        wanted = wanted.where(col(ReportRow.first_seen_at) >= since)
    for row, event, entry, sha, url in session.execute(wanted.execution_options(yield_per=_BATCH)):
        yield (
            row.first_seen_at,
            {
                "what": "event.reported",
                "report": row.id,
                "event": row.event_id,
                "case": event.case_id,
                "entry": entry,
                "action": event.action or None,
                "stage": event.stage or None,
                "authority": event.authority or None,
                "effective": event.effective or None,
                "change": row.change,
                "baseline": row.baseline,
                "sha256": sha,
                "url": url,
            },
        )
