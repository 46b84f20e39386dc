"""First come, first served: the threads of one process that want to write to an SQLite file.

SQLite lets whoever waits try again every tenth of a second. A job that writes again and again (a thousand digests at
08:00) would win each time, and the others would give up in the end.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and hand it on at the end of the block. Inside one's own turn there is none to wait for."""
        me, mine = threading.get_ident(), threading.Event()
        if self._holder == me:
            yield
            return
        with self._guard:
            if self._holder is None:
                self._holder = me
                mine.set()
            else:
                self._waiting.append((me, mine))
        try:
            mine.wait()
        except BaseException:  # Ctrl-C while waiting
            self._leave(me, mine)
            raise
        try:
            yield
        finally:
            self._hand_on()

    def _leave(self, me: int, mine: threading.Event) -> None:
        with self._guard:
            waiting = (me, mine) in self._waiting
            if waiting:
                self._waiting.remove((me, mine))
        if not waiting:  # it had become our turn just then
            self._hand_on()

    def _hand_on(self) -> None:
        with self._guard:
            self._holder = None
            if self._waiting:
                self._holder, following = self._waiting.popleft()
                following.set()
