"""Signs of life of the running jobs, in the store's ``heartbeats``: one row a job."""

import json
import socket
from datetime import datetime

from sqlmodel import Session

from watchlist.store.tables import HeartbeatRow


def beat(session: Session, job: str, now: datetime, started: datetime, process: int) -> None:
    """Say that a job has just done its work."""
    name = f"run.{job}"
    row = session.get(HeartbeatRow, name) or HeartbeatRow(name=name, beat_at=now, note="")
    row.beat_at = now
    row.note = json.dumps({"started": started.isoformat(), "host": socket.gethostname(), "process": process})
    session.add(row)
