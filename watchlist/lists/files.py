"""Unfold a list's file (plain, gzipped, a workbook, or one file in a ZIP archive) within a size cap, and read an edition from disk."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from watchlist.errors import BadEdition, InputError
from watchlist.lists.catalogue import Listing
from watchlist.lists.edition import Edition, assemble
from watchlist.model import Request

MOST_BYTES = 1_000_000_000
_WORKBOOK = "[Content_Types].xml"
"""What every XLSX holds, and no list in an archive."""


class _Capped(io.RawIOBase):
    """A stream that refuses to give more than the cap: an archive may unfold to anything."""

    def __init__(self, inner: BinaryIO, where: str) -> None:
        super().__init__()
        self._inner, self._where, self._left = inner, where, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise BadEdition(self._where, f"unfolds to more than {MOST_BYTES:,} bytes")
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def unfolded(handle: BinaryIO, where: str) -> Iterator[io.BufferedReader]:
    """Give the content of a seekable file, unpacked when it is packed. BadEdition when the packing is damaged."""
    magic = handle.read(4)
    handle.seek(0)
    try:
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(handle) as content:
                yield _capped(cast(BinaryIO, content), where)
        elif magic == b"PK\x03\x04":
            with zipfile.ZipFile(handle) as archive:
                names = archive.namelist()
                if _WORKBOOK not in names:
                    with archive.open(names[0]) as member:
                        yield _capped(cast(BinaryIO, member), where)
            if _WORKBOOK in names:  # a workbook is an archive too, and read as a whole
                handle.seek(0)
                yield _capped(handle, where)
        else:
            yield _capped(handle, where)
    except (zipfile.BadZipFile, IndexError, NotImplementedError) as error:
        raise BadEdition(where, f"a damaged archive: {error}") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadEdition(where, f"a damaged or cut-off packed file: {error}") from error


def read_edition(listing: Listing, path: Path) -> Edition:
    """Read the file as an edition of the list. InputError when it cannot be opened, BadEdition when it is bad."""
    role = "names" if listing.source.name == "ofac-sdn-csv" else ""
    try:
        with path.open("rb") as handle, unfolded(handle, str(path)) as content:
            found = listing.source.read(content, Request(str(path), role=role))
            return assemble(listing.source.name, found, url=str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def _capped(stream: BinaryIO, where: str) -> io.BufferedReader:
    return io.BufferedReader(_Capped(stream, where), 1 << 16)
