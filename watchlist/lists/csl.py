"""The US Consolidated Screening List of trade.gov: 13 lists of three departments (CSV and JSON).

Address: ``https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv`` (and ``.json``); daily
about 05:00 ET. ``_id`` is a hash of the content and so not stable: the key is ``entity_number`` where there is one
(OFAC's uid), else list, name and country of the first address. Removal: absent from the next file. JSON: an object whose
``results`` holds the rows under the names of the CSV's columns, with lists and objects where the CSV joins by ";" and ",";
a row leaves out what its list does not know. Sureness: CSV seen (2022-05, 14,160 rows); JSON unverified, as documented.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.canonical import entity, identifier, tidy
from watchlist.lists.csv_rows import table
from watchlist.lists.ofac_words import LABELS
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated."
_NEEDED = ("source", "entity_number", "type", "programs", "name", "addresses", "alt_names", "ids")
_AND = re.compile(r"\s{0,9}and\s{1,9}")
"""The last of the Entity List's aliases keeps the word before it: ``A; and B``."""
_LISTED = "listing date"
"""What OFAC calls the day of listing where a list of its own has one: ``Listing Date (CMIC)``."""
_KINDS = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}


@dataclass(frozen=True, slots=True)
class ConsolidatedScreeningList:
    """The CSL as CSV or JSON; ``source`` keeps one of its lists only (``Entity List (EL)``)."""

    name: str = "csl"
    form: str = "csv"
    source: str = ""

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS + self.form, max_bytes=128_000_000, role=self.form)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the rows."""
        for row in (
            table(stream, request.url, _NEEDED)
            if (request.role or self.form) == "csv"
            else _json(stream, request.url)
        ):
            if tidy(row["name"]) and self.source in row["source"]:
                yield _entity(row)


def _json(stream: BinaryIO, url: str) -> Iterator[dict[str, str]]:
    """Yield the rows as the CSV has them. BadEdition for another file, LayoutChanged for a row without its list or name."""
    try:
        results = json.load(stream)["results"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadEdition(url, f"not the documented JSON: {error or 'nested too deeply'}") from error
    if not isinstance(results, list):
        raise LayoutChanged(url, "results is not an array")
    for number, item in enumerate(results, 1):
        if not isinstance(item, dict) or not {"source", "name"} <= item.keys():
            raise LayoutChanged(url, f"result {number} is not an object with source and name")
        yield dict.fromkeys(_NEEDED, "") | {key: _flat(value) for key, value in item.items()}


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_flat, value))
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return "" if value is None else str(value)


def _entity(row: Mapping[str, str]) -> ListEntity:
    addresses = [part for part in row["addresses"].split("; ") if part.strip()]
    number, name = tidy(row["entity_number"]), tidy(row["name"])
    short = row["source"].partition("(")[2].partition(")")[0] or row["source"]
    told = [pair for part in row["ids"].split("; ") if (pair := _kind_and_value(part))]
    place = addresses[0].rpartition(",")[2].strip() if addresses else ""
    return entity(
        f"{short}:{number}" if number else f"{short}:{name}:{place}",
        _KINDS.get(row["type"].strip().lower(), "organization"),
        [
            (name, NameStrength.PRIMARY, None),
            *((_AND.sub("", alias), NameStrength.STRONG, None) for alias in row["alt_names"].split(";")),
        ],
        programs=[*row["programs"].split("; "), row["source"].partition(" - ")[0]],
        identifiers=[identifier(LABELS[kind], value) for kind, value in told if LABELS.get(kind)],
        countries=[*_countries(addresses), *row.get("nationalities", "").split("; ")],
        addresses=addresses,
        dates=[
            ("listed", row.get("start_date")),
            *(("listed", _day(value)) for kind, value in told if kind.startswith(_LISTED)),
            ("ends", row.get("end_date")),
            ("birth", row.get("dates_of_birth")),
        ],
        remarks="; ".join(
            filter(None, (tidy(row.get("title")), tidy(row.get("remarks")), tidy(row.get("license_policy"))))
        ),
        url=tidy(row.get("source_list_url")) or None,
    )


def _countries(addresses: Iterable[str]) -> Iterator[str]:
    """Yield the codes that addresses end with; some end with a postcode or half a company instead."""
    for address in addresses:
        end = address.rpartition(",")[2].strip()
        if len(end) == 2 and end.isalpha():
            yield end


def _kind_and_value(written: str) -> tuple[str, str] | None:
    """Return the kind, in small letters, and the value of ``RU, 7736640919, Tax ID No.`` or, in JSON, of the same with
    the kind in front; None for what is neither an identifier nor a day of listing."""
    parts = [part.strip() for part in written.split(", ")]
    kinds = [part.casefold() for part in parts]
    if len(parts) > 1 and _is_kind(kinds[-1]):
        return kinds[-1], parts[-2]
    if len(parts) > 1 and _is_kind(kinds[0]):
        return kinds[0], parts[1]
    return None


def _is_kind(text: str) -> bool:
    return text in LABELS or text.startswith(_LISTED)


def _day(written: str) -> str:
    """Return ``03 Jun 2021`` as ISO, another form as it is."""
    try:
        return datetime.strptime(written, "%d %b %Y").date().isoformat()  # noqa: DTZ007 (a day, no moment)
    except ValueError:
        return written
