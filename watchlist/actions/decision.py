"""From the sentences on each target to the answers of a document: who is restricted, how, how far, and as news.

A sentence alone misleads: it names suppliers, rivals and the judge beside the one it is about. So a second linear
model reads all the cells of a document together. It weighs a target's best sentences against those of the other
targets, pools what kinds they speak of, and only then answers. Its inputs are named below; their weights are in
the shipped model (fitted by cross-fitting in tools/train_actions.py, so that it meets scores as at run time).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from operator import mul

from watchlist.actions.model import KINDS, STAGES, CellScore, Second, sigmoid

MOST_KINDS = 4
"""How many kinds are told of one target in one document at most."""

_NOTHING = -4.0
"""Log-odds that stand for a sentence that is not there."""

TARGET_INPUTS = (
    "best", "second", "sum", "named", "after", "title", "has title", "lead", "has lead", "best other",
    "over best other", "over other mean", "others likely", "targets", "order", "times named", "mean",
    "mean named", "document best", "alone",
)  # fmt: skip

KIND_INPUTS = (
    "best", "any cell", "mean kind", "highest kind", "kind there", "document kind", "other targets", "under top",
    "under best", "target", "second", "title", "named", "beside top",
)  # fmt: skip

STAGE_INPUTS = ("best", "mean", "highest", "document", "under top", "margin", "earlier")

NEW_INPUTS = (
    "best", "mean", "highest", "document", "over document", "title", "lead", "later", "target", "other stage",
    "stage", "named",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer on a target; ``cell`` is the position of the cell that tells it best."""

    kind: str
    stage: str
    new: bool
    confidence: float
    cell: int
    by: str = "model"


def _odds(p: float) -> float:
    p = min(0.999, max(0.001, p))
    return log(p / (1 - p))


