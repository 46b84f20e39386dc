"""``watchlist digest``: see the next digest before it is mailed, and what earlier ones told."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from alerts.model import Reader
    from watchlist.config import Settings
    from watchlist.store.database import Database

app = typer.Typer(no_args_is_help=True, help="See the next digest, and what earlier ones told.")

Recipient = Annotated[
    str | None,
    typer.Option("--recipient", "-r", metavar="NAME", help="For this recipient; else the first one."),
]


@app.command()
def preview(
    context: typer.Context,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML part to this file.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the text part only, write no file.")] = False,
    recipient: Recipient = None,
) -> None:
    """Show what the next digest would say. Nothing is sent and nothing is marked as told.

    Prints the text part and writes the HTML part to digest-preview.html in the data folder, or to --html FILE.
    """
    from alerts.compose import preview as content_of
    from alerts.round import RoundReport, active_readers, decide_new, surroundings
    from watchlist.cli.terminal import out, say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now

    settings = settings_of(context)
    with open_store(settings) as database:
        now = utc_now()
        readers = active_readers(database, settings)
        decide_new(database, readers, now, RoundReport())
        around = surroundings(database, settings, now)
        reader = _chosen(settings, database, recipient)
        with database.read() as session:
            mail = content_of(session, reader, around, now)
    rendered = around.renderer.render(mail)
    for trouble in rendered.notes:
        say(trouble)
    out(f"To:      {reader.name} <{reader.address or f'channel {reader.channel}'}>")
    out(f"Subject: {rendered.subject}")
    out()
    for line in rendered.text.rstrip().splitlines():
        out(line)
    if not text:
        target = html or settings.data_dir / "digest-preview.html"
        _write(target, rendered.html)
        say(f"the HTML part is in {target}")


@app.command(name="list")
def list_(
    context: typer.Context,
    recipient: Recipient = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 20,
) -> None:
    """List the mails that were composed, latest first, and how far each is."""
    from alerts.ledger import mails
    from watchlist.cli.terminal import out, table
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context)) as database, database.read() as session:
        kept = mails.kept_mails(session, recipient, limit)
    if not kept:
        out("No mail was composed yet.")
        return
    table(
        ("No.", "Composed (UTC)", "Recipient", "Subject", "State"),
        [
            (str(mail.number), f"{mail.composed_at:%Y-%m-%d %H:%M}", mail.reader, mail.subject, mail.state)
            for mail in kept
        ],
        right=("No.",),
    )


@app.command()
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The mail's number, as in `watchlist digest list`.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML part, as it was mailed.")
    ] = None,
) -> None:
    """Show everything a mail told, also what it had no room for, and when it was handed over."""
    from alerts.case_history import past_of
    from alerts.digest import rows_of
    from alerts.ledger import decisions, mails
    from alerts.model import Digest, MailKind
    from alerts.phrases import Phrases
    from alerts.words import Words
    from watchlist.cli.terminal import out, say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.errors import UsageError

    settings = settings_of(context)
    with open_store(settings) as database:
        with database.read() as session:
            kept = mails.kept_mail(session, number)
            if kept is None:
                raise UsageError(f"there is no mail {number}; see `watchlist digest list`")
            items = decisions.items_of_digest(session, number)
            past = past_of(session, kept.reader, items, {})
            mime = mails.mime_of(session, number)
        reader = _reader_named(settings, database, kept.reader)
    from zoneinfo import ZoneInfo

    words = Words(reader.language if reader else "en", ZoneInfo(reader.timezone if reader else "UTC"))
    rows = rows_of(items, past)
    shown = Digest(MailKind.DIGEST, reader or _nobody(kept.reader), kept.composed_at, rows=rows)
    phrases = Phrases(words, shown)
    out(f"{kept.kind.value} {number} for {kept.reader}: {kept.subject}")
    out(
        f"composed {kept.composed_at:%Y-%m-%d %H:%M} UTC, {kept.state}"
        + (f" {kept.sent_at:%Y-%m-%d %H:%M} UTC" if kept.sent_at else "")
    )
    out(f"Message-ID: {kept.message_id}")
    if kept.problem:
        out(f"problem: {kept.problem}")
    for at, row in enumerate(rows, 1):
        out()
        out(f"{at}. {phrases.tag(row.lines[0], row.section)}  {phrases.who(row.lines[0], 20)}")
        for line in row.lines:
            out(f"   {phrases.step(line)}")
        for source in row.sources:
            out(f"   {source.title}" + (f" ({source.name})" if source.name else ""))
            if source.url:
                out(f"   {source.url}")
        out(f"   first seen {words.moment(row.first_seen)}; alert {row.alert_id}")
    if html and mime:
        _write(html, _html_of(mime))
        say(f"the HTML part is in {html}")


def _html_of(mime: bytes) -> str:
    from email import message_from_bytes
    from email.policy import default

    part = message_from_bytes(mime, policy=default).get_body(("html",))
    return str(part.get_content()) if part else ""


def _write(target: Path, html: str) -> None:
    from watchlist.cli.exports import writing

    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8")


def _readers(settings: "Settings", database: "Database") -> tuple["Reader", ...]:
    from alerts.ledger import people

    with database.read() as session:
        return people.readers(session, settings)


def _reader_named(settings: "Settings", database: "Database", name: str) -> "Reader | None":
    return next((reader for reader in _readers(settings, database) if reader.name == name), None)


def _nobody(name: str) -> "Reader":
    from alerts.model import Reader

    return Reader(name, "")


def _chosen(settings: "Settings", database: "Database", name: str | None) -> "Reader":
    """Return the reader of that name, or the first one."""
    from watchlist.errors import UsageError

    readers = _readers(settings, database)
    if name is None:
        return readers[0]
    for reader in readers:
        if name in (reader.name, reader.address):
            return reader
    raise UsageError(
        f"there is no recipient {name!r}; there are {', '.join(reader.name for reader in readers)}"
    )
