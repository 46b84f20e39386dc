"""``watchlist run``: fetch and mail on schedule until told to stop."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from alerts.schedule import Daemon

app = typer.Typer()


@app.command()
def run(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log warnings and errors only.")] = False,
) -> None:
    """Keep watch: fetch sources, decide, compose and mail on the schedule in the configuration.

    Logs one line an event on standard error. SIGTERM or Ctrl-C stops it at once (a mail whose text is on the wire gets
    a short grace time). One at a time on SQLite; any number on PostgreSQL.
    """
    import logging
    import os
    import sys

    from alerts.outbox import Outbox
    from alerts.round import transport_of
    from alerts.schedule import Daemon
    from watchlist.cli.facts import facts_round
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store.lock import single_runner

    settings = settings_of(context)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING if quiet else settings.log_level.upper(),
        format="%(asctime)s %(levelname)-7s %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that finds the last one busy is no news
    log = logging.getLogger("watchlist.run")
    with open_store(settings) as database, single_runner(database, "watchlist run"):
        transport = transport_of(settings)
        outbox = Outbox(database, transport)
        taken = outbox.take_back() if database.is_sqlite else 0
        log.info("watching; mail goes to %s, data in %s", transport.place, database.place)
        if taken:
            log.info("took back %d mails that an earlier run had not finished", taken)
        daemon = Daemon(database, settings, outbox, lambda stop: facts_round(settings, database, stop))
        ended = _until_told(daemon)
    log.info("stopped")
    if not ended:
        # A job still waits for some server; its work is not begun or not committed, so leaving now loses nothing.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _until_told(daemon: "Daemon") -> bool:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once. Returns whether all jobs have ended."""
    import os
    import signal
    import threading

    told = threading.Event()

    def stop(number: int, frame: object) -> None:
        if told.is_set():
            os._exit(130)  # asked twice: what is not committed is not begun
        told.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        daemon.start()
        while not told.wait(1.0):
            pass
        return daemon.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
