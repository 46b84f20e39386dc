"""One round or daemon at a time on the embedded database: an OS file lock, which dies with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watchlist.errors import StoreError
from watchlist.store.database import Database

try:
    import fcntl
except ImportError:  # Windows has no flock; msvcrt locks a byte range, which serves as well
    fcntl = None  # type: ignore[assignment]


@contextmanager
def single_runner(database: Database, purpose: str) -> Iterator[None]:
    """Hold the runner's lock beside the SQLite file while the block runs; on PostgreSQL do nothing.

    ``purpose`` is told to whoever comes second (``watchlist run``). Raises StoreError at once when another
    process holds it. A lock row would lock out a restart after kill -9; the system's file lock does not.
    """
    if database.path is None:
        yield
        return
    path = database.path.with_name(database.path.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: the lock file cannot be opened ({error.strerror})") from None
    try:
        if not _lock(handle):
            raise StoreError(
                f"another watchlist is at work on {database.path}{_holder(path)}: one at a time on SQLite;"
                " wait for it or stop it (several at once need PostgreSQL)"
            )
        with suppress(OSError):  # who holds it is only told for information
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{purpose} (process {os.getpid()})\n".encode(), 0)
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def _holder(path: Path) -> str:
    try:
        told = path.read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
    return f": {told}" if told else ""
