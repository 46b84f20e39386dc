"""Opening databases: made, migrated, private, refused in one line."""

import contextlib
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import BOTH
from sqlalchemy import text
from sqlmodel import SQLModel, select

import watchlist.store.list_tables
import watchlist.store.tables
from watchlist.errors import ConfigError, StoreError
from watchlist.store import migrate
from watchlist.store.database import journal_mode, open_database
from watchlist.store.tables import HeartbeatRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(params=BOTH)
def fresh_url(request):
    """Give the address of a database that holds nothing, not even tables."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "empty_postgres_url")


def test_the_migrations_make_the_tables_of_the_program(fresh_url):
    """A column that is in the tables but in no migration would break every database of a user."""
    with contextlib.suppress(ImportError):
        import alerts.ledger.tables  # noqa: F401  (its tables are in the same chain)
    assert watchlist.store.tables
    assert watchlist.store.list_tables
    assert watchlist.store.list_tables
    database = open_database(fresh_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_a_table_of_rows}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_the_chain_is_straight_and_known():
    """The quick look at the file names must agree with what Alembic makes of the chain."""
    config = Config()
    config.set_main_option("script_location", "watchlist:store/migrations")
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert list(reversed([step.revision for step in script.walk_revisions()])) == migrate.known_revisions()
    assert script.get_heads() == [migrate.known_revisions()[-1]]


def test_opening_again_changes_nothing(database, database_url):
    """Every command opens the database: it must find its data as they were."""
    with database.write() as session:
        session.add(HeartbeatRow(name="run", beat_at=NOON))
    again = open_database(database_url)
    with again.read() as session:
        assert session.exec(select(HeartbeatRow.name)).all() == ["run"]
    again.close()


def _is_a_table_of_rows(name: str | None, kind: str, parents: object) -> bool:
    """Tell the tables of the program from the index by words, which each database keeps in its own way."""
    return not (kind == "table" and (name or "").startswith("revision_words"))


@pytest.mark.slow
def test_many_open_a_new_database_at_once(fresh_url):
    """Cron and a person may both start on the first day; both must find the whole schema."""
    code = f"from watchlist.store.database import open_database; open_database({fresh_url!r}).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 3


def test_a_newer_database_is_refused(fresh_url):
    """An old program must not write into a schema that it does not know."""
    database = open_database(fresh_url)
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer watchlist"):
        open_database(fresh_url)


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path):
    """A wrong path in the configuration must not cost the user that file."""
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a watchlist database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path):
    """Our tables must not be mixed into a stranger's."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE items (x)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        open_database(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["", "x", "mysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_a_wrong_address_is_told_with_the_right_form(url):
    """The right form must be in the message; a wrong setting is a mistake of the configuration (exit code 2)."""
    with pytest.raises(ConfigError, match="sqlite:///"):
        open_database(url)


def test_an_unreachable_server_is_one_line_without_the_password():
    """The line lands in logs and mails."""
    with pytest.raises(StoreError) as caught:
        open_database("postgresql://me:s3cret@127.0.0.1:1/x")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    """`database` below a file, a typing error, is a clear line."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="check the folder"):
        open_database(f"sqlite:///{tmp_path}/file/x.db")


def test_the_file_is_private(tmp_path):
    """Who watches whom is confidential: only the owner may read it, in a folder made for it."""
    path = tmp_path / "new" / "watchlist.db"
    open_database(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_safety_pragmas_are_on(sqlite_url):
    """A power cut must not take back what was mailed; a row must not point nowhere."""
    database = open_database(sqlite_url)
    with database.write() as session:
        ask = session.connection().exec_driver_sql
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA busy_timeout").scalar() == 30_000
        assert ask("PRAGMA journal_mode").scalar() == journal_mode()
    database.close()


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "delete"),
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),
        ((3, 50, 6), "delete"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "wal"),
    ],
)
def test_wal_only_where_it_is_safe(version, mode):
    """The WAL-reset bug corrupts databases; only these versions have the fix."""
    assert journal_mode(version) == mode


def test_a_write_that_fails_leaves_nothing(database):
    """Half a fetch in the store would hide the other half for ever."""

    def fail() -> None:
        with database.write() as session:
            session.add(HeartbeatRow(name="half", beat_at=NOON))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.exec(select(HeartbeatRow)).all() == []


def test_moments_come_back_as_utc(database):
    """Local times in, UTC out, on both databases; a naive time is a bug and refused."""
    shanghai = timezone(timedelta(hours=8))
    with database.write() as session:
        session.add(HeartbeatRow(name="a", beat_at=datetime(2026, 11, 22, 20, 0, 0, 5, tzinfo=shanghai)))
    with database.read() as session:
        (beat,) = session.exec(select(HeartbeatRow.beat_at)).all()
    assert beat == datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)
    assert beat.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="naive"), database.write() as session:
        session.add(HeartbeatRow(name="b", beat_at=datetime(2026, 11, 22)))


def test_two_writers_wait_for_each_other(database):
    """Read-then-write in two threads at once must neither fail nor lose an increment."""
    with database.write() as session:
        session.add(HeartbeatRow(name="n", beat_at=NOON, note="0"))

    def count() -> None:
        for _ in range(10):
            with database.write() as session:
                row = session.exec(
                    select(HeartbeatRow).where(HeartbeatRow.name == "n").with_for_update()
                ).one()
                row.note = str(int(row.note) + 1)
                session.add(row)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.exec(select(HeartbeatRow.note)).one() == "40"


def test_a_locked_database_is_one_clear_line(sqlite_url, monkeypatch):
    """Another program that holds the file must not look like a crash of ours."""
    monkeypatch.setattr("watchlist.store.database.BUSY_TIMEOUT_SECONDS", 0.01)
    database = open_database(sqlite_url)
    with database.write(), pytest.raises(StoreError, match="busy"), database.write():
        pass
    database.close()


def test_a_full_disk_is_one_clear_line(sqlite_url):
    """Nothing half-stored, and the user is told to make room."""
    database = open_database(sqlite_url)

    def fill() -> None:
        with database.write() as session:
            connection = session.connection()
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            session.add(HeartbeatRow(name="x" * 1_000_000, beat_at=NOON))

    with pytest.raises(StoreError, match="disk is full"):
        fill()
    database.close()


def test_a_thread_that_writes_again_and_again_lets_others_in(database):
    """A thousand digests composed one after the other must not keep the outbox from being emptied meanwhile."""
    written: list[str] = []
    begun, waiting = threading.Event(), threading.Event()

    def write(name: str) -> None:
        with database.write() as session:
            session.add(HeartbeatRow(name=f"{name}-{len(written)}", beat_at=NOON))
            written.append(name)
            begun.set()
            waiting.wait(10)

    def busy() -> None:
        for _ in range(30):
            write("busy")

    def patient() -> None:
        begun.wait(10)
        threading.Timer(0.2, waiting.set).start()
        write("patient")

    threads = [threading.Thread(target=work) for work in (busy, patient)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 31
    if database.is_sqlite:
        assert written.index("patient") == 1
