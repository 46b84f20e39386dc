"""Retention: what the user lets the program forget, applied once a day. Off unless it is set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.ledger import audit, mails
from watchlist.config import RetentionSettings
from watchlist.store import retention
from watchlist.store.database import Database

_AT_ONCE = 500
_EVERY = timedelta(hours=20)
_DONE = "retention.applied"


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was (or would be) forgotten: emptied texts, emptied mails, deleted lines of the trail by sort."""

    documents: int = 0
    mails: int = 0
    fetches: int = 0
    decisions: int = 0
    lines: int = 0

    @property
    def anything(self) -> bool:
        """Say whether there was anything to forget."""
        return any((self.documents, self.mails, self.fetches, self.decisions, self.lines))


def due(database: Database, settings: RetentionSettings, now: datetime) -> bool:
    """Say whether retention is set and was not applied within the last 20 hours."""
    if settings == RetentionSettings():
        return False
    with database.read() as session:
        before = audit.last(session, _DONE)
    return before is None or not timedelta() <= now - before < _EVERY


def preview(database: Database, settings: RetentionSettings, now: datetime) -> Pruned:
    """Count what ``apply`` would forget."""
    texts, letters, lines = _cutoffs(settings, now)
    with database.read() as session:
        decided, others = audit.count_old(session, lines) if lines else (0, 0)
        return Pruned(
            retention.count_documents(session, texts) if texts else 0,
            mails.count_old(session, letters) if letters else 0,
            retention.count_fetches(session, lines) if lines else 0,
            decided,
            others,
        )


def apply(database: Database, settings: RetentionSettings, now: datetime) -> Pruned:
    """Forget what is older than the settings say, but nothing that an open case needs; leave a line in the trail."""
    texts, letters, lines = _cutoffs(settings, now)
    documents = fetches = decided = others = emptied = 0
    while texts:
        with database.write() as session:
            count = retention.empty_documents(session, texts, now, _AT_ONCE)
        documents += count
        if count < _AT_ONCE:
            break
    with database.write() as session:
        if letters:
            emptied = mails.empty_old(session, letters)
        if lines:
            with retention.pruning(session):
                fetches = retention.delete_fetches(session, lines)
                decided, others = audit.delete_old(session, lines)
        audit.note(
            session, now, _DONE, "retention",
            documents=documents, mails=emptied, fetches=fetches, decisions=decided, lines=others,
            documents_days=settings.documents_days, mails_days=settings.mails_days, audit_days=settings.audit_days,
        )  # fmt: skip
    return Pruned(documents, emptied, fetches, decided, others)


def _cutoffs(
    settings: RetentionSettings, now: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    days = (settings.documents_days, settings.mails_days, settings.audit_days)
    texts, letters, lines = (now - timedelta(days=n) if n is not None else None for n in days)
    return texts, letters, lines
