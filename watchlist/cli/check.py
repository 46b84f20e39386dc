"""``watchlist check``: documents against the watchlist, or, without arguments, one full round."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def check(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Files, folders, addresses or - (standard input)."),
    ] = None,
    watchlist: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Watched names from a CSV, TOML or JSON file; no database is touched."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a document a line on standard output.")
    ] = False,
    fail_on_match: Annotated[
        bool, typer.Option("--fail-on-match", help="Exit with 1 when a watched name is found.")
    ] = False,
) -> None:
    """Read files, pages or mails against the watchlist; without arguments: one full round."""
    from watchlist.analysis import Analyst
    from watchlist.cli.checking import check_documents
    from watchlist.documents import read_inputs
    from watchlist.errors import UsageError

    if not inputs:
        raise UsageError("a round without arguments is not there yet; give a file")
    if watchlist is None:
        raise UsageError("give the watched names with --watchlist FILE")
    from watchlist.cli.checking import watched_names

    analyst = Analyst.for_entries(watched_names(watchlist))
    code = check_documents(analyst, read_inputs(inputs), as_json=as_json, fail_on_match=fail_on_match)
    raise typer.Exit(code)
