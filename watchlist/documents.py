"""What a person hands to ``check`` -> documents: text, HTML, ``.jsonl``, ``.eml``, gzip, a folder, ``-``, an address.

Reading is lazy: one document at a time lies in memory, however long the input. What cannot be read becomes an
``Unread`` in its place, and the rest goes on.
"""

import gzip
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import cast

from watchlist.errors import InputError, SourceError
from watchlist.model import Document, Page
from watchlist.text.decoding import NotText, decode, refuse_binary
from watchlist.text.moments import strict_moment

MAX_DOCUMENT_BYTES = 50_000_000
"""The largest single document, decompressed; a ``.jsonl`` file may be of any size."""

_GZIP = b"\x1f\x8b"
_LINES = (".jsonl", ".ndjson")
_PAGES = (".html", ".htm", ".xhtml")
_MAILS = (".eml",)
_TEXTS = (".txt", ".md", ".text")
_ROW = re.compile(rb'\A\s*\{\s*"')
_PAGE = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
Peekable = BufferedReader | gzip.GzipFile

Doubt = Callable[[str], None]
"""Hears one line about what was not read for sure as it was meant: a guessed encoding, a folder's other files."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read: its ``id``, and ``error``, one line for a person.

    ``whole`` says that a whole input failed, not one document of several in it.
    """

    id: str
    error: str
    whole: bool


def read_inputs(
    inputs: Iterable[str], *, fetch: Callable[[str], Page], doubt: Doubt = lambda line: None
) -> Iterator[Document | Unread]:
    """Read every input in order. Never raises on the content of an input.

    ``fetch`` reads one web address (SourceError when it cannot).
    """
    for name in inputs:
        try:
            yield from _read_input(name, fetch, doubt)
        except (InputError, SourceError) as error:
            yield Unread(name, str(error), whole=True)
        except OSError as error:
            yield Unread(name, f"{name}: {_reason(error)}", whole=True)


def _reason(error: OSError) -> str:
    known = {
        FileNotFoundError: "no such file or folder",
        PermissionError: "not readable: permission denied",
    }
    return known.get(type(error), error.strerror or str(error))


def _read_input(name: str, fetch: Callable[[str], Page], doubt: Doubt) -> Iterator[Document | Unread]:
    if name == "-":
        yield from _read_stream(cast(BufferedReader, sys.stdin.buffer), "-", "", doubt)
        return
    if name.lower().startswith(("http://", "https://")):
        yield _read_address(name, fetch(name), doubt)
        return
    if not name or "\x00" in name:
        raise InputError("an empty file name" if not name else "a file name with a NUL character")
    path = Path(name)
    if "://" in name and not path.exists():
        raise InputError(f"{name}: only http:// and https:// addresses are read")
    if path.is_dir():
        yield from _read_folder(path, doubt)
    elif path.exists() and not path.is_file() and not path.is_fifo():
        raise InputError(f"{name}: neither a file nor a folder")
    else:
        with path.open("rb") as stream:
            yield from _read_stream(stream, name, path.name.lower(), doubt)


def _read_address(name: str, page: Page, doubt: Doubt) -> Document:
    from watchlist.sources.feed_formats import feed_kind
    from watchlist.text.charset import header_charset

    if not page.body.strip():
        raise InputError(f"{name}: an empty answer, nothing to read")
    charset = header_charset(page.headers.get("content-type", ""))
    if feed_kind(page):
        raise InputError(f"{name}: a feed, not a document: watchlist sources test {name}")
    if "html" in page.media_type or _PAGE.match(page.body[:4096].decode("latin-1")):
        return replace(read_page(page.body, name, url=page.final_url, charset=charset), id=name)
    return Document(id=name, title="", text=_text(page.body, name, doubt, charset), url=page.final_url)


