"""``watchlist add | list | show | edit | remove``: the names you keep."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watchlist.model import Entry

app = typer.Typer()

_SLIPS = 5
"""So many slips are shown one by one."""

Names = Annotated[str, typer.Argument(metavar="NAME", help="A watched name (case does not matter).")]
Kind = Annotated[
    str | None, typer.Option("--kind", "-k", metavar="KIND", help="company (as it is by default) or app.")
]
Aliases = Annotated[
    list[str] | None, typer.Option("--alias", "-a", metavar="NAME", help="Another name of it, in any script.")
]
Owners = Annotated[
    list[str] | None,
    typer.Option(
        "--owner", "-o", metavar="NAME[:PERCENT]", help='Who holds it: "Ant Group" or "Ant Group:62%".'
    ),
]
Tickers = Annotated[
    list[str] | None, typer.Option("--ticker", metavar="SYMBOL", help="Stock symbol: BABA, 9988.HK.")
]
Identifiers = Annotated[
    list[str] | None, typer.Option("--id", metavar="SCHEME:ID", help="Identifier: LEI:5493…, ISIN:US….")
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="A label to group and filter by.")
]
Context = Annotated[
    list[str] | None, typer.Option("--context", metavar="WORDS", help="Words near which it is surely meant.")
]
Excluded = Annotated[
    list[str] | None, typer.Option("--not", metavar="PHRASE", help='Something else: --not "target date".')
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A remark of your own.")]
AsNews = Annotated[
    bool, typer.Option("--mail", help="Mail what the stored documents say of it as if it were new.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The company or app to watch.")],
    kind: Kind = None,
    aliases: Aliases = None,
    owners: Owners = None,
    tickers: Tickers = None,
    identifiers: Identifiers = None,
    tags: Tags = None,
    words: Context = None,
    excluded: Excluded = None,
    note: Note = None,
    as_news: AsNews = False,
) -> None:
    """Put a company or an app on your watchlist. Options of many values are given once a value."""
    from alerts.ledger.audit import note as trace
    from watchlist.cli.lookback import look_back, look_in_lists
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.entries import ambiguity, near_duplicates, tidy
    from watchlist.entry_cells import parse_owner
    from watchlist.model import Entry
    from watchlist.store import entries

    entry = tidy(
        Entry(
            name,
            _kind(kind),
            tuple(aliases or ()),
            tuple(map(parse_owner, owners or ())),
            tuple(tickers or ()),
            tuple(identifiers or ()),
            tuple(tags or ()),
            tuple(words or ()),
            tuple(excluded or ()),
            note or "",
        )
    )
    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        with database.write() as session:
            others = entries.list_all(session)
            added = entries.add(session, entry, utc_now())
            if added:
                trace(session, utc_now(), "entry.added", entry.name)
        if added:
            out(
                f"Added {shown_name(entry.name)} ({entry.kind.value}). {len(others) + 1:,} on your watchlist."
            )
            look_back(database, [entry.name], settings, as_news=as_news)
            look_in_lists(database, entry.name, as_news=as_news)
    if not added:
        out(f"{shown_name(entry.name)} is on your watchlist already; nothing changed.")
        out(f"To change it: watchlist edit {_shell(entry.name)} --alias … (see: watchlist edit --help)")
        return
    _point_out_alike(near_duplicates(entry, others), entry.name)
    if hint := ambiguity(entry):
        point_out(f"{hint}: watchlist edit {_shell(entry.name)} …")
    point_out_slips([entry])


@app.command("list")
def list_entries(
    context: typer.Context,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only those with this tag.")] = None,
    as_json: Json = False,
) -> None:
    """Show your watchlist."""
    from watchlist.cli.terminal import out, table
    from watchlist.entries_io import Form, format_entries
    from watchlist.entry_cells import format_owner
    from watchlist.store import entries

    with _store(context) as database, database.read() as session:
        kept = entries.list_all(session, tag)
    if as_json:
        out(format_entries(kept, Form.JSON).rstrip("\n"))
        return
    if not kept:
        which = (
            f"Nothing on your watchlist has the tag {shown_name(tag)}." if tag else "Your watchlist is empty."
        )
        out(f'{which} Add a name: watchlist add "Alipay" --kind app --owner "Ant Group"')
        return
    columns: list[tuple[str, list[str]]] = [
        ("Name", [entry.name for entry in kept]),
        ("Kind", [entry.kind.value for entry in kept]),
        ("Aliases", [", ".join(entry.aliases) for entry in kept]),
        ("Owner", [", ".join(map(format_owner, entry.owners)) for entry in kept]),
        ("Tickers", [", ".join(entry.tickers) for entry in kept]),
        ("Tags", [", ".join(entry.tags) for entry in kept]),
    ]
    shown = [column for column in columns if any(column[1])]
    table([title for title, _ in shown], list(zip(*(cells for _, cells in shown), strict=True)))


@app.command()
def show(context: typer.Context, name: Names, as_json: Json = False) -> None:
    """Show all that is kept on one name."""
    from watchlist.cli.terminal import BOLD, clean, out, styled
    from watchlist.entries_io import Form, format_entries
    from watchlist.entry_cells import format_owner
    from watchlist.store import entries

    with _store(context) as database, database.read() as session:
        entry = entries.get(session, name)
    if as_json:
        out(format_entries([entry], Form.JSON).rstrip("\n"))
        return
    out(styled(clean(entry.name), BOLD) + f"  ({entry.kind.value})")
    rows: list[tuple[str, Sequence[str]]] = [
        ("aliases", entry.aliases),
        ("owners", [format_owner(owner) for owner in entry.owners]),
        ("tickers", entry.tickers),
        ("identifiers", entry.identifiers),
        ("tags", entry.tags),
        ("context", entry.context),
        ("not", entry.excluded),
        ("note", [entry.note] if entry.note else []),
        *((column, [value]) for column, value in entry.extra if value),
    ]
    width = max((len(clean(label)) for label, values in rows if values), default=0)
    for label, values in rows:
        for at, value in enumerate(values):
            out(f"  {clean(label) if not at else '':{width}}  {clean(value)}")


@app.command()
def edit(
    context: typer.Context,
    name: Names,
    rename: Annotated[str | None, typer.Option("--rename", metavar="NAME", help="Its new name.")] = None,
    kind: Kind = None,
    aliases: Aliases = None,
    owners: Owners = None,
    tickers: Tickers = None,
    identifiers: Identifiers = None,
    tags: Tags = None,
    words: Context = None,
    excluded: Excluded = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="VALUE", help="Take this alias, owner, ticker, id, tag or word away."),
    ] = None,
    note: Note = None,
    as_news: AsNews = False,
) -> None:
    """Change what is kept on one name.

    --alias, --owner and the like add a value (an owner of the same name is replaced); --drop takes one away.
    """
    from dataclasses import replace

    from alerts.ledger import people
    from alerts.ledger.audit import note as trace
    from watchlist.cli.lookback import look_back, look_in_lists
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.entries import ambiguity, near_duplicates, tidy
    from watchlist.entry_cells import parse_owner
    from watchlist.store import entries

    given = [parse_owner(owner) for owner in owners or ()]
    replaced = {owner.name.casefold() for owner in given}
    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        with database.write() as session:
            before = entries.get(session, name)
            changed = replace(
                before,
                name=rename if rename is not None else before.name,
                kind=_kind(kind) if kind else before.kind,
                aliases=(*before.aliases, *(aliases or ())),
                owners=(*(o for o in before.owners if o.name.casefold() not in replaced), *given),
                tickers=(*before.tickers, *(tickers or ())),
                identifiers=(*before.identifiers, *(identifiers or ())),
                tags=(*before.tags, *(tags or ())),
                context=(*before.context, *(words or ())),
                excluded=(*before.excluded, *(excluded or ())),
                note=note if note is not None else before.note,
            )
            for value in drop or ():
                changed = _without(changed, value)
            changed = tidy(changed)
            others = [entry for entry in entries.list_all(session) if entry.name != before.name]
            if changed != before:
                entries.edit(session, before.name, changed, utc_now())
                trace(session, utc_now(), "entry.changed", changed.name, before=before.name)
            if changed.name != before.name:
                people.rename_entry(session, before.name, changed.name)
        if changed == before:
            out(f"{shown_name(before.name)}: nothing to change.")
            return
        out(f"Changed {shown_name(changed.name)}. See it: watchlist show {_shell(changed.name)}")
        if {changed.name, *changed.aliases} - {before.name, *before.aliases}:
            look_back(database, [changed.name], settings, as_news=as_news)
        if _screened(changed) - _screened(before):
            look_in_lists(database, changed.name, as_news=as_news)
    known = {reason for _, reason in near_duplicates(before, others)}
    alike = [(other, reason) for other, reason in near_duplicates(changed, others) if reason not in known]
    _point_out_alike(alike, changed.name)
    if hint := ambiguity(changed):
        point_out(hint)
    if (changed.identifiers, changed.owners) != (before.identifiers, before.owners):
        point_out_slips([changed])


@app.command()
def remove(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="The names to take off.")],
) -> None:
    """Take names off your watchlist. What is known of them stays in the store."""
    from alerts.ledger.audit import note as trace
    from watchlist.cli.terminal import out
    from watchlist.clock import utc_now
    from watchlist.errors import EntryError
    from watchlist.store import entries

    with _store(context) as database, database.write() as session:
        try:
            removed = [entries.remove(session, name, utc_now()) for name in names]
        except EntryError as error:
            raise EntryError(f"{error}; nothing was removed") from error
        for entry in removed:
            trace(session, utc_now(), "entry.removed", entry.name)
    for entry in removed:
        out(f"Removed {shown_name(entry.name)}. To have it back: watchlist add {_shell(entry.name)} …")


def _store(context: typer.Context) -> Any:
    from watchlist.cli.workspace import open_store, settings_of

    return open_store(settings_of(context, secrets=False))


def _kind(word: str | None) -> Any:
    from watchlist.errors import EntryError
    from watchlist.model import EntryKind

    if word is None:
        return EntryKind.COMPANY
    if word.lower() not in set(EntryKind):
        raise EntryError(f'--kind is "{word}", but must be company or app')
    return EntryKind(word.lower())


def _without(entry: "Entry", value: str) -> "Entry":
    """Return the entry without this value in any of its lists. Raises EntryError when it is in none."""
    import difflib
    from dataclasses import replace

    from watchlist.errors import EntryError

    wanted = value.strip().casefold()
    lists = ("aliases", "tickers", "identifiers", "tags", "context", "excluded")
    before: dict[str, tuple[str, ...]] = {key: getattr(entry, key) for key in lists}
    after: dict[str, Any] = {
        key: tuple(v for v in values if v.casefold() != wanted) for key, values in before.items()
    }
    owners = tuple(owner for owner in entry.owners if owner.name.casefold() != wanted)
    if after == before and owners == entry.owners:
        known = [*(v for values in before.values() for v in values), *(owner.name for owner in entry.owners)]
        near = difflib.get_close_matches(value, known, 1)
        hint = f"; did you mean {shown_name(near[0])}?" if near else ""
        raise EntryError(f"{shown_name(entry.name)} has no value {shown_name(value)} to drop{hint}")
    return replace(entry, owners=owners, **after)


def shown_name(name: str) -> str:
    """Return a name as it is shown in a sentence: cleaned, and cut when it is very long."""
    from watchlist.cli.terminal import clean, shorten

    return shorten(clean(name), 100)


def _shell(name: str) -> str:
    """Return a name as it is typed in a shell."""
    import shlex

    plain = shown_name(name)
    return f'"{plain}"' if not set(plain) & set('"$`\\!') else shlex.quote(plain)


def point_out(text: str) -> None:
    """Print a note to what was done, wrapped under itself."""
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import YELLOW, out, styled, width

    lines: Iterable[str] = wrap(f"Note: {text}", min(width(), 100) - 2)
    for at, line in enumerate(lines):
        out(styled(("" if not at else "  ") + line, YELLOW))


def _point_out_alike(alike: "Sequence[tuple[Entry, str]]", name: str) -> None:
    for other, reason in alike:
        point_out(
            f"{reason}. If they are the same: watchlist remove {_shell(name)}; "
            f"watchlist edit {_shell(other.name)} --alias {_shell(name)}"
        )


def point_out_slips(entries: "Iterable[Entry]") -> None:
    """Say which identifiers are mistyped, as they decide nothing so, and of whom more than 100 % is held."""
    from watchlist.lists.identifiers import slip
    from watchlist.ownership.holdings import holdings_of
    from watchlist.ownership.shares import most_held

    said = []
    for entry in entries:
        name = shown_name(entry.name)
        wrong = ((text, slip(text)) for text in entry.identifiers)
        said += [
            f"{shown_name(text)} of {name}: {why}; mistyped? It will match nothing"
            for text, why in wrong
            if why
        ]
        held, since = most_held(holdings_of([entry])) if len(entry.owners) > 1 else (0.0, None)
        if held > 100:
            said.append(
                f"the owners of {name} hold {held:g} % together{f' from {since} on' if since else ''}"
            )
    for text in said[:_SLIPS]:
        point_out(text)
    if len(said) > _SLIPS:
        point_out(f"{len(said) - _SLIPS:,} more of this kind")


def _screened(entry: "Entry") -> set[str]:
    """Return what official lists are searched for."""
    return {entry.name, *entry.aliases, *entry.identifiers, *entry.tickers}
