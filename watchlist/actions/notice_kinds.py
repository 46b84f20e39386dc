"""The kinds of official notices whose form is known, compiled from ``data/notices.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from watchlist.actions import tables
from watchlist.actions.needles import Sought, fold, may_hold
from watchlist.model import ActionKind, Document, Stage

_HEAD = 600
_ASKS = re.compile(
    r"\b(?:Request for (?:Information|Comments?)|Public (?:Hearing|Meeting)|Open Meeting|Advance Notice"
    r"|Information Collection|Comment Request)\b",
    re.IGNORECASE,
)
"""A document that only asks: for comments, information or attendance."""


@dataclass(frozen=True, slots=True)
class Section:
    """What a stretch of a notice does to the names in it; ``action`` None: nothing.

    ``rest`` is for a table or annex that repeats the notice's names, or lists old ones with them: it counts only
    for names that no other section acts on.
    """

    pattern: Sought
    action: ActionKind | None
    stage: Stage
    new: bool
    rest: bool


class Beginning:
    """How a document begins; looked at by every kind."""

    def __init__(self, document: Document) -> None:
        self._text = f"{document.title}\n{document.text[: 4 * _HEAD]}"
        self._folded = fold(self._text)

    def holds(self, head: Sought, most: int | None = None) -> bool:
        """Tell whether a document begins so, within its first characters."""
        return may_hold(self._folded, head.needles) and head.search(self._text[:most]) is not None


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of official notice, compiled."""

    kind: str
    authority: str
    agencies: frozenset[str]
    types: frozenset[str]
    title: Sought | None
    head: Sought | None
    operative: Sought | None
    ends: Sought | None
    act_day: tuple[Sought, ...]
    last_day: tuple[Sought, ...]
    annex: Sought | None
    title_names: bool
    at_once: bool
    skip: Sought | None
    reason: Sought | None
    sections: tuple[Section, ...]

    def describes(self, document: Document, beginning: Beginning) -> bool:
        """Tell whether a document is of this kind: by the source's facts, else by how it begins (``beginning``)."""
        facts, text = document.facts, document.text
        if not (facts.get("fr_type") or facts.get("fr_agencies")):
            # How it begins is looked at first: the operative words are searched for in the whole text.
            if self.head is None or not beginning.holds(self.head, 5 * _HEAD):
                return False
            return self._operates(text)
        if self.types and facts.get("fr_type") not in self.types:
            return False
        if self.agencies and not self.agencies & set(facts.get("fr_agencies", "").split(";")):
            return False
        if self.title is not None:
            told = self.title.search(document.title) is not None
        else:
            told = bool(self.types) and self.head is not None and beginning.holds(self.head)
        return told and not _ASKS.search(document.title) and self._operates(text)

    def _operates(self, text: str) -> bool:
        return self.operative is None or bool(self.operative.search(text))


@cache
def kinds() -> tuple[NoticeKind, ...]:
    """Return the known kinds, in the order in which they are tried."""
    return tuple(map(compile_kind, tables.shipped("data", "notices.toml")["notice"]))


def compile_kind(row: Mapping[str, Any]) -> NoticeKind:
    """Compile one ``[[notice]]``. Raises KeyError, ValueError or TypeError on a row of another form."""

    def pattern(key: str) -> Sought | None:
        flags = re.IGNORECASE if key in {"title", "operative", "ends", "reason"} else 0
        return Sought(row[key], flags) if key in row else None

    skip = row.get("skip")
    return NoticeKind(
        row["kind"],
        row["authority"],
        frozenset(row.get("agencies", ())),
        frozenset(row.get("types", ())),
        pattern("title"),
        pattern("head"),
        pattern("operative"),
        pattern("ends"),
        tuple(Sought(p, 0) for p in row.get("act_day", ())),
        tuple(Sought(p, 0) for p in row.get("last_day", ())),
        pattern("annex"),
        row.get("title_names", False),
        row.get("at_once", False),
        Sought(rf"(?:{'|'.join(skip)})\s{{0,2}}[\"“(]?$", 0) if skip else None,
        pattern("reason"),
        tuple(_section(s) for s in row["section"]),
    )


def _section(row: Mapping[str, Any]) -> Section:
    none = row["action"] == "none"
    return Section(
        Sought(row["pattern"]),
        None if none else ActionKind(row["action"]),
        Stage(row.get("stage", "adopted")),
        row.get("new", True),
        row.get("rest", False),
    )
