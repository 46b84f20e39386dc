"""From when, and until when, a measure holds: told by the text, never guessed.

A date in a text is many things: the day of signing, of a hearing, of an earlier step. It is *effective* only
where the words say so: a cue beside it ("from", "with effect from", "起", "до"), a verb of its clause ("takes
effect"), or the law itself: a designation holds from the day on which it is made, so the exact day of a
designation is its effective date. Cues are data (``data/dates.toml``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, cached_property
from itertools import zip_longest
from typing import NamedTuple

from watchlist.actions.dates import (
    CJK,
    DateMention,
    Direction,
    date_words,
    either,
    find_dates,
    languages_of,
)
from watchlist.model import ActionKind, Stage


class Timing(NamedTuple):
    """When a measure holds: ``effective`` the first day (or the deadline from which it bites), ``until`` the last."""

    effective: date | None
    until: date | None


NOTHING = Timing(None, None)

#: A measure that takes effect with the act itself, so that the day of the act is its effective date. An asset
#: freeze and its lifting work so in every jurisdiction (OFAC: blocking on designation; EU and UK: on the day of
#: publication); what others say about their start must be written.
AT_ONCE = frozenset({ActionKind.DESIGNATION})

#: A step without a first day: nobody says from when an inquiry or a fine is effective.
DATELESS = frozenset({ActionKind.INVESTIGATION, ActionKind.PENALTY})

#: A duty that must be met by a day: the day is when the measure bites, not when it ends.
DUTIES = frozenset({ActionKind.DIVESTITURE_ORDER})

#: A prohibition that must be carried out by a day bites on that day.
BANS = frozenset(
    {
        ActionKind.OPERATING_BAN,
        ActionKind.IMPORT_BAN,
        ActionKind.PROCUREMENT_BAN,
        ActionKind.TRANSACTION_BAN,
        ActionKind.INVESTMENT_BAN,
        ActionKind.DELISTING,
    }
)

_WINDOW = 1200  # characters looked at on either side: one measure's dates stand in its paragraph
_HEAD = 20_000  # "This rule is effective …" stands in the head or the tail of a notice
_CUE = 90

_SENTENCE_END = re.compile(
    r"(?<!\bJan)(?<!\bFeb)(?<!\bMar)(?<!\bApr)(?<!\bJun)(?<!\bJul)(?<!\bAug)(?<!\bSep)(?<!\bSept)(?<!\bOct)"
    r"(?<!\bNov)(?<!\bDec)(?<!\bNo)(?<!\bCo)(?<!\bLtd)(?<!\bInc)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\b[A-Z])"
    r"(?<![ap]\.m)(?<!\bг)(?<!\d)[.!?]['\"”’»)]{0,2}\s+|[.!?]['\"”’»)]{0,2}\s+(?=[A-ZА-ЯЁÀ-Þ“\"«¿¡„])|[。！？؟]['”」』]?|\n+|(?<=\d)\.\s+(?=[A-ZА-ЯЁ“«])"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Co|Ltd|Inc|Corp|Mr|Ms|Mrs|Dr|St|Gen|Sen|Rep|Gov)"
    r"|\b[A-Z]|[ap]\.m|U\.S|\bг)$"
)


@dataclass(frozen=True, slots=True)
class _Cues:
    """One language's compiled cues."""

    before: tuple[tuple[str, re.Pattern[str]], ...]
    after: tuple[tuple[str, re.Pattern[str]], ...]
    clause: re.Pattern[str]
    whole: re.Pattern[str]
    immediate: re.Pattern[str]
    future: re.Pattern[str]
    other: re.Pattern[str]
    anaphor: re.Pattern[str]


_FILLER = (
    r"(?:[\s,]{1,2}(?:the|at|on|of|midnight|noon|\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?|[ap]\.?m\.?|eastern|daylight|standard|time"
    r"|local|e[ds]?t|gmt|end|close|business|next|coming|this|early|late|mid|about|le|la|el|del|las|den|dem|am|zum"
    r"|des|der|du|au|dnia|dniem|يوم|صباح|مساء|часов|полуночи|утра|вечера)){0,8}[\s,]{0,2}$"
)


