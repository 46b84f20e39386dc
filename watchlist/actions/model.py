"""The learnt weights: which words and cues speak for which action, stage and for news.

Four kinds of heads, all logistic and linear in the features of a cell (a sentence as it bears on a target):
``any`` (something is being done to the target), one a kind (given that something is), one a stage and ``new``
(given the kind). Weights are shipped as text (model.tsv.gz: feature, head:hundredths) and were fitted by
tools/train_actions.py.
"""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, sqrt

KINDS = (
    "designation",
    "investment_ban",
    "transaction_ban",
    "export_control",
    "import_ban",
    "procurement_ban",
    "operating_ban",
    "divestiture_order",
    "delisting",
    "military_list",
    "investigation",
    "penalty",
    "licence",
)
STAGES = ("proposed", "adopted", "suspended", "lifted", "rejected")
HEADS = ("any", *KINDS, *STAGES, "new")
_FIRST_STAGE = 1 + len(KINDS)

BLOCKS: Mapping[str, float] = {
    "words": 1.0,
    "phrases": 0.7,
    "cues": 1.0,
    "pairs": 0.6,
    "before": 0.4,
    "after": 0.4,
    "title": 0.6,
    "topic": 0.6,
    "around": 0.6,
    "clause": 0.5,
    "grammar": 0.9,
    "place": 0.5,
}
"""Groups of features and their share; within a group weights are divided by the root of the number of features."""

SCALE = 0.25
"""Of all features, so that strengths of regularisation are near one."""

_SPACES = {"p": "before", "n": "after", "h": "title", "D": "topic"}
_OWN = {"w": "words", "b": "phrases", "g": "phrases", "c": "cues", "cc": "pairs", "cn": "pairs"}
_AROUND = frozenset(("L1", "L2", "L3", "R1", "R2", "R3", "L2-1", "R1-2", "l", "r"))
_CLAUSE = "ci"
_PLACE = frozenset(("d", "place", "len", "names", "others here"))


def block(feature: str) -> str:
    """Return the group of a feature."""
    head, _, rest = feature.partition(":")
    if head == "s":
        return _OWN[rest.partition(":")[0]]
    if head in _SPACES:
        return _SPACES[head]
    if head == _CLAUSE:
        return "clause"
    return "around" if head in _AROUND else "place" if head in _PLACE else "grammar"


def sigmoid(x: float) -> float:
    """Return the logistic function, safe for any x."""
    return 1 / (1 + exp(-x)) if x > -30 else 0.0


@dataclass(frozen=True, slots=True)
class CellScore:
    """What the heads say of one cell, in log-odds: any, kind given any, stage given the kind, news given the kind.

    ``stages`` and ``new`` are before the kind's own share, which the second model adds. ``line`` is the sentence's
    number in the document; ``place`` is 0 for the title, 1 for the first sentence, 2 for any other.
    """

    distance: int
    line: int
    place: int
    any: float
    kinds: Sequence[float]
    stages: Sequence[float]
    new: float
    by: str = "model"
    """who told the stage: the model, or grammar"""


@dataclass(frozen=True, slots=True)
class Linear:
    """A small linear model over named inputs; ``classes`` is what each class (a kind, a stage) adds."""

    bias: float
    weights: tuple[float, ...]
    classes: tuple[float, ...] = ()

    def odds(self, inputs: Sequence[float], class_: int | None = None) -> float:
        """Return the log-odds."""
        own = self.classes[class_] if class_ is not None and self.classes else 0.0
        return self.bias + own + sum(w * x for w, x in zip(self.weights, inputs, strict=True))

    def probability(self, inputs: Sequence[float], class_: int | None = None) -> float:
        """Return the probability."""
        return sigmoid(self.odds(inputs, class_))


@dataclass(frozen=True, slots=True)
class Second:
    """The model that reads the cells of a document together (actions.decision), and from where it tells an answer."""

    target: Linear
    kind: Linear
    stage: Linear
    new: Linear
    stage_bias: Sequence[Sequence[float]]
    """what each kind adds to each stage"""
    least: Mapping[str, float]
    """the least probability of: target, kind, further kind, unclear, further stage, new"""


class Weights:
    """The shipped model. Build once, share between threads."""

    def __init__(self, lines: Iterable[str]) -> None:
        rows = iter(lines)
        head = json.loads(next(rows))
        self.bias: list[float] = head["bias"]
        parts = {
            name: Linear(part["bias"], tuple(part["weights"]), tuple(part["classes"]))
            for name, part in head["second"].items()
        }
        self.second = Second(**parts, stage_bias=head["stage_bias"], least=head["least"])
        # A document uses a few of the hundred thousand rows: each is read when it is first asked for.
        self._unread: dict[str, str] = dict(row.split("\t", 1) for row in rows)
        self._read: dict[str, tuple[tuple[int, float], ...]] = {}

    def _row(self, name: str) -> tuple[tuple[int, float], ...] | None:
        """Return the weights of a feature as (head, weight), None for an unknown one. Safe between threads."""
        row = self._read.get(name)
        if row is None and (cells := self._unread.get(name)) is not None:
            pairs = (cell.partition(":") for cell in cells.split())
            row = self._read[name] = tuple((int(head), int(weight) / 100) for head, _, weight in pairs)
        return row

    def add(self, scores: list[float], names: Iterable[str], group: str, prefix: str = "") -> None:
        """Add one group of features to the scores of the heads."""
        found = [row for row in (self._row(prefix + name) for name in names) if row is not None]
        if not found:
            return
        share = BLOCKS[group] / sqrt(len(found))
        for row in found:
            for head, weight in row:
                scores[head] += weight * share

    def knows(self, name: str) -> bool:
        """Tell whether a feature has weights."""
        return name in self._unread

    def weight(self, name: str, head: str) -> float:
        """Return one weight, 0 for an unknown feature; for explanations."""
        wanted = HEADS.index(head)
        return next((w for h, w in self._row(name) or () if h == wanted), 0.0)

    def cell(self, scores: Sequence[float], distance: int, line: int, place: int) -> CellScore:
        """Turn summed scores into what the heads say."""
        whole = [s + b for s, b in zip(scores, self.bias, strict=True)]
        return CellScore(
            distance, line, place, whole[0], whole[1:_FIRST_STAGE], whole[_FIRST_STAGE:-1], whole[-1]
        )


@cache
def shipped() -> Weights:
    """Read the model that comes with the package."""
    data = (resources.files("watchlist.actions") / "model.tsv.gz").read_bytes()
    return Weights(gzip.decompress(data).decode("utf-8").splitlines())
