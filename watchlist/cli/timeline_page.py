"""``watchlist timeline NAME --html FILE``: the case of one name as one page that needs nothing else."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template

    from watchlist.status import Step

_SOURCES = 5
"""Documents that are named under a step; more are counted."""


def page(name: str, steps: "Sequence[Step]", as_of: date, written: date) -> str:
    """Return the page as HTML: no script, nothing from elsewhere, all that documents say escaped."""
    from watchlist.model import Stage
    from watchlist.status import Force, chains, restrictions
    from watchlist.timeline_axis import axis

    found = chains(steps, as_of)
    lanes = [(_lane(chain[-1]), chain) for chain in found]
    now = [r for r in restrictions(steps, as_of) if r.force in {Force.IN_FORCE, Force.TO_COME}]
    wide, narrow = axis(lanes, as_of, 760, 8), axis(lanes, as_of, 320, 3)
    return _template().render(
        name=name,
        as_of=as_of,
        written=written,
        now=[{**_told(r.step), "force": r.force.value, "since": r.since} for r in now],
        axes=[(wide, "wide"), (narrow, "narrow")],
        left_out=wide.left_out if wide else 0,
        stages=[stage.value for stage in Stage],
        cases=_cases(found),
    )


def _cases(chains: "Sequence[Sequence[Step]]") -> list[dict[str, Any]]:
    """Return the cases in order, each with its steps in order: what softens or enforces a measure stands beside it."""
    from watchlist.status import timeline

    by_case: dict[object, list[Step]] = {}
    for chain in chains:
        event = chain[0].event
        key = event.case_id if event.case_id is not None else f"event {event.id}"
        by_case.setdefault(key, []).extend(chain)
    cases = [timeline(steps) for steps in by_case.values()]
    return [
        {
            "title": _headed(case),
            "steps": [_step(step) for step in case],
        }
        for case in sorted(cases, key=lambda case: (case[0].day, case[0].event.id))
    ]


def _headed(case: "Sequence[Step]") -> str:
    """Return what a case is about: its measures, and the body behind all of them, else the country of all."""
    from watchlist.actions.authorities import directory

    what = ", ".join(dict.fromkeys(map(_what, case))).capitalize()
    bodies = {step.event.authority for step in case if step.event.authority}
    if len(bodies) > 1:
        bodies = {directory().lineage(body)[-1] for body in bodies}
    return f"{what}: {directory().name(bodies.pop())}" if len(bodies) == 1 else what


def _step(step: "Step") -> dict[str, Any]:
    tellings = [
        {
            "day": telling.day,
            "title": telling.title,
            "url": telling.url if telling.url and telling.url.startswith(("https://", "http://")) else None,
            "source": telling.source,
            "official": telling.official,
        }
        for telling in step.tellings[:_SOURCES]
    ]
    return {**_told(step), "tellings": tellings, "more": max(0, len(step.tellings) - _SOURCES)}


def _told(step: "Step") -> dict[str, Any]:
    event = step.event
    return {
        "what": _what(step),
        "who": _who(step),
        "stage": event.stage.value if event.stage else "",
        "day": step.day,
        "effective": event.effective,
        "until": event.until,
        "possible": step.possible,
        "evidence": " ".join(step.evidence.split()),
    }


def _what(step: "Step") -> str:
    kind = step.event.action
    if kind is None:
        return "mention"
    return "restriction, kind unclear" if kind.value == "other" else kind.value.replace("_", " ")


def _who(step: "Step") -> str:
    from watchlist.actions.authorities import directory

    return directory().name(step.event.authority) if step.event.authority else ""


def _lane(step: "Step") -> str:
    country = (step.event.authority or "").partition("-")[0]
    return _what(step) + (f", {country}" if country else "")


@cache
def _template() -> "Template":
    from importlib import resources

    from jinja2 import Environment, StrictUndefined

    text = (resources.files("watchlist") / "data" / "timeline.html").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)
