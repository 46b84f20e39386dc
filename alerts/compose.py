"""Composing mails from what waits in the ledger: slot, items, message and next due time in one transaction."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.case_history import Steps, past_of
from alerts.digest import blind_spots_of, changes_of, counts_of, rows_of, unseen
from alerts.ledger import decisions, mails, people
from alerts.ledger.decisions import Held
from alerts.message import compose_message, message_id
from alerts.model import Delivery, Digest, Item, MailKind, Mute, Outgoing, Past, Reader, Row, Section
from alerts.outbox import CHANNEL_MAIL
from alerts.payload import MOST_IN_BODY, short_text, webhook_body
from alerts.readers import schedule_text
from alerts.render import Renderer
from alerts.slots import due_slot, next_slot, weekly_key
from watchlist.config import ChannelSettings, MailSettings
from watchlist.model import EventReport, SourceHealth
from watchlist.store import reads

MOST_ITEMS = 1500
"""Items a digest reads, worst first; what is beyond is counted and shown by ``watchlist digest show``."""

MOST_ALERTS = 10
"""Instant mails a reader gets from one round; a flood beyond that becomes one digest."""

QUIET_AFTER = timedelta(days=6, hours=12)
"""How long nothing must have been mailed for the weekly "all quiet"."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all mails of one round share."""

    settings: MailSettings
    renderer: Renderer
    health: tuple[SourceHealth, ...]
    mutes: tuple[Mute, ...]
    watched: int
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    steps: Steps = field(default_factory=dict)
    """The steps of cases, looked up once a round."""


@dataclass(frozen=True, slots=True)
class Composed:
    """One mail that was put into the outbox."""

    reader: str
    address: str
    kind: MailKind
    number: int
    outbox_id: int
    subject: str
    items: int
    notes: tuple[str, ...] = ()


def compose_alerts(session: Session, reader: Reader, around: Surroundings, now: datetime) -> list[Composed]:
    """Compose the instant mails that wait for a reader: one a story; a flood becomes one digest.

    A step that was left behind before it could be told is told together with what came of it.
    """
    held = _held(around.mutes, reader, now)
    items = decisions.waiting(session, reader.name, now, held, delivery=Delivery.INSTANT, limit=MOST_ITEMS)
    past = past_of(session, reader.name, items, around.steps)
    moved_on = {case for item in items if (case := _moved_on(item, past)) is not None}
    if moved_on:
        others = decisions.waiting(
            session, reader.name, now, held, delivery=Delivery.DIGEST, limit=MOST_ITEMS
        )
        items += [
            one for one in others if one.section is Section.ACTION and one.facts.event.case_id in moved_on
        ]
    groups = _groups(items, moved_on)
    flood = len(groups) > MOST_ALERTS
    kind = MailKind.DIGEST if flood else MailKind.ALERT
    done = []
    for group in [items] if flood else groups:
        ids = [item.alert_id for item in group]
        number = mails.open_slot(session, reader.name, f"alert {min(ids)}", kind, now)
        if number is None:
            continue
        mail = _content(session, reader, around, now, kind, group, number=number, slot=None)
        told = decisions.mark_mailed(session, reader.name, number, now, held, ids)
        done.append(_finish(session, mail, around, number, told, now))
    return done


def _moved_on(item: Item, past: Mapping[int, Past]) -> int | None:
    """Return the item's case when a later step of it has left the item's behind, else None."""
    known = past.get(item.facts.event.case_id or -1)
    return item.facts.event.case_id if known and item.facts.event.id in known.overtaken else None


def _groups(items: Sequence[Item], moved_on: Set[int]) -> list[list[Item]]:
    """Divide items into mails: one a story, but one for all stories that tell of a case that has moved on."""
    groups: dict[tuple[str, int], list[Item]] = {}
    for item in items:
        case = item.facts.event.case_id
        home = groups.setdefault(("story", item.facts.story_id), [])
        home.append(item)
        if case is None or case not in moved_on:
            continue
        other = groups.setdefault(("case", case), home)
        if other is not home:
            other += home
            groups |= {key: other for key, group in groups.items() if group is home}
    return list({id(group): group for group in groups.values()}.values())


