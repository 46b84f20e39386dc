"""Named rules by which a restriction on owners reaches what they own: data with provenance, ``data/rules.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from watchlist.model import ActionKind

#: Shares that differ by less are equal: a third and a sixth are a half.
_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the fields are those of ``rules.toml``. ``periods`` are (first day, last day or None)."""

    id: str
    name: str
    threshold: float
    more_than: bool
    aggregate: bool
    control: bool
    authorities: tuple[str, ...]
    actions: tuple[ActionKind, ...]
    periods: tuple[tuple[date, date | None], ...]
    citation: str
    url: str

    def reached(self, share: float) -> bool:
        """Tell whether a share, in percent, is enough."""
        return share > self.threshold + _EQUAL if self.more_than else share >= self.threshold - _EQUAL

    def in_force(self, day: date) -> bool:
        """Tell whether the rule applies on a day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.periods)

    def next_change(self, day: date) -> date | None:
        """Return the first later day on which the rule begins to apply, or None."""
        return min((first for first, _ in self.periods if first > day), default=None)

    def restricts(self, authority: str | None, action: ActionKind | None) -> bool:
        """Tell whether a measure makes its target a restricted person under this rule."""
        known = authority is not None and any(
            authority == one or authority.startswith(one + "-") for one in self.authorities
        )
        return known and action in self.actions


@cache
def rules() -> Mapping[str, Rule]:
    """Return the shipped rules by id, in the order of the file."""
    text = (resources.files("watchlist.ownership") / "data" / "rules.toml").read_text("utf-8")
    return {name: _rule(name, data) for name, data in tomllib.loads(text).items()}


def _rule(name: str, data: dict[str, Any]) -> Rule:
    return Rule(
        id=name,
        name=data["name"],
        threshold=float(data["threshold"]),
        more_than=data["more_than"],
        aggregate=data["aggregate"],
        control=data["control"],
        authorities=tuple(data["authorities"]),
        actions=tuple(map(ActionKind, data["actions"])),
        periods=tuple((one["from"], one.get("to")) for one in data["periods"]),
        citation=data["citation"],
        url=data["url"],
    )
