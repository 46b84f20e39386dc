"""One round of decisions: read what is new, decide, compose, send.

::

    reports after the cursor ─decide→ decisions + items + cursor      one transaction a batch
    items that may go now ─compose→ slot + message + next due time    one transaction a reader
    outbox ─flush→ the mail server                                    no transaction while talking

Killed anywhere, the next round goes on where the ledger stands: what was decided waits as an item, what was
composed waits in the outbox. One reader's trouble (template, address, server) is a line of the report, and the
others get their mail.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts import retention
from alerts.channels import channel_transport
from alerts.compose import Composed, Surroundings, compose_alerts, compose_digest
from alerts.evidence import facts_of
from alerts.ledger import decisions, dismissals, people
from alerts.ledger.answers import AnswerKeeper
from alerts.ledger.audit import note
from alerts.maildir import MaildirTransport
from alerts.model import Delivery, History, Reader
from alerts.outbox import Delivered, Outbox, Transport
from alerts.publish import base_of, publish
from alerts.readers import fingerprint, schedule_text
from alerts.render import Renderer
from alerts.rules import decide_facts
from alerts.slots import next_slot
from alerts.smtp import SmtpTransport
from watchlist.clock import utc_now
from watchlist.config import Settings
from watchlist.errors import WatchlistError
from watchlist.model import EventReport
from watchlist.store import entries, reads
from watchlist.store.database import Database

log = logging.getLogger(__name__)

BATCH = 200
"""Reports a transaction, at most."""
ANSWERS = 50_000
"""Answers a transaction, about: with a thousand readers fewer reports, so that others can write in between."""


@dataclass(slots=True)
class RoundReport:
    """What one round did: reports read, decisions by delivery, mails composed and sent, and each trouble in a line."""

    reports: int = 0
    decided: dict[Delivery, int] = field(default_factory=dict)
    composed: list[Composed] = field(default_factory=list)
    delivered: Delivered | None = None
    troubles: list[str] = field(default_factory=list)
    place: str = ""

    @property
    def sent(self) -> int:
        """Return how many messages were handed over."""
        return len(self.delivered.sent) if self.delivered else 0

    @property
    def failed(self) -> bool:
        """Say whether anything could not be composed or handed over."""
        return bool(self.troubles or (self.delivered and self.delivered.troubles))


def run_round(
    database: Database,
    settings: Settings,
    now: datetime,
    *,
    at_once: bool = False,
    send: bool = True,
    transport: Transport | None = None,
    outbox: Outbox | None = None,
    clock: Callable[[], datetime] | None = None,
) -> RoundReport:
    """Do one round. ``at_once`` composes what waits without regard to the digest times (``watchlist check``).

    ``send=False`` composes nothing and sends nothing: what is decided waits for the next round. ``outbox`` (or
    ``transport``) replaces the way out that the settings name. UsageError when a recipient is not usable.
    """
    report = RoundReport()
    readers = active_readers(database, settings)
    decide_new(database, readers, now, report)
    if not send:
        return report
    compose_due(database, settings, readers, now, report, at_once=at_once)
    transport = transport or transport_of(settings)
    report.place = transport.place
    sender = outbox or Outbox(
        database, transport, per_minute=per_minute_of(settings), clock=clock or (lambda: now)
    )
    report.delivered = sender.flush()
    for other in channel_senders(database, settings, clock=clock or (lambda: now)):
        report.delivered.add(other.flush())
    return report


def active_readers(database: Database, settings: Settings) -> tuple[Reader, ...]:
    """Return the readers who want mail: those of the configuration and those added by command."""
    with database.read() as session:
        paused = people.paused_readers(session)
        return tuple(one for one in people.readers(session, settings) if one.name not in paused)


def transport_of(settings: Settings) -> Transport:
    """Return the way out: the configured mail server, else the local mailbox folder."""
    if settings.mail.smtp is not None:
        return SmtpTransport(settings.mail.smtp, settings.mail.sender)
    folder = settings.mail.maildir
    return MaildirTransport(folder if folder.is_absolute() else settings.data_dir / folder)


def per_minute_of(settings: Settings) -> int | None:
    """Return the most messages a minute that the way out takes."""
    return settings.mail.smtp.per_minute if settings.mail.smtp else None


def senders_of(database: Database, settings: Settings) -> tuple[Outbox, ...]:
    """Return the daemon's senders: one a connection to the mail server, one for the mailbox folder.

    With two, a mail whose server answers late, or never, holds up no other.
    """
    connections = settings.mail.smtp.connections if settings.mail.smtp else 1
    mail = (
        Outbox(database, transport_of(settings), per_minute=per_minute_of(settings))
        for _ in range(connections)
    )
    return (*mail, *channel_senders(database, settings))


def channel_senders(
    database: Database, settings: Settings, clock: Callable[[], datetime] = utc_now
) -> tuple[Outbox, ...]:
    """Return a sender for each configured channel: its trouble is its own."""
    return tuple(
        Outbox(database, channel_transport(channel), channel=channel.name, clock=clock)
        for channel in settings.channels
    )


def decide_new(database: Database, readers: tuple[Reader, ...], now: datetime, report: RoundReport) -> None:
    """Decide on every report after the cursor, a batch a transaction: decisions, items and cursor together."""
    prints = {reader.name: fingerprint(reader) for reader in readers}
    size = max(1, min(BATCH, ANSWERS // max(len(readers), 1)))
    while True:
        with database.write() as session:
            cursor = decisions.take_cursor(session)
            batch = reads.reports_after(session, cursor, size)
            if not batch:
                return
            answered = _decide_batch(session, batch, readers, prints, now)
            decisions.move_cursor(session, batch[-1].id)
        report.reports += len(batch)
        for delivery, count in answered.items():
            report.decided[delivery] = report.decided.get(delivery, 0) + count


def _decide_batch(
    session: Session,
    batch: Sequence[EventReport],
    readers: tuple[Reader, ...],
    prints: Mapping[str, str],
    now: datetime,
) -> Counter[Delivery]:
    """Decide on some reports for all readers, and keep the answers."""
    tags = {entry.name: frozenset(entry.tags) for entry in entries.list_all(session)}
    dismissed, mutes = dismissals.dismissals(session), people.mutes(session, now)
    nothing = History(dismissals=dismissed, mutes=mutes, tags=tags)
    histories = {
        reader: replace(nothing, told=known.items, delivered=known.mailed, left_out=known.dismissed)
        for reader, known in decisions.told(session, (made.event.id for made in batch)).items()
    }
    keeper = AnswerKeeper(session, prints, now)
    answered: Counter[Delivery] = Counter()
    for made in batch:
        facts = facts_of(made)
        answers = []
        for reader in readers:
            history = histories.get(reader.name, nothing)
            answer = decide_facts(facts, history, reader, now, baseline=made.baseline)
            answers.append(answer)
            this = {(made.event.id, answer.kind)}
            if answer.delivery is not Delivery.NONE:
                histories[reader.name] = replace(history, told=history.told | this)
            elif answer.dismissal is not None:
                histories[reader.name] = replace(history, left_out=history.left_out | this)
        answered.update(answer.delivery for answer in answers)
        keeper.keep(made, facts, answers)
    keeper.close()
    return answered


def compose_due(
    database: Database,
    settings: Settings,
    readers: tuple[Reader, ...],
    now: datetime,
    report: RoundReport,
    *,
    at_once: bool = False,
) -> None:
    """Compose every mail that may go now, a transaction a reader; one reader's trouble does not stop the others.

    Then publish what is new, and forget what retention allows.
    """
    with database.read() as session:
        readers = _may_be_due(session, readers, now, at_once=at_once)
    if readers:
        around = surroundings(database, settings, now)
        for reader in readers:
            _compose_for(database, reader, around, now, report, at_once=at_once)
    _publish_news(database, settings, now, report)
    _forget(database, settings, now)


def _compose_for(
    database: Database,
    reader: Reader,
    around: Surroundings,
    now: datetime,
    report: RoundReport,
    *,
    at_once: bool,
) -> None:
    """Compose a reader's mails, unless another process is at it; a failure is a line of the report and the trail."""
    try:
        with database.write() as session:
            if not people.take_reader(session, reader.name, now):
                return
            made = compose_alerts(session, reader, around, now)
            digest = compose_digest(session, reader, around, now, at_once=at_once)
    except WatchlistError:
        raise
    except Exception as error:
        log.exception("composing a mail for %s failed", reader.name)
        problem = f"{type(error).__name__}: {error}"
        report.troubles.append(f"{reader.name}: the mail could not be composed: {problem}")
        with database.write() as session:
            note(session, now, "compose.failed", reader.name, problem=problem[:500])
        return
    found = [*made, digest] if digest else made
    report.composed += found
    for mail in found:
        report.troubles += [f"{mail.reader}: {text}" for text in mail.notes]


