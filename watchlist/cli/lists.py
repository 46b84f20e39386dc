"""``watchlist lists``: official lists: how they stand, what changed on them, who is on them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.config import Settings
    from watchlist.list_lookup import ListRecord
    from watchlist.lists.edition import Edition
    from watchlist.lists.opened import OpenedList
    from watchlist.store.database import Database
    from watchlist.store.sources import StoredSource

app = typer.Typer(help="Official lists: how they stand, what changed on them, who is on them.")

List = Annotated[str, typer.Argument(metavar="LIST", help="A list's name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Files = Annotated[
    list[str] | None,
    typer.Option(
        "--in",
        metavar="LIST=FILE",
        help="Look in a downloaded list instead (also .gz, .zip); may be given often.",
    ),
]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="A day such as 2026-01-31.")]


@app.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """Official lists: how they stand, what changed on them, who is on them.

    Without a command: the state of each list that is turned on. To turn lists on: watchlist sources add ofac un uk
    """
    if context.invoked_subcommand is not None:
        return
    from watchlist.cli.list_views import show_states
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.clock import utc_now
    from watchlist.lists.opened import KIND
    from watchlist.store import lists, reads

    settings = settings_of(context, secrets=False)
    now = utc_now()
    with open_store(settings) as database:
        on = [one.settings.name for one in stored_sources(settings, database) if one.settings.kind == KIND]
        with database.read() as session:
            health = {one.name: one for one in reads.source_health(session, now)}
            known = {state.name: state for state in lists.states(session)}
    show_states([(health[name], known.get(name)) for name in on], now, as_json=as_json)


@app.command()
def catalog(as_json: Json = False) -> None:
    """Show the lists that can be read, their addresses, and how sure we are of each."""
    import json
    from datetime import UTC, datetime

    from watchlist.cli.list_records import wrapped
    from watchlist.cli.terminal import DIM, out, styled
    from watchlist.lists.catalogue import CATALOGUE
    from watchlist.model import SourceState

    for name, found in CATALOGUE.items():
        asked = [
            request.url for request in found.source.plan(SourceState(), datetime(2026, 1, 1, tzinfo=UTC))
        ]
        if as_json:
            out(json.dumps({"list": name, "about": found.about, "sure": found.sure, "addresses": asked}))
        else:
            first, *rest = wrapped(f"{found.about}{'' if found.sure == 'seen' else f' ({found.sure})'}", 19)
            out(f"{name:18} {first.strip()}")
            for line in rest:
                out(line)
            for address in asked:
                out(styled(f"{'':18} {address}", DIM))


@app.command()
def update(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="LIST", help="Only these; else all.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch the lists now, judge what came, and say what it means for your names. Mails nothing itself.

    What is new reaches you with the next mail (watchlist check, watchlist run). A bad edition is refused, and the last
    good one stays in force; one that changes too much at once is held until you accept it.

    Exit code: 0 done, 3 a list failed or is held.
    """
    from contextlib import closing

    from watchlist.cli.list_views import Progress, show_runs
    from watchlist.cli.workspace import open_store, settings_of, shelf_for
    from watchlist.clock import utc_now
    from watchlist.list_round import update_lists
    from watchlist.sources.http import Fetcher
    from watchlist.store.lock import single_runner

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database, single_runner(database, "watchlist lists update"):
        opened = [one for one, _ in _turned_on(settings, database, names)]
        progress = Progress()
        with closing(Fetcher(settings.fetch)) as fetcher:
            report = update_lists(
                database,
                opened,
                fetcher,
                now=utc_now(),
                only_due=False,
                progress=progress.tell,
                shelf=shelf_for(settings.data_dir),
            )
        progress.clear()
    show_runs(report, as_json=as_json)
    if report.interrupted:
        raise KeyboardInterrupt
    if any(row.problem for row in report.rows):
        raise typer.Exit(3)


