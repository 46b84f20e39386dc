"""``watchlist import | export``: a watchlist as a file (CSV, TOML, JSON)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watchlist.cli.exports import Target

if TYPE_CHECKING:
    from watchlist.model import Entry

app = typer.Typer()

_NAMED = ("", ".csv", ".toml", ".json", ".txt")
"""Ends of a file's name by which its form is told when it is written; without one it is a CSV."""


@app.command("import")
def import_entries(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A CSV, TOML or JSON file, or - (CSV unless --format).")
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORM", help="csv, toml or json; else told by the name."),
    ] = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Replace names that are there already; else they are left as they are."
        ),
    ] = False,
) -> None:
    """Add the names of a file to your watchlist.

    A CSV has a header: name,kind,aliases,owner,tickers,identifiers,tags,context,not,note (only name is needed;
    values are separated by ";"). Rows that are not usable are told, the others are taken.
    """
    import sys

    from alerts.ledger import dismissals
    from alerts.ledger.audit import note as trace
    from watchlist.cli.dismissed import parted
    from watchlist.cli.entries import point_out, point_out_slips, shown_name
    from watchlist.cli.lookback import look_back, look_in_lists
    from watchlist.cli.terminal import out, say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.entries import ambiguity
    from watchlist.entries_io import Form, parse_entries, read_entries
    from watchlist.store import entries

    chosen = _form(form)
    if file == "-":
        read = parse_entries(sys.stdin.buffer.read(), chosen or Form.CSV, "standard input")
    else:
        read = read_entries(Path(file), chosen)
    for row in read.bad_rows:
        say(f"{file}, line {row.line}: {row.message}")
    added: list[Entry] = []
    taken: list[Entry] = []
    there = changed = dismissed = 0
    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        with database.write() as session:
            now = utc_now()
            for given in read.entries:
                entry, said = parted(given)
                if said:
                    dismissed += dismissals.from_data(session, entry.name, said, now)
                if entries.add(session, entry, now):
                    added.append(entry)
                    taken.append(entry)
                    trace(session, now, "entry.added", entry.name)
                elif update and entries.edit(session, entry.name, entry, now) != entry:
                    changed += 1
                    taken.append(entry)
                    trace(session, now, "entry.changed", entry.name)
                else:
                    there += 1
        bad = len(read.bad_rows)
        parts = [f"{len(added):,} added"]
        parts += [f"{changed:,} changed"] if changed else []
        parts += [f"{there:,} there already{'' if update else ', left as they are'}"] if there else []
        parts += [f"{dismissed:,} dismissal{'s' if dismissed != 1 else ''} remembered"] if dismissed else []
        parts += [f"{bad:,} row{'s' if bad != 1 else ''} not usable"] if bad else []
        out("; ".join(parts) + ".")
        look_back(database, [entry.name for entry in added], settings)
        if added or changed:
            look_in_lists(database)
    plain = [entry.name for entry in added if ambiguity(entry)]
    if plain:
        some = ", ".join(map(shown_name, plain[:5])) + (
            f" and {len(plain) - 5:,} more" if len(plain) > 5 else ""
        )
        point_out(
            f"plain words, ambiguous by themselves: {some}. Add an owner, a ticker, an alias or context words"
        )
    point_out_slips(taken)
    if bad:
        raise typer.Exit(3 if read.entries else 2)


@app.command()
def export(
    context: typer.Context,
    file: Target = None,
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORM", help="csv, toml or json; else told by the name."),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only those with this tag.")] = None,
) -> None:
    """Write your watchlist to a file that import reads back whole, with what you dismissed ("not them")."""
    import sys

    from watchlist.cli.dismissed import joined
    from watchlist.cli.exports import writing
    from watchlist.cli.terminal import say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.entries_io import Form, format_entries
    from watchlist.errors import UsageError
    from watchlist.files import write_whole
    from watchlist.store import entries

    if file is not None and form is None and file.suffix.lower() not in _NAMED:
        raise UsageError(f"{file}: name it .csv, .toml or .json, or say which by --format")
    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        kept = joined(session, entries.list_all(session, tag))
    chosen = _form(form) or (Form.of(file) if file else Form.CSV)
    text = format_entries(kept, chosen).encode("utf-8")
    if file is None or str(file) == "-":
        sys.stdout.buffer.write(text)
        return
    with writing(file):
        write_whole(file, text)
    say(f"{len(kept):,} name{'s' if len(kept) != 1 else ''} written to {file}")


def _form(word: str | None) -> Any:
    from watchlist.entries_io import Form
    from watchlist.errors import UsageError

    if word is None:
        return None
    if word.lower() not in set(Form):
        raise UsageError(f'--format is "{word}", but must be csv, toml or json')
    return Form(word.lower())
