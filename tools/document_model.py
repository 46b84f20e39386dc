"""Fit the model that weighs all cells of a document together (watchlist.actions.decision)."""

import collections

import numpy as np
from action_texts import ARTICLES, SENTENCES, TEXTS
from sklearn.linear_model import LogisticRegression

from watchlist.actions import decision, model, reversal
from watchlist.actions.model import KINDS, STAGES

WEIGHT = {TEXTS: 1.0, ARTICLES: 0.3, SENTENCES: 0.03}
"""What a document counts for the second model. An own article's bystanders are more, and harder, than in the press; own
sentences are there so that a headline or a summary alone is weighed as what it is, and seldom name bystanders."""
LEAST = {"target": 0.4, "kind": 0.2, "further kind": 0.25, "unclear": 0.6, "further stage": 0.4, "new": 0.5}


class Texts:
    """Whole documents with the scores of their cells and their answers, for the second model."""

    def __init__(self, table, indices, scores, stage_bias):
        cells = collections.defaultdict(lambda: collections.defaultdict(list))
        self.gold, self.origin, self.lang = {}, {}, {}
        for i, z in zip(indices, scores, strict=True):
            r = table.rows[i]
            key = (r.origin, r.doc)
            cell = model.CellScore(
                r.distance, r.line, r.place, float(z[0]), z[1:14].tolist(), z[14:19].tolist(), float(z[19])
            )
            cells[key][r.target].append(cell if r.settled is None else reversal.corrected(cell, r.settled))
            self.gold[key, r.target] = set(r.answers)
            self.origin[key], self.lang[key] = r.origin, r.lang
        self.cells = cells
        self.views = {key: decision.View(c) for key, c in cells.items()}
        self.stage_bias = dict.fromkeys(cells, stage_bias)

    def join(self, other):
        for name in ("gold", "origin", "lang", "cells", "views", "stage_bias"):
            getattr(self, name).update(getattr(other, name))


def linear(x, y, weight, classes=None, count=0, strength=0.3):
    """Fit on standardised inputs, and fold the standardisation into the weights."""
    x = np.array(x)
    middle, spread = x.mean(0), x.std(0) + 1e-9
    z = (x - middle) / spread
    if count:
        z = np.hstack([z, np.eye(count)[classes] * 2])
    fitted = LogisticRegression(C=strength, max_iter=500).fit(z, y, sample_weight=weight)
    w, n = fitted.coef_[0], x.shape[1]
    scaled = w[:n] / spread
    return model.Linear(
        float(fitted.intercept_[0] - scaled @ middle),
        tuple(map(float, scaled)),
        tuple(float(c) * 2 for c in w[n:]),
    )


def companions(texts, keys):
    """Tell how often a kind befalls a target beside another, in log-odds, drawn to the mean where seldom seen."""
    told = [
        {a for a, _, _ in texts.gold[key, t]} & set(KINDS) for key in keys for t in texts.views[key].cells
    ]
    found = []
    for first in KINDS:
        those = [kinds for kinds in told if first in kinds]
        shares = [(sum(other in kinds for kinds in those) + 0.6) / (len(those) + 20) for other in KINDS]
        found.append(
            [0.0 if k == first else float(np.log(p / (1 - p))) for k, p in zip(KINDS, shares, strict=True)]
        )
    return found


def fit_second(texts, keys):
    """Fit the four linear models of ``decision`` on documents whose cells were judged by models that never saw them."""
    weight = {key: WEIGHT[texts.origin[key]] for key in keys}
    if not any(texts.origin[key] == TEXTS for key in keys):
        weight = dict.fromkeys(keys, 1.0)
    x, y, w = [], [], []
    for key in keys:
        for target in texts.views[key].cells:
            x.append(texts.views[key].target(target))
            y.append(bool(texts.gold[key, target]))
            w.append(weight[key])
    target_model = linear(x, y, w)
    beside = companions(texts, keys)
    rows = {name: ([], [], [], []) for name in ("kind", "stage", "new")}

    def add(name, inputs, answer, key, class_):
        for column, value in zip(rows[name], (inputs, answer, weight[key], class_), strict=True):
            column.append(value)

    for key in keys:
        view = texts.views[key]
        restricted = {t: target_model.odds(view.target(t)) for t in view.cells}
        for target in view.cells:
            gold = texts.gold[key, target]
            for k, inputs in enumerate(view.kinds(target, restricted, beside)):
                add("kind", inputs, KINDS[k] in {a for a, _, _ in gold}, key, k)
            for kind in sorted({a for a, _, _ in gold} & set(KINDS)):
                k = KINDS.index(kind)
                steps = {s: n for a, s, n in sorted(gold) if a == kind}
                for s, inputs in enumerate(view.stages(target, k, texts.stage_bias[key])):
                    add("stage", inputs, STAGES[s] in steps, key, s)
                for stage, new in sorted(steps.items()):
                    s = STAGES.index(stage)
                    other = float(len(steps) > 1)
                    add("new", view.news(target, k, s, other, restricted[target]), new, key, s)
    fitted = {
        name: linear(x, y, w, classes, len(KINDS) if name == "kind" else len(STAGES))
        for name, (x, y, w, classes) in rows.items()
    }
    return model.Second(target_model, fitted["kind"], fitted["stage"], fitted["new"], [], beside, dict(LEAST))
