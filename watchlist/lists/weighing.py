"""Weigh what stands beside and against two names that are alike: is the listed body really the one asked for?

A name comparison says how alike two names are. Where one name meets two hundred thousand, alike is common, so more is
asked of what is told as a match: the own words of both names must be paired, short names must be spelt the same,
a company is not a person or a ship, a sound across scripts is a hint only.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from watchlist.entries import is_plain_word
from watchlist.lists.addresses import place_in_common
from watchlist.lists.countries import country_keys
from watchlist.lists.identifiers import identifier_of
from watchlist.matching.names import compare, prepare, score, threshold
from watchlist.matching.names_align import align
from watchlist.matching.names_likeness import How
from watchlist.matching.names_tokens import Name, Part
from watchlist.model import Entry, ListEntity, NameStrength, Verdict

CERTAIN = 0.85
"""From this score on, with nothing against it, a hit is a match."""
TELLING = 0.75
"""From this score on a possible hit is told; below, it is shown only to who asks."""

_WEAK_FACTOR, _CLASH_FACTOR, _SHORT_FACTOR, _KIND_FACTOR, _SCRIPT_FACTOR = 0.8, 0.3, 0.5, 0.8, 0.85
_SUPPORT = 0.05
WORTH_WEIGHING = TELLING - _SUPPORT
"""Names less alike than this are never told unasked, whatever stands beside them."""
_SHORT = 5
"""Letters up to which another letter makes another name (Temu, Hemu)."""
_NEARLY_ONE = 0.95
_NOT_FIRMS = frozenset({"person", "vessel", "aircraft"})


_COUNTRY_COLUMNS = frozenset({"country", "countries"})
_ADDRESS_COLUMNS = frozenset({"address", "addresses"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is screened: a name with its aliases; identifiers (``LEI:…``), countries and addresses where known."""

    name: str
    aliases: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> "Asked":
        """Return what is asked for a watched name: tickers are identifiers; columns "country" and "address" support."""
        tickers = (f"TICKER:{ticker}" for ticker in entry.tickers)
        return cls(
            entry.name,
            entry.aliases,
            (*entry.identifiers, *tickers),
            _values(entry, _COUNTRY_COLUMNS),
            _values(entry, _ADDRESS_COLUMNS),
        )

    @staticmethod
    def unread(entries: Iterable[Entry]) -> tuple[str, ...]:
        """Return the columns of the entries' file that ``of`` makes nothing of, in their order, each once."""
        columns = (column for entry in entries for column, value in entry.extra if value)
        return tuple(
            dict.fromkeys(
                name for name in columns if name.casefold() not in _COUNTRY_COLUMNS | _ADDRESS_COLUMNS
            )
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name and the aliases, each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases)))


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
    verdict: Verdict = Verdict.POSSIBLE

    @property
    def telling(self) -> bool:
        """Say whether the hit is worth telling unasked: a match, or a possible one that is alike enough."""
        return self.verdict is Verdict.MATCH or self.score >= TELLING

    @property
    def rank(self) -> tuple[bool, float]:
        """Return what orders hits, the best last."""
        return self.verdict is Verdict.MATCH, self.score


def by_identifier(asked: Asked, list_name: str, found: ListEntity) -> Hit | None:
    """Return a hit when both sides carry the same identifier, else None.

    One that is unique in the world decides alone; a register's or tax office's number needs a country in common or
    names that are alike, for many offices give out the same.
    """
    listed = {known for identifier in found.identifiers if (known := identifier_of(identifier))}
    for identifier in asked.identifiers:
        known = identifier_of(identifier)
        if known not in listed or known is None:
            continue
        why = [f"the same {identifier}"]
        verdict = Verdict.MATCH
        if not known.worldwide and not _country_in_common(asked, found):
            alike = any(
                score(prepare(name), prepare(other.name)) >= threshold()
                for name in asked.names
                for other in found.names
            )
            if not alike:
                verdict = Verdict.POSSIBLE
                why.append("but such numbers are given out by many offices, and the names are not alike")
        return Hit(asked.name, "", list_name, found, found.names[0].name, 1.0, tuple(why), verdict)
    return None


def identifier_keys(identifiers: Iterable[str]) -> set[tuple[str, str]]:
    """Return what equal identifiers have in common, for looking them up."""
    return {(known.scheme, known.value) for text in identifiers if (known := identifier_of(text))}


