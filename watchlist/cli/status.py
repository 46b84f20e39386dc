"""``watchlist status | timeline``: where a name stands, and how it came to it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from watchlist.status import Step

app = typer.Typer()

_EVIDENCE_LINES = 3

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="As it was known on that day (2026-01-31).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def status(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One watched name; else all.")] = None,
    as_of: AsOf = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was lifted, rejected, has run out or is not in force.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the present restrictions on your names, by authority."""
    import json

    from watchlist.actions.authorities import directory
    from watchlist.cli.terminal import BOLD, DIM, clean, out, shorten, styled, width
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.restricted import restricted_through
    from watchlist.status import Force, restrictions
    from watchlist.store import reads

    day = _day(as_of)
    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        names, steps = _steps(session, name)
        owned = restricted_through(session, names, day)
        read = any(source.items for source in reads.source_health(session, utc_now()))
    shown = [r for r in restrictions(steps, day) if everything or r.force is not Force.ENDED]
    if as_json:
        rows = [{"since": r.since.isoformat(), "force": r.force.value, **_row(r.step)} for r in shown]
        reached = [
            {
                "entry": one.entry,
                "rule": one.rule.id,
                "share": round(one.found.counted, 4),
                "by": one.found.by,
            }
            for one in owned
        ]
        data = {"as_of": day.isoformat(), "restrictions": rows, "through_owners": reached}
        out(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if not shown and not owned:
        which = clean(name) if name else "any name on your watchlist"
        out(
            f"No restriction on {which} is known as of {day} ({len(names):,} name{'s' if len(names) != 1 else ''} looked at)."
        )
        if not names:
            out('Your watchlist is empty: watchlist add "Alipay"')
        elif not read:
            out("No document has been read yet, so none could be known: watchlist check")
        return
    columns = width()
    at = ""
    for row in shown:
        if row.entry != at:
            out(("\n" if at else "") + styled(clean(row.entry), BOLD))
            at = row.entry
        event = row.step.event
        who = directory().short(event.authority) if event.authority else "authority not told"
        what = (event.action or "").replace("_", " ")
        doubt = "a possible match: " if row.step.possible else ""
        via = f", on its owner {row.step.via}" if row.step.via else ""
        out(shorten(clean(f"  {doubt}{what}, {event.stage} by {who}{via}"), columns))
        dates = [f"{row.force.value}", f"{_since(row.step)} {row.since}"]
        if event.stage == "suspended" and row.force is Force.IN_FORCE:
            dates = ["in force again", f"since {row.since}", f"the suspension ran out on {event.until}"]
        else:
            dates += [f"effective {event.effective}"] if event.effective not in (None, row.since) else []
            dates += [f"until {event.until}"] if event.until else []
        out(shorten("    " + " · ".join(dates), columns))
        out(shorten(clean(f"    {row.step.source}: {row.step.title}"), columns))
    at = ""
    for place, one in enumerate(owned):
        if one.entry != at:
            at = one.entry
            out(("\n" if place or shown else "") + styled(clean(one.entry), BOLD) + ", restricted through:")
        out(shorten(clean(f"  {', '.join(one.found.by)} ({one.rule.name})"), columns))
        out(shorten(clean(f"    {one.said}"), columns))
    if owned:
        out(styled("\nThe whole tree: watchlist owners NAME", DIM))


@app.command()
def timeline(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A watched name.")],
    as_of: AsOf = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write it as a page with a drawn time axis; it needs nothing else."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what was done to one name, in order."""
    import json

    from watchlist.actions.authorities import directory
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import BOLD, DIM, clean, out, quoted, shorten, styled, width
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.status import timeline as in_order

    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        names, found = _steps(session, name)
    if html is not None:
        _write_page(html, names[0], found, _day(as_of))
        return
    steps = in_order(found, _day(as_of) if as_of else None)
    if as_json:
        out(json.dumps({"entry": names[0], "steps": [_row(s) for s in steps]}, ensure_ascii=False, indent=2))
        return
    out(styled(clean(names[0]), BOLD))
    if not steps:
        out("  Nothing is known to have been done to it.")
    columns = width()
    for step in steps:
        event = step.event
        by = f" by {directory().short(event.authority)}" if event.authority else ""
        what = (event.action or "").replace("_", " ")
        dates = [f"effective {event.effective}"] if event.effective else []
        dates += [f"until {event.until}"] if event.until else []
        dates += ["on the list when first read"] if step.first_read else []
        doubt = "a possible match: " if step.possible else ""
        via = f", on its owner {step.via}" if step.via else ""
        line = f"  {step.day}  {doubt}{what} {event.stage}{by}{via}"
        if dates and len(line) + sum(len(day) + 2 for day in dates) > columns:  # a date is never what is cut
            out(shorten(clean(line), columns))
            line = f"              {', '.join(dates)}"
        else:
            line = ", ".join([line, *dates])
        out(shorten(clean(line), columns))
        if step.evidence:
            said = shorten(clean(" ".join(step.evidence.split())), _EVIDENCE_LINES * (columns - 18))
            for line in wrap(quoted(said), columns - 14, "              "):
                out(line)
        out(styled(shorten(clean(f"              {step.source}: {step.title}"), columns), DIM))


def _write_page(path: Path, name: str, steps: "list[Step]", day: date) -> None:
    """Write the page of a name's case. Raises UsageError when the file cannot be written."""
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.timeline_page import page
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError

    try:
        path.write_text(page(name, steps, day, utc_now().date()), "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; name another file") from error
    out(f"Wrote {clean(str(path))}. Open it in a browser.")


def _since(step: "Step") -> str:
    """Return what a date is: of a record that stands on a list without its day of listing, only when it was first read."""
    if step.first_read:
        return "on the list when first read,"
    return "known since" if step.background and step.event.effective is None else "since"


def _day(text: str | None) -> date:
    from watchlist.cli.workspace import day_of
    from watchlist.clock import utc_now

    return (day_of(text, "--as-of") if text else utc_now()).date()


def _steps(session: "Session", name: str | None) -> "tuple[list[str], list[Step]]":
    """Return the names asked for and all their steps."""
    from watchlist.status import step_of
    from watchlist.store import entries, reads

    names = [entries.get(session, name).name] if name else [e.name for e in entries.list_all(session)]
    events = (event for one in names for event in reads.events_of_entry(session, one))
    steps = (
        step_of(event, reads.reports_of_event(session, event.id))
        for event in events
        if event.action is not None
    )
    return names, [step for step in steps if step is not None]


def _row(step: "Step") -> dict[str, Any]:
    event = step.event
    return {
        "entry": event.entry,
        "action": event.action,
        "stage": event.stage,
        "authority": event.authority,
        "day": step.day.isoformat(),
        "told": step.told.isoformat(),
        "effective": event.effective.isoformat() if event.effective else None,
        "until": event.until.isoformat() if event.until else None,
        "case": event.case_id,
        "background": step.background,
        "first_read": step.first_read,
        "official": step.official,
        "documents": step.documents,
        "possible": step.possible,
        "via": step.via,
        "source": step.source,
        "title": step.title,
        "url": step.url,
        "evidence": step.evidence,
    }
