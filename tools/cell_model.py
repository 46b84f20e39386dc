"""Fit the model of cells: what the words and cues of a sentence say of a target (watchlist.actions.model)."""

import hashlib
import warnings

import numpy as np
import scipy.sparse as sp
from action_texts import SENTENCES
from sklearn.linear_model import LogisticRegression

from watchlist.actions import model
from watchlist.actions.model import KINDS, STAGES

warnings.filterwarnings("ignore")

_STRENGTH = {"any": 1, "kind": 4, "stage": 5, "new": 2.5}
_OWN_ANY = 0.5
"""What an own sentence counts in the first fit of *any*: its targets are acted on far more often than the press's."""
_SHARES = {
    "any": {"cues": 1.3, "topic": 1.6, "place": 1.6},
    "kind": {},
    "stage": {
        "phrases": 0.8,
        "cues": 1.6,
        "pairs": 1.6,
        "after": 0.5,
        "topic": 0.5,
        "around": 0.5,
        "grammar": 0.5,
        "place": 0.5,
        "name": 0,
    },
    "new": {
        "phrases": 0.5,
        "cues": 0.5,
        "before": 1.6,
        "title": 0.5,
        "topic": 0.5,
        "around": 0.5,
        "grammar": 0.5,
        "place": 1.6,
        "name": 0,
    },
}
"""What a group of features counts for the heads of a sort, 1 for one that is not told. How far a step is, and whether it is
news, is for the text to tell, so names count nothing there."""
AGAIN = 0.5
"""What a sentence counts that goes on about a restricted target but is not the one marked as telling it."""
AGAIN_ANY, AGAIN_KIND = 0.5, -2.0
"""From which log-odds of *any* such a sentence is taken to tell of the restriction, and to bear on its kind."""
LEAST_NAME = -0.6
"""The most, in log-odds, that a name which mostly stands by speaks against *any*: the text at hand must win."""


def part(doc, count, salt=""):
    return int(hashlib.md5((doc + salt).encode()).hexdigest(), 16) % count


def logistic(x, y, strength, weight=None):
    if y.sum() < 3 or y.sum() > len(y) - 3:
        return np.zeros(x.shape[1]), -9.0
    fitted = LogisticRegression(C=strength, solver="liblinear", dual=True, max_iter=200, random_state=0).fit(
        x, y, weight
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def _joined(marked, also):
    """Return rows that are learnt from in full and those at AGAIN, with their weights."""
    return np.concatenate([marked, also]), np.repeat([1, AGAIN], [len(marked), len(also)])


def _counted(rows, indices):
    """Return what rows count in the first fit of *any* by where they come from."""
    return np.array([_OWN_ANY if rows[i].origin == SENTENCES else 1.0 for i in indices])


class First:
    """The model of cells: weights by head (any, kinds, stages, new), and what a kind adds to stages and news.

    Answers mark one sentence each, but the title and later sentences mostly tell the same. Where a first fit, which
    has not seen them, finds something done to their target in them too, they are learnt from at half weight.
    """

    def __init__(self, table, train):
        self.matrix, self.rarity = table.weighed(train)
        rows, count = table.rows, self.matrix.shape[1]
        share = {sort: table.shares(shares) for sort, shares in _SHARES.items()}
        keep = np.array([i for i in train if rows[i].here or not rows[i].answers])
        told = np.array([i for i in train if rows[i].here])
        again = np.array([i for i in train if rows[i].answers and not rows[i].here])
        x = self.matrix @ sp.diags(share["any"])
        y = np.array([bool(rows[i].here) for i in keep], float)
        weights, bias = logistic(x[keep], y, _STRENGTH["any"], _counted(rows, keep))
        odds = x[again] @ weights + bias
        also = again[odds > AGAIN_ANY]
        both, weight = _joined(keep, also)
        weights, bias = logistic(x[both], np.concatenate([y, np.ones(len(also))]), _STRENGTH["any"], weight)
        heads = [(weights * share["any"], bias)]
        also = again[odds > AGAIN_KIND]
        both, weight = _joined(told, also)
        labels = {i: rows[i].here or rows[i].answers for i in both}
        x = self.matrix[both] @ sp.diags(share["kind"])
        for kind in KINDS:
            y = np.array([kind in {a for a, _, _ in labels[i]} for i in both], float)
            weights, bias = logistic(x, y, _STRENGTH["kind"], weight)
            heads.append((weights * share["kind"], bias))
        pairs = [(i, k) for i in told for k in sorted({a for a, _, _ in labels[i]} & set(KINDS))]
        only = [(i, labels[i][0][0]) for i in also if len(set(labels[i])) == 1]
        only = [(i, k) for i, k in only if k in KINDS]
        pairs, weight = [*pairs, *only], np.repeat([1, AGAIN], [len(pairs), len(only)])
        ones = sp.csr_matrix(
            (np.ones(len(pairs)), (range(len(pairs)), [KINDS.index(k) for _, k in pairs])),
            shape=(len(pairs), len(KINDS)),
        )
        answers = [
            ("stage", np.array([stage in {s for a, s, _ in labels[i] if a == k} for i, k in pairs], float))
            for stage in STAGES
        ]
        answers.append(
            ("new", np.array([any(n for a, _, n in labels[i] if a == k) for i, k in pairs], float))
        )
        self.stage_bias = []
        for sort, y in answers:
            x = sp.hstack([self.matrix[[i for i, _ in pairs]] @ sp.diags(share[sort]), ones]).tocsr()
            weights, bias = logistic(x, y, _STRENGTH[sort], weight)
            heads.append((weights[:count] * share[sort], bias))
            self.stage_bias.append([float(z) for z in weights[count:]])
        self.weights = np.column_stack([w for w, _ in heads])
        known = table.named[self.rarity[table.named] > 0]
        full = self.rarity[known] * model.BLOCKS["name"] * model.SCALE
        self.weights[known, 0] = np.maximum(self.weights[known, 0], LEAST_NAME / full)
        self.bias = np.array([b for _, b in heads])

    def scores(self, indices):
        return self.matrix[indices] @ self.weights + self.bias
