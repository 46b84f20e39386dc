"""One thing that the daemon does again and again, with a deadline, and how it fares."""

import logging
import threading
from collections.abc import Callable

from alerts.ledger.heartbeat import JobState
from watchlist.errors import WatchlistError

log = logging.getLogger("watchlist.run")


class Job:
    """A job: ``work`` every so many seconds, one run at a time. ``deadline`` (seconds) is how long a run may take.

    ``monotonic`` is the clock that runs are measured by: it never jumps.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        every: float,
        deadline: float,
        monotonic: Callable[[], float],
    ) -> None:
        self.name, self.every, self.deadline = name, every, deadline
        self._work = work
        self._monotonic = monotonic
        self._busy = threading.Lock()
        self._stopped = threading.Event()
        self._began: float | None = None
        self._done: float | None = None
        self._failures = 0
        self._problem: str | None = None
        self._told_late = False

    def run(self) -> None:
        """Do it once: whatever goes wrong is a line of the log, and the next tick comes."""
        with self._busy:
            if self._stopped.is_set():
                return
            self._began, self._told_late = self._monotonic(), False
            try:
                self._work()
            except WatchlistError as error:
                self._fail(str(error))
                log.error("%s: %s", self.name, error)  # noqa: TRY400 (expected: the line says it all)
            except Exception as error:
                self._fail(f"{type(error).__name__}: {error}")
                log.exception("%s failed; it goes on with the next tick", self.name)
            else:
                self._done, self._problem = self._monotonic(), None
            finally:
                self._began = None

    def _fail(self, problem: str) -> None:
        self._failures += 1
        self._problem = problem[:500]

    def state(self) -> JobState:
        """Say how it fares."""
        now, began, done = self._monotonic(), self._began, self._done
        return JobState(
            self.name,
            self.deadline,
            running=None if began is None else round(now - began, 1),
            done=None if done is None else round(now - done, 1),
            failures=self._failures,
            problem=self._problem,
        )

    def watch(self) -> bool:
        """Say whether it keeps its deadline; the first time that it does not is a line of the log."""
        state = self.state()
        if state.late and not self._told_late:
            self._told_late = True
            minutes = f"{(state.running or 0) / 60:.0f}"
            log.error(
                "%s has been at it for %s minutes; it should take %.0f at most",
                self.name,
                minutes,
                self.deadline / 60,
            )
        return not state.late

    def stop(self) -> None:
        """Begin no further run."""
        self._stopped.set()

    def ends(self, seconds: float) -> bool:
        """Wait so long for a run under way; say whether it has ended."""
        got = self._busy.acquire(timeout=seconds)
        if got:
            self._busy.release()
        return got
