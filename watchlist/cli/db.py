"""``watchlist db``: the database as a whole: move it to PostgreSQL, copy it into a file."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from watchlist.cli.terminal import clean, out

app = typer.Typer(
    help="The database as a whole: move it to another one, copy it into a file.", no_args_is_help=True
)


@app.command("migrate-to")
def migrate_to(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to, such as postgresql://user@host/name.")],
) -> None:
    """Move everything to another, empty database, and check it row by row.

    The present database stays as it is; nothing else may run on it meanwhile. Afterwards set
    [bold]database[/bold] in the configuration to the new address.
    """
    from contextlib import closing

    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store.database import open_database
    from watchlist.store.lock import single_runner
    from watchlist.store.transfer import transfer

    settings = settings_of(context, secrets=False)
    with (
        open_store(settings) as here,
        single_runner(here, "watchlist db migrate-to"),
        closing(open_database(url)) as there,
    ):
        moved = transfer(here, there, _progress())
        place = there.place
    out(f"Moved {moved.rows:,} rows of {len(moved.tables)} tables to {clean(place)}, each one checked.")
    out("Next: set `database` to that address in the configuration; the old database is as it was.")


@app.command("backup")
def backup_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it becomes an SQLite database.")],
) -> None:
    """Write a whole, checked copy of the database into a new file; also while watchlist is running.

    To go back to it, set [bold]database[/bold] to the file, or put it in the place of the old one.
    """
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store.transfer import backup

    with open_store(settings_of(context, secrets=False)) as database:
        moved = backup(database, file, _progress())
    out(f"Wrote {moved.rows:,} rows of {len(moved.tables)} tables to {clean(str(file))}, each one checked.")


def _progress() -> Callable[[str, int, int], None] | None:
    """Show the table being copied on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(table: str, done: int, total: int) -> None:
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r\x1b[K{table}: {done:,} of {total:,}{end}")
        sys.stderr.flush()

    return show
