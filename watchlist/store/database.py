"""The one door to the database: opens it, brings its schema up to date, hands out sessions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session


class Database:
    """An open database whose schema is that of this program. Share it between threads; sessions are per thread."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded file (one writer, one daemon) rather than a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading: one consistent view, never committed. StoreError on a database failure."""
        raise NotImplementedError
        yield

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in a write transaction: commits at the end, rolls back on any exception.

        SQLite: BEGIN IMMEDIATE, so that a second writer waits instead of failing. No HTTP or SMTP inside.
        """
        raise NotImplementedError
        yield

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open (or make) the database at an SQLAlchemy URL and apply the migrations shipped with this program.

    ``sqlite:///path/to/file.db`` or ``postgresql://user@host/name``. Raises StoreError, one line, when it is
    not a database, is newer than this program, is locked, or may not be read or written.
    """
    raise NotImplementedError
