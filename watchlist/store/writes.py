"""What one fetch of a source adds to the store, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchlist.model import Finding, SourceState


@dataclass(frozen=True, slots=True)
class Fetch:
    """One finished fetch of one source, ready to be stored.

    ``findings`` are the documents as the analyst read them; ``next_due`` when to come back; ``state`` the
    validators and cursors that belong to exactly these documents.
    """

    source: str
    fetched_at: datetime
    findings: Sequence[Finding]
    fingerprint: str
    state: SourceState
    next_due: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a fetch changed."""

    new: int = 0
    revised: int = 0
    matched: int = 0
    reports: int = 0
    baseline: bool = False
