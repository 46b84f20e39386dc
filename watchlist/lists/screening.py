"""Screen names against lists: candidates by blocking, then the name comparison, with identifiers deciding first.

An identifier that both sides have (LEI, ISIN, IMO, registration number, ticker …) decides alone when it is the same;
two different ones of a kind that a body has only once speak against. A weak alias counts only when spelt the same,
and less. A country in common is support, none in common is not held against a hit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from watchlist.lists.edition import Edition
from watchlist.matching.name_search import Effort, NameIndex
from watchlist.matching.names import compare, prepare, score, threshold
from watchlist.matching.names_tokens import Name
from watchlist.model import ListEntity, NameStrength

_UNIQUE = frozenset({"LEI", "IMO", "USCC", "UN"})
"""Kinds of identifier of which one bearer has one."""
_WEAK_FACTOR = 0.6
_SUPPORT = 0.05
_COMPARED = 16
"""Candidates of one name that are compared in full."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is screened: a name with its aliases, and identifiers (``LEI:…``) and countries where known."""

    name: str
    aliases: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed entity that the asked name may be. ``score`` in [0, 1]; ``why`` for a person, most telling first.

    ``asked_as`` is the name or alias that hit (empty when an identifier did), ``listed_as`` the listed name it hit.
    """

    asked: str
    asked_as: str
    list: str
    entity: ListEntity
    listed_as: str
    score: float
    why: tuple[str, ...]


class Screen:
    """Lists filed for screening. Build once an edition, share between threads, never mutate."""

    def __init__(self, editions: Iterable[Edition], effort: Effort | None = None) -> None:
        self._effort = effort or Effort(visited=500, ranked=80)
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
        best: dict[tuple[str, str], Hit] = {}
        for hit in (*self._same_identifier(asked), *self._same_name(asked, bound)):
            key = (hit.list, hit.entity.id)
            if key not in best or hit.score > best[key].score:
                best[key] = hit
        ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.list, hit.entity.id))
        return [_explained(hit) for hit in ordered]

    def _same_identifier(self, asked: Asked) -> Iterator[Hit]:
        for identifier in asked.identifiers:
            for name, found in self._by_identifier.get(identifier.casefold(), ()):
                yield Hit(asked.name, "", name, found, found.names[0].name, 1.0, (f"the same {identifier}",))

    def _same_name(self, asked: Asked, bound: float) -> Iterator[Hit]:
        """Yield hits whose ``why`` holds only what speaks beside the names; the names are explained at the end."""
        seen: dict[str, float] = {}
        for name in dict.fromkeys((asked.name, *asked.aliases)):
            taken = prepare(name)
            seen.clear()
            for candidate in self._index.search(name, _COMPARED, self._effort):
                list_name, found, at = self._rows[candidate.position]
                listed = found.names[at].name
                if listed not in seen:
                    seen[listed] = score(taken, prepare(listed))
                if seen[listed] >= bound:
                    hit = _judge(asked, name, taken, list_name, found, at, seen[listed])
                    if hit.score >= bound:
                        yield hit


def _explained(hit: Hit) -> Hit:
    if not hit.asked_as:
        return hit
    return replace(hit, why=(*compare(hit.asked_as, hit.listed_as).why, *hit.why))


def _judge(
    asked: Asked, name: str, taken: Name, list_name: str, found: ListEntity, at: int, value: float
) -> Hit:
    """Weigh what stands beside the names: the alias's strength, identifiers, countries."""
    listed, why = found.names[at], []
    if listed.strength is NameStrength.WEAK:
        same = prepare(listed.name).compact == taken.compact
        value *= _WEAK_FACTOR if same else 0.0
        why.append("a weak alias: too common to rest on alone")
    clash = _clash(asked.identifiers, found.identifiers)
    if clash:
        value *= 0.3
        why.append(f"different {clash}")
    if {c.casefold() for c in asked.countries} & {c.casefold() for c in found.countries}:
        value = min(1.0, value + _SUPPORT)
        why.append("a country in common")
    return Hit(asked.name, name, list_name, found, listed.name, round(value, 4), tuple(why))


def _clash(asked: Iterable[str], listed: Iterable[str]) -> str:
    """Return the kind of identifier in which both sides have one and not the same, or an empty string."""
    one, two = _by_kind(asked), _by_kind(listed)
    return next((kind for kind in sorted(_UNIQUE & one.keys() & two.keys()) if not one[kind] & two[kind]), "")


def _by_kind(identifiers: Iterable[str]) -> Mapping[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for identifier in identifiers:
        kind, _, value = identifier.partition(":")
        kinds.setdefault(kind.upper(), set()).add(value.casefold())
    return kinds
