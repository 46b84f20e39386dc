"""What came before in the cases that a mail tells of: the steps so far, and what this reader was told of them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from alerts.ledger import decisions
from alerts.model import CaseStep, Item, Past
from watchlist.status import Step, may_move_on, overtaken, step_of, timeline
from watchlist.store import reads

MOST_CASES = 80
"""Cases whose history a mail looks up, worst first: what a mail has room to show in full."""


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case as the store has it: its steps with their event ids, oldest first (none when there is one step only), and
    by event id the step that left it behind. ``whole`` is False where the steps were not needed so far."""

    steps: tuple[tuple[int, CaseStep], ...] = ()
    overtaken: Mapping[int, CaseStep] = field(default_factory=dict)
    whole: bool = True


Steps = dict[int, KnownCase]
"""What is known of cases, by case."""


def past_of(session: Session, reader: str, items: Sequence[Item], known: Steps) -> dict[int, Past]:
    """Return the past of the cases of these items (worst first), by case.

    The history is told of the first ``MOST_CASES``; whether a step was left behind is looked up for every item.
    ``known`` holds what was looked up for other readers of the same round, and takes that of this one.
    """
    cases = list(dict.fromkeys(case for item in items if (case := item.facts.event.case_id) is not None))
    shown = cases[:MOST_CASES]
    told = decisions.told_of_cases(session, reader, shown)
    missing = {case for case in shown if case not in known or not known[case].whole}
    missing.update(case for case in cases if case not in known)
    known |= _known(session, missing, set(shown))
    found: dict[int, Past] = {}
    for case in cases:
        told_at, last, first_mail = told.get(case, (None, None, None))
        if known[case].steps or case in told:
            found[case] = Past(known[case].steps, told_at, last, first_mail, known[case].overtaken)
    return found


def _known(session: Session, cases: Set[int], shown: Set[int]) -> Steps:
    found: Steps = dict.fromkeys(cases, KnownCase())
    for case, events in reads.events_of_cases(session, cases).items():
        if case not in shown and not may_move_on(events):
            found[case] = KnownCase(whole=False)
            continue
        told = (step_of(event, reads.reports_of_event(session, event.id)) for event in events)
        steps = timeline(one for one in told if one is not None)
        found[case] = KnownCase(
            tuple((step.event.id, said) for step in steps if (said := _said(step))),
            {event: said for event, step in overtaken(steps).items() if (said := _said(step))},
        )
    return found


def _said(step: Step) -> CaseStep | None:
    action = step.event.action
    return CaseStep(action, step.event.stage, _day(step), current=False) if action is not None else None


def _day(step: Step) -> date | None:
    """Return when a step was announced; of one that is only looked back on, when it took effect, if that is known."""
    return None if step.background and not step.event.effective else step.day
