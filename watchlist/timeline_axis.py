"""The drawn time axis of a name's case: where bars, marks and ticks lie. Pure; the page draws it.

A lane is one measure by one authority's country in one case: its steps are marks, the time in which it binds a bar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watchlist.model import Stage
from watchlist.status import Step, resumption

LANES = 12
"""Lanes that are drawn; a reader counts no more, and the list below tells them all."""
_MARGIN = 10.0
_STEPS = (
    (1, "month"),
    (3, "month"),
    (6, "month"),
    (1, "year"),
    (2, "year"),
    (5, "year"),
    (10, "year"),
    (50, "year"),
    (500, "year"),
    (5000, "year"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step: its place, its stage, and what is said of it."""

    x: float
    stage: Stage
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One measure: its name, its marks, and the stretches (from, to, ``sure``) in which it binds.

    A bar that is not ``sure`` lies in the future.
    """

    label: str
    marks: tuple[Mark, ...]
    bars: tuple[tuple[float, float, bool], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """All that is drawn, in units of ``width``: ticks are (place, label), ``today`` the place of the day asked for."""

    width: int
    ticks: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]
    today: float
    left_out: int


def axis(
    chains: Sequence[tuple[str, Sequence[Step]]], as_of: date, width: int, most_ticks: int
) -> Axis | None:
    """Lay out the axis of some measures, each (label, its steps in order), or return None when there is nothing."""
    days = [day for _, steps in chains for step in steps for day in _days(step)]
    if not days:
        return None
    first, last = min(days), max(*days, as_of)
    pad = max(3, (last - first).days // 30)
    scale = _Scale(_shifted(first, -pad), _shifted(last, pad), width)
    lanes = [_lane(label, steps, as_of, scale) for label, steps in chains[:LANES]]
    ticks = tuple(scale.ticks(most_ticks))
    return Axis(width, ticks, tuple(lanes), scale.x(as_of), max(0, len(chains) - LANES))


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _days(step: Step) -> Iterator[date]:
    yield step.day
    if step.event.stage is Stage.ADOPTED:
        yield from (day for day in (step.event.effective, step.event.until) if day)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to places on the axis."""

    first: date
    last: date
    width: int

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(_MARGIN + min(1.0, max(0.0, share)) * (self.width - 2 * _MARGIN), 1)

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Yield at most ``most`` round dates, the finest step that does it."""
        found: list[date] = []
        unit = "year"
        for number, unit in _STEPS:
            found = list(self._round(number, unit))
            if len(found) <= most:
                break
        for day in found:
            yield self.x(day), f"{day.year}" if unit == "year" else f"{day:%b} {day.year}"

    def _round(self, number: int, unit: str) -> Iterator[date]:
        months = number * (12 if unit == "year" else 1)
        at = (self.first.year * 12 + self.first.month - 1) // months * months
        while (year := at // 12) <= self.last.year:
            if year >= 1 and self.first <= (day := date(year, at % 12 + 1, 1)) <= self.last:
                yield day
            at += months


def _lane(label: str, steps: Sequence[Step], as_of: date, scale: _Scale) -> Lane:
    marks = tuple(
        Mark(scale.x(step.day), step.event.stage or Stage.ADOPTED, f"{step.day}: {step.event.stage}")
        for step in steps
    )
    return Lane(label, marks, tuple(_bars(steps, as_of, scale)))


def _bars(steps: Sequence[Step], as_of: date, scale: _Scale) -> Iterator[tuple[float, float, bool]]:
    """Yield when the measure binds: from each adoption's first day to its last, or to the next step that ends it.

    A suspension that ran out leaves the measure to bind again.
    """
    for at, step in enumerate(steps):
        following = next((s for s in steps[at + 1 :] if s.event.stage is not Stage.PROPOSED), None)
        resumed = resumption(steps[: at + 1], as_of)
        if resumed is not None:
            begin, end = max(step.day, resumed[1]), following.day if following else as_of
            if begin < end and begin <= as_of:
                yield scale.x(begin), scale.x(min(end, as_of)), True
        if step.event.stage is not Stage.ADOPTED:
            continue
        begin = max(step.day, step.event.effective or step.day)
        end = following.day if following else step.event.until or as_of
        if following and step.event.until:
            end = min(end, step.event.until)
        if begin <= as_of and end > begin:
            yield scale.x(begin), scale.x(min(end, as_of)), True
        if end > as_of or begin > as_of:
            low = max(begin, as_of)
            yield scale.x(low), scale.x(max(end, low)) if end > low else scale.width - _MARGIN, False
