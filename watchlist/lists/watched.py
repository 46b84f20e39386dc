"""A watchlist as lists are screened for it: its names, and the owners behind them that need not be watched. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from watchlist.lists.notice import Notice
from watchlist.lists.screening import Watch
from watchlist.lists.weighing import Asked
from watchlist.matching.shelf import Shelf
from watchlist.model import Entry, Verdict
from watchlist.ownership.holdings import Holding, aliases_of, holdings_of, key_of
from watchlist.ownership.passing import Passing

_MOST_OWNERS = 200
"""So many owners of a whole register are looked up for a few names; of more only those that the names themselves tell."""


class Watched:
    """Build once a watchlist and register; never mutated. A ``shelf`` keeps the names as filed for the next process."""

    def __init__(
        self, entries: Iterable[Entry], holdings: Iterable[Holding] = (), shelf: Shelf | None = None
    ) -> None:
        self._shelf = shelf
        self.entries = tuple(entries)
        self._names = frozenset(entry.name for entry in self.entries)
        kept = tuple(holdings)
        self._passing = Passing(self.entries, kept)
        known = aliases_of(self.entries)
        owners = (held.owner for held in (*holdings_of(self.entries), *kept))
        self._owners = {key_of(owner): owner for owner in owners if key_of(owner) not in known}

    @cached_property
    def watch(self) -> Watch:
        """Return names and owners filed for the few entities that an edition brings."""
        return Watch(self.asked(self.entries), shelf=self._shelf)

    def asked(self, entries: Sequence[Entry]) -> list[Asked]:
        """Return what is looked up for these entries: their names, and the owners behind them."""
        owners = self._owners
        if len(owners) > _MOST_OWNERS and len(entries) < len(self.entries):
            told = {key_of(owner.name) for entry in entries for owner in entry.owners}
            owners = {key: name for key, name in owners.items() if key in told}
        return [*map(Asked.of, entries), *(Asked(name) for name in owners.values())]

    def told(self, notice: Notice, day: date | None, only: Collection[str] | None = None) -> Notice | None:
        """Return the notice with the watched names that the listed persons own, or None when it tells nobody anything.

        What is only possibly an owner reaches nobody. ``only`` keeps to these watched names.
        """
        hit_names = {hit.asked for hit in notice.hits}
        sure = [hit.asked for hit in notice.hits if hit.verdict is Verdict.MATCH]
        mine = [
            hit for hit in notice.hits if hit.asked in self._names and (only is None or hit.asked in only)
        ]
        reached = tuple(
            one
            for one in self._passing.reached(sure, day)
            if one.entry not in hit_names and (only is None or one.entry in only)
        )
        owners = {one.owner for one in reached}
        through = [hit for hit in notice.hits if hit.asked in owners and hit not in mine]
        if not mine and not reached:
            return None
        return replace(notice, hits=mine, owners=through, reached=reached)
