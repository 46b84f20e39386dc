"""A folder of files as a news source: text, Markdown, HTML, mails, and JSON lines.

Stable id: the file's path within the folder (for JSON lines, the row's own ``id``). A changed file is a revision;
a removed one simply stops coming. Files are compared by size and time of change, so an untouched one is not read.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from watchlist.errors import FetchError, LayoutChanged
from watchlist.model import Document, Page, Request, SourceState
from watchlist.sources.base import Parsed
from watchlist.sources.mail_message import read_mail, written_by_us
from watchlist.text.charset import declared_charsets, decode
from watchlist.text.html import read_article
from watchlist.text.moments import strict_moment

SUFFIXES = (".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".eml", ".jsonl", ".ndjson")
MAX_FILE_BYTES = 50_000_000
MAX_FILES = 20_000


@dataclass(frozen=True, slots=True)
class FolderSource:
    """All readable files below ``path``; hidden ones and links that lead out of it are left alone."""

    name: str
    path: Path
    official: bool = False

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the list of files."""
        yield Request(self.path.absolute().as_uri(), role="listing")

    def fetch(self, request: Request, state: SourceState, now: datetime) -> Page:
        """Read the listing or one file; an unchanged file is "not modified". Raises FetchError."""
        path = Path(url2pathname(unquote(urlsplit(request.url).path)))
        try:
            if request.role == "listing":
                body = json.dumps([str(found) for found in self._files()]).encode()
                return Page(request.url, request.url, 200, {"content-type": "application/json"}, body, now)
            about = path.stat()
            tag = f'"{about.st_mtime_ns}-{about.st_size}"'
            headers = {"etag": tag, "content-type": path.suffix.lower()}
            if request.conditional and state.validators.get(request.url, {}).get("etag") == tag:
                return Page(request.url, request.url, 304, headers, b"", now, not_modified=True)
            if about.st_size > MAX_FILE_BYTES:
                raise FetchError(str(path), f"larger than {MAX_FILE_BYTES // 1_000_000} MB; split it")
            return Page(request.url, request.url, 200, headers, path.read_bytes(), now)
        except FileNotFoundError as error:
            raise FetchError(str(path), "no such file or folder") from error
        except OSError as error:
            raise FetchError(str(path), f"cannot be read: {error.strerror or error}") from error

    def _files(self) -> Iterator[Path]:
        root = self.path.absolute()
        if not root.is_dir():
            raise FetchError(str(root), "no such folder")
        count = 0
        for folder, names, files in os.walk(root):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(files):
                path = Path(folder, name)
                if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                    continue
                if not path.resolve().is_relative_to(root.resolve()):
                    continue
                count += 1
                if count > MAX_FILES:
                    raise FetchError(str(root), f"more than {MAX_FILES} files; split the folder")
                yield path

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Turn the listing into requests, a file into its document (or documents, for JSON lines)."""
        if request.role == "listing":
            for name in json.loads(page.body):
                yield Request(Path(name).as_uri(), role="file")
            return
        path = Path(url2pathname(unquote(urlsplit(request.url).path)))
        uid = path.relative_to(self.path.absolute()).as_posix()
        if not page.body.strip():
            raise LayoutChanged(str(path), "empty, nothing to read")
        if b"\0" in page.body[:1024] and not page.body.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise LayoutChanged(str(path), "a binary file, not a text")
        suffix = page.media_type
        if suffix in (".jsonl", ".ndjson"):
            yield from self._rows(path, uid, page.body)
            return
        if suffix == ".eml" and written_by_us(page.body):
            return
        yield replace(self._document(suffix, page.body), id=uid, source=self.name, official=self.official)

    def _document(self, suffix: str, body: bytes) -> Document:
        if suffix == ".eml":
            return read_mail(body)
        if suffix in (".html", ".htm", ".xhtml"):
            article = read_article(body)
            return Document("", article.title, article.text, published=article.published, lang=article.lang)
        return Document("", "", decode(body, declared_charsets(body)))

    def _rows(self, path: Path, uid: str, body: bytes) -> Iterator[Parsed]:
        for number, line in enumerate(body.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                yield self._row(json.loads(line), f"{uid}:{number}")
            except (ValueError, AttributeError, RecursionError) as error:
                yield LayoutChanged(str(path), f"line {number} is no document ({str(error)[:60]})")

    def _row(self, row: Any, fallback: str) -> Document:
        text, title = row.get("text") or "", row.get("title") or ""
        if not (isinstance(text, str) and isinstance(title, str) and (text or title)):
            raise ValueError("no text or title")
        return Document(
            id=str(row.get("id") or fallback),
            title=title,
            text=text,
            url=row["url"] if isinstance(row.get("url"), str) else None,
            published=strict_moment(row["published"]) if isinstance(row.get("published"), str) else None,
            lang=row["lang"] if isinstance(row.get("lang"), str) else None,
            source=self.name,
            official=self.official,
        )
