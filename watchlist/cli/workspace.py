"""What most commands begin with: the configuration, the database, the sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from watchlist.actions.rules import RuleFile
    from watchlist.config import Settings, SourceSettings
    from watchlist.index_files import IndexFolder
    from watchlist.store.database import Database
    from watchlist.store.sources import StoredSource


def settings_of(context: typer.Context, *, secrets: bool = True) -> "Settings":
    """Return the configuration in force: ``--config`` of the root command, or what is found.

    ``secrets=False`` is for commands that send nothing: a mail password that is not there stops nobody.
    """
    from watchlist.config_file import load_settings

    return load_settings(context.find_root().obj, secrets=secrets)


def shelf_for(data_dir: "Path | None") -> "IndexFolder":
    """Return where compiled watchlists are kept: beside the store, or without one in the user's cache."""
    from watchlist.index_files import IndexFolder, user_index

    return IndexFolder(data_dir / "index") if data_dir else user_index()


@contextmanager
def open_store(settings: "Settings") -> Iterator["Database"]:
    """Open the database of the configuration, make its folder where it lacks one, and close it at the end."""
    from watchlist.errors import StoreError
    from watchlist.store.database import open_database

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{settings.data_dir}: the data folder cannot be made: {error.strerror}; set data_dir"
        ) from error
    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.close()


def stored_sources(settings: "Settings", database: "Database") -> list["StoredSource"]:
    """Bring the store's sources up to date with the configuration and return them all, by name.

    Without any in the configuration the official ones of a fresh installation are on.
    """
    from watchlist.clock import utc_now
    from watchlist.sources import default_sources
    from watchlist.store import sources

    with database.write() as session:
        sources.sync_configured(session, settings.sources or default_sources(), utc_now())
        return sources.list_all(session)


def check_source(source: "SourceSettings") -> None:
    """Raise ConfigError unless a source, or a list, can be made of these settings."""
    from watchlist.lists.opened import KIND, open_list
    from watchlist.sources import build

    if source.kind == KIND:
        open_list(source)
    else:
        build(source)


def own_rules(settings: "Settings") -> "tuple[RuleFile, ...]":
    """Read the user's own files of rules. Raises ConfigError, one line, on a bad one."""
    if not settings.actions.rules:
        return ()
    from watchlist.actions.rules import read

    return tuple(read(path) for path in settings.actions.rules)


def day_of(text: str, option: str) -> datetime:
    """Return the UTC midnight of a day written as 2026-01-31. Raises UsageError naming the option."""
    from datetime import UTC

    from watchlist.errors import UsageError

    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError as error:
        raise UsageError(f'{option} is "{text}", but must be a day such as 2026-01-31') from error
