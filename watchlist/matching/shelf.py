"""What is compiled of many names is kept between processes: where, from how many on, and in which form."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Protocol

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


def version_of(rules: Mapping[str, Sequence[str]], beside: str = "") -> str:
    """Identify the state of some files, by package, and of what is told beside them."""
    digest = hashlib.sha256(beside.encode())
    for package, files in rules.items():
        for name in files:
            digest.update(resources.files(package).joinpath(*name.split("/")).read_bytes())
    return digest.hexdigest()[:16]
