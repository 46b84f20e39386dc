"""Which documents tell one thing: signatures of documents, their likeness, and the choice of a story.

A **story** is the set of documents that report one event, or several of one day and matter. Documents are grouped,
never discarded. Two belong together when

* their wording is the same (exact, syndicated and lightly edited copies), or
* both report the same step (entry, action, stage, an authority and a date that agree) within three days, and
  their content is alike: names, numbers, dates, and within one language their words, or
* neither reports a step, or only one does, and their content is much alike.

A step is read by a program, and two reports of one may be read as acts of two bodies or of two kinds. So a step of one
kind and stage by other bodies within a day counts as the same where the content is much alike, and steps of other
kinds do where it is nearly the same. Another *stage* never does, except in what is plainly a copy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchlist.model import ActionKind, Stage
from watchlist.signatures import SKETCH, Signature, Step

WINDOW = timedelta(hours=72)
"""How far apart two outlets' own reports of one step may be."""
COPY_WINDOW = timedelta(days=30)
"""For so long a copy of a text is the same story; the same words a year later are a new one."""

COPY = 0.45
"""Shingle likeness from which two texts are copies of each other, light edits included."""
SAME_STEP = 0.20
"""Likeness from which two reports of the same step are one story."""
SAME_REPEATABLE_STEP = 0.345
"""The same for a step that one authority may take twice in a week on one name (two inquiries, two fines)."""
SAME_MATTER = 0.52
"""Likeness from which two texts without a step are one story."""
TOLD_BY_ONE = 0.48
"""The same where one of them tells a step: the other one may tell it in words that were not understood."""
SAME_ACT = 0.45
"""Likeness from which a step that two texts tell of different bodies on one day is one story."""
OTHER_STEPS = 0.60
"""Likeness from which two texts that tell steps of different kinds on one name are one story."""
ONE_DAY = timedelta(hours=24)
SAME_MATTER_ACROSS = 0.38
"""The same across languages, where only names, numbers and dates are compared."""
REPEATABLE = frozenset({ActionKind.INVESTIGATION, ActionKind.PENALTY, ActionKind.LICENCE, ActionKind.OTHER})


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two documents are, each part in [0, 1].

    ``copied`` compares wording, ``words`` the words of one language, ``anchors`` what survives translation;
    ``total`` is their weighted sum.
    """

    copied: float
    words: float
    anchors: float
    total: float


def likeness(left: Signature, right: Signature) -> Likeness:
    """Compare two signatures; symmetric."""
    copied = _jaccard(left.shingles, right.shingles)
    anchors = _anchor_likeness(left, right)
    if left.lang != right.lang:
        return Likeness(0.0, 0.0, anchors, anchors)
    words = _overlap(left.words, right.words)
    title = _title_likeness(left.title, right.title)
    total = 0.45 * words + 0.35 * anchors + 0.20 * title
    return Likeness(copied, words, anchors, max(copied, total))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document already in a story."""

    story_id: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class Choice:
    """The story chosen (None: begin a new one), how alike the nearest document is, and why, for a person."""

    story_id: int | None
    likeness: float
    why: str


def assign(signature: Signature, candidates: Iterable[Candidate]) -> Choice:
    """Choose the story of a document among the stories of recent documents.

    The nearest document that belongs together with it decides; of equal ones the older story.
    """
    best = Choice(None, 0.0, "no document like it")
    for candidate in candidates:
        why, score = together(signature, candidate.signature)
        if why and (score, -candidate.story_id) > (best.likeness, -(best.story_id or 0)):
            best = Choice(candidate.story_id, score, why)
    return best


def together(left: Signature, right: Signature) -> tuple[str, float]:
    """Tell why two documents are one story ("" when they are not) and how alike they are."""
    apart = abs(left.at - right.at)
    if apart > COPY_WINDOW:
        return "", 0.0
    found = likeness(left, right)
    shared = _shared(left, right)
    at_odds = not shared and any(a.contradicts(b) for a in left.steps for b in right.steps)
    if found.copied >= COPY and not (at_odds and found.copied < 0.8):
        return "the same wording", max(found.total, found.copied)
    if apart > WINDOW:
        return "", found.total
    if shared and found.total >= min(_least(step) for step in shared):
        return f"the same step on {shared[0].entry}", found.total
    if left.steps and right.steps:
        return _read_otherwise(left, right, found.total), found.total
    least = TOLD_BY_ONE if left.steps or right.steps else SAME_MATTER
    if left.lang != right.lang:
        least = SAME_MATTER_ACROSS
    if set(left.entries) & set(right.entries) and found.total >= least and not _older(left, right):
        return "the same matter", found.total
    return "", found.total


