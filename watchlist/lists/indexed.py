"""Lists whose files stand in an index that is read first: a day, a version, files of what has changed since another one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol, runtime_checkable

from watchlist.model import ListEntity, Request

INDEX = "index"
"""The role of a request that asks for an index."""
CHANGES = "changes"
"""The role of a request for a file of changes."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What an index says: the ``version`` that is published now, what to fetch for it, and its day (ISO, or '').

    ``requests`` are the files in order; or one further index; or files of changes to the version that was read last, with
    the ``whole`` list for the case that they cannot be had. ``whole_version`` is what the whole list surely holds, where that is
    not ``version`` ('': nothing is known). ``note`` says why the whole is read in place of changes.
    """

    version: str
    requests: tuple[Request, ...]
    as_of: str = ""
    whole: tuple[Request, ...] = ()
    whole_version: str | None = None
    note: str = ""

    def read_whole(self, why: str) -> "Followed":
        """Return the same with the whole list in place of changes, and why."""
        return replace(
            self, requests=self.whole or self.requests, note=f"the whole list in place of changes: {why}"
        )


@runtime_checkable
class Indexed(Protocol):
    """A list source that plans one request of the role ``index``."""

    def follow(self, stream: BinaryIO, request: Request, last: str, so_far: Followed | None) -> Followed:
        """Say what to fetch, going by the index, and by what was learnt ``so_far`` from an index before it.

        ``last`` is the version that was read last, or ''. Raises LayoutChanged, BadEdition.
        """
        ...


@runtime_checkable
class Stepwise(Protocol):
    """A list source that has files of changes."""

    def steps(self, stream: BinaryIO, request: Request) -> Iterator[tuple[str, ListEntity | None]]:
        """Yield id and record of what came or changed, None for what is gone. Raises BadEdition."""
        ...
