"""Signs of life of the running jobs, in the store's ``heartbeats``: one row a job."""

import json
import socket
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from watchlist.store.tables import HeartbeatRow


@dataclass(frozen=True, slots=True)
class Beat:
    """A job's last sign of life, and the process it came from."""

    job: str
    at: datetime
    started: datetime | None
    host: str
    process: int | None


def beat(session: Session, job: str, now: datetime, started: datetime, process: int) -> None:
    """Say that a job has just done its work."""
    name = f"run.{job}"
    row = session.get(HeartbeatRow, name) or HeartbeatRow(name=name, beat_at=now, note="")
    row.beat_at = now
    row.note = json.dumps({"started": started.isoformat(), "host": socket.gethostname(), "process": process})
    session.add(row)


def beats(session: Session) -> list[Beat]:
    """Return the last sign of life of every job."""
    found = []
    for row in session.exec(select(HeartbeatRow).where(col(HeartbeatRow.name).startswith("run."))):
        try:
            told = json.loads(row.note)
        except ValueError:
            told = {}
        started = datetime.fromisoformat(told["started"]) if told.get("started") else None
        found.append(Beat(row.name[4:], row.beat_at, started, told.get("host", ""), told.get("process")))
    return found
