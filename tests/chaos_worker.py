"""Run by the chaos test in a process of its own: forks daemons, one a line that it reads, each real but for its clock.

``python chaos_worker.py URL CONFIG FOLDER``. A line of standard input is a JSON object: ``kill`` (a stage, and at which
of its statements the daemon kills itself with SIGKILL; stage ``data``: so many milliseconds after a mail's text began
to go out), ``grow`` (bytes by which files may still grow: a full disk). The daemon's process id is printed.

Waits are sixty times shorter than in life, polls come at once, instant alerts are seldom gathered into a digest (so
that there are many mails), and the clock is the real one moved by the number of seconds in ``FOLDER/clock``. Everything
else is what ``watchlist run`` runs.
"""

import json
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from scripted import MarkAnalyst
from sqlalchemy import event

import alerts.compose as compose
import alerts.ledger.posts as posts
import watchlist.store.database as store
from alerts.job import Job
from alerts.ledger.posts import Claim
from alerts.outbox import Outbox
from alerts.schedule import Daemon
from alerts.smtp import SmtpTransport
from watchlist.clock import utc_now
from watchlist.config import Settings
from watchlist.config_file import load_settings
from watchlist.pipeline import refresh
from watchlist.sources import build
from watchlist.sources.http import Fetcher
from watchlist.store import sources
from watchlist.store.database import open_database
from watchlist.store.lock import single_runner

FASTER = 60
NAMES = ("Huawei",)
EVERY = {"fetch": 0.3, "compose": 0.2, "deliver": 0.15, "beat": 1.0, "ping": 60.0}
DATA_TIMEOUT = 2.0
BUSY_SECONDS = 3.0


def hurry() -> None:
    """Shorten the waits."""
    posts.BACK_OFF = tuple(wait / FASTER for wait in posts.BACK_OFF)
    posts.CHANNEL_PAUSES = tuple(wait / FASTER for wait in posts.CHANNEL_PAUSES)
    posts._LONGEST_BACK_OFF = posts.BACK_OFF[-1] * 1.2
    posts.LEASE = posts.LEASE / FASTER
    store.BUSY_TIMEOUT_SECONDS = BUSY_SECONDS
    compose.MOST_ALERTS = 100


class Clock:
    """The real clock, moved by what the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=float(self._file.read_text() or "0"))


class Trap:
    """Kills this process at a given point of a given stage, noting where."""

    def __init__(self, stage: str, point: int, log: Path) -> None:
        self._stage, self._left, self._log = stage, point, log
        self._here = threading.local()

    def spring(self) -> None:
        with self._log.open("a") as log:
            log.write(f"{self._stage}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    def watch_statements(self, engine: object) -> None:
        for moment in ("before_cursor_execute", "commit"):
            event.listen(engine, moment, self._passed)
        run = Job.run

        def noted(job: Job) -> None:
            self._here.stage = job.name
            run(job)

        Job.run = noted  # type: ignore[method-assign]

    def _passed(self, *_: object) -> None:
        if getattr(self._here, "stage", "").startswith(self._stage):
            self._left -= 1
            if self._left == 0:
                self.spring()

    def after_data(self) -> None:
        if self._stage == "data":
            threading.Timer(self._left / 1000, self.spring).start()


class TrappedTransport(SmtpTransport):
    """The real transport; the trap is told when a text begins to go out."""

    trap: Trap | None = None

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        def told() -> bool:
            goes = before_data()
            if goes and self.trap is not None:
                self.trap.after_data()
            return goes

        super().send(held, told)


def facts(settings: Settings, database: store.Database, clock: Clock, stop: Callable[[], bool]) -> list[str]:
    """Do one round of facts: the real one, with an analyst that reads marks."""
    with database.write() as session:
        sources.sync_configured(session, settings.sources, clock())
    with closing(Fetcher(settings.fetch)) as fetcher:
        report = refresh(
            database,
            [build(source) for source in settings.sources],
            fetcher,
            MarkAnalyst(NAMES),
            now=clock(),
            stop=stop,
            poll_minutes=0,
            most=None if database.is_sqlite else 1,
        )
    return [f"{row.name}: {row.errors[0]}" for row in report.rows if row.errors]


def daemon(url: str, config: Path, folder: Path, order: dict[str, object]) -> None:
    """Run one daemon until SIGTERM."""
    settings, clock = load_settings(config, {}), Clock(folder / "clock")
    trap = None
    if order.get("kill"):
        stage, point = order["kill"]  # type: ignore[misc]
        trap = Trap(stage, point, folder / "kills")
    database = open_database(url)
    if trap:
        trap.watch_statements(database.engine)
    if order.get("grow") and database.path:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = database.path.stat().st_size + int(str(order["grow"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with closing(database), single_runner(database, "chaos"):
        assert settings.mail.smtp is not None
        senders = []
        for _ in range(2):
            transport = TrappedTransport(settings.mail.smtp, settings.mail.sender, data_timeout=DATA_TIMEOUT)
            transport.trap = trap
            senders.append(Outbox(database, transport, clock=clock))
        running = Daemon(
            database,
            settings,
            senders,
            lambda current, stop: facts(current, database, clock, stop),
            every=EVERY,
            clock=clock,
        )
        running.start()
        while not told.wait(0.2):
            running.look_after()
        running.stop()


def main(url: str, config: str, folder: str) -> None:
    """Fork a daemon for every line that comes."""
    hurry()
    logging.basicConfig(level=logging.INFO, format="%(process)d %(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # nobody waits for them: a killed one must not stay as a zombie
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child:
            print(child, flush=True)
            continue
        try:
            os.close(0)
            daemon(url, Path(config), Path(folder), json.loads(line))
        except BaseException as error:  # noqa: BLE001 (a forked child must never return into the loop)
            print(f"{os.getpid()} {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
