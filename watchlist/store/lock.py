"""One round or daemon at a time on the embedded database: an OS file lock, which dies with its process."""

from collections.abc import Iterator
from contextlib import contextmanager

from watchlist.store.database import Database


@contextmanager
def single_runner(database: Database, purpose: str) -> Iterator[None]:
    """Hold the runner's lock beside the SQLite file while the block runs; on PostgreSQL do nothing.

    ``purpose`` is told to whoever comes second (``watchlist run``). Raises StoreError at once when another
    process holds it. A lock row would lock out a restart after kill -9; the system's file lock does not.
    """
    raise NotImplementedError
    yield
