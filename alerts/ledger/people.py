"""Readers, their state, and mutes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from alerts.ledger.audit import note
from alerts.ledger.rows import ensure
from alerts.ledger.rules import rule_from_json, rules_by_command, with_tuples
from alerts.ledger.tables import AlertRow, DismissalRow, MuteRow, ReaderStateRow, RecipientRow, RuleRow
from alerts.model import Mute, Reader
from alerts.readers import readers_of
from watchlist.config import RecipientSettings, Settings
from watchlist.entries import entry_key


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What is remembered of a reader. ``schedule`` is the text of the schedule ``next_due`` was made from."""

    reader: str
    since: datetime
    next_due: datetime | None
    last_mail: datetime | None
    last_quiet_key: str | None
    schedule: str
    paused: bool


def state_of(session: Session, reader: str, now: datetime) -> ReaderState:
    """Return a reader's state; a new reader's begins now (and is kept by the first ``update_state``)."""
    return _state(session.get(ReaderStateRow, reader) or ReaderStateRow(reader=reader, since=now), now)


def states(session: Session, now: datetime) -> dict[str, ReaderState]:
    """Return the states of all readers that have one."""
    return {row.reader: _state(row, now) for row in session.exec(select(ReaderStateRow))}


def _state(row: ReaderStateRow, now: datetime) -> ReaderState:
    last = (
        row.last_mail_at if row.last_mail_at and row.last_mail_at <= now else None
    )  # by a clock that was wrong
    return ReaderState(
        row.reader, min(row.since, now), row.next_due_at, last, row.last_quiet_key, row.schedule, row.paused
    )


def update_state(session: Session, reader: str, now: datetime, **changed: Any) -> None:
    """Change some of a reader's state (``next_due_at``, ``last_mail_at``, ``last_quiet_key``, ``schedule``, ``paused``)."""
    row = _state_row(session, reader, now)
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def set_paused(session: Session, reader: str, now: datetime, *, paused: bool) -> None:
    """Stop or begin again all mails to a reader; what a person did stands in the trail."""
    update_state(session, reader, now, paused=paused)
    note(session, now, "recipient.paused" if paused else "recipient.resumed", reader)


def take_reader(session: Session, reader: str, now: datetime) -> bool:
    """Take a reader for composing until the transaction ends. False: another process is composing for him."""
    ensure(session, ReaderStateRow, reader=reader, since=now, schedule="", paused=False)
    wanted = select(ReaderStateRow.reader).where(ReaderStateRow.reader == reader)
    return session.exec(wanted.with_for_update(skip_locked=True)).first() is not None


def _state_row(session: Session, reader: str, now: datetime) -> ReaderStateRow:
    ensure(session, ReaderStateRow, reader=reader, since=now, schedule="", paused=False)
    return session.exec(select(ReaderStateRow).where(ReaderStateRow.reader == reader).with_for_update()).one()


def overdue(session: Session, moment: datetime) -> list[tuple[str, datetime]]:
    """Return the readers whose digest was due before that moment and is not composed, with when it was due."""
    rows = session.exec(
        select(ReaderStateRow.reader, ReaderStateRow.next_due_at)
        .where(col(ReaderStateRow.next_due_at) < moment, col(ReaderStateRow.paused).is_(False))
        .order_by(col(ReaderStateRow.next_due_at), col(ReaderStateRow.reader))
    )
    return [(reader, due) for reader, due in rows if due is not None]


def paused_readers(session: Session) -> set[str]:
    """Return the readers who want no mail for now."""
    return set(session.exec(select(ReaderStateRow.reader).where(col(ReaderStateRow.paused))))


# ----- recipients added by command ------------------------------------------------------------------------


def stored_recipients(session: Session) -> list[RecipientSettings]:
    """Return the recipients that were added by command, by name."""
    rows = session.exec(select(RecipientRow).order_by(col(RecipientRow.name)))
    return [_settings(row.settings) for row in rows]


