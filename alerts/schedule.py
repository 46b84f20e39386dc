"""The ticker: APScheduler calls three jobs; all truth lives in our tables, so that a tick may come late or twice.

    fetch    the sources that are due                     (every 30 s it looks; a source is due by its own row)
    compose  decide on what is new, compose what is due   (every 10 s, and right after a fetch)
    deliver  flush the outbox                             (every 5 s)

Each job has an executor of its own, so that a slow server of one kind never holds up the others; each tick
catches everything and reports it. The job store is in memory: jobs are code, not data.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.ledger.heartbeat import beat
from alerts.outbox import Delivered, Outbox
from alerts.round import RoundReport, active_readers, compose_due, decide_new
from watchlist.clock import utc_now
from watchlist.config import Settings
from watchlist.errors import WatchlistError
from watchlist.store.database import Database

log = logging.getLogger("watchlist.run")

EVERY = {"fetch": 30, "compose": 10, "deliver": 5}
"""Seconds between looks."""

DATA_GRACE = 20.0
"""Seconds a stop waits for the mail server's answer to a message whose text is on the wire."""


class Daemon:
    """The running program: start, wait, stop. ``fetch`` does one round of facts and returns
    lines for the log; it is given a question that says whether to stop."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        outbox: Outbox,
        fetch: Callable[[Callable[[], bool]], list[str]],
        *,
        every: dict[str, float] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._settings = settings
        self._outbox = outbox
        self._fetch = fetch
        self._every = EVERY | (every or {})
        self._clock = clock
        self._busy: dict[str, threading.Lock] = {name: threading.Lock() for name in EVERY}
        self._stopping = threading.Event()
        self._started = clock()
        self._seen: set[str] = set()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={name: ThreadPoolExecutor(1) for name in EVERY},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin ticking, each job at once."""
        jobs = {"fetch": self._fetch_tick, "compose": self._compose_tick, "deliver": self._deliver_tick}
        for name, job in jobs.items():
            self._scheduler.add_job(
                self._guarded,
                IntervalTrigger(seconds=self._every[name], timezone=UTC),
                args=(name, job),
                id=name,
                executor=name,
                next_run_time=self._clock(),
            )
        self._scheduler.start()

    def stop(self, grace: float = DATA_GRACE) -> bool:
        """Stop ticking. Waits only for a message whose text is on the wire, at most ``grace`` seconds.

        Returns whether every job has ended; if not, the caller may leave without waiting: what a job was doing is
        either committed or not begun, and the next start goes on.
        """
        self._stopping.set()
        self._outbox.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._outbox.in_data.is_set():
            _ends(self._busy["deliver"], grace)
        return all(_ends(lock, 0.2) for lock in self._busy.values())

    # ----- the jobs

    def _guarded(self, name: str, job: Callable[[], None]) -> None:
        """Run one tick: whatever goes wrong is a line of the log, and the next tick comes."""
        with self._busy[name]:
            if self._stopping.is_set():
                return
            try:
                job()
                with self._database.write() as session:
                    beat(session, name, self._clock(), self._started, os.getpid())
                self._seen.discard(name)
            except WatchlistError as error:
                self._complain(name, str(error))
            except Exception:
                log.exception("%s failed; it goes on with the next tick", name)

    def _complain(self, name: str, problem: str) -> None:
        log.error("%s: %s", name, problem)

    def _fetch_tick(self) -> None:
        for line in self._fetch(self._stopping.is_set):
            log.info("%s", line)
        if not self._stopping.is_set():
            self._scheduler.modify_job("compose", next_run_time=self._clock())

    def _compose_tick(self) -> None:
        now = self._clock()
        report = RoundReport()
        readers = active_readers(self._database, self._settings)
        decide_new(self._database, readers, now, report)
        compose_due(self._database, self._settings, readers, now, report)
        for line in lines_of_decisions(report):
            log.info("%s", line)
        for trouble in report.troubles:
            log.warning("%s", trouble)
        if report.composed and not self._stopping.is_set():
            self._scheduler.modify_job("deliver", next_run_time=self._clock())

    def _deliver_tick(self) -> None:
        done = self._outbox.flush()
        for line in lines_of_delivery(done):
            log.info("%s", line)
        for trouble in done.troubles:
            log.warning("%s", trouble)
        if done.paused_until:
            log.warning("mail is paused until %s UTC", f"{done.paused_until:%H:%M}")


def lines_of_decisions(report: RoundReport) -> list[str]:
    """Return a line for what was decided and one for each mail composed."""
    lines = []
    if report.reports:
        answers = ", ".join(f"{n} {delivery.value}" for delivery, n in sorted(report.decided.items()))
        lines.append(f"read {report.reports} reports: {answers}")
    lines += [
        f"composed {mail.kind.value} {mail.number} for {mail.reader}: {mail.subject}"
        for mail in report.composed
    ]
    return lines


def lines_of_delivery(done: Delivered) -> list[str]:
    """Return a line for each message that was handed over."""
    return [
        f"mailed {held.address}: {held.subject}"
        + (" (again: the first attempt's outcome is not known)" if held.ambiguous else "")
        for held in done.sent
    ]


def _ends(lock: threading.Lock, seconds: float) -> bool:
    got = lock.acquire(timeout=seconds)
    if got:
        lock.release()
    return got
