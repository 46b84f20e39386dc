"""Dates as publishers write them, read strictly: RFC 5322 (and RFC 822), ISO 8601, or nothing. Pure.

A wrong date is worse than none: "new" never goes by it, and mails show it.
"""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: n
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_RFC = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]{0,6}\s+(\d{4})"
    r"(?:\s+(\d{2}):(\d{2})(?::(\d{2}))?\s+(?:([+-])(\d{2}):?(\d{2})|([a-z]{1,3})))?(?:\s+\([^()]*\))?",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?",
    re.IGNORECASE | re.ASCII,
)


def strict_moment(text: str | None) -> datetime | None:
    """Return the moment in UTC; midnight of the day when no time, or a time without a zone, is told; else None."""
    written = (text or "").strip()
    try:
        if match := _RFC.fullmatch(written):
            day, month, year, hour, minute, second, sign, zone_hours, zone_minutes, zone = match.groups()
            start = datetime(int(year), _MONTHS[month.lower()], int(day), tzinfo=UTC)
            if hour is None:
                return start
            offset = (
                timedelta(hours=_ZONES[zone.lower()]) if zone else _offset(sign, zone_hours, zone_minutes)
            )
            return _at(start, hour, minute, second) - offset
        if match := _ISO.fullmatch(written):
            year, month, day, hour, minute, second, zulu, sign, zone_hours, zone_minutes = match.groups()
            start = datetime(int(year), int(month), int(day), tzinfo=UTC)
            if hour is None or not (zulu or sign):
                return start
            offset = timedelta() if zulu else _offset(sign, zone_hours, zone_minutes)
            return _at(start, hour, minute, second) - offset
    except (ValueError, KeyError, OverflowError):
        return None
    return None


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    if int(hours) > 15 or int(minutes) > 59:
        raise ValueError
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size


def _at(day: datetime, hour: str, minute: str, second: str | None) -> datetime:
    # a leap second is the last of its minute
    return day.replace(hour=int(hour), minute=int(minute), second=min(int(second or 0), 59))
