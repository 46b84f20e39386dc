"""Digest times are local wall times: clock changes neither skip nor double one."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import Reader
from alerts.slots import due_slot, next_slot, quiet_until, slots_between, weekly_key


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def reader(zone: str, *clocks: str, **more: object) -> Reader:
    return Reader("r", "r@example.org", zone, digests=tuple(time.fromisoformat(c) for c in clocks), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "clock", "start", "end", "expected"),
    [
        # New York 2026-03-08: 02:00 -> 03:00; 02:30 does not exist and moves forward to 03:30 EDT
        ("America/New_York", "02:30", "2026-03-07 12:00", "2026-03-09 12:00",
         [("2026-03-08 02:30", "2026-03-08 07:30"), ("2026-03-09 02:30", "2026-03-09 06:30")]),
        # New York 2026-11-01: 01:30 comes twice; the first (EDT) counts
        ("America/New_York", "01:30", "2026-10-31 12:00", "2026-11-02 12:00",
         [("2026-11-01 01:30", "2026-11-01 05:30"), ("2026-11-02 01:30", "2026-11-02 06:30")]),
        # Berlin 2026-03-29: 02:00 -> 03:00
        ("Europe/Berlin", "02:00", "2026-03-28 12:00", "2026-03-30 12:00",
         [("2026-03-29 02:00", "2026-03-29 01:00"), ("2026-03-30 02:00", "2026-03-30 00:00")]),
        # Berlin 2026-10-25: 02:30 comes twice
        ("Europe/Berlin", "02:30", "2026-10-24 12:00", "2026-10-26 12:00",
         [("2026-10-25 02:30", "2026-10-25 00:30"), ("2026-10-26 02:30", "2026-10-26 01:30")]),
        # Lord Howe changes by half an hour: 2026-10-04 02:00 -> 02:30
        ("Australia/Lord_Howe", "02:15", "2026-10-02 20:00", "2026-10-04 20:00",
         [("2026-10-04 02:15", "2026-10-03 15:45"), ("2026-10-05 02:15", "2026-10-04 15:15")]),
        # Lord Howe 2026-04-05: 02:00 -> 01:30; 01:45 comes twice
        ("Australia/Lord_Howe", "01:45", "2026-04-03 20:00", "2026-04-05 20:00",
         [("2026-04-05 01:45", "2026-04-04 14:45"), ("2026-04-06 01:45", "2026-04-05 15:15")]),
        # Apia had no 30 December 2011: Friday is missing, no digest for it and none twice
        ("Pacific/Apia", "08:00", "2011-12-29 00:00", "2012-01-01 00:00",
         [("2011-12-29 08:00", "2011-12-29 18:00"), ("2011-12-31 08:00", "2011-12-30 18:00"),
          ("2012-01-01 08:00", "2011-12-31 18:00")]),
    ],
)  # fmt: skip
def test_clock_changes_neither_skip_nor_double(zone, clock, start, end, expected):
    """A digest at a time that is skipped or comes twice must be sent exactly once that day."""
    found = slots_between(reader(zone, clock), at(start), at(end))
    assert [(slot.key, slot.at) for slot in found] == [(key, at(moment)) for key, moment in expected]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai"]
)
@pytest.mark.parametrize("clock", ["00:00", "01:30", "02:15", "02:30", "23:59"])
def test_a_year_has_one_digest_a_day(zone, clock):
    """Whatever the zone does, 2026 has 365 slots, each with its own key, in order."""
    found = slots_between(reader(zone, clock), at("2025-12-31 00:00"), at("2027-01-02 00:00"))
    keys = [slot.key for slot in found if slot.key.startswith("2026-")]
    assert len(keys) == len(set(keys)) == 365
    assert [slot.at for slot in found] == sorted(slot.at for slot in found)


def test_only_the_reader_s_days():
    """A reader who wants Monday and Thursday must not be mailed on other days."""
    found = slots_between(
        reader("UTC", "08:00", days=frozenset({0, 3})), at("2026-11-22 00:00"), at("2026-11-29 00:00")
    )
    assert [slot.key for slot in found] == ["2026-11-23 08:00", "2026-11-26 08:00"]


def test_after_a_long_stop_one_digest_is_due():
    """A machine that was off for a week must send the latest digest, not seven."""
    slot = due_slot(reader("UTC", "08:00"), at("2026-11-15 08:00"), at("2026-11-22 09:00"))
    assert slot is not None
    assert slot.key == "2026-11-22 08:00"


def test_nothing_is_due_before_its_time():
    """A digest must not be sent before its time, nor planned for a reader without digests."""
    assert due_slot(reader("UTC", "08:00"), at("2026-11-22 08:00"), at("2026-11-22 07:59")) is None
    assert next_slot(reader("UTC"), at("2026-11-22 07:59")) is None


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["America/New_York", "Pacific/Apia"]),
)
def test_the_next_slot_is_due_when_it_comes(moment, zone):
    """What is planned must be found due at its moment, under the same key."""
    now = moment.replace(tzinfo=UTC)
    who = reader(zone, "02:30", "18:00")
    planned = next_slot(who, now)
    assert planned is not None
    assert planned.at > now
    assert due_slot(who, planned.at, planned.at) == planned
    assert due_slot(who, planned.at, planned.at - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("now", "ends"),
    [("2026-11-22 21:30", "2026-11-23 06:00"), ("2026-11-23 05:59", "2026-11-23 06:00"),
     ("2026-11-23 06:00", None), ("2026-11-22 20:59", None)],
)  # fmt: skip
def test_quiet_hours_pass_midnight(now, ends):
    """Quiet hours 22:00 to 07:00 in Berlin hold back a mail until 07:00, before and after midnight."""
    who = reader("Europe/Berlin", "08:00", quiet=(time(22), time(7)))
    assert quiet_until(who, at(now)) == (at(ends) if ends else None)


def test_the_weekly_mail_has_a_day_of_its_own():
    """The "all quiet" mail belongs to one local day, under one key however often it is asked."""
    who = reader("Asia/Tokyo", "08:00", weekly=0)
    assert weekly_key(who, at("2026-11-22 23:00")) == "2026-11-23 quiet"
    assert weekly_key(who, at("2026-11-22 14:00")) is None
