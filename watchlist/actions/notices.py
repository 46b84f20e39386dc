"""Official notices whose structure is known: Federal Register documents and orders of the same form.

A news text is read by grammar and learnt wording; a notice by its sections: whoever is named behind "have been
placed on the SDN List" is designated, whoever is named in an order's preamble is not. Kinds and sections are data
(``data/notices.toml``). What the source states as data (``effective_on``, agencies, type) is taken from there.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from watchlist.actions.date_roles import Timing
from watchlist.actions.dates import Direction, find_dates
from watchlist.actions.effective import Timetable
from watchlist.model import Action, ActionKind, Document, Field, Match, Mention, Span, Stage

_HEAD = 600
_REACH = 60_000
"""How far behind its opening words a section reaches, in characters: tables are long, but end."""
_EVIDENCE = 400
_NEAR = 800
"""How far before a name the words that open its section may stand to lend it their date."""
_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bNo)(?<!\bInc)(?<!\bLtd)(?<!\bCo)[.;:]\s+|\n+")


@dataclass(frozen=True, slots=True)
class Section:
    """What a stretch of a notice does: ``action`` None ends the stretch before it."""

    pattern: re.Pattern[str]
    action: ActionKind
    stage: Stage
    new: bool


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of official notice, compiled."""

    kind: str
    authority: str
    agencies: frozenset[str]
    types: frozenset[str]
    title: re.Pattern[str] | None
    head: re.Pattern[str] | None
    operative: re.Pattern[str] | None
    ends: re.Pattern[str] | None
    act_day: tuple[re.Pattern[str], ...]
    title_names: bool
    skip: re.Pattern[str] | None
    sections: tuple[Section, ...]

    def describes(self, document: Document) -> bool:
        """Tell whether a document is of this kind: by the source's facts, else by how it begins."""
        facts = document.facts
        known = bool(facts.get("fr_type") or facts.get("fr_agencies"))
        if known and self.types and facts.get("fr_type") not in self.types:
            return False
        if known and self.agencies and not self.agencies & set(facts.get("fr_agencies", "").split(";")):
            return False
        if known and self.title is not None:
            return bool(self.title.search(document.title))
        if known and self.types and self.head is not None:
            return bool(self.head.search(f"{document.title}\n{document.text[: 4 * _HEAD]}"))
        if known or self.head is None or (self.operative and not self.operative.search(document.text)):
            return False
        return bool(self.head.search(f"{document.title}\n{document.text[: 4 * _HEAD]}"[: 5 * _HEAD]))


@cache
def kinds() -> tuple[NoticeKind, ...]:
    """Return the known kinds, in the order in which they are tried."""
    text = resources.files("watchlist.actions").joinpath("data", "notices.toml").read_text("utf-8")
    return tuple(_compile(row) for row in tomllib.loads(text)["notice"])


def _compile(row: Mapping[str, Any]) -> NoticeKind:
    def pattern(key: str) -> re.Pattern[str] | None:
        return (
            re.compile(row[key], re.IGNORECASE if key in {"title", "operative", "ends"} else 0)
            if key in row
            else None
        )

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
        tuple(re.compile(p) for p in row.get("act_day", ())),
        row.get("title_names", False),
        re.compile(rf"(?:{'|'.join(skip)})\s{{0,2}}[\"“(]?$") if skip else None,
        tuple(
            Section(
                re.compile(s["pattern"], re.IGNORECASE),
                ActionKind(s["action"]),
                Stage(s["stage"]),
                s.get("new", True),
            )
            for s in row["section"]
        ),
    )


