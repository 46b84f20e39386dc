"""OpenSanctions' collection of sanctions lists as FtM entities: the whole once, then what has changed.

Address: ``https://data.opensanctions.org/datasets/latest/{dataset}/index.json`` tells the version, the files and ``delta_url``: an index
of the versions of the last days, each with a file of operations (ADD, MOD with the whole entity, DEL with its id). Several
versions a day. Id: ``id``; entities that are merged are told as DEL and MOD. Only targets are listed. Licence: CC BY-NC 4.0.
Sureness: the form as OpenSanctions' own reader has it (yente), whose recorded indexes were looked at; tested on files of ours.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists import ftm
from watchlist.lists.indexed import CHANGES, INDEX, Followed
from watchlist.lists.json_lines import lines
from watchlist.model import ListEntity, Request, SourceState

_FILE = "entities.ftm.json"
_MOST_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class OpenSanctions:
    """One of the collections."""

    name: str = "opensanctions-ftm"
    dataset: str = "sanctions"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the index."""
        url = f"https://data.opensanctions.org/datasets/latest/{self.dataset}/index.json"
        yield Request(url, max_bytes=16_000_000, role=INDEX)

    def follow(self, stream: BinaryIO, request: Request, last: str, so_far: Followed | None) -> Followed:
        """Go by the index, then by the index of changes: all since the last version, or the whole."""
        try:
            told = json.load(stream)
            return _changes(told, last, so_far) if so_far else _files(told, last)
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError) as error:
            raise LayoutChanged(request.url, f"not the documented index: {str(error)[:100]}") from error

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the targets of the whole file."""
        for number, item in lines(stream, request.url):
            if (found := _target(item, number, request.url)) is not None:
                yield found

    def steps(self, stream: BinaryIO, request: Request) -> Iterator[tuple[str, ListEntity | None]]:
        """Yield the operations of one version; what is no target (any longer) is gone."""
        for number, item in lines(stream, request.url):
            try:
                operation, entity = item["op"], item["entity"]
                id = str(entity["id"])
            except (KeyError, TypeError) as error:
                raise BadEdition(request.url, f"line {number} is not an operation") from error
            if operation not in ("ADD", "MOD", "DEL"):
                raise BadEdition(request.url, f"line {number}: unknown operation {str(operation)[:40]!r}")
            yield id, None if operation == "DEL" else _target(entity, number, request.url)


def _files(told: Any, last: str) -> Followed:
    """Return the whole file, or where changes to the last version can be looked up."""
    version = str(told["version"])
    day = datetime.strptime(version[:8], "%Y%m%d").date().isoformat()  # noqa: DTZ007 (a day, no moment)
    url = next(str(held["url"]) for held in told["resources"] if held["name"] == _FILE)
    whole = (Request(url, max_bytes=_MOST_BYTES),)
    if last and last < version and told.get("delta_url"):
        changes = Request(str(told["delta_url"]), max_bytes=16_000_000, role=INDEX)
        return Followed(version, (changes,), day, whole)
    return Followed(version, whole, day)


def _changes(told: Any, last: str, so_far: Followed) -> Followed:
    """Return the files of all versions since the last one; the whole when the index does not reach back so far.

    A version that changed nothing has no file, so the last one need not be among them.
    """
    versions = {str(version): str(url) for version, url in told["versions"].items()}
    if not versions or last < min(versions):
        return so_far.read_whole(f"its changes do not reach back to version {last}")
    since = [url for version, url in sorted(versions.items()) if last < version <= so_far.version]
    requests = tuple(Request(url, max_bytes=_MOST_BYTES, conditional=False, role=CHANGES) for url in since)
    return Followed(so_far.version, requests, so_far.as_of, so_far.whole)


def _target(item: Any, number: int, url: str) -> ListEntity | None:
    try:
        return ftm.record(item) if item.get("target", True) else None
    except (KeyError, TypeError, AttributeError) as error:
        raise ftm.not_ftm(url, number, error) from error