def _shared(left: Signature, right: Signature) -> list[Step]:
    """Return the steps that both tell, but for those that one of them tells to have gone on.

    "Lifted the ban that was imposed in May" is often read as both; then the ban is not its news.
    """
    return [
        a
        for a in left.steps
        if any(a.agrees(b) for b in right.steps) and _furthest(left, a) == _furthest(right, a)
    ]


_ORDER = {
    stage: n
    for n, stage in enumerate((Stage.PROPOSED, Stage.REJECTED, Stage.ADOPTED, Stage.SUSPENDED, Stage.LIFTED))
}


def _furthest(signature: Signature, step: Step) -> int:
    same = (s.stage for s in signature.steps if (s.entry, s.action) == (step.entry, step.action))
    return max(_ORDER[stage] for stage in same)


def _read_otherwise(left: Signature, right: Signature, total: float) -> str:
    """Tell why two documents whose steps differ are one story all the same, or ""."""
    pairs = [(a, b) for a in left.steps for b in right.steps if a.entry == b.entry]
    if any(a.action == b.action and a.stage != b.stage for a, b in pairs):
        return ""
    act = next((a for a, b in pairs if a.action == b.action), None)
    if act is not None and total >= SAME_ACT and abs(left.at - right.at) <= ONE_DAY:
        return f"the same step on {act.entry}, told of another body"
    if pairs and act is None and total >= OTHER_STEPS and not _older(left, right):
        return "the same matter"
    return ""


def _least(step: Step) -> float:
    return SAME_REPEATABLE_STEP if step.action in REPEATABLE else SAME_STEP


def _older(left: Signature, right: Signature) -> bool:
    """Tell whether one tells as background what the other tells as news: then it is a later text."""
    return any(a.agrees(b) for a in left.steps for b in right.background) or any(
        a.agrees(b) for a in right.steps for b in left.background
    )


# ----- comparing --------------------------------------------------------------------------------------------

_WEIGHTS = {"n": 1.6, "d": 1.2, "a": 0.9, "w": 1.0, "c": 0.3}


def _jaccard(left: Sequence[int], right: Sequence[int]) -> float:
    """Estimate the Jaccard likeness of two sets from their bottom-k sketches."""
    if not left or not right:
        return 0.0
    both = set(left).intersection(right)
    if not both:  # most pairs: what their union is need not be known
        return 0.0
    k = max(len(left), len(right)) if min(len(left), len(right)) < SKETCH else SKETCH
    union = sorted(set(left) | set(right))
    if min(len(left), len(right)) == SKETCH:
        union = union[:k]
    return sum(1 for h in union if h in both) / len(union)


def _overlap(left: Sequence[int], right: Sequence[int]) -> float:
    """Return the share of the smaller set of words that the other one has."""
    if not left or not right:
        return 0.0
    cut = min(left[-1], right[-1]) if max(len(left), len(right)) == SKETCH else max(left[-1], right[-1])
    a, b = {h for h in left if h <= cut}, {h for h in right if h <= cut}
    return len(a & b) / max(8, min(len(a), len(b)))


def _title_likeness(left: Sequence[str], right: Sequence[str]) -> float:
    if not left or not right:
        return 0.0
    return len(set(left) & set(right)) / max(3, min(len(left), len(right)))


def _anchor_likeness(left: Signature, right: Signature) -> float:
    """Return the weighted share of the smaller one's anchors that the other one has, entries included."""

    def weight(anchors: Iterable[str]) -> float:
        return sum(_WEIGHTS.get(anchor[0], 1.0) for anchor in anchors)

    entries = len(set(left.entries) & set(right.entries)) * 1.0
    a, b = set(left.anchors), set(right.anchors)
    shared = weight(a & b) + entries
    least = min(weight(a) + len(left.entries), weight(b) + len(right.entries))
    return shared / max(5.0, least)
