"""Sends what the outbox holds: claim, send, mark. At least once, and twice only where nobody can know.

::

    pending ──claim──> sending(claimed) ──before DATA──> sending(data) ──250──> sent
       ^                   │    │                            │
       ├── 4xx, no answer ─┘    │                            │
       ├── no answer: ambiguous, the same bytes and Message-ID again ┘
       │                        ├── 5xx on message or address ──> failed
       │                        └── 535, no server: the message goes back, the channel pauses
       └── the lease of a dead process ended
    pending ──72 h──> dead        pending ──unsubscribed──> cancelled

A message is only ever in the hands of one worker: every step checks owner and lease. A process that dies before
DATA costs a repetition of nothing; one that dies between DATA and the server's answer a repetition with the same
Message-ID, which is counted (``ambiguous``).
"""

import os
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alerts.ledger import posts
from alerts.ledger.posts import Claim
from watchlist.clock import utc_now
from watchlist.errors import DeliveryError
from watchlist.store.database import Database

CHANNEL_MAIL = "mail"


class Transport(Protocol):
    """A way out for finished messages."""

    name: str

    @property
    def place(self) -> str:
        """Name the way out for a person."""
        ...

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        """Hand over one message, or raise DeliveryError. ``before_data`` is asked right before the text goes out."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(slots=True)
class Delivered:
    """What one flush did: messages by outcome, and a line for each trouble."""

    sent: list[Claim] = field(default_factory=list)
    retried: int = 0
    failed: int = 0
    repeated: int = 0
    troubles: list[str] = field(default_factory=list)
    paused_until: datetime | None = None


class Outbox:
    """The sending side for one process. ``clock`` gives now; tests give their own."""

    def __init__(
        self, database: Database, transport: Transport, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._transport = transport
        self._clock = clock
        self._stop = threading.Event()
        self.in_data = threading.Event()
        """Set while a message's text is on the wire: the only moment a stop is worth waiting for."""
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def stop(self) -> None:
        """Ask a running flush to end before its next message."""
        self._stop.set()

    def take_back(self) -> int:
        """Take back the messages of dead processes. Only with the runner's lock of an SQLite database in hand."""
        with self._database.write() as session:
            return posts.take_back(session, self._clock())

    def flush(self, limit: int = 1000) -> Delivered:
        """Send what is due, at most ``limit`` messages. A message's trouble is a line of the result, no exception."""
        done = Delivered()
        left = limit
        try:
            while left > 0 and not self._stop.is_set():
                with self._database.write() as session:
                    claims = posts.claim(
                        session, self._owner, CHANNEL_MAIL, self._clock(), limit=min(left, 10)
                    )
                if not claims:
                    break
                left -= len(claims)
                for at, held in enumerate(claims):
                    if self._stop.is_set() or not self._send_one(held, done):
                        self._release(claims[at if self._stop.is_set() else at + 1 :])
                        return done
        finally:
            self._transport.close()
        return done

    def _send_one(self, held: Claim, done: Delivered) -> bool:
        """Send one message and mark it. False when the channel is at fault: no further message now."""
        texted = False

        def before_data() -> bool:
            nonlocal texted
            if self._stop.is_set():
                return False
            with self._database.write() as session:
                texted = posts.enter_data(session, held, self._clock())
            if texted:
                self.in_data.set()
            return texted

        try:
            self._transport.send(held, before_data)
        except DeliveryError as error:
            self.in_data.clear()
            if self._stop.is_set() and not texted:
                self._release([held])
                return False
            return self._failed(held, error, done, ambiguous=texted and error.code is None)
        finally:
            self.in_data.clear()
        with self._database.write() as session:
            posts.mark_sent(session, held, self._clock())
            posts.resume_channel(session, CHANNEL_MAIL)
        done.sent.append(held)
        done.repeated += bool(held.ambiguous)
        return True

    def _failed(self, held: Claim, error: DeliveryError, done: Delivered, *, ambiguous: bool) -> bool:
        now, problem = self._clock(), str(error)
        done.troubles.append(f"{held.reader}: {problem}" if not error.channel else problem)
        with self._database.write() as session:
            if error.channel:
                posts.release(session, held)
                done.paused_until = posts.pause_channel(session, CHANNEL_MAIL, problem, now)
            elif error.permanent:
                posts.mark_failed(session, held, problem, now)
                done.failed += 1
            else:
                posts.mark_retry(session, held, problem, now, ambiguous=ambiguous)
                done.retried += 1
        return not error.channel

    def _release(self, claims: list[Claim]) -> None:
        if claims:
            with self._database.write() as session:
                for held in claims:
                    posts.release(session, held)
