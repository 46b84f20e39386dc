"""Where a watched name stands: the present restrictions by authority, and the case told in order. Pure.

Computed from stored events and the reports that tell them, as of a day: what was told later is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from watchlist.actions.authorities import directory
from watchlist.cases import ENDED_BY
from watchlist.model import ActionKind, Document, Event, EventReport, ReportChange, Stage, Verdict


class Force(StrEnum):
    """Whether a restriction binds on the day asked for."""

    IN_FORCE = "in force"
    TO_COME = "to come"
    ENDED = "ended"
    NOT_IN_FORCE = "not in force"


@dataclass(frozen=True, slots=True)
class Telling:
    """One document that tells a step: ``day`` is its publication (else the day it was seen)."""

    day: date
    title: str
    url: str | None
    source: str
    official: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a name as the first document told it.

    ``told`` is that document's day of publication (else the day it was seen), ``source`` its outlet or source,
    ``background`` says that no document told it as news, ``official`` that an authority itself told it. ``possible``: no
    document is sure that the name is meant. ``tellings`` are all its documents, an authority's own first. ``via`` is
    the owner that the measure is on, when no document tells it of the name itself. ``listed`` is, for a step that an
    official list took, its place among all reports in order of sight; else 0. ``first_read``: the name stood on the list when
    that was first read, and nothing says since when: ``told`` is the day of that edition.
    """

    event: Event
    told: date
    title: str
    url: str | None
    source: str
    evidence: str
    background: bool
    official: bool
    documents: int
    possible: bool = False
    tellings: tuple[Telling, ...] = ()
    via: str | None = None
    listed: int = 0
    first_read: bool = False

    @property
    def day(self) -> date:
        """Return the day that places the step in its case: what is only looked back on lies at its own date."""
        if self.background and self.event.effective and self.event.effective < self.told:
            return self.event.effective
        return self.told

    @property
    def since(self) -> date:
        """Return since when the stage holds: the effective date of what binds already when it is told, else its day."""
        event = self.event
        if event.stage is Stage.ADOPTED and event.effective and event.effective <= self.told:
            return event.effective
        return self.day


@dataclass(frozen=True, slots=True)
class Restriction:
    """The present state of one measure against one name by one authority: its latest step and whether it binds."""

    entry: str
    step: Step
    since: date
    force: Force


def step_of(event: Event, reports: Sequence[EventReport]) -> Step | None:
    """Return an event as its reports tell it, or None when the last word on it is a correction, or none is."""
    told = [r for r in reports if r.change is not ReportChange.CORRECTED]
    if not told or reports[-1].change is ReportChange.CORRECTED:
        return None
    first = min(told, key=lambda r: (not r.document.official, _day(r), r.id))
    earliest = min(_day(r) for r in told)
    return Step(
        event=event,
        told=earliest,
        title=_headed(first.document),
        url=first.document.url,
        source=first.document.source or "",
        evidence=first.action.evidence.text if first.action else "",
        background=not any(r.action is None or r.action.new for r in told),
        official=any(r.document.official for r in told),
        documents=len({r.document.id for r in told}),
        via=_owner(told),
        possible=all(r.match is not None and r.match.verdict is Verdict.POSSIBLE for r in told),
        tellings=_tellings(told),
        listed=min((r.id for r in told if "list change" in r.document.facts), default=0),
        first_read=all("first read" in r.document.facts for r in told),
    )


def _headed(document: Document) -> str:
    """Return the title, or, where there is none, what its source calls the document (a file's path)."""
    return document.title.strip() or document.id


def _tellings(reports: Sequence[EventReport]) -> tuple[Telling, ...]:
    """Return each document once, an authority's own first, then the oldest."""
    ordered = sorted(reports, key=lambda r: (not r.document.official, _day(r), r.id))
    found: dict[tuple[str | None, str], Telling] = {}
    for report in ordered:
        document = report.document
        telling = Telling(
            _day(report), _headed(document), document.url, document.source or "", document.official
        )
        found.setdefault((document.source, document.id), telling)
    return tuple(found.values())


def _owner(told: Sequence[EventReport]) -> str | None:
    owners = [r.action.via for r in told if r.action is not None]
    return owners[0] if owners and all(owners) else None


def _day(report: EventReport) -> date:
    return (report.document.published or report.first_seen).date()


def timeline(steps: Iterable[Step], as_of: date | None = None) -> list[Step]:
    """Return the steps told until a day, oldest first; of one day in the order of their stages.

    What lists did on one day stands in the order in which it was seen: a name may be taken off and put back. A measure
    has no end that is its licence's or its suspension's.
    """
    order = {stage: n for n, stage in enumerate(Stage)}
    told = _with_own_ends([s for s in steps if s.event.action is not None])
    kept = [s for s in told if as_of is None or s.told <= as_of]
    ordered = sorted(
        kept,
        key=lambda s: (s.day, not s.background, order[s.event.stage or Stage.PROPOSED], s.event.id),
    )
    places: dict[date, list[int]] = {}
    for place, step in enumerate(ordered):
        if step.listed:
            places.setdefault(step.day, []).append(place)
    for taken in places.values():
        seen = sorted((ordered[place] for place in taken), key=lambda s: s.listed)
        for place, step in zip(taken, seen, strict=True):
            ordered[place] = step
    return ordered


def _with_own_ends(steps: Sequence[Step]) -> list[Step]:
    """Take from a measure the last day that a licence or a suspension of its case has.

    "A licence lets it buy until 19 August" is told of the licence and of the control that it softens; the control does
    not end then, and whoever reads that it ended is misled to the dangerous side.
    """
    ends = {
        (step.event.entry, step.event.case_id, step.event.until)
        for step in steps
        if step.event.action is ActionKind.LICENCE or step.event.stage is Stage.SUSPENDED
    }

    def borrowed(event: Event) -> bool:
        measure = event.stage is Stage.ADOPTED and event.action is not ActionKind.LICENCE
        return measure and event.until is not None and (event.entry, event.case_id, event.until) in ends

    return [replace(s, event=replace(s.event, until=None)) if borrowed(s.event) else s for s in steps]


