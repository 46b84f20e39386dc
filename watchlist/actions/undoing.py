"""What becomes of a measure or a plan, said outright: "drops plan to delist X", "a court overturned the ban on X".

The words of a withdrawal are mostly those of the measure. Grammar tells them apart: a verb of taking back that governs
a word for the measure, a verb of giving up that governs a word for a plan, and the target in the same phrase. Verbs and
nouns are data (``data/undoing.toml``); where somebody only wishes for it, denies it, or another name stands nearer,
nothing is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from watchlist.actions import tables
from watchlist.actions.cues import Hit, Lexicon
from watchlist.actions.features import Reading, listed
from watchlist.actions.tokens import Token
from watchlist.model import Stage

_GOVERNS = 3
"""How many tokens may stand between a verb and its object, for an article and adjectives."""

_BEHIND = 10
"""How many between an object and a verb that follows it: "the ban on X that … was lifted", and in verb-final tongues."""

_HELD = 5
"""The same where the verb is one of holding up."""

_PHRASE = 9
"""How far from the object its phrase reaches: "the orders by which he had tried to ban X"."""

_CHARACTERS = frozenset({"zh", "ja", "ko"})

_BEFORE = 5
"""How far before a verb its subject's wish or denial stands."""

_MOST = 8
"""How many verbs, and places of the target, are looked at in one sentence: a hostile one may hold hundreds."""

_APART = 2
"""How many times as many tokens things stand apart in a script whose tokens are characters."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the words of a sentence are, by the keys of the data file; ``wide`` how far apart its tokens make things."""

    found: Mapping[str, Sequence[Hit]]
    wide: int

    def of(self, *keys: str) -> list[Hit]:
        return [hit for key in keys for hit in self.found.get(key, ())]


@cache
def _lexicon(lang: str) -> Lexicon | None:
    table = tables.shipped("data", "undoing.toml").get(lang)
    return Lexicon(table) if table is not None else None


def outcome(reading: Reading, target: str, lang: str) -> Stage | None:
    """Return LIFTED, SUSPENDED or REJECTED where a sentence says so of a measure on a target that it names.

    ADOPTED: the measure stands, as a plan to take it back came to nothing. None: the sentence says no such thing.
    """
    lexicon = _lexicon(lang)
    if lexicon is None:
        return None
    tokens = reading.line.tokens
    marks = _marked(lexicon, tokens, _APART if lang in _CHARACTERS else 1)
    # "refused to lift": what governs decides before what is governed
    verbs = marks.of("decline", "refuse", "drop", "failed", "back", "hold")[:_MOST]
    if not verbs:
        return None
    spots = [listed(tokens, i) for i, token in enumerate(tokens) if target in token.names][:_MOST]
    return next((told for verb in verbs if (told := _told(verb, marks, reading, spots)) is not None), None)


def _marked(lexicon: Lexicon, tokens: Sequence[Token], wide: int) -> _Marks:
    found: dict[str, list[Hit]] = {}
    for hit in lexicon.find(tokens):
        found.setdefault(hit.cue, []).append(hit)
    return _Marks(found, wide)


def _told(verb: Hit, marks: _Marks, reading: Reading, spots: Sequence[tuple[int, int]]) -> Stage | None:
    """Return what one verb says of the target at ``spots``, the first and last name of each list that it stands in."""
    if _doubted(verb, marks, reading):
        return None
    tokens = reading.line.tokens

    def governed(objects: Iterable[Hit]) -> Hit | None:
        near = [o for o in objects if -_BEHIND * marks.wide <= o.start - verb.end <= _GOVERNS * marks.wide]
        return _object(verb, [o for o in near if _speaks_of(o, verb, spots, marks, tokens)], marks.wide)

    plan = governed(marks.of("plan"))
    measure = governed(marks.of("measure"))
    act = governed(
        act
        for act in marks.of("act")
        if any(0 <= m.start - act.end <= _PHRASE * marks.wide for m in marks.of("measure"))
    )
    if verb.cue == "decline":
        near = [m for m in marks.of("measure", "back") if 0 <= m.start - verb.end <= 1]
        if not near or not any(_speaks_of(m, verb, spots, marks, tokens) for m in near):
            return None
        return Stage.ADOPTED if near[0].cue == "back" else Stage.REJECTED
    if verb.cue == "failed":
        return _of_plan(plan, verb, marks) if plan is not None and plan.start < verb.start else None
    if plan is not None and verb.cue not in {"back", "hold"}:
        return _of_plan(plan, verb, marks)
    if verb.cue in {"back", "drop"} and plan is None and (measure is not None or act is not None):
        return Stage.LIFTED
    if verb.cue == "hold" and plan is None and measure is not None:
        # much is blocked or put off besides: only a measure close by, and not the target itself
        itself = any(_stands_between(verb, spot, measure, tokens) for spot in spots)
        return Stage.SUSPENDED if verb.start - measure.end <= _HELD * marks.wide and not itself else None
    return None


