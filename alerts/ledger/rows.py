"""Rows that several processes may want to make at the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def ensure(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row unless one of its key is there: whoever comes second waits for the first and goes on."""
    server = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(table) if server else sqlite.insert(table)
    session.connection().execute(insert.values(**values).on_conflict_do_nothing())
