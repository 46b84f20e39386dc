"""Alerts as training data: each with its passage, what spoke for the match, and what a person said of it. Pure."""

from typing import Any

from alerts.model import Facts
from alerts.rules import context_kind

THEM, NOT_THEM = "match", "no match"


def example_of(
    alert_id: int, facts: Facts, *, acknowledged: bool, dismissed: bool, note: str = ""
) -> dict[str, Any]:
    """Return one alert as plain data.

    ``label`` is ``no match`` when it was dismissed, ``match`` when a person acknowledged it, else None: nobody said.
    ``marks`` are [start, end] of the marked names in ``passage``, in code points.
    """
    marks, at = [], 0
    for place, piece in enumerate(facts.passage.pieces):
        if place % 2:
            marks.append([at, at + len(piece)])
        at += len(piece)
    event = facts.event
    return {
        "alert": alert_id,
        "entry": event.entry,
        "alias": facts.alias,
        "passage": facts.passage.text,
        "marks": marks,
        "title": facts.title,
        "url": facts.url,
        "source": facts.source,
        "official": facts.official,
        "published": facts.published.isoformat() if facts.published else None,
        "verdict": facts.verdict.value,
        "score": round(facts.score, 4),
        "why": list(facts.why),
        "context": context_kind(facts.why),
        "action": event.action.value if event.action else None,
        "stage": event.stage.value if event.stage else None,
        "authority": event.authority,
        "effective": event.effective.isoformat() if event.effective else None,
        "kind": facts.change.value,
        "first_seen": facts.first_seen.isoformat(),
        "label": NOT_THEM if dismissed else THEM if acknowledged else None,
        "note": note,
    }
