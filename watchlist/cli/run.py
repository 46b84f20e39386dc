"""``watchlist run``: fetch and mail on schedule until told to stop."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.schedule import Daemon
    from watchlist.cli.systemd import ServiceManager
    from watchlist.config import Settings
    from watchlist.store.database import Database

app = typer.Typer()


@app.command()
def run(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log warnings and errors only.")] = False,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port", metavar="PORT", min=0, max=65535, help="Serve Prometheus metrics on this port."
        ),
    ] = None,
    metrics_address: Annotated[
        str,
        typer.Option("--metrics-address", metavar="ADDRESS", help="Where metrics are served."),
    ] = "127.0.0.1",
) -> None:
    """Keep watch: fetch sources, decide, compose and mail on the schedule in the configuration.

    Logs one line an event on standard error. SIGTERM or Ctrl-C stops it at once (a mail whose text is on the wire gets
    a short grace time); SIGHUP reads configuration, watchlist and rules anew. One at a time on SQLite; any number on
    PostgreSQL. [bold]watchlist health[/bold] says whether it lives and is well.
    """
    import logging
    import os
    import sys

    from alerts.round import senders_of, transport_of
    from alerts.schedule import EVERY, Daemon
    from watchlist.cli.facts import facts_round
    from watchlist.cli.systemd import ServiceManager
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store.lock import single_runner

    settings = settings_of(context)
    logging.basicConfig(
        stream=sys.stderr,
        level=_level(settings, quiet=quiet),
        format="%(asctime)s %(levelname)-7s %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that finds the last one busy is no news
    log = logging.getLogger("watchlist.run")
    manager = ServiceManager()

    def reload(daemon: "Daemon", database: "Database") -> None:
        new = _reloaded(context, settings, database)
        if new is not None:
            logging.getLogger().setLevel(_level(new, quiet=quiet))
            daemon.use(new)

    with open_store(settings) as database, single_runner(database, "watchlist run"):
        senders = senders_of(database, settings)
        taken = senders[0].take_back()
        log.info("watching; mail goes to %s, data in %s", transport_of(settings).place, database.place)
        if taken:
            log.info("took back %d mails that an earlier run had not finished", taken)
        daemon = Daemon(
            database,
            settings,
            senders,
            lambda current, stop: facts_round(current, database, stop),
            ping=_ping,
            every=EVERY | {"ping": settings.run.ping_minutes * 60.0},
        )
        if metrics_port is not None:
            _serve_metrics(database, daemon, metrics_address, metrics_port)
        ended = _until_told(daemon, manager, lambda: reload(daemon, database))
    log.info("stopped")
    if not ended:
        # A job still waits for some server; its work is not begun or not committed, so leaving now loses nothing.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _level(settings: "Settings", *, quiet: bool) -> str:
    return "WARNING" if quiet else settings.log_level.upper()


def _until_told(daemon: "Daemon", manager: "ServiceManager", reload: "Callable[[], None]") -> bool:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once. Returns whether all jobs have ended."""
    import os
    import signal
    import threading

    told, again = threading.Event(), threading.Event()

    def stop(number: int, frame: object) -> None:
        if told.is_set():
            os._exit(130)  # asked twice: what is not committed is not begun
        told.set()

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop}
    if hasattr(signal, "SIGHUP"):
        handlers[signal.SIGHUP] = lambda number, frame: again.set()
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        daemon.start()
        manager.ready("watching")
        while not told.wait(1.0):
            if again.is_set():
                again.clear()
                manager.reloading()
                reload()
                manager.ready("watching")
            if daemon.look_after():
                manager.alive()
        manager.stopping()
        return daemon.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reloaded(context: typer.Context, old: "Settings", database: "Database") -> "Settings | None":
    """Read the configuration anew; None, and a line in the log, when it cannot be used: the old one stays."""
    import logging

    from alerts.round import active_readers, transport_of
    from watchlist.cli.config import examine
    from watchlist.cli.facts import analyst_for
    from watchlist.cli.workspace import settings_of
    from watchlist.errors import WatchlistError

    log = logging.getLogger("watchlist.run")
    try:
        new = settings_of(context)
        examine(new)
        active_readers(database, new)
        place = transport_of(new).place
    except WatchlistError as error:
        log.error("the configuration in force stays, for the new one cannot be used: %s", error)  # noqa: TRY400
        return None
    analyst_for.cache_clear()  # rules of one's own may have changed without the watchlist
    if (new.database, new.data_dir) != (old.database, old.data_dir):
        log.warning("database and data_dir of the new configuration count from the next start on")
    log.info("configuration, watchlist and rules are read anew; mail goes to %s", place)
    return new


def _ping(settings: "Settings") -> None:
    """Ask for the address of the dead man's switch; any answer of success will do, also an empty one."""
    from contextlib import closing

    from watchlist.errors import DeliveryError, FetchError
    from watchlist.model import Request
    from watchlist.sources.http import Fetcher

    if settings.run.ping_url is None:
        return
    with closing(Fetcher(settings.fetch)) as fetcher:
        try:
            fetcher.fetch(Request(settings.run.ping_url, conditional=False, max_bytes=100_000))
        except FetchError as error:
            if error.status is None or not 200 <= error.status < 300:
                told = error.message.replace(settings.run.ping_url, "(address)")
                raise DeliveryError(f"run.ping_url could not be reached: {told}") from None


def _serve_metrics(database: "Database", daemon: "Daemon", address: str, port: int) -> None:
    import logging

    from alerts.metrics import serve

    where = serve(database, daemon, address, port)
    logging.getLogger("watchlist.run").info("metrics are served at %s", where)