def compose_digest(
    session: Session, reader: Reader, around: Surroundings, now: datetime, *, at_once: bool = False
) -> Composed | None:
    """Compose a reader's digest if one is due (or ``at_once``) and anything waits; plan the next one.

    Nothing waiting: no digest; once a week, on the reader's day, an "all quiet" mail instead.
    """
    state = people.state_of(session, reader.name, now)
    schedule = schedule_text(reader)
    planned = next_slot(reader, now)
    ahead = planned is not None and state.next_due is not None and state.next_due > planned.at
    if ahead:  # planned by a clock that was wrong
        mails.free_slots(session, reader.name, now)
    if state.next_due is None or state.schedule != schedule or ahead:
        people.update_state(
            session, reader.name, now, next_due_at=planned.at if planned else None, schedule=schedule
        )
        slot = None
    else:
        slot = due_slot(reader, state.next_due, now) if state.next_due <= now else None
        if slot is not None:
            people.update_state(session, reader.name, now, next_due_at=planned.at if planned else None)
    if slot is None and not at_once:
        return None
    key = slot.key if slot else f"now {now.isoformat(timespec='microseconds')}"

    held = _held(around.mutes, reader, now)
    items = decisions.waiting(session, reader.name, now, held, delivery=None, limit=MOST_ITEMS)
    if not items:
        return _compose_quiet(session, reader, around, now, state, slot.key) if slot is not None else None
    number = mails.open_slot(session, reader.name, key, MailKind.DIGEST, now)
    if number is None:
        return None
    beyond = max(0, decisions.count_waiting(session, reader.name, now, held) - len(items))
    mail = _content(
        session,
        reader,
        around,
        now,
        MailKind.DIGEST,
        items,
        number=number,
        slot=key,
        last=state.last_mail,
        beyond=beyond,
    )
    told = decisions.mark_mailed(session, reader.name, number, now, held)
    return _finish(session, mail, around, number, told, now)


def _compose_quiet(
    session: Session,
    reader: Reader,
    around: Surroundings,
    now: datetime,
    state: people.ReaderState,
    slot: str,
) -> Composed | None:
    """Compose the weekly "all quiet"; for the owner also a mail on any day that others' mails were given up, or a source
    was lost."""
    key = weekly_key(reader, now)
    trouble = False
    silent_since = max(filter(None, (state.last_mail, state.since)))
    if key is None or key == state.last_quiet_key or now - silent_since < QUIET_AFTER:
        if not (_undelivered(session, reader, None) or _lost(session, reader, around.health)):
            return None
        key, trouble = slot, True
    number = mails.open_slot(session, reader.name, key, MailKind.QUIET, now)
    if number is None:
        return None
    people.update_state(session, reader.name, now, last_quiet_key=key)
    mail = _content(
        session, reader, around, now, MailKind.QUIET, [], number=number, slot=key, last=state.last_mail
    )
    mail = replace(mail, trouble=trouble)
    return _finish(session, mail, around, number, 0, now)


def preview(session: Session, reader: Reader, around: Surroundings, now: datetime) -> Digest:
    """Return what the next digest would say, without marking anything."""
    state = people.state_of(session, reader.name, now)
    held = _held(around.mutes, reader, now)
    items = decisions.waiting(session, reader.name, now, held, delivery=None, limit=MOST_ITEMS)
    beyond = max(0, decisions.count_waiting(session, reader.name, now, held) - len(items))
    kind = MailKind.DIGEST if items else MailKind.QUIET
    return _content(
        session, reader, around, now, kind, items, number=None, slot=None, last=state.last_mail, beyond=beyond
    )


def test_mail(reader: Reader, around: Surroundings, now: datetime) -> Outgoing:
    """Compose a test message for a reader; it goes through the same templates and headers."""
    mail = Digest(
        MailKind.TEST, reader, now, watched=around.watched,
        sources_total=len(_active(around.health)), sources_healthy=_healthy(around.health),
    )  # fmt: skip
    key = f"test:{reader.name}:{now.isoformat(timespec='microseconds')}"
    if reader.channel in around.channels:
        return channel_message(mail, around, key, {})
    return message_of(mail, around, key)


def message_of(mail: Digest, around: Surroundings, dedupe_key: str) -> Outgoing:
    """Render a mail and build its message."""
    cases = tuple(dict.fromkeys(row.case_id for row in mail.all_rows if row.case_id is not None))
    return compose_message(
        mail, around.renderer.render(mail), sender=around.settings.sender, domain=around.settings.list_id_domain,
        dedupe_key=dedupe_key, cases=cases,
    )  # fmt: skip


