"""Train, judge and write the model that tells what is done to a watched name.

    python tools/train_actions.py cv    --texts ../shared/eval/written_train.jsonl --watchlist …/watchlist_train.csv
    python tools/train_actions.py write --texts … --watchlist …

Two models: a first one of sparse features judges each cell (a sentence as it bears on a target); a second one of few
inputs weighs all cells of a document together (watchlist.actions.decision). The second learns from scores that the
first gives to documents it was not trained on (cross-fitting). Needs scikit-learn, a developer's tool; the shipped
model is read by plain Python. Training texts are tools/corpus and, when given, labelled texts of the evaluation form.
"""

import argparse
import collections
import gzip
import hashlib
import itertools
import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from action_texts import ARTICLES, ROOT, SENTENCES, TEXTS, Table, labelled, own_articles, own_sentences
from sklearn.linear_model import LogisticRegression

from watchlist.actions import decision, model, packed, reversal
from watchlist.actions.model import KINDS, STAGES

warnings.filterwarnings("ignore")

FOLDS = 6
WEIGHT = {TEXTS: 1.0, ARTICLES: 0.3, SENTENCES: 0.1}
"""What a document counts for the second model. An own article's bystanders are more, and harder, than in the press; own
sentences are there so that a headline or a summary alone is weighed as what it is, and seldom name bystanders."""
LEAST = {"target": 0.4, "kind": 0.2, "further kind": 0.25, "unclear": 0.6, "further stage": 0.4, "new": 0.5}
SLACK = 0.003
_STRENGTH = {"any": 1, "kind": 4, "stage": 5}
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


class First:
    """The model of cells: weights by head (any, kinds, stages, new), and what a kind adds to stages and news.

    Answers mark one sentence each, but the title and later sentences mostly tell the same. Where a first fit, which
    has not seen them, finds something done to their target in them too, they are learnt from at half weight.
    """

    def __init__(self, table, train):
        self.matrix, self.rarity = table.weighed(train)
        rows, x = table.rows, self.matrix
        keep = np.array([i for i in train if rows[i].here or not rows[i].answers])
        told = np.array([i for i in train if rows[i].here])
        again = np.array([i for i in train if rows[i].answers and not rows[i].here])
        y = np.array([bool(rows[i].here) for i in keep], float)
        weights, bias = logistic(x[keep], y, _STRENGTH["any"])
        odds = x[again] @ weights + bias
        also = again[odds > AGAIN_ANY]
        both, weight = _joined(keep, also)
        heads = [logistic(x[both], np.concatenate([y, np.ones(len(also))]), _STRENGTH["any"], weight)]
        also = again[odds > AGAIN_KIND]
        both, weight = _joined(told, also)
        labels = {i: rows[i].here or rows[i].answers for i in both}
        for kind in KINDS:
            y = np.array([kind in {a for a, _, _ in labels[i]} for i in both], float)
            heads.append(logistic(x[both], y, _STRENGTH["kind"], weight))
        pairs = [(i, k) for i in told for k in sorted({a for a, _, _ in labels[i]} & set(KINDS))]
        only = [(i, labels[i][0][0]) for i in also if len(set(labels[i])) == 1]
        only = [(i, k) for i, k in only if k in KINDS]
        pairs, weight = [*pairs, *only], np.repeat([1, AGAIN], [len(pairs), len(only)])
        ones = sp.csr_matrix(
            (np.ones(len(pairs)), (range(len(pairs)), [KINDS.index(k) for _, k in pairs])),
            shape=(len(pairs), len(KINDS)),
        )
        unnamed = np.ones(x.shape[1], np.float32)
        unnamed[table.named] = 0  # how far a step is, and whether it is news, is for the text to tell
        xs = sp.hstack([x[[i for i, _ in pairs]] @ sp.diags(unnamed), ones]).tocsr()
        for stage in STAGES:
            y = [stage in {s for a, s, _ in labels[i] if a == k} for i, k in pairs]
            heads.append(logistic(xs, np.array(y, float), _STRENGTH["stage"], weight))
        y = [any(n for a, _, n in labels[i] if a == k) for i, k in pairs]
        heads.append(logistic(xs, np.array(y, float), _STRENGTH["stage"], weight))
        width = x.shape[1]
        self.weights = np.column_stack([w[:width] for w, _ in heads])
        known = table.named[self.rarity[table.named] > 0]
        full = self.rarity[known] * model.BLOCKS["name"] * model.SCALE
        self.weights[known, 0] = np.maximum(self.weights[known, 0], LEAST_NAME / full)
        self.bias = np.array([b for _, b in heads])
        self.stage_bias = [[float(z) for z in w[width:]] for w, _ in heads[-6:]]

    def scores(self, indices):
        return self.matrix[indices] @ self.weights + self.bias


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


