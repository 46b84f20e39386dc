"""Bring a publisher's record into canonical form: equal content gives an equal ``ListEntity``, whatever the order."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from watchlist.model import ListEntity, ListName, NameStrength

_NULLS = frozenset({"", "-0-", "na", "n/a", "none", "null"})
_LONGEST_NULL = max(map(len, _NULLS))
_HALF = re.compile("[\ud800-\udfff]")  # what no database can hold
_RANK = {NameStrength.PRIMARY: 0, NameStrength.STRONG: 1, NameStrength.FORMER: 2, NameStrength.WEAK: 3}
_BY = itemgetter(0, 1)
_T = TypeVar("_T", str, tuple[str, str])


def tidy(text: str | None) -> str:
    """Return storable text in one Unicode form with single blanks; empty for a publisher's ways of saying "nothing"."""
    if not text:
        return ""
    if not text.isascii():
        text = _HALF.sub("\ufffd", unicodedata.normalize("NFC", text))
    if "\0" in text:
        text = text.replace("\0", " ")
    plain = " ".join(text.split())
    return plain if len(plain) > _LONGEST_NULL or plain.casefold() not in _NULLS else ""


_tidied = lru_cache(maxsize=8192)(tidy)
"""The same for what many records have in common: programmes, countries, labels."""


def listed(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return the values tidied, each once, in order of the alphabet."""
    return _ordered(set(map(tidy, values)))


def _ordered(found: set[str]) -> tuple[str, ...]:
    found.discard("")
    return tuple(sorted(found) if len(found) > 1 else found)


def names(found: Iterable[tuple[str | None, NameStrength, str | None]]) -> tuple[ListName, ...]:
    """Return the names tidied, each once under its greatest strength, the primary first."""
    kept: dict[str, tuple[int, str, NameStrength, str | None]] = {}
    for text, strength, lang in found:
        plain, rank = tidy(text), _RANK[strength]
        if plain and (plain not in kept or rank < kept[plain][0]):
            kept[plain] = rank, plain, strength, lang or None
    return tuple(
        [ListName(name, strength, lang) for _, name, strength, lang in sorted(kept.values(), key=_BY)]
    )


def entity(
    id: str,
    kind: str,
    named: Iterable[tuple[str | None, NameStrength, str | None]],
    *,
    programs: Iterable[str | None] = (),
    identifiers: Iterable[str | None] = (),
    countries: Iterable[str | None] = (),
    addresses: Iterable[str | None] = (),
    dates: Iterable[tuple[str, str | None]] = (),
    linked: Iterable[tuple[str, str]] = (),
    remarks: str | None = "",
    url: str | None = None,
) -> ListEntity:
    """Build an entity in canonical form."""
    return ListEntity(
        tidy(id),
        kind,
        names(named),
        _ordered(set(map(_tidied, programs))),
        listed(identifiers),
        _ordered(set(map(_tidied, countries))),
        listed(addresses),
        tuple(sorted({(label, plain) for label, day in dates if (plain := tidy(day))})),
        tuple(sorted({(_tidied(relation), plain) for relation, other in linked if (plain := tidy(other))})),
        tidy(remarks),
        url,
    )


def merged(parts: Iterable[ListEntity]) -> dict[str, ListEntity]:
    """Join records of one id (OFAC's names, aliases and addresses are three files; UK rows repeat the id)."""
    joined: dict[str, ListEntity] = {}
    for part in parts:
        held = joined.get(part.id)
        joined[part.id] = part if held is None else _join(held, part)
    return joined


def _join(one: ListEntity, two: ListEntity) -> ListEntity:
    if one == two:
        return one
    remarks = {text for text in (one.remarks, two.remarks) if text}
    return replace(
        one,
        kind=one.kind or two.kind,
        names=names((name.name, name.strength, name.lang) for name in (*one.names, *two.names))
        if one.names and two.names
        else one.names or two.names,
        programs=_both(one.programs, two.programs),
        identifiers=_both(one.identifiers, two.identifiers),
        countries=_both(one.countries, two.countries),
        addresses=_both(one.addresses, two.addresses),
        dates=_both(one.dates, two.dates),
        linked=_both(one.linked, two.linked),
        remarks=" | ".join(sorted(remarks)),
        url=one.url or two.url,
    )


def _both(one: tuple[_T, ...], two: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(sorted(set(one).union(two))) if one and two else one or two


def day(text: str | None, order: str = "dmy") -> str:
    """Return a date as ISO 8601 where it is a whole one (dd/mm/yyyy or mm/dd/yyyy by ``order``), else as given."""
    plain = tidy(text)
    hit = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", plain)
    if hit:
        first, second, year = hit.groups()
        date, month = (first, second) if order == "dmy" else (second, first)
        return f"{year}-{int(month):02}-{int(date):02}"
    return plain


def identifier(label: str | None, value: str | None) -> str:
    """Return ``LABEL:value`` as the model wants it, or an empty string."""
    number, named = tidy(value), _tidied(label) or "ID"
    if named == "IMO":
        number = number.upper().removeprefix("IMO").strip(" :.")
    return f"{named}:{number}" if number else ""


def text_of(row: Mapping[str, str | None], *columns: str, glue: str = ", ") -> str:
    """Join what the columns of a row hold."""
    return glue.join(filter(None, (tidy(row.get(column)) for column in columns)))
