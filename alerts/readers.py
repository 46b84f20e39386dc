"""From a recipient's settings to a checked reader. Pure.

Refused when saved: a bad address, an unknown time zone or language, a malformed time, a rule that can never fire.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import time
from email.headerregistry import Address
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.model import Delivery, Reader, Rule
from alerts.words import LANGUAGES
from watchlist.config import RecipientSettings, RuleSettings, Settings
from watchlist.errors import UsageError
from watchlist.model import ActionKind, Stage

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LOCAL_READER = RecipientSettings(name="local", address="you@localhost", owner=True)
"""Who reads when nobody is configured: the local mailbox folder."""

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")


def readers_of(settings: Settings, stored: Iterable[RecipientSettings] = ()) -> tuple[Reader, ...]:
    """Return all readers: those of the configuration, those added by command, else the local one.

    A name in the configuration wins over a stored one. Raises UsageError when one is not usable.
    """
    found = {recipient.name: recipient for recipient in (*stored, *settings.recipients)}
    return tuple(reader_of(recipient) for recipient in (found.values() or (LOCAL_READER,)))


def reader_of(recipient: RecipientSettings) -> Reader:
    """Check a recipient. Raises UsageError: one line that names the recipient, what is wrong and the right form."""
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
    days = frozenset(_one_of(day, DAYS, "day", refuse) for day in recipient.days)
    if recipient.digests and not days:
        raise refuse("digests without days would never be sent; name days like mon, tue")
    rules = tuple(_rule(rule, refuse) for rule in recipient.rules)
    _check_order(rules, refuse)
    return Reader(
        name=name,
        address=checked_address(recipient.address, refuse),
        timezone=recipient.timezone,
        language=recipient.language,
        digests=tuple(sorted({_clock(text, refuse) for text in recipient.digests})),
        days=frozenset(DAYS.index(day) for day in days),
        quiet=_quiet(recipient.quiet_hours, refuse),
        weekly=DAYS.index(_one_of(recipient.weekly, DAYS, "weekly day", refuse))
        if recipient.weekly
        else None,
        owner=recipient.owner,
        rules=rules,
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
                  r.mentions, r.least_score) for r in reader.rules])  # fmt: skip
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def schedule_text(reader: Reader) -> str:
    """Identify a reader's digest schedule: when it changes, the next digest is planned anew."""
    return f"{reader.timezone} {sorted(reader.days)} {[f'{t:%H:%M}' for t in reader.digests]}"


def _rule(rule: RuleSettings, refuse: Callable[[str], UsageError]) -> Rule:
    def refuse_rule(problem: str) -> UsageError:
        return refuse(f"rule {rule.name!r}: {problem}")

    mentions = "mention" in rule.actions
    actions = frozenset(
        ActionKind(_one_of(a, tuple(ActionKind), "action", refuse_rule))
        for a in rule.actions
        if a != "mention"
    )
    stages = frozenset(Stage(_one_of(s, tuple(Stage), "stage", refuse_rule)) for s in rule.stages)
    if not 0.0 <= rule.least_score <= 1.0:
        raise refuse_rule(f"least_score {rule.least_score} can never fit; it lies between 0 and 1")
    if mentions and not actions and (stages or rule.authorities):
        raise refuse_rule("a mention has neither stage nor authority: this rule could never fire")
    return Rule(
        name=rule.name,
        deliver=Delivery(_one_of(rule.deliver, tuple(Delivery), "deliver", refuse_rule)),
        entries=frozenset(rule.entries),
        tags=frozenset(rule.tags),
        actions=actions,
        stages=stages,
        authorities=frozenset(rule.authorities),
        mentions=mentions,
        least_score=rule.least_score,
    )


def _check_order(rules: tuple[Rule, ...], refuse: Callable[[str], UsageError]) -> None:
    """Refuse a rule that can never fire because an earlier one takes all that it could fit."""
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise refuse(f"two rules are named {name!r}; names tell them apart")
    for at, rule in enumerate(rules):
        for earlier in rules[:at]:
            if _takes_all(earlier, rule):
                raise refuse(
                    f"rule {rule.name!r} can never fire: rule {earlier.name!r} before it takes all it fits"
                )


def _takes_all(earlier: Rule, later: Rule) -> bool:
    def wider(a: frozenset[str], b: frozenset[str]) -> bool:
        return not a or (bool(b) and b <= a)

    takes_mentions = earlier.mentions or (earlier.any_action and earlier.deliver is not Delivery.INSTANT)
    wants_mentions = later.mentions or (later.any_action and later.deliver is not Delivery.INSTANT)
    only_mentions = earlier.mentions and earlier.any_action
    return (
        (takes_mentions or not wants_mentions)
        and not (only_mentions and not (later.mentions and later.any_action))
        and earlier.least_score <= later.least_score
        and wider(earlier.entries, later.entries)
        and wider(earlier.tags, later.tags)
        and wider(frozenset(map(str, earlier.actions)), frozenset(map(str, later.actions)))
        and wider(frozenset(map(str, earlier.stages)), frozenset(map(str, later.stages)))
        and wider(earlier.authorities, later.authorities)
    )


def _one_of(
    text: str, known: tuple[str | StrEnum, ...], what: str, refuse: Callable[[str], UsageError]
) -> str:
    if text not in known:
        raise refuse(f"{what} {text!r} is not known; use one of {', '.join(map(str, known))}")
    return text


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
