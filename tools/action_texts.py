"""Texts with answers as training material: a row is a cell, a sentence as it bears on one target."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import scipy.sparse as sp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from watchlist.actions import corpus, cues, discourse, features, language, model, reversal
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, EntryKind, Field, Match, Owner

SENTENCES, ARTICLES, TEXTS = range(3)
"""Where a row comes from: our own sentences, our own articles, labelled texts given on the command line."""

Told = tuple[str, str, str, bool, list[tuple[Field, int, int]]]
"""target, action, stage, new, and the places that tell it"""


@dataclass
class Row:
    """A cell: the answers that its own sentence tells, and all answers on its target in the document."""

    doc: str
    target: str
    origin: int
    here: list[tuple[str, str, bool]]
    answers: list[tuple[str, str, bool]]
    spelled: list[str]
    distance: int
    line: int
    place: int
    lang: str
    settled: reversal.Settled | None
    """what grammar settles of its stage"""


def rows_of(document: Document, matches: Sequence[Match], told: list[Told], origin: int) -> Iterator[Row]:
    """Lay out a document as the program does and tell which cells hold which answers."""
    page = discourse.read(document, matches)
    lang = language.of(document)
    year = document.published.year if document.published else None
    readings = [features.read(line, cues.lexicon(lang), year) if line else None for line in page.lines]
    wide = features.topic(readings)
    for target, cells in page.cells.items():
        mine = [t for t in told if t[0] == target]
        for cell in cells:
            sentence = page.sentences[cell.line]
            yield Row(
                document.id,
                target,
                origin,
                [(a, s, n) for _, a, s, n, spans in mine if any(_covers(sentence, span) for span in spans)],
                [(a, s, n) for _, a, s, n, _ in mine],
                features.spell(cell, page, readings, wide),
                cell.distance,
                cell.line,
                features.place(cell, page),
                lang,
                reversal.effect(reading, cell, lang)
                if (reading := readings[cell.line]) and not cell.distance
                else None,
            )


def _covers(sentence: object, span: tuple[Field, int, int]) -> bool:
    field, begin, end = span
    shared = min(end, sentence.end) - max(begin, sentence.start)
    return field is sentence.field and shared > 0 and shared >= min(12, (end - begin) // 2 or 1)


def entries(path: Path) -> tuple[Entry, ...]:
    """Read the watched names of a set."""
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


def labelled(paths: Iterable[Path], watchlist: Path, origin: int) -> Iterator[Row]:
    """Read whole texts in the form of the evaluation sets; names are found by the program's own matcher."""
    matcher = Matcher.compile(entries(watchlist))
    for line in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        d = json.loads(line)
        day = datetime.fromisoformat(d["published"]) if d.get("published") else None
        doc = Document(d["id"], d.get("title") or "", d["text"], published=day, lang=d.get("lang"))
        wanted = set(d["entities"]) | {a["target"] for a in d["actions"]}
        told: list[Told] = []
        for a in d["actions"]:
            field = Field.TEXT if a["evidence"] in doc.text else Field.TITLE
            at = doc.part(field).find(a["evidence"])
            spans = [(field, at, at + len(a["evidence"]))] if at >= 0 else []
            told.append((a["target"], a["action"], a["stage"], bool(a["new"]), spans))
        yield from rows_of(doc, [m for m in matcher.match(doc) if m.entry in wanted], told, origin)


def own_sentences() -> Iterator[Row]:
    """Read tools/corpus/*.txt."""
    for path in sorted((ROOT / "tools" / "corpus").glob("*.txt")):
        for example in corpus.parse(path.read_text(encoding="utf-8").splitlines(), path.stem):
            field = Field.TEXT if example.document.text else Field.TITLE
            told: list[Told] = [
                (x.target, x.action.value, x.stage.value, x.new, [(field, p, p + 12) for p in x.focus])
                for x in example.labels
            ]
            yield from rows_of(example.document, example.matches, told, SENTENCES)


def own_articles() -> Iterator[Row]:
    """Read tools/corpus/articles/*.jsonl."""
    folder = ROOT / "tools" / "corpus" / "articles"
    return labelled(sorted(folder.glob("*.jsonl")), folder / "watchlist.csv", ARTICLES)


class Table:
    """Rows as one sparse matrix of features; each fold weighs it anew from its own training rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        ids: dict[str, int] = {}
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns += sorted({ids.setdefault(name, len(ids)) for name in row.spelled})
            ends.append(len(columns))
        self.names = list(ids)
        self.matrix = sp.csr_matrix(
            (np.ones(len(columns), np.float32), np.array(columns, np.int32), np.array(ends, np.int64)),
            shape=(len(rows), len(ids)),
        )
        groups = list(model.BLOCKS)
        self._group = np.array([groups.index(model.block(name)) for name in ids])
        self._share = np.array(list(model.BLOCKS.values()))
        self.named = np.flatnonzero(self._group == groups.index("name"))
        """the columns of targets' names"""
        numbers: dict[tuple[int, str], int] = {}
        self._doc = np.array([numbers.setdefault((row.origin, row.doc), len(numbers)) for row in rows])
        self._member = sp.csr_matrix(
            (np.ones(len(ids), np.float32), (np.arange(len(ids)), self._group)), shape=(len(ids), len(groups))
        )

    def weighed(self, train: np.ndarray, least: int = 3) -> tuple[sp.csr_matrix, np.ndarray]:
        """Return the matrix in the program's weighing, and each feature's rarity (0: too rare to be learnt).

        A target's name counts by documents, so that no name is learnt from one text that it would explain away.
        """
        count = np.asarray(self.matrix[train].sum(0)).ravel()
        count[self.named] = self._documents(train)
        rarity = np.log((len(train) + 1) / (count + 1)) * (count >= least)
        known = self.matrix @ sp.diags((count >= least).astype(np.float32)) @ self._member
        scale = self._share[None, :] * model.SCALE / np.sqrt(np.maximum(known.toarray(), 1))
        found = (self.matrix @ sp.diags(rarity)).tocsr()
        row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        found.data = found.data * scale[row, self._group[found.indices]]
        return found, rarity

    def shares(self, by_group: Mapping[str, float]) -> np.ndarray:
        """Return by feature what its group counts, 1 for a group that is not told."""
        return np.array([by_group.get(group, 1.0) for group in model.BLOCKS], np.float32)[self._group]

    def _documents(self, train: np.ndarray) -> np.ndarray:
        """Count the documents of each target's name."""
        rows = self.matrix[train][:, self.named].tocoo()
        pairs = np.unique(np.column_stack([self._doc[train][rows.row], rows.col]), axis=0)
        return np.bincount(pairs[:, 1], minlength=len(self.named))
