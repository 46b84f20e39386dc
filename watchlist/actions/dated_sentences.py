"""The dates of a text sentence by sentence, each with the day it means and what the words beside it say it is the date of.

Cues are data (``data/dates.toml``). Which of the dates is a step's start is not told here: see ``effective``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest

from watchlist.actions.date_roles import Dated, nearest_to_their_cue
from watchlist.actions.dates import DateMention, Direction, find_dates, languages_of
from watchlist.actions.timing_cues import CUE, OwnWords, beside, clause_of, cues

WINDOW = 1200
"""How many characters are looked at on either side: one measure's dates stand in its paragraph."""
WEEK = timedelta(days=7)
"""How far back a day may lie for news to be of it."""

_SENTENCE_END = re.compile(  # the mark comes first: what stands before it is looked at only where there is one
    r"[.!?。！？؟\n](?:(?<=[.!?])(?<!\bJan.)(?<!\bFeb.)(?<!\bMar.)(?<!\bApr.)(?<!\bJun.)(?<!\bJul.)(?<!\bAug.)(?<!\bSep.)"
    r"(?<!\bSept.)(?<!\bOct.)(?<!\bNov.)(?<!\bDec.)(?<!\bNo.)(?<!\bCo.)(?<!\bLtd.)(?<!\bInc.)(?<!\bMr.)(?<!\bMs.)"
    r"(?<!\bDr.)(?<!\bSt.)(?<!\b[A-Z].)(?<![ap]\.m.)(?<!\bг.)(?<!\d.)['\"”’»)]{0,2}\s+"
    r"|(?<=[.!?])['\"”’»)]{0,2}\s+(?=[A-ZА-ЯЁÀ-Þ“\"«¿¡„])|(?<=[。！？؟])['”」』]?|(?<=\n)\n*)"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Co|Ltd|Inc|Corp|Mr|Ms|Mrs|Dr|St|Gen|Sen|Rep|Gov)"
    r"|\b[A-Z]|[ap]\.m|U\.S|\bг)$"
)
_TO = re.compile(r"\s{0,2}(?:to|al|au|auf|auf den|zum|на|до|na|إلى|至|到|から)\s{0,2}")
_DATELINE = re.compile(r"(?:^|\n)[^.\n]{0,50}\(?$")
_DASH = re.compile(r"\s?\)?(?:\s\([^)\n]{0,30}\))?\s?(?:[-–—]\s|\.\s|[:/|])")
_RANGE = re.compile(r"\d\s?(?:and|to|und|bis|et|au|y|al|и|по|[-–—~～至])\s?$")


