"""Official notices whose structure is known: Federal Register documents and orders of the same form.

A news text is read by grammar and learnt wording; a notice by its sections: whoever is named behind "have been
placed on the SDN List" is designated, whoever is named in an order's preamble is not. Kinds and sections are data
(``data/notices.toml``). What the source states as data (``effective_on``, agencies, type) is taken from there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from watchlist.actions.date_roles import Timing
from watchlist.actions.dates import Direction, find_dates, shift
from watchlist.actions.effective import Timetable
from watchlist.actions.needles import Sought
from watchlist.actions.notice_kinds import Beginning, NoticeKind, Section, kinds
from watchlist.actions.timing_cues import NO_WORDS, OwnWords
from watchlist.model import Action, ActionKind, Document, Field, Match, Mention, Span, Stage

_REACH = 60_000
"""How far behind its opening words a section reaches, in characters: tables are long, but end."""
_EVIDENCE = 400
_NEAR = 800
"""How far before a name the words that open its section may stand to lend it their date."""
_CORRECTION = re.compile(r"\bcorrect(?:ion|ing amendment)s?\b", re.IGNORECASE)
_TERM = re.compile(
    r"remain in (?:full force and )?effect for (?:a (?:further )?period of )?[^.\d]{0,40}?\(?"
    r"(?:(?P<number>\d{1,3})\)?|one) (?P<unit>day|month|year)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bNo)(?<!\bInc)(?<!\bLtd)(?<!\bCo)[.;:]\s+|\n+")


def read_notice(
    document: Document,
    matches: Sequence[Match],
    own: Sequence[NoticeKind] = (),
    dates: Mapping[str, OwnWords] = NO_WORDS,
) -> tuple[Action, ...] | None:
    """Return what an official notice does to the matched names, or None when it is no notice of a known kind.

    An empty tuple means a known notice that acts on none of them. ``own`` kinds of the user are tried first; ``dates``
    are the user's words beside dates.
    """
    beginning = Beginning(document)
    kind = next((k for k in (*own, *kinds()) if k.describes(document, beginning)), None)
    if kind is None:
        return None
    return _Notice(document, kind, dates).read(matches)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A place where a section opens."""

    start: int
    end: int
    section: Section


