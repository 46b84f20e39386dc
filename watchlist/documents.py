"""What a person hands to ``check`` -> documents: text, HTML, ``.jsonl``, ``.eml``, gzip, a folder, ``-``, an address.

Reading is lazy: one document at a time lies in memory, however long the input. What cannot be read becomes an
``Unread`` in its place, and the rest goes on.
"""

import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from watchlist.errors import InputError
from watchlist.model import Document

MAX_DOCUMENT_BYTES = 50_000_000
"""The largest single document, decompressed; a ``.jsonl`` file may be of any size."""

_GZIP = b"\x1f\x8b"
_LINES = (".jsonl", ".ndjson")
_PAGES = (".html", ".htm", ".xhtml")
_MAILS = (".eml",)
_TEXTS = (".txt", ".md", ".text")


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read: its ``id``, and ``error``, one line for a person.

    ``whole`` says that a whole input failed, not one document of several in it.
    """

    id: str
    error: str
    whole: bool


def read_inputs(inputs: Iterable[str]) -> Iterator[Document | Unread]:
    """Read every input in order. Never raises on the content of an input."""
    for name in inputs:
        try:
            yield from _read_input(name)
        except InputError as error:
            yield Unread(name, str(error), whole=True)
        except OSError as error:
            yield Unread(name, f"{name}: {_reason(error)}", whole=True)


def _reason(error: OSError) -> str:
    known = {
        FileNotFoundError: "no such file or folder",
        PermissionError: "not readable: permission denied",
    }
    return known.get(type(error), error.strerror or str(error))


def _read_input(name: str) -> Iterator[Document | Unread]:
    if name == "-":
        yield from _read_stream(sys.stdin.buffer, "-", "")
        return
    path = Path(name)
    if path.is_dir():
        yield from _read_folder(path)
    elif path.exists() and not path.is_file():
        raise InputError(f"{name}: neither a file nor a folder")
    else:
        with path.open("rb") as stream:
            yield from _read_stream(stream, name, path.name.lower())


def _read_folder(folder: Path) -> Iterator[Document | Unread]:
    wanted = (*_LINES, *_PAGES, *_MAILS, *_TEXTS)
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.name.lower().removesuffix(".gz").endswith(wanted)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )
    if not paths:
        raise InputError(f"{folder}: holds no file to read ({', '.join(sorted(wanted))}, also .gz)")
    for path in paths:
        for item in read_inputs([str(path)]):
            yield Unread(item.id, item.error, whole=False) if isinstance(item, Unread) else item


def _read_stream(stream: BinaryIO, name: str, lower: str) -> Iterator[Document | Unread]:
    buffered = BufferedReader(cast(RawIOBase, stream))
    if buffered.peek(2)[:2] == _GZIP:
        buffered = BufferedReader(cast(RawIOBase, gzip.GzipFile(fileobj=buffered)))
        lower = lower.removesuffix(".gz")
    try:
        start = buffered.peek(1)[:4096].lstrip() if not lower else b""
        if lower.endswith(_LINES) or (start.startswith(b"{") and b'"' in start):
            yield from _read_lines(buffered, name)
        else:
            yield _read_whole(buffered, name, lower)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{name}: damaged gzip file ({error})") from error


def _read_whole(stream: BinaryIO, name: str, lower: str) -> Document:
    body = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(body) > MAX_DOCUMENT_BYTES:
        raise InputError(
            f"{name}: larger than {MAX_DOCUMENT_BYTES // 1_000_000} MB, the most one document may have; "
            "split it, or give a .jsonl file with one document a line"
        )
    if not body.strip():
        raise InputError(f"{name}: empty, nothing to read")
    return Document(id=name, title="", text=decode(body, name))


def decode(body: bytes, name: str) -> str:
    """Decode a text of unknown encoding, without changing line ends. Raises InputError on binary content."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            try:
                return body.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\x00" in body[:65536]:
        raise InputError(f"{name}: a binary file, not a text")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: not UTF-8 (byte {error.start} is 0x{body[error.start]:02x}); save it as UTF-8"
        ) from error


def _read_lines(stream: BinaryIO, name: str) -> Iterator[Document | Unread]:
    number, seen = 0, False
    while line := stream.readline(MAX_DOCUMENT_BYTES + 1):
        number += 1
        if len(line) > MAX_DOCUMENT_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_DOCUMENT_BYTES)
            yield _unread_line(
                name, number, None, f"a line of more than {MAX_DOCUMENT_BYTES // 1_000_000} MB"
            )
            seen = True
        elif line.strip():
            yield _read_line(line, name, number)
            seen = True
    if not seen:
        raise InputError(f"{name}: empty, nothing to read")


def _unread_line(name: str, number: int, identity: str | None, why: str) -> Unread:
    return Unread(identity or f"{name}:{number}", f"{name}, line {number}: {why}", whole=False)


def _read_line(line: bytes, name: str, number: int) -> Document | Unread:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unread_line(name, number, None, "not UTF-8")
    except (ValueError, RecursionError) as error:
        return _unread_line(name, number, None, f"not JSON ({error})")
    if not isinstance(row, dict):
        return _unread_line(name, number, None, "not a JSON object")
    identity = row.get("id")
    identity = str(identity) if isinstance(identity, (str, int)) else None
    for key in ("title", "text", "url", "lang"):
        if not isinstance(row.get(key), str | None):
            return _unread_line(name, number, identity, f'"{key}" is not a string')
    if row.get("text") is None and row.get("title") is None:
        return _unread_line(name, number, identity, 'neither "text" nor "title"')
    return Document(
        id=identity if identity is not None else f"{name}:{number}",
        title=row.get("title") or "",
        text=row.get("text") or "",
        url=row.get("url"),
        published=moment(row.get("published")),
        lang=row.get("lang"),
    )


def moment(value: object) -> datetime | None:
    """Read an ISO 8601 or RFC 5322 date as UTC (a day alone is its midnight); None when it is neither."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
