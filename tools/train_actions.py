"""Train, judge and write the model that tells what is done to a watched name.

    python tools/train_actions.py cv    --texts ../shared/eval/written_train.jsonl --watchlist …/watchlist_train.csv
    python tools/train_actions.py write --texts … --watchlist …

Needs scikit-learn (a developer's tool; the shipped model is read by plain Python). Training texts are the corpora in
tools/corpus/ and, when given, labelled documents in the form of the evaluation sets.
"""

import argparse
import collections
import csv
import gzip
import hashlib
import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from watchlist.actions import corpus, cues, discourse, features, language, model
from watchlist.actions.model import KINDS, STAGES
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, EntryKind, Field, Owner

warnings.filterwarnings("ignore")


@dataclass
class Row:
    """A cell as training material."""

    doc: str
    target: str
    labels: list
    every: list
    spelled: list
    weight: float = 1.0
    lang: str = ""
    text: str = ""
    distance: int = 0


def rows_of(document, matches, labels, weight):
    """labels: (target, action, stage, new, [(field, start, end)])."""
    page = discourse.read(document, matches)
    lex = cues.lexicon(language.of(document))
    readings = [features.read(line, lex) if line else None for line in page.lines]
    wide = features.topic(readings)
    found = []
    for target, cells in page.cells.items():
        mine = [l for l in labels if l[0] == target]
        for cell in cells:
            s = page.sentences[cell.line]
            here = []
            for _, action, stage, new, spans in mine:
                for f, b, e in spans:
                    if (
                        f is s.field
                        and s.start < e
                        and b < s.end
                        and min(e, s.end) - max(b, s.start) >= min(12, (e - b) // 2 or 1)
                    ):
                        here.append((action, stage, new))
                        break
            found.append(
                Row(
                    document.id,
                    target,
                    here,
                    [(a, s_, n) for _, a, s_, n, _ in mine],
                    features.spell(cell, page, readings, wide),
                    weight,
                    language.of(document),
                    document.part(s.field)[s.start : s.end],
                    cell.distance,
                )
            )
    return found


def entries(path):
    with open(path, newline="", encoding="utf-8") as handle:
        return tuple(
            Entry(
                r["name"],
                EntryKind(r.get("kind") or "company"),
                tuple(x for x in (r.get("aliases") or "").split(";") if x),
                tuple(Owner(o.split(":")[0]) for o in (r.get("owner") or "").split(";") if o),
            )
            for r in csv.DictReader(handle)
        )


def labelled(path, watchlist):
    matcher = Matcher.compile(entries(watchlist))
    found = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        d = json.loads(line)
        doc = Document(d["id"], d.get("title") or "", d["text"], lang=d.get("lang"))
        wanted = set(d["entities"]) | {a["target"] for a in d["actions"]}
        matches = [m for m in matcher.match(doc) if m.entry in wanted]
        labels = []
        for a in d["actions"]:
            at, f = doc.text.find(a["evidence"]), Field.TEXT
            if at < 0:
                at, f = doc.title.find(a["evidence"]), Field.TITLE
            spans = [(f, at, at + len(a["evidence"]))] if at >= 0 else []
            labels.append((a["target"], a["action"], a["stage"], bool(a["new"]), spans))
        found += rows_of(doc, matches, labels, 1.0)
    return found


def own(weight):
    found = []
    for path in sorted((ROOT / "tools" / "corpus").glob("*.txt")):
        for example in corpus.parse(path.read_text(encoding="utf-8").splitlines(), path.stem):
            field_ = Field.TEXT if example.document.text else Field.TITLE
            labels = [
                (l.target, l.action.value, l.stage.value, l.new, [(field_, p, p + 12) for p in l.focus])
                for l in example.labels
            ]
            found += rows_of(example.document, example.matches, labels, weight)
    return found


class Vectors:
    def __init__(self, rows, least=2):
        count = collections.Counter(f for r in rows for f in r.spelled)
        self.ids = {f: i for i, f in enumerate(sorted(f for f, n in count.items() if n >= least))}
        n = len(rows)
        self.idf = {f: float(np.log((n + 1) / (count[f] + 1))) for f in self.ids}

    def matrix(self, rows):
        ind, ptr, dat = [], [0], []
        for r in rows:
            blocks = collections.defaultdict(list)
            for f in r.spelled:
                i = self.ids.get(f)
                if i is not None:
                    blocks[model.block(f)].append((i, self.idf[f]))
            cells = []
            for b, fs in blocks.items():
                z = model.BLOCKS[b] / np.sqrt(len(fs))
                cells += [(i, w * z * 0.25) for i, w in fs]
            cells.sort()
            ind += [i for i, _ in cells]
            dat += [w for _, w in cells]
            ptr.append(len(ind))
        return sp.csr_matrix((dat, ind, ptr), shape=(len(ptr) - 1, len(self.ids)))


def logistic(x, y, w, c):
    if y.sum() < 3 or y.sum() > len(y) - 3:
        return None
    return LogisticRegression(C=c, solver="liblinear", max_iter=300).fit(x, y, sample_weight=w)


@dataclass
class Fitted:
    vectors: Vectors
    any: object
    kinds: list
    stages: list
    new: object


def one_hot(ks):
    return sp.csr_matrix(([1.0] * len(ks), (range(len(ks)), ks)), shape=(len(ks), len(KINDS)))


def fit(rows, c_any=1, c_kind=10, c_stage=5, least=2):
    v = Vectors(rows, least)
    x = v.matrix(rows)
    keep = [i for i, r in enumerate(rows) if r.labels or not r.every]
    y = np.array([bool(rows[i].labels) for i in keep], float)
    w = np.array([rows[i].weight for i in keep])
    any_ = logistic(x[keep], y, w, c_any)
    pos = [i for i, r in enumerate(rows) if r.labels]
    wp = np.array([rows[i].weight for i in pos])
    kinds = [
        logistic(x[pos], np.array([k in {a for a, _, _ in rows[i].labels} for i in pos], float), wp, c_kind)
        for k in KINDS
    ]
    pairs = [(i, k) for i in pos for k in sorted({a for a, _, _ in rows[i].labels}) if k in KINDS]
    xs = sp.hstack([x[[i for i, _ in pairs]], one_hot([KINDS.index(k) for _, k in pairs])]).tocsr()
    ws = np.array([rows[i].weight for i, _ in pairs])
    stages = [
        logistic(
            xs,
            np.array([s in {t for a, t, _ in rows[i].labels if a == k} for i, k in pairs], float),
            ws,
            c_stage,
        )
        for s in STAGES
    ]
    new = logistic(
        xs, np.array([any(n for a, _, n in rows[i].labels if a == k) for i, k in pairs], float), ws, c_stage
    )
    return Fitted(v, any_, kinds, stages, new)


def scores(f, rows):
    x = f.vectors.matrix(rows)
    n = x.shape[1]

    def raw(m):
        return np.full(len(rows), -9.0) if m is None else x @ m.coef_[0][:n] + m.intercept_[0]

    def squash(z):
        return 1 / (1 + np.exp(-z))

    pa = squash(raw(f.any))
    pk = np.column_stack([squash(raw(m)) for m in f.kinds])
    ps = np.zeros((len(rows), len(KINDS), len(STAGES)))
    pn = np.zeros((len(rows), len(KINDS)))
    for k in range(len(KINDS)):
        for s, m in enumerate(f.stages):
            ps[:, k, s] = squash(raw(m) + (m.coef_[0][n + k] if m is not None else 0))
        pn[:, k] = squash(raw(f.new) + f.new.coef_[0][n + k])
    return pa, pk, ps, pn


def prf(t, name):
    tp, fp, fn = t[name, "tp"], t[name, "fp"], t[name, "fn"]
    p, r = tp / max(1, tp + fp), tp / max(1, tp + fn)
    return f"{name:6} P {p:.3f} R {r:.3f} F {2 * p * r / max(1e-9, p + r):.3f} ({tp} {fp} {fn})"


def decode(rows, f_scores):
    pa, pk, ps, pn = f_scores
    told = collections.defaultdict(list)
    for i, r in enumerate(rows):
        told[r.doc, r.target].append(model.CellScore(r.distance, pa[i], pk[i], ps[i], pn[i]))
    return {key: model.decide(cells) for key, cells in told.items()}


def judge(rows, answers, t, errors=None):
    gold = {(r.doc, r.target): set(r.every) for r in rows}
    docs = collections.defaultdict(lambda: [False, False])
    for key, g in gold.items():
        got = answers[key]
        ga, pa = {a for a, _, _ in g}, {d.kind for d in got if d.kind != "other"}
        other = any(d.kind == "other" for d in got)
        bad = other and not ga
        for name, a, b in (
            ("any", {1} if ga else set(), {1} if got else set()),
            ("action", ga, pa | ({"other"} if bad else set())),
            (
                "stage",
                {(a, s) for a, s, _ in g},
                {(d.kind, d.stage) for d in got if d.kind != "other" or bad},
            ),
            (
                "new",
                {(a, s) for a, s, n in g if n},
                {(d.kind, d.stage) for d in got if d.new and (d.kind != "other" or bad)},
            ),
        ):
            t[name, "tp"] += len(a & b)
            t[name, "fp"] += len(b - a)
            t[name, "fn"] += len(a - b)
            if errors is not None and name == "action":
                errors += [(key, "fp", z) for z in b - a] + [(key, "fn", z) for z in a - b]
        docs[key[0]][0] |= any(n for _, _, n in g)
        docs[key[0]][1] |= any(d.new for d in got)
    for g, p in docs.values():
        t["doc", "tp"] += g and p
        t["doc", "fp"] += p and not g
        t["doc", "fn"] += g and not p


def fold(doc, n):
    return int(hashlib.md5(doc.encode()).hexdigest(), 16) % n


def cross_validate(rows, extra, folds=5, only=None, verbose=0, **kw):
    t, errors, held = collections.Counter(), [], []
    for n in only or range(folds):
        test = [r for r in rows if fold(r.doc, folds) == n]
        f = fit([r for r in rows if fold(r.doc, folds) != n] + extra, **kw)
        held.append((test, scores(f, test)))
        judge(test, decode(*held[-1]), t, errors)
    for name in ("any", "action", "stage", "new", "doc"):
        print(prf(t, name))
    return held, errors


def write(f, path, least_weight=0.05):
    """Write the model: a line a feature, its weights by head as whole hundredths."""
    heads = [f.any, *f.kinds, *f.stages, f.new]
    n = len(f.vectors.ids)
    names = sorted(f.vectors.ids, key=f.vectors.ids.get)
    bias, onehot = [], []
    for m in heads:
        bias.append(float(m.intercept_[0]) if m is not None else -9.0)
    w = np.column_stack([m.coef_[0][:n] if m is not None else np.zeros(n) for m in heads])
    for m in [*f.stages, f.new]:
        onehot.append([float(z) for z in (m.coef_[0][n:] if m is not None else np.zeros(len(KINDS)))])
    lines = []
    for i, name in enumerate(names):
        z = w[i] * f.vectors.idf[name] * 0.25
        cells = [
            f"{h}:{round(z[h] * 100)}"
            for h in range(len(heads))
            if abs(z[h]) >= least_weight and round(z[h] * 100)
        ]
        lines.append(name + "\t" + " ".join(cells))
    head = json.dumps(
        {
            "bias": [round(b, 4) for b in bias],
            "kinds": [[round(z, 4) for z in r] for r in onehot],
            "version": 1,
        }
    )
    body = (head + "\n" + "\n".join(lines) + "\n").encode()
    with (
        open(path, "wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=9, mtime=0) as handle,
    ):
        handle.write(body)
    print(len(lines), "features,", Path(path).stat().st_size, "bytes")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["cv", "write"])
    parser.add_argument("--texts")
    parser.add_argument("--watchlist")
    parser.add_argument("--own-weight", type=float, default=1.0)
    parser.add_argument("--no-own", action="store_true")
    parser.add_argument("--folds", type=int, nargs="*")
    args = parser.parse_args()
    rows = labelled(args.texts, args.watchlist) if args.texts else []
    extra = [] if args.no_own else own(args.own_weight)
    print(len(rows), "cells of labelled texts,", len(extra), "of our own")
    if args.what == "cv":
        cross_validate(rows, extra, only=args.folds)
    else:
        write(fit(rows + extra), ROOT / "watchlist" / "actions" / "model.tsv.gz")


if __name__ == "__main__":
    main()
