"""Bare lists of names: what one sentence says of all of them.

"The President listed the following entities: … Alpha Group; Beta Co., Ltd.; Gamma Corporation …": an item holds
nothing but the name, so that kind, stage and news differ between the items only by chance. They are settled once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from watchlist.actions import small_words
from watchlist.actions.decision import Decision
from watchlist.actions.discourse import Cell, Page
from watchlist.model import Document

LEAST = 3
"""How many names of one list must be told of before the list speaks as a whole."""

_SEPARATORS = ";；、"

_PARTICLE = 3
"""Small letters within a name are words of this length at most: of, and, für, de, a.k.a."""


def opener(page: Page, cell: Cell, document: Document) -> int | None:
    """Return the sentence that opens the bare list in which a cell's name stands, or None."""
    lead = page.leads.get(cell.line) if cell.distance == 0 else None
    return lead if lead is not None and _is_bare(page, cell, document) else None


def _is_bare(page: Page, cell: Cell, document: Document) -> bool:
    """Tell whether an item holds names only; a bullet that tells a story of its own is none."""
    sentence = page.sentences[cell.line]
    item = document.part(sentence.field)[sentence.start : sentence.end]
    if sum(item.count(mark) for mark in _SEPARATORS) > 1:
        return True
    words = [word.strip("-–—•*·▪().,;:“”\"'") for word in item.split()]
    links = small_words.list_links()
    return all(not word or not word[0].islower() or word in links or len(word) <= _PARTICLE for word in words)


def settle(
    decided: Mapping[str, Sequence[Decision]], page: Page, document: Document
) -> Mapping[str, tuple[Decision, ...]]:
    """Return the answers with those that rest on one bare list agreeing: the kind, stage and news most told in it.

    Where most names of a list are told of, the others in it are told of alike.
    """
    lists: dict[int, dict[tuple[str, int], Decision]] = {}
    for target, answers in decided.items():
        for place, answer in enumerate(answers):
            lead = opener(page, page.cells[target][answer.cell], document)
            if lead is not None:
                lists.setdefault(lead, {})[target, place] = answer
    agreed: dict[tuple[str, int], Decision] = {}
    joined: dict[str, Decision] = {}
    for lead, told in lists.items():
        targets = {target for target, _ in told}
        if len(targets) >= LEAST:
            kind, stage, new = _most_told(told.values())
            agreed |= {at: replace(answer, kind=kind, stage=stage, new=new) for at, answer in told.items()}
            untold = _untold(decided, page, document, lead)
            if len(untold) < len(targets):
                least = replace(
                    min(told.values(), key=lambda answer: answer.confidence), kind=kind, stage=stage, new=new
                )
                joined |= {target: replace(least, cell=cell) for target, cell in untold.items()}
    return {
        target: (joined[target],)
        if target in joined
        else _once(agreed.get((target, place), answer) for place, answer in enumerate(answers))
        for target, answers in decided.items()
    }


def _untold(
    decided: Mapping[str, Sequence[Decision]], page: Page, document: Document, lead: int
) -> dict[str, int]:
    """Return the names of a list without any answer, each with the place of its cell there."""
    found: dict[str, int] = {}
    for target, answers in decided.items():
        for place, cell in enumerate(() if answers else page.cells.get(target, ())):
            if page.leads.get(cell.line) == lead and opener(page, cell, document) == lead:
                found.setdefault(target, place)
    return found


def _once(answers: Iterable[Decision]) -> tuple[Decision, ...]:
    kept: dict[tuple[str, str], Decision] = {}
    for answer in answers:
        kept.setdefault((answer.kind, answer.stage), answer)
    return tuple(kept.values())


def _most_told(answers: Iterable[Decision]) -> tuple[str, str, bool]:
    told = list(answers)
    kind = _weightiest((answer.kind, answer.confidence) for answer in told)
    of_kind = [answer for answer in told if answer.kind == kind]
    stage = _weightiest((answer.stage, answer.confidence) for answer in of_kind)
    news = sum(1 if answer.new else -1 for answer in of_kind)
    return kind, stage, news >= 0


def _weightiest(votes: Iterable[tuple[str, float]]) -> str:
    total: dict[str, float] = {}
    for name, weight in votes:
        total[name] = total.get(name, 0.0) + weight
    return min(total, key=lambda name: (-total[name], name))
