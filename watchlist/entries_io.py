"""Watchlists as files: CSV (the form of the README), TOML and JSON; export and import lose nothing.

CSV has a header; only ``name`` is required. ``aliases``, ``owner``, ``tickers``, ``identifiers``, ``tags``,
``context`` and ``not`` hold several values, written as ``entry_cells`` has it. Columns that are not ours are kept in
``Entry.extra``.

TOML holds ``[[entries]]`` tables, JSON a list of objects (or ``{"entries": […]}``), with the same keys, lists for
the several-valued ones, owners as strings or as tables ``{name, share, since, until}``, and ``extra`` as a table.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any

from watchlist.entries import COLUMNS, check_entry, entry_key, tidy
from watchlist.entry_cells import format_owner, join_cell, parse_owner, split_cell
from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind, Owner

MAX_BYTES = 50_000_000
"""More than any watchlist holds; a bigger file is something else."""

_LISTS = ("aliases", "tickers", "identifiers", "tags", "context", "not")
_SEVERAL = (*_LISTS, "owner")
_SYNONYMS = {
    "alias": "aliases",
    "owners": "owner",
    "ticker": "tickers",
    "identifier": "identifiers",
    "tag": "tags",
    "excluded": "not",
    "notes": "note",
}


class Form(StrEnum):
    """A file format for watchlists."""

    CSV = "csv"
    TOML = "toml"
    JSON = "json"

    @classmethod
    def of(cls, path: Path) -> "Form":
        """Tell the form from a file's name; CSV when the name does not say."""
        suffix = path.suffix.lower().lstrip(".")
        return cls(suffix) if suffix in set(cls) else cls.CSV


_KINDS = frozenset(EntryKind)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row (or table) that is not a usable entry: its 1-based line in the file, and what is wrong with it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class EntriesRead:
    """The usable entries of a file, in order, and the rows that are not."""

    entries: Sequence[Entry]
    bad_rows: tuple[BadRow, ...] = ()


def read_entries(path: Path, form: Form | None = None) -> EntriesRead:
    """Read a watchlist file. Raises EntryError when the file as a whole is unreadable or not of its form."""
    return parse_entries(file_bytes(path), form or Form.of(path), str(path))


