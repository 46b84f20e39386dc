"""``watchlist sources``: where news comes from."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watchlist.config import Settings
    from watchlist.model import SourceHealth

_ROOM = 120
"""So many columns the table of sources needs for its addresses."""

app = typer.Typer(
    no_args_is_help=True, help="Where news comes from: feeds, pages, folders, official publishers."
)

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="A source's name or address.")]


@app.command()
def add(
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="Web addresses, folders, OPML files, or names (of sources, lists, presets) from the catalogue.",
            show_default=False,
        ),
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="A sensible set; see sources catalog.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call it.")] = None,
    official: Annotated[
        bool, typer.Option("--official", help="The publisher is an authority, not the press.")
    ] = False,
    every: Annotated[
        int | None, typer.Option("--every", metavar="MINUTES", min=1, help="Fetch it at most this often.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="KEY=VALUE", help="The kind's own options; see docs/sources.md."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Fetch it now; documents from this day on are news."),
    ] = None,
) -> None:
    """Add sources. What an address is (RSS, Atom, JSON Feed, a page that links one, a plain page) is found out.

    The first fetch is a baseline: what is there already is stored, but not mailed as news, unless --since says so.
    """
    from contextlib import closing
    from dataclasses import replace

    from watchlist.cli.source_targets import found_at
    from watchlist.cli.terminal import clean, out, say
    from watchlist.cli.workspace import check_source, day_of, open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError, WatchlistError
    from watchlist.lists.opened import KIND
    from watchlist.sources.catalog import chosen
    from watchlist.sources.http import Fetcher
    from watchlist.store import sources

    if not targets and preset is None:
        raise UsageError("give an address, a folder, a name from the catalogue, or --preset NAME")
    if name and (preset or len(targets or ()) != 1):
        raise UsageError("--name names one source; give one target with it")
    start = day_of(since, "--since") if since else None
    settings = settings_of(context, secrets=False)
    wanted = [*(targets or ()), *(one.name for one in chosen((), preset))]
    names: list[str] = []
    failed = lists = 0
    with open_store(settings) as database, closing(Fetcher(settings.fetch)) as fetcher:
        stored_sources(settings, database)
        for target in wanted:
            try:
                for found, what in found_at(target, name, fetcher):
                    source = replace(
                        found,
                        official=official or found.official,
                        poll_minutes=every or found.poll_minutes,
                        options=(*found.options, *_pairs(option or [])),
                    )
                    check_source(source)
                    with database.write() as session:
                        added = sources.add(session, source, utc_now())
                    names.append(source.name)
                    lists += source.kind == KIND
                    said = f"Added {clean(source.name)}: {clean(what)}"
                    out(
                        said
                        if added
                        else f"{clean(source.url or source.name)} is a source already; nothing changed."
                    )
            except WatchlistError as error:
                say(str(error))
                failed += 1
    if names and start is None:
        out("Read with the next round (watchlist check); what is there already is not mailed as news.")
        if lists:
            out("Lists can be read, and your names looked up in them, at once: watchlist lists update")
    elif names:
        _first_fetch(settings, names, start)
    if failed:
        raise typer.Exit(3 if names else 2)


@app.command("catalog")
def show_catalog(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """List the sources that can be added by name, and the presets."""
    from watchlist.cli.terminal import BOLD, out, styled, table
    from watchlist.sources.catalog import catalog, presets

    known, sets = catalog(), presets()
    if as_json:
        import json
        from dataclasses import asdict

        data = {
            "sources": {name: asdict(entry) | {"mark": entry.mark} for name, entry in known.items()},
            "presets": {name: asdict(preset) for name, preset in sets.items()},
        }
        out(json.dumps(data, ensure_ascii=False, indent=2))
        return
    table(
        ("Source", "Where", "What", "How sure"),
        [(name, entry.jurisdiction, entry.about, entry.mark) for name, entry in known.items()],
    )
    out()
    out(styled("Presets", BOLD) + " (watchlist sources add --preset NAME)")
    table(
        ("Preset", "What", "Sources"),
        [(name, preset.about, ", ".join(preset.sources)) for name, preset in sets.items()],
    )
    out()
    out("Also by address: a feed, page, sitemap, folder, OPML file, mailbox (imaps://…).")


def _first_fetch(settings: "Settings", names: list[str], start: Any) -> None:
    from watchlist.cli.facts import refresh_facts
    from watchlist.cli.round import show_facts
    from watchlist.cli.workspace import open_store
    from watchlist.store.lock import single_runner

    with open_store(settings) as database, single_runner(database, "watchlist sources add"):
        report = refresh_facts(settings, database, only=names, only_due=False, since=start)
    show_facts(report)
    if report.failed:
        raise typer.Exit(3)


@app.command("list")
def list_sources(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Show every source and how it fares."""
    import sys

    from watchlist.cli.terminal import DIM, out, styled, table, width
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.store import reads

    settings = settings_of(context, secrets=False)
    now = utc_now()
    with open_store(settings) as database:
        stored_sources(settings, database)
        with database.read() as session:
            health = reads.source_health(session, now)
    if as_json:
        import json

        out(json.dumps([_health_data(one) for one in health], ensure_ascii=False, indent=2))
        return
    if not health:
        out("No source. Add one: watchlist sources add https://example.org/news.xml")
        return
    columns = ["Source", "Kind", "State", "Last read", "Next", "Items"]
    rows = [
        [
            one.name,
            one.kind,
            state_of(one),
            ago(one.last_success, now) or "never",
            "" if one.paused or one.gone else ago(one.next_due, now) or "now",
            f"{one.items:,}",
        ]
        for one in health
    ]
    addressed = any(one.url for one in health)
    narrow = addressed and sys.stdout.isatty() and width() < _ROOM
    if addressed and not narrow:  # else it would be folded to scraps
        columns.append("Address")
        for row, one in zip(rows, health, strict=True):
            row.append(one.url or "")
    table(columns, rows, right=("Items",))
    if narrow:
        out(styled(f"Addresses: on a terminal of {_ROOM} columns and more, or --json.", DIM))


