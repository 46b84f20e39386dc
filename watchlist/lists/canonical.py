"""Bring a publisher's record into canonical form: equal content gives an equal ``ListEntity``, whatever the order."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from watchlist.model import ListEntity, ListName, NameStrength

_NULLS = frozenset({"", "-0-", "na", "n/a", "none", "null"})
_HALF = re.compile("[\ud800-\udfff]")  # what no database can hold
_RANK = {NameStrength.PRIMARY: 0, NameStrength.STRONG: 1, NameStrength.FORMER: 2, NameStrength.WEAK: 3}


def tidy(text: str | None) -> str:
    """Return storable text in one Unicode form with single blanks; empty for a publisher's ways of saying "nothing"."""
    if text is None:
        return ""
    if not text.isascii():
        text = _HALF.sub("\ufffd", unicodedata.normalize("NFC", text))
    plain = " ".join(text.replace("\0", " ").split())
    return "" if len(plain) < 5 and plain.casefold() in _NULLS else plain


def listed(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return the values tidied, each once, in order of the alphabet."""
    return tuple(sorted({tidy(value) for value in values} - {""}))


def names(found: Iterable[tuple[str | None, NameStrength, str | None]]) -> tuple[ListName, ...]:
    """Return the names tidied, each once under its greatest strength, the primary first."""
    kept: dict[str, ListName] = {}
    for text, strength, lang in found:
        plain = tidy(text)
        if plain and (plain not in kept or _RANK[strength] < _RANK[kept[plain].strength]):
            kept[plain] = ListName(plain, strength, lang or None)
    return tuple(sorted(kept.values(), key=lambda name: (_RANK[name.strength], name.name)))


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
        listed(programs),
        listed(identifiers),
        listed(countries),
        listed(addresses),
        tuple(sorted({(label, tidy(day)) for label, day in dates if tidy(day)})),
        tuple(sorted({(tidy(relation), tidy(other)) for relation, other in linked if tidy(other)})),
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
    both = (*one.names, *two.names)
    remarks = [text for text in dict.fromkeys((one.remarks, two.remarks)) if text]
    return replace(
        one,
        kind=one.kind or two.kind,
        names=names((name.name, name.strength, name.lang) for name in both),
        programs=listed((*one.programs, *two.programs)),
        identifiers=listed((*one.identifiers, *two.identifiers)),
        countries=listed((*one.countries, *two.countries)),
        addresses=listed((*one.addresses, *two.addresses)),
        dates=tuple(sorted({*one.dates, *two.dates})),
        linked=tuple(sorted({*one.linked, *two.linked})),
        remarks=" | ".join(sorted(remarks)),
        url=one.url or two.url,
    )


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
    number, named = tidy(value), tidy(label) or "ID"
    if named == "IMO":
        number = number.upper().removeprefix("IMO").strip(" :.")
    return f"{named}:{number}" if number else ""


def text_of(row: Mapping[str, str | None], *columns: str, glue: str = ", ") -> str:
    """Join what the columns of a row hold."""
    return glue.join(filter(None, (tidy(row.get(column)) for column in columns)))
