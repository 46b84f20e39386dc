"""From a recipient's settings to a checked reader. Pure.

Refused when saved: a bad address, an unknown time zone or language, a malformed time, a rule that can never fire.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from email.headerregistry import Address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.model import Delivery, Reader
from alerts.rule_check import DAYS, check_rules, one_of, rule_of
from alerts.words import LANGUAGES
from watchlist.config import RecipientSettings, RuleSettings, Settings
from watchlist.errors import UsageError

LOCAL_READER = RecipientSettings(name="local", address="you@localhost", owner=True)
"""Who reads when nobody is configured: the local mailbox folder."""

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")


def recipients_of(
    settings: Settings, stored: Iterable[RecipientSettings] = ()
) -> tuple[RecipientSettings, ...]:
    """Return all recipients: those of the configuration, those added by command, else the local one.

    A name in the configuration wins over a stored one.
    """
    found = {recipient.name: recipient for recipient in (*stored, *settings.recipients)}
    return tuple(found.values()) or (LOCAL_READER,)


def readers_of(
    settings: Settings,
    stored: Iterable[RecipientSettings] = (),
    by_command: Mapping[str, Sequence[RuleSettings]] | None = None,
) -> tuple[Reader, ...]:
    """Return all recipients as readers, each with the rules added for him by command before his own.

    Raises UsageError when one is not usable.
    """
    rules = by_command or {}
    known = {channel.name for channel in settings.channels}
    found = recipients_of(settings, stored)
    for one in found:
        if one.channel and one.channel not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "write [[channels]]"
            raise UsageError(f"recipient {one.name!r}: channel {one.channel!r} is not configured; {there}")
    return tuple(reader_of(one, rules.get(one.name, ())) for one in found)


def reader_of(
    recipient: RecipientSettings, by_command: Sequence[RuleSettings] = (), *, strict: bool = False
) -> Reader:
    """Check a recipient and the rules added by command, which come before his own.

    ``strict`` is for saving: it also refuses what the two sorts of rules do to each other (later, a change of the
    configuration must not keep anybody from getting mail). Raises UsageError: one line that names the recipient,
    what is wrong and the right form.
    """
    name = recipient.name.strip()
    if not name or not name.isprintable() or len(name) > 80:
        raise UsageError(f"recipient {recipient.name!r}: the name must be 1 to 80 printable characters")

    def refuse(problem: str) -> UsageError:
        return UsageError(f"recipient {name!r}: {problem}")

    if recipient.language not in LANGUAGES:
        raise refuse(f"language {recipient.language!r} is not known; use one of {', '.join(LANGUAGES)}")
    try:
        ZoneInfo(recipient.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(f"time zone {recipient.timezone!r} is not known; write it like Europe/Berlin") from None
    days = frozenset(one_of(day, DAYS, "day", refuse) for day in recipient.days)
    if recipient.digests and not days:
        raise refuse("digests without days would never be sent; name days like mon, tue")
    times = tuple(sorted({_clock(text, refuse) for text in recipient.digests}))
    digest_days = frozenset(DAYS.index(day) for day in days)
    own = tuple(rule_of(rule, refuse) for rule in recipient.rules)
    added = tuple(rule_of(rule, refuse) for rule in by_command)
    if not times and not any(rule.deliver is Delivery.NONE and rule.everything for rule in own + added):
        raise refuse(
            "without digests, what no rule mails at once would never come; give a time like 08:00, "
            "or a last rule without conditions that says none"
        )
    check_rules((*added, *own) if strict else own, digest_days, times, refuse)
    if recipient.channel == "mail":
        raise refuse("'mail' is no channel of its own; leave channel out, and give an address")
    if not recipient.channel and not recipient.address:
        raise refuse("needs an address like ada@example.org, or a channel")
    return Reader(
        name=name,
        address=checked_address(recipient.address, refuse) if recipient.address else "",
        channel=recipient.channel or "mail",
        timezone=recipient.timezone,
        language=recipient.language,
        digests=times,
        days=digest_days,
        quiet=_quiet(recipient.quiet_hours, refuse),
        weekly=DAYS.index(one_of(recipient.weekly, DAYS, "weekly day", refuse)) if recipient.weekly else None,
        owner=recipient.owner,
        rules=(*added, *own),
    )


def checked_address(text: str, refuse: Callable[[str], UsageError] = UsageError) -> str:
    """Return the bare address of "a@b.c"; an international domain becomes its ASCII form."""
    form = "write it like ada@example.org"
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise refuse(f"address {text!r} is not a mail address; {form}")
    try:
        spec = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise refuse(f"address {text!r} has a domain that cannot be; {form}") from None
    if not _ADDRESS.fullmatch(spec) or ".." in spec or spec.startswith((".", "-")) or ".@" in spec:
        raise refuse(f"address {text!r} is not a mail address we can use; {form}")
    try:
        Address(addr_spec=spec)
    except (ValueError, IndexError):
        raise refuse(f"address {text!r} is not a mail address; {form}") from None
    return spec


def fingerprint(reader: Reader) -> str:
    """Identify a reader's rules, so that a decision can be told from one under other rules."""
    text = repr([(r.name, r.deliver.value, *map(sorted, (r.entries, r.tags, r.actions, r.stages, r.authorities)),
                  r.mentions, r.least_score, sorted(r.days), sorted(r.times)) for r in reader.rules])  # fmt: skip
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def schedule_text(reader: Reader) -> str:
    """Identify a reader's digest schedule: when it changes, the next digest is planned anew."""
    return f"{reader.timezone} {sorted(reader.days)} {[f'{t:%H:%M}' for t in reader.digests]}"


def _clock(text: str, refuse: Callable[[str], UsageError]) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text.strip()):
        raise refuse(f"time {text!r} is not one; write it like 08:00")
    return time.fromisoformat(text.strip())


def _quiet(text: str | None, refuse: Callable[[str], UsageError]) -> tuple[time, time] | None:
    if not text:
        return None
    start, dash, end = text.partition("-")
    if not dash:
        raise refuse(f"quiet_hours {text!r} is not a stretch; write it like 22:00-07:00")
    stretch = _clock(start, refuse), _clock(end, refuse)
    if stretch[0] == stretch[1]:
        raise refuse(f"quiet_hours {text!r} would be the whole day; mails would never come")
    return stretch
