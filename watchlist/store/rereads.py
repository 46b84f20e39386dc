"""Documents that the present watchlist and rules have not read yet, though they are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, func, select

from watchlist.store.items import Recognised, document_of
from watchlist.store.tables import FindingRow, ItemRow, RevisionRow, SourceRow


@dataclass(frozen=True, slots=True)
class Stale:
    """The wording in force of one item, read by other names or rules only."""

    source_id: int
    source: str
    recognised: Recognised


def stale(
    session: Session, fingerprint: str, since: datetime, limit: int, among: Sequence[int] | None = None
) -> list[Stale]:
    """Return items whose wording in force, first seen from ``since`` on, lacks a reading of this fingerprint.

    The latest first, at most ``limit``; ``among`` these wordings only, where it is given.
    """
    statement = (
        select(RevisionRow, ItemRow.uid, SourceRow.id, SourceRow.name)
        .join(ItemRow, col(ItemRow.revision_id) == RevisionRow.id)
        .join(SourceRow, col(SourceRow.id) == ItemRow.source_id)
        .outerjoin(
            FindingRow,
            and_(col(FindingRow.revision_id) == RevisionRow.id, col(FindingRow.fingerprint) == fingerprint),
        )
        .where(
            col(FindingRow.id).is_(None),
            col(RevisionRow.first_seen_at) >= since,
            col(RevisionRow.pruned_at).is_(None),
            SourceRow.kind != "list",  # lists are screened by name, not read as texts
        )
        .order_by(col(RevisionRow.id).desc())
        .limit(limit)
    )
    if among is not None:
        statement = statement.where(col(RevisionRow.id).in_(list(among)))
    found = []
    for revision, uid, source_id, source in session.exec(statement):
        assert source_id is not None
        document = document_of(revision, uid, source)
        recognised = Recognised(
            document, revision.content_sha, revision.item_id, revision.id, changed=False, prior=document
        )
        found.append(Stale(source_id, source, recognised))
    return found


def stored_since(session: Session, since: datetime) -> tuple[int, int]:
    """Return the id of the first wording seen from ``since`` on (0 without one), and how many there are.

    Notices of official lists do not count: they are not read as texts.
    """
    statement = (
        select(func.min(RevisionRow.id), func.count())
        .join(ItemRow, col(ItemRow.id) == RevisionRow.item_id)
        .join(SourceRow, col(SourceRow.id) == ItemRow.source_id)
        .where(col(RevisionRow.first_seen_at) >= since, SourceRow.kind != "list")
    )
    first, count = session.exec(statement).one()
    return first or 0, count


def still_in_force(session: Session, items: Iterable[Recognised]) -> set[int]:
    """Return the ids of the items among these whose wording has not changed since it was looked up."""
    wanted = {one.item_id: one.revision_id for one in items}
    rows = session.exec(select(ItemRow.id, ItemRow.revision_id).where(col(ItemRow.id).in_(list(wanted))))
    return {id_ for id_, revision in rows if id_ is not None and wanted[id_] == revision}
