"""The ticker: APScheduler calls the jobs; all truth lives in our tables, so that a tick may come late or twice.

    fetch    the sources that are due                     (every 30 s it looks; a source is due by its own row)
    compose  decide on what is new, compose what is due   (every 10 s, and right after a fetch)
    deliver  flush the outbox                             (every 5 s; one job a connection to the mail server)
    beat     say in the store that we live, and how the jobs fare                               (every 30 s)
    ping     say so to a dead man's switch elsewhere, if every job is well                  (every 5 minutes)

Each job has an executor of its own, so that a slow server of one kind never holds up the others; each tick
catches everything and reports it. The job store is in memory: jobs are code, not data.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.job import Job
from alerts.ledger import heartbeat
from alerts.ledger.heartbeat import JobState
from alerts.outbox import Delivered, Outbox
from alerts.round import RoundReport, active_readers, compose_due, decide_new, senders_of
from watchlist.clock import utc_now
from watchlist.config import Settings
from watchlist.errors import StoreError
from watchlist.store.database import Database
from watchlist.store.processes import claimant

log = logging.getLogger("watchlist.run")

EVERY = {"fetch": 30.0, "compose": 10.0, "deliver": 5.0, "beat": 30.0, "ping": 300.0}
"""Seconds between looks."""

DEADLINES = {"fetch": 3600.0, "compose": 900.0, "deliver": 1200.0, "beat": 120.0, "ping": 300.0}
"""Seconds a run may take. A delivery begins no message after 5 minutes and may wait 10 for an answer."""

DATA_GRACE = 20.0
"""Seconds a stop waits for the mail server's answer to a message whose text is on the wire."""

CLOCK_JUMP = 5.0
"""Seconds by which the wall clock must leave the steady one to count as set (or the machine as asleep)."""

Stop = Callable[[], bool]


