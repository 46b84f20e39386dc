"""What came before in the cases that a mail tells of: the steps so far, and what this reader was told of them."""

from collections.abc import Sequence

from sqlmodel import Session

from alerts.ledger import decisions
from alerts.model import CaseStep, Item, Past
from watchlist.status import step_of, timeline
from watchlist.store import reads

MOST_CASES = 80
"""Cases whose history a mail looks up, worst first: what a mail has room to show in full."""


def past_of(session: Session, reader: str, items: Sequence[Item]) -> dict[int, Past]:
    """Return the past of the cases of these items (worst first), by case."""
    found = dict.fromkeys(item.facts.event.case_id for item in items if item.facts.event.case_id is not None)
    cases = list(found)[:MOST_CASES]
    told = decisions.told_of_cases(session, reader, cases)
    steps: dict[int, list[tuple[int, CaseStep]]] = {}
    for case, events in reads.events_of_cases(session, cases).items():
        known = (step_of(event, reads.reports_of_event(session, event.id)) for event in events)
        for step in timeline(one for one in known if one is not None):
            if step.event.action is not None:
                day = None if step.background and not step.event.effective else step.day
                made = CaseStep(step.event.action, step.event.stage, day, current=False)
                steps.setdefault(case, []).append((step.event.id, made))
    return {
        case: Past(tuple(steps.get(case, ())), *told.get(case, (None, None, None)))
        for case in cases
        if case in steps or case in told
    }
