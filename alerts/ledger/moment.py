"""Whose clock counts: the database's on a server, so that several machines agree, else the caller's."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select


def moment_of(session: Session, now: datetime) -> datetime:
    """Return the moment that leases are measured by: the database's on a server, else the caller's."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.exec(select(func.clock_timestamp())).one()
        return moment
    return now
