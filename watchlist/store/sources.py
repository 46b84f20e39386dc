"""The sources in the store: their settings (when added by command), their state between fetches, their health."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from watchlist.config import SourceSettings
from watchlist.model import SourceState


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as the store knows it. ``configured`` says that it stands in the configuration file."""

    id: int
    settings: SourceSettings
    state: SourceState
    configured: bool
    added_at: datetime
    paused: bool
    gone: bool
    next_due: datetime | None
    failures: int
    problem: str | None
    baseline_done: bool
    moved_to: str | None


def sync_configured(session: Session, sources: Iterable[SourceSettings], now: datetime) -> None:
    """Make the store's rows of configured sources equal to the configuration.

    New ones appear, changed ones are updated (their state stays unless the address changed), those that left
    the file stop being fetched; their documents stay.
    """
    raise NotImplementedError


def add(session: Session, source: SourceSettings, now: datetime) -> bool:
    """Add a source by command. False, and nothing changed, when the same kind and address is there already.

    Raises UsageError when the name is another source's.
    """
    raise NotImplementedError


def get(session: Session, name: str) -> StoredSource:
    """Return a source by name or address. Raises UsageError when there is none."""
    raise NotImplementedError


def list_all(session: Session) -> list[StoredSource]:
    """Return every source that is not removed, by name."""
    raise NotImplementedError


def pause(session: Session, name: str, *, paused: bool = True) -> StoredSource:
    """Stop (or resume) fetching a source. Raises UsageError when there is none."""
    raise NotImplementedError


def remove(session: Session, name: str, now: datetime) -> StoredSource:
    """Remove a source that was added by command; its documents and events stay.

    Raises UsageError when there is none, or when it stands in the configuration file.
    """
    raise NotImplementedError
