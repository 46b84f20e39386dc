"""Screen names against lists: candidates by blocking, then the name comparison, with identifiers deciding first.

An identifier that both sides have (LEI, ISIN, IMO, registration number, ticker …) decides alone when it is the same;
two different ones of a kind that a body has only once speak against. What else is weighed: ``lists.weighing``.

``Screen`` files listed names, for many or few asked names against whole lists; ``Watch`` files the asked names, for
the few entities that an edition brings.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchlist.lists.edition import Edition
from watchlist.lists.weighing import Asked, Hit, by_identifier, by_name, explained, identifier_keys
from watchlist.matching.name_search import Candidate, Effort, NameIndex, search_form
from watchlist.matching.names import prepare, score, threshold
from watchlist.matching.shelf import Shelf
from watchlist.model import ListEntity

__all__ = ["Asked", "Hit", "Screen", "Watch"]


@dataclass(frozen=True, slots=True)
class Care:
    """How carefully candidates are gone through. A group of companies is listed under hundreds of names.

    ``search`` is the candidate search's; those less alike than ``least_like`` are not compared, nor those behind
    ``misses`` in a row that were not the same.
    """

    search: Effort
    least_like: float
    misses: int


SWIFT = Care(Effort(visited=1000, ranked=150), 0.35, 5)
"""For many names: of 10,000 pairs of listed names that are left out under 1 in 100 are one bearer's."""
THOROUGH = Care(Effort(visited=20_000, ranked=400), 0.0, 400)
"""For a few names among what may be them."""

_FEW = 50
_ALL = 1_000_000
_EDGE = 3