def _stands_between(verb: Hit, spot: tuple[int, int], measure: Hit, tokens: Sequence[Token]) -> bool:
    """Tell whether a verb governs the name: "blocked X after the ban on Y"; in "blocked X's ban" it does not."""
    between = [token.text for token in tokens[spot[1] + 1 : measure.start]]
    return verb.end <= spot[0] and spot[1] < measure.start and len(between) > 1 and between != ["'", "s"]


def _of_plan(plan: Hit, verb: Hit, marks: _Marks) -> Stage | None:
    """Return what a plan was that came to nothing: one to take the measure back leaves it as it stands."""
    reach = _PHRASE * marks.wide
    others = [hit for hit in marks.of("back", "measure") if hit.end <= verb.start or hit.start >= verb.end]
    behind = [hit for hit in others if 0 <= hit.start - plan.end <= reach]
    first = min(behind, key=lambda hit: hit.start, default=None)
    if first is None:  # "the blacklisting plan", and tongues that put the plan last
        ahead = [hit for hit in others if hit.cue == "measure" and 0 <= plan.start - hit.end <= reach]
        return Stage.REJECTED if ahead else None
    return Stage.ADOPTED if first.cue == "back" else Stage.REJECTED


def _object(verb: Hit, objects: Sequence[Hit], wide: int) -> Hit | None:
    """Return what a verb governs: right behind it, between its parts, or before it in the passive and verb-final."""
    for near in (
        [o for o in objects if 0 <= o.start - verb.end <= _GOVERNS * wide],
        [o for o in objects if verb.start < o.start and o.end <= verb.end],
        [o for o in objects if 0 <= verb.start - o.end <= _BEHIND * wide],
    ):
        if near:
            return min(near, key=lambda o: (abs(o.start - verb.end), o.start))
    return None


def _speaks_of(
    governed: Hit, verb: Hit, spots: Sequence[tuple[int, int]], marks: _Marks, tokens: Sequence[Token]
) -> bool:
    """Tell whether a measure, act or plan is one on the target: no other name and no other matter between."""
    for first, last in spots:
        if governed.end <= first:
            low, high = governed.end, first
        elif last < governed.start:
            low, high = last + 1, governed.start
            if verb.start > last and governed.start >= verb.end:
                continue  # the target is the one who acts: "X dropped its plan"
        else:
            return True
        apart = high - low > _PHRASE * marks.wide or any(tokens[i].names for i in range(low, high))
        if not apart and not any(low <= hit.start < high for hit in marks.of("contrast")):
            return True
    return False


def _doubted(verb: Hit, marks: _Marks, reading: Reading) -> bool:
    """Tell whether it is wished for, planned or denied, rather than told."""
    denials = [hit for hit in reading.hits if hit.cue == "negation"]
    plans = [hit for hit in marks.of("plan") if hit.start < verb.start]
    for hit in (*marks.of("wish"), *denials):
        away = verb.start - hit.end
        if 0 <= away < _BEFORE * marks.wide:
            noun = any(plan.start < hit.end and hit.start < plan.end for plan in plans)
            if not noun or away <= 1:  # "plans to drop" is a wish, "the plan to ban X was dropped" is none
                return True
    return False
