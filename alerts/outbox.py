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
Message-ID, which is counted (``ambiguous``). What the server has taken while the database could not be written (a
full disk, a lock) is kept in mind and written down before anything else is sent.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alerts.ledger import posts
from alerts.ledger.posts import Claim
from watchlist.clock import utc_now
from watchlist.errors import DeliveryError, WatchlistError
from watchlist.store.database import Database
from watchlist.store.processes import claimant

log = logging.getLogger(__name__)

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

    def add(self, other: "Delivered") -> None:
        """Take over what the flush of another channel did."""
        self.sent += other.sent
        self.retried += other.retried
        self.failed += other.failed
        self.repeated += other.repeated
        self.troubles += other.troubles
        self.paused_until = self.paused_until or other.paused_until


FLUSH_SECONDS = 300.0
"""A flush begins no further message after so long: what a tick does must end, and the next tick goes on."""


class Outbox:
    """One sender: it hands over one message after the other. A process may have several, each with its transport.

    ``per_minute`` is the most that all senders of all processes together hand over in a minute; None: no limit.
    ``channel`` is whose messages it sends: mail, or a configured channel. ``clock`` gives now; tests give their own.
    """

    def __init__(
        self,
        database: Database,
        transport: Transport,
        *,
        per_minute: int | None = None,
        clock: Callable[[], datetime] = utc_now,
        channel: str = CHANNEL_MAIL,
    ) -> None:
        self.channel = channel
        self._database = database
        self._transport = transport
        self._per_minute = per_minute
        self._clock = clock
        self._stop = threading.Event()
        self.in_data = threading.Event()
        """Set while a message's text is on the wire: the only moment a stop is worth waiting for."""
        self._owner = claimant()
        self._handed: list[Claim] = []
        """Messages that the server has and the database does not know of yet."""
        self._next: tuple[Transport, int | None] | None = None

    @property
    def place(self) -> str:
        """Name the way out for a person."""
        return self._transport.place

    def stop(self) -> None:
        """Ask a running flush to end before its next message."""
        self._stop.set()

    def use_of(self, other: "Outbox") -> None:
        """Use another sender's way out, in its place, from the next flush on."""
        self._next = (other._transport, other._per_minute)

    def take_back(self) -> int:
        """Take back the messages of processes of this machine that are dead; say how many they were."""
        with self._database.write() as session:
            return posts.take_back(session, self._clock())

    def flush(self, limit: int = 1000) -> Delivered:
        """Send what is due, at most ``limit`` messages. A message's trouble is a line of the result, no exception.

        StoreError when the database fails; nothing is lost by that, and the next flush goes on.
        """
        if self._next is not None:
            (self._transport, self._per_minute), self._next = self._next, None
        done = Delivered()
        ends = time.monotonic() + FLUSH_SECONDS
        try:
            self._settle()
            with self._database.write() as session:
                posts.take_back(session, self._clock(), self._owner)
            for _ in range(limit):
                if self._stop.is_set() or time.monotonic() > ends:
                    break
                with self._database.write() as session:
                    claims = posts.claim(
                        session, self._owner, self.channel, self._clock(), per_minute=self._per_minute
                    )
                if not claims or not all(self._send_one(held, done) for held in claims):
                    break
        finally:
            self._transport.close()
        return done

    def _settle(self) -> None:
        """Write down what the server has taken."""
        while self._handed:
            with self._database.write() as session:
                posts.mark_sent(session, self._handed[0], self._clock())
                posts.resume_channel(session, self.channel)
            del self._handed[0]

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
                with self._database.write() as session:
                    posts.release(session, held)
                return False
            return self._failed(held, error, done, ambiguous=texted and error.code is None)
        except WatchlistError:
            raise
        except Exception as error:
            # A defect of ours with one message must not keep the others waiting; the log has the traceback.
            log.exception("message %d: a defect in handing it over", held.id)
            trouble = DeliveryError(f"internal error ({type(error).__name__}: {error}); please report it")
            return self._failed(held, trouble, done, ambiguous=texted)
        finally:
            self.in_data.clear()
        self._handed.append(held)
        done.sent.append(held)
        done.repeated += bool(held.ambiguous)
        self._settle()
        return True

    def _failed(self, held: Claim, error: DeliveryError, done: Delivered, *, ambiguous: bool) -> bool:
        now, problem = self._clock(), str(error)
        done.troubles.append(f"{held.reader}: {problem}" if not error.channel else problem)
        with self._database.write() as session:
            if error.channel:
                posts.release(session, held)
                done.paused_until = posts.pause_channel(session, self.channel, problem, now)
            elif error.permanent:
                posts.mark_failed(session, held, problem, now)
                done.failed += 1
            else:
                posts.mark_retry(session, held, problem, now, ambiguous=ambiguous)
                done.retried += 1
        return not error.channel
