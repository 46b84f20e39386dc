"""The tables of facts. Rows never leave ``watchlist.store``; frozen dataclasses travel.

::

    entries ──────────────┐                     cases
                          │                       │
    sources ─ items ─ revisions ─ findings     events ── reports ──> (alerts reads by id)
       └ fetches            └─ stories ─────────────────────┘

What is unique, and why the same thing is never stored twice:

* ``items(source_id, uid_hash)``: one item of one source, however often it is fetched;
* ``revisions(item_id, content_sha)``: one wording of one item;
* ``findings(revision_id, fingerprint)``: one reading by one state of watchlist and rules;
* ``events(entry_id, action, stage, authority, effective, matter)``: NOT NULL throughout, since two NULLs are
  different to both databases; an unknown part is ``''``, and ``matter`` is the story's id for a mere mention,
  and the day for a dateless event that is told anew after long silence;
* ``tellings(item_id, event_id)``: whether an item tells an event, as it stands now;
* ``reports(event_id, revision_id, change)``: one wording says one thing of one event.

Beside them stands the index of wordings by their words (``watchlist.store.words``), which is not a table of rows.

Changes to a table go through a migration in ``migrations/versions``; nothing here creates anything.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from watchlist.store.columns import JsonText, UtcDateTime


class EntryRow(SQLModel, table=True):
    """A watched name. A removed one keeps its row, so that its events keep their name."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("key", name="uq_entries_key"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    """The name, NFKC, casefolded, blanks collapsed: equal keys are the same entry."""
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    aliases: list[str] = Field(sa_type=JsonText)
    owners: list[dict[str, Any]] = Field(sa_type=JsonText)
    tickers: list[str] = Field(sa_type=JsonText)
    identifiers: list[str] = Field(sa_type=JsonText)
    tags: list[str] = Field(sa_type=JsonText)
    context: list[str] = Field(sa_type=JsonText)
    excluded: list[str] = Field(sa_type=JsonText)
    note: str = Field(sa_type=Text)
    extra: list[list[str]] = Field(sa_type=JsonText)
    added_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SourceRow(SQLModel, table=True):
    """A source: its settings, what it remembers between fetches, how it fares, and who is fetching it now."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("name", name="uq_sources_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    options: list[list[str]] = Field(sa_type=JsonText)
    official: bool
    poll_minutes: int | None = None
    configured: bool
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused: bool = False
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_to: str | None = Field(default=None, sa_type=Text)
    moved_seen: int = 0
    """How often in a row a permanent redirect to ``moved_to`` was seen; it is believed after three."""
    validators: dict[str, dict[str, str]] = Field(sa_type=JsonText)
    cursor: dict[str, str] = Field(sa_type=JsonText)
    baseline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first fetch was stored; before that, what comes is old news."""
    last_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_success_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    problem: str | None = Field(default=None, sa_type=Text)
    next_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_by: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FetchRow(SQLModel, table=True):
    """One attempt to fetch a source. Append-only: the trail of what was read when, with which rules."""

    __tablename__ = "fetches"
    __table_args__ = (Index("ix_fetches_source_id_at", "source_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id")
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: str = Field(sa_type=Text)
    """``read``, ``not modified``, ``failed``, ``held``, ``offline`` or ``gone``."""
    baseline: bool = False
    documents: int = 0
    new: int = 0
    revised: int = 0
    matched: int = 0
    errors: list[str] = Field(sa_type=JsonText)
    fingerprint: str = Field(default="", sa_type=Text)
    pages: list[dict[str, Any]] = Field(default_factory=list, sa_type=JsonText)
    """What came: address, SHA-256 (None: not modified), size, validators."""


class StoryRow(SQLModel, table=True):
    """The set of documents that tell one thing; its members are the revisions that point here."""

    __tablename__ = "stories"

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)


class ItemRow(SQLModel, table=True):
    """One item of one source, through all its revisions."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("source_id", "uid_hash", name="uq_items_source_id_uid_hash"),
        Index("ix_items_source_id_url_hash", "source_id", "url_hash"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id")
    uid: str = Field(sa_type=Text)
    uid_hash: str = Field(sa_type=Text)
    url_hash: str | None = Field(default=None, sa_type=Text)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    baseline: bool
    revision_id: int | None = None
    """The revision in force. No foreign key: the two tables would need each other."""


class RevisionRow(SQLModel, table=True):
    """One wording of an item, as given: offsets index ``title`` and ``text``.

    ``pruned_at``: retention has emptied ``text``; what was found in it stays, and it is never read again.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("item_id", "content_sha", name="uq_revisions_item_id_content_sha"),
        Index("ix_revisions_content_sha", "content_sha"),
        Index("ix_revisions_story_id", "story_id"),
        Index("ix_revisions_first_seen_at", "first_seen_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="items.id")
    content_sha: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lang: str | None = Field(default=None, sa_type=Text)
    official: bool
    completeness: str = Field(sa_type=Text)
    facts: dict[str, str] = Field(sa_type=JsonText)
    outlet: str = Field(sa_type=Text)
    """Who tells it: the address's host, or the source's name."""
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    story_id: int | None = Field(default=None, foreign_key="stories.id")
    pruned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FindingRow(SQLModel, table=True):
    """What one revision says of the watchlist, as one state of watchlist and rules reads it."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("revision_id", "fingerprint", name="uq_findings_revision_id_fingerprint"),
    )

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revisions.id")
    fingerprint: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=UtcDateTime)
    matches: list[dict[str, Any]] = Field(sa_type=JsonText)
    actions: list[dict[str, Any]] = Field(sa_type=JsonText)
    error: str | None = Field(default=None, sa_type=Text)