def tally(answers, texts, keys):
    """Count as the contract does: an unclear kind on a restricted name is no mistake."""
    t = collections.Counter()

    def count(name, gold, got):
        t[name, "tp"] += len(gold & got)
        t[name, "fp"] += len(got - gold)
        t[name, "fn"] += len(gold - got)

    for key in keys:
        says = {"gold": False, "got": False}
        for target in texts.views[key].cells:
            gold, got = texts.gold[key, target], answers[key].get(target, ())
            count("any", {1} if gold else set(), {1} if got else set())
            kept = [d for d in got if d.kind != "other" or not gold]
            count("action", {a for a, _, _ in gold}, {d.kind for d in kept})
            count("stage", {(a, s) for a, s, _ in gold}, {(d.kind, d.stage) for d in kept})
            count("new", {(a, s) for a, s, n in gold if n}, {(d.kind, d.stage) for d in kept if d.new})
            says["gold"] |= any(n for _, _, n in gold)
            says["got"] |= any(d.new for d in got)
        count("doc", {1} if says["gold"] else set(), {1} if says["got"] else set())
    return t


def score(t, name):
    tp, fp, fn = t[name, "tp"], t[name, "fp"], t[name, "fn"]
    return 2 * tp / max(1, 2 * tp + fp + fn)


def report(title, t):
    print(
        f"{title:22}",
        " ".join(
            f"{n} {score(t, n):.3f} ({t[n, 'tp']} {t[n, 'fp']} {t[n, 'fn']})"
            for n in ("any", "action", "stage", "new", "doc")
        ),
        flush=True,
    )


def mistakes(answers, texts, keys):
    """Count what fails by phenomenon, and the kinds that it befalls most."""
    found = collections.defaultdict(collections.Counter)
    for key in keys:
        for target in texts.views[key].cells:
            gold = {a for a, _, _ in texts.gold[key, target]}
            got = {d.kind for d in answers[key].get(target, ())}
            for kind in sorted(gold - got):
                if not got:
                    found["nothing found"][kind] += 1
                elif got == {"other"}:
                    found["kind unclear"][kind] += 1
                elif got & gold:
                    found["one of several kinds missed"][kind] += 1
                else:
                    found["kind mistaken"][f"{kind} as {min(got)}"] += 1
            for kind in sorted(got - gold - {"other"} if gold else got):
                found["a kind too many" if gold & got else "on a mistaken kind" if gold else "bystander"][
                    kind
                ] += 1
            for step in texts.gold[key, target]:
                told = {d.stage: d.new for d in answers[key].get(target, ()) if d.kind == step[0]}
                if told and step[1] not in told:
                    found["stage mistaken or missed"][f"{step[1]} as {min(told)}"] += 1
                elif told and told[step[1]] != step[2]:
                    found["news told as background" if step[2] else "background told as news"][step[0]] += 1
    for name, kinds in sorted(found.items(), key=lambda item: -sum(item[1].values())):
        print(f"  {sum(kinds.values()):4} {name}: " + ", ".join(f"{k} {n}" for k, n in kinds.most_common(6)))


def decide_all(texts, keys, seconds, least):
    answers = {}
    for key in keys:
        second = seconds[part(key[1], 5, "s")] if isinstance(seconds, list) else seconds
        second = replace(second, stage_bias=texts.stage_bias[key], least=least)
        view = texts.views[key]
        restricted = {name: second.target.odds(view.target(name)) for name in view.cells}
        answers[key] = {name: decision.answers(name, view, restricted, second) for name in view.cells}
    return answers


