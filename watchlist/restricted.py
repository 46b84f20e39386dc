"""Who is a restricted person under a rule of ownership: by a measure in force, or by being on a list now.

Reads the store; what ``watchlist owners`` and ``watchlist status`` ask. The arithmetic is ``watchlist.ownership``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from watchlist.list_lookup import in_force, listed_now
from watchlist.lists.edition import Edition
from watchlist.lists.weighing import Asked
from watchlist.model import ActionKind, Entry, Verdict
from watchlist.ownership.holdings import Holding, Register, aliases_of, holdings_of
from watchlist.ownership.reading import of_list
from watchlist.ownership.rules import Rule, rules
from watchlist.ownership.shares import Assessment, Ownership, Standing
from watchlist.ownership.tree import arithmetic
from watchlist.status import Force, restrictions, step_of
from watchlist.store import entries as stored_entries
from watchlist.store import holdings as stored_holdings
from watchlist.store import reads


@dataclass(frozen=True, slots=True)
class Known:
    """All that the store knows of ownership on a day: the register, and the watched names in it.

    ``editions`` are the lists in force, where they were opened for their relations.
    """

    register: Register
    entries: tuple[Entry, ...]
    day: date
    editions: tuple[Edition, ...] | None = None


def known_owners(session: Session, day: date, *, lists: bool = True) -> Known:
    """Return the register of a day: owners of watched names, imported holdings, relations of lists in force.

    Without ``lists`` their relations, which only tell of names that are listed themselves, are left out.
    """
    watched = tuple(stored_entries.list_all(session))
    held: list[Holding] = [*holdings_of(watched), *stored_holdings.list_all(session)]
    editions = tuple(in_force(session)) if lists else None
    for edition in editions or ():
        held += of_list(edition.entities.values(), edition.name)
    return Known(Register.on(day, held, aliases_of(watched)), watched, day, editions)


def ownership(
    session: Session, known: Known, asked: Iterable[Rule], also: Iterable[str] = ()
) -> dict[str, tuple[Ownership, dict[str, str]]]:
    """Return, by the id of each rule asked for, the answers under it, and why each restricted person is one (a word or two,
    by name).

    ``also`` are names to be taken for restricted: "what if".
    """
    measures, assumed = _measures(session, known), tuple(also)
    return {rule.id: _under(rule, known, measures, assumed) for rule in asked}


@dataclass(frozen=True, slots=True)
class Through:
    """A rule in force by which a watched name is restricted through its owners, and the arithmetic in a line."""

    entry: str
    rule: Rule
    found: Assessment
    said: str


def restricted_through(session: Session, names: Iterable[str], day: date) -> list[Through]:
    """Return the rules that reach watched names through their owners on a day, by name, in the order of the rules.

    Without any known owner no list is opened.
    """
    known = known_owners(session, day, lists=False)
    asked = [name for name in names if known.register.owners_of(name)]
    ruling = [rule for rule in rules().values() if rule.in_force(day)] if asked else []
    under = ownership(session, known, ruling) if ruling else {}
    answers = []
    for rule in ruling:
        found, _ = under[rule.id]
        for name in asked:
            one = found.assess(name)
            if one.standing is Standing.REACHED:
                answers.append(Through(name, rule, one, arithmetic(found, one)))
    return sorted(answers, key=lambda one: one.entry.casefold())


@dataclass(frozen=True, slots=True)
class _Measure:
    """A measure that binds a name of the register, and in a word or two where it is told."""

    name: str
    authority: str | None
    action: ActionKind | None
    told: str


def _under(
    rule: Rule, known: Known, measures: Iterable[_Measure], also: Iterable[str]
) -> tuple[Ownership, dict[str, str]]:
    """Return the answers under a rule: whom a measure that it counts binds is a restricted person."""
    why = dict.fromkeys(also, "assumed")
    for one in measures:
        if rule.restricts(one.authority, one.action):
            why.setdefault(one.name, one.told)
    return Ownership(known.register, why, rule), why


def _measures(session: Session, known: Known) -> list[_Measure]:
    """Return the measures that bind names of the register, whatever the rule: those of lists first."""
    return [*_by_list(session, known), *_by_report(session, known)]


def _by_report(session: Session, known: Known) -> Iterable[_Measure]:
    """Yield the measures in force on watched names, and since when."""
    for entry in known.entries:
        if known.register.key(entry.name) not in known.register.names:
            continue
        events = [event for event in reads.events_of_entry(session, entry.name) if event.action is not None]
        told = (step_of(event, reads.reports_of_event(session, event.id)) for event in events)
        steps = [step for step in told if step is not None]
        for found in restrictions(steps, known.day):
            event = found.step.event
            if (
                found.force is Force.IN_FORCE
                and found.step.via is None  # a measure on an owner makes nobody else a restricted person
                and not found.step.possible
            ):
                since = f"{(event.action or '').replace('_', ' ')} since {found.since}"
                yield _Measure(entry.name, event.authority, event.action, since)


def _by_list(session: Session, known: Known) -> Iterable[_Measure]:
    """Yield the measures on names of the register that are on a list. Lists are known as they are now."""
    watched = {known.register.key(entry.name): entry for entry in known.entries}
    asked = [
        Asked.of(watched[at]) if at in watched else Asked(name)
        for at, name in sorted(known.register.names.items())
    ]
    for name, records in listed_now(session, asked, known.editions).items():
        for record in records:
            if record.hit.verdict is Verdict.MATCH:
                told = f"on {record.hit.list}"
                yield from (_Measure(name, one.authority, one.action, told) for one in record.measures)
