"""What is compiled of many names is kept between processes: where, from how many on, and when it is made anew."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import resources
from typing import Protocol, TypeVar

_Kept = TypeVar("_Kept")

WORTH_KEEPING = 1000
"""What is made of fewer names is made sooner than a file is read."""


class Shelf(Protocol):
    """Where what was compiled is kept between processes; it may lose it, but never gives back anything else."""

    def load(self, key: str) -> bytes | None:
        """Return what was kept under a key."""
        ...

    def keep(self, key: str, body: bytes) -> None:
        """Keep what was compiled for the next process."""
        ...


def kept_or_made(
    shelf: Shelf,
    key: str,
    read: Callable[[bytes], _Kept],
    make: Callable[[], _Kept],
    write: Callable[[_Kept], bytes],
) -> _Kept:
    """Return what ``read`` makes of the bytes under a key; where there are none, or it raises ValueError, ``make`` and keep it."""
    found = shelf.load(key)
    if found is not None:
        with suppress(ValueError):
            return read(found)
    made = make()
    shelf.keep(key, write(made))
    return made


def version_of(rules: Mapping[str, Sequence[str]], beside: str = "") -> str:
    """Identify the state of some files, by package, and of what is told beside them."""
    digest = hashlib.sha256(beside.encode())
    for package, files in rules.items():
        for name in files:
            digest.update(resources.files(package).joinpath(*name.split("/")).read_bytes())
    return digest.hexdigest()[:16]
