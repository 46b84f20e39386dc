"""``watchlist check``: documents against the watchlist, or, without arguments, one full round."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.matching.shelf import Shelf
    from watchlist.model import Entry, Page

app = typer.Typer()

READING, ROUND = "Reading files", "One full round"


@app.command()
def check(
    context: typer.Context,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Files (text, HTML, .jsonl, .eml; also .gz), folders, web addresses, or - (standard input).",
            show_default=False,
        ),
    ] = None,
    watchlist: Annotated[
        Path | None,
        typer.Option(
            "--watchlist",
            "-w",
            metavar="FILE",
            help="Take the watched names from this CSV, TOML or JSON file; no database is touched.",
            rich_help_panel=READING,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a document a line.", rich_help_panel=READING)
    ] = False,
    typos: Annotated[
        bool | None,
        typer.Option(
            "--typos/--no-typos",
            help="Look for misspelt names too (Tencnet, Hua Wei), shown as possible. Default: as configured.",
            show_default=False,
            rich_help_panel=READING,
        ),
    ] = None,
    fail_on_match: Annotated[
        bool,
        typer.Option(
            "--fail-on-match", help="Exit with 1 when a watched name is found.", rich_help_panel=READING
        ),
    ] = False,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Fetch every source, also those that are not due.", rich_help_panel=ROUND),
    ] = False,
    no_send: Annotated[
        bool,
        typer.Option("--no-send", help="Fetch and store; mail nothing this time.", rich_help_panel=ROUND),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="On a source's first fetch, take documents from this day on as news.",
            rich_help_panel=ROUND,
        ),
    ] = None,
) -> None:
    """Say who is named in files, pages or mails; without arguments, do one full round.

    With INPUT nothing is stored and nothing mailed. A full round fetches every source that is due, stores what it
    says of your watchlist, and mails what is new; it is safe from cron, and to run twice at once.

    Exit code: 0 done, 1 a match with --fail-on-match, 2 unreadable input, 3 some of it failed.
    """
    from watchlist.errors import UsageError

    if not inputs:
        if watchlist or as_json or fail_on_match or typos is not None:
            raise UsageError(
                "--watchlist, --json, --typos and --fail-on-match need a file, folder, address or - to read"
            )
        from watchlist.cli.round import full_round
        from watchlist.cli.workspace import day_of, settings_of

        start = day_of(since, "--since") if since else None
        raise typer.Exit(
            full_round(settings_of(context), everything=everything, send=not no_send, since=start)
        )
    if everything or no_send or since:
        raise UsageError("--all, --no-send and --since belong to the round without arguments")
    from watchlist.analysis import Analyst
    from watchlist.cli.checking import JsonLines, Reading, check_documents
    from watchlist.cli.terminal import say
    from watchlist.cli.workspace import own_rules, settings_of, shelf_for
    from watchlist.documents import read_inputs

    settings = settings_of(context, secrets=False)
    shelf = shelf_for(None if watchlist else settings.data_dir)
    if typos is None:
        typos = settings.matching.typos
    entries, unusable = names_in_file(watchlist, shelf) if watchlist else names_in_store(context)
    code = check_documents(
        Analyst.for_entries(entries, typos=typos, shelf=shelf, own=own_rules(settings), few=True),
        read_inputs(inputs, fetch=fetch_with(context), doubt=say),
        JsonLines() if as_json else Reading(),
        fail_on_match=fail_on_match,
    )
    raise typer.Exit(code or (3 if unusable else 0))


def fetch_with(context: typer.Context) -> Callable[[str], "Page"]:
    """Return what reads one web address, with the manners of the configuration; nothing is imported before."""

    def fetch(address: str) -> "Page":
        from contextlib import closing

        from watchlist.cli.workspace import settings_of
        from watchlist.model import Request
        from watchlist.sources.http import Fetcher

        settings = settings_of(context, secrets=False).fetch
        with closing(Fetcher(settings)) as fetcher:
            return fetcher.fetch(Request(address, max_bytes=settings.max_page_bytes))

    return fetch


def names_in_file(path: Path, shelf: "Shelf") -> tuple[Sequence["Entry"], int]:
    """Return the names, and how many rows were not usable (each was told)."""
    from watchlist.cli.terminal import say
    from watchlist.entries_kept import read_entries_kept
    from watchlist.errors import EntryError

    read = read_entries_kept(path, shelf)
    for row in read.bad_rows:
        say(f"{path}, line {row.line}: {row.message}; left out")
    if not read.entries:
        raise EntryError(f"{path}: no watched name in it")
    return read.entries, len(read.bad_rows)


def names_in_store(context: typer.Context) -> tuple[Sequence["Entry"], int]:
    """Return the names of the store; a UsageError when there is none."""
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.errors import UsageError
    from watchlist.store import entries

    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        kept = tuple(entries.list_all(session))
    if not kept:
        raise UsageError(
            'your watchlist is empty: add a name (watchlist add "Alipay"), or give --watchlist FILE'
        )
    return kept, 0