class DatedSentences:
    """The sentences of one text and their dates. Build once a document; pure, never fails on any text.

    ``published``, ``printed`` and ``signed`` are the days that distances are counted from; ``own`` are a user's words
    by language.
    """

    def __init__(
        self,
        text: str,
        published: date | None,
        lang: str | None,
        *,
        printed: date | None,
        signed: date | None,
        own: Mapping[str, OwnWords],
    ) -> None:
        self._text, self.published = text, published
        self._printed, self._signed = printed, signed
        self._read_already: dict[tuple[int, int], list[Dated]] = {}
        self.langs = languages_of(text[:4000], lang)
        self.cues = tuple((each, cues(each, own.get(each, ()))) for each in self.langs)

    def sentence_start(self, start: int) -> int:
        """Return where the sentence of a place begins."""
        low = max(0, start - WINDOW // 2)
        at = low
        for begin, _ in self.sentences(low, min(len(self._text), start + 1)):
            at = begin
        return at

    def sentence_end(self, start: int, end: int) -> int:
        """Return where the sentence that holds ``end`` ends."""
        if end > start and _SENTENCE_END.match(self._text, end - 1):
            return end
        for _, high in self.sentences(max(start, end - 2), min(len(self._text), end + WINDOW // 2)):
            return max(end, high)
        return end

    def sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the bounds of the sentences of a stretch."""
        at = start
        for hit in _SENTENCE_END.finditer(self._text, start, end):
            mark, behind = hit.span()
            long_word = (
                mark >= 5 and self._text[mark - 5 : mark].isalpha()
            )  # no abbreviation has five letters
            if not long_word and _ABBREVIATED.search(self._text, max(start, mark - 12), mark):
                continue
            if self._text[at:behind].strip(" \n.”’\"'»）"):
                yield at, behind
            at = behind
        if self._text[at:end].strip():
            yield at, end

    def dated(self, start: int, end: int) -> list[Dated]:
        """Return the dates of a stretch with their roles; steps told in one sentence, and in the next, ask for the same."""
        known = self._read_already.get((start, end))
        if known is None:
            known = self._read_already[start, end] = self._dates_between(start, min(end, start + WINDOW))
        return known

    def _dates_between(self, start: int, end: int) -> list[Dated]:
        text = self._text[start:end]
        mentions = find_dates(text, self.langs)
        found: list[Dated] = []
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
                    dated, role="moved", day=self.resolve(mention, Direction.FUTURE), foreign=False
                )
            found.append(dated)
        return nearest_to_their_cue(found)

    def resolve(self, mention: DateMention, direction: Direction) -> date | None:
        """Return the day that a date expression means, as ``DateMention.resolve`` says."""
        return mention.resolve(self.published, direction, printed=self._printed, signed=self._signed)

    def _role(self, text: str, mention: DateMention) -> Dated:
        left, right = (
            text[max(0, mention.start - CUE) : mention.start],
            text[mention.end : mention.end + CUE],
        )
        low, high = clause_of(text, mention)
        clause = text[low:high]
        role, ahead, coming, bound, past = "bare", False, False, False, False
        cue, alone = None, "bare"
        ranged = bool(_RANGE.search(left))
        foreign = ranged
        for _, words in self.cues:
            coming = coming or bool(words.future.search(clause))
            bound = bound or bool(words.bound.search(clause))
            ahead = ahead or coming or bound
            foreign = foreign or bool(words.other.search(clause))
            past = past or bool(words.past.search(clause))
            if role == "bare":
                role = beside(words, left, right)
            if role in {"bare", "start"} and (told := words.clause.search(clause)):
                cue, alone, role = low + told.start(), role, "effect"
        measured = mention.offset is not None and not mention.spoken
        if role == "given":
            role = "comply" if measured else "bare"
        if measured and role == "bare":
            role = self._distance(text[mention.start : mention.end], clause, bound=bound)
        direction = {
            "start": Direction.PAST
            if self._just_past(mention) and not coming
            else Direction.FUTURE
            if ahead or mention.day is None
            else Direction.NEAR,
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
            role,
            Direction.PAST
            if mention.month is None and (mention.day is not None or not ahead)
            else Direction.FUTURE
            if ahead
            else Direction.NEAR,
        )
        day = self.resolve(mention, direction)
        if role == "since":
            foreign = ranged  # "dismissed the appeal against the ban in force since 2 March"
        if past and day and self.published and day <= self.published:
            foreign = True  # "founded in May"; but "may not be bought after 1 March" lies ahead
        dateline = role == "bare" and _DATELINE.search(left) and _DASH.match(right)
        return Dated(mention, role, day, ahead, foreign, bool(dateline), cue, alone)

    def _distance(self, told: str, clause: str, *, bound: bool) -> str:
        """Return the role of a distance ("within 30 days") that no words beside it tell."""
        for _, words in self.cues:
            if words.lasting.match(told):
                return "deadline"
            if words.grace.match(told):
                return "comply"
            if words.within.match(told) and (bound or words.duty.search(clause)):
                return "comply"
        return "distance"

    def old(self, dated: Dated) -> bool:
        """Tell whether a date lies more than a week before publication: no start of a step that is news."""
        return bool(self.published and dated.day and dated.day < self.published - WEEK)

    def _just_past(self, mention: DateMention) -> bool:
        """Tell whether a bare weekday was one of the last two days: "from Thursday", in Friday's paper."""
        if mention.weekday is None or mention.day is not None or mention.step is not None:
            return False
        return self.published is not None and 0 < (self.published.weekday() - mention.weekday) % 7 <= 2
