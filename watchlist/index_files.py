"""Compiled watchlists on disk, so that the next process need not compile them again.

A file holds one thing that was compiled of a watchlist, under a fingerprint of all names and of the rules it was
compiled by. It is written beside its place and moved there, so readers see whole files only; what is not exactly
what was written (cut short, changed, of another list or version) counts as not there. The folder may be emptied at
any time.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_MAGIC = b"watchlist names 1\n"
_SUFFIX = ".names"
_MOST_FILES = 12
"""So many are kept, the latest used first: a list or two, with the entries, rows and three kinds of patterns of each, the names filed
for screening, and the official lists."""


def user_index() -> "IndexFolder":
    """Return the folder in the user's cache."""
    from platformdirs import user_cache_path

    return IndexFolder(user_cache_path("watchlist") / "index")


class IndexFolder:
    """A folder of compiled watchlists. Processes may share it; a folder that cannot be written is no error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> bytes | None:
        """Return what was kept under a key; None when it is not there or not whole."""
        path = self._path(key)
        try:
            found = path.read_bytes()
        except OSError:
            return None
        head = _MAGIC + hashlib.sha256(key.encode()).digest()
        body = found[len(head) + 32 :]
        if not found.startswith(head) or found[len(head) : len(head) + 32] != hashlib.sha256(body).digest():
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return body

    def keep(self, key: str, body: bytes) -> None:
        """Keep bytes under a key, and drop the files that were not used for longest."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".new")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + hashlib.sha256(key.encode()).digest() + hashlib.sha256(body).digest())
                    file.write(body)
                Path(name).replace(self._path(key))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._drop_old()

    def _path(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(key.encode()).hexdigest()[:32] + _SUFFIX)

    def _drop_old(self) -> None:
        dated = []
        for path in self._folder.glob("*" + _SUFFIX):
            with contextlib.suppress(OSError):
                dated.append((path.stat().st_mtime, path))
        for _, path in sorted(dated)[:-_MOST_FILES]:
            path.unlink(missing_ok=True)
