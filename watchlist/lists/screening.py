"""Screen names against lists: candidates by blocking, then the name comparison, with identifiers deciding first.

An identifier that both sides have (LEI, ISIN, IMO, registration number, ticker …) decides alone when it is the same;
two different ones of a kind that a body has only once speak against. What else is weighed: ``lists.weighing``.

``Screen`` files listed names, for many or few asked names against whole lists; ``Watch`` files the asked names, for
the few entities that an edition brings.
"""

from collections.abc import Iterable, Iterator, Sequence

from watchlist.lists.edition import Edition
from watchlist.lists.weighing import Asked, Hit, by_identifier, by_name, explained
from watchlist.matching.name_search import Candidate, Effort, NameIndex
from watchlist.matching.names import prepare, score, threshold
from watchlist.model import ListEntity

__all__ = ["Asked", "Hit", "Screen", "Watch"]

_COMPARED = 16
"""Candidates of one name that are compared in full."""
_LEAST_LIKE = 0.35
"""Candidates less alike are not compared: of 10,000 such pairs of listed names under 1 in 100 are one bearer's."""
_MOST_MISSES = 6
"""After so many candidates in a row that are not the same, the less alike ones behind them are not compared."""
_EFFORT = Effort(visited=500, ranked=80)


class Screen:
    """Lists filed for screening. Build once an edition, share between threads, never mutate."""

    def __init__(self, editions: Iterable[Edition], effort: Effort = _EFFORT) -> None:
        self._effort = effort
        self._rows: list[tuple[str, ListEntity, int]] = []
        self._by_identifier: dict[str, list[tuple[str, ListEntity]]] = {}
        for edition in editions:
            for found in edition.entities.values():
                self._rows.extend((edition.name, found, at) for at in range(len(found.names)))
                for identifier in found.identifiers:
                    self._by_identifier.setdefault(identifier.casefold(), []).append((edition.name, found))
        self._index = NameIndex.build(entity.names[at].name for _, entity, at in self._rows)

    def __len__(self) -> int:
        """Return how many names are filed."""
        return len(self._rows)

    def hits(self, asked: Asked, least: float | None = None) -> list[Hit]:
        """Return the hits from ``least`` (default: the comparison's threshold) on, one an entity, best first."""
        bound = threshold() if least is None else least
        return _best((*self._same_identifier(asked), *self._same_name(asked, bound)))

    def _same_identifier(self, asked: Asked) -> Iterator[Hit]:
        for identifier in asked.identifiers:
            for name, found in self._by_identifier.get(identifier.casefold(), ()):
                hit = by_identifier(asked, name, found)
                if hit:
                    yield hit

    def _same_name(self, asked: Asked, bound: float) -> Iterator[Hit]:
        for name in asked.names:
            found = self._index.search(name, _COMPARED, self._effort)
            listed = [self._rows[c.position] for c in found]
            texts = [entity.names[at].name for _, entity, at in listed]
            for place, value in _compared(name, found, texts, bound):
                list_name, entity, at = listed[place]
                hit = by_name(asked, name, list_name, entity, at, value)
                if hit.score >= bound:
                    yield hit


class Watch:
    """Asked names filed for screening what an edition brings. Build once a watchlist, share, never mutate."""

    def __init__(self, asked: Iterable[Asked], effort: Effort = _EFFORT) -> None:
        self._effort = effort
        self._rows: list[tuple[Asked, str]] = []
        self._by_identifier: dict[str, list[Asked]] = {}
        for one in asked:
            self._rows.extend((one, name) for name in one.names)
            for identifier in one.identifiers:
                self._by_identifier.setdefault(identifier.casefold(), []).append(one)
        self._index = NameIndex.build(name for _, name in self._rows)

    def hits(self, list_name: str, entity: ListEntity, least: float | None = None) -> list[Hit]:
        """Return who of the watched an entity may be, one hit a watched name, best first."""
        bound = threshold() if least is None else least
        return _best((*self._same_identifier(list_name, entity), *self._same_name(list_name, entity, bound)))

    def _same_identifier(self, list_name: str, entity: ListEntity) -> Iterator[Hit]:
        for identifier in entity.identifiers:
            for asked in self._by_identifier.get(identifier.casefold(), ()):
                hit = by_identifier(asked, list_name, entity)
                if hit:
                    yield hit

    def _same_name(self, list_name: str, entity: ListEntity, bound: float) -> Iterator[Hit]:
        for at, listed in enumerate(entity.names):
            found = self._index.search(listed.name, _COMPARED, self._effort)
            rows = [self._rows[c.position] for c in found]
            for place, value in _compared(listed.name, found, [name for _, name in rows], bound):
                asked, name = rows[place]
                hit = by_name(asked, name, list_name, entity, at, value)
                if hit.score >= bound:
                    yield hit


def _compared(
    name: str, candidates: Sequence[Candidate], texts: Sequence[str], bound: float
) -> Iterator[tuple[int, float]]:
    """Yield (place, score) of the candidates that are the same by their names, from the most alike on."""
    taken = prepare(name)
    known: dict[str, float] = {}
    misses = 0
    for place, (candidate, text) in enumerate(zip(candidates, texts, strict=True)):
        if candidate.likeness < _LEAST_LIKE or misses >= _MOST_MISSES:
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
