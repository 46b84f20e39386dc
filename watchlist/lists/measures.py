"""What being on a list means: the measure, who takes it, and where it can be seen. The data are ``measures.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from watchlist.lists.edition import Bounds
from watchlist.model import ActionKind, ListEntity

HEAD_BYTES = 8192
"""So much of a file's beginning is searched for the day of its publication."""
_DAYS = {
    "ymd": ("%Y-%m-%d",),
    "dmy": ("%d/%m/%Y", "%d-%b-%Y", "%d.%m.%Y"),
    "mdy": ("%m/%d/%Y",),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done to somebody on a list: ``action`` by ``authority``, under the list's ``title``.

    ``programs`` are the programmes that say so; empty where the list as a whole does.
    """

    action: ActionKind
    authority: str
    title: str
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    programme: re.Pattern[str]
    measure: Measure


@dataclass(frozen=True, slots=True)
class ListProfile:
    """All that the data know of one list. ``page`` may hold ``{id}``; ``least`` is how many it surely lists."""

    name: str
    general: Measure
    page: str | None = None
    as_of: re.Pattern[bytes] | None = None
    order: str = "ymd"
    rules: tuple[_Rule, ...] = ()
    least: int = 1

    @property
    def bounds(self) -> Bounds:
        """Return what an edition of the list may be and change unasked."""
        return Bounds(least=self.least)

    def measures(self, entity: ListEntity) -> tuple[Measure, ...]:
        """Return what is done to an entity, each measure once, in the order of the data."""
        found: dict[tuple[ActionKind, str, str], Measure] = {}
        for rule in self.rules:
            held = tuple(program for program in entity.programs if rule.programme.search(program))
            if held:
                measure = rule.measure
                key = (measure.action, measure.authority, measure.title)
                known = found.get(key, replace(measure, programs=()))
                found[key] = replace(known, programs=(*known.programs, *held))
        return tuple(found.values()) or (self.general,)

    def address(self, entity: ListEntity) -> str | None:
        """Return where a person sees the entity, or at least its list."""
        return entity.url or (self.page.replace("{id}", entity.id) if self.page else None)

    def stated_day(self, head: bytes) -> str:
        """Return the day of publication that the beginning of a file states (ISO), or an empty string."""
        hit = self.as_of.search(head) if self.as_of else None
        if hit is None:
            return ""
        text = b"-".join(hit.groups()).decode("ascii", "replace")
        for form in _DAYS[self.order]:
            try:
                return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 (a day, no moment)
            except ValueError:
                continue
        return ""


def profile(name: str, like: str | None = None) -> ListProfile:
    """Return what is known of a list, by its name or by the list that it is ``like``.

    A list that the data do not know restricts in a way not told: ``other``, by nobody known.
    """
    known = _profiles()
    found = known.get(name) or known.get(like or "")
    if found is None:
        return ListProfile(name, Measure(ActionKind.OTHER, "", name))
    return replace(found, name=name)


@cache
def _profiles() -> Mapping[str, ListProfile]:
    text = (resources.files("watchlist.lists") / "measures.toml").read_text(encoding="utf-8")
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)["list"]
    return {name: _profile(name, rows[row["like"]] if "like" in row else row) for name, row in rows.items()}


def _profile(name: str, row: Mapping[str, Any]) -> ListProfile:
    general = Measure(ActionKind(row["action"]), row["authority"], row["title"])
    rules = tuple(
        _Rule(
            re.compile(rule["is"]),
            Measure(ActionKind(rule["action"]), rule.get("authority", general.authority), rule["title"]),
        )
        for rule in row.get("programme", ())
    )
    pattern = re.compile(row["as_of"].encode()) if "as_of" in row else None
    return ListProfile(
        name, general, row.get("page"), pattern, row.get("order", "ymd"), rules, row.get("least", 1)
    )
