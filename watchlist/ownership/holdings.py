"""Who holds what of whom, and since when: the graph that shares are computed on. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from watchlist.matching.legal import without_legal_form
from watchlist.matching.surfaces import words_of
from watchlist.model import Entry


@dataclass(frozen=True, slots=True)
class Holding:
    """``owner`` holds ``share`` percent of ``owned`` (None: not known), from ``since`` until ``until``, inclusive.

    ``control`` says that the owner controls the owned, whatever the share. ``source`` says who told it.
    """

    owner: str
    owned: str
    share: float | None = None
    since: date | None = None
    until: date | None = None
    control: bool = False
    source: str = ""

    def on(self, day: date | None) -> bool:
        """Tell whether it stands on a day (None: whether it has no end)."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@lru_cache(maxsize=100_000)
def key_of(name: str) -> str:
    """Return what two spellings of one owner have in common: case, accents and legal form do not tell them apart."""
    words = words_of(name)
    return " ".join(without_legal_form(words)) or name.strip().casefold()


def holdings_of(entries: Iterable[Entry]) -> list[Holding]:
    """Return the holdings that the watchlist itself tells."""
    return [
        Holding(owner.name, entry.name, owner.share, owner.since, owner.until, source="watchlist")
        for entry in entries
        for owner in entry.owners
    ]


def aliases_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return watched names by the key of each of their aliases, so that an owner named by an alias is found."""
    kept = tuple(entries)
    found = {key_of(alias): entry.name for entry in kept for alias in entry.aliases}
    return found | {key_of(entry.name): entry.name for entry in kept}


@dataclass(frozen=True, slots=True)
class Stake:
    """What one owner holds of one owned on the day: ``share`` in percent, None when not known."""

    owner: str
    owned: str
    share: float | None
    control: bool
    since: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All stakes on one day, by owned and by owner (keys of names). Equal for equal holdings in any order.

    Of several holdings of one owner in one owned the largest counts (two sources tell one stake); that any of
    them is control is kept.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, tuple[Stake, ...]] = field(default_factory=dict)
    owned: Mapping[str, tuple[Stake, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def on(
        cls, day: date | None, holdings: Iterable[Holding], aliases: Mapping[str, str] | None = None
    ) -> "Register":
        """Return the register of a day. ``aliases`` (see ``aliases_of``) lead to the name that is used."""
        known = aliases or {}
        pairs: dict[tuple[str, str], list[Holding]] = {}
        names: dict[str, str] = {}
        for one in holdings:
            if not one.on(day):
                continue
            owner, owned = _key(one.owner, known), _key(one.owned, known)
            for at, name in ((owner, one.owner), (owned, one.owned)):
                shown = known.get(key_of(name), name)
                names[at] = min(names.get(at, shown), shown)
            if owner != owned:  # a company's own shares are nobody's
                pairs.setdefault((owner, owned), []).append(one)
        owners: dict[str, list[Stake]] = {}
        owned_by: dict[str, list[Stake]] = {}
        for (owner, owned), found in sorted(pairs.items()):
            best = max(found, key=lambda h: (-1.0 if h.share is None else h.share, h.source, str(h.since)))
            stake = Stake(
                names[owner], names[owned], best.share, any(h.control for h in found), best.since, best.source
            )
            owners.setdefault(owned, []).append(stake)
            owned_by.setdefault(owner, []).append(stake)
        return cls(names, _frozen(owners), _frozen(owned_by), known)

    def key(self, name: str) -> str:
        """Return the key of a name here."""
        return _key(name, self.aliases)

    def owners_of(self, name: str) -> tuple[Stake, ...]:
        """Return who holds a name directly, the largest stake first."""
        return self.owners.get(self.key(name), ())


def _key(name: str, aliases: Mapping[str, str]) -> str:
    plain = key_of(name)
    return key_of(aliases[plain]) if plain in aliases else plain


def _frozen(stakes: Mapping[str, list[Stake]]) -> dict[str, tuple[Stake, ...]]:
    return {
        name: tuple(
            sorted(found, key=lambda s: (-1.0 if s.share is None else -s.share - 1, s.owner, s.owned))
        )
        for name, found in sorted(stakes.items())
    }
