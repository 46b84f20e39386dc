"""Watchlists as files: CSV (the form of the README), TOML and JSON; export and import lose nothing.

CSV has a header; only ``name`` is required. ``aliases``, ``owner``, ``tickers``, ``identifiers``, ``tags``,
``context`` and ``not`` hold several values, written as ``entry_cells`` has it. Columns that are not ours are kept in
``Entry.extra``.

TOML holds ``[[entries]]`` tables, JSON a list of objects (or ``{"entries": […]}``), with the same keys, lists for
the several-valued ones, owners as strings or as tables ``{name, share, since, until}``, and ``extra`` as a table.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from watchlist.entries import COLUMNS, check_entry, entry_key, tidy
from watchlist.entries_csv import MAX_BYTES, SYNONYMS, Row, csv_rows, to_csv
from watchlist.entry_cells import format_owner, parse_owner
from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind, Owner

_LISTS = ("aliases", "tickers", "identifiers", "tags", "context", "not")


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
    usable, bad = parse_rows(data, form, place)
    return EntriesRead(tuple(Entry(one) if isinstance(one, str) else one for one in usable), bad)


def parse_rows(data: bytes, form: Form, place: str) -> tuple[list[Entry | str], tuple[BadRow, ...]]:
    """Read a watchlist from bytes as ``parse_entries`` does; an entry of nothing but its name may be given as that."""
    text = _decoded(data, place)
    rows = {Form.CSV: csv_rows, Form.TOML: _toml_rows, Form.JSON: _json_rows}[form](text, place)
    usable: list[Entry | str] = []
    bad: list[BadRow] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        try:
            entry = row if isinstance(row, str) else _checked(row)
        except EntryError as error:
            bad.append(BadRow(line, str(error)))
            continue
        name = entry if isinstance(entry, str) else entry.name
        first = lines.setdefault(entry_key(name), line)
        if first == line:
            usable.append(entry)
        else:
            bad.append(BadRow(line, f"{name!r} is in the file already (line {first})"))
    return usable, tuple(bad)


def _checked(row: Mapping[str, Any] | EntryError) -> Entry:
    if isinstance(row, EntryError):
        raise row
    entry = tidy(_entry(row))
    check_entry(entry)
    return entry


def format_entries(entries: Iterable[Entry], form: Form) -> str:
    """Write entries in a form that ``parse_entries`` reads back to equal entries."""
    kept = list(entries)
    if form is Form.CSV:
        return to_csv(kept)
    tables = [_table(entry) for entry in kept]
    if form is Form.JSON:
        return json.dumps(tables, ensure_ascii=False, indent=2) + "\n"
    import tomli_w

    return tomli_w.dumps({"entries": tables})


# ----- reading ----------------------------------------------------------------------------------------------


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


def _toml_rows(text: str, place: str) -> Iterator[tuple[int, Row]]:
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


def _json_rows(text: str, place: str) -> Iterator[tuple[int, Row]]:
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


def _mapping(table: Any) -> Row:
    """Check the types of a TOML or JSON table and gather the keys that are not ours under ``extra``."""
    if not isinstance(table, Mapping):
        return EntryError('an entry must be a table with a `name`, as {"name": "Alipay"}')
    row: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for key, value in table.items():
        column = SYNONYMS.get(key, key) if SYNONYMS.get(key) not in table else key
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
