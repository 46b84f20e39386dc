"""``watchlist rules``: who hears of what, at once, in a digest or not at all."""

from typing import TYPE_CHECKING, Annotated

import typer

from watchlist.cli import alert_answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from alerts.model import Decision, Facts, Reader
    from watchlist.config import RuleSettings

app = typer.Typer(no_args_is_help=True, help="Who hears of what: at once, in a digest, or not at all.")

Name = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")]
For = Annotated[
    str | None, typer.Option("--for", "-r", metavar="RECIPIENT", help="Whose rule; else the only one's.")
]
Deliver = Annotated[
    str | None, typer.Option("--deliver", metavar="HOW", help="instant, digest or none.", show_default=False)
]
Entries = Annotated[
    list[str] | None, typer.Option("--entry", metavar="NAME", help="A watched name; several times for more.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="A tag of watched names.")]
Actions = Annotated[
    list[str] | None,
    typer.Option("--action", metavar="ACTION", help="Like transaction_ban; mention is a name without one."),
]
Stages = Annotated[
    list[str] | None,
    typer.Option("--stage", metavar="STAGE", help="proposed, adopted, suspended, lifted, rejected."),
]
Authorities = Annotated[
    list[str] | None,
    typer.Option("--authority", metavar="ID", help="Like US-BIS; US covers all below it."),
]
Least = Annotated[
    float | None, typer.Option("--least-score", metavar="0-1", help="The match must be at least so sure.")
]
Days = Annotated[
    list[str] | None, typer.Option("--day", metavar="DAY", help="Only in digests of this day, like mon.")
]
Times = Annotated[
    list[str] | None, typer.Option("--time", metavar="HH:MM", help="Only in digests of this time.")
]
Before = Annotated[
    str | None, typer.Option("--before", metavar="RULE", help="Put it before this one; else it is the last.")
]


@app.command(name="list")
def list_(context: typer.Context, recipient: For = None) -> None:
    """List the rules in the order they are asked; the first that fits decides."""
    from alerts.ledger.rules import rules_by_command
    from alerts.rule_check import never_fires, rule_text
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import out, say, table
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store import entries

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        found = everybody(settings, database)
        people = [named(found, recipient)] if recipient else list(found)
        with database.read() as session:
            added, watched = rules_by_command(session), entries.list_all(session)
    rows, idle = [], []
    for who in people:
        own = added.get(who.name, ())
        for rule in (*own, *who.rules):
            rows.append(
                (who.name, rule.name, rule.deliver, rule_text(rule), "command" if rule in own else "file")
            )
            if reason := never_fires(rule, watched):
                idle.append(f"{who.name}: rule {rule.name!r} never fires: {reason}")
        rows.append((who.name, "(the rest)", "digest" if who.digests else "none", "everything else", ""))
    table(("Recipient", "Rule", "Deliver", "Covers", "From"), rows)
    for line in idle:
        say(line)
    if not any(row[4] for row in rows):
        out("No rule so far. Try: watchlist rules add bans --deliver instant --stage adopted")


@app.command()
def add(
    context: typer.Context,
    name: Name,
    recipient: For = None,
    deliver: Deliver = None,
    entry: Entries = None,
    tag: Tags = None,
    action: Actions = None,
    stage: Stages = None,
    authority: Authorities = None,
    least_score: Least = None,
    day: Days = None,
    at: Times = None,
    before: Before = None,
) -> None:
    """Add a rule; without conditions it covers everything. A rule that could never fire is refused."""
    from watchlist.config import RuleSettings
    from watchlist.errors import UsageError

    if deliver is None:
        raise UsageError("say how with --deliver instant, --deliver digest or --deliver none")
    rule = RuleSettings(
        name, deliver, tuple(entry or ()), tuple(tag or ()), tuple(action or ()), tuple(stage or ()),
        tuple(authority or ()), least_score or 0.0, tuple(day or ()), tuple(at or ()),
    )  # fmt: skip

    def change(rules: "list[RuleSettings]") -> "list[RuleSettings]":
        if any(one.name == name for one in rules):
            raise UsageError(f"there is a rule {name!r} already; change it: watchlist rules edit {name!r} …")
        return _placed(rules, rule, before)

    _save(context, recipient, name, change, "added")


@app.command()
def edit(
    context: typer.Context,
    name: Name,
    recipient: For = None,
    deliver: Deliver = None,
    entry: Entries = None,
    tag: Tags = None,
    action: Actions = None,
    stage: Stages = None,
    authority: Authorities = None,
    least_score: Least = None,
    day: Days = None,
    at: Times = None,
    before: Before = None,
) -> None:
    """Change a rule: what is given replaces what it said there; "any" takes a condition away."""
    from dataclasses import replace

    given: dict[str, list[str] | None] = {
        "entries": entry, "tags": tag, "actions": action, "stages": stage, "authorities": authority,
        "days": day, "times": at,
    }  # fmt: skip

    def change(rules: "list[RuleSettings]") -> "list[RuleSettings]":
        old = _rule(rules, name)
        lists = {
            key: () if words == ["any"] else tuple(words) for key, words in given.items() if words is not None
        }
        new = replace(
            old,
            deliver=deliver or old.deliver,
            least_score=old.least_score if least_score is None else least_score,
            **lists,  # type: ignore[arg-type]
        )
        if before is None:
            return [new if one is old else one for one in rules]
        return _placed([one for one in rules if one is not old], new, before)

    _save(context, recipient, name, change, "changed")


@app.command()
def remove(context: typer.Context, name: Name, recipient: For = None) -> None:
    """Remove a rule that was added by command."""

    def change(rules: "list[RuleSettings]") -> "list[RuleSettings]":
        old = _rule(rules, name)
        return [one for one in rules if one is not old]

    _save(context, recipient, name, change, "removed")


@app.command(name="test")
def try_out(
    context: typer.Context,
    alert: Annotated[
        int | None, typer.Argument(metavar="ALERT", help="An alert to try, as in `watchlist alerts list`.")
    ] = None,
    recipient: For = None,
    entry: Annotated[str | None, typer.Option("--entry", metavar="NAME", help="Or: a watched name,")] = None,
    action: Annotated[
        str, typer.Option("--action", metavar="ACTION", help="what is done to it,")
    ] = "mention",
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE", help="how far it is,")] = "adopted",
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="ID", help="and who does it.")
    ] = None,
    score: Annotated[float, typer.Option("--score", min=0, max=1, help="How sure the match is.")] = 1.0,
    possible: Annotated[bool, typer.Option("--possible", help="The match is only possible.")] = False,
    background: Annotated[bool, typer.Option("--background", help="It is told as old news.")] = False,
) -> None:
    """Say what an event would do now: who hears of it, how, when, by which rule, and why not by the others."""
    from alerts.ledger import people
    from alerts.ledger.dismissals import dismissals
    from alerts.model import History
    from alerts.rules import decide_facts
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError
    from watchlist.store import entries

    settings = settings_of(context, secrets=False)
    now = utc_now()
    if (alert is None) == (entry is None):
        raise UsageError("name an alert (watchlist rules test 17) or an event (--entry NAME --action …)")
    with open_store(settings) as database, database.read() as session:
        if alert is not None:
            facts = alert_answers.alert_of(session, alert).facts
        else:
            name = entries.get(session, entry or "").name
            facts = _made_up(
                name, action, stage, authority, score, now, possible=possible, new=not background
            )
        tags = {one.name: frozenset(one.tags) for one in entries.list_all(session)}
        history = History(dismissals=dismissals(session), mutes=people.mutes(session, now), tags=tags)
        readers = people.readers(session, settings)
        paused = people.paused_readers(session)
    if recipient:
        wanted = named(everybody(settings, database), recipient).name
        readers = tuple(reader for reader in readers if reader.name == wanted)
    out(clean(_event_text(facts)))
    for reader in readers:
        answer = decide_facts(facts, history, reader, now)
        _tell(reader, facts, history.tags.get(facts.event.entry, frozenset()), answer, reader.name in paused)


