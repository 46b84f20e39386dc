"""``watchlist sources``: where news comes from."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watchlist.config import Settings, SourceSettings
    from watchlist.model import Document, SourceHealth
    from watchlist.sources.http import Fetcher
    from watchlist.sources.reader import SourceRead

app = typer.Typer(
    no_args_is_help=True, help="Where news comes from: feeds, pages, folders, official publishers."
)

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="A source's name or address.")]
SHOWN = 10
"""Documents that ``test`` shows at most."""


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
                for found, what in _found(target, name, fetcher):
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


def _found(target: str, name: str | None, fetcher: "Fetcher") -> list[tuple["SourceSettings", str]]:
    """Return what a target names: a source or preset of the catalogue, the feeds of an OPML file, else what it is."""
    from dataclasses import replace
    from pathlib import Path

    from watchlist.cli.terminal import clean, say
    from watchlist.errors import InputError
    from watchlist.sources.catalog import catalog, presets
    from watchlist.sources.discovery import discover
    from watchlist.sources.opml import read_opml

    known = catalog().get(target)
    if known is None and target in presets():
        several = presets()[target].sources
        return [one for source in several for one in _found(source, None, fetcher)]
    if known is not None:
        if known.terms:
            say(f"{target}: {known.terms}")
        what = f"{known.about} ({known.mark})"
        return [(replace(known.settings, name=name or target), what)]
    if target.lower().endswith((".opml", ".opml.xml")) and "://" not in target:
        try:
            feeds = read_opml(Path(target).read_bytes(), target)
        except OSError as error:
            raise InputError(f"{target}: cannot be read: {error.strerror}") from error
        return [(feed, feed.url or "") for feed in feeds]
    found = discover(target, fetcher, name=name)
    for title, address in found.others[:5]:
        say(f"the page links another feed: {clean(title)} {address}")
    return [(found.settings, found.what)]


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
    from watchlist.cli.terminal import out, table
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
    table(
        ("Source", "Kind", "State", "Last read", "Next", "Items", "Address"),
        [
            (
                one.name,
                one.kind,
                state_of(one),
                ago(one.last_success, now) or "never",
                "" if one.paused or one.gone else ago(one.next_due, now) or "now",
                f"{one.items:,}",
                one.url or "",
            )
            for one in health
        ],
        right=("Items",),
    )


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
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="Show at most so many documents.")
    ] = SHOWN,
) -> None:
    """Fetch a source and show what would come. Nothing is stored."""
    from contextlib import closing

    from watchlist.cli.facts import analyst_for
    from watchlist.cli.terminal import clean, out, say
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.lists.opened import KIND
    from watchlist.model import SourceState
    from watchlist.sources import build
    from watchlist.sources.http import Fetcher
    from watchlist.sources.reader import read_source
    from watchlist.store import entries, holdings

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        known = {one.settings.name: one.settings for one in stored_sources(settings, database)}
        by_url = {one.url: one for one in known.values() if one.url}
        with database.read() as session:
            analyst = analyst_for(
                tuple(entries.list_all(session)), settings, tuple(holdings.list_all(session))
            )
    with closing(Fetcher(settings.fetch)) as fetcher:
        source = known.get(target) or by_url.get(target)
        if source is None:
            source, what = _found(target, None, fetcher)[0]
            out(f"{clean(target)}: {clean(what)}")
        if source.kind == KIND:
            _try_list(source, fetcher)
            return
        read = read_source(
            build(source),
            SourceState(),
            fetcher,
            utc_now(),
            article_budget=settings.fetch.article_budget_per_host,
        )
    for error in (*read.errors, *read.link_errors):
        say(str(error))
    _show_documents(read, analyst, limit)
    if read.failed or read.errors:
        raise typer.Exit(3)


def _try_list(source: "SourceSettings", fetcher: "Fetcher") -> None:
    """Fetch a list and say what came."""
    from watchlist.cli.list_views import Progress
    from watchlist.cli.terminal import clean, out
    from watchlist.clock import utc_now
    from watchlist.list_reading import read_list
    from watchlist.lists.opened import open_list
    from watchlist.model import SourceState

    progress = Progress()
    read = read_list(
        open_list(source),
        SourceState(),
        fetcher,
        utc_now(),
        tell=lambda words: progress.tell(source.name, words),
    )
    progress.clear()
    if read.error is not None:
        raise read.error
    assert read.edition is not None
    day = f", of {read.edition.as_of}" if read.edition.as_of else ""
    out(f"{len(read.edition):,} entities{day}, {read.size:,} bytes. The first:")
    for entity in list(read.edition.entities.values())[:SHOWN]:
        out(f"  {clean(entity.names[0].name)} ({clean(entity.id)})")
    out("Nothing was stored.")


def _show_documents(read: "SourceRead", analyst: Any, limit: int) -> None:
    from watchlist.cli.terminal import BOLD, DIM, clean, out, shorten, styled, width
    from watchlist.model import Completeness

    columns = min(width(), 100)
    for document in read.documents[:limit]:
        out(styled(shorten(clean(document.title or document.id), columns), BOLD))
        named = [match.entry for match in analyst.read(document).matches]
        parts = [f"{document.published:%Y-%m-%d}" if document.published else "no date"]
        parts += [f"{len(document.text):,} characters"]
        parts += ["summary only"] if document.completeness is Completeness.SUMMARY else []
        parts += [f"names {', '.join(map(clean, named))}"] if named else []
        out(f"  {'; '.join(parts)}")
        if document.url:
            out(styled(f"  {clean(document.url)}", DIM))
        if text := _opening(document):
            out(f"  {shorten(text, columns - 2)}")
    more = len(read.documents) - limit
    tail = f", {limit:,} shown" if more > 0 else ""
    count = len(read.documents)
    out(f"{count:,} document{'s' if count != 1 else ''}{tail}; nothing was stored.")


def _opening(document: "Document") -> str:
    from watchlist.cli.terminal import clean

    return " ".join(clean(document.text[:400]).split())


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
