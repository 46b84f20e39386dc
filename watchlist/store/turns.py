"""On PostgreSQL, some writes go one after the other."""

from sqlalchemy import text
from sqlmodel import Session

_LOCK_KEY = 0x77617472
"""Our number for PostgreSQL's advisory lock ("watr")."""


def take_turn(session: Session) -> None:
    """Wait until no other process is storing reports or registering sources; the commit ends the turn.

    The ids of reports then become visible in ascending order: a reader that has seen report 8 must never find a 7
    appear behind its cursor. SQLite has one writer anyhow.
    """
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
