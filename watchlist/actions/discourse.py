"""Where a text speaks of a target: sentences that name it, and those that go on about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchlist.actions.sentences import Sentence, split
from watchlist.actions.tokens import Token, tokenise
from watchlist.model import Document, Field, Match

REACH = 3
"""How many sentences after a mention may go on about the target without naming it."""

MOST_CELLS = 24
"""How many sentences are read for one target in one document."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its tokens; ``names`` are the watched entries in it."""

    index: int
    sentence: Sentence
    tokens: tuple[Token, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A sentence as it bears on one target: ``distance`` 0 names it, n is n sentences after it was named.

    ``alone`` tells that no other watched name stands in the sentence or between.
    """

    target: str
    line: int
    distance: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A document as sentences, only those near a watched name being tokenised (others are None)."""

    lines: tuple[Line | None, ...]
    sentences: tuple[Sentence, ...]
    cells: Mapping[str, tuple[Cell, ...]]


def read(document: Document, matches: Sequence[Match]) -> Page:
    """Lay out a document around the mentions in ``matches``."""
    sentences = [*split(document.title, Field.TITLE), *split(document.text, Field.TEXT)]
    spans: list[list[tuple[int, int, str]]] = [[] for _ in sentences]
    mentions = sorted(
        {(m.field is Field.TEXT, m.start, m.end, m.entry) for match in matches for m in match.mentions}
    )
    at = 0
    for in_text, start, end, entry in mentions:
        field = Field.TEXT if in_text else Field.TITLE
        while at < len(sentences) and (
            (sentences[at].field is not field and in_text)
            or (sentences[at].field is field and sentences[at].end <= start)
        ):
            at += 1
        if at == len(sentences):
            break
        sentence = sentences[at]
        if sentence.field is field and sentence.start <= start:
            spans[at].append((start - sentence.start, min(end, sentence.end) - sentence.start, entry))
    named = [frozenset(entry for _, _, entry in found) for found in spans]
    cells: dict[str, tuple[Cell, ...]] = {}
    wanted: set[int] = set()
    for entry in dict.fromkeys(match.entry for match in matches):
        found: list[Cell] = []
        last = -REACH - 1
        for index in [i for i, names in enumerate(named) if entry in names]:
            _follow(entry, last, index, named, sentences, found)
            found.append(Cell(entry, index, 0, len(named[index]) == 1))
            last = index
            if len(found) >= MOST_CELLS:
                break
        else:
            _follow(entry, last, len(sentences), named, sentences, found)
        cells[entry] = tuple(found[:MOST_CELLS])
        for cell in cells[entry]:
            wanted.update((cell.line - 1, cell.line, cell.line + 1))
    if sentences and sentences[0].field is Field.TITLE:
        wanted.add(0)
    lines = tuple(
        _line(index, sentence, document, spans[index], named[index]) if index in wanted else None
        for index, sentence in enumerate(sentences)
    )
    return Page(lines, tuple(sentences), cells)


def _follow(
    entry: str,
    last: int,
    until: int,
    named: Sequence[frozenset[str]],
    sentences: Sequence[Sentence],
    found: list[Cell],
) -> None:
    """Add the sentences after a mention that may go on about it."""
    if last < 0:
        return
    alone = len(named[last]) == 1
    for index in range(last + 1, min(until, last + REACH + 1)):
        if sentences[index].field is not sentences[last].field and index - last > 1:
            return
        alone = alone and not named[index]
        found.append(Cell(entry, index, index - last, alone))


def _line(
    index: int,
    sentence: Sentence,
    document: Document,
    spans: Sequence[tuple[int, int, str]],
    names: frozenset[str],
) -> Line:
    text = document.part(sentence.field)[sentence.start : sentence.end]
    return Line(index, sentence, tuple(tokenise(text, spans)), names)