def state_of(health: "SourceHealth") -> str:
    """Return how a source fares, in a word or two with the last problem."""
    if health.gone:
        return "gone (410)"
    if health.paused:
        return "paused"
    if health.problem:
        times = f" ({health.failures} times)" if health.failures > 1 else ""
        return f"failing{times}: {health.problem}"
    if health.last_success is None:
        return "new"
    return "silent" if health.silent else "well"


def ago(moment: Any, now: Any) -> str:
    """Return a moment relative to now: "5 min ago", "in 2 h"; nothing for None."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    minutes = round(abs(seconds) / 60)
    size = f"{minutes} min" if minutes < 100 else f"{round(minutes / 60)} h"
    size = size if minutes < 72 * 60 else f"{round(minutes / 1440)} days"
    if minutes == 0:
        return "now"
    return f"{size} ago" if seconds > 0 else f"in {size}"


def _health_data(health: "SourceHealth") -> dict[str, Any]:
    import dataclasses

    data = dataclasses.asdict(health)
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in data.items()}


@app.command("test")
def try_out(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A source's name, or a web address or folder to try.")
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Show at most so many documents.")] = 10,
) -> None:
    """Fetch a source and show what would come. Nothing is stored."""
    from watchlist.cli.source_trial import try_source
    from watchlist.cli.workspace import settings_of

    if not try_source(settings_of(context, secrets=False), target, limit):
        raise typer.Exit(3)


@app.command()
def pause(context: typer.Context, source: Source) -> None:
    """Stop fetching a source for now."""
    _set_paused(context, source, paused=True)


@app.command()
def resume(context: typer.Context, source: Source) -> None:
    """Fetch a paused source again."""
    _set_paused(context, source, paused=False)


def _set_paused(context: typer.Context, source: str, *, paused: bool) -> None:
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.store import sources

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        stored_sources(settings, database)
        with database.write() as session:
            name = sources.pause(session, source, utc_now(), paused=paused).settings.name
    shown = clean(name)
    out(f"Paused {shown}. To go on: watchlist sources resume {shown}" if paused else f"Resumed {shown}.")


@app.command()
def remove(context: typer.Context, source: Source) -> None:
    """Remove a source. Its documents, and what was found in them, stay."""
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.store import sources

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        stored_sources(settings, database)
        with database.write() as session:
            name = sources.remove(session, source, utc_now()).settings.name
    out(f"Removed {clean(name)}; what it brought stays.")


def _pairs(options: list[str]) -> list[tuple[str, str]]:
    from watchlist.errors import UsageError

    pairs = []
    for option in options:
        key, mark, value = option.partition("=")
        if not mark or not key.strip():
            raise UsageError(f'--option is "{option}", but must be KEY=VALUE')
        pairs.append((key.strip(), value.strip()))
    return pairs
