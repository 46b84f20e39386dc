"""``watchlist doctor``: is everything in order, and if not, what to do."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from watchlist.cli.results import Result, State

if TYPE_CHECKING:
    from watchlist.config import Settings
    from watchlist.store.database import Database

app = typer.Typer()


_CLOCKS = 3
"""Hosts that are asked for the time, until one answers."""

Examination = Callable[[], Iterator[Result]]


@app.command()
def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no mail server and no source.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Examine configuration, database, mail server, sources and clock, and say what to do.

    Exit code: 0 all well (or something to look at), 3 something keeps watchlist from its work.
    """
    from watchlist.cli.results import show
    from watchlist.cli.terminal import out

    results: list[Result] = []
    for result in _examined(context, offline=offline):
        results.append(result)
        if not as_json:
            show(result)
    if as_json:
        import json

        out(json.dumps([{"what": r.what, "state": r.state, "seen": r.seen} for r in results], indent=2))
    bad = sum(result.state is State.BAD for result in results)
    todo = sum(result.state is State.TODO for result in results)
    if not as_json:
        out()
        out("All is well." if not bad and not todo else f"{bad} broken, {todo} to look at.")
    raise typer.Exit(3 if bad else 0)


def _examined(context: typer.Context, *, offline: bool) -> Iterator[Result]:
    from watchlist.cli.config import examine
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.errors import WatchlistError

    yield _program()
    try:
        settings = settings_of(context)
        examine(settings)
    except WatchlistError as error:
        yield Result("configuration", State.BAD, str(error))
        try:
            settings = settings_of(context, secrets=False)
        except WatchlistError:
            return
    else:
        seen = str(settings.path) if settings.path else "none: the defaults hold (watchlist init writes one)"
        yield Result("configuration", State.WELL, seen)
    yield _disk(settings)
    try:
        with open_store(settings) as database:
            yield from _database(settings, database)
            yield from _names(database)
            yield from _mail(settings, database, offline=offline)
            yield from _sources(settings, database)
            yield _clock(settings, database, offline=offline)
    except WatchlistError as error:
        yield Result("database", State.BAD, str(error))


def _program() -> Result:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("watchlist")
    except PackageNotFoundError:
        number = "from a checkout"
    return Result("program", State.WELL, f"watchlist {number}, Python {platform.python_version()}")


def _disk(settings: "Settings") -> Result:
    import os
    import shutil

    folder = settings.data_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        return Result("data folder", State.BAD, f"{settings.data_dir} cannot be written; set data_dir")
    free = shutil.disk_usage(folder).free
    seen = f"{settings.data_dir}, {free / 1e9:,.1f} GB free"
    if free < 200_000_000:
        return Result("data folder", State.TODO, f"{seen}: nearly full; make room")
    return Result("data folder", State.WELL, seen)


def _database(settings: "Settings", database: "Database") -> Iterator[Result]:
    import sqlite3

    from watchlist.store.database import journal_mode

    size = database.path.stat().st_size if database.path else None
    seen = f"{database.place}" + (f", {size / 1e6:,.1f} MB" if size is not None else "")
    yield Result("database", State.WELL, f"{seen}; its schema is up to date")
    if database.is_sqlite:
        mode = journal_mode()
        why = (
            "write-ahead log"
            if mode == "wal"
            else f"rollback journal (SQLite {sqlite3.sqlite_version} may damage a write-ahead log; 3.51.3 does not)"
        )
        yield Result("journal", State.WELL, why)


def _names(database: "Database") -> Iterator[Result]:
    from watchlist.entries import ambiguity
    from watchlist.store import entries

    with database.read() as session:
        kept = entries.list_all(session)
    if not kept:
        yield Result("watchlist", State.TODO, 'empty: watchlist add "Alipay"')
        return
    plain = [entry.name for entry in kept if ambiguity(entry)]
    if plain:
        some = ", ".join(plain[:3]) + (f" and {len(plain) - 3} more" if len(plain) > 3 else "")
        seen = f"{len(kept):,} names; plain words without owner, alias or context: {some}"
        yield Result("watchlist", State.TODO, f"{seen} (watchlist edit NAME --context …)")
        return
    yield Result("watchlist", State.WELL, f"{len(kept):,} name{'s' if len(kept) != 1 else ''}")


