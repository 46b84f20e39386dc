"""``watchlist alerts``: what was found, why it was mailed or not, and what you say to it."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from alerts.ledger.overview import AlertView

app = typer.Typer(
    no_args_is_help=True, help="What was found, why it was mailed or not, and what you say to it."
)

Number = Annotated[int, typer.Argument(metavar="ALERT", help="The alert's number, as in the mail.")]


@app.command(name="list")
def list_(
    context: typer.Context,
    entry: Annotated[str | None, typer.Option("--entry", metavar="NAME", help="Of this name only.")] = None,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="Show what you dismissed instead.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 30,
) -> None:
    """List alerts, latest first; with --dismissed the dismissals in force and how much each has kept away."""
    from alerts.ledger import decisions, overview, people
    from watchlist.cli.terminal import out, table
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context)) as database, database.read() as session:
        if dismissed:
            kept = people.dismissals(session)
            away = decisions.dismissed_since(session, None, None)
            if kept:
                table(
                    ("No.", "Name", "Found as", "Context", "Since"),
                    [(str(d.id), d.entry, d.alias, d.context, f"{d.created:%Y-%m-%d}") for d in kept],
                    right=("No.",),
                )
            out(f"{away} matches were left out so far. Take one back: watchlist alerts restore NO.")
            return
        found = overview.alerts(session, entry, limit)
    if not found:
        out("No alert so far.")
        return
    table(
        ("No.", "Seen (UTC)", "Name", "What", "Mailed to"),
        [
            (str(a.id), f"{a.created:%Y-%m-%d %H:%M}", a.facts.event.entry, _what(a), _mailed(a))
            for a in found
        ],
        right=("No.",),
    )


@app.command()
def show(context: typer.Context, number: Number) -> None:
    """Show one alert: the facts, the evidence, the source, who got it."""
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context)) as database, database.read() as session:
        alert = _alert(session, number)
    facts = alert.facts
    out(f"alert {alert.id}: {clean(facts.event.entry)}: {_what(alert)}")
    if facts.event.effective:
        out(f"  effective    {facts.event.effective}")
    out(f"  evidence     {clean(facts.passage.text)}")
    out(f"  why          {clean('; '.join(facts.why))} (score {facts.score:.2f}, {facts.verdict.value})")
    out(f"  source       {clean(facts.title)}" + (f" ({clean(facts.source)})" if facts.source else ""))
    if facts.url:
        out(f"               {clean(facts.url)}")
    out(f"  first seen   {facts.first_seen:%Y-%m-%d %H:%M} UTC")
    out(f"  mailed to    {_mailed(alert)}")
    if alert.acked:
        out(f"  acknowledged {alert.acked:%Y-%m-%d %H:%M} UTC {clean(alert.acked_note)}".rstrip())


@app.command()
def explain(context: typer.Context, number: Number) -> None:
    """Say why an alert was mailed or not: every decision on its event, for every recipient."""
    from alerts.ledger import decisions
    from watchlist.cli.terminal import clean, out, table
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context)) as database, database.read() as session:
        alert = _alert(session, number)
        answers = decisions.explain_event(session, alert.facts.event.id)
    out(f"alert {alert.id}: {clean(alert.facts.event.entry)}: {_what(alert)}")
    out(f"why it matched: {clean('; '.join(alert.facts.why))}")
    table(
        ("Decided (UTC)", "Recipient", "Report", "Kind", "Answer", "Reason"),
        [
            (
                f"{a.decided_at:%Y-%m-%d %H:%M}",
                a.reader,
                str(a.report_id),
                a.kind.value,
                a.delivery.value,
                a.reason.text,
            )
            for a in answers
        ],
    )


@app.command()
def ack(
    context: typer.Context,
    number: Number,
    note: Annotated[str, typer.Option("--note", help="What you did.")] = "",
) -> None:
    """Note that a person has dealt with an alert."""
    from alerts.ledger import overview
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context)) as database, database.write() as session:
        _alert(session, number)
        overview.acknowledge(session, number, note, utc_now())
    out(f"alert {number} is acknowledged")


@app.command()
def dismiss(
    context: typer.Context,
    number: Number,
    note: Annotated[str, typer.Option("--note", help="Why it is wrong.")] = "",
) -> None:
    """Say "not them": this match and its like (same name, found the same way, no more evidence) are not mailed again."""
    from alerts.ledger import people
    from alerts.rules import context_kind
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context)) as database, database.write() as session:
        facts = _alert(session, number).facts
        made = people.dismiss(
            session, number, facts.event.entry, facts.alias, context_kind(facts.why), note, utc_now()
        )
    out(
        f"dismissed: {clean(facts.alias)!r} as {clean(facts.event.entry)} by {clean(context_kind(facts.why))}"
    )
    out(f"take it back: watchlist alerts restore {made}")


@app.command()
def restore(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="DISMISSAL", help="As in list --dismissed.")],
) -> None:
    """Take a dismissal back: its like is mailed again."""
    from alerts.ledger import people
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError

    with open_store(settings_of(context)) as database, database.write() as session:
        if not people.take_back(session, number, utc_now()):
            raise UsageError(
                f"there is no dismissal {number} in force; see `watchlist alerts list --dismissed`"
            )
    out(f"dismissal {number} is taken back")


@app.command()
def mute(
    context: typer.Context,
    number: Number,
    days: Annotated[float, typer.Option("--days", min=0.01, max=3650, help="For so long.")] = 7,
) -> None:
    """Hold back everything on an alert's name; it is mailed when the time is over, nothing is lost."""
    from datetime import timedelta

    from alerts.ledger import people
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context)) as database, database.write() as session:
        now = utc_now()
        name = _alert(session, number).facts.event.entry
        until = now + timedelta(days=days)
        people.mute(session, name, None, until, now)
    out(f"{clean(name)} is muted until {until:%Y-%m-%d %H:%M} UTC; end it: watchlist alerts unmute {number}")


@app.command()
def unmute(context: typer.Context, number: Number) -> None:
    """End the mute on an alert's name; what waited is mailed with the next digest."""
    from alerts.ledger import people
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context)) as database, database.write() as session:
        name = _alert(session, number).facts.event.entry
        ended = people.unmute(session, name, utc_now())
    out(f"{clean(name)}: {ended} mutes ended" if ended else f"{clean(name)} was not muted")


def _alert(session: "Session", number: int) -> "AlertView":
    from alerts.ledger import overview
    from watchlist.errors import UsageError

    found = overview.alert(session, number)
    if found is None:
        raise UsageError(f"there is no alert {number}; see `watchlist alerts list`")
    return found


def _what(alert: "AlertView") -> str:
    event = alert.facts.event
    if event.action is None:
        return "named"
    parts = [
        event.action.value.replace("_", " "),
        event.stage.value if event.stage else "",
        event.authority or "",
    ]
    kind = "" if alert.facts.change.value == "new" else f" ({alert.facts.change.value})"
    return ", ".join(part for part in parts if part) + kind


def _mailed(alert: "AlertView") -> str:
    return ", ".join(f"{reader} ({state})" for reader, state in alert.readers) or "nobody"