class _Notice:
    """One notice being read."""

    def __init__(self, document: Document, kind: NoticeKind, dates: Mapping[str, OwnWords]) -> None:
        self._document, self._kind, self._text = document, kind, document.text
        begins = kind.operative.search(self._text) if kind.operative else None
        self._begin = begins.end() if begins else 0
        ends = kind.ends.search(self._text, self._begin) if kind.ends else None
        self._end = ends.start() if ends else len(self._text)
        annex = kind.annex.search(self._text, self._end) if kind.annex else None
        self._annex = annex.start() if annex else len(self._text)
        openings = sorted(
            (
                _Opening(hit.start(), hit.end(), section)
                for section in kind.sections
                for hit in section.pattern.compiled.finditer(self._text, self._begin, self._end)
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
            printed=self._published if document.facts.get("fr_type") else None,
            signed=self._act_day,
            own=dates,
        )

    @cached_property
    def _act_day(self) -> date | None:
        """Return the day on which the step was taken, where the notice tells it."""
        return self._day_behind(self._kind.act_day)

    @cached_property
    def _last_day(self) -> date | None:
        """Return the last day of what the notice does, where it tells one."""
        return self._day_behind(self._kind.last_day)

    def _day_behind(self, patterns: Sequence[Sought]) -> date | None:
        """Return the one date that stands behind the first of the patterns that has any; None for several."""
        for pattern in patterns:
            days: set[date] = set()
            for hit in pattern.compiled.finditer(self._text):
                for mention in find_dates(self._text[hit.end() : hit.end() + 60], ("en",)):
                    found = mention.resolve(None, Direction.NEAR)
                    if found:
                        days.add(found)
                        break
            if len(days) == 1:
                return days.pop()
        return None

    def read(self, matches: Sequence[Match]) -> tuple[Action, ...]:
        """Return the actions on the matched names, news first."""
        found: dict[tuple[str, ActionKind, Stage], Action] = {}
        for match in matches:
            governed = [(m, o) for m in match.mentions if (o := self._governing(m)) is not None]
            direct = [(m, o) for m, o in governed if o.section.action and not o.section.rest]
            for mention, opening in direct or governed:
                action = self._action(mention, opening)
                if action is not None:
                    key = (action.target, action.action, action.stage)
                    known = found.get(key)
                    if known is None or (action.new and not known.new):
                        found[key] = action
                    elif action.new == known.new:  # a heading names it first, a paragraph tells the dates
                        found[key] = replace(
                            known,
                            effective=known.effective or action.effective,
                            until=known.until or action.until,
                        )
        if self._kind.title_names:
            self._add_titled(matches, found)
        return tuple(sorted(found.values(), key=lambda a: (not a.new, a.evidence.start, a.target)))

    def _add_titled(
        self, matches: Sequence[Match], found: dict[tuple[str, ActionKind, Stage], Action]
    ) -> None:
        """Add the names of the title that the operative part does not name, with what it does first."""
        acted_on = {target for target, _, _ in found}
        first = next((o for o in self._openings if o.section.new and o.section.action), None)
        for match in matches:
            mention = next((m for m in match.mentions if m.field is Field.TITLE), None)
            if mention is None or first is None or match.entry in acted_on:
                continue
            action = self._action(replace(mention, field=Field.TEXT, start=first.start, end=first.end), first)
            if action is not None:
                found[action.target, action.action, action.stage] = replace(
                    action, evidence=Span(Field.TITLE, 0, len(self._document.title), self._document.title)
                )

    def _governing(self, mention: Mention) -> _Opening | None:
        """Return the opening of the section that acts on a name, or None for a name that nothing is done to."""
        if mention.field is not Field.TEXT or mention.start < self._begin:
            return None
        if mention.start >= self._annex:
            return self._by_annex
        if mention.start >= self._end:
            return None
        before = self._text[max(0, mention.start - 60) : mention.start]
        if self._kind.skip is not None and self._kind.skip.search(before):
            return None
        low, high = self._sentence(mention)
        if self._kind.reason is not None and self._kind.reason.compiled.search(
            self._text, low, mention.start
        ):
            return None
        return self._opening(mention, low, high)

    @cached_property
    def _by_annex(self) -> _Opening | None:
        """Return what is done to the names of the annex: what the sentence that speaks of it does."""
        acting = [o for o in self._openings if o.section.new and o.section.action]
        place = self._text.casefold().find("annex", self._begin, self._end)
        return (
            min(acting, key=lambda o: (abs(o.start - place), o.start), default=None) if place >= 0 else None
        )

    def _action(self, mention: Mention, opening: _Opening) -> Action | None:
        section = opening.section
        if section.action is None:
            return None
        low, high = self._sentence(mention)
        new = section.new and not self._corrects
        effective, until = self._timing(section, low, high, opening) if new else (None, None)
        proposed = self._document.facts.get("fr_type") == "Proposed Rule" and section.stage is Stage.ADOPTED
        return Action(
            target=mention.entry,
            action=section.action,
            stage=Stage.PROPOSED if proposed else section.stage,
            authority=self._kind.authority,
            effective=None if proposed else effective,
            until=until,
            new=new,
            via=None,
            evidence=Span(Field.TEXT, low, high, self._text[low:high]),
            rules=(f"notice: {self._kind.kind}",),
            confidence=0.98,
        )

    @cached_property
    def _corrects(self) -> bool:
        """Tell whether the document only corrects an earlier one."""
        facts = self._document.facts
        return bool(facts.get("fr_correction_of") or _CORRECTION.search(facts.get("fr_action", "")))

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
        if section.stage is Stage.ADOPTED:
            found = Timing(found.effective, found.until or self._last_day)
        stated = self._document.facts.get("effective_on")
        if stated and _iso(stated):
            return _iso(stated), found.until
        effective = found.effective
        if self._kind.at_once and effective in {None, self._published}:
            effective = self._act_day or effective or self._own_day
        until = found.until
        if until is None and effective and section.stage is Stage.ADOPTED:
            until = self._term_from(effective)
        return effective, until

    def _term_from(self, first: date) -> date | None:
        """Return the last day of a notice that says how long it "shall remain in effect"."""
        hit = _TERM.search(self._text) if self._kind.at_once else None
        if hit is None:
            return None
        return shift(first, int(hit["number"]) if hit["number"] else 1, hit["unit"].casefold())

    @property
    def _published(self) -> date | None:
        return self._document.published.date() if self._document.published else None

    @property
    def _own_day(self) -> date | None:
        """Return the day of a notice on its agency's own page; the Federal Register prints days later."""
        return None if self._document.facts.get("fr_type") else self._published

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