class View:
    """All cells of a document with what they add up to; the inputs of the second model are read off it."""

    def __init__(self, cells: Mapping[str, Sequence[CellScore]]) -> None:
        self.cells = {target: cells[target] for target in sorted(cells) if cells[target]}
        self.best = {t: max(c.any for c in scores) for t, scores in self.cells.items()}
        first = {t: min(c.line for c in scores) for t, scores in self.cells.items()}
        self._order = {t: n for n, t in enumerate(sorted(first, key=lambda t: (first[t], t)))}
        everything = [c for scores in self.cells.values() for c in scores]
        self._document_best = max((c.any for c in everything), default=_NOTHING)
        weights = [sigmoid(c.any) for c in everything]
        total = sum(weights) or 1.0
        self._document_kinds = _mean([c.kinds for c in everything], weights, total, len(KINDS))
        self.document_stages = _mean([c.stages for c in everything], weights, total, len(STAGES))
        self.document_new = sum(w * c.new for w, c in zip(weights, everything, strict=True)) / total
        self.joint = {t: [_joint(c) for c in scores] for t, scores in self.cells.items()}
        self._highest = {t: [max(kind) for kind in zip(*rows, strict=True)] for t, rows in self.joint.items()}

    def target(self, name: str) -> list[float]:
        """Return TARGET_INPUTS of one target."""
        scores = self.cells[name]
        odds = sorted((c.any for c in scores), reverse=True)
        named = [c.any for c in scores if c.distance == 0]
        after = [c.any for c in scores if c.distance]
        title = [c.any for c in scores if c.place == 0]
        lead = [c.any for c in scores if c.place == 1]
        others = [value for other, value in self.best.items() if other != name]
        best_other = max(others, default=-3.0)
        mean_other = sum(others) / len(others) if others else -3.0
        return [
            odds[0],
            odds[1] if len(odds) > 1 else _NOTHING,
            log(sum(exp(x) for x in odds)),
            max(named, default=-5.0),
            max(after, default=-5.0),
            max(title, default=-3.0),
            float(bool(title)),
            max(lead, default=-3.0),
            float(bool(lead)),
            best_other,
            odds[0] - best_other,
            odds[0] - mean_other,
            float(sum(x > 0 for x in others)),
            float(min(6, len(self.cells))),
            float(min(6, self._order[name])),
            float(min(8, len(named))),
            sum(odds) / len(odds),
            sum(named) / len(named) if named else -5.0,
            self._document_best,
            odds[0] if len(self.cells) == 1 else 0.0,
        ]

    def kinds(
        self, name: str, restricted: Mapping[str, float], beside: Sequence[Sequence[float]]
    ) -> list[list[float]]:
        """Return KIND_INPUTS of one target, a row a kind; ``restricted`` are the log-odds by target.

        ``beside`` tells by kind how often each other one befalls the same target, in log-odds.
        """
        scores, joint = self.cells[name], self.joint[name]
        weights = [sigmoid(c.any) for c in scores]
        pooled = _mean([c.kinds for c in scores], weights, sum(weights) or 1.0, len(KINDS))
        there = max(scores, key=lambda c: c.any).kinds
        shares = [(sigmoid(restricted[t]), highest) for t, highest in self._highest.items() if t != name]
        titles = [c.kinds for rows in self.cells.values() for c in rows if c.place == 0]
        named = [row for row, c in zip(joint, scores, strict=True) if c.distance == 0]
        best = [_odds(highest) for highest in self._highest[name]]
        top, top_pooled = max(best), max(pooled)
        first = best.index(top)
        found = []
        for k, values in enumerate(zip(*joint, strict=True)):
            column = sorted(values, reverse=True)
            none = 1.0
            for value in column:
                none *= 1 - value
            found.append(
                [
                    best[k],
                    _odds(1 - none),
                    pooled[k],
                    max(c.kinds[k] for c in scores),
                    there[k],
                    self._document_kinds[k],
                    _odds(max((share * highest[k] for share, highest in shares), default=0.0)),
                    pooled[k] - top_pooled,
                    best[k] - top,
                    restricted[name],
                    column[1] if len(column) > 1 else 0.0,
                    max((sigmoid(row[k]) for row in titles), default=0.0),
                    max((row[k] for row in named), default=0.0),
                    beside[first][k],
                ]
            )
        return found

    def stages(self, name: str, kind: int, bias: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return STAGE_INPUTS of one answer, a row a stage; ``bias`` is what the kind adds to each stage."""
        scores = self.cells[name]
        weights = [row[kind] for row in self.joint[name]]
        total = sum(weights) or 1.0
        where = max(range(len(scores)), key=lambda i: weights[i])
        pooled = _mean([c.stages for c in scores], weights, total, len(STAGES))
        there = [value + bias[s][kind] for s, value in enumerate(scores[where].stages)]
        highest = [
            max(c.stages[s] + 2 * log(max(w, 1e-3)) for c, w in zip(scores, weights, strict=True))
            for s in range(len(STAGES))
        ]
        found = []
        for s in range(len(STAGES)):
            rival = max(x for other, x in enumerate(there) if other != s)
            found.append(
                [
                    there[s],
                    pooled[s] + bias[s][kind],
                    highest[s],
                    self.document_stages[s],
                    pooled[s] - max(pooled),
                    there[s] - rival,
                    float(scores[where].line > scores[0].line),
                ]
            )
        return found

    def place(self, name: str, kind: int, stage: int) -> int:
        """Return the cell that tells an answer best."""
        scores, joint = self.cells[name], self.joint[name]
        return max(
            range(len(scores)), key=lambda i: (joint[i][kind] * (0.2 + sigmoid(scores[i].stages[stage])), -i)
        )

    def news(self, name: str, kind: int, stage: int, other_stage: float, restricted: float) -> list[float]:
        """Return NEW_INPUTS of one answer; ``other_stage`` is how likely a second stage of it is."""
        scores, joint = self.cells[name], self.joint[name]
        weights = [row[kind] * sigmoid(c.stages[stage]) for row, c in zip(joint, scores, strict=True)]
        total = sum(weights) or 1.0
        cell = scores[self.place(name, kind, stage)]
        pooled = sum(w * c.new for w, c in zip(weights, scores, strict=True)) / total
        return [
            cell.new,
            pooled,
            max(c.new + log(max(w, 1e-3)) for w, c in zip(weights, scores, strict=True)),
            self.document_new,
            cell.new - self.document_new,
            float(any(c.place == 0 for c in scores)),
            float(cell.place == 1),
            float(min(8, cell.line)),
            restricted,
            other_stage,
            cell.stages[stage],
            float(cell.distance == 0),
        ]


def _mean(rows: Sequence[Sequence[float]], weights: Sequence[float], total: float, width: int) -> list[float]:
    if not rows:
        return [0.0] * width
    return [sum(map(mul, weights, column)) / total for column in zip(*rows, strict=True)]


def _joint(cell: CellScore) -> list[float]:
    """Return p(something is done and it is of this kind) by kind."""
    shares = [sigmoid(x) for x in cell.kinds]
    total = max(1e-6, min(1.0, sum(shares)))
    any_ = sigmoid(cell.any)
    return [any_ * share / total for share in shares]


def decide(cells: Mapping[str, Sequence[CellScore]], second: Second) -> dict[str, tuple[Decision, ...]]:
    """Weigh the cells of all targets of one document together."""
    view = View(cells)
    restricted = {name: second.target.odds(view.target(name)) for name in view.cells}
    return {name: answers(name, view, restricted, second) for name in view.cells}


def answers(name: str, view: View, restricted: Mapping[str, float], second: Second) -> tuple[Decision, ...]:
    """Return the answers on one target; ``restricted`` are the log-odds of all targets that something is done."""
    sure = sigmoid(restricted[name])
    if sure < second.least["target"]:
        return ()
    inputs = view.kinds(name, restricted, second.beside)
    likely = [second.kind.probability(row, k) for k, row in enumerate(inputs)]
    ranked = sorted(range(len(KINDS)), key=lambda k: (-likely[k], k))
    told = [
        k
        for n, k in enumerate(ranked[:MOST_KINDS])
        if likely[k] >= second.least["kind" if not n else "further kind"]
    ]
    found: list[Decision] = []
    for k in told:
        found += _steps(name, k, likely[k], view, restricted[name], second)
    if not found and sure >= second.least["unclear"]:
        first = _steps(name, ranked[0], sure, view, restricted[name], second)[0]
        found.append(Decision("other", first.stage, first.new, sure, first.cell, first.by))
    return tuple(found)


def _steps(
    name: str, kind: int, likely: float, view: View, restricted: float, second: Second
) -> list[Decision]:
    """Return the steps told of one kind: the likeliest stage, and a second one where it is likely too."""
    rows = view.stages(name, kind, second.stage_bias)
    stages = [second.stage.probability(row, s) for s, row in enumerate(rows)]
    ranked = sorted(range(len(STAGES)), key=lambda s: (-stages[s], s))
    found: list[Decision] = []
    for n, s in enumerate(ranked[:2]):
        cell = view.place(name, kind, s)
        if n and stages[s] < second.least["further stage"]:
            continue
        teller = view.cells[name][cell]
        if n and teller.by == "grammar" and teller.stages[s] < 0:
            continue  # grammar has ruled this step out there; a second one needs a sentence of its own
        other = stages[ranked[1 - n]]
        inputs = view.news(name, kind, s, other, restricted)
        new = second.new.probability(inputs, s) >= second.least["new"]
        found.append(Decision(KINDS[kind], STAGES[s], new, likely, cell, view.cells[name][cell].by))
    return found
