"""What share of a name do restricted persons hold: directly, through others, and together? Pure.

Three figures, in percent:

* **direct**: what restricted persons themselves hold;
* **counted**: what the rule adds up. Whatever is restricted by the rule counts with all that it holds (50 % of a
  half counts as 50 %, not 25 %), whatever is not counts with nothing. Computed as the least set that contains the
  restricted persons and everything in which members of the set hold enough: cycles and long chains need no
  special case, and the order of the data does not matter;
* **multiplied**: the economic interest along all chains (62 % of 70 % is 43.4 %), cycles included: it says what
  "indirectly" amounts to, but decides nothing.

Unknown shares count as nothing in ``counted``, and as all that nobody else is known to hold in ``at_most``: where
the two disagree about the threshold the answer is UNCLEAR.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watchlist.ownership.holdings import Holding, Register, Stake
from watchlist.ownership.rules import Rule

_ROUNDS = 500
_SETTLED = 1e-9


class Standing(StrEnum):
    """Where a name stands under a rule."""

    LISTED = "restricted itself"
    REACHED = "restricted through its owners"
    UNCLEAR = "unclear: shares are not known"
    FREE = "not restricted through its owners"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one name under one rule, in percent.

    ``together`` is what all restricted owners hold when added up: equal to ``counted`` where the rule aggregates,
    else ``counted`` is the largest of one person. ``by`` are the restricted persons behind it, ``control`` whether
    control rather than a share decides. ``overfull``: the known shares add up to more than 100.
    """

    name: str
    standing: Standing
    counted: float
    at_most: float
    together: float
    direct: float
    multiplied: float
    by: tuple[str, ...]
    control: bool
    overfull: bool


class Ownership:
    """The answers for one register, one set of restricted persons and one rule. Build once, ask often."""

    def __init__(self, register: Register, restricted: Iterable[str], rule: Rule) -> None:
        self.register = register
        self.rule = rule
        self.roots = frozenset(register.key(name) for name in restricted)
        groups = [self.roots] if rule.aggregate else [frozenset({root}) for root in sorted(self.roots)]
        self._sure = [self._reach(group, unknown=False) for group in groups]
        self._maybe = [self._reach(group, unknown=True) for group in groups]
        self._all: frozenset[str] = frozenset().union(*self._sure)
        self._economic = _multiplied(register, self.roots)

    def assess(self, name: str) -> Assessment:
        """Return where a name stands, with the arithmetic's results."""
        at = self.register.key(name)
        stakes = self.register.owners.get(at, ())
        counted = max((self._held(stakes, group, unknown=False) for group in self._sure), default=0.0)
        at_most = max((self._held(stakes, group, unknown=True) for group in self._maybe), default=0.0)
        control = self.rule.control and any(s.control and self.counts(s.owner) for s in stakes)
        standing = Standing.FREE
        if at in self.roots:
            standing = Standing.LISTED
        elif at in self._all:
            standing = Standing.REACHED
        elif any(at in group for group in self._maybe):
            standing = Standing.UNCLEAR
        return Assessment(
            name=self.register.names.get(at, name),
            standing=standing,
            counted=min(100.0, counted),
            at_most=min(100.0, at_most),
            together=min(100.0, self._held(stakes, self._all, unknown=False)),
            direct=min(100.0, self._held(stakes, self.roots, unknown=False)),
            multiplied=100.0 * self._economic.get(at, 0.0),
            by=self._behind(at),
            control=control,
            overfull=_known(stakes) > 100.0 + _SETTLED,
        )

    def counts(self, owner: str) -> bool:
        """Tell whether an owner's stakes count in full: it is restricted, itself or through its owners."""
        return self.register.key(owner) in self._all

    def touched(self) -> frozenset[str]:
        """Return the keys of all that is, or may be, restricted through its owners."""
        return self._all.union(*self._maybe) - self.roots

    def _reach(self, group: frozenset[str], *, unknown: bool) -> frozenset[str]:
        """Return the least set with the group and all that its members, together, hold enough of."""
        reached = set(group)
        waiting = sorted(group)
        while waiting:
            for stake in self.register.owned.get(waiting.pop(), ()):
                at = self.register.key(stake.owned)
                if at in reached:
                    continue
                stakes = self.register.owners[at]
                controlled = self.rule.control and any(
                    s.control and self.register.key(s.owner) in reached for s in stakes
                )
                if controlled or self.rule.reached(self._held(stakes, reached, unknown=unknown)):
                    reached.add(at)
                    waiting.append(at)
        return frozenset(reached)

    def _held(self, stakes: Iterable[Stake], group: "frozenset[str] | set[str]", *, unknown: bool) -> float:
        """Return what members of the group hold; with ``unknown``, unknown shares as large as they can be."""
        kept = tuple(stakes)
        theirs = [s for s in kept if self.register.key(s.owner) in group]
        known = _known(theirs)
        if unknown and any(s.share is None for s in theirs):
            known += max(0.0, 100.0 - _known(kept))
        return known

    def _behind(self, at: str) -> tuple[str, ...]:
        """Return the restricted persons from whom stakes that count lead to a name."""
        seen, waiting, found = {at}, [at], set()
        while waiting:
            for stake in self.register.owners.get(waiting.pop(), ()):
                owner = self.register.key(stake.owner)
                if owner in seen or owner not in self._all:
                    continue
                seen.add(owner)
                if owner in self.roots:
                    found.add(stake.owner)
                else:
                    waiting.append(owner)
        return tuple(sorted(found))


def most_held(holdings: Iterable[Holding]) -> tuple[float, date | None]:
    """Return the largest sum of known shares in one owned name on any day, in percent, and since when (None: always)."""
    kept = tuple(holdings)
    sums = [
        (_known(stakes), day)
        for day in sorted({one.since or date.min for one in kept})
        for stakes in Register.on(day, kept).owners.values()
    ]
    most, day = max(sums, key=lambda found: found[0], default=(0.0, date.min))
    return most, None if day == date.min else day


def _known(stakes: Iterable[Stake]) -> float:
    """Return the sum of the known shares, exactly rounded: the order does not matter."""
    return math.fsum(s.share for s in stakes if s.share is not None)


def _multiplied(register: Register, roots: frozenset[str]) -> dict[str, float]:
    """Return the restricted persons' economic interest in each name, 0 to 1: the least solution, cycles included."""
    interest = dict.fromkeys(roots, 1.0)
    below = _below(register, roots)
    for _ in range(_ROUNDS):
        changed = 0.0
        following = dict.fromkeys(roots, 1.0)
        for at in below:
            held = math.fsum(
                (s.share or 0.0) / 100.0 * interest.get(register.key(s.owner), 0.0)
                for s in register.owners.get(at, ())
            )
            following[at] = min(1.0, held)
            changed = max(changed, abs(following[at] - interest.get(at, 0.0)))
        interest = following
        if changed < _SETTLED:
            break
    return interest


def _below(register: Register, roots: frozenset[str]) -> list[str]:
    """Return all that stands below the roots, in order, without them."""
    seen, waiting = set(roots), sorted(roots)
    while waiting:
        for stake in register.owned.get(waiting.pop(), ()):
            at = register.key(stake.owned)
            if at not in seen:
                seen.add(at)
                waiting.append(at)
    return sorted(seen - roots)
