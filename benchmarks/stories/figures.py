"""How well documents fall into stories, on the labelled set beside this file. Run: python -m benchmarks.stories.figures

Prints pairwise precision and recall of ``watchlist.stories`` and of two plain rivals (title words, all words), then
the pairs that each kind of copy loses. The texts are written for this project; every document carries its actions,
so that grouping is measured alone, and with the steps that the program finds.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

from watchlist.analysis import Analyst
from watchlist.model import (
    Action,
    ActionKind,
    Document,
    Entry,
    Field,
    Finding,
    Match,
    Mention,
    Span,
    Stage,
    Verdict,
)
from watchlist.signatures import Signature
from watchlist.stories import Candidate, assign
from watchlist.text.tokens import tokens

SET = Path(__file__).with_name("documents.jsonl")


def load(path: Path = SET) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def finding_of(row: dict) -> Finding:
    """Return the labelled reading of a document as the analyst would give it."""
    document = Document(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        published=datetime.fromisoformat(row["published"]),
        lang=row["lang"],
        source=row["outlet"],
    )
    matches = []
    for entry in row["entries"]:
        at = row["text"].find(entry)
        found = (Mention(entry, Field.TEXT, at, at + len(entry), entry, entry),) if at >= 0 else ()
        matches.append(Match(entry, Verdict.MATCH, 1.0, ("labelled",), found))
    actions = tuple(
        Action(
            a["target"],
            ActionKind(a["action"]),
            Stage(a["stage"]),
            a["authority"],
            date.fromisoformat(a["effective"]) if a["effective"] else None,
            None,
            a["new"],
            None,
            Span(Field.TEXT, 0, 0, ""),
        )
        for a in row["actions"]
    )
    return Finding(document, tuple(matches), actions)


def read_by_program(rows: Sequence[dict]) -> list[Finding]:
    """Return what the program itself finds, all names of the set being watched."""
    names = sorted({name for row in rows for name in row["entries"]})
    analyst = Analyst.for_entries([Entry(name) for name in names])
    return [analyst.read(finding_of(row).document) for row in rows]


def grouped(rows: Sequence[dict], findings: Sequence[Finding]) -> list[int]:
    """Assign the documents in the order of their publication; return each one's story in the order given."""
    signatures = [Signature.of(f.document, f, f.document.published) for f in findings]
    known: list[Candidate] = []
    stories: dict[str, int] = {}
    order = sorted(zip(rows, signatures, strict=True), key=lambda p: (p[0]["published"], p[0]["id"]))
    for row, signature in order:
        choice = assign(signature, known)
        story = choice.story_id if choice.story_id is not None else len(set(stories.values())) + 1
        stories[row["id"]] = story
        known.append(Candidate(story, signature))
    return [stories[row["id"]] for row in rows]


def by_words(rows: Sequence[dict], words: Callable[[dict], set[str]], least: float) -> list[int]:
    """The rival: the nearest earlier document within three days by the Jaccard likeness of its words."""
    stories: list[int] = []
    bags = [words(row) for row in rows]
    for n, row in enumerate(rows):
        best, at = 0.0, -1
        for m in range(n):
            days = abs(
                (datetime.fromisoformat(row["published"]) - datetime.fromisoformat(rows[m]["published"])).days
            )
            score = len(bags[n] & bags[m]) / max(1, len(bags[n] | bags[m]))
            if days < 3 and score > best:
                best, at = score, m
        stories.append(stories[at] if best >= least else n + 1000)
    return stories


def pairs(rows: Sequence[dict], stories: Sequence[int]) -> tuple[Counter, list[tuple[str, str, str]]]:
    count: Counter = Counter()
    wrong = []
    for (a, sa), (b, sb) in combinations(zip(rows, stories, strict=True), 2):
        kind = ("tp" if sa == sb else "fn") if a["story"] == b["story"] else ("fp" if sa == sb else "tn")
        count[kind] += 1
        if kind in {"fn", "fp"}:
            wrong.append((kind, a["id"], b["id"]))
    return count, wrong


def line(name: str, count: Counter) -> str:
    p = count["tp"] / max(1, count["tp"] + count["fp"])
    r = count["tp"] / max(1, count["tp"] + count["fn"])
    return f"{name:28} P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(1e-9, p + r):.3f}   (tp {count['tp']} fp {count['fp']} fn {count['fn']})"


def main() -> None:
    rows = load()
    print(
        f"{len(rows)} documents, {len({r['story'] for r in rows})} stories, {Counter(r['kind'] for r in rows)}"
    )
    for name, findings in (
        ("steps as labelled", [finding_of(row) for row in rows]),
        ("steps as the program finds", read_by_program(rows)),
    ):
        stories = grouped(rows, findings)
        count, wrong = pairs(rows, stories)
        print(f"{line(name, count)}  {len(set(stories))} stories")
        if "--errors" in sys.argv:
            for mistake in wrong:
                print(*mistake)
    for least in (0.2, 0.3, 0.5):
        bag = by_words(rows, lambda r: {t.text for t in tokens(r["title"] + " " + r["text"])}, least)
        print(line(f"words, Jaccard >= {least}", pairs(rows, bag)[0]))
        bag = by_words(rows, lambda r: {t.text for t in tokens(r["title"])}, least)
        print(line(f"title words, Jaccard >= {least}", pairs(rows, bag)[0]))


if __name__ == "__main__":
    main()
