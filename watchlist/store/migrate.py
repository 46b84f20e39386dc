"""Brings a database's schema up to that of this program, by the migrations that ship with it."""

from importlib import resources
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from watchlist.errors import StoreError

_LOCK_KEY = 0x77617463
"""Our number for PostgreSQL's advisory locks ("watc")."""


def known_revisions() -> list[str]:
    """Return the revisions that ship with this program, oldest first: one straight chain, ``NNNN_name.py``."""
    folder = resources.files("watchlist.store.migrations") / "versions"
    return sorted(file.name[:4] for file in folder.iterdir() if file.name[:4].isdigit())


def schema_revision(connection: Connection) -> str | None:
    """Return the revision a database is at, or None when it is empty.

    Raises StoreError when it holds tables that are not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if "items" in tables or "entries" in tables:
            raise StoreError("this database belongs to another program (it has tables, but not ours)")
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_known(revision: str | None) -> bool:
    """Say whether the schema is that of this program. Raises StoreError when it is newer."""
    known = known_revisions()
    if revision is not None and revision not in known:
        raise StoreError(
            f"the database was written by a newer watchlist (schema {revision}; this one knows up to {known[-1]}):"
            " upgrade watchlist, or use another database"
        )
    return revision == known[-1]


def upgrade(connection: Connection) -> None:
    """Apply what is missing, inside the connection's transaction; safe when several processes try at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    if check_known(schema_revision(connection)):
        return  # another process was faster

    from alembic import command
    from alembic.config import Config

    with resources.as_file(resources.files("watchlist.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(Path(folder)).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except DBAPIError as error:
            raise StoreError(f"the database could not be brought up to date: {error.orig}") from error
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise StoreError(f"the database is inconsistent (table {broken[0]}): nothing was changed")
