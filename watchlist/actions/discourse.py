"""Where a text speaks of a target: sentences that name it, and those that go on about it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchlist.actions import small_words
from watchlist.actions.sentences import Sentence, split
from watchlist.actions.tokens import Token, tokenise, words
from watchlist.model import Document, Field, Match

REACH = 3
"""How many sentences after a mention may go on about the target without naming it."""

LEAD = 60
"""How many tokens of the sentence that opens a list its items inherit."""

_LONGEST_ITEM = 400

_OPENS = re.compile(r"[:：][^\S\n]{0,9}(?:\n|\Z)")
"""A line that ends with a colon."""

_NOBODY: frozenset[str] = frozenset()

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
    first: int
    """the number of the first sentence of the text, behind those of the title"""
    leads: Mapping[int, int]
    """the sentence that opens the list, by the items that we read"""
    cells: Mapping[str, tuple[Cell, ...]]


def read(document: Document, matches: Sequence[Match]) -> Page:
    """Lay out a document around the mentions in ``matches``."""
    mentions = sorted(
        {(m.field is Field.TEXT, m.start, m.end, m.entry) for match in matches for m in match.mentions}
    )
    # Where a list is opened its items may be far from what opens it.
    near = None if _OPENS.search(document.text) else [start for in_text, start, _, _ in mentions if in_text]
    sentences = [*split(document.title, Field.TITLE), *split(document.text, Field.TEXT, near)]
    spans: list[list[tuple[int, int, str]]] = [[] for _ in sentences]
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
    named = [frozenset(entry for _, _, entry in found) if found else _NOBODY for found in spans]
    places: dict[str, list[int]] = {}
    for index, names in enumerate(named):
        for entry in sorted(names):
            places.setdefault(entry, []).append(index)
    leads = _leads(document, sentences, bool(mentions))
    cells: dict[str, tuple[Cell, ...]] = {}
    wanted: set[int] = set()
    for entry in dict.fromkeys(match.entry for match in matches):
        found: list[Cell] = []
        last = -REACH - 1
        for index in places.get(entry, ()):
            _follow(entry, last, index, named, sentences, leads, found)
            found.append(Cell(entry, index, 0, len(named[index]) == 1))
            last = index
            if len(found) >= MOST_CELLS:
                break
        else:
            _follow(entry, last, len(sentences), named, sentences, leads, found)
        cells[entry] = tuple(found[:MOST_CELLS])
        for cell in cells[entry]:
            wanted.update((cell.line - 1, cell.line, cell.line + 1))
    if sentences and sentences[0].field is Field.TITLE:
        wanted.add(0)
    lines: list[Line | None] = [None] * len(sentences)
    for index in wanted:
        if 0 <= index < len(sentences):
            lead = sentences[leads[index]] if index in leads else None
            lines[index] = _line(index, sentences[index], document, spans[index], named[index], lead)
    first = next((n for n, s in enumerate(sentences) if s.field is Field.TEXT), len(sentences))
    return Page(tuple(lines), tuple(sentences), first, leads, cells)


def _leads(document: Document, sentences: Sequence[Sentence], needed: bool) -> dict[int, int]:
    """Find lists: a sentence that ends with a colon, and the lines behind it up to the next full sentence.

    A mere heading ("Defence sector:") tells nothing; the sentence above it opens the list.
    """
    found: dict[int, int] = {}
    lead: int | None = None
    text = document.text
    for index, sentence in enumerate(sentences if needed else ()):
        if sentence.field is not Field.TEXT:
            continue
        if text[sentence.end - 1] in ":：":
            if _speaks(text[sentence.start : sentence.end]) or (lead is None and not index):
                lead = index
            else:
                lead = index - 1 if lead is None else lead
                found[index] = lead
        elif lead is not None:
            if _is_item(text, sentence):
                found[index] = lead
            else:
                lead = None
    return found


def _speaks(heading: str) -> bool:
    openers = small_words.list_openers()
    return len(heading) > 160 or any(word in openers for word in words(heading))


def _is_item(text: str, sentence: Sentence) -> bool:
    start, end = sentence.start, sentence.end
    line = text.rfind("\n", max(0, start - 2000), start) + 1
    if text[line:start].strip(" \t-•*–—·▪"):
        return True  # goes on in the line of an item
    if text[start] in "-•*–—·▪(" or text[start].isdigit() or text.count(";", start, end) > 1:
        return True
    return end - start < _LONGEST_ITEM and (
        text[end - 1] not in ".!?。！？؟" or text[end - 2 : end] in (").", "].")
    )


def _follow(
    entry: str,
    last: int,
    until: int,
    named: Sequence[frozenset[str]],
    sentences: Sequence[Sentence],
    leads: Mapping[int, int],
    found: list[Cell],
) -> None:
    """Add the sentences after a mention that may go on about it."""
    if last < 0:
        return
    alone = len(named[last]) == 1
    for index in range(last + 1, min(until, last + REACH + 1)):
        if sentences[index].field is not sentences[last].field and index - last > 1:
            return
        if index in leads:  # the next item of a list is about somebody else
            return
        alone = alone and not named[index]
        found.append(Cell(entry, index, index - last, alone))


def _line(
    index: int,
    sentence: Sentence,
    document: Document,
    spans: Sequence[tuple[int, int, str]],
    names: frozenset[str],
    lead: Sentence | None,
) -> Line:
    text = document.part(sentence.field)[sentence.start : sentence.end]
    tokens = tokenise(text, spans)
    if lead is not None:
        head = document.part(lead.field)[lead.start : lead.end]
        tokens = [*tokenise(head, [])[-LEAD:], *tokens]
    return Line(index, sentence, tuple(tokens), names)