@cache
def _cues(lang: str) -> _Cues:
    table = date_words(lang).table
    cjk = lang in CJK
    edge = "" if cjk else r"(?<!\w)"
    filler = r"[\s，、:：]{0,2}$" if cjk else rf"(?!\w){_FILLER}"
    after = r"" if cjk else r"[\s,]{0,2}"
    end = "" if cjk else r"(?!\w)"

    def words(key: str) -> re.Pattern[str]:
        found = table.get(key, ())
        stem = "" if cjk or lang == "ru" else r"(?!\w)"
        return re.compile(f"{edge}(?:{either(found)}){stem}", re.IGNORECASE)

    return _Cues(
        tuple(
            (role, re.compile(f"{edge}(?:{either(forms)}){filler}", re.IGNORECASE))
            for role, forms in table["before"].items()
            if forms
        ),
        tuple(
            (role, re.compile(f"{after}(?:{either(forms)}){end}", re.IGNORECASE))
            for role, forms in table.get("after", {}).items()
            if forms
        ),
        re.compile(f"(?:{either(table['clause']['start'])})", re.IGNORECASE),
        re.compile(f"{edge}(?:{either(table['whole'])})", re.IGNORECASE),
        words("immediate"),
        words("future"),
        words("other"),
        re.compile(rf"[\s\"“'«（(]{{0,3}}(?:{either(table.get('anaphor', ()))})", re.IGNORECASE),
    )


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date with what its words say of it: ``role`` is start, since, deadline, moved, or bare."""

    mention: DateMention
    role: str
    day: date | None
    ahead: bool
    foreign: bool


class Timetable:
    """The dates of one text and what they are dates of. Build once a document; pure, never fails on any text.

    ``published`` is the document's day; ``printed`` is the official journal's day when the document *is* the
    printed act (a Federal Register document), ``signed`` the day of signing where known: "30 days after
    publication" and "45 days after the date of this order" are counted from these, and from nothing else.
    """

    def __init__(
        self,
        text: str,
        published: datetime | date | None,
        lang: str | None = None,
        *,
        printed: date | None = None,
        signed: date | None = None,
    ) -> None:
        self._text = text
        self._published = published.date() if isinstance(published, datetime) else published
        self._printed, self._signed = printed, signed
        self._langs = languages_of(text[:4000], lang)

    def timing(
        self,
        start: int,
        end: int,
        *,
        action: ActionKind | None = None,
        stage: Stage = Stage.ADOPTED,
        new: bool = True,
        focus: int | None = None,
    ) -> Timing:
        """Return when the step told in ``text[start:end]`` takes effect and until when it holds.

        ``focus`` is the place of the trigger word or target, where the sentence tells several steps; dates
        nearer to it are preferred.
        """
        if action in DATELESS or stage is Stage.REJECTED:
            return NOTHING
        length = len(self._text)
        start, end = max(0, min(start, length)), max(0, min(end, length))
        start, end = self._sentence_start(start), self._sentence_end(start, end)
        reader = _Reading(action, stage, new, self._published)
        own = self._dated(start, end)
        found = reader.choose(own)
        if found.effective is None and self._immediate(start, end, stage):
            found = Timing(self._published, found.until)
        beyond = self._following(start, end) if found.effective is None and new else ()
        for n, (low, high) in enumerate(beyond):
            later = reader.choose([d for d in self._dated(low, high) if reader.carries(d, first=n == 0)])
            found = Timing(later.effective, found.until or later.until)
            if found.effective is None and self._anaphoric(low) and self._immediate(low, high, stage):
                found = Timing(self._published, found.until)
            if found.effective is not None:
                break
        if found.effective is None and new and stage in {Stage.ADOPTED, Stage.LIFTED}:
            found = Timing(self._whole, found.until)
        if found.effective is None and action in AT_ONCE and stage in {Stage.ADOPTED, Stage.LIFTED}:
            found = Timing(self._act_day(own, start, focus, new=new), found.until)
        return found

    def _sentence_start(self, start: int) -> int:
        low = max(0, start - _WINDOW // 2)
        at = low
        for begin, _ in self._sentences(low, min(len(self._text), start + 1)):
            at = begin
        return at

    def _sentence_end(self, start: int, end: int) -> int:
        if end > start and _SENTENCE_END.match(self._text, end - 1):
            return end
        for _, high in self._sentences(max(start, end - 2), min(len(self._text), end + _WINDOW // 2)):
            return max(end, high)
        return end

    @cached_property
    def _whole(self) -> date | None:
        """The start that a notice states for all it does ("This rule is effective …"), if it states one."""
        parts = (self._text[:_HEAD], self._text[max(_HEAD, len(self._text) - _HEAD) :])
        for text in parts:
            for lang in self._langs:
                cues = _cues(lang)
                for hit in cues.whole.finditer(text):
                    stretch = text[hit.end() : hit.end() + 60]
                    for mention in find_dates(stretch, self._langs):
                        if len(stretch[: mention.start].strip(" ,:-（(")) <= 25:
                            return self._resolve(mention, Direction.NEAR)
                    if cues.immediate.search(text[hit.start() : hit.end() + 40]):
                        return self._published
                if lang in CJK and cues.immediate.search(text) and "本" in text:
                    whole = cues.immediate.search(text)
                    if whole and re.search(
                        r"本[^。\n]{1,6}$", text[max(0, whole.start() - 8) : whole.start()]
                    ):
                        return self._published
        return None

    def _immediate(self, start: int, end: int, stage: Stage) -> bool:
        if stage not in {Stage.ADOPTED, Stage.LIFTED}:
            return False
        sentence = self._text[start : min(end, start + _WINDOW)]
        return any(_cues(lang).immediate.search(sentence) for lang in self._langs)

    def _anaphoric(self, start: int) -> bool:
        return any(_cues(lang).anaphor.match(self._text, start) for lang in self._langs)

    def _following(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield up to two sentences after the step's own: "The order takes effect in 45 days" may stand there.

        They lie in the same paragraph; the further items of a list are stepped over.
        """
        listed = _ITEM.match(self._text, start)
        limit = min(len(self._text), end + (_WINDOW if listed else _WINDOW // 2))
        left = 2
        for low, high in self._sentences(end, limit):
            if listed and _ITEM.match(self._text, low):
                continue
            if "\n" in self._text[max(start, low - 2) : low] and not (listed or self._anaphoric(low)):
                return
            yield low, high
            left -= 1
            if not left:
                return

    def _sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        for hit in _SENTENCE_END.finditer(self._text, start, end):
            if _ABBREVIATED.search(self._text, max(start, hit.start() - 12), hit.start()):
                continue
            if self._text[at : hit.end()].strip(" \n.”’\"'»）"):
                yield at, hit.end()
            at = hit.end()
        if self._text[at:end].strip():
            yield at, end

    def _dated(self, start: int, end: int) -> list[_Dated]:
        end = min(end, start + _WINDOW)
        text = self._text[start:end]
        mentions = find_dates(text, self._langs)
        found: list[_Dated] = []
        for mention, after in zip_longest(mentions, mentions[1:]):
            if mention.spoken and after and after.start - mention.end <= 4:
                continue  # "midnight on 16 May"
            dated = self._role(text, mention)
            if (
                found
                and found[-1].role == "start"
                and _TO.fullmatch(text[found[-1].mention.end : mention.start])
            ):
                dated = replace(
                    dated, role="moved", day=self._resolve(mention, Direction.FUTURE), foreign=False
                )
            found.append(dated)
        return found

    def _resolve(self, mention: DateMention, direction: Direction) -> date | None:
        return mention.resolve(self._published, direction, printed=self._printed, signed=self._signed)

    def _role(self, text: str, mention: DateMention) -> _Dated:
        left, right = (
            text[max(0, mention.start - _CUE) : mention.start],
            text[mention.end : mention.end + _CUE],
        )
        clause = _clause(text, mention)
        role, ahead, foreign = "bare", False, bool(_RANGE.search(left))
        for lang in self._langs:
            cues = _cues(lang)
            ahead = ahead or bool(cues.future.search(clause))
            foreign = foreign or bool(cues.other.search(clause))
            if role == "bare":
                role = _beside(cues, left, right)
            if role in {"bare", "start"} and cues.clause.search(clause):
                role = "effect"
        if mention.offset is not None and not mention.spoken and role == "bare":
            held = text[mention.start : mention.start + 4].casefold() == "for "  # "for 75 days from …"
            role = "deadline" if held else "distance"
        direction = {
            "start": Direction.FUTURE if ahead or mention.day is None else Direction.NEAR,
            "effect": Direction.FUTURE
            if ahead
            else Direction.NEAR
            if mention.weekday is None
            else Direction.PAST,
            "since": Direction.PAST,
            "expired": Direction.PAST,
            "comply": Direction.FUTURE,
            "deadline": Direction.FUTURE,
            "moved": Direction.FUTURE,
        }.get(
            role, Direction.FUTURE if ahead else Direction.PAST if mention.month is None else Direction.NEAR
        )
        return _Dated(mention, role, self._resolve(mention, direction), ahead, foreign)

    def _act_day(self, own: Sequence[_Dated], start: int, focus: int | None, *, new: bool) -> date | None:
        """Return the day on which the step was taken: its sentence's, else, of news, the lead's before it."""
        days = [d for d in own if d.role in {"bare", "since"} and not d.foreign and d.day]
        if len({d.day for d in days}) == 1:
            return days[0].day
        if days or not new:
            return None
        for low, high in reversed(list(self._sentences(max(0, start - _WINDOW), start))):
            told = {d.day for d in self._dated(low, high) if d.role == "bare" and not d.foreign and d.day}
            recent = {d for d in told if self._published and 0 <= (self._published - d).days < 7}
            if recent:
                return recent.pop() if len(recent) == 1 else None
        return None


def resolve(
    text: str,
    start: int,
    end: int,
    published: datetime | date | None,
    lang: str | None = None,
    *,
    action: ActionKind | None = None,
    stage: Stage = Stage.ADOPTED,
    new: bool = True,
) -> Timing:
    """Return the effective and until dates of the one step told in ``text[start:end]``.

    A shorthand for ``Timetable(…).timing(…)``; build the Timetable where a document tells several steps.
    """
    return Timetable(text, published, lang).timing(start, end, action=action, stage=stage, new=new)


_ITEM = re.compile(
    r"\s{0,3}(?:[-•*·–]|[(（]?(?:\d{1,3}|[a-zivx]{1,4}|[一二三四五六七八九十]{1,3})[.)）、．])"
)


def _beside(cues: _Cues, left: str, right: str) -> str:
    for role in ("moved", "since", "expired", "comply", "deadline", "start"):
        for name, pattern in cues.before:
            if name == role and pattern.search(left):
                return role
    for role in ("moved", "comply", "deadline", "start"):
        for name, pattern in cues.after:
            if name == role and pattern.match(right):
                return role
    return "bare"


_TO = re.compile(r"\s{0,2}(?:to|al|au|auf|auf den|zum|на|до|na|إلى|至|到|から)\s{0,2}")
_RANGE = re.compile(r"\d\s?(?:and|to|und|bis|et|au|y|al|и|по|[-–—~～至])\s?$")
_CLAUSE = re.compile(r"[;；。!?\n،؛—–]|,\s(?:and|but|while|which)\s|\.\s")


def _clause(text: str, mention: DateMention) -> str:
    """Return the stretch between clause marks around a date, at most ``_CUE`` characters on each side."""
    low, high = max(0, mention.start - _CUE), min(len(text), mention.end + _CUE)
    for hit in _CLAUSE.finditer(text, low, mention.start):
        low = hit.end()
    after = _CLAUSE.search(text, mention.end, high)
    return text[low : after.start() if after else high]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the dates of a sentence are to be read for one action and stage."""

    action: ActionKind | None
    stage: Stage
    new: bool
    published: date | None

    def choose(self, dates: Sequence[_Dated]) -> Timing:
        """Return the best-told start and end among the dates of a sentence."""
        effective: list[tuple[int, int, date]] = []
        until: list[tuple[int, int, date]] = []
        for n, dated in enumerate(dates):
            if dated.day is None or dated.foreign:
                continue
            if not self.new and (dated.mention.offset or dated.mention.weekday is not None):
                continue  # "in 45 days" of an older step is not counted from this text
            for rank, kind in self._meaning(dated):
                (effective if kind == "effective" else until).append((rank, n, dated.day))
        return Timing(
            min(effective)[2] if effective else None,
            min(until)[2] if until else None,
        )

    def carries(self, dated: _Dated, *, first: bool) -> bool:
        """Tell whether a date of the next (``first``) or second next sentence can be this step's."""
        if self.stage is Stage.SUSPENDED:
            return first and (dated.role == "moved" or (dated.role == "comply" and self.action in DUTIES))
        return dated.role == "effect" or first

    def _meaning(self, dated: _Dated) -> Iterator[tuple[int, str]]:
        """Yield (rank, effective or until) for each meaning that the date has for this step."""
        role, stage = dated.role, self.stage
        if stage is Stage.SUSPENDED:
            if role in {"moved", "deadline", "comply"}:
                yield 1, "effective"
                yield 1, "until"
        elif role == "effect":
            yield 0, "effective"
        elif role == "start":
            yield 1, "effective"
        elif role == "since" and stage is Stage.ADOPTED:
            yield 2, "effective"
        elif role == "expired":
            if stage is Stage.LIFTED:
                yield 1, "effective"
        elif role in {"deadline", "comply"} and stage is not Stage.PROPOSED:
            bites = (
                stage is Stage.LIFTED or self.action in DUTIES or (role == "comply" and self.action in BANS)
            )
            yield 2, "effective" if bites else "until"
        elif (
            role == "bare"
            and self.action is ActionKind.DELISTING
            and self.published
            and dated.day
            and dated.day > self.published
        ):
            yield 3, "effective"
