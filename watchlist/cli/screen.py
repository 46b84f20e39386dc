"""``watchlist screen``: a file of names against official lists."""

from pathlib import Path
from typing import Annotated

import typer

from watchlist.cli.lists import Files, Json

app = typer.Typer()


@app.command()
def screen(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Names: CSV, TOML or JSON as for import.")],
    files: Files = None,
    as_json: Json = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also hits that are only somewhat alike.")
    ] = False,
    fail_on_match: Annotated[bool, typer.Option("--fail-on-match", help="Exit with 1 on a match.")] = False,
) -> None:
    """Screen the names of a file against the lists that are turned on, or against files of lists.

    An identifier that both sides have decides; names are compared as watchlist compare does; weak aliases count less;
    columns "country" and "address" are support. Each hit is explained: "match" is sure, "possible" is for you to look at.

    Exit code: 0 done, 1 a match with --fail-on-match, 2 nothing to screen, 3 some rows were no good.
    """
    import json
    from collections import Counter

    from watchlist.cli.list_records import hit_data, print_listing
    from watchlist.cli.list_views import Progress
    from watchlist.cli.lists import editions
    from watchlist.cli.terminal import BOLD, clean, out, say, styled
    from watchlist.cli.workspace import open_store, settings_of, shelf_for, stored_sources
    from watchlist.entries_io import read_entries
    from watchlist.errors import UsageError
    from watchlist.list_lookup import opened_profiles, record_of
    from watchlist.lists.screening import Asked, Screen
    from watchlist.store import lists

    read = read_entries(file)
    for bad in read.bad_rows:
        say(f"{file}, line {bad.line}: {bad.message}; left out")
    if unread := Asked.unread(read.entries):
        say(
            f"{file}: not read: {', '.join(unread)}; an identifier counts in the column identifiers, as LEI:5493…, "
            "a country and an address in the columns country and address"
        )
    settings = settings_of(context, secrets=False)
    if files:
        against, meanings = editions(files), {}
    else:
        with open_store(settings) as database:
            stored_sources(settings, database)
            with database.read() as session:
                meanings = opened_profiles(session)
                against = lists.all_current(session, meanings)
        if not against:
            raise UsageError(
                "no list has an edition yet: watchlist sources add ofac un uk; watchlist lists update; or --in LIST=FILE"
            )
    asked = [Asked.of(entry) for entry in read.entries]
    found = Screen.for_asked(against, asked, shelf_for(settings.data_dir))
    counts: Counter[str] = Counter()
    progress = Progress()
    last: Asked | None = None
    for number, one in enumerate(asked):
        if number % 100 == 0:
            progress.tell("screening", f"{number:,} of {len(asked):,} names")
        for hit in found.hits(one):
            if not hit.telling and not everything:
                continue
            counts[hit.verdict.value] += 1
            progress.clear()
            if as_json:
                out(json.dumps(hit_data(hit), ensure_ascii=False))
            else:
                if one is not last:
                    out(styled(f"{clean(one.name)}:", BOLD))
                last = one
                print_listing(record_of(hit, meanings))
    progress.clear()
    say(
        f"{len(asked):,} names against {sum(map(len, against)):,} entities of {len(against)} lists: "
        f"{counts['match']:,} match{'es' if counts['match'] != 1 else ''}, {counts['possible']:,} possible"
    )
    if counts["match"] and fail_on_match:
        raise typer.Exit(1)
    if read.bad_rows:
        raise typer.Exit(3)
