"""``watchlist lists``: official lists from files: what can be read, what changed, who is on them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watchlist.lists.difference import ListChange
    from watchlist.lists.edition import Edition
    from watchlist.lists.screening import Hit

app = typer.Typer(
    no_args_is_help=True, help="Official lists: what can be read, what changed, who is on them."
)

List = Annotated[str, typer.Argument(metavar="LIST", help="A list's name; see: watchlist lists catalog.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Files = Annotated[
    list[str],
    typer.Option("--in", metavar="LIST=FILE", help="A downloaded list (also .gz, .zip); may be given often."),
]


@app.command()
def catalog(as_json: Json = False) -> None:
    """Show the lists that can be read, their addresses, and how sure we are of each."""
    import json
    from datetime import UTC, datetime

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
            out(f"{name:18} {found.about}{'' if found.sure == 'seen' else f' ({found.sure})'}")
            for address in asked:
                out(styled(f"{'':18} {address}", DIM))


@app.command()
def diff(
    name: List,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier edition.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later edition.")],
    as_json: Json = False,
) -> None:
    """Say what changed between two editions of a list: added, removed, changed field by field, merged."""
    from watchlist.lists.catalogue import listing
    from watchlist.lists.difference import difference
    from watchlist.lists.files import read_edition

    found = listing(name)
    before, after = read_edition(found, old), read_edition(found, new)
    changes = difference(before, after)
    for change in changes:
        _print_change_json(change) if as_json else _print_change(change)
    if not as_json:
        _print_sum(before, after, len(changes))


def _print_sum(before: "Edition", after: "Edition", changes: int) -> None:
    from watchlist.cli.terminal import DIM, out, styled

    told = f"{changes} changes" if changes != 1 else "1 change"
    out(styled(f"{told if changes else 'No change'}: {len(before)} entities before, {len(after)} now.", DIM))


def _print_change(change: "ListChange") -> None:
    from watchlist.cli.terminal import BOLD, GREEN, RED, YELLOW, clean, out, styled

    shown = change.after or change.before
    assert shown is not None
    colour = {"added": RED, "re-listed": RED, "removed": GREEN}.get(str(change.kind), YELLOW)
    into = f" into {change.into}" if change.into else ""
    out(
        f"{styled(f'{change.kind}{into}'.ljust(10), colour)} {styled(clean(shown.names[0].name), BOLD)} ({clean(change.id)})"
    )
    for field in change.fields:
        out(f"           {field.field}: {clean(_plain(field.before))} → {clean(_plain(field.after))}")


def _plain(values: tuple[Any, ...]) -> str:
    from watchlist.model import ListName

    told = [
        v.name if isinstance(v, ListName) else ": ".join(v) if isinstance(v, tuple) else str(v or "")
        for v in values
    ]
    return "; ".join(filter(None, told)) or "nothing"


def _print_change_json(change: "ListChange") -> None:
    import json
    from dataclasses import asdict

    from watchlist.cli.terminal import out

    shown = change.after or change.before
    assert shown is not None
    record: dict[str, Any] = {
        "change": str(change.kind),
        "id": change.id,
        "name": shown.names[0].name,
        "into": change.into,
    }
    record["fields"] = [asdict(field) for field in change.fields]
    out(json.dumps(record, ensure_ascii=False))


@app.command()
def lookup(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A company, body, person or ship.")],
    files: Files,
    as_json: Json = False,
) -> None:
    """Say whether a name is on a list, with score and explanation."""
    from watchlist.cli.terminal import out
    from watchlist.lists.screening import Asked, Screen

    hits = Screen(editions(files)).hits(Asked(name))
    for hit in hits:
        print_hit(hit, as_json)
    if not hits and not as_json:
        out("On none of the lists given, under this name.")


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


def print_hit(hit: "Hit", as_json: bool) -> None:
    """Print one hit for a person or as JSON."""
    import json

    from watchlist.cli.terminal import BOLD, clean, out, styled

    if as_json:
        record: dict[str, Any] = {
            "asked": hit.asked,
            "asked_as": hit.asked_as,
            "list": hit.list,
            "id": hit.entity.id,
            "listed_as": hit.listed_as,
        }
        record |= {"score": hit.score, "why": list(hit.why), "programs": list(hit.entity.programs)}
        out(json.dumps(record, ensure_ascii=False))
        return
    out(f"{hit.score:4.2f}  {styled(clean(hit.listed_as), BOLD)}  on {hit.list} ({clean(hit.entity.id)})")
    out(f"      {clean(', '.join(hit.entity.programs)) or 'no programme told'}")
    for line in hit.why:
        out(f"      · {clean(line)}")