def _publish_news(database: Database, settings: Settings, now: datetime, report: RoundReport) -> None:
    """Bring the published pages up to date when the round brought anything, or when they are not there."""
    folder = settings.publish.folder
    if folder is None or not (report.reports or report.composed or not (folder / "alerts.atom").exists()):
        return
    try:
        publish(database, settings, now)
    except WatchlistError as problem:
        report.troubles.append(str(problem))


def _forget(database: Database, settings: Settings, now: datetime) -> None:
    """Apply retention when it is due."""
    if not retention.due(database, settings.retention, now):
        return
    gone = retention.apply(database, settings.retention, now)
    if gone.anything:
        log.info(
            "retention: emptied %d documents and %d mails, deleted %d lines of the trail",
            gone.documents, gone.mails, gone.fetches + gone.decisions + gone.lines,
        )  # fmt: skip


def _may_be_due(
    session: Session, readers: tuple[Reader, ...], now: datetime, *, at_once: bool
) -> tuple[Reader, ...]:
    """Return the readers for whom there may be something to compose or to plan: the others cost nothing."""
    waiting = decisions.readers_who_wait(session, None if at_once else Delivery.INSTANT)
    states = people.states(session, now)

    def due(reader: Reader) -> bool:
        state = states.get(reader.name)
        if reader.name in waiting or state is None or state.schedule != schedule_text(reader):
            return True
        if state.next_due is None or state.next_due <= now:
            return state.next_due is not None
        if len(reader.digests) == 1 and state.next_due <= now + timedelta(days=1):
            return False
        planned = next_slot(reader, now)  # it may be due later than it should: a wrong clock has planned it
        return planned is not None and planned.at < state.next_due

    return tuple(reader for reader in readers if due(reader))


def surroundings(database: Database, settings: Settings, now: datetime) -> Surroundings:
    """Gather what all mails of a round share."""
    with database.read() as session:
        return Surroundings(
            settings=settings.mail,
            renderer=Renderer(settings.templates_dir, base_of(settings)),
            health=tuple(reads.source_health(session, now)),
            mutes=people.mutes(session, now),
            watched=len(entries.list_all(session)),
            channels={channel.name: channel for channel in settings.channels},
        )