def _read_folder(folder: Path, doubt: Doubt) -> Iterator[Document | Unread]:
    wanted = (*_LINES, *_PAGES, *_MAILS, *_TEXTS)
    files = sorted(
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.is_file()
    )
    paths = [path for path in files if path.name.lower().removesuffix(".gz").endswith(wanted)]
    if others := sorted(set(files) - set(paths)):
        some = ", ".join(str(path.relative_to(folder)) for path in others[:3])
        more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""
        doubt(
            f"{folder}: {len(others):,} file{'s' if len(others) != 1 else ''} left out, not of a kind that is "
            f"read in a folder: {some}{more}"
        )
    if not paths:
        raise InputError(f"{folder}: holds no file to read ({', '.join(sorted(wanted))}, also .gz)")
    for path in paths:
        try:
            with path.open("rb") as stream:
                yield from _read_stream(stream, str(path), path.name.lower(), doubt)
        except InputError as error:
            yield Unread(str(path), str(error), whole=False)
        except OSError as error:
            yield Unread(str(path), f"{path}: {_reason(error)}", whole=False)


def _read_stream(stream: Peekable, name: str, lower: str, doubt: Doubt) -> Iterator[Document | Unread]:
    if stream.peek(2)[:2] != _GZIP:
        yield from _read_plain(stream, name, lower, doubt)
        return
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from _read_plain(unpacked, name, lower.removesuffix(".gz"), doubt)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{name}: damaged gzip file ({error})") from error


def _read_plain(stream: Peekable, name: str, lower: str, doubt: Doubt) -> Iterator[Document | Unread]:
    if lower.endswith(_LINES) or (not lower and _ROW.match(stream.peek(1)[:4096])):
        yield from _read_lines(stream, name)
    else:
        yield _read_whole(stream, name, lower, doubt)


def _read_whole(stream: Peekable, name: str, lower: str, doubt: Doubt) -> Document:
    body = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(body) > MAX_DOCUMENT_BYTES:
        raise InputError(
            f"{name}: larger than {MAX_DOCUMENT_BYTES // 1_000_000} MB, the most one document may have; "
            "split it, or give a .jsonl file with one document a line"
        )
    if not body.strip():
        raise InputError(f"{name}: empty, nothing to read")
    if lower.endswith(_MAILS):
        return _read_letter(body, name)
    if lower.endswith(_PAGES):
        _refuse_binary(body, name)
        return read_page(body, name)
    text = _text(body, name, doubt)
    if not lower.endswith(_TEXTS) and _PAGE.match(text):
        return read_page(body, name)
    if lower.endswith(".json"):
        doubt(f"{name}: read as plain text; documents as JSON are read one a line, from a .jsonl file")
    return Document(id=name, title="", text=text)


def _refuse_binary(body: bytes, name: str) -> None:
    try:
        refuse_binary(body)
    except NotText as error:
        raise InputError(f"{name}: {error}") from error


def _text(body: bytes, name: str, doubt: Doubt, declared: str | None = None) -> str:
    try:
        decoded = decode(body, declared)
    except NotText as error:
        raise InputError(f"{name}: {error}") from error
    if decoded.doubt:
        doubt(f"{name}: {decoded.doubt}")
    return decoded.text


def read_page(body: bytes, name: str, *, url: str | None = None, charset: str | None = None) -> Document:
    """Return the article of a page: its title, its text without menus, its date. Raises InputError on an empty one."""
    from watchlist.text.html import read_article

    article = read_article(body, url=url, charset=charset)
    if not article.text.strip() and not article.title.strip():
        raise InputError(f"{name}: a page without text (does it need a script?)")
    return Document(name, article.title, article.text, url, article.published, article.lang)


def _read_letter(body: bytes, name: str) -> Document:
    from watchlist.sources.mail_message import read_mail

    mail = read_mail(body)
    if not mail.text.strip() and not mail.title:
        raise InputError(f"{name}: a mail without subject and text part")
    return replace(mail, id=name)


def _read_lines(stream: Peekable, name: str) -> Iterator[Document | Unread]:
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
    except json.JSONDecodeError as error:
        return _unread_line(name, number, None, f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:  # a number of ten thousand digits, brackets without end
        return _unread_line(name, number, None, f"not usable JSON: {error}")
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
        published=strict_moment(row["published"]) if isinstance(row.get("published"), str) else None,
        lang=row.get("lang"),
    )