def choose(texts, keys, seconds):
    """Choose from where each answer is told: the best F1 on held-out answers, one figure after the other.

    Among bars that are as good (within SLACK) the highest are taken, that on the name first: fewer false alerts.
    """
    least = dict(LEAST)
    steps = {
        ("target", "kind", "further kind"): (
            "action stage",
            [(0.3, 0.35, 0.4, 0.45, 0.5), (0.1, 0.15, 0.2, 0.25, 0.3), (0.2, 0.25, 0.3, 0.35, 0.4)],
        ),
        ("further stage",): ("stage", [(0.25, 0.3, 0.35, 0.4, 0.45, 0.5)]),
        ("new",): ("new doc", [(0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)]),
        ("unclear",): ("any", [(0.45, 0.5, 0.55, 0.6, 0.65)]),
    }
    for names, (aim, grids) in steps.items():
        found = []
        for values in itertools.product(*grids):
            tried = least | dict(zip(names, values, strict=True))
            t = tally(decide_all(texts, keys, seconds, tried), texts, keys)
            found.append((round(sum(score(t, name) for name in aim.split()), 5), tried))
        best = max(value for value, _ in found)
        close = [tried for value, tried in found if value >= best - SLACK * len(aim.split())]
        least = max(close, key=lambda tried: [tried[name] for name in names])
    return least


def write(table, first, second, path, least_weight=0.05):
    """Write the model: a head of JSON, then the weights of the features by head as whole hundredths."""
    told = {}
    for i, name in enumerate(table.names):
        z = first.weights[i] * first.rarity[i] * model.SCALE
        cells = [
            f"{h}:{round(v * 100)}" for h, v in enumerate(z) if abs(v) >= least_weight and round(v * 100)
        ]
        if first.rarity[i]:
            told[name] = " ".join(cells)
    head = {
        "bias": [round(float(b), 4) for b in first.bias],
        "stage_bias": [[round(z, 4) for z in row] for row in first.stage_bias],
        "beside": [[round(z, 3) for z in row] for row in second.beside],
        "least": second.least,
        "second": {
            name: {
                "bias": round(m.bias, 4),
                "weights": [round(w, 4) for w in m.weights],
                "classes": [round(c, 4) for c in m.classes],
            }
            for name in ("target", "kind", "stage", "new")
            for m in [getattr(second, name)]
        },
    }
    body = (json.dumps(head) + "\n" + packed.written(told)).encode()
    with (
        open(path, "wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=9, mtime=0) as handle,
    ):
        handle.write(body)
    print(len(told), "features,", Path(path).stat().st_size, "bytes")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["cv", "write"])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--watchlist", type=Path)
    args = parser.parse_args()
    rows = [*own_sentences(), *own_articles()]
    if args.texts:
        rows += labelled([args.texts], args.watchlist, TEXTS)
    table = Table(rows)
    print(len(rows), "cells,", len(table.names), "features", flush=True)
    folds = np.array([part(row.doc, FOLDS) for row in rows])
    texts = None
    for n in range(FOLDS):
        first = First(table, np.where(folds != n)[0])
        held = np.where(folds == n)[0]
        found = Texts(table, held, first.scores(held), first.stage_bias)
        texts = texts or Texts(table, [], [], [])
        texts.join(found)
    keys = sorted(texts.views)
    seconds = [fit_second(texts, [k for k in keys if part(k[1], 5, "s") != n]) for n in range(5)]
    judged = [k for k in keys if texts.origin[k] == (TEXTS if args.texts else ARTICLES)]
    least = choose(texts, judged, seconds)
    print("told from", least)
    answers = decide_all(texts, keys, seconds, least)
    for name, wanted in (("labelled texts", TEXTS), ("own articles", ARTICLES)):
        report(name, tally(answers, texts, [k for k in keys if texts.origin[k] == wanted]))
    for lang in sorted(set(texts.lang.values())):
        report(f"  {lang}", tally(answers, texts, [k for k in judged if texts.lang[k] == lang]))
    mistakes(answers, texts, judged)
    if args.what == "write":
        first = First(table, np.arange(len(rows)))
        second = fit_second(texts, keys)
        second = replace(second, stage_bias=first.stage_bias, least=least)
        write(table, first, second, ROOT / "watchlist" / "actions" / "model.tsv.gz")


if __name__ == "__main__":
    main()
