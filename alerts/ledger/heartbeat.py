"""Signs of life of running programs, in the store's ``heartbeats``: a row a process, with how each of its jobs fares."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from alerts.ledger.moment import moment_of
from watchlist.store.processes import is_dead
from watchlist.store.tables import HeartbeatRow

_DAEMON, _CHECK = "run ", "check"

FORGET_AFTER = timedelta(days=7)
"""How long a daemon that went without a word is still told of."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How one job fares: seconds since it began (None: idle) and since it last ended well (None: never yet).

    ``deadline`` is how long it may take, in seconds; ``problem`` what its last run failed with.
    """

    name: str
    deadline: float
    running: float | None = None
    done: float | None = None
    failures: int = 0
    problem: str | None = None

    @property
    def late(self) -> bool:
        """Say whether it takes longer than it may."""
        return self.running is not None and self.running > self.deadline


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of one daemon: which (``watchlist.store.processes``), when, and its jobs as they were.

    ``dead``: it ran on this machine, and is known to run no more.
    """

    owner: str
    at: datetime
    jobs: tuple[JobState, ...]
    dead: bool = False


def beat(session: Session, owner: str, jobs: tuple[JobState, ...], now: datetime) -> None:
    """Say that a daemon lives."""
    name = f"{_DAEMON}{owner}"
    row = session.get(HeartbeatRow, name) or HeartbeatRow(name=name, beat_at=now, note="")
    row.beat_at = moment_of(session, now)
    row.note = json.dumps([asdict(job) for job in jobs])
    session.add(row)


def leave(session: Session, owner: str) -> None:
    """Say that a daemon ends as it was told to: nobody needs to miss it."""
    session.exec(delete(HeartbeatRow).where(col(HeartbeatRow.name) == f"{_DAEMON}{owner}"))


def succeed(session: Session, now: datetime) -> None:
    """Forget daemons that one of this machine replaces, and those that have been missed for long."""
    moment = moment_of(session, now)
    for found in beats(session):
        if found.dead or moment - found.at > FORGET_AFTER:
            leave(session, found.owner)


def beats(session: Session) -> list[Beat]:
    """Return the daemons that have not said goodbye, the latest sign of life first."""
    rows = session.exec(select(HeartbeatRow).where(col(HeartbeatRow.name).startswith(_DAEMON)))
    found = []
    for row in rows:
        owner = row.name.removeprefix(_DAEMON)
        jobs = tuple(JobState(**job) for job in json.loads(row.note))
        found.append(Beat(owner, row.beat_at, jobs, is_dead(owner)))
    return sorted(found, key=lambda one: one.at, reverse=True)


def note_check(session: Session, now: datetime) -> None:
    """Say that ``watchlist check`` has done a whole round."""
    row = session.get(HeartbeatRow, _CHECK) or HeartbeatRow(name=_CHECK, beat_at=now, note="")
    row.beat_at = moment_of(session, now)
    session.add(row)


def last_check(session: Session) -> datetime | None:
    """Return when ``watchlist check`` last did a whole round."""
    return session.exec(select(HeartbeatRow.beat_at).where(HeartbeatRow.name == _CHECK)).first()
