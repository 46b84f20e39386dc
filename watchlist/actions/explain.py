"""Why a document was read as it was: the cells of a target, what the model says of each, and what weighed most."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from watchlist.actions import features, model
from watchlist.actions.discourse import Cell
from watchlist.actions.extract import Extractor, Reader
from watchlist.actions.rules import Rule
from watchlist.model import Document, Match, Span, Verdict


@dataclass(frozen=True, slots=True)
class Weighed:
    """A feature and what it added, in log-odds."""

    feature: str
    weight: float


@dataclass(frozen=True, slots=True)
class CellReport:
    """One sentence as it bears on a target. ``cues`` are (cue, pattern) pairs; ``rules`` those that fired."""

    target: str
    evidence: Span
    distance: int
    restricted: float
    kind: str
    kind_share: float
    stage: str
    new: float
    cues: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    for_any: tuple[Weighed, ...]
    for_kind: tuple[Weighed, ...]


def explain(extractor: Extractor, document: Document, matches: Sequence[Match]) -> list[CellReport]:
    """Report every sentence that was read for each matched name, in reading order."""
    reader = extractor.reader(document, matches)
    second = model.shipped().second
    found = []
    for match in matches:
        if match.verdict is not Verdict.MATCH:
            continue
        for cell in reader.page.cells.get(match.entry, ()):
            score = reader.score(cell)
            k = max(range(len(model.KINDS)), key=lambda i: score.kinds[i])
            stages = [x + bias[k] for x, bias in zip(score.stages, second.stage_bias, strict=False)]
            s = max(range(len(model.STAGES)), key=lambda i: stages[i])
            reading = reader.readings[cell.line]
            assert reading is not None, "cells are read"
            sentence = reader.page.sentences[cell.line]
            text = document.part(sentence.field)[sentence.start : sentence.end]
            found.append(
                CellReport(
                    match.entry,
                    Span(sentence.field, sentence.start, sentence.end, text),
                    cell.distance,
                    model.sigmoid(score.any),
                    model.KINDS[k],
                    model.sigmoid(score.kinds[k]),
                    model.STAGES[s],
                    model.sigmoid(score.new + second.stage_bias[-1][k]),
                    tuple(dict.fromkeys((hit.cue, hit.pattern) for hit in reading.hits)),
                    tuple(extractor.fired(reader, cell)),
                    _top(reader, cell, "any"),
                    _top(reader, cell, model.KINDS[k]),
                )
            )
    return found


def _top(reader: Reader, cell: Cell, head: str, count: int = 6) -> tuple[Weighed, ...]:
    weights = model.shipped()
    names = features.spell(cell, reader.page, reader.readings, features.topic(reader.readings))
    groups: dict[str, list[tuple[str, float]]] = {}
    for name in names:
        weight = weights.weight(name, head)
        if weight is not None:
            groups.setdefault(model.block(name), []).append((name, weight))
    weighed = [
        Weighed(name, weight * model.BLOCKS[group] / sqrt(len(members)))
        for group, members in groups.items()
        for name, weight in members
    ]
    weighed.sort(key=lambda w: (-abs(w.weight), w.feature))
    return tuple(w for w in weighed[:count] if abs(w.weight) >= 0.02)