class Daemon:
    """The running program: start, look after it every second or so, stop.

    ``senders`` are the connections to the mail server. ``fetch`` does one round of facts by the settings in force and
    returns lines for the log; it is given a question that says whether to stop. ``ping`` tells a dead man's switch.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        senders: Sequence[Outbox],
        fetch: Callable[[Settings, Stop], list[str]],
        *,
        ping: Callable[[Settings], None] | None = None,
        every: dict[str, float] | None = None,
        clock: Callable[[], datetime] = utc_now,
        wall: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._settings = settings
        self._fetch = fetch
        self._ping = ping
        self._clock, self._wall, self._monotonic = clock, wall, monotonic
        self._owner = claimant()
        self._stopping = False
        self._last_look = (wall(), monotonic())
        every = EVERY | (every or {})
        work: dict[str, Callable[[], None]] = {
            "fetch": self._fetch_tick,
            "compose": self._compose_tick,
            "beat": self._beat_tick,
        }
        if ping is not None:
            work["ping"] = self._ping_tick
        self._jobs = {
            name: Job(name, tick, every[name], DEADLINES[name], monotonic) for name, tick in work.items()
        }
        self._every = every["deliver"]
        self._senders: dict[str, Outbox] = {}
        for sender in senders:
            self._take_sender(sender)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={name: ThreadPoolExecutor(1) for name in self._jobs},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    @property
    def settings(self) -> Settings:
        """Return the configuration in force."""
        return self._settings

    def start(self) -> None:
        """Begin ticking, each job at once."""
        try:
            with self._database.write() as session:
                heartbeat.succeed(session, self._clock())
                heartbeat.beat(session, self._owner, self.states(), self._clock())
        except StoreError as error:  # what is busy or full now may not be so in a moment
            log.warning("could not say that we live: %s", error)
        for name in self._jobs:
            self._schedule(name)
        self._scheduler.start()

    def _schedule(self, name: str) -> None:
        job = self._jobs[name]
        self._scheduler.add_job(
            job.run,
            IntervalTrigger(seconds=job.every, timezone=UTC),
            id=name,
            executor=name,
            next_run_time=self._wall(),
        )

    def use(self, settings: Settings) -> None:
        """Take over another configuration: each job by its next tick; channels and connections come and go.

        (The database stays as it is.) ConfigError, and nothing done, when a way out is not usable.
        """
        wanted: dict[str, list[Outbox]] = {}
        for sender in senders_of(self._database, settings):
            wanted.setdefault(sender.channel, []).append(sender)
        self._settings = settings
        for name, sender in list(self._senders.items()):
            if wanted.get(sender.channel):
                sender.use_of(wanted[sender.channel].pop())
            else:
                self._let_go(name)
        for sender in (one for left in wanted.values() for one in left):
            name = self._take_sender(sender)
            self._scheduler.add_executor(ThreadPoolExecutor(1), alias=name)
            self._schedule(name)
        self._wake(*self._jobs)

    def _take_sender(self, sender: Outbox) -> str:
        """Give a sender a job of its own; return its name. (Other threads look at both tables: they are replaced.)"""
        number = next(n for n in count(1) if f"deliver-{n}" not in self._jobs)
        name = f"deliver-{number}"
        job = Job(name, self._delivery(sender), self._every, DEADLINES["deliver"], self._monotonic)
        self._senders = {**self._senders, name: sender}
        self._jobs = {**self._jobs, name: job}
        return name

    def _let_go(self, name: str) -> None:
        """End a sender whose channel is gone, after the message that it is at."""
        self._senders[name].stop()
        self._jobs[name].stop()
        self._scheduler.remove_job(name)
        self._scheduler.remove_executor(name, shutdown=False)
        self._senders = {key: kept for key, kept in self._senders.items() if key != name}
        self._jobs = {key: kept for key, kept in self._jobs.items() if key != name}

    def look_after(self) -> bool:
        """Say whether every job keeps its deadline. When the clock was set, every job is called at once.

        (The ticker goes by the wall clock: set back by a day, it would sleep for a day.)
        """
        wall, steady = self._wall(), self._monotonic()
        (last_wall, last_steady), self._last_look = self._last_look, (wall, steady)
        jump = (wall - last_wall).total_seconds() - (steady - last_steady)
        if abs(jump) > CLOCK_JUMP:
            log.warning("the clock moved by %+.0f s, or the machine slept: every job looks again now", jump)
            self._wake(*self._jobs)
        return all([job.watch() for job in self._jobs.values()])  # noqa: C419 (each is to be looked at)

    def states(self) -> tuple[JobState, ...]:
        """Say how the jobs fare."""
        return tuple(job.state() for job in self._jobs.values())

    def stop(self, grace: float = DATA_GRACE) -> bool:
        """Stop ticking. Waits only for a message whose text is on the wire, at most ``grace`` seconds.

        Returns whether every job has ended; if not, the caller may leave without waiting: what a job was doing is
        either committed or not begun, and the next start goes on.
        """
        self._stopping = True
        for job in self._jobs.values():
            job.stop()
        for sender in self._senders.values():
            sender.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        until = self._monotonic() + grace
        for name, sender in self._senders.items():
            if sender.in_data.is_set():
                self._jobs[name].ends(max(until - self._monotonic(), 0.0))
        ended = all([job.ends(0.2) for job in self._jobs.values()])  # noqa: C419 (each gets its moment)
        try:
            with self._database.write() as session:
                heartbeat.leave(session, self._owner)
        except StoreError as error:
            log.warning("could not say goodbye: %s", error)
        return ended

    def _wake(self, *names: str) -> None:
        if not self._stopping:
            for name in names:
                self._scheduler.modify_job(name, next_run_time=self._wall())

    # ----- the jobs

    def _fetch_tick(self) -> None:
        for line in self._fetch(self._settings, lambda: self._stopping):
            log.info("%s", line)
        self._wake("compose")

    def _compose_tick(self) -> None:
        now, settings = self._clock(), self._settings
        report = RoundReport()
        readers = active_readers(self._database, settings)
        decide_new(self._database, readers, now, report)
        compose_due(self._database, settings, readers, now, report)
        for line in lines_of_decisions(report):
            log.info("%s", line)
        for trouble in report.troubles:
            log.warning("%s", trouble)
        if report.composed:
            self._wake(*(name for name in self._jobs if name.startswith("deliver")))

    def _delivery(self, sender: Outbox) -> Callable[[], None]:
        def tick() -> None:
            done = sender.flush()
            for line in lines_of_delivery(done):
                log.info("%s", line)
            for trouble in done.troubles:
                log.warning("%s", trouble)
            if done.paused_until:
                log.warning("mail is paused until %s UTC", f"{done.paused_until:%H:%M}")

        return tick

    def _beat_tick(self) -> None:
        with self._database.write() as session:
            heartbeat.beat(session, self._owner, self.states(), self._clock())

    def _ping_tick(self) -> None:
        """Tell the dead man's switch that we live; not a word while any job fails or is late."""
        well = all(
            not state.late and state.problem is None and (state.done is not None or state.running is not None)
            for state in self.states()
            if state.name != "ping"
        )
        if self._ping is not None and well:
            self._ping(self._settings)


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
