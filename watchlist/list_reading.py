"""Fetch one list and read what came as an edition. No store; every expected failure is part of the answer.

::

    plan ─download (conditional, capped, with a deadline) → temporary file ─unfold→ stream ─read→ entities ─→ Edition
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, cast

from watchlist.errors import BadEdition, FetchError, LayoutChanged, SourceError
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.files import MOST_BYTES, unfolded
from watchlist.lists.indexed import CHANGES, INDEX, Followed
from watchlist.lists.measures import HEAD_BYTES
from watchlist.lists.opened import OpenedList
from watchlist.model import ListEntity, Request, SourceState
from watchlist.sources.address import shown
from watchlist.sources.http import Download
from watchlist.sources.reader import PageTrace, validators_of
from watchlist.visits import StoppedError

BEGINNING_BYTES = 1_000_000
"""So much of a bad file is kept aside."""
_TOLD_EVERY = 1000
_VERSION = "version"
_T = TypeVar("_T")


class ListFetcher(Protocol):
    """What downloads lists: ``watchlist.sources.http.Fetcher``."""

    def open(self, request: Request, state: SourceState | None = None) -> Download:
        """Download one file within the caps and deadlines. Raises FetchError."""
        ...

    def close(self) -> None:
        """End what is under way."""
        ...


Tell = Callable[[str], None]
"""Called with a few words on what is being done."""


@dataclass(frozen=True, slots=True)
class ListRead:
    """What one visit to a list gave.

    ``edition`` is None when the publisher said that nothing has changed, or when ``error`` tells what failed. A
    file that came whole and was no good is ``bad``; ``beginning`` is its first part as it came. ``offline``: the failure
    looked like our own line's. ``state`` is to be stored with the edition, and only then. ``pages`` are what the trail
    keeps of the files. Where the publisher tells changes only, ``steps`` are records by id (None: gone) that make of the edition
    in force the one of the day ``as_of``; where the whole was read in place of them, ``note`` says why.
    """

    state: SourceState
    edition: Edition | None = None
    steps: Mapping[str, ListEntity | None] | None = None
    as_of: str = ""
    size: int = 0
    error: SourceError | None = None
    bad: bool = False
    beginning: bytes = b""
    offline: bool = False
    gone: bool = False
    retry_after: float | None = None
    pages: tuple[PageTrace, ...] = ()
    note: str = ""


@dataclass(slots=True)
class _File:
    """One downloaded (or local) file."""

    request: Request
    stream: BinaryIO
    size: int
    validators: dict[str, str]


def read_list(
    opened: OpenedList,
    state: SourceState,
    fetcher: ListFetcher,
    now: datetime,
    *,
    tell: Tell | None = None,
    stop: Callable[[], bool] | None = None,
) -> ListRead:
    """Visit one list. Expected failures are in the answer; raises StoppedError when told to stop."""
    with ExitStack() as closing:
        files: list[_File] = []
        at: _File | None = None
        try:
            quietly = tell or _silent
            index, found = _planned(opened, state, fetcher, now, closing, quietly)
            found, files = _fetched(found, state, fetcher, closing, quietly)
            if not files:
                return ListRead(replace(state, last_success=now), note=found.note)
            size = sum(file.size for file in files)
            if files[0].request.role == CHANGES:
                steps = _steps(opened, files, found.as_of, quietly, stop)
                known = {**state.validators, **_remembered(index, found, found.version)}
                after = SourceState(known, state.cursor, now)
                return ListRead(after, steps=steps, as_of=found.as_of, size=size, pages=_traces(files))
            parts: list[ListEntity] = []
            as_of = ""
            for at in files:
                with unfolded(at.stream, at.request.url) as content:
                    as_of = as_of or _stated(opened, content)
                    parts.extend(_watched(opened.reader.read(content, at.request), quietly, stop))
            edition = assemble(opened.name, parts, as_of=as_of or found.as_of, url=files[0].request.url)
        except FetchError as error:
            empty = error.status == 200  # it answered, with nothing that can be a list
            return ListRead(
                state,
                error=error,
                bad=empty,
                offline=error.local,
                gone=error.status == 410,
                retry_after=error.retry_after,
            )
        except (BadEdition, LayoutChanged) as error:
            if files and files[0].request.role == CHANGES:  # the whole list says the same
                known = {url: held for url, held in state.validators.items() if _VERSION not in held}
                whole = read_list(
                    opened, replace(state, validators=known), fetcher, now, tell=tell, stop=stop
                )
                return replace(whole, note=found.read_whole(error.message).note)
            came = sum(file.size for file in files)
            return ListRead(
                state, error=error, bad=True, beginning=_beginning(at), size=came, pages=_traces(files)
            )
        version = found.version if found.whole_version is None else found.whole_version
        if as_of and as_of < found.as_of:
            # the list is behind its index: what that tells is not in it yet
            version = ""
        known = {**_remembered(index, found, version), **_validators(files)}
        return ListRead(
            SourceState(known, state.cursor, now), edition, size=size, pages=_traces(files), note=found.note
        )


def _steps(
    opened: OpenedList, files: Iterable[_File], as_of: str, tell: Tell, stop: Callable[[], bool] | None
) -> dict[str, ListEntity | None]:
    """Return what files of changes come to, of which the last must be of the day that the index says."""
    steps: dict[str, ListEntity | None] = {}
    stated, url = "", ""
    for file in files:
        url = file.request.url
        with unfolded(file.stream, url) as content:
            stated = _stated(opened, content)
            steps |= _watched(opened.steps(content, file.request), tell, stop)
    if stated and stated != as_of:
        raise BadEdition(url, f"dated {stated}, where its index says {as_of}")
    return steps


def _stated(opened: OpenedList, content: io.BufferedReader) -> str:
    return opened.profile.stated_day(content.peek(HEAD_BYTES)[:HEAD_BYTES])


def _validators(files: Iterable[_File]) -> dict[str, dict[str, str]]:
    return {file.request.url: file.validators for file in files if file.validators}


def _remembered(index: _File | None, found: Followed, version: str) -> dict[str, dict[str, str]]:
    """Return what is kept of an index: the version that was read, and by what it is known as unchanged if that is its newest."""
    if index is None or not version:
        return {}
    unchanged = index.validators if version == found.version else {}
    return {index.request.url: {**unchanged, _VERSION: version}}


def _planned(
    opened: OpenedList,
    state: SourceState,
    fetcher: ListFetcher,
    now: datetime,
    closing: ExitStack,
    tell: Tell,
) -> tuple[_File | None, Followed]:
    """Return the index that was read (if the list has one), and what to fetch.

    Nothing is to be fetched when the index says so: it is unchanged, or tells the version that was read last, which
    stands among its validators.
    """
    planned = list(opened.plan(state, now))
    if [request.role for request in planned] != [INDEX]:
        return None, Followed("", tuple(planned))
    index = _one(planned[0], state, fetcher, closing, tell)
    if index is None:
        return None, Followed("", ())
    last = state.validators.get(index.request.url, {}).get(_VERSION, "")
    with unfolded(index.stream, index.request.url) as content:
        found = opened.follow(content, index.request, last)
    if found.version == last:
        return None, Followed("", ())
    if [request.role for request in found.requests] == [INDEX]:
        try:
            further = _need(_one(found.requests[0], SourceState(), fetcher, closing, tell), found.requests[0])
        except FetchError as error:
            if error.local:
                raise
            return index, found.read_whole(error.message)
        with unfolded(further.stream, further.request.url) as content:
            found = opened.follow(content, further.request, last, found)
    return index, found


def _fetched(
    found: Followed, state: SourceState, fetcher: ListFetcher, closing: ExitStack, tell: Tell
) -> tuple[Followed, list[_File]]:
    """Return the files, or those of the whole list where files of changes cannot be had."""
    try:
        return found, _files(found.requests, state, fetcher, closing, tell)
    except FetchError as error:
        if error.local or not found.whole:
            raise
        return found.read_whole(error.message), _files(found.whole, state, fetcher, closing, tell)


def _files(
    planned: Sequence[Request], state: SourceState, fetcher: ListFetcher, closing: ExitStack, tell: Tell
) -> list[_File]:
    """Return the files of an edition, or none when all of them are unchanged.

    Where only some have changed, the others are fetched all the same: an edition is read whole.
    """
    files = [_one(request, state, fetcher, closing, tell) for request in planned]
    if not any(files):
        return []
    return [
        file
        or _need(_one(replace(request, conditional=False), SourceState(), fetcher, closing, tell), request)
        for file, request in zip(files, planned, strict=True)
    ]


def _need(file: _File | None, request: Request) -> _File:
    if file is None:
        raise FetchError(request.url, "answered 304 to an unconditional request", status=304)
    return file


def _one(
    request: Request, state: SourceState, fetcher: ListFetcher, closing: ExitStack, tell: Tell
) -> _File | None:
    if "://" not in request.url:
        return _local(request, state, closing)
    tell("downloading")
    download = fetcher.open(request, state)
    closing.callback(download.stream.close)
    if download.page.not_modified:
        return None
    size = download.stream.seek(0, io.SEEK_END)
    download.stream.seek(0)
    return _File(request, download.stream, size, validators_of(download.page))


def _local(request: Request, state: SourceState, closing: ExitStack) -> _File | None:
    """Open a file of the user's own, unless it is as it was."""
    path = Path(request.url).expanduser()
    try:
        stat = path.stat()
        stamp = f"{stat.st_mtime_ns}-{stat.st_size}"
        if request.conditional and state.validators.get(request.url, {}).get("etag") == stamp:
            return None
        stream = closing.enter_context(path.open("rb"))
    except OSError as error:
        raise FetchError(request.url, f"cannot be read ({error.strerror or error})") from error
    if stat.st_size > MOST_BYTES:
        raise FetchError(request.url, f"larger than {MOST_BYTES:,} bytes; refused")
    return _File(request, cast(BinaryIO, stream), stat.st_size, {"etag": stamp})


def _watched(found: Iterable[_T], tell: Tell, stop: Callable[[], bool] | None) -> Iterator[_T]:
    for count, one in enumerate(found, 1):
        if count % _TOLD_EVERY == 0:
            tell(f"{count:,} records read")
            if stop is not None and stop():
                raise StoppedError
        yield one


def _traces(files: Iterable[_File]) -> tuple[PageTrace, ...]:
    found = []
    for file in files:
        file.stream.seek(0)
        digest = hashlib.sha256()
        while piece := file.stream.read(1 << 16):
            digest.update(piece)
        trace = PageTrace(shown(file.request.url), digest.hexdigest(), file.size, file.validators)
        found.append(trace)
    return tuple(found)


def _beginning(file: _File | None) -> bytes:
    if file is None:
        return b""
    file.stream.seek(0)
    return file.stream.read(BEGINNING_BYTES)


def _silent(words: str) -> None:
    pass
