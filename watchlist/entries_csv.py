"""Watchlists as CSV: the separator and the header as people write them, rows read one by one. Pure."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from watchlist.entries import COLUMNS, is_surely_fine
from watchlist.entry_cells import format_owner, join_cell, split_cell
from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind

MAX_BYTES = 50_000_000
"""More than any watchlist holds; a bigger file is something else."""

_SEVERAL = ("aliases", "owner", "tickers", "identifiers", "tags", "context", "not")
"""Columns whose cells hold several values."""
SYNONYMS = {
    "alias": "aliases",
    "owners": "owner",
    "ticker": "tickers",
    "identifier": "identifiers",
    "tag": "tags",
    "excluded": "not",
    "notes": "note",
}
"""Other words for columns."""

Row = Mapping[str, Any] | str | EntryError
"""What is in a row; of one that holds nothing but a usable name that name alone."""


def csv_rows(text: str, place: str) -> Iterator[tuple[int, Row]]:
    """Yield each row with its 1-based line. Raises EntryError for a header that is none."""
    csv.field_size_limit(MAX_BYTES)
    header_line = next(line for line in text.splitlines() if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header_line), strict=True)
    header: list[str] | None = None
    alone: Callable[[list[str]], str | None] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if header is None:
                raise EntryError(f"{place}, line {line}: the header cannot be read ({error})") from None
            yield line, EntryError(_csv_problem(error))
            continue
        if alone is not None and (name := alone(cells)):
            yield line, name
        elif not any(cell.strip() for cell in cells):
            continue
        elif header is None:
            header = _header(cells, place)
            alone = _name_alone(header)
        else:
            yield line, _csv_row(header, cells)


def _name_alone(header: list[str]) -> Callable[[list[str]], str | None]:
    """Return what tells the name of a row that holds a usable one and nothing else, and None of any other row."""
    columns, at = len(header), header.index("name")
    kind = header.index("kind") if "kind" in header else None
    usual = ("", EntryKind.COMPANY.value)
    known = set(header) <= {*COLUMNS}

    def alone(cells: list[str]) -> str | None:
        if len(cells) != columns or not known:
            return None
        name, said = cells[at], cells[kind] if kind is not None else ""
        if said not in usual or sum(map(len, cells)) != len(name) + len(said) or not is_surely_fine(name):
            return None
        return name

    return alone


def _csv_problem(error: csv.Error) -> str:
    told = str(error)
    if "unexpected end" in told:
        return "a quotation mark that opens here is never closed; everything after it was left out"
    if "expected after" in told:
        return 'a quotation mark inside a quoted cell must be doubled ("")'
    return f"the row cannot be read ({told})"


def _csv_row(header: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(header) :]):
        return EntryError(
            f"{len(cells)} cells, but the header has {len(header)} columns;"
            " put a cell that holds a separator in quotation marks"
        )
    row: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for column, cell in zip_longest(header, cells[: len(header)], fillvalue=""):
        if column in _SEVERAL:
            row[column] = split_cell(cell) if cell else ()
        elif column in COLUMNS:
            row[column] = cell
        elif column:
            extra[column] = cell
    row["extra"] = extra
    return row


def _delimiter(header: str) -> str:
    """Return the separator that finds the most of our columns in the header, ``name`` above all."""

    def columns(delimiter: str) -> tuple[bool, int]:
        cells = {cell.strip().strip('"').casefold() for cell in header.split(delimiter)}
        return "name" in cells, len(cells & {*COLUMNS, *SYNONYMS})

    return max(",;\t|", key=columns)


def _header(cells: list[str], place: str) -> list[str]:
    shown = [cell.strip() for cell in cells]
    header: list[str] = []
    for cell in shown:
        low = cell.casefold()
        column = low if low in COLUMNS and (cell == low or low not in shown) else cell
        synonym = SYNONYMS.get(low)
        if synonym and synonym not in shown:
            column = synonym
        count = 1
        while column and column in header:
            count += 1
            column = f"{cell} ({count})"
        header.append(column)
    if "name" not in header:
        raise EntryError(f"{place}: there is no column `name`; the first line must be: {','.join(COLUMNS)}")
    return header


def to_csv(entries: list[Entry]) -> str:
    """Write entries as ``csv_rows`` reads them."""
    further = list(dict.fromkeys(column for entry in entries for column, _ in entry.extra))
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # RFC 4180: CRLF, so that a cell with either half of it is quoted
    writer.writerow([*COLUMNS, *further])
    for entry in entries:
        extra = dict(entry.extra)
        writer.writerow(
            [
                entry.name,
                entry.kind.value,
                join_cell(entry.aliases),
                join_cell(map(format_owner, entry.owners)),
                join_cell(entry.tickers),
                join_cell(entry.identifiers),
                join_cell(entry.tags),
                join_cell(entry.context),
                join_cell(entry.excluded),
                entry.note,
                *(extra.get(column, "") for column in further),
            ]
        )
    return out.getvalue()
