"""An edition: all entities of one list at one time. Snapshots are stored compactly and never trusted blindly."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from watchlist.errors import BadEdition, HeldEdition
from watchlist.lists.canonical import merged
from watchlist.model import ListEntity, ListName, NameStrength

_FORMAT = 1


@dataclass(frozen=True)
class Edition:
    """``entities`` by id, in order of the ids. ``name`` is the list's, ``as_of`` what the publisher states."""

    name: str
    as_of: str
    entities: Mapping[str, ListEntity]

    def __len__(self) -> int:
        """Return how many entities are listed."""
        return len(self.entities)

    @cached_property
    def digest(self) -> str:
        """Identify what the edition lists, whatever its name, its day and the order of the file."""
        found = hashlib.sha256()
        for _, listed in sorted(self.entities.items()):
            found.update(_json(entity_to_json(listed)))
            found.update(b"\n")
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an edition may change at once: shares of the last good edition, and a least number of entities.

    Small lists move in large shares, so up to ``free`` entities may always come or go. A removal beyond
    ``most_removed`` is held until a person accepts it.
    """

    least: int = 1
    most_removed: float = 0.1
    most_added: float = 0.6
    free: int = 25


def assemble(name: str, entities: Iterable[ListEntity], *, as_of: str = "", url: str = "") -> Edition:
    """Gather an edition from a reader's stream. BadEdition when it holds nobody or a nameless record."""
    joined = merged(entities)
    orphans = [id for id, found in joined.items() if not found.kind]
    if len(orphans) > max(5, 0.02 * len(joined)):
        raise BadEdition(
            url or name,
            f"{len(orphans)} aliases or addresses belong to no record: the files are not of one edition",
        )
    for id in orphans:  # published a moment before or after the names
        del joined[id]
    nameless = [id for id, found in joined.items() if not found.names]
    if not joined:
        raise BadEdition(url or name, "the edition lists nobody; the last good edition stays in force")
    if nameless:
        raise BadEdition(
            url or name,
            f"{len(nameless)} records without a name (first: {nameless[0]}); the columns may have moved",
        )
    return Edition(name, as_of, dict(sorted(joined.items())))


def accept(edition: Edition, last: Edition | None, bounds: Bounds | None = None, *, url: str = "") -> Edition:
    """Return the edition if it may replace the last good one.

    Raises BadEdition with the reason when it is too small, HeldEdition when more comes or goes at once than is usual, or
    when it is dated before the last one (a stale copy of one of several servers): that a person must confirm.
    """
    where, bounds = url or edition.name, bounds or Bounds()
    if len(edition) < bounds.least:
        raise BadEdition(where, f"{len(edition)} entities where at least {bounds.least} are expected")
    if last is None:
        return edition
    if edition.as_of and last.as_of and edition.as_of < last.as_of:
        raise HeldEdition(
            where,
            f"dated {edition.as_of}, older than the edition in force ({last.as_of}): a stale copy? If it is right: "
            f"watchlist lists accept {edition.name}",
        )
    gone = len(last.entities.keys() - edition.entities.keys())
    come = len(edition.entities.keys() - last.entities.keys())
    accept_it = f"held back. If that is right: watchlist lists accept {edition.name}"
    if gone > max(bounds.free, bounds.most_removed * len(last)):
        raise HeldEdition(where, f"{gone:,} of {len(last):,} entities are missing: {accept_it}")
    if come > max(bounds.free, bounds.most_added * len(last)):
        raise HeldEdition(where, f"{come:,} new entities on a list of {len(last):,}: {accept_it}")
    return edition


def pack(edition: Edition) -> bytes:
    """Return the edition as compressed JSON; equal editions give equal bytes."""
    rows = [entity_to_json(found) for _, found in sorted(edition.entities.items())]
    head = {"format": _FORMAT, "name": edition.name, "as_of": edition.as_of}
    return zlib.compress(_json([head, rows]), 6)


def unpack(data: bytes) -> Edition:
    """Return the edition that ``pack`` wrote. ValueError when the bytes are damaged or of a newer format."""
    try:
        head, rows = json.loads(zlib.decompress(data))
        if head["format"] != _FORMAT:
            raise ValueError(f"snapshot format {head['format']} is not {_FORMAT}")
        entities = {row["id"]: entity_from_json(row) for row in rows}
    except (zlib.error, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"damaged snapshot: {error}") from error
    return Edition(head["name"], head["as_of"], entities)


def entity_to_json(found: ListEntity) -> dict[str, Any]:
    """Return a record as JSON values, without what is empty."""
    row: dict[str, Any] = {
        "id": found.id,
        "kind": found.kind,
        "names": [[name.name, name.strength.value, name.lang] for name in found.names],
    }
    for field in _FURTHER:
        if value := getattr(found, field):
            row[field] = value
    return row


def entity_from_json(row: Mapping[str, Any]) -> ListEntity:
    """Read back what ``entity_to_json`` wrote."""
    return ListEntity(
        row["id"],
        row["kind"],
        tuple(ListName(name, _STRENGTHS[strength], lang) for name, strength, lang in row["names"]),
        programs=tuple(row.get("programs", ())),
        identifiers=tuple(row.get("identifiers", ())),
        countries=tuple(row.get("countries", ())),
        addresses=tuple(row.get("addresses", ())),
        dates=tuple((label, day) for label, day in row.get("dates", ())),
        linked=tuple((relation, other) for relation, other in row.get("linked", ())),
        remarks=row.get("remarks", ""),
        url=row.get("url"),
    )


_FURTHER = ("programs", "identifiers", "countries", "addresses", "dates", "linked", "remarks", "url")
_STRENGTHS = {strength.value: strength for strength in NameStrength}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
