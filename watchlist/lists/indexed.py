"""Lists whose files stand in an index that is read first: a day, a version, an address that is another every time."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from watchlist.model import Request

INDEX = "index"
"""The role of a planned request that asks for the index."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What an index says: the ``version`` that is published now, its files in order, and its day (ISO, or '').

    The version that is in force already is not fetched again.
    """

    version: str
    requests: tuple[Request, ...]
    as_of: str = ""


@runtime_checkable
class Indexed(Protocol):
    """A list source that plans one request of the role ``index``."""

    def follow(self, stream: BinaryIO, request: Request) -> Followed:
        """Say what to fetch, going by the index. Raises LayoutChanged, BadEdition."""
        ...
