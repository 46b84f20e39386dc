"""Read a list in a workbook (XLSX) row by row as text: every sheet that has the columns, wherever its header stands.

The reading is openpyxl's; what a hostile file could do to it is refused before: an archive that unfolds to anything, XML
with a DOCTYPE, rows and columns without end. Formulas give the value that was stored with them.
"""

import io
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged, SourceError

MOST_PACKED = 64_000_000
MOST_UNFOLDED = 256_000_000
MOST_PARTS = 2_000
MOST_ROWS = 1_048_576
"""As many as Excel itself allows on a sheet."""
MOST_CELLS = 20_000_000
_HEADER_WITHIN = 25
"""Above the header may stand a title and a few words."""
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def table(stream: BinaryIO, url: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows under the header that has the needed columns, as dicts; days are ISO dates.

    Raises BadEdition for what is no whole workbook, LayoutChanged when no sheet has the columns.
    """
    data = stream.read(MOST_PACKED + 1)
    _vet(data, url)
    try:
        yield from _rows(data, url, needed)
    except SourceError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsing meets
        told = " ".join(str(error).split())[:120] or type(error).__name__
        raise BadEdition(url, f"a damaged workbook: {told}") from error


def _rows(data: bytes, url: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    warnings.filterwarnings("ignore", module="openpyxl")  # of fonts, filters and the like
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        seen: list[str] = []
        found = False
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file says of them may cut it off
            rows = _counted(sheet.iter_rows(values_only=True), url)
            header = _header(rows, needed, seen)
            if header is None:
                continue
            found = True
            for row in rows:
                cells = dict(zip(header, map(_text, row), strict=False))
                cells.pop("", None)
                if any(cells.values()):
                    yield dict.fromkeys(filter(None, header), "") | cells
        if not found:
            missing = [column for column in needed if column not in seen]
            raise LayoutChanged(
                url, f"columns missing: {', '.join(missing or needed)}; the file has {', '.join(seen[:8])} …"
            )
    finally:
        book.close()


def _header(rows: Iterable[Sequence[Any]], needed: Sequence[str], seen: list[str]) -> list[str] | None:
    """Return the columns of a sheet whose beginning has all that are needed; else note the widest row in ``seen``."""
    for _, row in zip(range(_HEADER_WITHIN), rows, strict=False):
        columns = [" ".join(_text(cell).split()) for cell in row]
        if set(needed) <= set(columns):
            return columns
        told = list(filter(None, columns))
        if len(told) > len(seen):
            seen[:] = told
    return None


def _counted(rows: Iterable[Sequence[Any]], url: str) -> Iterator[Sequence[Any]]:
    cells = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise BadEdition(url, f"a sheet of more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")
        yield row


def _text(value: Any) -> str:
    """Return a cell as a person sees it."""
    if value is None or (isinstance(value, str) and value in _ERRORS):
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), value).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _vet(data: bytes, url: str) -> None:
    """Raise BadEdition unless the archive is whole, of a sane size, and its XML declares no entities."""
    if not data.strip():
        raise BadEdition(url, "an empty file (0 bytes)")
    if not data.startswith(b"PK\x03\x04"):
        raise BadEdition(url, f"not an XLSX workbook: begins with {data[:40]!r}")
    if len(data) > MOST_PACKED:
        raise BadEdition(url, f"a workbook of more than {MOST_PACKED:,} bytes")
    left = MOST_UNFOLDED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise BadEdition(url, f"an archive of {len(parts):,} parts")
            for part in parts:
                with archive.open(part) as content:
                    end = b""
                    while piece := content.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise BadEdition(url, f"unfolds to more than {MOST_UNFOLDED:,} bytes")
                        if any(mark in end + piece for mark in _DOCTYPES):
                            raise BadEdition(url, "a workbook with a DOCTYPE; entities are never expanded")
                        end = piece[-32:]
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise BadEdition(url, f"a damaged workbook: {error}") from error
