"""When a digest is due: local wall time, so that clock changes neither skip nor double one. Pure.

A slot's key is its **local date and time of day** (``2026-11-22 08:00``). In a gap (spring-forward) the slot
moves forward by the gap, in a fold (fall-back) the first of the two hours counts; a local date that does not
exist at all (Apia, 30 December 2011) has no slot.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.model import Reader


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned digest: its key in the ledger and its moment (UTC)."""

    key: str
    at: datetime


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """Return the moment (UTC) of a local wall time, or None when that local date never was."""
    moment = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).date() != day:
        noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC).astimezone(zone)
        if noon.date() != day:
            return None
    return moment


def slots_between(reader: Reader, start: datetime, end: datetime) -> list[Slot]:
    """Return the reader's slots with start < moment <= end, in order."""
    zone = ZoneInfo(reader.timezone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date() + timedelta(days=1)
    found = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() not in reader.days:
            continue
        for clock in reader.digests:
            at = instant_of(day, clock, zone)
            if at is not None and start < at <= end:
                found.append(Slot(f"{day.isoformat()} {clock:%H:%M}", at))
    return sorted(found, key=lambda slot: (slot.at, slot.key))


def next_slot(reader: Reader, after: datetime) -> Slot | None:
    """Return the first slot after a moment, or None when the reader has no digest at all."""
    for days in (2, 9):
        found = slots_between(reader, after, after + timedelta(days=days))
        if found:
            return found[0]
    return None


def due_slot(reader: Reader, due: datetime, now: datetime) -> Slot | None:
    """Return the latest slot in [due, now]: after a long stop one digest is sent, not one for each day missed."""
    found = slots_between(reader, max(due, now - timedelta(days=9)) - timedelta(microseconds=1), now)
    return found[-1] if found else None


def quiet_until(reader: Reader, now: datetime) -> datetime | None:
    """Return when the reader's quiet hours end (UTC) if ``now`` lies within them, else None."""
    if reader.quiet is None:
        return None
    zone = ZoneInfo(reader.timezone)
    start, end = reader.quiet
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        begins = instant_of(day, start, zone)
        ends = instant_of(day if start < end else day + timedelta(days=1), end, zone)
        if begins is not None and ends is not None and begins <= now < ends:
            return ends
    return None


def weekly_key(reader: Reader, now: datetime) -> str | None:
    """Return the slot key of this week's "all quiet" mail when today is the reader's day for it, else None."""
    local = now.astimezone(ZoneInfo(reader.timezone))
    if reader.weekly is None or local.weekday() != reader.weekly:
        return None
    return f"{local.date().isoformat()} quiet"