def _tell(reader: "Reader", facts: "Facts", tags: frozenset[str], answer: "Decision", paused: bool) -> None:
    from zoneinfo import ZoneInfo

    from alerts.model import Delivery
    from alerts.rules import misfit, section_of
    from alerts.slots import next_slot
    from watchlist.cli.terminal import BOLD, clean, out, styled
    from watchlist.clock import utc_now

    zone = ZoneInfo(reader.timezone)
    when = answer.not_before
    if answer.delivery is Delivery.DIGEST:
        slot = (
            next_slot(reader, when or utc_now())
            if when is None or answer.reason.code.name != "SLOT"
            else None
        )
        when = slot.at if slot else when
    moment = f", {when.astimezone(zone):%a %Y-%m-%d %H:%M} {reader.timezone}" if when else ""
    how = {"none": "not mailed", "instant": "mailed at once" if not when else "mailed alone"}
    said = "not mailed: paused" if paused else how.get(answer.delivery.value, "in the digest") + moment
    out()
    out(f"{styled(clean(reader.name), BOLD)}: {said}")
    out(f"  because {clean(answer.reason.text)}")
    for rule in reader.rules:
        if rule.name == answer.rule:
            out(f"  rule {clean(rule.name)!r} fits; later ones are not asked")
            break
        reason = misfit(rule, facts, section_of(facts), tags)
        if reason:
            out(f"  rule {clean(rule.name)!r} does not fit: {clean(reason)}")