class Screen:
    """Lists filed for screening. Build once an edition, share between threads, never mutate."""

    def __init__(
        self,
        editions: Iterable[Edition],
        care: Care = SWIFT,
        near: "Nearby | None" = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._care = care
        self._rows: list[tuple[str, ListEntity, int]] = []
        self._by_identifier: dict[tuple[str, str], list[tuple[str, ListEntity]]] = {}
        for edition in editions:
            for found in edition.entities.values():
                self._rows.extend(
                    (edition.name, found, at)
                    for at, name in enumerate(found.names)
                    if near is None or near.may_be(name.name)
                )
                for key in identifier_keys(found.identifiers):
                    self._by_identifier.setdefault(key, []).append((edition.name, found))
        texts = (entity.names[at].name for _, entity, at in self._rows)
        self._index = NameIndex.build(texts, least_full=_ALL) if near else NameIndex.build(texts, shelf=shelf)

    @classmethod
    def for_asked(
        cls, editions: Iterable[Edition], asked: Sequence[Asked], shelf: Shelf | None = None
    ) -> "Screen":
        """File only what any of a few asked names can be: to look one name up takes a fraction of the time.

        For many names all is filed, and kept on the ``shelf`` for the next time.
        """
        return cls(editions, THOROUGH, Nearby(asked)) if len(asked) <= _FEW else cls(editions, shelf=shelf)

    def __len__(self) -> int:
        """Return how many names are filed."""
        return len(self._rows)

    def hits(self, asked: Asked, least: float | None = None) -> list[Hit]:
        """Return the hits from ``least`` (default: the comparison's threshold) on, one an entity, best first."""
        bound = threshold() if least is None else least
        return _best((*self._same_identifier(asked), *self._same_name(asked, bound)))

    def _same_identifier(self, asked: Asked) -> Iterator[Hit]:
        for key in identifier_keys(asked.identifiers):
            for name, found in self._by_identifier.get(key, ()):
                hit = by_identifier(asked, name, found)
                if hit:
                    yield hit

    def _same_name(self, asked: Asked, bound: float) -> Iterator[Hit]:
        for name in asked.names:
            found = self._index.search(name, self._care.search.ranked, self._care.search)
            listed = [self._rows[c.position] for c in found]
            texts = [entity.names[at].name for _, entity, at in listed]
            for place, value in _compared(name, found, texts, bound, self._care):
                list_name, entity, at = listed[place]
                hit = by_name(asked, name, list_name, entity, at, value)
                if hit.score >= bound:
                    yield hit


class Nearby:
    """Tells quickly which listed names have anything in common with a few asked ones: the beginning or the end of a
    word, or of the whole name. What shares neither is filed under no key that a search would look at."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        forms = [search_form(name) for one in asked for name in one.names]
        words = {word for form in forms for word in (*form, "".join(form)) if word}
        self._beginnings = frozenset(word[:_EDGE] for word in words)
        self._ends = frozenset(word[-_EDGE:] for word in words)
        beginnings, ends = ("|".join(map(re.escape, sorted(part))) for part in (self._beginnings, self._ends))
        self._plain = re.compile(f"(?<![a-z0-9])(?:{beginnings})|(?:{ends})(?![a-z0-9])", re.IGNORECASE)

    def may_be(self, name: str) -> bool:
        """Say whether a listed name can be one of the asked ones."""
        if name.isascii():
            return self._plain.search(name.replace("'", "")) is not None
        form = search_form(name)
        return any(
            word[:_EDGE] in self._beginnings or word[-_EDGE:] in self._ends for word in (*form, "".join(form))
        )


class Watch:
    """Asked names filed for screening what an edition brings. Build once a watchlist, share, never mutate."""

    def __init__(self, asked: Iterable[Asked], care: Care = SWIFT, shelf: Shelf | None = None) -> None:
        self._care = care
        self._rows: list[tuple[Asked, str]] = []
        self._by_identifier: dict[tuple[str, str], list[Asked]] = {}
        for one in asked:
            self._rows.extend((one, name) for name in one.names)
            for key in identifier_keys(one.identifiers):
                self._by_identifier.setdefault(key, []).append(one)
        self._index = NameIndex.build((name for _, name in self._rows), shelf=shelf)

    def hits(self, list_name: str, entity: ListEntity, least: float | None = None) -> list[Hit]:
        """Return who of the watched an entity may be, one hit a watched name, best first."""
        bound = threshold() if least is None else least
        return _best((*self._same_identifier(list_name, entity), *self._same_name(list_name, entity, bound)))

    def _same_identifier(self, list_name: str, entity: ListEntity) -> Iterator[Hit]:
        for key in identifier_keys(entity.identifiers):
            for asked in self._by_identifier.get(key, ()):
                hit = by_identifier(asked, list_name, entity)
                if hit:
                    yield hit

    def _same_name(self, list_name: str, entity: ListEntity, bound: float) -> Iterator[Hit]:
        for at, listed in enumerate(entity.names):
            found = self._index.search(listed.name, self._care.search.ranked, self._care.search)
            rows = [self._rows[c.position] for c in found]
            for place, value in _compared(listed.name, found, [name for _, name in rows], bound, self._care):
                asked, name = rows[place]
                hit = by_name(asked, name, list_name, entity, at, value)
                if hit.score >= bound:
                    yield hit


def _compared(
    name: str, candidates: Sequence[Candidate], texts: Sequence[str], bound: float, care: Care
) -> Iterator[tuple[int, float]]:
    """Yield (place, score) of the candidates that are the same by their names, from the most alike on."""
    taken = prepare(name)
    known: dict[str, float] = {}
    misses = 0
    for place, (candidate, text) in enumerate(zip(candidates, texts, strict=True)):
        if candidate.likeness < care.least_like or misses >= care.misses:
            break
        if text not in known:
            known[text] = score(taken, prepare(text))
        if known[text] >= bound:
            misses = 0
            yield place, known[text]
        else:
            misses += 1


def _best(hits: Iterable[Hit]) -> list[Hit]:
    """Return the best hit of each pair of asked name and entity, explained, best first."""
    best: dict[tuple[str, str, str], Hit] = {}
    for hit in hits:
        key = (hit.asked, hit.list, hit.entity.id)
        if key not in best or hit.rank > best[key].rank:
            best[key] = hit
    ordered = sorted(
        best.values(), key=lambda hit: (not hit.rank[0], -hit.score, hit.list, hit.entity.id, hit.asked)
    )
    return [explained(hit) for hit in ordered]