def by_name(asked: Asked, name: str, list_name: str, found: ListEntity, at: int, value: float) -> Hit:
    """Weigh a pair of names of this ``value`` with what stands beside them; ``why`` leaves out the names themselves."""
    listed, taken = found.names[at], prepare(name)
    other = prepare(listed.name)
    why: list[str] = []
    doubt = False

    def against(factor: float, reason: str) -> None:
        nonlocal value, doubt
        value, doubt = value * factor, True
        why.append(reason)

    if listed.strength is NameStrength.WEAK:
        same = other.compact == taken.compact
        against(_WEAK_FACTOR if same else 0.0, "a weak alias: too common to rest on alone")
    if short_word_differs(taken, other):
        against(_SHORT_FACTOR, "a short name, spelt differently")
    if _another_script(taken, other):
        against(_SCRIPT_FACTOR, "alike only in sound, across scripts")
    if found.kind in _NOT_FIRMS and not _may_be_person(taken):
        against(_KIND_FACTOR, f"listed as a {found.kind}")
    clash = _clash(asked.identifiers, found.identifiers)
    if clash:
        against(_CLASH_FACTOR, f"different {clash}")
    country = _country_in_common(asked, found)
    if country:
        value = min(1.0, value + _SUPPORT)
        why.append("a country in common")
    sure = round(value, 4)  # an address is support for a person who reads it, and decides nothing
    place = place_in_common(asked.addresses, found.addresses, (*asked.countries, *found.countries))
    if place:
        value = value if country else min(1.0, value + _SUPPORT)
        why.append(place)
    if not country and (is_plain_word(name) or len(taken.compact) < 3):
        doubt = True
        why.append("a plain or very short word, and no country or identifier to go by")
    value = round(value, 4)
    certain = sure >= CERTAIN and not doubt and _same_own_words(taken, other, sure)
    verdict = Verdict.MATCH if certain else Verdict.POSSIBLE
    return Hit(asked.name, name, list_name, found, listed.name, value, tuple(why), verdict)


def explained(hit: Hit) -> Hit:
    """Return the hit with the comparison of the names in words before what stands beside them."""
    return replace(hit, why=(*compare(hit.asked_as, hit.listed_as).why, *hit.why)) if hit.asked_as else hit


def short_word_differs(left: Name, right: Name) -> bool:
    """Say whether a short word of the name with fewer own words has no equal in the other name, begins no word there and is
    not written as one with others (Ping An, Pingan). "Artin" is not in "Martin"."""
    one, two = sorted((left, right), key=lambda name: (len(name.core), name.compact))
    words = {token.latin for token in two.tokens}
    alone = [
        token
        for token in one.core
        if len(token.latin) <= _SHORT and not any(word.startswith(token.latin) for word in words)
    ]
    if not alone:
        return False
    joined = {token for pair in align(one, two).pairs if pair.how is How.JOINED for token in pair.left}
    return any(token not in joined or token.latin not in two.compact for token in alone)


def _another_script(left: Name, right: Name) -> bool:
    """Say whether the names are in different scripts and their own words do not read the same."""
    one, two = ({token.script for token in name.core} for name in (left, right))
    return bool(one and two) and not one & two and left.compact != right.compact


def _may_be_person(name: Name) -> bool:
    return not name.organisation and len(name.core) > 1


def _same_own_words(left: Name, right: Name, value: float) -> bool:
    """Say whether both names have the same words of their own: none left over (Hizballah, Ansar Hezbollah), and
    spelt the same unless the names as wholes are nearly one (Moderna, Modern Technologies)."""
    if left.compact == right.compact:
        return True
    aligned = align(left, right)
    if any(token.part is Part.CORE for token in (*aligned.left, *aligned.right)):
        return False
    return value >= _NEARLY_ONE or all(
        pair.likeness == 1.0
        for pair in aligned.pairs
        if any(token.part is Part.CORE for token in (*pair.left, *pair.right))
    )


def _values(entry: Entry, columns: Collection[str]) -> tuple[str, ...]:
    found = (value for column, value in entry.extra if column.casefold() in columns)
    return tuple(filter(None, (part.strip() for value in found for part in value.split(";"))))


def _country_in_common(asked: Asked, found: ListEntity) -> bool:
    return bool(asked.countries and country_keys(asked.countries) & country_keys(found.countries))


def _clash(asked: Iterable[str], listed: Iterable[str]) -> str:
    """Return the kind of identifier of which a bearer has one, and both sides another, or an empty string."""
    one, two = _by_kind(asked), _by_kind(listed)
    return next((kind for kind in sorted(one.keys() & two.keys()) if not one[kind] & two[kind]), "")


def _by_kind(identifiers: Iterable[str]) -> Mapping[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for text in identifiers:
        known = identifier_of(text)
        if known is not None and known.unique:
            kinds.setdefault(known.scheme, set()).add(known.value)
    return kinds
