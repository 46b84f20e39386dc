"""The whole audit trail in one stream: what was fetched, read, reported, decided and mailed, oldest first."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alerts.ledger import audit
from watchlist.store import trail


def export(session: Session, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Yield one plain object a line, ``at`` (UTC) and ``what`` first; docs/audit.md tells the others."""
    parts = (
        trail.fetches(session, since),
        trail.documents(session, since),
        trail.reports(session, since),
        audit.decisions(session, since),
        _lines(session, since),
    )
    for at, line in heapq.merge(*parts, key=lambda pair: pair[0]):
        yield {"at": at.isoformat(), **line}


def _lines(session: Session, since: datetime | None) -> Iterator[tuple[datetime, dict[str, Any]]]:
    for one in audit.trail(session, since=since):
        yield one.at, {"what": one.what, "ref": one.ref, **one.detail}
