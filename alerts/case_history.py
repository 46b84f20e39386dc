"""What came before in the cases that a mail tells of: the steps so far, and what this reader was told of them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from alerts.ledger import decisions
from alerts.model import CaseStep, Item, Past
from watchlist.status import Step, step_of, timeline
from watchlist.store import reads

MOST_CASES = 80
"""Cases whose history a mail looks up, worst first: what a mail has room to show in full."""


Steps = dict[int, tuple[tuple[int, CaseStep], ...]]
"""A case's steps with their event ids, oldest first; empty when there is one step only."""


def past_of(session: Session, reader: str, items: Sequence[Item], known: Steps) -> dict[int, Past]:
    """Return the past of the cases of these items (worst first), by case.

    ``known`` holds the steps that were looked up for other readers of the same round, and takes those of this one.
    """
    found = dict.fromkeys(item.facts.event.case_id for item in items if item.facts.event.case_id is not None)
    cases = list(found)[:MOST_CASES]
    told = decisions.told_of_cases(session, reader, cases)
    known |= _steps(session, [case for case in cases if case not in known])
    return {
        case: Past(known[case], *told.get(case, (None, None, None)))
        for case in cases
        if known[case] or case in told
    }


def _steps(session: Session, cases: Sequence[int]) -> Steps:
    found: Steps = dict.fromkeys(cases, ())
    for case, events in reads.events_of_cases(session, cases).items():
        told = (step_of(event, reads.reports_of_event(session, event.id)) for event in events)
        found[case] = tuple(
            (step.event.id, CaseStep(step.event.action, step.event.stage, _day(step), current=False))
            for step in timeline(one for one in told if one is not None)
            if step.event.action is not None
        )
    return found


def _day(step: Step) -> date | None:
    """Return when a step was announced; of one that is only looked back on, when it took effect, if that is known."""
    return None if step.background and not step.event.effective else step.day
