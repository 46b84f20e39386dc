"""Train, judge and write the model that tells which of the authorities named in a text takes a step.

    python tools/train_actors.py cv    --texts ../shared/eval/written_train.jsonl
    python tools/train_actors.py write --texts …

A conditional logit over the candidates of a step, with the inputs of ``watchlist.actions.actor_choice``. Labels name the
authority in words; they are read by the program's own table of names. Needs numpy, a developer's tool.
"""

import argparse
import collections
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from watchlist.actions import actor_choice
from watchlist.actions.actor_choice import INPUTS, Ballot
from watchlist.actions.actors import Actors
from watchlist.actions.authorities import directory
from watchlist.model import ActionKind, Stage
from watchlist.text.language import language_of

FOLDS = 5
TIED_DOWN = 1.0
"""How strongly large weights are held back."""
STEPS, PACE = 400, 0.05
GIVEN = {"publisher": 2.0}
"""By judgement: no training text tells its publisher, and an official paper tells of its publisher's own steps."""
FILE = ROOT / "watchlist" / "actions" / "data" / "actors.toml"
HEAD = """\
# What speaks for an authority named in a text to be the one that acts: weights in log-odds, by the inputs of
# ``actor_choice.INPUTS``, which says what each means.
#
# Provenance: fitted by tools/train_actors.py to the project's training texts ({steps} steps with an authority) and
# {own} sentences of its own.
# Licence: the project's.

[weights]
"""


@dataclass
class Step:
    """One labelled step: its candidates, their inputs, and how right each one's id is (1, 0.5 for its country)."""

    doc: str
    ballot: Ballot
    ids: list[str]
    inputs: np.ndarray
    right: np.ndarray
    wanted: set[str]
    actors: Actors
    low: int
    high: int


def meant(label: str) -> set[str]:
    """Return the ids that a label in words can mean: "US President / Treasury" is either."""
    found = set()
    for text in (label, *re.split(r"\s*/\s*|, ", label)):
        actors = Actors(text)
        agents = actors.agents(0, len(text))
        if agents:
            found.add(max(agents, key=lambda agent: agent.weight).id)
            found |= {agent.id for agent in agents if agent.weight >= 2.5}
    return found


def rightness(found: str | None, wanted: set[str]) -> float:
    """Return 1 for the wanted id, 0.5 for one above or below it, 0 for another."""
    if found is None:
        return 0.0
    if found in wanted:
        return 1.0
    return 0.5 if any(directory().compatible(found, one) for one in wanted) else 0.0


def step(
    doc: str, actors: Actors, place: int, end: int, kind: ActionKind, stage: Stage, wanted: set[str]
) -> Step:
    """Return a step told in a stretch of a text, with its candidates."""
    low, high = actors.sentences(place, end)
    ballot = actors.ballot(low, high, place, kind, stage)
    candidates = list(ballot)
    return Step(
        doc,
        ballot,
        [candidate for candidate, _ in candidates],
        np.array([[inputs.get(name, 0.0) for name in INPUTS] for _, inputs in candidates]),
        np.array([rightness(actors.named(c, low, high, kind, stage), wanted) for c, _ in candidates]),
        wanted,
        actors,
        low,
        high,
    )


def own_sentences() -> Iterator[Step]:
    """Read tools/corpus/authorities.tsv."""
    lines = (ROOT / "tools" / "corpus" / "authorities.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            text, kind, stage, wanted = line.split("\t")
            yield step(text, Actors(text), 0, len(text), ActionKind(kind), Stage(stage), {wanted})


def steps(path: Path) -> Iterator[Step]:
    """Read the labelled steps of texts in the form of the evaluation sets."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)
        lang = language_of(text.get("title") or "", text["text"], text.get("lang"))
        body = Actors(text["text"], text.get("title") or "", lang=lang)
        title = Actors(text.get("title") or "", text["text"][:500], lang=lang)
        for told in text["actions"]:
            at = text["text"].find(told["evidence"])
            actors, place = (body, at) if at >= 0 else (title, title.text.find(told["evidence"]))
            wanted = meant(told["authority"] or "")
            if place < 0 or not wanted:
                continue
            kind, stage = ActionKind(told["action"]), Stage(told["stage"])
            end = place + len(told["evidence"])
            yield step(text["id"], actors, place, end, kind, stage, wanted)


def fit(rows: list[Step]) -> dict[str, float]:
    """Fit the weights: of a step's candidates the rightest ones are to be the likeliest."""
    usable = [row for row in rows if row.ids and row.right.max() > 0]
    sizes = [len(row.ids) for row in usable]
    inputs = np.vstack([row.inputs for row in usable])
    best = np.concatenate([(row.right == row.right.max()).astype(float) for row in usable])
    of = np.repeat(np.arange(len(sizes)), sizes)
    weights, first, second = np.zeros(len(INPUTS)), np.zeros(len(INPUTS)), np.zeros(len(INPUTS))
    for n in range(1, STEPS + 1):
        odds = inputs @ weights
        top = np.full(len(sizes), -np.inf)
        np.maximum.at(top, of, odds)
        share = np.exp(odds - top[of])
        all_, right = share / np.bincount(of, share)[of], share * best / np.bincount(of, share * best)[of]
        slope = inputs.T @ (right - all_) - TIED_DOWN * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights += PACE * (first / (1 - 0.9**n)) / (np.sqrt(second / (1 - 0.999**n)) + 1e-8)
    return {n: round(float(weight), 2) for n, weight in zip(INPUTS, weights, strict=True)} | GIVEN


def judge(rows: list[Step], weights: dict[str, float]) -> collections.Counter[str]:
    """Count how right the elected ids are."""
    count: collections.Counter[str] = collections.Counter()
    for row in rows:
        elected = row.ballot.elected(weights)
        found = elected and row.actors.named(elected, row.low, row.high, row.ballot.action, row.ballot.stage)
        count[
            "none"
            if found is None
            else {1.0: "right", 0.5: "above", 0.0: "wrong"}[rightness(found, row.wanted)]
        ] += 1
    return count


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["cv", "write"])
    parser.add_argument("--texts", type=Path, required=True)
    args = parser.parse_args()
    own = list(own_sentences())
    rows = list(steps(args.texts))
    docs = sorted({row.doc for row in rows})
    print(len(rows), "steps; a candidate is right of", sum(r.right.max(initial=0) == 1 for r in rows))
    if args.what == "cv":
        print("shipped ", dict(judge(rows, dict(actor_choice.shipped()))))
        total: collections.Counter[str] = collections.Counter()
        for n in range(FOLDS):
            held = set(docs[n::FOLDS])
            total += judge(
                [r for r in rows if r.doc in held], fit([r for r in [*rows, *own] if r.doc not in held])
            )
        print("held out", dict(total))
        for row in own:
            if judge([row], dict(actor_choice.shipped()))["right"] == 0:
                print("own sentence:", row.doc, "wanted", *row.wanted)
    else:
        weights = fit([*rows, *own])
        lines = [f"{name} = {weight}" for name, weight in weights.items()]
        FILE.write_text(
            HEAD.format(steps=len(rows), own=len(own)) + "\n".join(lines) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
