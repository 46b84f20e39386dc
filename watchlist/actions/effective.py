"""From when, and until when, a measure holds: told by the text, never guessed.

A date in a text is many things: the day of signing, of a hearing, of an earlier step. It is *effective* only
where the words say so: a cue beside it ("from", "with effect from", "起", "до"), a verb of its clause ("takes
effect"), or the law itself: a designation holds from the day on which it is made, so the day that its sentence names
is its effective date. A newspaper's "today" is not. Cues are data (``data/dates.toml``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property

from watchlist.actions.date_roles import NOTHING, Dated, Meaning, Timing
from watchlist.actions.dated_sentences import WEEK, WINDOW, DatedSentences
from watchlist.actions.dates import CJK, Anchor, Direction, find_dates
from watchlist.actions.needles import fold
from watchlist.actions.timing_cues import NO_WORDS, OwnWords
from watchlist.model import ActionKind, Stage

#: A measure that takes effect with the act itself, so that the day of the act is its effective date where its own
#: sentence names that day. An asset freeze and its lifting work so in every jurisdiction (OFAC: blocking on
#: designation; EU and UK: on the day of publication); what others say about their start must be written.
AT_ONCE = frozenset({ActionKind.DESIGNATION})

#: A list or a block that holds once made: a calendar day ("On 1 March the Council barred …") told of it is its start.
#: A bare weekday is not enough here: a newspaper says "on Tuesday" of anything.
BY_CALENDAR = AT_ONCE | {ActionKind.EXPORT_CONTROL, ActionKind.MILITARY_LIST, ActionKind.OPERATING_BAN}

#: A step without a first day: nobody says from when an inquiry or a fine is effective.
DATELESS = frozenset({ActionKind.INVESTIGATION, ActionKind.PENALTY})

#: What was done before is no step that is news, whatever else its sentence says of it.
_STALE = timedelta(days=60)

_HEAD = 20_000  # "This rule is effective …" stands in the head or the tail of a notice


class Timetable:
    """The dates of one text and what they are dates of. Build once a document; pure, never fails on any text.

    ``published`` is the document's day; ``printed`` is the official journal's day when the document *is* the
    printed act (a Federal Register document), ``signed`` the day of signing where known: "30 days after
    publication" and "45 days after the date of this order" are counted from these, and from nothing else. ``own`` are
    a user's words by language.
    """

    def __init__(
        self,
        text: str,
        published: datetime | date | None,
        lang: str | None = None,
        *,
        printed: date | None = None,
        signed: date | None = None,
        own: Mapping[str, OwnWords] = NO_WORDS,
    ) -> None:
        self._text = text
        self._published = published.date() if isinstance(published, datetime) else published
        self._read = DatedSentences(text, self._published, lang, printed=printed, signed=signed, own=own)

    def timing(
        self,
        start: int,
        end: int,
        *,
        action: ActionKind | None = None,
        stage: Stage = Stage.ADOPTED,
        new: bool = True,
    ) -> Timing:
        """Return when the step told in ``text[start:end]`` takes effect and until when it holds."""
        if action in DATELESS or stage is Stage.REJECTED:
            return NOTHING
        length = len(self._text)
        start, end = max(0, min(start, length)), max(0, min(end, length))
        start, end = self._read.sentence_start(start), self._read.sentence_end(start, end)
        reader = Meaning(action, stage, new, self._published)
        own = self._read.dated(start, end)
        origin = self._act_day(own, start) if new else None
        own = self._counted(own, origin)
        found = reader.choose(own)
        if found.effective is None and new and self._immediate(start, end, stage):
            found = Timing(self._published, found.until)
        beyond = self._following(start, end) if found.effective is None and new else ()
        for n, (low, high) in enumerate(beyond):
            dated = self._counted(self._read.dated(low, high), origin)
            later = reader.choose(
                [d for d in dated if reader.carries(d, first=n == 0) and not self._read.old(d)]
            )
            ends = None if action in AT_ONCE else later.until  # of a licence beside it, not of the freeze
            found = Timing(later.effective, found.until or ends)
            if found.effective is None and self._anaphoric(low) and self._immediate(low, high, stage):
                found = Timing(self._published, found.until)
            if found.effective is not None:
                break
        if found.effective is None and new and stage in {Stage.ADOPTED, Stage.LIFTED}:
            found = Timing(self._whole, found.until)
        if found.effective is None and new and stage is Stage.ADOPTED:
            found = Timing(self._told_of_the_measure(action), found.until)
        if found.effective is None and stage in {Stage.ADOPTED, Stage.LIFTED}:
            found = Timing(self._by_law(own, action, new=new), found.until)
        if found.effective is None and new and action in AT_ONCE and stage in {Stage.ADOPTED, Stage.LIFTED}:
            found = Timing(self._own_day, found.until)
        return found

    @cached_property
    def _dateline(self) -> date | None:
        """The day that the dateline gives the report ("ISTANBUL, Oct 9 - …"), where it has one."""
        head = self._text[: self._read.sentence_end(0, 1)]
        return next((d.day for d in self._read.dated(0, len(head)) if d.dateline), None)

    @cached_property
    def _own_day(self) -> date | None:
        """The day of a text whose first sentence says that the act is of "today": the authority itself speaks.

        A newspaper says the weekday, and "today" behind a dateline.
        """
        first = self._read.dated(0, self._read.sentence_end(0, 1))
        spoken = any(d.mention.spoken and d.day == self._published and d.role == "bare" for d in first)
        return self._published if spoken and not any(d.dateline for d in first) else None

    @cached_property
    def _whole(self) -> date | None:
        """The start that a notice states for all it does ("This rule is effective …"), if it states one."""
        parts = (self._text[:_HEAD], self._text[max(_HEAD, len(self._text) - _HEAD) :])
        for text in parts:
            folded = fold(text)
            for lang, words in self._read.cues:
                for hit in words.whole.finditer(text, folded):
                    stretch = text[hit.end() : hit.end() + 60]
                    for mention in find_dates(stretch, self._read.langs):
                        if len(stretch[: mention.start].strip(" ,:-（(")) <= 25:
                            return self._read.resolve(mention, Direction.NEAR)
                    if words.immediate.search(text[hit.start() : hit.end() + 40]):
                        return self._published
                if lang in CJK and words.immediate.search(text) and "本" in text:
                    whole = words.immediate.search(text)
                    if whole and re.search(
                        r"本[^。\n]{1,6}$", text[max(0, whole.start() - 8) : whole.start()]
                    ):
                        return self._published
        return None

    def _told_of_the_measure(self, action: ActionKind | None) -> date | None:
        """Return the only day from which the text says, anywhere, that "the order" or "the ban" takes effect."""
        roles = {"effect"} if action in AT_ONCE else {"effect", "start"}
        days = {d.day for d in self._of_the_measure if d.role in roles}
        if not days:
            return self._measure_at_once
        return days.pop() if len(days) == 1 else None

    @cached_property
    def _measure_at_once(self) -> date | None:
        """The day of publication, where a sentence says of "the order" that it takes effect at once or at an hour of it."""
        at_once = any(
            self._anaphoric(low) and self._immediate(low, high, Stage.ADOPTED)
            for low, high in self._read.sentences(0, min(len(self._text), _HEAD))
        )
        return self._published if at_once else None

    @cached_property
    def _of_the_measure(self) -> list[Dated]:
        """The dates that sentences tell which begin with "the order", "it" and the like."""
        return [
            dated
            for low, high in self._read.sentences(0, min(len(self._text), _HEAD))
            if self._anaphoric(low)
            for dated in self._counted(self._read.dated(low, high), self._act_day((), low))
            if dated.day and not dated.foreign and not self._read.old(dated)
        ]

    def _immediate(self, start: int, end: int, stage: Stage) -> bool:
        if stage not in {Stage.ADOPTED, Stage.LIFTED}:
            return False
        sentence = self._text[start : min(end, start + WINDOW)]
        return any(words.immediate.search(sentence) for _, words in self._read.cues)

    def _anaphoric(self, start: int) -> bool:
        for _, words in self._read.cues:  # noqa: SIM110  asked of every sentence: a generator costs as much again
            if words.anaphor.match(self._text, start):
                return True
        return False

    def _following(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield up to two sentences after the step's own: "The order takes effect in 45 days" may stand there.

        They lie in the same paragraph; the further items of a list are stepped over.
        """
        listed = _ITEM.match(self._text, start)
        limit = min(len(self._text), end + (WINDOW if listed else WINDOW // 2))
        left = 2
        for low, high in self._read.sentences(end, limit):
            if listed and _ITEM.match(self._text, low):
                continue
            if "\n" in self._text[max(start, low - 2) : low] and not (listed or self._anaphoric(low)):
                return
            yield low, high
            left -= 1
            if not left:
                return

    def _by_law(self, own: Sequence[Dated], action: ActionKind | None, *, new: bool) -> date | None:
        """Return the day that the step's sentence names for the act, where the measure holds from the act on."""
        days = [d for d in own if d.role in {"bare", "since"} and not (d.foreign or d.dateline) and d.day]
        if len({d.day for d in days}) != 1:
            return None
        day, mention = days[0].day, days[0].mention
        if new and day and self._published and day < self._published - _STALE:
            return None
        dated = new and mention.weekday is not None and day == self._dateline
        if mention.month is not None or dated:
            return day if action in BY_CALENDAR else None
        near = mention.weekday is not None or mention.day is not None  # "21日": no month is told
        return day if new and action in AT_ONCE and near else None

    def _counted(self, dates: Sequence[Dated], origin: date | None) -> list[Dated]:
        """Count "in 45 days" from the day of the act, where the text tells one just before its publication."""
        if origin is None or origin == self._published:
            return list(dates)
        return [
            replace(d, day=d.mention.resolve(origin, Direction.FUTURE))
            if d.mention.offset is not None and not d.mention.spoken and d.mention.anchor is Anchor.DOCUMENT
            else d
            for d in dates
        ]

    def _act_day(self, own: Sequence[Dated], start: int) -> date | None:
        """Return the day of the week before publication on which the step was taken: its sentence's, else the lead's."""
        told = self._recent(own) or self._recent([d for d in own if d.mention.month is not None], _STALE)
        if told or not self._published:
            return told.pop() if len(told) == 1 else None
        for low, high in reversed(list(self._read.sentences(max(0, start - WINDOW), start))):
            told = self._recent(self._read.dated(low, high))
            if told:
                return told.pop() if len(told) == 1 else None
        return None

    def _recent(self, dates: Sequence[Dated], past: timedelta = WEEK) -> set[date]:
        return {
            d.day
            for d in dates
            if d.role == "bare"
            and not (d.foreign or d.dateline)
            and d.day
            and self._published
            and timedelta() <= self._published - d.day < past
        }


_ITEM = re.compile(
    r"\s{0,3}(?:[-•*·–]|[(（]?(?:\d{1,3}|[a-zivx]{1,4}|[一二三四五六七八九十]{1,3})[.)）、．])"
)
