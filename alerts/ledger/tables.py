"""The tables of decisions and mails. Rows never leave ``alerts.ledger``; frozen dataclasses travel.

::

    reports (facts) ─cursor→ decisions ─→ alerts ─→ delivery_items ─→ digests ─→ outbox ─→ the mail server
                                  ↑ mutes, dismissals, recipients                 audit (append-only)

What is unique, and so can never happen twice:

* ``rules(reader, name)``: names tell a recipient's rules apart;
* ``alerts(event_id, kind)``: one event in one kind is one alert, whatever reports it;
* ``decisions(report_id, reader)``: one answer a reader;
* ``delivery_items(reader, alert_id)``: **one alert, one reader, once**;
* ``digests(reader, slot_key)``: one mail a slot (local date + time), whatever the clock does;
* ``outbox(dedupe_key)`` and ``outbox(message_id)``: one message, however often its sending is tried.

There are no foreign keys into the facts: what was decided and mailed must outlive the facts' retention.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from watchlist.store.columns import JsonText, UtcDateTime


class CursorRow(SQLModel, table=True):
    """How far the reports have been read. Its row lock makes deciders take turns on PostgreSQL."""

    __tablename__ = "alert_cursors"

    name: str = Field(primary_key=True, sa_type=Text)
    report_id: int


class AlertRow(SQLModel, table=True):
    """One event in one kind (new, confirmed, amended, corrected), with the facts as they were then."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("event_id", "kind", name="uq_alerts_event_id_kind"),
        Index("ix_alerts_entry", "entry"),
        Index("ix_alerts_story_id", "story_id"),
        Index("ix_alerts_case_id", "case_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int
    kind: str = Field(sa_type=Text)
    report_id: int
    story_id: int
    case_id: int | None = None
    entry: str = Field(sa_type=Text)
    section: str = Field(sa_type=Text)
    rank: int
    facts: dict[str, Any] = Field(sa_type=JsonText)
    created_at: datetime = Field(sa_type=UtcDateTime)
    acked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acked_note: str = Field(default="", sa_type=Text)


class DecisionRow(SQLModel, table=True):
    """One reader's answer to one report, with its reason. Append-only."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("report_id", "reader", name="uq_decisions_report_id_reader"),
        Index("ix_decisions_alert_id", "alert_id"),
        Index("ix_decisions_reader_decided_at", "reader", "decided_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int
    event_id: int
    alert_id: int | None = None
    reader: str = Field(sa_type=Text)
    entry: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    delivery: str = Field(sa_type=Text)
    section: str = Field(sa_type=Text)
    code: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    rule: str | None = Field(default=None, sa_type=Text)
    rules_fingerprint: str = Field(sa_type=Text)
    decided_at: datetime = Field(sa_type=UtcDateTime)


class DeliveryItemRow(SQLModel, table=True):
    """One alert for one reader: ``waiting``, ``mailed``, ``withdrawn`` (corrected in time) or ``dismissed``."""

    __tablename__ = "delivery_items"
    __table_args__ = (
        Index("ix_delivery_items_reader_state", "reader", "state", "rank"),
        Index("ix_delivery_items_digest_id", "digest_id"),
        Index("ix_delivery_items_alert_id", "alert_id"),
        Index("ix_delivery_items_state_delivery_reader", "state", "delivery", "reader"),
        Index("ix_delivery_items_dismissal_id", "dismissal_id"),
    )

    reader: str = Field(primary_key=True, sa_type=Text)
    alert_id: int = Field(primary_key=True, foreign_key="alerts.id")
    state: str = Field(sa_type=Text)
    delivery: str = Field(sa_type=Text)
    rank: int
    code: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest_id: int | None = None
    dismissal_id: int | None = None
    """The dismissal that keeps it away; taken back, the item waits again."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class DigestRow(SQLModel, table=True):
    """One mail to one reader: the slot it fills (``2026-11-22 08:00``, ``alert 17``, ``2026-11-23 quiet``).

    ``composed_at`` is the worker's time, by which digests are planned; ``opened_at`` that of ``alerts.ledger.moment``.
    """

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("reader", "slot_key", name="uq_digests_reader_slot_key"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    reader: str = Field(sa_type=Text)
    slot_key: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    composed_at: datetime = Field(sa_type=UtcDateTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    items: int
    subject: str = Field(default="", sa_type=Text)
    outbox_id: int | None = None


class OutboxRow(SQLModel, table=True):
    """A finished message on its way; states and transitions are drawn in ``alerts.outbox``."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
        UniqueConstraint("message_id", name="uq_outbox_message_id"),
        Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),
        Index("ix_outbox_sent_at", "sent_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(sa_type=Text)
    message_id: str = Field(sa_type=Text)
    reader: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    mime: bytes = Field(sa_type=LargeBinary)
    state: str = Field(sa_type=Text)
    phase: str | None = Field(default=None, sa_type=Text)
    owner: str | None = Field(default=None, sa_type=Text)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    ambiguous: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str | None = Field(default=None, sa_type=Text)


class ChannelRow(SQLModel, table=True):
    """A way out (a mail server) that is paused as a whole: wrong password, unknown host."""

    __tablename__ = "channels"

    name: str = Field(primary_key=True, sa_type=Text)
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    problem: str | None = Field(default=None, sa_type=Text)


class RecipientRow(SQLModel, table=True):
    """A recipient added by command (those of the configuration are not stored)."""

    __tablename__ = "recipients"

    name: str = Field(primary_key=True, sa_type=Text)
    settings: dict[str, Any] = Field(sa_type=JsonText)
    added_at: datetime = Field(sa_type=UtcDateTime)


class RuleRow(SQLModel, table=True):
    """A rule that was added by command, for a recipient wherever he is configured; lower positions come first."""

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("reader", "name", name="uq_rules_reader_name"),)

    id: int | None = Field(default=None, primary_key=True)
    reader: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    position: int
    settings: dict[str, Any] = Field(sa_type=JsonText)
    added_at: datetime = Field(sa_type=UtcDateTime)


class ReaderStateRow(SQLModel, table=True):
    """What is remembered of a reader between mails, wherever he is configured."""

    __tablename__ = "reader_states"

    reader: str = Field(primary_key=True, sa_type=Text)
    since: datetime = Field(sa_type=UtcDateTime)
    next_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_mail_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_quiet_key: str | None = Field(default=None, sa_type=Text)
    schedule: str = Field(default="", sa_type=Text)
    paused: bool = False


class DismissalRow(SQLModel, table=True):
    """ "Not them", remembered by what made the false match; taken back by ``removed_at``."""

    __tablename__ = "dismissals"
    __table_args__ = (Index("ix_dismissals_entry", "entry"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int | None = None
    entry: str = Field(sa_type=Text)
    alias: str = Field(sa_type=Text)
    context: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MuteRow(SQLModel, table=True):
    """Alerts on an entry (None = all) wait until then, for one reader or (None) for all."""

    __tablename__ = "mutes"

    id: int | None = Field(default=None, primary_key=True)
    entry: str | None = Field(default=None, sa_type=Text)
    reader: str | None = Field(default=None, sa_type=Text)
    until: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditRow(SQLModel, table=True):
    """What was done when, by whom, to what. Append-only: no code updates a row; retention may delete old ones."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_what_ref", "what", "ref"), Index("ix_audit_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    what: str = Field(sa_type=Text)
    ref: str = Field(sa_type=Text)
    detail: dict[str, Any] = Field(sa_type=JsonText)
