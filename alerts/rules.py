"""Who hears of what, and why: every yes and every no with its reason. Pure.

The order of the questions (the first that answers decides)::

    baseline? repeated? told already? corrects what never went out? like a dismissed one?
    -> the reader's rules, first fit -> nothing fits: the digest
    -> muted, quiet hours or a digest of the rule's own: later, never lost
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from alerts.evidence import facts_of
from alerts.model import (
    Code,
    Decision,
    Delivery,
    Dismissal,
    Facts,
    History,
    Mute,
    Reader,
    Reason,
    Rule,
    Section,
)
from alerts.slots import Slot, next_slot, quiet_until
from watchlist.actions.authorities import directory
from watchlist.entries import entry_key
from watchlist.model import EventReport, ReportChange, Verdict


def decide(report: EventReport, history: History, reader: Reader, now: datetime) -> Decision:
    """Say how this reader hears of this report, and why. ``history`` is this reader's."""
    return decide_facts(facts_of(report), history, reader, now, baseline=report.baseline)


def decide_facts(
    facts: Facts, history: History, reader: Reader, now: datetime, *, baseline: bool = False
) -> Decision:
    """Decide on what a report tells; ``baseline`` marks what was there when its source was added."""
    section = section_of(facts)
    if facts.change is ReportChange.REPEATED and _was_only_left_out(facts, history):
        facts = replace(facts, change=ReportChange.NEW)

    def answer(
        delivery: Delivery,
        code: Code,
        text: str,
        rule: Rule | None = None,
        not_before: datetime | None = None,
        dismissal: int | None = None,
    ) -> Decision:
        return Decision(
            facts.report_id, facts.event.id, facts.event.entry, facts.change, reader.name, delivery, section,
            Reason(code, text), rule.name if rule else None, not_before, dismissal,
        )  # fmt: skip

    refusal = _refusal(facts, history, baseline=baseline)
    if refusal:
        return answer(Delivery.NONE, *refusal)
    dismissal = next((d for d in history.dismissals if covers(d, facts)), None)
    if dismissal:
        text = f"like dismissal {dismissal.id}: {dismissal.alias!r} is not {dismissal.entry}"
        return answer(Delivery.NONE, Code.DISMISSED, text, dismissal=dismissal.id)

    rule = first_fit(reader.rules, facts, section, history.tags.get(facts.event.entry, frozenset()))
    if rule and rule.deliver is Delivery.NONE:
        return answer(Delivery.NONE, Code.RULE_NONE, f"rule {rule.name!r} says: not at all", rule)
    if rule:
        wanted, code, text = rule.deliver, Code.RULE, f"rule {rule.name!r} says: {rule.deliver.value}"
    else:
        wanted, code = Delivery.DIGEST, Code.DEFAULT
        text = "no rule fits, so it goes into the digest" if reader.rules else "goes into the digest"
    if section is Section.POSSIBLE and wanted is Delivery.INSTANT:
        wanted, code = Delivery.DIGEST, Code.POSSIBLE
        text = f"{text}, but a possible match waits for the digest"
    elif not facts.new and wanted is Delivery.INSTANT:
        wanted, code = Delivery.DIGEST, Code.BACKGROUND
        text = f"{text}, but it is told as background, so it waits for the digest"

    if wanted is Delivery.DIGEST and not reader.digests:
        return answer(Delivery.NONE, Code.NO_DIGEST, f"{text}, but this recipient has no digest", rule)

    muted = muted_until(history.mutes, facts.event.entry, reader.name, now)
    if muted:
        return answer(wanted, Code.MUTED, f"{text}; muted until {muted:%Y-%m-%d %H:%M} UTC", rule, muted)
    quiet = quiet_until(reader, now) if wanted is Delivery.INSTANT else None
    if quiet:
        return answer(wanted, Code.QUIET, f"{text}; quiet hours until {quiet:%H:%M} UTC", rule, quiet)
    slot = _own_slot(rule, reader, now) if rule and wanted is Delivery.DIGEST else None
    if slot:
        return answer(wanted, Code.SLOT, f"{text} of {slot.key}", rule, slot.at)
    return answer(wanted, code, text, rule)


def _own_slot(rule: Rule, reader: Reader, now: datetime) -> Slot | None:
    """Return the digest a rule waits for, when it chooses among the reader's."""
    if not (rule.days or rule.times):
        return None
    days = reader.days & rule.days if rule.days else reader.days
    times = tuple(at for at in reader.digests if not rule.times or at in rule.times)
    return next_slot(replace(reader, days=days, digests=times), now)


