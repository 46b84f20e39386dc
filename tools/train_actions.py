"""Train, judge and write the model that tells what is done to a watched name.

    python tools/train_actions.py cv    --texts ../shared/eval/written_train.jsonl --watchlist …/watchlist_train.csv
    python tools/train_actions.py write --texts … --watchlist …

Two models: a first one of sparse features judges each cell (a sentence as it bears on a target); a second one of few
inputs weighs all cells of a document together (watchlist.actions.decision). The second learns from scores that the
first gives to documents it was not trained on (cross-fitting). Needs scikit-learn, a developer's tool; the shipped
model is read by plain Python. Training texts are tools/corpus and, when given, labelled texts of the evaluation form.
"""

import argparse
import gzip
import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from action_scores import mistakes, report, score, tally
from action_texts import ARTICLES, ROOT, TEXTS, Table, labelled, own_articles, own_sentences
from cell_model import First, part
from document_model import LEAST, Texts, fit_second

from watchlist.actions import decision, model, packed

FOLDS = 6
SLACK = 0.003


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
