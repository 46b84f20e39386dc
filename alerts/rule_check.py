"""From a rule's settings to a checked rule. Pure.

Refused when saved, in one line each: a word that is none of ours, an authority that nobody is called, and a rule
that can never fire: because an earlier one takes all it fits, because its parts exclude each other, or because
nothing on the watchlist is called so.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from datetime import time
from enum import StrEnum

from alerts.model import Delivery, Rule
from watchlist.actions.authorities import directory
from watchlist.config import RuleSettings
from watchlist.entries import entry_key
from watchlist.errors import UsageError
from watchlist.model import ActionKind, Entry, Stage

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Refuse = Callable[[str], UsageError]


def rule_of(rule: RuleSettings, refuse: Refuse) -> Rule:
    """Check one rule by itself. Raises what ``refuse`` makes of the problem."""
    if not rule.name.strip() or not rule.name.isprintable() or len(rule.name) > 100:
        raise refuse(f"rule {rule.name[:40]!r}: the name must be 1 to 100 printable characters")

    def refuse_rule(problem: str) -> UsageError:
        return refuse(f"rule {rule.name!r}: {problem}")

    mentions = "mention" in rule.actions
    actions = frozenset(
        ActionKind(one_of(a, ("mention", *ActionKind), "action", refuse_rule))
        for a in rule.actions
        if a != "mention"
    )
    stages = frozenset(Stage(one_of(s, tuple(Stage), "stage", refuse_rule)) for s in rule.stages)
    if not 0.0 <= rule.least_score <= 1.0:
        raise refuse_rule(f"least_score {rule.least_score} can never fit; it lies between 0 and 1")
    if mentions and not actions and (stages or rule.authorities):
        raise refuse_rule("a mention has neither stage nor authority: this rule could never fire")
    deliver = Delivery(one_of(rule.deliver, tuple(Delivery), "deliver", refuse_rule))
    if (rule.days or rule.times) and deliver is not Delivery.DIGEST:
        raise refuse_rule(f"days and times choose a digest, but it says {deliver.value!r}; leave them out")
    for authority in rule.authorities:
        _check_authority(authority, refuse_rule)
    days = [DAYS.index(one_of(day, DAYS, "day", refuse_rule)) for day in rule.days]
    return Rule(
        name=rule.name,
        deliver=deliver,
        entries=frozenset(rule.entries),
        tags=frozenset(rule.tags),
        actions=actions,
        stages=stages,
        authorities=frozenset(rule.authorities),
        mentions=mentions,
        least_score=rule.least_score,
        days=frozenset(days),
        times=frozenset(time.fromisoformat(text) for text in rule.times),
    )


def check_rules(rules: Sequence[Rule], days: frozenset[int], times: Iterable[time], refuse: Refuse) -> None:
    """Refuse rules that cannot work together: equal names, one that can never fire, a digest the reader has not."""
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise refuse(f"two rules are named {name!r}; names tell them apart")
    digests = frozenset(times)
    for at, rule in enumerate(rules):
        if rule.days - days:
            wanted = ", ".join(DAYS[day] for day in sorted(rule.days - days))
            raise refuse(f"rule {rule.name!r}: there is no digest on {wanted}; the rule could never be sent")
        if rule.times - digests:
            wanted = ", ".join(f"{one:%H:%M}" for one in sorted(rule.times - digests))
            raise refuse(f"rule {rule.name!r}: there is no digest at {wanted}; the rule could never be sent")
        for earlier in rules[:at]:
            if _takes_all(earlier, rule):
                raise refuse(
                    f"rule {rule.name!r} can never fire: rule {earlier.name!r} before it takes all it fits"
                )


def never_fires(rule: RuleSettings, watched: Iterable[Entry]) -> str | None:
    """Say why a rule can never fire with this watchlist, or None: unknown names or tags, or a name without the tag."""
    entries = {entry_key(entry.name): entry for entry in watched}
    known_tags = {entry_key(tag): tag for entry in entries.values() for tag in entry.tags}
    for name in rule.entries:
        if entry_key(name) not in entries:
            return f"{name!r} is not on the watchlist{_near(name, [e.name for e in entries.values()])}"
    for tag in rule.tags:
        if entry_key(tag) not in known_tags:
            return f"nothing on the watchlist carries the tag {tag!r}{_near(tag, list(known_tags.values()))}"
    if rule.entries and rule.tags:
        wanted = {entry_key(tag) for tag in rule.tags}
        carried = {entry_key(tag) for name in rule.entries for tag in entries[entry_key(name)].tags}
        if not wanted & carried:
            return f"{' or '.join(rule.entries)} carries no tag {' or '.join(rule.tags)}"
    return None


def rule_text(rule: RuleSettings) -> str:
    """Return what a rule covers in words: "Alipay or TikTok; adopted; US; score 0.8 or more"."""
    parts = [
        " or ".join(some) for some in (rule.entries, rule.actions, rule.stages, rule.authorities) if some
    ]
    if rule.tags:
        parts.insert(bool(rule.entries), f"tagged {' or '.join(rule.tags)}")
    if rule.least_score:
        parts.append(f"score {rule.least_score:g} or more")
    if rule.days or rule.times:
        parts.append(f"in the digest of {' and '.join(rule.days)} {' and '.join(rule.times)}".rstrip())
    return "; ".join(parts) or "everything"


def one_of(text: str, known: Sequence[str | StrEnum], what: str, refuse: Refuse) -> str:
    """Return a word that is one of the known ones; refuse any other with the nearest."""
    if text not in known:
        raise refuse(f"{what} {text!r} is not known; use one of {', '.join(map(str, known))}")
    return text


def _check_authority(authority: str, refuse: Refuse) -> None:
    """Refuse an id that no action can carry, nor one below it."""
    ids = directory().ids
    if authority in ids or any(body.startswith((f"{authority}-", f"{authority}:")) for body in ids):
        return
    near = _near(authority, sorted(ids))
    raise refuse(f"authority {authority!r} is not known{near}; write it like US or US-BIS")


def _near(word: str, known: Sequence[str]) -> str:
    by_key = {entry_key(one): one for one in known}
    near = difflib.get_close_matches(entry_key(word), by_key, n=1, cutoff=0.6)
    return f"; did you mean {by_key[near[0]]!r}?" if near else ""


def _takes_all(earlier: Rule, later: Rule) -> bool:
    def wider(a: frozenset[str], b: frozenset[str]) -> bool:
        return not a or (bool(b) and {entry_key(x) for x in b} <= {entry_key(x) for x in a})

    def wider_authorities(a: frozenset[str], b: frozenset[str]) -> bool:
        known = directory()
        return not a or (bool(b) and all(a & set(known.lineage(one)) for one in b))

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
        and wider_authorities(earlier.authorities, later.authorities)
    )
