"""The authorities that can act, and their names in a text; ids are those of ``data/authorities.toml`` (``US-BIS``, ``CN``).

An authority is found by its own name, as a kind of body ("commerce ministry") that every country has, or as a country,
capital or demonym alone. Which of those named in a text acts is told by ``actors``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, cached_property
from typing import Any

from daachorse import CharwiseDoubleArrayAhoCorasick

from watchlist.actions import tables
from watchlist.model import ActionKind, Stage
from watchlist.text.later import later

APART = later(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts whose words no blanks part."""
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
_ENDINGS = (
    "", "o", "a", "u", "y", "i", "e", "em", "ie", "owi", "ego", "emu", "ym",
    "о", "а", "у", "ы", "и", "е", "ом", "ой", "ого", "ому", "ым", "ая", "ую", "ий", "ый",
)  # fmt: skip
"""Slavic endings within a name of several words."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TAIL = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Authority:
    """One body: ``id``, the ``name`` to show (``short`` where that is long), the id of its ``parent`` (or country)."""

    id: str
    name: str
    parent: str | None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of body that every country has."""

    key: str
    suffix: str
    by_country: Mapping[str, str]

    def of(self, country: str) -> str:
        """Return the id of this country's body of this kind, or the country itself."""
        known = self.by_country.get(country)
        if known:
            return known
        return f"{country}-{self.suffix}" if self.suffix else country


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text: exactly one of ``authority``, ``role`` and ``country`` is set.

    ``adjective`` tells a country's from its noun, where spelling does ("chiński", "российский").
    """

    start: int
    end: int
    authority: str | None = None
    role: Role | None = None
    country: str | None = None
    adjective: bool = False


class Directory:
    """All authorities, compiled. Build once (``directory()``), share, never mutate."""

    def __init__(
        self,
        bodies: Mapping[str, Any],
        countries: Mapping[str, str],
        own: Sequence[tuple[Authority, str]] = (),
    ) -> None:
        self.authorities: dict[str, Authority] = {}
        self._through: Mapping[str, str] = bodies["through"]
        self._home: Mapping[str, str] = bodies["home"]
        self._usual: Mapping[str, Sequence[str]] = bodies["usual"]
        self._unusual: Mapping[str, Sequence[str]] = bodies["unusual"]
        self._likelihoods: dict[tuple[str, ActionKind | None, bool], float] = {}
        self._plain: dict[str, Named] = {}
        self._stems: dict[str, Named] = {}
        for row in bodies["authority"]:
            parent = row.get("parent") or country_of(row["id"])
            self.authorities[row["id"]] = Authority(row["id"], row["name"], parent, row.get("short", ""))
        for country, forms in countries.items():
            self._add_country(forms, country)
        self._roles: list[Role] = []
        self._countries = {
            country: forms.partition("|")[0].rstrip("*") for country, forms in countries.items()
        }
        for row in bodies["role"]:
            role = Role(row["key"], row.get("suffix", ""), row["by_country"])
            self._roles.append(role)
            self._add(row["words"], Named(0, 0, role=role), lowered=True)
        roles = {role.key: role for role in self._roles}
        self._kinds = {body: role for role in self._roles for body in role.by_country.values()} | {
            row["id"]: roles[row["kind"]] for row in bodies["authority"] if "kind" in row
        }
        for row in bodies["authority"]:
            self._add(row["names"], Named(0, 0, authority=row["id"]), lowered=False)
        for authority, names in own:
            self.authorities.setdefault(authority.id, authority)
            self._add(names, Named(0, 0, authority=authority.id), lowered=False)
        self._forms = [
            *((form, False, named) for form, named in self._plain.items()),
            *((form, True, named) for form, named in self._stems.items()),
        ]
        self._automaton = CharwiseDoubleArrayAhoCorasick([form for form, _, _ in self._forms])

    def _add(self, forms: str, named: Named, *, lowered: bool) -> None:
        for word in _spelled(forms):
            variants = {word}
            if lowered:
                variants |= {word.lower(), word.capitalize(), word.title()}
            self._add_variants(variants, named)

    def _add_country(self, forms: str, country: str) -> None:
        for word in _spelled(forms):
            adjective = word[0].islower()  # it begins with a capital where it begins a sentence
            variants = {word, word[0].upper() + word[1:]} if adjective else {word}
            self._add_variants(variants, Named(0, 0, country=country, adjective=adjective))

    def _add_variants(self, variants: Iterable[str], named: Named) -> None:
        for variant in variants:
            table = self._stems if variant.endswith("*") else self._plain
            form = variant.rstrip("*")
            if not named.adjective or form not in table:
                table[form] = named

    def kind(self, authority: str) -> Role | None:
        """Return the kind of body that an authority is, where other countries have bodies of that name."""
        return self._kinds.get(authority)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return every id that an action can carry: the bodies, their parents, countries, and each country's roles."""
        bodies = {upper for body in self.authorities for upper in self.lineage(body)}
        roles = {role.of(country) for role in self._roles for country in self._countries}
        return frozenset(bodies | roles | self._countries.keys())

    def parent(self, authority: str) -> str | None:
        """Return the next higher id: ``US-BIS`` → ``US-Commerce`` → ``US``; None at the top."""
        known = self.authorities.get(authority)
        if known:
            return known.parent
        return country_of(authority)

    def lineage(self, authority: str) -> tuple[str, ...]:
        """Return the id and all higher ids, nearest first."""
        chain = [authority]
        while (above := self.parent(chain[-1])) and above not in chain:
            chain.append(above)
        return tuple(chain)

    def compatible(self, left: str | None, right: str | None) -> bool:
        """Tell whether two ids can be one actor: equal, one above the other, or one not told."""
        if left is None or right is None or left == right:
            return True
        return left in self.lineage(right) or right in self.lineage(left)

    def name(self, authority: str) -> str:
        """Return the name to show for an id: a body's, a country's, or both; an unknown id as it is."""
        known = self.authorities.get(authority)
        if known:
            return known.name
        country, _, body = authority.partition("-")
        if country not in self._countries:
            return authority
        return f"{self._countries[country]} {body}".strip()

    def short(self, authority: str) -> str:
        """Return a name short enough for a subject: ``US Treasury (OFAC)``."""
        known = self.authorities.get(authority)
        return known.short or known.name if known else self.name(authority)

    def exact(self, authority: str, action: ActionKind | None) -> str:
        """Return the body through which ``authority`` takes this action by law (the Treasury designates: OFAC)."""
        return self._through.get(f"{authority}:{action}", authority)

    def home(self, lang: str) -> str | None:
        """Return the country whose bodies a text in this language means when it names none; None for shared languages."""
        return self._home.get(lang)

    def likelihood(self, authority: str, action: ActionKind | None, stage: Stage) -> float:
        """Return 0.5 for a body that usually takes this action, -1 for one that does not, else 0."""
        key = (authority, action, stage is Stage.ADOPTED)
        known = self._likelihoods.get(key)
        if known is None:
            known = self._likelihoods[key] = self._likely(authority, action, adopted=key[2])
        return known

    def _likely(self, authority: str, action: ActionKind | None, *, adopted: bool) -> float:
        if action is None:
            return 0.0
        if adopted and any(fnmatchcase(authority, p) for p in self._unusual.get(action, ())):
            return -1.0
        return 0.5 if any(fnmatchcase(authority, p) for p in self._usual.get(action, ())) else 0.0

    def names(self, text: str) -> list[Named]:
        """Return every name in a text, by start, the longest where they overlap."""
        plain = text if text.isascii() else _SURROGATE.sub("\ufffd", text.replace("’", "'"))
        found: list[Named] = []
        last = 0
        for start, end, n in sorted(self._automaton.find_overlapping(plain), key=_longest_first):
            if start < last:
                continue
            form, stem, named = self._forms[n]
            if not APART.search(form):
                if start and (plain[start - 1].isalnum() or plain[start - 1] == "_"):
                    continue
                tail = _TAIL.match(plain, end)
                if tail:
                    if not stem or len(tail[0]) > 12:
                        continue
                    end = tail.end()
            elif _KATAKANA.fullmatch(form) and (
                _KATAKANA.match(plain, start - 1 if start else len(plain)) or _KATAKANA.match(plain, end)
            ):
                continue  # マリ within マリン
            found.append(replace(named, start=start, end=end))
            last = end
        return found


def _spelled(forms: str) -> Iterator[str]:
    """Yield the forms of a list, those with a star before a blank once for each ending."""
    for form in forms.split("|"):
        word = form.strip().replace("’", "'")
        head, star, rest = word.partition("* ")
        for ending in _ENDINGS if star else ("",):
            yield f"{head}{ending} {rest}" if star else word


def _longest_first(hit: tuple[int, int, int]) -> tuple[int, int]:
    return hit[0], -hit[1]


def country_of(authority: str) -> str | None:
    """Return the country (or EU, UN, exchange's kind) of an id; None when it is one already."""
    head, dash, _ = authority.partition("-")
    return head if dash else None


def directory(own: tuple[tuple[Authority, str], ...] = ()) -> Directory:
    """Return the shipped directory, with the user's ``own`` authorities and their names where there are any."""
    return _compiled(own)


@cache
def _compiled(own: tuple[tuple[Authority, str], ...]) -> Directory:
    countries = tables.shipped("data", "countries.toml")["countries"]
    return Directory(tables.shipped("data", "authorities.toml"), countries, own)
