"""Imported holdings: who holds what of whom, by the file that told it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from watchlist.ownership.holdings import Holding
from watchlist.store.tables import HoldingRow


def replace_source(session: Session, source: str, holdings: Iterable[Holding], now: datetime) -> int:
    """Keep what a source tells now in place of all that it told before; return how many it told before."""
    before = forget(session, source)
    for one in holdings:
        session.add(
            HoldingRow(
                source=source,
                owner=one.owner,
                owned=one.owned,
                share=one.share,
                since=one.since,
                until=one.until,
                control=one.control,
                imported_at=now,
            )
        )
    session.flush()
    return before


def forget(session: Session, source: str) -> int:
    """Drop all that a source told; return how many holdings that were."""
    return session.exec(delete(HoldingRow).where(col(HoldingRow.source) == source)).rowcount


def list_all(session: Session) -> list[Holding]:
    """Return all imported holdings, in the order of their coming."""
    rows = session.exec(select(HoldingRow).order_by(col(HoldingRow.id)))
    return [Holding(r.owner, r.owned, r.share, r.since, r.until, r.control, r.source) for r in rows]


def sources(session: Session) -> list[tuple[str, int]]:
    """Return the sources of imported holdings, and how many each told, by name."""
    statement = select(HoldingRow.source, func.count()).group_by(HoldingRow.source)
    return sorted((name, many) for name, many in session.exec(statement))
