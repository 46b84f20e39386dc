"""``watchlist screen``: a file of names against official lists."""

from pathlib import Path
from typing import Annotated

import typer

from watchlist.cli.lists import Files, Json

app = typer.Typer()


@app.command()
def screen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Names: CSV, TOML or JSON as for import.")],
    files: Files,
    as_json: Json = False,
    fail_on_match: Annotated[bool, typer.Option("--fail-on-match", help="Exit with 1 on a hit.")] = False,
) -> None:
    """Screen the names of a file against official lists, with identifiers deciding where both sides have them."""
    from watchlist.cli.lists import editions, print_hit
    from watchlist.cli.terminal import say
    from watchlist.entries_io import read_entries
    from watchlist.lists.screening import Asked, Screen

    read = read_entries(file)
    for bad in read.bad_rows:
        say(f"{file}, line {bad.line}: {bad.message}")
    found = Screen(editions(files))
    hits = 0
    for entry in read.entries:
        tickers = tuple(f"TICKER:{ticker}" for ticker in entry.tickers)
        for hit in found.hits(Asked(entry.name, entry.aliases, (*entry.identifiers, *tickers))):
            hits += 1
            print_hit(hit, as_json)
    say(f"{len(read.entries)} names against {len(found)} listed names: {hits} hits")
    if hits and fail_on_match:
        raise typer.Exit(1)