def _mail(settings: "Settings", database: "Database", *, offline: bool) -> Iterator[Result]:
    import os

    from alerts.ledger import mails, people, posts
    from alerts.smtp import SmtpTransport
    from watchlist.errors import WatchlistError

    try:
        with database.read() as session:
            readers = people.readers(session, settings)
    except WatchlistError as error:
        yield Result("recipients", State.BAD, str(error))
    else:
        yield Result(
            "recipients", State.WELL, ", ".join(f"{r.name} <{r.address or r.channel}>" for r in readers)
        )
    smtp = settings.mail.smtp
    if smtp is None:
        folder = settings.mail.maildir
        parent = folder if folder.exists() else folder.parent
        usable = not parent.exists() or os.access(parent, os.W_OK)
        seen = f"into the mailbox folder {folder}; name a mail server under [mail.smtp] to send"
        yield Result(
            "mail", State.WELL if usable else State.BAD, seen if usable else f"{folder} cannot be written"
        )
    elif offline:
        yield Result("mail", State.SKIPPED, f"{smtp.host}:{smtp.port} was not asked (--offline)")
    else:
        try:
            seen = SmtpTransport(smtp, settings.mail.sender).probe()
        except WatchlistError as error:
            yield Result("mail", State.BAD, str(error))
        else:
            yield Result("mail", State.WELL, seen)
        sender = settings.mail.sender.rpartition("@")[2].lower()
        login = (smtp.username or "").rpartition("@")[2].lower()
        if "@" in (smtp.username or "") and sender != login:
            yield Result(
                "sender",
                State.TODO,
                f"mails are from {settings.mail.sender}, but you log in as {smtp.username}: many servers refuse or"
                " junk that; set mail.sender to an address of the same domain",
            )
    yield from _channels(settings)
    with database.read() as session:
        counts = posts.waiting_count(session)
        problems = posts.channel_problems(session)
        lost = mails.count_undelivered(session)
    for name, until, problem in problems:
        when = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
        yield Result("outbox", State.BAD, f"{name} is paused{when}: {problem}")
    if lost:
        yield Result(
            "outbox", State.TODO, f"{lost} mails could not be delivered: watchlist mail list shows them"
        )
    waiting = {state: count for state, count in counts.items() if state in ("pending", "sending")}
    if waiting:
        seen = ", ".join(f"{count} {state}" for state, count in sorted(waiting.items()))
        yield Result("outbox", State.WELL, f"{seen}; they go out with the next round")


def _channels(settings: "Settings") -> Iterator[Result]:
    """Say where each channel leads; whether it answers only a test message tells."""
    from alerts.channels import channel_transport
    from watchlist.errors import WatchlistError

    for channel in settings.channels:
        try:
            place = channel_transport(channel).place
        except WatchlistError as error:
            yield Result("channel", State.BAD, str(error))
        else:
            yield Result("channel", State.WELL, f"{place}; try it: watchlist mail test --to RECIPIENT")


def _sources(settings: "Settings", database: "Database") -> Iterator[Result]:
    from watchlist.cli.sources import state_of
    from watchlist.cli.workspace import stored_sources
    from watchlist.clock import utc_now
    from watchlist.store import reads

    stored_sources(settings, database)
    with database.read() as session:
        health = reads.source_health(session, utc_now())
    troubled = [one for one in health if one.problem or one.gone or one.silent]
    for one in troubled:
        yield Result("source", State.TODO, f"{one.name}: {state_of(one)}")
    paused = sum(one.paused for one in health)
    if not health:
        yield Result("sources", State.TODO, "none: watchlist sources add ADDRESS")
    else:
        seen = f"{len(health) - len(troubled)} of {len(health)} well" + (
            f", {paused} paused" if paused else ""
        )
        yield Result("sources", State.WELL, seen)


def _clock(settings: "Settings", database: "Database", *, offline: bool) -> Result:
    """Compare this machine's clock with a source's server: a wrong one moves digests and spoils TLS."""
    from contextlib import closing
    from email.utils import parsedate_to_datetime
    from urllib.parse import urlsplit

    from watchlist.clock import utc_now
    from watchlist.errors import FetchError
    from watchlist.model import Request
    from watchlist.sources.http import Fetcher
    from watchlist.store import sources

    with database.read() as session:
        stored = [one.settings for one in sources.list_all(session)]
    urls = [one.url for one in stored if one.kind != "list"]  # tens of megabytes, to see what time it is
    web = [url for url in urls if url and url.startswith("http")]
    addresses = list({urlsplit(url).netloc: url for url in reversed(web)}.values())[::-1]
    if offline or not addresses:
        return Result("clock", State.SKIPPED, "not compared" + (" (--offline)" if offline else ""))
    said, page, problem = None, None, ""
    with closing(Fetcher(settings.fetch)) as fetcher:
        for address in addresses[:_CLOCKS]:
            try:
                page = fetcher.fetch(Request(address, conditional=False))
                said = parsedate_to_datetime(page.headers.get("date", ""))
                break
            except (FetchError, ValueError, TypeError) as error:
                problem = str(error)
    if said is None or page is None:
        return Result("clock", State.SKIPPED, f"not compared: {problem}")
    off = abs((utc_now() - said).total_seconds()) if said.tzinfo else 0.0
    if off > 120:
        return Result("clock", State.TODO, f"{off / 60:,.0f} minutes off; let the system set it (NTP)")
    return Result(
        "clock", State.WELL, f"right to within {max(off, 1):.0f} s of {page.final_url.split('/')[2]}"
    )
