"""Read an edition from a file on disk: plain, gzipped, or one file in a ZIP archive, within a size cap."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

from watchlist.errors import BadEdition, InputError
from watchlist.lists.catalogue import Listing
from watchlist.lists.edition import Edition, assemble
from watchlist.model import Request

MOST_BYTES = 1_000_000_000


class _Capped(io.RawIOBase):
    """A stream that refuses to give more than the cap: an archive may unfold to anything."""

    def __init__(self, inner: BinaryIO, path: Path) -> None:
        super().__init__()
        self._inner, self._path, self._left = inner, path, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise BadEdition(str(self._path), f"unfolds to more than {MOST_BYTES:,} bytes")
        buffer[: len(data)] = data
        return len(data)


def read_edition(listing: Listing, path: Path) -> Edition:
    """Read the file as an edition of the list. InputError when it cannot be opened, BadEdition when it is bad."""
    role = "names" if listing.source.name == "ofac-sdn-csv" else ""
    try:
        with path.open("rb") as handle:
            magic = handle.read(4)
            handle.seek(0)
            if magic[:2] == b"\x1f\x8b":
                with gzip.open(handle) as unfolded:
                    return _read(listing, cast(BinaryIO, unfolded), path, role)
            if magic == b"PK\x03\x04":
                with zipfile.ZipFile(handle) as archive, archive.open(archive.namelist()[0]) as member:
                    return _read(listing, cast(BinaryIO, member), path, role)
            return _read(listing, handle, path, role)
    except zipfile.BadZipFile as error:
        raise BadEdition(str(path), f"a damaged archive: {error}") from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise BadEdition(str(path), f"a damaged gzip file: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def _read(listing: Listing, stream: BinaryIO, path: Path, role: str) -> Edition:
    capped = io.BufferedReader(_Capped(stream, path), 1 << 16)
    found = listing.source.read(cast(BinaryIO, capped), Request(str(path), role=role))
    return assemble(listing.source.name, found, url=str(path))