@app.command()
def accept(
    context: typer.Context,
    name: List,
    drop: Annotated[
        bool, typer.Option("--drop", help="Throw the held edition away; the one in force stays.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put an edition that is held (it adds or removes very much at once) in force."""
    from alerts.ledger.audit import note as trace
    from watchlist.cli.list_views import show_runs
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.list_round import ListsReport, accept_held
    from watchlist.store import lists, sources
    from watchlist.store.lock import single_runner

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database, single_runner(database, "watchlist lists accept"):
        opened, stored = _turned_on(settings, database, [name])[0]
        if drop:
            with database.write() as session:
                lists.drop_held(session, name)
                sources.forget_validators(session, name)
                trace(session, utc_now(), "list.dropped", name)
            out(f"The held edition of {name} is dropped; if it comes again, it is held again.")
            return
        run = accept_held(database, opened, stored, utc_now())
        with database.write() as session:
            trace(session, utc_now(), "list.accepted", name, entities=run.entities, changes=dict(run.changes))
    show_runs(ListsReport((run,)), as_json=as_json)


@app.command()
def diff(
    context: typer.Context,
    name: List,
    old: Annotated[Path | None, typer.Argument(metavar="[OLD", help="An edition as a file …")] = None,
    new: Annotated[Path | None, typer.Argument(metavar="NEW]", help="… and a later one.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Changes from this day on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="… to this day; else until now.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what changed on a list: added, removed, changed field by field, merged, put back.

    Without days: what the last edition that differed changed. Two files are compared as they are.
    """
    from watchlist.cli.list_records import show_changes
    from watchlist.errors import UsageError

    if old is not None:
        if new is None or since or until:
            raise UsageError(
                "give two files, OLD and NEW, or --from and --to; see watchlist lists diff --help"
            )
        from watchlist.lists.catalogue import listing
        from watchlist.lists.difference import difference
        from watchlist.lists.files import read_edition

        found = listing(name)
        before, after = read_edition(found, old), read_edition(found, new)
        told = f"between them: {len(before):,} entities before, {len(after):,} now."
        show_changes(difference(before, after), told, as_json=as_json)
        return
    from datetime import timedelta

    from watchlist.cli.workspace import day_of, open_store, settings_of
    from watchlist.lists.difference import composed
    from watchlist.store import list_history, lists

    start = day_of(since, "--from") if since else None
    end = day_of(until, "--to") + timedelta(days=1, microseconds=-1) if until else None
    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        state = lists.state(session, name)
        if state is None or state.current is None:
            raise UsageError(f"no edition of {name!r} is stored; watchlist lists shows what is")
        dated = list_history.changes(session, name, since=start, until=end)
    if start is None and end is None:
        dated = [one for one in dated if one.at == dated[-1].at]
        told = f"by the edition that came on {dated[0].at:%Y-%m-%d}, the last that differs." if dated else ""
    else:
        told = f"from {since or 'the first edition'} to {until or 'now'}."
    show_changes(
        composed(one.change for one in dated), told or f"since the first edition of {name}.", as_json=as_json
    )


@app.command()
def show(
    context: typer.Context,
    entity_id: Annotated[
        str, typer.Argument(metavar="ID", help="An id on a list, as lookup and diff show it.")
    ],
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="LIST", help="Only on this list.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a list's record whole, as it stands or last stood, and what became of it."""
    from watchlist.cli.list_records import show_record
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.errors import UsageError
    from watchlist.lists.measures import profile
    from watchlist.store import list_history, lists

    shown = 0
    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        for state in lists.states(session):
            if list_name not in (None, state.name):
                continue
            edition = lists.current(session, state.name)
            found = edition.entities.get(entity_id) if edition else None
            history = list_history.changes(session, state.name, entity_id=entity_id)
            if found is None and not history:
                continue
            show_record(profile(state.name), found, history, as_json=as_json, first=not shown)
            shown += 1
    if not shown:
        raise UsageError(
            f"no list has, or had, a record {entity_id!r}; watchlist lists lookup NAME finds ids"
        )


@app.command()
def lookup(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A company, body, person or ship.")],
    identifiers: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="SCHEME:ID", help="Identifier: LEI:5493…, IMO:9187629."),
    ] = None,
    files: Files = None,
    now_only: Annotated[bool, typer.Option("--now", help="Leave out what was taken off the lists.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also records that are only somewhat alike.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say whether a name is on a list now, or was ever, with score and explanation."""
    from watchlist.cli.list_records import show_listings, show_longer
    from watchlist.errors import UsageError
    from watchlist.lists.screening import Asked

    if not name.strip() and not identifiers:
        raise UsageError("the name is empty; give a name, or an identifier with --id")
    asked = Asked(name, identifiers=tuple(identifiers or ()))
    shown = name if name.strip() else ", ".join(asked.identifiers)
    if files:
        from watchlist.list_lookup import longer_names, record_of
        from watchlist.lists.screening import Screen

        given = editions(files)
        found = [record_of(hit) for hit in Screen.for_asked(given, [asked]).hits(asked)]
        show_listings(shown, found, [], "any of the lists given", everything=everything, as_json=as_json)
        if not as_json:
            show_longer(longer_names(given, name, _told(found)))
        return
    from watchlist.cli.workspace import open_store, settings_of, stored_sources
    from watchlist.list_lookup import in_force, listed_formerly, listed_now, longer_names

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        stored_sources(settings, database)
        with database.read() as session:
            current = in_force(session)
            if not current:
                raise UsageError(
                    "no list has an edition yet: watchlist sources add ofac uk un; watchlist lists update"
                )
            present = listed_now(session, [asked], current)[name]
            past = [] if now_only else listed_formerly(session, [asked])[name]
    count = len(current)
    where = f"any of the {count} lists in force here" if count != 1 else "the one list in force here"
    show_listings(shown, present, past, where, everything=everything, as_json=as_json)
    if not as_json:
        show_longer(longer_names(current, name, _told(present)))


def _told(found: "list[ListRecord]") -> set[tuple[str, str]]:
    return {(record.hit.list, record.hit.entity.id) for record in found}


def editions(files: list[str]) -> "list[Edition]":
    """Read the lists given as ``LIST=FILE``."""
    from watchlist.errors import UsageError
    from watchlist.lists.catalogue import listing
    from watchlist.lists.files import read_edition

    read = []
    for given in files:
        name, equals, path = given.partition("=")
        if not equals:
            raise UsageError(f"--in {given}: give it as LIST=FILE, for example --in un=consolidated.xml")
        read.append(read_edition(listing(name), Path(path)))
    return read


def _turned_on(
    settings: "Settings", database: "Database", names: list[str] | None
) -> "list[tuple[OpenedList, StoredSource]]":
    """Return the lists that are turned on, or those named. Raises UsageError for one that is not."""
    from watchlist.cli.workspace import stored_sources
    from watchlist.errors import UsageError
    from watchlist.lists.opened import KIND, open_list

    stored = {
        one.settings.name: one for one in stored_sources(settings, database) if one.settings.kind == KIND
    }
    missing = [name for name in names or () if name not in stored]
    if missing:
        from watchlist.lists.catalogue import CATALOGUE

        there = ", ".join(stored) or "none"
        known = missing[0] in CATALOGUE
        hint = f"sources add {missing[0]} turns it on" if known else "lists catalog shows what there is"
        raise UsageError(f"no list {missing[0]!r} is turned on (on: {there}); watchlist {hint}")
    if not stored:
        raise UsageError(
            "no list is turned on: watchlist sources add ofac un uk (see watchlist lists catalog)"
        )
    return [(open_list(stored[name].settings), stored[name]) for name in names or stored]
