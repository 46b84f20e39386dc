"""The watchlist in the store: add, get, list, edit, remove. Entries travel as frozen ``Entry`` values."""

from datetime import datetime

from sqlmodel import Session

from watchlist.model import Entry


def add(session: Session, entry: Entry, now: datetime) -> bool:
    """Put an entry on the watchlist. False, and nothing changed, when its name is there already.

    Names are the same when they are equal but for case, width and blanks (NFKC, casefold). Raises EntryError
    on an empty name. A removed entry that is added again keeps its history.
    """
    raise NotImplementedError


def get(session: Session, name: str) -> Entry:
    """Return the entry of this name (case, width and blanks do not matter). Raises EntryError, with the nearest name."""
    raise NotImplementedError


def list_all(session: Session, tag: str | None = None) -> list[Entry]:
    """Return the watchlist by name, or the part of it that carries ``tag``."""
    raise NotImplementedError


def edit(session: Session, name: str, changed: Entry, now: datetime) -> Entry:
    """Replace the entry of this name by ``changed`` (which may carry a new name) and return what was before.

    Raises EntryError when it is unknown or the new name is another entry's.
    """
    raise NotImplementedError


def remove(session: Session, name: str, now: datetime) -> Entry:
    """Take the entry off the watchlist and return it; its history stays. Raises EntryError when it is unknown."""
    raise NotImplementedError
