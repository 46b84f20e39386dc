"""OFAC's SDN and consolidated lists as CSV: names, aliases and addresses in three files joined by uid.

Address: ``https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/`` SDN.CSV, ALT.CSV, ADD.CSV
(CONS_PRIM.CSV, CONS_ALT.CSV, CONS_ADD.CSV); a redirect to storage that expires in an hour, so only this address is
kept. No header, null is ``-0- ``, a trailing 0x1A; published as needed. Id: uid, column 1. Removal: absent from the
next file. Weak aliases stand only in Remarks (``a.k.a. 'BNC'``). One real download of 2024-05-04 has 0 bytes.
Sureness: seen (309 recorded editions of SDN.CSV, ALT and ADD of 2022 and 2026, CONS_PRIM of 2025).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.canonical import entity, tidy
from watchlist.lists.csv_rows import rows
from watchlist.lists.ofac_words import KINDS, LINKED, identifiers_in, split_programs
from watchlist.model import ListEntity, NameStrength, Request, SourceState

EXPORTS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
_WEAK_ALIAS = re.compile(r"\b(?:a\.k\.a\.|f\.k\.a\.|n\.k\.a\.)\s+'([^']+)'", re.IGNORECASE)
_COLUMNS = {"names": 12, "aliases": 5, "addresses": 6}


@dataclass(frozen=True, slots=True)
class OfacCsv:
    """One of OFAC's lists in three CSV files, told apart by the request's role."""

    name: str = "ofac-sdn-csv"
    names: str = "SDN.CSV"
    aliases: str = "ALT.CSV"
    addresses: str = "ADD.CSV"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the three files; names first."""
        for role in ("names", "aliases", "addresses"):
            yield Request(EXPORTS + getattr(self, role), max_bytes=64_000_000, role=role)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield whole records (role ``names``) or the parts that ``canonical.merged`` adds to them."""
        role = request.role or "names"
        width = _COLUMNS[role]
        for number, row in enumerate(rows(stream, request.url), 1):
            if len(row) != width or not row[0].strip().isdigit():
                cut = "cut off, or " if number > 1 else ""
                raise (BadEdition if number > 1 else LayoutChanged)(
                    request.url,
                    f"row {number}: {cut}not the documented {width} columns with a uid: {','.join(row)[:70]!r}",
                )
            yield _READERS[role](row)


def _name_row(row: list[str]) -> ListEntity:
    uid, name, kind, programs, title, call_sign, vessel_type, _, _, flag, owner, remarks = map(tidy, row)
    weak = [(alias, NameStrength.WEAK, None) for alias in _WEAK_ALIAS.findall(remarks)]
    identifiers = [*identifiers_in(remarks), f"CALLSIGN:{call_sign}" if call_sign else ""]
    told = "; ".join(
        f"{label}: {value}"
        for label, value in (("title", title), ("vessel", vessel_type), ("flag", flag), ("owner", owner))
        if value
    )
    return entity(
        uid.strip(),
        KINDS.get(kind.casefold(), "organization"),
        [(name, NameStrength.PRIMARY, None), *weak],
        programs=split_programs(programs),
        identifiers=identifiers,
        linked=[("linked to", other) for other in LINKED.findall(remarks)],
        remarks="; ".join(filter(None, (told, remarks))),
    )


def _alias_row(row: list[str]) -> ListEntity:
    uid, _, kind, name, _ = map(tidy, row)
    strength = NameStrength.FORMER if kind.casefold() == "fka" else NameStrength.STRONG
    return entity(uid, "", [(name, strength, None)])


def _address_row(row: list[str]) -> ListEntity:
    uid, _, street, place, country, _ = map(tidy, row)
    return entity(
        uid, "", [], countries=[country], addresses=[", ".join(filter(None, (street, place, country)))]
    )


_READERS = {"names": _name_row, "aliases": _alias_row, "addresses": _address_row}