def _made_up(
    name: str,
    action: str,
    stage: str,
    authority: str | None,
    score: float,
    now: "datetime",
    *,
    possible: bool,
    new: bool,
) -> "Facts":
    """Return the facts of an event that nobody has told."""
    from alerts.model import Facts, Passage
    from alerts.rule_check import one_of
    from watchlist.config import ACTIONS
    from watchlist.errors import UsageError
    from watchlist.model import ActionKind, Event, ReportChange, Stage, Verdict

    kind = None if one_of(action, ACTIONS, "action", UsageError) == "mention" else ActionKind(action)
    far = Stage(one_of(stage, tuple(Stage), "stage", UsageError)) if kind else None
    event = Event(0, name, kind, far, authority if kind else None, None, None, None, now)
    return Facts(
        event=event, change=ReportChange.NEW, report_id=0, story_id=0, outlets=1, documents=1, first_seen=now,
        title="", url=None, source=None, official=False, published=None, summary_only=False,
        verdict=Verdict.POSSIBLE if possible else Verdict.MATCH, score=score, why=(), alias=name, via=None, new=new,
        passage=Passage(("",)),
    )  # fmt: skip


def _event_text(facts: "Facts") -> str:
    event = facts.event
    said = alert_answers.measure(event) or "named without an action"
    more = " (possible match)" if facts.verdict.value == "possible" else ""
    return f"{event.entry}: {said}, score {facts.score:.2f}{more}"


def _placed(rules: "list[RuleSettings]", rule: "RuleSettings", before: str | None) -> "list[RuleSettings]":
    if before is None:
        return [*rules, rule]
    at = rules.index(_rule(rules, before))
    return [*rules[:at], rule, *rules[at:]]


def _rule(rules: "list[RuleSettings]", name: str) -> "RuleSettings":
    from watchlist.errors import UsageError

    for rule in rules:
        if rule.name == name:
            return rule
    there = ", ".join(repr(rule.name) for rule in rules) or "none"
    raise UsageError(
        f"there is no rule {name!r} added by command (there: {there}); rules of the configuration are changed there"
    )


def _save(
    context: typer.Context,
    recipient: str | None,
    name: str,
    change: "Callable[[list[RuleSettings]], list[RuleSettings]]",
    done: str,
) -> None:
    """Change a recipient's rules by command: checked as a whole, stored in one transaction."""
    from alerts.ledger.rules import put_rules, rules_by_command
    from alerts.readers import reader_of
    from alerts.rule_check import never_fires, rule_text
    from watchlist.cli.readers import everybody, named
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError
    from watchlist.store import entries

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database:
        who = named(everybody(settings, database), recipient)
        with database.write() as session:
            rules = change(list(rules_by_command(session).get(who.name, ())))
            changed = next((rule for rule in rules if rule.name == name), None)
            if changed is not None:
                reader_of(who, rules, strict=True)
                if reason := never_fires(changed, entries.list_all(session)):
                    raise UsageError(f"rule {name!r} could never fire: {reason}")
            put_rules(session, who.name, rules, utc_now())
    said = f": {changed.deliver}: {clean(rule_text(changed))}" if changed else ""
    out(f"{done}: rule {clean(name)!r} of {clean(who.name)}{said}")
