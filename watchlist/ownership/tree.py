"""The owners of a name as a tree, upwards, with what each stake adds under the rule. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchlist.ownership.holdings import Stake
from watchlist.ownership.shares import Assessment, Ownership, Standing

MOST_BRANCHES = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """One stake in the tree: how deep, whether it is the last of its siblings at each depth, and what it adds.

    ``counts``: the owner is restricted, itself or through its owners, so that the stake counts in full.
    ``again``: the owner stands further up on the same path (a cycle), or was drawn already; its own owners are not
    drawn again.
    """

    stake: Stake
    last: tuple[bool, ...]
    counts: bool
    standing: Standing
    again: bool

    @property
    def depth(self) -> int:
        """Return how far it is from the name, from 1."""
        return len(self.last)


def branches(ownership: Ownership, name: str) -> Iterator[Branch]:
    """Yield the tree of a name's owners, each followed by its own owners; ends on cycles, of any depth."""
    register = ownership.register
    drawn = {register.key(name)}
    # a stack of its own: chains may be longer than Python's
    stack: list[tuple[Stake, tuple[bool, ...]]] = [
        (stake, (at == 0,)) for at, stake in enumerate(reversed(register.owners_of(name)))
    ]
    many = 0
    while stack and many < MOST_BRANCHES:
        stake, last = stack.pop()
        key = register.key(stake.owner)
        again = key in drawn
        drawn.add(key)
        many += 1
        yield Branch(
            stake, last, ownership.counts(stake.owner), ownership.assess(stake.owner).standing, again
        )
        if not again:
            owners = register.owners_of(stake.owner)
            stack += [(one, (*last, at == 0)) for at, one in enumerate(reversed(owners))]


def percent(share: float | None) -> str:
    """Return a share for a person: ``62 %``, ``43.4 %``, ``? %``."""
    if share is None:
        return "? %"
    return f"{share:.2f}".rstrip("0").rstrip(".") + " %"


def arithmetic(ownership: Ownership, found: Assessment) -> str:
    """Return the sum in one line: ``51 % (Ant Group) + 10 % (Alibaba) = 61 %, enough: 50 % or more``."""
    rule = ownership.rule
    stakes = [s for s in ownership.register.owners_of(found.name) if ownership.counts(s.owner)]
    asked = f"more than {percent(rule.threshold)}" if rule.more_than else f"{percent(rule.threshold)} or more"
    if not stakes:
        return f"no owner is known that this rule counts as restricted; {asked} would be enough"
    parts = " + ".join(f"{percent(s.share)} ({s.owner})" for s in stakes)
    total = found.counted if rule.aggregate else found.together
    answer = "enough" if rule.reached(found.counted) else "not enough"
    text = f"{parts} = {percent(total)}" if len(stakes) > 1 else parts
    if not rule.aggregate and len(stakes) > 1:
        text += f", the most of one person {percent(found.counted)}"
    if any(s.share is None for s in stakes):
        text += f", at most {percent(found.at_most)}"
    said = f"{text}; {answer}: {asked} is asked for"
    return said + (", but control is enough" if found.control and answer != "enough" else "")