def channel_message(
    mail: Digest, around: Surroundings, dedupe_key: str, reports: Mapping[int, EventReport]
) -> Outgoing:
    """Build the message of a channel: signed JSON is a webhook's, a short text any service's that Apprise knows."""
    channel = around.channels[mail.reader.channel]
    identity = message_id(dedupe_key, mail.now, around.settings.list_id_domain)
    rendered = around.renderer.render(mail)
    if channel.kind == "webhook":
        body = webhook_body(mail, identity, rendered.subject, reports)
    else:
        body = {"title": rendered.subject, "body": short_text(mail, rendered.text)}
    return Outgoing(
        dedupe_key, identity, mail.reader.name, f"channel {channel.name}", rendered.subject,
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), rendered.notes,
    )  # fmt: skip


def _finish(
    session: Session, mail: Digest, around: Surroundings, number: int, told: int, now: datetime
) -> Composed:
    key = f"mail:{mail.reader.name}:{number}"
    channel = mail.reader.channel if mail.reader.channel in around.channels else CHANNEL_MAIL
    if channel == CHANNEL_MAIL:
        outgoing = message_of(mail, around, key)
    else:
        wanted = [item.facts.report_id for item in mail.items[:MOST_IN_BODY]]
        reports = {report.id: report for report in reads.reports_by_id(session, wanted)}
        outgoing = channel_message(mail, around, key, reports)
    outbox_id = mails.close_slot(session, number, outgoing, told, channel, now)
    people.update_state(session, mail.reader.name, now, last_mail_at=now)
    return Composed(
        mail.reader.name,
        outgoing.address,
        mail.kind,
        number,
        outbox_id,
        outgoing.subject,
        told,
        outgoing.notes,
    )


def _content(
    session: Session,
    reader: Reader,
    around: Surroundings,
    now: datetime,
    kind: MailKind,
    items: Sequence[Item],
    *,
    number: int | None,
    slot: str | None,
    last: datetime | None = None,
    beyond: int = 0,
) -> Digest:
    past = past_of(session, reader.name, items, around.steps)
    rows = rows_of(items, past)
    by: dict[Section, tuple[Row, ...]] = {s: tuple(r for r in rows if r.section is s) for s in Section}
    summary = kind in (MailKind.DIGEST, MailKind.QUIET)
    undelivered = _undelivered(session, reader, number) if summary else ()
    return Digest(
        kind=kind,
        reader=reader,
        now=now,
        number=number,
        slot=slot,
        items=tuple(items),
        rows=by[Section.ACTION],
        possible=by[Section.POSSIBLE],
        mentions=by[Section.MENTION],
        counts=counts_of(rows),
        unseen=beyond,
        changes=changes_of(rows),
        last_mail=last,
        blind_spots=blind_spots_of(around.health, now),
        sources_total=len(_active(around.health)),
        sources_healthy=_healthy(around.health),
        watched=around.watched,
        left_out=decisions.dismissed_since(session, reader.name, last) if kind is MailKind.DIGEST else (),
        undelivered=undelivered,
        threads=tuple(dict.fromkeys(one.first_mail for one in past.values() if one.first_mail)),
    )


def _undelivered(session: Session, reader: Reader, number: int | None) -> tuple[str, ...]:
    """Return, for the owner, a line for each mail to somebody else that was given up since his last digest."""
    if not reader.owner:
        return ()
    last = mails.last_summary(session, reader.name, number)
    since = last.opened if last else None
    return tuple(
        f"{kept.reader}: {kept.subject} ({kept.problem or kept.state})"
        for kept in mails.undelivered(session, since)
        if kept.reader != reader.name
    )


def _lost(session: Session, reader: Reader, health: Sequence[SourceHealth]) -> bool:
    """Say whether the owner has a source that went silent, or away for good, since his last digest.

    It was asked since: a machine that slept for two days has lost nothing.
    """
    if not reader.owner:
        return False
    last = mails.last_summary(session, reader.name)
    return any(
        source.lost_since is not None
        and not source.paused
        and source.last_attempt is not None
        and source.last_attempt >= source.lost_since
        and (last is None or source.lost_since > last.composed)
        for source in health
    )


def _held(mutes: Sequence[Mute], reader: Reader, now: datetime) -> Held:
    return Held(frozenset(m.entry for m in mutes if m.until > now and m.reader in (None, reader.name)))


def _active(health: Sequence[SourceHealth]) -> list[SourceHealth]:
    return [source for source in health if not source.paused]


def _healthy(health: Sequence[SourceHealth]) -> int:
    return sum(not unseen(source) for source in _active(health))
