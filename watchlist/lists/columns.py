"""Any list as a table: CSV, JSON or FtM lines with a column mapping, so that a new list is a few lines of data.

Used for China's notices (MOFCOM), the 1260H list, and whatever a user has as a file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.canonical import entity, tidy
from watchlist.lists.csv_rows import table
from watchlist.model import ListEntity, NameStrength, Request, SourceState


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what. ``id`` are the columns of the key (the name's when there is no better)."""

    name: str
    id: Sequence[str] = ()
    aliases: Sequence[str] = ()
    kind: str = ""
    programs: Sequence[str] = ()
    countries: Sequence[str] = ()
    addresses: Sequence[str] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    remarks: str = ""
    separator: str = ";"


@dataclass(frozen=True, slots=True)
class TableList:
    """A list in a table. ``form`` is ``csv``, ``json`` (an array of objects), ``jsonl`` or ``ftm`` (FtM JSON lines)."""

    name: str
    address: str
    columns: Columns
    form: str = "csv"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file, unless the user brings it."""
        if self.address:
            yield Request(self.address, max_bytes=256_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the rows as entities; rows without a name are left out."""
        if self.form == "ftm":
            yield from _ftm(stream, request.url)
            return
        needed = [self.columns.name, *self.columns.id]
        source = (
            table(stream, request.url, needed)
            if self.form == "csv"
            else _json_rows(stream, request.url, self.form, needed)
        )
        for row in source:
            if tidy(row.get(self.columns.name)):
                yield _row(row, self.columns)


def _row(row: Mapping[str, str], columns: Columns) -> ListEntity:
    def cells(names: Sequence[str]) -> list[str]:
        return [part for name in names for part in (row.get(name) or "").split(columns.separator)]

    key = columns.id or (columns.name,)
    return entity(
        "/".join(tidy(row.get(column)) for column in key),
        _kind(row.get(columns.kind)),
        [
            (row[columns.name], NameStrength.PRIMARY, None),
            *((alias, NameStrength.STRONG, None) for alias in cells(columns.aliases)),
        ],
        programs=cells(columns.programs),
        identifiers=[
            f"{label}:{tidy(row.get(column))}"
            for column, label in columns.identifiers.items()
            if tidy(row.get(column))
        ],
        countries=cells(columns.countries),
        addresses=cells(columns.addresses),
        dates=[(label, row.get(column)) for column, label in columns.dates.items()],
        remarks=row.get(columns.remarks, ""),
    )


def _json_rows(stream: BinaryIO, url: str, form: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        found: Iterable[Any] = (
            json.load(stream) if form == "json" else map(json.loads, filter(bytes.strip, stream))
        )
        for number, item in enumerate(found):
            if number == 0 and (missing := [column for column in needed if column not in item]):
                raise LayoutChanged(url, f"keys missing: {', '.join(missing)}")
            yield {
                key: ";".join(map(str, v)) if isinstance(v, list) else "" if v is None else str(v)
                for key, v in item.items()
            }
    except (ValueError, TypeError, AttributeError) as error:
        raise BadEdition(url, f"not the {form} that is expected: {error}") from error


def _kind(told: str | None) -> str:
    """Return our word for a kind, where it is FtM's; an organization where nothing is told."""
    kind = tidy(told)
    if kind in ("LegalEntity", "Company", "Organization", "PublicBody"):
        return "organization"
    return _FTM_KINDS.get(kind, kind) or "organization"


_FTM_KINDS = {"Person": "person", "Vessel": "vessel", "Airplane": "aircraft"}
_FTM_NAMES = {
    "name": NameStrength.PRIMARY,
    "alias": NameStrength.STRONG,
    "weakAlias": NameStrength.WEAK,
    "previousName": NameStrength.FORMER,
}
_FTM_IDS = {
    "imoNumber": "IMO",
    "leiCode": "LEI",
    "isin": "ISIN",
    "swiftBic": "SWIFT",
    "registrationNumber": "REG",
    "taxNumber": "TAX",
    "ticker": "TICKER",
}


def _ftm(stream: BinaryIO, url: str) -> Iterator[ListEntity]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            held: dict[str, list[str]] = item["properties"]
            named = [
                (text, strength, None) for prop, strength in _FTM_NAMES.items() for text in held.get(prop, ())
            ]
            if not named:
                continue  # addresses, ownerships, sanctions: no bearer of a name
            yield entity(
                item["id"],
                _FTM_KINDS.get(item["schema"], "organization"),
                named,
                programs=held.get("programId", held.get("program", [])),
                identifiers=[
                    f"{label}:{text}" for prop, label in _FTM_IDS.items() for text in held.get(prop, ())
                ],
                countries=[
                    *held.get("country", ()),
                    *held.get("jurisdiction", ()),
                    *held.get("nationality", ()),
                ],
                addresses=held.get("address", []),
                dates=[("birth", text) for text in held.get("birthDate", ())],
                remarks="; ".join(held.get("notes", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadEdition(url, f"line {number} is not an FtM entity: {error}") from error


MOFCOM = TableList(
    "china-mofcom",
    "",
    Columns(
        name="name",
        id=("name_en", "name", "programs_en"),
        aliases=("name_zh", "name_en"),
        kind="type",
        programs=("programs_en", "programs"),
        countries=("country_en",),
        dates={"listed_on": "listed"},
        remarks="remarks",
    ),
)
"""China's unreliable-entity and export-control notices as rows (a vanished row is no delisting): a file that the user gives."""

OPENSANCTIONS = TableList(
    "opensanctions",
    "https://data.opensanctions.org/datasets/latest/sanctions/targets.simple.csv",
    Columns(
        name="name",
        id=("id",),
        aliases=("aliases",),
        kind="schema",
        programs=("program_ids", "sanctions"),
        countries=("countries",),
        addresses=("addresses",),
        dates={"first_seen": "first seen", "birth_date": "birth"},
    ),
)
"""OpenSanctions' collection of sanctions lists as its simple CSV: opt-in, as its licence (CC BY-NC 4.0) asks for a
licence of the user's own in business. Its cells hold line breaks; ``identifiers`` are of any kind and so not read."""