def read_notice(document: Document, matches: Sequence[Match]) -> tuple[Action, ...] | None:
    """Return what an official notice does to the matched names, or None when it is no notice of a known kind.

    An empty tuple means a known notice that acts on none of them.
    """
    kind = next((k for k in kinds() if k.describes(document)), None)
    if kind is None:
        return None
    return _Notice(document, kind).read(matches)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A place where a section opens."""

    start: int
    end: int
    section: Section


class _Notice:
    """One notice being read."""

    def __init__(self, document: Document, kind: NoticeKind) -> None:
        self._document, self._kind, self._text = document, kind, document.text
        begins = kind.operative.search(self._text) if kind.operative else None
        self._begin = begins.end() if begins else 0
        ends = kind.ends.search(self._text, self._begin) if kind.ends else None
        self._end = ends.start() if ends else len(self._text)
        openings = sorted(
            (
                _Opening(hit.start(), hit.end(), section)
                for section in kind.sections
                for hit in section.pattern.finditer(self._text, self._begin, self._end)
            ),
            key=lambda o: (o.start, -o.end),
        )
        self._openings: list[_Opening] = []
        for opening in openings:  # "is denied without prejudice" holds "denied": the longer words tell more
            if not self._openings or opening.end > self._openings[-1].end:
                self._openings.append(opening)
        self._table = Timetable(
            self._text,
            document.published,
            document.lang or "en",
            printed=document.published.date()
            if document.published and document.facts.get("fr_type")
            else None,
            signed=self._act_day,
        )

    @property
    def _act_day(self) -> date | None:
        """Return the day on which the step was taken, where the notice tells it."""
        for pattern in self._kind.act_day:
            days: list[date] = []
            for hit in pattern.finditer(self._text):
                for mention in find_dates(self._text[hit.end() : hit.end() + 60], ("en",)):
                    found = mention.resolve(None, Direction.NEAR)
                    if found:
                        days.append(found)
                        break
            if len(set(days)) == 1:
                return days[0]
        return None

    def read(self, matches: Sequence[Match]) -> tuple[Action, ...]:
        """Return the actions on the matched names, news first."""
        found: dict[tuple[str, ActionKind, Stage], Action] = {}
        for match in matches:
            for mention in match.mentions:
                action = self._of(mention)
                if action is not None:
                    key = (action.target, action.action, action.stage)
                    known = found.get(key)
                    if known is None or (action.new and not known.new):
                        found[key] = action
        if self._kind.title_names:
            self._add_titled(matches, found)
        return tuple(sorted(found.values(), key=lambda a: (not a.new, a.evidence.start, a.target)))

    def _add_titled(
        self, matches: Sequence[Match], found: dict[tuple[str, ActionKind, Stage], Action]
    ) -> None:
        """Add the names of the title that the operative part does not name, with what it does first."""
        acted_on = {target for target, _, _ in found}
        first = next((o for o in self._openings if o.section.new), None)
        for match in matches:
            mention = next((m for m in match.mentions if m.field is Field.TITLE), None)
            if mention is None or first is None or match.entry in acted_on:
                continue
            action = self._of(replace(mention, field=Field.TEXT, start=first.start, end=first.end))
            if action is not None:
                found[action.target, action.action, action.stage] = replace(
                    action, evidence=Span(Field.TITLE, 0, len(self._document.title), self._document.title)
                )

    def _of(self, mention: Mention) -> Action | None:
        if mention.field is not Field.TEXT or not self._begin <= mention.start < self._end:
            return None
        before = self._text[max(0, mention.start - 60) : mention.start]
        if self._kind.skip is not None and self._kind.skip.search(before):
            return None
        low, high = self._sentence(mention)
        opening = self._opening(mention, low, high)
        if opening is None:
            return None
        section = opening.section
        effective, until = self._timing(section, low, high, opening)
        return Action(
            target=mention.entry,
            action=section.action,
            stage=section.stage,
            authority=self._kind.authority,
            effective=effective,
            until=until,
            new=section.new,
            via=None,
            evidence=Span(Field.TEXT, low, high, self._text[low:high]),
            rules=(f"notice: {self._kind.kind}",),
            confidence=0.98,
        )

    def _opening(self, mention: Mention, low: int, high: int) -> _Opening | None:
        """Return the opening that governs a name: in its own sentence the nearest, else the last one before it."""
        own = [o for o in self._openings if low <= o.start < high]
        if own:
            return min(own, key=lambda o: min(abs(o.end - mention.start), abs(o.start - mention.end)))
        earlier = [o for o in self._openings if o.start < mention.start]
        if not earlier or mention.start - earlier[-1].end > _REACH:
            return None
        return earlier[-1]

    def _timing(
        self, section: Section, low: int, high: int, opening: _Opening
    ) -> tuple[date | None, date | None]:
        """Return the dates: the source's own fact first, then the words of the sentence and of the opening."""
        found = self._table.timing(low, high, action=section.action, stage=section.stage, new=section.new)
        for other in reversed([o for o in self._openings if o.start < max(low, opening.end)]):
            if found.effective is not None or low - other.end > _NEAR:
                break
            if (other.section.action, other.section.stage) == (section.action, section.stage):
                ahead = self._table.timing(
                    other.start, other.end, action=section.action, stage=section.stage, new=section.new
                )
                found = Timing(ahead.effective, found.until or ahead.until)
        if not section.new:
            return None, found.until
        stated = self._document.facts.get("effective_on")
        if stated and _iso(stated):
            return _iso(stated), found.until
        if found.effective is None and section.action is ActionKind.DESIGNATION:
            return self._act_day, found.until
        return found.effective, found.until

    def _sentence(self, mention: Mention) -> tuple[int, int]:
        low = max(self._begin, mention.start - _EVIDENCE)
        for hit in _SENTENCE.finditer(self._text, low, mention.start):
            low = hit.end()
        high = min(len(self._text), mention.end + _EVIDENCE)
        after = _SENTENCE.search(self._text, mention.end, high)
        return low, after.start() + 1 if after and after[0][0] != "\n" else after.start() if after else high


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def publisher_of(document: Document) -> str | None:
    """Return the authority that publishes an official document, from what its source states, or None."""
    if document.facts.get("fr_type") == "Presidential Document":
        return "US-President"
    slugs = set(document.facts.get("fr_agencies", "").split(";"))
    return next((authority for slug, authority in _AGENCIES.items() if slug in slugs), None)


#: Federal Register agency slugs, the more exact body first where a document names both.
_AGENCIES: Mapping[str, str] = {
    "foreign-assets-control-office": "US-OFAC",
    "industry-and-security-bureau": "US-BIS",
    "federal-communications-commission": "US-FCC",
    "securities-and-exchange-commission": "US-SEC",
    "federal-trade-commission": "US-FTC",
    "trade-representative-office-of-united-states": "US-USTR",
    "international-trade-commission": "US-ITC",
    "homeland-security-department": "US-DHS",
    "u-s-customs-and-border-protection": "US-CBP",
    "state-department": "US-State",
    "defense-department": "US-DoD",
    "justice-department": "US-DoJ",
    "financial-crimes-enforcement-network": "US-FinCEN",
    "food-and-drug-administration": "US-FDA",
    "treasury-department": "US-Treasury",
    "commerce-department": "US-Commerce",
}
