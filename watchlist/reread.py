"""What is stored, read anew: for a changed watchlist or changed rules, and at once for one name that was added."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby

from watchlist.analysis import Analyst
from watchlist.matching.lookup import queries_of
from watchlist.model import Document, Entry, Finding
from watchlist.store import words
from watchlist.store.database import Database
from watchlist.store.rereads import Stale, stale, still_in_force, stored_since
from watchlist.store.turns import take_turn
from watchlist.store.writes import Batch, Reading, store_readings

log = logging.getLogger(__name__)

DAYS = 90
"""How far back stored documents are read anew, unless the configuration says otherwise."""
_MOST_NAMED = 20_000
"""At most so many documents that may hold a name are read for it at once."""
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


@dataclass(frozen=True, slots=True)
class LookedBack:
    """A look back for some names: how many documents are ``stored`` since then, and how many, perhaps naming them, ``left``."""

    stored: int
    left: int


def look_back(
    database: Database,
    analyst: Analyst,
    added: Sequence[Entry],
    now: datetime,
    *,
    days: int = DAYS,
    as_news: bool = False,
    stop: Callable[[], bool] | None = None,
) -> LookedBack:
    """Read the stored documents of the last ``days`` that may name one of some entries, found by their index of words.

    What is found is reported as baseline, or as news if asked. The latest first; what is left when ``stop`` says
    so, or beyond 20,000 documents, is read with the next rounds. Misspelt names are found by these only.
    """
    since = now - timedelta(days=days)
    with database.read() as session:
        first, stored = stored_since(session, since)
        found_by = (words.find(session, queries_of(entry), first, _MOST_NAMED) for entry in added if stored)
        naming = sorted(set(chain.from_iterable(found_by)), reverse=True)[:_MOST_NAMED]
    done = 0
    while done < len(naming) and not (stop is not None and stop()):
        some = naming[done : done + _AT_ONCE]
        with database.read() as session:
            found = stale(session, analyst.fingerprint, since, len(some), some)
        if found:
            _store(database, analyst, now, found, as_news=as_news)
        done += len(some)
    return LookedBack(stored, max(0, len(naming) - done))


def _store(
    database: Database, analyst: Analyst, now: datetime, found: list[Stale], *, as_news: bool = False
) -> None:
    readings = []
    for one in found:
        finding = read_guarded(analyst, one.recognised.document)
        # Before and after are the same text: nothing of it is news, and nothing has vanished.
        prior = None if as_news else finding
        readings.append((one, Reading.of(one.recognised, finding, now, prior)))
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
