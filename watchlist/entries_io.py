"""Watchlists as files: CSV (the form of the README), TOML and JSON; export and import lose nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watchlist.model import Entry


class Form(StrEnum):
    """A file format for watchlists."""

    CSV = "csv"
    TOML = "toml"
    JSON = "json"

    @classmethod
    def of(cls, path: Path) -> "Form":
        """Tell the form from a file's name; CSV when the name does not say."""
        suffix = path.suffix.lower().lstrip(".")
        return cls(suffix) if suffix in set(cls) else cls.CSV


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row (or table) that is not a usable entry: its 1-based line in the file, and what is wrong with it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class EntriesRead:
    """The usable entries of a file, in order, and the rows that are not."""

    entries: tuple[Entry, ...]
    bad_rows: tuple[BadRow, ...] = ()


def read_entries(path: Path, form: Form | None = None) -> EntriesRead:
    """Read a watchlist file. Raises EntryError when the file as a whole is unreadable or not of its form."""
    raise NotImplementedError


def parse_entries(data: bytes, form: Form, place: str = "input") -> EntriesRead:
    """Read a watchlist from bytes; ``place`` names it in messages. Raises EntryError as ``read_entries`` does."""
    raise NotImplementedError


def format_entries(entries: Iterable[Entry], form: Form) -> str:
    """Write entries in a form that ``parse_entries`` reads back to equal entries."""
    raise NotImplementedError