class SignatureRow(SQLModel, table=True):
    """What a reading is compared by when stories are formed (``watchlist.signatures``); only of those that tell something."""

    __tablename__ = "signatures"

    finding_id: int = Field(foreign_key="findings.id", primary_key=True)
    body: dict[str, Any] = Field(sa_type=JsonText)


class CaseRow(SQLModel, table=True):
    """The chain of events on one matter of one entry."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_entry_id", "entry_id"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entries.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)


class EventRow(SQLModel, table=True):
    """An event: (entry, action, stage, authority, effective date); ``''`` where unknown or not applicable."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint(
            "entry_id", "action", "stage", "authority", "effective", "matter", name="uq_events_identity"
        ),
        Index("ix_events_case_id", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entries.id")
    action: str = Field(default="", sa_type=Text)
    stage: str = Field(default="", sa_type=Text)
    authority: str = Field(default="", sa_type=Text)
    effective: str = Field(default="", sa_type=Text)
    matter: str = Field(default="", sa_type=Text)
    until: str = Field(default="", sa_type=Text)
    verdict: str = Field(default="match", sa_type=Text)
    """The surest verdict on the entry so far; told as possible first, it is amended when it is certain."""
    case_id: int | None = Field(default=None, foreign_key="cases.id")
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    announced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """First told as news. Told as background only, an event is still news when it is announced."""
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Last told as news."""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """First told by an authority itself."""


class ReportRow(SQLModel, table=True):
    """One wording's report of one event: the hand-over to ``alerts``. Ids never return (AUTOINCREMENT)."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("event_id", "revision_id", "change", name="uq_reports_event_id_revision_id_change"),
        Index("ix_reports_revision_id", "revision_id"),
        Index("ix_reports_story_id", "story_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="events.id")
    revision_id: int = Field(foreign_key="revisions.id")
    finding_id: int = Field(foreign_key="findings.id")
    story_id: int = Field(foreign_key="stories.id")
    change: str = Field(sa_type=Text)
    baseline: bool
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    match: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    action: dict[str, Any] | None = Field(default=None, sa_type=JsonText)


class TellingRow(SQLModel, table=True):
    """Whether an item, as it stands now, tells an event: what the next edit is measured by."""

    __tablename__ = "tellings"
    __table_args__ = (Index("ix_tellings_event_id", "event_id"),)

    item_id: int = Field(foreign_key="items.id", primary_key=True)
    event_id: int = Field(foreign_key="events.id", primary_key=True)
    stands: bool
    """False once an edit took it out."""
    corrected: bool = False
    """Taken out, and nobody else told it any more: a correction was reported."""
    baseline: bool
    """All that the item ever told of it was old news."""


class PruningRow(SQLModel, table=True):
    """Empty, but within a transaction of retention: only then do the append-only tables let rows be deleted."""

    __tablename__ = "pruning"

    id: int | None = Field(default=None, primary_key=True)


class HeartbeatRow(SQLModel, table=True):
    """The last sign of life of one part of one process."""

    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True, sa_type=Text)
    beat_at: datetime = Field(sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)


class HoldingRow(SQLModel, table=True):
    """Who holds what of whom, as an imported file told it; the watchlist's own owners stay with its entries."""

    __tablename__ = "holdings"
    __table_args__ = (Index("ix_holdings_source", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    owned: str = Field(sa_type=Text)
    share: float | None = None
    since: date | None = None
    until: date | None = None
    control: bool = False
    imported_at: datetime = Field(sa_type=UtcDateTime)
