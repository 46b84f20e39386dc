"""The one door to the database: opens it, brings its schema up to date, hands out sessions.

SQLite's rules, each for a measured reason:

* ``BEGIN IMMEDIATE`` for every write session: a transaction that reads first and writes later fails at once
  with SQLITE_BUSY_SNAPSHOT (in WAL mode), whatever the time-out;
* the threads of a process write in the order in which they came (``watchlist.store.line``);
* ``synchronous=FULL``: what was told to a reader must survive a power cut;
* WAL only where the SQLite library has the fix of the WAL-reset corruption bug (3.7.0 to 3.51.2), else the
  rollback journal.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from watchlist.errors import ConfigError, StoreError
from watchlist.store import migrate
from watchlist.store.line import Line

BUSY_TIMEOUT_SECONDS = 30.0
_WRITE = "watchlist_write"


class Database:
    """An open database whose schema is that of this program. Share it between threads; sessions are per thread."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self.engine = engine
        self._line = Line()
        self._writer = engine.execution_options(**{_WRITE: True})
        self._reader = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded file (one writer, one daemon) rather than a server."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """Return the SQLite file, or None on a server."""
        return Path(self._url.database) if self.is_sqlite and self._url.database else None

    @property
    def place(self) -> str:
        """Name the database for a person: the file, or the address without its password."""
        if self.path:
            return str(self.path)
        return self._url.set(drivername="postgresql").render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading: one consistent view, never committed. StoreError on a database failure."""
        with explained(self.place), Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in a write transaction: commits at the end, rolls back on any exception.

        SQLite: BEGIN IMMEDIATE, so that a second writer waits instead of failing. No HTTP or SMTP inside.
        """
        turn = self._line.turn() if self.is_sqlite else nullcontext()
        with turn, explained(self.place), Session(self._writer) as session:
            session.connection()  # take the write lock now, so that what is read next is what is changed
            yield session
            session.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open (or make) the database at an SQLAlchemy URL and apply the migrations shipped with this program.

    ``sqlite:///path/to/file.db`` or ``postgresql://user@host/name``. Raises ConfigError on any other address, and
    StoreError, one line, when it is not a database, is newer than this program, is locked, or may not be read or written.
    """
    parsed = address_of(url)
    database = Database(parsed, _sqlite(parsed) if _is_sqlite(parsed) else _server(parsed))
    try:
        with explained(database.place):
            _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """Return the journal mode that is safe with an SQLite library of this version (see the module's head)."""
    major_minor, patch = version[:2], version[2]
    fixed = version >= (3, 51, 3) or (major_minor == (3, 50) and patch >= 7)
    return "wal" if fixed or (major_minor == (3, 44) and patch >= 6) else "delete"


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn a database's own failures into one StoreError line that names the database.

    Broken constraints and wrong SQL are our bugs, not the user's: they propagate as they are.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        raise StoreError(f"{place}: {_reason(error)}") from error


def _reason(error: DBAPIError) -> str:
    """Say what a driver's error means to a person, and what to do."""
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    told = lines[0].strip()
    low = told.lower()
    for sign, meaning in (
        ("database is locked", "the database is busy: another watchlist is writing; try again in a moment"),
        ("disk is full", "the disk is full: nothing was stored; make room and run again"),
        ("disk full", "the disk is full: nothing was stored; make room and run again"),
        ("no space left", "the disk is full: nothing was stored; make room and run again"),
        ("not a database", "this file is not a watchlist database; name another in `database`"),
        (
            "malformed",
            "the database file is damaged; restore a backup, or save it with `sqlite3 FILE .recover`",
        ),
        ("readonly", "the database may not be written by this user; check its permissions and its folder's"),
        (
            "unable to open",
            "the database cannot be opened by this user; check its permissions and its folder's",
        ),
        ("disk i/o error", "the disk reports an error (full, or failing): nothing was stored"),
    ):
        if sign in low:
            return meaning
    return f"the database does not answer: {told}"


def address_of(url: str) -> URL:
    """Return a database's address as the drivers take it. Raises ConfigError on one that could never be opened."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(
            "the database address is not understood; write sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from None
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if _is_sqlite(parsed):
        if not parsed.database or parsed.database == ":memory:":
            raise ConfigError("the database must be a file: write sqlite:///path/to/file.db")
        return parsed
    raise ConfigError(
        f"databases of the kind {parsed.drivername!r} are not supported;"
        " write sqlite:///path/to/file.db or postgresql://user@host/name"
    )


def _is_sqlite(url: URL) -> bool:
    return url.drivername in {"sqlite", "sqlite+pysqlite"}


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # SQLite gives its journal the mode of the database file: private from the first byte.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: the database cannot be made here ({error.strerror}); check the folder"
        ) from None
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _server(url: URL) -> Engine:
    options: dict[str, Any] = {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}
    try:
        return create_engine(url, **options)
    except (ImportError, NoSuchModuleError):
        raise StoreError(
            "PostgreSQL needs its driver: install it with `pip install 'watchlist[postgresql]'`"
        ) from None


def _bring_up_to_date(database: Database) -> None:
    if database.is_sqlite:
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            _set_journal_mode(raw)
    with database.engine.connect() as connection:
        current = migrate.check_known(migrate.schema_revision(connection))
    if current:
        return
    with database._writer.connect() as connection:
        if database.is_sqlite:
            # Without effect inside a transaction, so it goes to the driver before ours begins.
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                migrate.upgrade(connection)
        finally:
            connection.invalidate()


def _set_journal_mode(raw: Any) -> None:
    """Choose the journal once; the wish is dropped when others have the file open, for it needs it alone."""
    wanted = journal_mode()
    (present,) = raw.execute("PRAGMA journal_mode").fetchone()
    if present != wanted:
        try:
            raw.execute(f"PRAGMA journal_mode={wanted}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
