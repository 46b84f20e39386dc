"""A whole store moved to another database, or copied into a file, and checked row by row.

Works on the tables as they are in the database, so that those of ``alerts`` come along without being known here.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, inspect, select, text

from watchlist.errors import StoreError, UsageError
from watchlist.store import words
from watchlist.store.database import Database, explained, open_database

_BATCH = 500
_SCHEMA = "alembic_version"

Progress = Callable[[str, int, int], None]
"""Called with a table's name, the rows copied so far, and how many there are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied: rows by table, in the order of copying."""

    tables: tuple[tuple[str, int], ...]

    @property
    def rows(self) -> int:
        """Return how many rows were copied in all."""
        return sum(count for _, count in self.tables)


def transfer(source: Database, target: Database, progress: Progress | None = None) -> Moved:
    """Copy all rows of one store into another, empty one, and compare both row by row.

    Everything or nothing: the target is one transaction, and the source is held so that nobody writes meanwhile.
    Raises StoreError when the target is not empty, or when what arrived is not what was sent.
    """
    with source.write() as reading, target.write() as writing:
        return _transfer(reading.connection(), writing.connection(), target.place, progress)


def _transfer(here: Connection, there: Connection, place: str, progress: Progress | None) -> Moved:
    arrived = {table.name: table for table in _tables(there)}
    _refuse_unless_empty(there, arrived, place)
    moved = []
    for table in _tables(here):
        if table.name not in arrived:
            raise StoreError(f"{place}: there is no table {table.name}; upgrade watchlist there")
        count = _copy(here, there, table, arrived[table.name], progress)
        if _digest(here, table) != _digest(there, arrived[table.name]):
            raise StoreError(
                f"{place}: the rows of {table.name} did not arrive as they were; nothing was kept"
            )
        _carry_counter(here, there, table)
        moved.append((table.name, count))
    words.fill(there)
    return Moved(tuple(moved))


def backup(source: Database, path: Path, progress: Progress | None = None) -> Moved:
    """Write a whole, checked copy of the store into a new SQLite file, also while others use it.

    (A plain copy of the file may catch it in the middle of a write.) Raises UsageError when the file is there
    already or its folder is not, StoreError when it cannot be written.
    """
    if path.exists():
        raise UsageError(f"{path}: the file is there already; name a new one")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such folder; make it first, or name another file")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(open_database(f"sqlite:///{part}")) as copy:
            moved = _copied_pages(source, copy) if source.is_sqlite else _copied_rows(source, copy, progress)
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        _discard(part)
    return moved


def _copied_rows(source: Database, copy: Database, progress: Progress | None) -> Moved:
    with source.read() as reading, copy.write() as writing:
        return _transfer(reading.connection(), writing.connection(), copy.place, progress)


def _copied_pages(source: Database, copy: Database) -> Moved:
    """Copy an SQLite file page by page, in a moment, and let SQLite examine what came."""
    with explained(copy.place), source.engine.connect() as here, copy.engine.connect() as there:
        raw_here, raw_there = here.connection.dbapi_connection, there.connection.dbapi_connection
        assert isinstance(raw_here, sqlite3.Connection)
        assert isinstance(raw_there, sqlite3.Connection)
        raw_here.backup(raw_there)
    with copy.read() as session:
        connection = session.connection()
        told = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if told != "ok":
            raise StoreError(f"{copy.place}: the copy is damaged ({told})")
        counts = [
            (table.name, connection.execute(select(func.count()).select_from(table)).scalar() or 0)
            for table in _tables(connection)
        ]
    return Moved(tuple(counts))


def _discard(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink(missing_ok=True)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables, those that others point to first."""
    metadata = MetaData()
    # the index by words is no table of rows: it is filled anew from what arrived
    metadata.reflect(connection, only=lambda name, _: not name.startswith(words.TABLE))
    return [table for table in metadata.sorted_tables if table.name != _SCHEMA]


def _refuse_unless_empty(connection: Connection, tables: dict[str, Table], place: str) -> None:
    for table in tables.values():
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise StoreError(f"{place}: {table.name} holds rows already; move into a new, empty database")


def _copy(
    here: Connection, there: Connection, table: Table, arrival: Table, progress: Progress | None
) -> int:
    total = here.execute(select(func.count()).select_from(table)).scalar() or 0
    done = 0
    batch: list[dict[str, Any]] = []
    names = [column.name for column in table.columns]
    for row in _rows(here, table):
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == _BATCH:
            done += _insert(there, arrival, batch)
            if progress:
                progress(table.name, done, total)
    done += _insert(there, arrival, batch)
    if progress:
        progress(table.name, done, total)
    return done


def _insert(connection: Connection, table: Table, batch: list[dict[str, Any]]) -> int:
    count = len(batch)
    if batch:
        connection.execute(insert(table), batch)
        batch.clear()
    return count


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Yield a table's rows by primary key, never many at once; moments as aware UTC, whatever the database keeps."""
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    for row in connection.execute(ordered):
        yield tuple(map(_same, row))


def _same(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    """Return a table's rows counted and hashed, the same for the same rows on both kinds of database.

    Rows are hashed one by one and summed, since texts are sorted differently by different databases.
    """
    count, total = 0, 0
    columns = sorted(column.name for column in table.columns)
    places = [[column.name for column in table.columns].index(name) for name in columns]
    for row in _rows(connection, table):
        told = repr([row[place] for place in places]).encode("utf-8", "surrogatepass")
        total += int.from_bytes(hashlib.sha256(told).digest())
        count += 1
    return count, f"{total % (1 << 256):064x}"


def _carry_counter(here: Connection, there: Connection, table: Table) -> None:
    """Let the ids go on where they were: an id that was given and deleted must not come again behind a cursor."""
    key = list(table.primary_key.columns)
    if len(key) != 1 or not isinstance(key[0].type, Integer) or key[0].foreign_keys:
        return
    last = max(
        here.execute(select(func.max(key[0]))).scalar() or 0,
        _counter(here, table.name, key[0].name),
    )
    if not last:
        return
    if there.dialect.name == "postgresql":
        there.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
            {"table": table.name, "column": key[0].name, "last": last},
        )
    elif inspect(there).has_table("sqlite_sequence"):
        there.execute(
            text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table"),
            {"last": last, "table": table.name},
        )


def _counter(connection: Connection, table: str, column: str) -> int:
    """Return the last id that a table gave, as far as the database remembers it."""
    if connection.dialect.name == "postgresql":
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table, "column": column}
        ).scalar()
        if not sequence:
            return 0
        return int(
            connection.exec_driver_sql(
                f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608 (from the catalogue)
            ).scalar()
            or 0
        )
    if not inspect(connection).has_table("sqlite_sequence"):
        return 0
    found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table})
    return int(found.scalar() or 0)
