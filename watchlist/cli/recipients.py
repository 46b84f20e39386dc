"""``watchlist recipients``: who is mailed, when, in which language."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.config import RecipientSettings

app = typer.Typer(no_args_is_help=True, help="Who is mailed, when, in which language.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The recipient's name.")]


@app.command(name="list")
def list_(context: typer.Context) -> None:
    """List the recipients: those of the configuration and those added by command."""
    from alerts.ledger import people
    from alerts.readers import LOCAL_READER
    from watchlist.cli.readers import everybody
    from watchlist.cli.terminal import table
    from watchlist.cli.workspace import open_store, settings_of

    settings = settings_of(context)
    with open_store(settings) as database:
        found = everybody(settings, database)
        with database.read() as session:
            paused = people.paused_readers(session)
    configured = {recipient.name for recipient in settings.recipients}
    table(
        ("Name", "Address", "Digests", "Zone", "Language", "From"),
        [
            (
                r.name, _place(r), "paused" if r.name in paused else ", ".join(r.digests) or "none", r.timezone, r.language,
                "configuration" if r.name in configured else "command" if r is not LOCAL_READER else "default",
            )
            for r in found
        ],
    )  # fmt: skip


@app.command()
def show(context: typer.Context, name: Name) -> None:
    """Show one recipient: times, days, quiet hours, rules."""
    from alerts.ledger import people
    from alerts.ledger.rules import rules_by_command
    from alerts.rule_check import rule_text
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of

    settings = settings_of(context)
    with open_store(settings) as database:
        who = named(everybody(settings, database), name)
        with database.read() as session:
            paused = people.paused_readers(session)
            rules = (*rules_by_command(session).get(who.name, ()), *who.rules)
    out(f"{clean(who.name)} <{clean(_place(who))}>" + (" (paused)" if who.name in paused else ""))
    out(f"  digests      {', '.join(who.digests) or 'none'} on {', '.join(who.days)} ({who.timezone})")
    out(f"  language     {who.language}")
    out(f"  quiet hours  {f'{who.quiet_hours} (instant mails wait)' if who.quiet_hours else 'none'}")
    quiet = who.weekly if who.weekly and who.weekly != "none" else None
    out(f"  all quiet    {f'{quiet} (sent when a week brought nothing)' if quiet else 'never'}")
    for rule in rules:
        out(f"  rule         {clean(rule.name)}: {rule.deliver}: {clean(rule_text(rule))}")
    if not rules:
        out("  rules        none: everything goes into the digest")


@app.command()
def add(
    context: typer.Context,
    name: Name,
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help="The mail address; none with --channel.", show_default=False),
    ] = "",
    at: Annotated[
        list[str] | None, typer.Option("--at", metavar="HH:MM", help="A digest at this local time.")
    ] = None,
    days: Annotated[str, typer.Option("--days", help="Days with a digest.")] = "mon,tue,wed,thu,fri,sat,sun",
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Like Europe/Berlin.")] = "UTC",
    language: Annotated[str, typer.Option("--language", help="en, zh or de.")] = "en",
    quiet_hours: Annotated[
        str | None, typer.Option("--quiet-hours", metavar="HH:MM-HH:MM", help="Instant mails wait then.")
    ] = None,
    instant: Annotated[
        bool, typer.Option("--instant", help="Mail every measure at once; mentions in the digest.")
    ] = False,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help="Instead: a channel of the configuration.")
    ] = None,
    owner: Annotated[
        bool, typer.Option("--owner", help="Hears of mails that could not be delivered.")
    ] = False,
) -> None:
    """Add a recipient, or change one that was added by command. What could not work is refused."""
    from alerts.ledger import people
    from alerts.readers import reader_of
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.config import RecipientSettings, RuleSettings
    from watchlist.errors import UsageError

    settings = settings_of(context)
    if name in {recipient.name for recipient in settings.recipients}:
        raise UsageError(f"{name!r} stands in the configuration; change it there ({settings.path})")
    made = RecipientSettings(
        name, address, timezone, tuple(at or ("08:00",)), tuple(day.strip() for day in days.split(",")), language,
        quiet_hours=quiet_hours, owner=owner, rules=(RuleSettings("measures at once", "instant"),) if instant else (),
        channel=channel,
    )  # fmt: skip
    reader_of(made)
    if channel and channel not in {one.name for one in settings.channels}:
        raise UsageError(f"channel {channel!r} is not configured; write it under [[channels]]")
    with open_store(settings) as database, database.write() as session:
        new = people.put_recipient(session, made, utc_now())
    out(
        f"{'added' if new else 'changed'}: {clean(name)} <{clean(_place(made))}>; try: watchlist mail test --to {clean(name)}"
    )


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Remove a recipient that was added by command; mails that wait for them are cancelled."""
    from alerts.ledger import people, posts
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError

    settings = settings_of(context)
    if name in {recipient.name for recipient in settings.recipients}:
        raise UsageError(f"{name!r} stands in the configuration; remove it there ({settings.path})")
    with open_store(settings) as database, database.write() as session:
        if not people.drop_recipient(session, name, utc_now()):
            raise UsageError(f"there is no recipient {name!r}; see `watchlist recipients list`")
        posts.cancel_for(session, name, "recipient removed", utc_now())
    out(f"removed: {clean(name)}")


@app.command()
def pause(context: typer.Context, name: Name) -> None:
    """Stop all mails to a recipient; those that wait are cancelled."""
    _set_paused(context, name, paused=True)


@app.command()
def resume(context: typer.Context, name: Name) -> None:
    """Mail a paused recipient again, from what is new now."""
    _set_paused(context, name, paused=False)


def _set_paused(context: typer.Context, name: str, *, paused: bool) -> None:
    from alerts.ledger import people, posts
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    settings = settings_of(context)
    with open_store(settings) as database:
        name = named(everybody(settings, database), name).name
        with database.write() as session:
            people.set_paused(session, name, utc_now(), paused=paused)
            if paused:
                posts.cancel_for(session, name, "recipient paused", utc_now())
    out(f"{clean(name)} gets no mail" if paused else f"{clean(name)} is mailed again")


def _place(who: "RecipientSettings") -> str:
    """Say where a recipient is told: his address, or his channel."""
    return who.address or f"channel {who.channel}"