def chains(steps: Iterable[Step], as_of: date | None = None) -> list[list[Step]]:
    """Return the steps told until a day by measure: one chain an entry, case, kind and country of the authority."""
    found: dict[tuple[str, object, ActionKind, str], list[Step]] = {}
    for step in timeline(steps, as_of):
        event = step.event
        assert event.action is not None
        case = event.case_id if event.case_id is not None else f"event {event.id}"
        country = (event.authority or "").partition("-")[0]
        found.setdefault((event.entry, case, event.action, country), []).append(step)
    return list(found.values())


def restrictions(steps: Iterable[Step], as_of: date) -> list[Restriction]:
    """Return one row a measure and authority: the last step told until ``as_of``, what binds first.

    ``since`` is the first of the steps of its stage that stand at the end: of a name that was put back, its return. Of
    a measure whose suspension ran out it is the day after, and the measure binds again as far as it did before.
    Possible matches count only where no document is sure.
    """
    found = []
    for told in chains(steps, as_of):
        chain = [step for step in told if not step.possible] or told
        for at in _standing(chain):
            last = chain[at]
            resumed = resumption(chain[: at + 1], as_of)
            if resumed is not None:
                again, since = resumed
                found.append(Restriction(last.event.entry, last, since, force(again.event, as_of)))
                continue
            found.append(_as_it_stands(chain[: at + 1], as_of))
    rank = {state: n for n, state in enumerate(Force)}
    return sorted(found, key=lambda r: (r.entry.casefold(), rank[r.force], r.since, r.step.event.id))


def _as_it_stands(chain: Sequence[Step], as_of: date) -> Restriction:
    """Return the last step of a chain as a row. Of what a list held when it was first read the record listed first is
    shown, not that of some affiliate years later."""
    last = chain[-1]
    alike = list(takewhile(lambda step: step.event.stage is last.event.stage, reversed(chain)))
    first = min(alike, key=lambda step: step.since)
    shown = first if last.listed and all(step.background for step in alike) else last
    return Restriction(last.event.entry, shown, first.since, force(shown.event, as_of))


def resumption(chain: Sequence[Step], as_of: date) -> tuple[Step, date] | None:
    """Return the adoption that binds again, and from when, where the last step is a suspension that ran out by then."""
    last = chain[-1].event
    if last.stage is not Stage.SUSPENDED or last.until is None or last.until >= as_of:
        return None
    adopted = next((step for step in reversed(chain) if step.event.stage is Stage.ADOPTED), None)
    return None if adopted is None else (adopted, last.until + timedelta(days=1))


def _standing(chain: Sequence[Step]) -> list[int]:
    """Return the places of the steps of a chain that say how it stands: the last one.

    Where a list's keeper lifted a measure, a like one on a list of another keeper (the Treasury's and the State
    Department's) stands as it did.
    """
    last = len(chain) - 1
    found = [last]
    if not chain[last].listed or chain[last].event.stage is not Stage.LIFTED:
        return found
    keepers = [chain[last]]
    for at in range(last - 1, -1, -1):
        step = chain[at]
        if step.listed and not any(_one_keeper(step, other) for other in keepers):
            keepers.append(step)
            if step.event.stage is Stage.ADOPTED:
                found.append(at)
    return found


def _one_keeper(left: Step, right: Step) -> bool:
    return directory().compatible(left.event.authority, right.event.authority)


def overtaken(steps: Iterable[Step]) -> dict[int, Step]:
    """Return, by event id, the latest step of the same measure that leaves an earlier one behind: adopted, then lifted.

    An undated look back, a merely possible match, and what one and the same document tells overtake nothing; of one day,
    only what was seen no earlier and is no less official.
    """
    found: dict[int, Step] = {}
    for chain in chains(steps):
        for at, step in enumerate(chain):
            later = [one for one in chain[at + 1 :] if _overtakes(one, step)]
            if later:
                found[step.event.id] = later[-1]
    return found


def may_move_on(events: Sequence[Event]) -> bool:
    """Say whether one of these events of a case may have overtaken another, without looking at their reports."""
    stages: dict[ActionKind | None, set[Stage]] = {}
    for event in events:
        stages.setdefault(event.action, set()).add(event.stage or Stage.ADOPTED)
    return any(not found.isdisjoint(ENDED_BY[stage]) for found in stages.values() for stage in found)


def _overtakes(later: Step, step: Step) -> bool:
    if later.event.stage not in ENDED_BY[step.event.stage or Stage.ADOPTED]:
        return False
    if (later.possible and not step.possible) or (later.background and later.event.effective is None):
        return False
    if later.listed and step.listed and not _one_keeper(later, step):
        return False
    if later.day > step.day:
        return True
    seen_later = later.event.first_seen >= step.event.first_seen
    return (
        seen_later and (later.official or not step.official) and not set(later.tellings) & set(step.tellings)
    )


def force(event: Event, as_of: date) -> Force:
    """Tell whether an event binds on a day: adopted, begun (a date not told counts as begun) and not run out."""
    if event.stage is not Stage.ADOPTED:
        return Force.ENDED if event.stage is Stage.LIFTED else Force.NOT_IN_FORCE
    if event.until and event.until < as_of:
        return Force.ENDED
    return Force.TO_COME if event.effective and event.effective > as_of else Force.IN_FORCE