def put_recipient(session: Session, recipient: RecipientSettings, now: datetime) -> bool:
    """Store a recipient (checked by the caller). True when it is new, False when it replaced one of that name."""
    row = session.get(RecipientRow, recipient.name)
    new = row is None
    if row is None:
        row = RecipientRow(name=recipient.name, settings={}, added_at=now)
    row.settings = asdict(recipient)
    session.add(row)
    note(
        session,
        now,
        "recipient.added" if new else "recipient.changed",
        recipient.name,
        address=recipient.address,
    )
    session.flush()
    return new


def drop_recipient(session: Session, name: str, now: datetime) -> bool:
    """Remove a stored recipient with his rules. False when there is none of that name."""
    row = session.get(RecipientRow, name)
    if row is None:
        return False
    session.delete(row)
    session.exec(delete(RuleRow).where(col(RuleRow.reader) == name))
    note(session, now, "recipient.removed", name)
    session.flush()
    return True


def _settings(kept: dict[str, Any]) -> RecipientSettings:
    rules = tuple(map(rule_from_json, kept.get("rules", ())))
    return RecipientSettings(**(with_tuples(kept) | {"rules": rules}))


def readers(session: Session, settings: Settings) -> tuple[Reader, ...]:
    """Return everybody who may be mailed: of the configuration, added by command, else the local one; with all rules.

    Raises UsageError when a recipient is not usable.
    """
    return readers_of(settings, stored_recipients(session), rules_by_command(session))


def rename_entry(session: Session, before: str, after: str) -> None:
    """Let rules, mutes and dismissals follow an entry to its new name: what was said of it still holds."""
    for row in session.exec(select(RuleRow)):
        names = row.settings.get("entries", [])
        if any(entry_key(name) == entry_key(before) for name in names):
            renamed = [after if entry_key(name) == entry_key(before) else name for name in names]
            row.settings = {**row.settings, "entries": renamed}
            session.add(row)
    session.exec(update(MuteRow).where(col(MuteRow.entry) == before).values(entry=after))
    session.exec(update(DismissalRow).where(col(DismissalRow.entry) == before).values(entry=after))
    session.exec(update(AlertRow).where(col(AlertRow.entry) == before).values(entry=after))
    session.flush()


# ----- mutes ----------------------------------------------------------------------------------------------


def mutes(session: Session, now: datetime) -> tuple[Mute, ...]:
    """Return the mutes in force."""
    rows = session.exec(
        select(MuteRow)
        .where(MuteRow.until > now, col(MuteRow.removed_at).is_(None))
        .order_by(col(MuteRow.id))
    )
    return tuple(Mute(row.id or 0, row.entry, row.reader, row.until) for row in rows)


def held_back(session: Session, now: datetime) -> frozenset[str | None]:
    """Return the names that are muted for everybody now; None in it: all names."""
    return frozenset(one.entry for one in mutes(session, now) if one.reader is None)


def mute(session: Session, entry: str | None, reader: str | None, until: datetime, now: datetime) -> int:
    """Hold back alerts on an entry (None = all) until then. Returns the mute's id."""
    row = MuteRow(entry=entry, reader=reader, until=until, created_at=now)
    session.add(row)
    session.flush()
    note(session, now, "mute.added", f"mute {row.id}", entry=entry, reader=reader, until=until.isoformat())
    return row.id or 0


def unmute(session: Session, entry: str | None, now: datetime) -> int:
    """End the mutes on an entry (None = those on everything). Returns how many ended."""
    ended = session.exec(
        update(MuteRow)
        .where(
            col(MuteRow.entry).is_(None) if entry is None else col(MuteRow.entry) == entry,
            col(MuteRow.removed_at).is_(None),
            col(MuteRow.until) > now,
        )
        .values(removed_at=now)
    ).rowcount
    if ended:
        note(session, now, "mute.ended", entry or "everything", count=ended)
    return ended
