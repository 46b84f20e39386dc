"""Sources read at once, in threads: each answer as it comes, a defect as an error, the end at once when told to stop."""

import logging
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event as Flag
from typing import Protocol, TypeVar

from watchlist.errors import SourceError, WatchlistError

log = logging.getLogger(__name__)

_GLANCE_SECONDS = 0.25
"""How often a running fetch looks whether it is to stop."""


class StoppedError(Exception):
    """The reading was told to stop; nothing is wrong."""


class Named(Protocol):
    """What is visited."""

    @property
    def name(self) -> str:
        """Return the name of its source."""
        ...


Visited = TypeVar("Visited", bound=Named)
Answer = TypeVar("Answer")


def read_all(
    visits: Sequence[Visited],
    read: Callable[[Visited, Callable[[], bool]], Answer],
    failed: Callable[[Visited, SourceError], Answer],
    *,
    kind: str,
    workers: int,
    close: Callable[[], object] | None,
    stop: Callable[[], bool] | None,
) -> Generator[tuple[Visited, Answer], None, None]:
    """Call ``read`` for all visits, ``workers`` at once, and yield each with its answer as it is done.

    ``read`` also gets what tells it that nobody waits any more. What it raises becomes an answer by ``failed``.
    Raises StoppedError soon after ``stop`` says True. Then, as when the generator is closed, ``close`` ends what is
    under way. ``kind`` names what is visited, in the log.
    """
    over = Flag()

    def begin(visit: Visited) -> Answer:
        if over.is_set():
            raise StoppedError
        return read(visit, over.is_set)

    pool = ThreadPoolExecutor(workers, thread_name_prefix=kind)
    running: dict[Future[Answer], Visited] = {}
    try:
        running.update({pool.submit(begin, one): one for one in visits})
        while running:
            done, _ = wait(running, timeout=_GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                visit = running.pop(future)
                yield visit, _answer(kind, visit, future, failed)
            if stop is not None and stop():
                raise StoppedError
    finally:
        over.set()
        if running and close is not None:
            close()  # what is under way fails at once
        pool.shutdown(wait=True, cancel_futures=True)


def _answer(
    kind: str, visit: Visited, future: Future[Answer], failed: Callable[[Visited, SourceError], Answer]
) -> Answer:
    try:
        return future.result()
    except WatchlistError as error:
        told = str(error)
    except Exception as error:
        # A defect of ours in one source must not cost the others their round; the log has the traceback.
        log.exception("%s %s: a defect in its reader", kind, visit.name)
        told = f"internal error ({type(error).__name__}: {error}); please report it"
    return failed(visit, SourceError(visit.name, told))
