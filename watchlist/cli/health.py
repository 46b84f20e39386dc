"""``watchlist health``: does somebody keep watch, and is all well? For monitors and for people."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def health(
    context: typer.Context,
    alive: Annotated[
        bool,
        typer.Option("--alive", help="Look at the daemon and its jobs only (for Docker and the like)."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Say whether watchlist keeps watch: daemon, decisions, mails and sources, from what the database tells.

    Asks no server and changes nothing. Exit code: 0 all well, 1 something to look at, 3 alerts may be missed or do not
    go out.
    """
    import json

    from alerts.health import Level, figures, judge, worst
    from watchlist.cli.results import Result, State, show
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database, database.read() as session:
        signs = judge(figures(session, settings, utc_now()), alive_only=alive)
    level = worst(signs)
    if as_json:
        seen = [{"what": sign.what, "level": sign.level, "seen": sign.seen} for sign in signs]
        out(json.dumps({"level": level, "signs": seen}, ensure_ascii=False, indent=2))
    else:
        states = {Level.WELL: State.WELL, Level.LOOK: State.TODO, Level.DOWN: State.BAD}
        for sign in signs:
            show(Result(sign.what, states[sign.level], sign.seen))
    raise typer.Exit({Level.WELL: 0, Level.LOOK: 1, Level.DOWN: 3}[level])
