"""Who hears of what, and why: every yes and every no with its reason. Pure.

The order of the questions (the first that answers decides)::

    baseline? repeated? told already? corrects what never went out? dismissed?
    -> the reader's rules, first fit -> nothing fits: the digest
    -> muted or quiet hours: later, never lost
"""

import re
from collections.abc import Iterable
from datetime import datetime

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
from alerts.slots import quiet_until
from watchlist.model import EventReport, ReportChange, Verdict


def decide(report: EventReport, history: History, reader: Reader, now: datetime) -> Decision:
    """Say how this reader hears of this report, and why. ``history`` is this reader's."""
    facts = facts_of(report)
    section = section_of(facts)

    def answer(
        delivery: Delivery,
        code: Code,
        text: str,
        rule: Rule | None = None,
        not_before: datetime | None = None,
    ) -> Decision:
        return Decision(
            report.id, report.event.id, report.event.entry, report.change, reader.name, delivery, section,
            Reason(code, text), rule.name if rule else None, not_before,
        )  # fmt: skip

    refusal = _refusal(report, facts, history)
    if refusal:
        return answer(Delivery.NONE, *refusal)

    rule = first_fit(reader.rules, facts, section, history.tags.get(report.event.entry, frozenset()))
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

    muted = muted_until(history.mutes, report.event.entry, reader.name, now)
    if muted:
        return answer(wanted, Code.MUTED, f"{text}; muted until {muted:%Y-%m-%d %H:%M} UTC", rule, muted)
    quiet = quiet_until(reader, now) if wanted is Delivery.INSTANT else None
    if quiet:
        return answer(wanted, Code.QUIET, f"{text}; quiet hours until {quiet:%H:%M} UTC", rule, quiet)
    return answer(wanted, code, text, rule)


def section_of(facts: Facts) -> Section:
    """Say where a mail shows it: possible matches apart, actions told as news first, the rest are mentions."""
    if facts.verdict is Verdict.POSSIBLE:
        return Section.POSSIBLE
    return Section.ACTION if facts.event.action and facts.new else Section.MENTION


def _refusal(report: EventReport, facts: Facts, history: History) -> tuple[Code, str] | None:
    """Answer the questions that come before any rule."""
    event, change = report.event, report.change
    if report.baseline:
        return Code.BASELINE, "was there when the source (or the entry) was added: not news"
    if change is ReportChange.REPEATED:
        return Code.REPEATED, "repeats what another document told already"
    if (event.id, change) in history.told:
        return Code.TOLD, f"told already as {change.value}"
    if change is ReportChange.CORRECTED and not any(told == event.id for told, _ in history.delivered):
        return Code.NEVER_TOLD, "takes back what had not been mailed, so nothing is mailed"
    if change is not ReportChange.CORRECTED:
        dismissal = next((d for d in history.dismissals if covers(d, facts)), None)
        if dismissal:
            return (
                Code.DISMISSED,
                f"like dismissal {dismissal.id}: {dismissal.alias!r} is not {dismissal.entry}",
            )
    return None


def first_fit(rules: Iterable[Rule], facts: Facts, section: Section, tags: frozenset[str]) -> Rule | None:
    """Return the first rule that covers these facts, or None."""
    return next((rule for rule in rules if fits(rule, facts, section, tags)), None)


def fits(rule: Rule, facts: Facts, section: Section, tags: frozenset[str]) -> bool:
    """Say whether a rule covers these facts."""
    event = facts.event
    if rule.entries and event.entry not in rule.entries:
        return False
    if rule.tags and not rule.tags & tags:
        return False
    if facts.score < rule.least_score:
        return False
    if event.action is None or section is Section.MENTION:
        return rule.mentions or (rule.any_action and rule.deliver is not Delivery.INSTANT)
    if rule.mentions and rule.any_action:
        return False  # "mention" alone: this rule is about names without an action
    return (
        (not rule.actions or event.action in rule.actions)
        and (not rule.stages or event.stage in rule.stages)
        and (not rule.authorities or any(_covers_id(a, event.authority) for a in rule.authorities))
    )


def _covers_id(wanted: str, authority: str | None) -> bool:
    return authority is not None and (authority == wanted or authority.startswith(f"{wanted}-"))


def muted_until(mutes: Iterable[Mute], entry: str, reader: str, now: datetime) -> datetime | None:
    """Return when the longest mute on this entry and reader ends, or None when none is in force."""
    ends = [
        mute.until
        for mute in mutes
        if mute.until > now and mute.entry in (None, entry) and mute.reader in (None, reader)
    ]
    return max(ends, default=None)


def context_kind(why: Iterable[str]) -> str:
    """Return the kind of context of a match: what spoke for it, without figures, in a fixed order."""
    return "; ".join(sorted({re.sub(r"\s+", " ", re.sub(r"[\d.,%]+", "", reason)).strip() for reason in why}))


def covers(dismissal: Dismissal, facts: Facts) -> bool:
    """Say whether a match is like a dismissed one: same entry and alias, and nothing more speaks for it."""
    if dismissal.entry != facts.event.entry or dismissal.alias.casefold() != facts.alias.casefold():
        return False
    seen = set(context_kind(facts.why).split("; "))
    return seen <= set(dismissal.context.split("; "))
