"""Fit the weights of the name comparison and say how well they carry over.

    python benchmarks/train_names.py [--shared ../shared] [--write]

Three kinds of pairs: labelled pairs of a public benchmark (the half that may be looked at), our own pairs
(``benchmarks/data/name_pairs.csv``), and pairs made from official lists: a listed name and its alias are one, near
neighbours of different entries are not. Reports a five-fold cross-validation in which the labelled pairs of the fold
are unseen; ``--write`` fits on everything and writes ``watchlist/matching/data/names_weights.json``.
Needs numpy (the ``bench`` extra).
"""

import argparse
import csv
import gzip
import hashlib
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np

from watchlist.matching.names_align import align
from watchlist.matching.names_score import FEATURES, features, is_organisation
from watchlist.matching.names_tokens import parse

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "watchlist/matching/data/names_weights.json"
SPEAKS_FOR = {"core matched", "all the same", "core share", "whole string alike", "acronym"}
FREE = {"bias"}
THRESHOLD = 0.5


def read_pairs(path: Path) -> list[tuple[str, str, int, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return [(r["left"], r["right"], int(r["label"]), r["kind"]) for r in csv.DictReader(handle)]


def list_pairs(shared: Path, many: int) -> list[tuple[str, str, int, str]]:
    """Make pairs from OFAC's names and aliases: same entry, or near neighbours of different entries."""
    names: dict[str, list[str]] = defaultdict(list)
    kinds: dict[str, str] = {}

    def rows(name: str) -> list[list[str]]:
        with gzip.open(shared / "data/ofac" / name, "rt", encoding="utf-8", errors="replace") as handle:
            return [row for row in csv.reader(handle) if len(row) > 3]

    for row in rows("2022-01_sdn.csv.gz"):
        names[row[0]].append(row[1])
        kinds[row[0]] = (
            "Person"
            if row[2].strip() == "individual"
            else "Vessel"
            if row[2].strip() == "vessel"
            else "Company"
        )
    for row in rows("2022-01_alt.csv.gz"):
        if row[0] in names:
            names[row[0]].append(row[3])
    rng = random.Random(7)
    by_word: dict[str, list[str]] = defaultdict(list)
    for uid, held in names.items():
        for token in parse(held[0]).core:
            by_word[token.latin].append(uid)
    found: list[tuple[str, str, int, str]] = []
    uids = sorted(names)
    rng.shuffle(uids)
    for uid in uids:
        if kinds[uid] == "Vessel" or len(found) >= many:
            continue
        held = names[uid]
        for alias in held[1:3]:
            f = features(parse(held[0]), parse(alias), align(parse(held[0]), parse(alias)))
            if f["core share"] >= 0.5:  # an alias that is another name altogether teaches nothing
                found.append((held[0], alias, 1, kinds[uid]))
        neighbours = sorted({u for t in parse(held[0]).core for u in by_word[t.latin][:200] if u != uid})
        near = (
            sorted(
                neighbours,
                key=lambda u: (
                    -features(parse(held[0]), parse(names[u][0]), align(parse(held[0]), parse(names[u][0])))[
                        "whole string alike"
                    ]
                ),
            )[:2]
            if len(neighbours) < 120
            else rng.sample(neighbours, 2)
        )
        found.extend((held[0], names[u][0], 0, kinds[uid]) for u in near)
    return found


def table(pairs: list[tuple[str, str, int, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, labels, organisations = [], [], []
    for left, right, label, _ in pairs:
        a, b = parse(left), parse(right)
        found = features(a, b, align(a, b))
        rows.append([found[name] for name in FEATURES])
        labels.append(label)
        organisations.append(is_organisation(a, b))
    return np.array(rows), np.array(labels, float), np.array(organisations)


def fit(x: np.ndarray, y: np.ndarray, sample: np.ndarray, ridge: float) -> np.ndarray:
    """Logistic regression with an L2 penalty and the sign of each weight fixed (projected gradient)."""
    sign = np.array([0 if n in FREE else 1 if n in SPEAKS_FOR else -1 for n in FEATURES])
    w = np.zeros(x.shape[1])
    scale = sample.sum()
    step = 4.0 / (np.linalg.norm(x * np.sqrt(sample / scale)[:, None], 2) ** 2 + 4 * ridge)
    previous = w.copy()
    penal = np.array([0.0 if n in FREE else 1.0 for n in FEATURES])
    for turn in range(6000):
        look = w + (turn / (turn + 3)) * (w - previous)
        p = 1 / (1 + np.exp(-x @ look))
        gradient = x.T @ (sample * (p - y)) / scale + ridge * penal * look
        previous, w = w, look - step * gradient
        w = np.where(sign > 0, np.maximum(w, 0), np.where(sign < 0, np.minimum(w, 0), w))
    return w


def f1(said: np.ndarray, label: np.ndarray) -> float:
    hit = float((said & (label == 1)).sum())
    return 2 * hit / max(1.0, said.sum() + (label == 1).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--many", type=int, default=1500)
    parser.add_argument("--list-weight", type=float, default=0.03)
    parser.add_argument("--ridge", type=float, default=0.0004)
    args = parser.parse_args()
    dev = read_pairs(args.shared / "eval/names_dev.csv")
    own = read_pairs(ROOT / "benchmarks/data/name_pairs.csv")
    lists = list_pairs(args.shared, args.many)
    pairs = dev + own + lists
    x, y, organisation = table(pairs)
    sample = np.array([1.0] * len(dev) + [1.0] * len(own) + [args.list_weight] * len(lists))
    labelled = len(dev) + len(own)
    folds = np.array([int(hashlib.md5(f"{p[0]}|{p[1]}".encode()).hexdigest(), 16) % 5 for p in pairs])
    score = np.zeros(len(pairs))
    for fold in range(5):
        for kind in (True, False):
            train = (folds != fold) & (organisation == kind)
            test = (folds == fold) & (organisation == kind)
            w = fit(x[train], y[train], sample[train], args.ridge)
            score[test] = 1 / (1 + np.exp(-x[test] @ w))
    kinds = np.array([p[3] for p in pairs])
    at = np.arange(len(pairs))
    print(f"pairs: {len(dev)} labelled, {len(own)} own, {len(lists)} from lists; five-fold cross-validation")
    for name, chosen in (
        ("labelled, all", at < len(dev)),
        ("labelled, companies", (at < len(dev)) & (kinds == "Company")),
        ("labelled, companies+organisations", (at < len(dev)) & np.isin(kinds, ["Company", "Organization"])),
        ("labelled, persons", (at < len(dev)) & (kinds == "Person")),
        ("own pairs", (at >= len(dev)) & (at < labelled)),
        ("own pairs, persons", (at >= len(dev)) & (at < labelled) & (kinds == "Person")),
        ("from lists", at >= labelled),
    ):
        line = "  ".join(
            f"{t:.2f}:{f1(score[chosen] >= t, y[chosen]):.3f}" for t in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
        )
        brier = float(((score[chosen] - y[chosen]) ** 2).mean())
        print(f"{name:36} n {chosen.sum():5}  F1 at {line}  Brier {brier:.3f}")
    if args.errors:
        for i in at[:labelled]:
            if (score[i] >= THRESHOLD) != (y[i] == 1):
                print(
                    "fp" if y[i] == 0 else "fn", f"{score[i]:.2f}", pairs[i][0], "~", pairs[i][1], pairs[i][3]
                )
    weights = {}
    for kind, name in ((True, "organisation"), (False, "person")):
        chosen = organisation == kind
        w = fit(x[chosen], y[chosen], sample[chosen], args.ridge)
        weights[name] = {f: round(float(v), 4) for f, v in zip(FEATURES, w, strict=True) if abs(v) > 1e-4}
    if args.write:
        TARGET.write_text(
            json.dumps(
                {
                    "provenance": "Fitted by benchmarks/train_names.py; log-odds weights of the features named in names_score.py.",
                    "threshold": THRESHOLD,
                    **weights,
                },
                indent=1,
            )
            + "\n"
        )
    print(json.dumps(weights, indent=1))


if __name__ == "__main__":
    main()
