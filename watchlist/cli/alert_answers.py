"""What a person says to an alert: dealt with, not them, not now. Commands of ``watchlist alerts``."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from alerts.ledger.overview import AlertView
    from watchlist.model import Event

Number = Annotated[int, typer.Argument(metavar="ALERT", help="The alert's number, as in the mail.")]
Numbers = Annotated[list[int], typer.Argument(metavar="ALERT…", help="The alerts' numbers, as in the mail.")]
What = Annotated[
    str, typer.Argument(metavar="ALERT|NAME|all", help="An alert's number, a watched name, or all.")
]


def ack(
    context: typer.Context,
    numbers: Numbers,
    note: Annotated[str, typer.Option("--note", help="What you did.")] = "",
) -> None:
    """Note that a person has dealt with an alert."""
    from alerts.ledger import overview
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context, secrets=False)) as database, database.write() as session:
        for number in numbers:
            alert_of(session, number)
            overview.acknowledge(session, number, note, utc_now())
    for number in numbers:
        out(f"alert {number} is acknowledged")


def dismiss(
    context: typer.Context,
    numbers: Numbers,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="The name that is wrong, where the story tells of several."
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why it is wrong.")] = "",
) -> None:
    """Say "not them": this match and its like (same name, found the same way, no more evidence) are not mailed again.

    What waits of its like is taken out of the next mails, shown by `watchlist alerts list --dismissed`.
    """
    import shlex

    from alerts.ledger import dismissals
    from alerts.rules import context_kind
    from watchlist.cli.terminal import clean, out, say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context, secrets=False)) as database, database.write() as session:
        for given in numbers:
            alert = alert_of(session, given)
            if name is not None:
                alert = _of_that_name(session, given, name)
            number, facts = alert.id, alert.facts
            kind = context_kind(facts.why)
            done = dismissals.dismiss(session, number, facts.event.entry, facts.alias, kind, note, utc_now())
            took = f"; {done.withdrawn} taken out of the next mails" if done.withdrawn else ""
            out(f"dismissed: {clean(facts.alias)!r} as {clean(facts.event.entry)} by {clean(kind)}{took}")
            out(f"take it back: watchlist alerts restore {done.id}")
            if facts.verdict.value == "match" and facts.event.action:
                name = shlex.quote(clean(facts.event.entry))
                say(
                    f"measures on {clean(facts.event.entry)} that are found the same way will only be counted; "
                    f"narrower: watchlist edit {name} --not PHRASE, or --context WORD"
                )


def restore(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="DISMISSAL", help="As in list --dismissed.")],
) -> None:
    """Take a dismissal back: its like is mailed again, also what it kept away so far."""
    from alerts.ledger import dismissals
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError

    with open_store(settings_of(context, secrets=False)) as database, database.write() as session:
        again = dismissals.take_back(session, number, utc_now())
        if again is None:
            raise UsageError(
                f"there is no dismissal {number} in force; see `watchlist alerts list --dismissed`"
            )
    out(f"dismissal {number} is taken back" + (f"; {again} wait for the next digest" if again else ""))


def mute(
    context: typer.Context,
    what: What,
    days: Annotated[float, typer.Option("--days", min=0.01, max=3650, help="For so long.")] = 7,
    recipient: Annotated[
        str | None, typer.Option("--for", "-r", metavar="RECIPIENT", help="For this one only; else for all.")
    ] = None,
) -> None:
    """Hold back everything on a name; it is mailed when the time is over, nothing is lost."""
    from datetime import timedelta

    from alerts.ledger import people
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        reader = named(everybody(settings, database), recipient).name if recipient else None
        with database.write() as session:
            now = utc_now()
            name = _muted_name(session, what)
            until = now + timedelta(days=days)
            people.mute(session, name, reader, until, now)
    whose = f" for {clean(reader)}" if reader else ""
    out(
        f"{clean(name or 'everything')} is muted{whose} until {until:%Y-%m-%d %H:%M} UTC; "
        f"end it: watchlist alerts unmute {_typed(what)}"
    )


def unmute(context: typer.Context, what: What) -> None:
    """End the mutes on a name; what waited is mailed with the next digest."""
    from alerts.ledger import people
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    with open_store(settings_of(context, secrets=False)) as database, database.write() as session:
        name = _muted_name(session, what)
        ended = people.unmute(session, name, utc_now())
    shown = clean(name or "everything")
    out(f"{shown}: {ended} mute{'s' if ended != 1 else ''} ended" if ended else f"{shown} was not muted")


def _of_that_name(session: "Session", number: int, name: str) -> "AlertView":
    from alerts.ledger import overview
    from watchlist.errors import UsageError

    found = overview.in_story_of(session, number, name)
    if found is None:
        raise UsageError(
            f"the story of alert {number} tells nothing of {name!r}; see `watchlist alerts list`"
        )
    return found


def _muted_name(session: "Session", what: str) -> str | None:
    """Return the watched name that is meant, or None for all. Raises UsageError when there is none such."""
    from watchlist.store import entries

    if what.casefold() == "all":
        return None
    return (
        alert_of(session, int(what)).facts.event.entry if what.isdigit() else entries.get(session, what).name
    )


def _typed(what: str) -> str:
    import shlex

    return shlex.quote(what)


# ----- what commands say of an alert ----------------------------------------------------------------------


def alert_of(session: "Session", number: int) -> "AlertView":
    """Return an alert. Raises UsageError when there is none of that number."""
    from alerts.ledger import overview
    from watchlist.errors import UsageError

    found = overview.alert(session, number)
    if found is None:
        raise UsageError(f"there is no alert {number}; see `watchlist alerts list`")
    return found


def what(alert: "AlertView") -> str:
    """Return what is done, in words: "transaction ban, adopted, US-President"."""
    event = alert.facts.event
    kind = "" if alert.facts.change.value == "new" else f" ({alert.facts.change.value})"
    return (measure(event) or "named") + kind


def measure(event: "Event") -> str:
    """Return an event's measure in words: "transaction ban, adopted, US-President"; empty for a mention."""
    if event.action is None:
        return ""
    parts = [event.action.value.replace("_", " "), event.stage and event.stage.value, event.authority]
    return ", ".join(part for part in parts if part)


def mailed(alert: "AlertView") -> str:
    """Return who heard of it, and how far that is."""
    return ", ".join(f"{reader} ({state})" for reader, state in alert.readers) or "nobody"
