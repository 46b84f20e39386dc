"""What is stored, read anew by a changed watchlist or changed rules: who was named before we watched them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from watchlist.analysis import Analyst
from watchlist.model import Document, Finding
from watchlist.store.database import Database
from watchlist.store.rereads import Stale, stale, still_in_force
from watchlist.store.turns import take_turn
from watchlist.store.writes import Batch, Reading, store_readings

log = logging.getLogger(__name__)

DAYS = 90
"""How far back stored documents are read anew."""
_AT_ONCE = 50
"""Documents a transaction, so that others can write in between."""


def reread(
    database: Database,
    analyst: Analyst,
    now: datetime,
    *,
    days: int = DAYS,
    limit: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Read stored documents of the last ``days`` that this analyst has not read; return how many were read.

    What is found is reported as baseline: shown under status and timeline, never mailed as new. The latest first,
    at most ``limit`` (None: all). Safe to stop at any time: what is left is read next time.
    """
    done = 0
    while limit is None or done < limit:
        wanted = _AT_ONCE if limit is None else min(_AT_ONCE, limit - done)
        with database.read() as session:
            found = stale(session, analyst.fingerprint, now - timedelta(days=days), wanted)
        if not found or (stop is not None and stop()):
            break
        _store(database, analyst, now, found)
        done += len(found)
    return done


def _store(database: Database, analyst: Analyst, now: datetime, found: list[Stale]) -> None:
    readings = []
    for one in found:
        finding = read_guarded(analyst, one.recognised.document)
        # Before and after are the same text: nothing of it is news, and nothing has vanished.
        readings.append((one, Reading.of(one.recognised, finding, now, finding)))
    with database.write() as session:
        take_turn(session)
        fresh = still_in_force(session, (one.recognised for one in found))
        kept = [(one, reading) for one, reading in readings if one.recognised.item_id in fresh]
        kept.sort(key=lambda pair: pair[0].source_id)
        for (source_id, source), group in groupby(kept, key=lambda pair: (pair[0].source_id, pair[0].source)):
            batch = [reading for _, reading in group]
            store_readings(session, Batch(source_id, source, batch, analyst.fingerprint, now))


def read_guarded(analyst: Analyst, document: Document) -> Finding:
    """Return the finding; a defect in the analysis is kept as its error rather than losing the document.

    Such a document is read again when the rules change.
    """
    try:
        return analyst.read(document)
    except Exception as error:
        log.exception("document %s: a defect in the analysis", document.id)
        return Finding(document, error=f"internal error ({type(error).__name__}: {error}); please report it")
