"""Any list as a table: CSV, XLSX, JSON or FtM lines with a column mapping, so that a new list is a few lines of data.

Used for China's notices (MOFCOM), the 1260H list, and whatever a user has as a file.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists import ftm, xlsx
from watchlist.lists.canonical import day, entity, tidy
from watchlist.lists.csv_rows import table
from watchlist.lists.json_lines import lines
from watchlist.model import ListEntity, NameStrength, Request, SourceState


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what. ``id`` are the columns of the key (the name's when there is no better).

    Where a list has a row a name, ``id_part`` is what the rows of one body have in common (a regular expression on the
    key: ``\\d+`` of 101 and 101a), ``name_type`` tells which is the primary and which are former names, ``strength``
    which are weak. ``day_order`` (``dmy`` or ``mdy``) is how days are written that are not ISO.
    """

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
    id_part: str = ""
    name_type: str = ""
    strength: str = ""
    day_order: str = ""


@dataclass(frozen=True, slots=True)
class TableList:
    """A list in a table. ``form`` is ``csv``, ``xlsx``, ``json`` (an array of objects), ``jsonl`` or ``ftm`` (FtM JSON lines)."""

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
            yield from ftm.entities(stream, request.url)
            return
        columns = self.columns
        told = (columns.name, *columns.id, columns.name_type, columns.strength)
        for row in self._rows(stream, request.url, list(filter(None, told))):
            if not tidy(row.get(columns.name)):
                continue
            key = "/".join(tidy(row.get(column)) for column in columns.id or (columns.name,))
            if columns.id_part:
                hit = re.match(columns.id_part, key)
                if hit is None:
                    raise BadEdition(request.url, f"{row[columns.name][:60]!r} has no number: {key!r}")
                key = hit[0]
            yield _row(key, row, columns)

    def _rows(self, stream: BinaryIO, url: str, needed: Sequence[str]) -> Iterator[Mapping[str, str]]:
        if self.form == "csv":
            return table(stream, url, needed)
        if self.form == "xlsx":
            return xlsx.table(stream, url, needed)
        return _json_rows(stream, url, self.form, needed)


def _row(key: str, row: Mapping[str, str], columns: Columns) -> ListEntity:
    def cells(names: Sequence[str]) -> list[str]:
        return [part for name in names for part in (row.get(name) or "").split(columns.separator)]

    order = columns.day_order
    return entity(
        key,
        _kind(row.get(columns.kind)),
        [
            (row[columns.name], _strength(row, columns), None),
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
        dates=[
            (label, day(row.get(column), order) if order else row.get(column))
            for column, label in columns.dates.items()
        ],
        remarks=row.get(columns.remarks, ""),
    )


def _strength(row: Mapping[str, str], columns: Columns) -> NameStrength:
    """Return what a row's name is, by what its columns say; the primary one where they say nothing."""
    told, strength = (row.get(column, "").casefold() for column in (columns.name_type, columns.strength))
    if "weak" in strength or "low" in strength:
        return NameStrength.WEAK
    if not columns.name_type or "primary" in told:
        return NameStrength.PRIMARY
    return NameStrength.FORMER if _FORMER.search(told) else NameStrength.STRONG


def _json_rows(stream: BinaryIO, url: str, form: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        found: Iterable[Any] = json.load(stream) if form == "json" else (row for _, row in lines(stream, url))
        for number, item in enumerate(found):
            if number == 0 and (missing := [column for column in needed if column not in item]):
                raise LayoutChanged(url, f"keys missing: {', '.join(missing)}")
            yield {
                key: ";".join(map(str, v)) if isinstance(v, list) else "" if v is None else str(v)
                for key, v in item.items()
            }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadEdition(url, f"not the {form} that is expected: {error}") from error


def _kind(told: str | None) -> str:
    """Return our word for a kind, where it is FtM's; an organization where nothing is told."""
    kind = tidy(told)
    if kind in ("LegalEntity", "Company", "Organization", "PublicBody"):
        return "organization"
    return ftm.KINDS.get(kind, kind) or "organization"


_FORMER = re.compile(r"former|f\.?k\.?a\b|previous")


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

AUSTRALIA = TableList(
    "australia",
    "https://www.dfat.gov.au/sites/default/files/Australian_Sanctions_Consolidated_List.xlsx",
    Columns(
        name="Name of Individual or Entity",
        id=("Reference",),
        id_part=r"\d+",
        name_type="Name Type",
        strength="Alias Strength",
        kind="Type",
        programs=("Committees",),
        countries=("Citizenship",),
        addresses=("Address",),
        identifiers={"IMO Number": "IMO"},
        dates={"Control Date": "listed", "Date of Birth": "birth"},
        day_order="dmy",
        remarks="Additional Information",
    ),
    "xlsx",
)
"""Australia's consolidated list: a workbook with a row a name, 101 the body and 101a its alias; as needed, some 10,000 rows.
Id: the number in ``Reference``. Removal: absent from the next file. The columns are those that readers of other projects
name; no file was seen here."""

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