def section_of(facts: Facts) -> Section:
    """Say where a mail shows it: possible matches apart, actions told as news first, the rest are mentions."""
    if facts.verdict is Verdict.POSSIBLE:
        return Section.POSSIBLE
    return Section.ACTION if facts.event.action and facts.new else Section.MENTION


def _was_only_left_out(facts: Facts, history: History) -> bool:
    """Say whether the event's first report was left out by a dismissal that does not cover this one."""
    first = (facts.event.id, ReportChange.NEW)
    if first not in history.left_out or first in history.told:
        return False
    return not any(covers(dismissal, facts) for dismissal in history.dismissals)


def _refusal(facts: Facts, history: History, *, baseline: bool) -> tuple[Code, str] | None:
    """Answer the questions that come before any rule."""
    event, change = facts.event, facts.change
    if baseline:
        return Code.BASELINE, "was there when the source (or the entry) was added: not news"
    if change is ReportChange.REPEATED:
        return Code.REPEATED, "repeats what another document told already"
    if (event.id, change) in history.told:
        return Code.TOLD, f"told already as {change.value}"
    if change is ReportChange.CORRECTED and not any(told == event.id for told, _ in history.delivered):
        return Code.NEVER_TOLD, "takes back what had not been mailed, so nothing is mailed"
    return None


def first_fit(rules: Iterable[Rule], facts: Facts, section: Section, tags: frozenset[str]) -> Rule | None:
    """Return the first rule that covers these facts, or None."""
    return next((rule for rule in rules if misfit(rule, facts, section, tags) is None), None)


def misfit(rule: Rule, facts: Facts, section: Section, tags: frozenset[str]) -> str | None:
    """Say why a rule does not cover these facts, or None when it does."""
    event = facts.event
    if rule.entries and entry_key(event.entry) not in _keys(rule.entries):
        return f"it is about {_some(rule.entries)}"
    if rule.tags and not _keys(rule.tags) & _keys(tags):
        return f"{event.entry} does not carry the tag {_some(rule.tags)}"
    if facts.score < rule.least_score:
        return f"the score {facts.score:.2f} is below {rule.least_score:g}"
    if event.action is None or section is Section.MENTION:
        if rule.mentions or (rule.any_action and rule.deliver is not Delivery.INSTANT):
            return None
        return "it is about actions, and this is a mention"
    if rule.mentions and rule.any_action:
        return "it is about mentions without an action"
    if rule.actions and event.action not in rule.actions:
        return f"the action is not {_some(rule.actions)}"
    if rule.stages and event.stage not in rule.stages:
        return f"the stage is not {_some(rule.stages)}"
    if rule.authorities and not any(covers_authority(a, event.authority) for a in rule.authorities):
        return f"the authority is not {_some(rule.authorities)}"
    return None


def covers_authority(wanted: str, authority: str | None) -> bool:
    """Say whether an authority is the wanted one or below it: "US" and "US-Treasury" both cover "US-OFAC"."""
    if authority is None:
        return False
    return wanted in directory().lineage(authority) or authority.startswith((f"{wanted}-", f"{wanted}:"))


@lru_cache(maxsize=4096)
def _keys(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(entry_key, names))


def _some(words: Iterable[str]) -> str:
    return " or ".join(sorted(words))


def muted_until(mutes: Iterable[Mute], entry: str, reader: str, now: datetime) -> datetime | None:
    """Return when the longest mute on this entry and reader ends, or None when none is in force."""
    ends = [
        mute.until
        for mute in mutes
        if mute.until > now and mute.entry in (None, entry) and mute.reader in (None, reader)
    ]
    return max(ends, default=None)


def context_kind(why: Iterable[str]) -> str:
    """Return the kind of context of a match: what spoke for and against it, without figures and quoted words."""
    kinds = (re.sub(r"“[^”]*”|[\d.,%]+", "", reason) for reason in why)
    return "; ".join(sorted({" ".join(kind.split()).rstrip(": ") for kind in kinds} - {""}))


def covers(dismissal: Dismissal, facts: Facts) -> bool:
    """Say whether a match is like a dismissed one: same entry, same alias, same kind of context.

    Less in it may be a surer match (what spoke against the dismissed one is gone), so only the same is alike.
    A correction is never covered: who was told something wrong hears that it was taken back.
    """
    if facts.change is ReportChange.CORRECTED:
        return False
    if entry_key(dismissal.entry) != entry_key(facts.event.entry):
        return False
    if entry_key(dismissal.alias) != entry_key(facts.alias):
        return False
    return context_kind(facts.why) == context_kind(dismissal.context.split("; "))
