"""The learnt weights: which words and cues speak for which action, stage and for news.

Four kinds of heads, all logistic and linear in the features of a cell (a sentence as it bears on a target):
``any`` (something is being done to the target), one a kind (given that something is), one a stage and ``new``
(given the kind). Weights are shipped as text (model.tsv.gz: a line of JSON, then hundredths as ``packed`` has them) and
were fitted by tools/train_actions.py.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, sqrt
from operator import mul

from watchlist.actions import packed

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
    "name": 0.6,
}
"""Groups of features and their share; within a group weights are divided by the root of the number of features."""

OWNER_ONLY = 3.0
"""How much less likely, in log-odds, something is done to a name that a sentence names only as another's owner."""

SCALE = 0.25
"""Of all features, so that strengths of regularisation are near one."""

_SPACES = {"p": "before", "n": "after", "h": "title", "D": "topic"}
_OWN = {"w": "words", "b": "phrases", "g": "phrases", "c": "cues", "cc": "pairs", "cn": "pairs"}
_AROUND = frozenset(("L1", "L2", "L3", "R1", "R2", "R3", "L2-1", "R1-2", "l", "r"))
_CLAUSE = "ci"
_NAME = "who"
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
    if head == _NAME:
        return "name"
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
        told: float = sum(map(mul, self.weights, inputs))
        return self.bias + own + told

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
    """what each kind adds to each stage, and last to news"""
    beside: Sequence[Sequence[float]]
    """how often a kind befalls a target beside another, in log-odds; 0 for the kind itself"""
    least: Mapping[str, float]
    """the least probability of: target, kind, further kind, unclear, further stage, new"""


class Weights:
    """The shipped model. Build once, share between threads."""

    def __init__(self, text: str) -> None:
        first, _, table = text.partition("\n")
        head = json.loads(first)
        self.bias: list[float] = head["bias"]
        parts = {
            name: Linear(part["bias"], tuple(part["weights"]), tuple(part["classes"]))
            for name, part in head["second"].items()
        }
        self.second = Second(
            **parts, stage_bias=head["stage_bias"], beside=head["beside"], least=head["least"]
        )
        self.table = packed.Table(table, len(HEADS))

    def add(self, scores: list[float], total: int, group: str, column: str = "s") -> None:
        """Add one column of a sum of rows to the scores of the heads, as one group of features."""
        if not total:
            return
        fields, zero = self.table.fields(total, column)
        if zero:
            share = BLOCKS[group] / sqrt(fields[-1]) / 100
            scores[:] = [score + (field - zero) * share for score, field in zip(scores, fields, strict=False)]

    def weight(self, feature: str, head: str) -> float | None:
        """Return one weight of a feature with its prefix, None for an unknown feature; for explanations."""
        weight = self.table.weight(feature, HEADS.index(head))
        return None if weight is None else weight / 100

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
    return Weights(gzip.decompress(data).decode("utf-8"))
