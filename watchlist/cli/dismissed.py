"""Dismissals in a watchlist file: a further column, so that "not them" survives export and import."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from watchlist.model import Entry

COLUMN = "dismissed"


def joined(session: "Session", entries: "Iterable[Entry]") -> "list[Entry]":
    """Return entries with their dismissals in force in a column of their own, as JSON; one without any as it is."""
    from alerts.ledger import dismissals

    by_name = dismissals.to_data(session)

    def whole(entry: "Entry") -> "Entry":
        kept = by_name.get(entry.name)
        if not kept:
            return entry
        extra = tuple(pair for pair in entry.extra if pair[0] != COLUMN)
        return replace(entry, extra=(*extra, (COLUMN, json.dumps(kept, ensure_ascii=False))))

    return list(map(whole, entries))


def parted(entry: "Entry") -> "tuple[Entry, list[Any]]":
    """Return the entry without that column, and the dismissals in it; what is not our form stays a column."""
    cell = dict(entry.extra).get(COLUMN)
    if cell is None:
        return entry, []
    try:
        kept = json.loads(cell) if cell.strip() else []
    except ValueError:
        return entry, []
    if not isinstance(kept, list) or not all(
        isinstance(one, dict) and {"alias", "context"} <= one.keys() for one in kept
    ):
        return entry, []
    return replace(entry, extra=tuple(pair for pair in entry.extra if pair[0] != COLUMN)), kept