def file_bytes(path: Path) -> bytes:
    """Return what is in a watchlist file. Raises EntryError when it cannot be read or is far too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EntryError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB, so hardly a watchlist")
        return path.read_bytes()
    except FileNotFoundError:
        raise EntryError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise EntryError(f"{path}: this is a folder; name a CSV, TOML or JSON file") from None
    except (OSError, ValueError) as error:
        raise EntryError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def parse_entries(data: bytes, form: Form, place: str = "input") -> EntriesRead:
    """Read a watchlist from bytes; ``place`` names it in messages. Raises EntryError as ``read_entries`` does."""
    text = _decoded(data, place)
    rows = {Form.CSV: _csv_rows, Form.TOML: _toml_rows, Form.JSON: _json_rows}[form](text, place)
    entries: list[Entry] = []
    bad: list[BadRow] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        if isinstance(row, EntryError):
            bad.append(BadRow(line, str(row)))
            continue
        try:
            entry = tidy(_entry(row))
            check_entry(entry)
        except EntryError as error:
            bad.append(BadRow(line, str(error)))
            continue
        first = lines.setdefault(entry_key(entry.name), line)
        if first == line:
            entries.append(entry)
        else:
            bad.append(BadRow(line, f"{entry.name!r} is in the file already (line {first})"))
    return EntriesRead(tuple(entries), tuple(bad))


def format_entries(entries: Iterable[Entry], form: Form) -> str:
    """Write entries in a form that ``parse_entries`` reads back to equal entries."""
    kept = list(entries)
    if form is Form.CSV:
        return _to_csv(kept)
    tables = [_table(entry) for entry in kept]
    if form is Form.JSON:
        return json.dumps(tables, ensure_ascii=False, indent=2) + "\n"
    import tomli_w

    return tomli_w.dumps({"entries": tables})


# ----- reading ----------------------------------------------------------------------------------------------

_Row = Mapping[str, Any] | EntryError


def _decoded(data: bytes, place: str) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise EntryError(f"{place}: a workbook or zip file, not a text; save the table as CSV (UTF-8)")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EntryError(f"{place}, line {line}: not UTF-8 text; save the file as UTF-8") from None
    if not text.strip():
        raise EntryError(f"{place}: the file is empty; the first line must be: {','.join(COLUMNS)}")
    return text


def _csv_rows(text: str, place: str) -> Iterator[tuple[int, _Row]]:
    csv.field_size_limit(MAX_BYTES)
    header_line = next(line for line in text.splitlines() if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header_line), strict=True)
    header: list[str] | None = None
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
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells, place)
        else:
            yield line, _csv_row(header, cells)


def _csv_problem(error: csv.Error) -> str:
    told = str(error)
    if "unexpected end" in told:
        return "a quotation mark that opens here is never closed; everything after it was left out"
    if "expected after" in told:
        return 'a quotation mark inside a quoted cell must be doubled ("")'
    return f"the row cannot be read ({told})"


def _csv_row(header: list[str], cells: list[str]) -> _Row:
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
        return "name" in cells, len(cells & {*COLUMNS, *_SYNONYMS})

    return max(",;\t|", key=columns)


def _header(cells: list[str], place: str) -> list[str]:
    shown = [cell.strip() for cell in cells]
    header: list[str] = []
    for cell in shown:
        low = cell.casefold()
        column = low if low in COLUMNS and (cell == low or low not in shown) else cell
        synonym = _SYNONYMS.get(low)
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


def _toml_rows(text: str, place: str) -> Iterator[tuple[int, _Row]]:
    import tomllib

    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EntryError(f"{place}: not TOML ({error})") from None
    heads = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entries\s*\]\]", line)]
    tables = _tables(whole, place)
    known = len(heads) == len(tables)
    for number, table in enumerate(tables):
        yield (heads[number] if known else number + 1), _mapping(table)


def _json_rows(text: str, place: str) -> Iterator[tuple[int, _Row]]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise EntryError(f"{place}, line {error.lineno}: not JSON ({error.msg})") from None
    except (RecursionError, ValueError) as error:
        raise EntryError(f"{place}: not JSON ({error})") from None
    tables = _tables({"entries": whole} if isinstance(whole, list) else whole, place)
    lines = _json_lines(text, len(tables))
    for line, table in zip(lines, tables, strict=True):
        yield line, _mapping(table)


def _json_lines(text: str, count: int) -> list[int]:
    """Return the line on which each element of the outermost list starts."""
    decoder, at, lines = json.JSONDecoder(), 0, list[int]()
    start = (
        re.search(r'"entries"\s*:\s*\[', text) if text.lstrip().startswith("{") else re.search(r"\[", text)
    )
    at = start.end() if start else 0
    try:
        for _ in range(count):
            at = re.compile(r"[\s,]*").match(text, at).end()  # type: ignore[union-attr]
            lines.append(text.count("\n", 0, at) + 1)
            _, at = decoder.raw_decode(text, at)
    except json.JSONDecodeError:  # "entries" stood inside another value: number the elements instead
        return list(range(1, count + 1))
    return lines


def _tables(whole: Any, place: str) -> list[Any]:
    tables = whole.get("entries") if isinstance(whole, Mapping) else None
    if not isinstance(tables, list):
        raise EntryError(f"{place}: no list `entries` (TOML: `[[entries]]` tables; JSON: a list of objects)")
    return tables


def _mapping(table: Any) -> _Row:
    """Check the types of a TOML or JSON table and gather the keys that are not ours under ``extra``."""
    if not isinstance(table, Mapping):
        return EntryError('an entry must be a table with a `name`, as {"name": "Alipay"}')
    row: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for key, value in table.items():
        column = _SYNONYMS.get(key, key) if _SYNONYMS.get(key) not in table else key
        if column in _LISTS or column == "owner":
            values = [value] if isinstance(value, str | Mapping) else value
            if not isinstance(values, list) or not all(isinstance(v, str | Mapping) for v in values):
                return EntryError(f"`{key}` must be a list of texts")
            if column != "owner" and not all(isinstance(v, str) for v in values):
                return EntryError(f"`{key}` must be a list of texts")
            row[column] = values
        elif column in COLUMNS:
            if not isinstance(value, str):
                return EntryError(f"`{key}` must be a text")
            row[column] = value
        elif key == "extra" and isinstance(value, Mapping):
            if not all(isinstance(v, str) for v in value.values()):
                return EntryError("`extra` must hold texts only")
            extra |= value
        elif isinstance(value, str | int | float | date):
            extra[key] = str(value)
        else:
            return EntryError(f"`{key}` is not known here, and only texts and numbers can be kept")
    return {**row, "extra": extra}


def _entry(row: Mapping[str, Any]) -> Entry:
    kind = row.get("kind", "").strip().casefold() or EntryKind.COMPANY
    if kind not in _KINDS:
        raise EntryError(f"kind {row['kind']!r} is not known; it must be company or app")
    return Entry(
        name=row.get("name", ""),
        kind=EntryKind(kind),
        aliases=tuple(row.get("aliases", ())),
        owners=tuple(map(_owner, row.get("owner", ()))),
        tickers=tuple(row.get("tickers", ())),
        identifiers=tuple(row.get("identifiers", ())),
        tags=tuple(row.get("tags", ())),
        context=tuple(row.get("context", ())),
        excluded=tuple(row.get("not", ())),
        note=row.get("note", ""),
        extra=tuple(row.get("extra", {}).items()),
    )


def _owner(value: str | Mapping[str, Any]) -> Owner:
    if isinstance(value, str):
        return parse_owner(value)
    name, share = value.get("name"), value.get("share")
    if not isinstance(name, str) or isinstance(share, bool) or not isinstance(share, int | float | None):
        raise EntryError('an owner must look like "Ant Group:62%" or {name = "Ant Group", share = 62}')
    return Owner(name, None if share is None else float(share), _day(value, "since"), _day(value, "until"))


def _day(value: Mapping[str, Any], key: str) -> date | None:
    given = value.get(key)
    if given is None or type(given) is date:
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise EntryError(f"owner {value['name']!r}: `{key}` must be a day as 2019-05-01") from None


# ----- writing ----------------------------------------------------------------------------------------------


def _to_csv(entries: list[Entry]) -> str:
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


def _table(entry: Entry) -> dict[str, Any]:
    table: dict[str, Any] = {"name": entry.name, "kind": entry.kind.value}
    lists = {
        "aliases": entry.aliases,
        "owner": tuple(map(format_owner, entry.owners)),
        "tickers": entry.tickers,
        "identifiers": entry.identifiers,
        "tags": entry.tags,
        "context": entry.context,
        "not": entry.excluded,
    }
    table |= {key: list(values) for key, values in lists.items() if values}
    if entry.note:
        table["note"] = entry.note
    if entry.extra:
        table["extra"] = dict(entry.extra)
    return table
