"""Which watched names a step on some persons reaches through ownership, and what an alert says of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from watchlist.entry_list import owned
from watchlist.model import Entry
from watchlist.ownership.holdings import Holding, Register, aliases_of, holdings_of, key_of
from watchlist.ownership.rules import rules
from watchlist.ownership.shares import Ownership, Standing

#: News rarely say under which rule; half or more, added up, is what most of them ask.
_RULE = "ofac-50"
_MOST_DAYS = 64


@dataclass(frozen=True, slots=True)
class Reached:
    """A watched name that a step on ``owner`` reaches.

    ``share`` is what the persons of the step hold of it as the rule counts it, in percent; None when a share on
    the way is not known and may be large enough. ``indirect``: some of it through others. ``owner`` is the person
    with the largest part.
    """

    entry: str
    owner: str
    share: float | None
    indirect: bool


class Passing:
    """The ownership behind a watchlist. Build once, share between threads: answers do not change."""

    def __init__(self, entries: Sequence[Entry], holdings: Iterable[Holding] = ()) -> None:
        self._holdings = (*holdings_of(owned(entries)), *holdings)
        kept = tuple(entries) if self._holdings else ()
        self._aliases = aliases_of(kept)
        self._names = [entry.name for entry in kept]
        self._dated = any(held.since or held.until for held in self._holdings)
        self._registers: dict[date | None, Register] = {}

    def unwatched_owners(self) -> tuple[str, ...]:
        """Return who owns watched names, directly or through others, without being watched; sorted.

        A text may speak of them only, and what is done to them reaches the watched names.
        """
        if not self._holdings:
            return ()
        owners: dict[str, list[str]] = {}
        for held in self._holdings:
            owners.setdefault(key_of(held.owned), []).append(held.owner)
        found: dict[str, str] = {}
        walk = [*self._names, *self._aliases]
        for name in walk:  # grows while it is walked
            for owner in owners.pop(key_of(name), ()):
                found.setdefault(key_of(owner), owner)
                walk.append(owner)
        return tuple(sorted(name for key, name in found.items() if key not in self._aliases))

    def reached(self, persons: Iterable[str], day: date | None) -> list[Reached]:
        """Return the watched names that a step on these persons reaches on a day, in the order of the watchlist."""
        if not self._holdings:
            return []
        register = self._register(day)
        roots = {register.key(name): name for name in persons}
        if not any(root in register.owned for root in roots):
            return []
        rule = rules()[_RULE]
        whole = Ownership(register, roots.values(), rule)
        touched = whole.touched()
        names = [name for name in self._names if register.key(name) in touched]
        single = {name: Ownership(register, [name], rule) for name in roots.values()} if names else {}
        answers = []
        for name in names:
            found = whole.assess(name)
            parts = {person: one.assess(name) for person, one in single.items()}
            behind = (person for person, part in parts.items() if part.at_most > 0 or part.multiplied > 0)
            first = min(
                behind,
                key=lambda person: (-parts[person].counted, -parts[person].multiplied, person),
                default=next(iter(roots.values())),
            )
            sure = found.standing is Standing.REACHED
            answers.append(
                Reached(
                    entry=name,
                    owner=first,
                    share=round(found.counted, 2) if sure else None,
                    indirect=found.direct < found.counted if sure else not _direct(register, name, roots),
                )
            )
        return answers

    def _register(self, day: date | None) -> Register:
        """Return a day's register; without dated holdings all days are one."""
        wanted = day if self._dated else None
        found = self._registers.get(wanted)
        if found is None:
            found = Register.on(wanted, self._holdings, self._aliases)
            if len(self._registers) < _MOST_DAYS:
                self._registers[wanted] = found
        return found


def _direct(register: Register, name: str, roots: Iterable[str]) -> bool:
    return bool({register.key(stake.owner) for stake in register.owners_of(name)} & set(roots))
