"""``watchlist mail``: does mail leave, and what waits or failed."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Test the way out, and see what waits or failed.")


@app.command(name="test")
def send_test(
    context: typer.Context,
    recipient: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="To this recipient; else to all.")
    ] = None,
) -> None:
    """Send a test mail through the same templates, headers and server as every alert."""
    from alerts.compose import test_mail
    from alerts.ledger import mails, posts
    from alerts.outbox import CHANNEL_MAIL, Outbox
    from alerts.round import active_readers, channel_senders, surroundings, transport_of
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import DeliveryError, UsageError

    settings = settings_of(context)
    with open_store(settings) as database:
        now = utc_now()
        around = surroundings(database, settings, now)
        readers = [r for r in active_readers(database, settings) if recipient in (None, r.name, r.address)]
        if not readers:
            raise UsageError(f"there is no recipient {recipient!r}; see `watchlist recipients list`")
        wanted = {reader.channel for reader in readers}
        senders = [Outbox(database, transport_of(settings)), *channel_senders(database, settings)]
        with database.write() as session:
            for channel in wanted:
                posts.resume_channel(session, channel)  # a person is looking: try now
            for reader in readers:
                mails.enqueue(session, test_mail(reader, around, now), reader.channel, now)
        troubles = []
        for sender in senders:
            if sender.channel in wanted:
                done = sender.flush()
                troubles += done.troubles
                for held in done.sent:
                    to = held.address if sender.channel == CHANNEL_MAIL else held.reader
                    out(f"sent to {to} by {sender.place}: {held.subject}")
    if troubles:
        raise DeliveryError(troubles[0])


@app.command(name="list")
def list_(context: typer.Context) -> None:
    """Show what waits, what failed, and whether the way out is paused."""
    from alerts.ledger import mails, posts
    from alerts.round import transport_of
    from watchlist.cli.terminal import out, table
    from watchlist.cli.workspace import open_store, settings_of

    settings = settings_of(context)
    with open_store(settings) as database, database.read() as session:
        counts = posts.waiting_count(session)
        problems = posts.channel_problems(session)
        lost = mails.undelivered(session)
        waiting = posts.waiting_posts(session)
    out(f"Mail leaves through {transport_of(settings).place}.")
    out(", ".join(f"{n} {state}" for state, n in sorted(counts.items())) or "No mail was composed yet.")
    for name, until, problem in problems:
        out(f"{name} is paused" + (f" until {until:%Y-%m-%d %H:%M} UTC" if until else "") + f": {problem}")
    if waiting or lost:
        table(
            ("No.", "Recipient", "Subject", "State", "Problem"),
            [
                (str(w.id), w.reader, w.subject, f"next try {w.next_attempt:%m-%d %H:%M}", w.problem or "")
                for w in waiting
            ]
            + [(str(x.number), x.reader, x.subject, x.state, x.problem or "") for x in lost],
            right=("No.",),
        )


@app.command()
def retry(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The message's number, as in `watchlist mail list`.")],
) -> None:
    """Put a message that was given up back into the queue."""
    from alerts.ledger import posts
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError

    with open_store(settings_of(context)) as database, database.write() as session:
        if not posts.try_again(session, number, utc_now()):
            raise UsageError(f"message {number} was not given up; see `watchlist mail list`")
    out(f"message {number} waits again; it goes out with the next round")
