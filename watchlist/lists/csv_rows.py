"""Read a CSV list row by row as text, with its encoding and its columns checked."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from watchlist.errors import BadEdition, LayoutChanged

csv.field_size_limit(10_000_000)


def rows(stream: BinaryIO, url: str) -> Iterator[list[str]]:
    """Yield the rows; a trailing 0x1A (OFAC) and a byte order mark are dropped."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    seen = False
    try:
        for row in csv.reader(text, strict=False):
            if not row or row == ["\x1a"]:
                continue
            if not seen and row[0].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
                raise BadEdition(url, "an HTML or XML page in place of the CSV list")
            seen = True
            yield row
    except UnicodeDecodeError as error:
        raise BadEdition(url, f"not UTF-8 at byte {error.start} of a block") from error
    except csv.Error as error:
        raise BadEdition(url, f"not a CSV file: {error}") from error
    finally:
        with suppress(ValueError):  # closed already, when a reader gave up before the end of the file
            text.detach()
    if not seen:
        raise BadEdition(url, "an empty file (0 bytes)")


def table(stream: BinaryIO, url: str, needed: Sequence[str], *, skip: int = 0) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV with a header as dicts. LayoutChanged when a needed column is not there."""
    found = rows(stream, url)
    for _ in range(skip):
        next(found, None)
    header = [column.strip() for column in next(found, [])]
    missing = [column for column in needed if column not in header]
    if missing:
        raise LayoutChanged(
            url, f"columns missing: {', '.join(missing)}; the file has {', '.join(header[:8])} …"
        )
    for row in found:
        if len(row) != len(header):
            raise BadEdition(
                url, f"a row of {len(row)} columns under a header of {len(header)}: {row[0][:60]!r}"
            )
        yield dict(zip(header, row, strict=True))
