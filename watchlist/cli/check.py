"""``watchlist check``: documents against the watchlist, or, without arguments, one full round."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
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
    fail_on_match: Annotated[
        bool,
        typer.Option(
            "--fail-on-match", help="Exit with 1 when a watched name is found.", rich_help_panel=READING
        ),
    ] = False,
) -> None:
    """Say who is named in files, pages or mails, and what is done to them.

    Nothing is stored, nothing is mailed. Exit code: 0 done, 1 a match with --fail-on-match, 2 unreadable input,
    3 some documents could not be read.
    """
    from watchlist.errors import UsageError

    if not inputs:
        raise UsageError("a round without arguments is not there yet; give a file")
    from watchlist.analysis import Analyst
    from watchlist.cli.checking import JsonLines, Reading, check_documents
    from watchlist.cli.terminal import say
    from watchlist.documents import read_inputs

    entries = _names_in_file(watchlist) if watchlist else _names_in_store(context)
    code = check_documents(
        Analyst.for_entries(entries),
        read_inputs(inputs, fetch=_fetch_with(context), doubt=say),
        JsonLines() if as_json else Reading(),
        fail_on_match=fail_on_match,
    )
    raise typer.Exit(code)


def _fetch_with(context: typer.Context) -> Callable[[str], "Page"]:
    """Return what reads one web address, with the manners of the configuration; nothing is imported before."""

    def fetch(address: str) -> "Page":
        from contextlib import closing

        from watchlist.cli.workspace import settings_of
        from watchlist.model import Request
        from watchlist.sources.http import Fetcher

        settings = settings_of(context).fetch
        with closing(Fetcher(settings)) as fetcher:
            return fetcher.fetch(Request(address, max_bytes=settings.max_page_bytes))

    return fetch


def _names_in_file(path: Path) -> tuple["Entry", ...]:
    import csv

    from watchlist.errors import InputError
    from watchlist.model import Entry, EntryKind, Owner

    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            rows = list(csv.DictReader(handle))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error

    def many(row: dict[str, str], key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (row.get(key) or "").split(";") if part.strip())

    def owner(text: str) -> Owner:
        name, _, share = text.rpartition(":")
        if name and share.rstrip("% ").replace(".", "", 1).isdigit():
            return Owner(name.strip(), float(share.rstrip("% ")))
        return Owner(text)

    return tuple(
        Entry(
            row["name"],
            EntryKind(row.get("kind") or "company"),
            many(row, "aliases"),
            owners=tuple(owner(text) for text in many(row, "owner")),
            tickers=many(row, "tickers"),
            identifiers=many(row, "identifiers"),
            context=many(row, "context"),
            excluded=many(row, "not"),
        )
        for row in rows
    )


def _names_in_store(context: typer.Context) -> tuple["Entry", ...]:
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.errors import UsageError
    from watchlist.store import entries

    with open_store(settings_of(context)) as database, database.read() as session:
        kept = tuple(entries.list_all(session))
    if not kept:
        raise UsageError(
            'your watchlist is empty: add a name (watchlist add "Alipay"), or give --watchlist FILE'
        )
    return kept
