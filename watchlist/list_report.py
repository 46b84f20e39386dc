"""What a round did with one list, and which watched names it found: for commands and the round's report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from watchlist.lists.difference import ListChangeKind
from watchlist.lists.measures import Measure
from watchlist.lists.notice import Notice, Standing
from watchlist.lists.weighing import Hit
from watchlist.model import Verdict


@dataclass(frozen=True, slots=True)
class ListHit:
    """A watched name that a list may mean, as it was stored: what is told of it and where.

    ``via`` is the owner who is listed, when not the name itself.
    """

    entry: str
    list: str
    listed_as: str
    entity_id: str
    standing: Standing
    verdict: Verdict
    score: float
    measures: tuple[Measure, ...]
    why: tuple[str, ...]
    via: str = ""


@dataclass(frozen=True, slots=True)
class ListRun:
    """What one round did with one list.

    ``entities`` is the size of the edition in force, ``changes`` counts them by kind. ``hits`` are the watched names
    found, ``reports`` the event reports stored. ``baseline``: a first edition, nothing of it is news. ``held``: an
    edition waits for a person. ``problem`` is one line; so is ``note``, of what went another way than usual without harm.
    """

    name: str
    entities: int = 0
    changes: tuple[tuple[str, int], ...] = ()
    hits: tuple[ListHit, ...] = ()
    reports: int = 0
    problem: str | None = None
    held: bool = False
    unchanged: bool = False
    baseline: bool = False
    next_due: datetime | None = None
    note: str = ""

    def count(self, kind: ListChangeKind) -> int:
        """Return how many entities changed in this way."""
        return dict(self.changes).get(kind.value, 0)


def hits_of(notices: Iterable[Notice]) -> Iterator[ListHit]:
    """Yield the watched names of the notices, those that a listed owner reaches too."""
    for notice in notices:
        by_name = {hit.asked: hit for hit in (*notice.owners, *notice.hits)}
        for hit in notice.hits:
            yield _hit(notice, hit, hit.asked)
        for one in notice.reached:
            if one.owner in by_name:
                yield _hit(notice, by_name[one.owner], one.entry, one.owner)


def _hit(notice: Notice, hit: Hit, entry: str, via: str = "") -> ListHit:
    return ListHit(
        entry,
        notice.profile.name,
        hit.listed_as,
        notice.entity.id,
        notice.standing,
        hit.verdict,
        hit.score,
        tuple(notice.measures),
        hit.why,
        via,
    )
