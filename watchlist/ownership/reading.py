"""Holdings out of other people's data: CSV rows, FtM ``Ownership`` lines, relations of official lists. Pure.

What cannot be read is returned beside what can: nothing is lost in silence.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from watchlist.model import ListEntity
from watchlist.ownership.holdings import Holding

COLUMNS = ("owner", "owned", "share", "since", "until", "control")
_NUMBER = re.compile(r"\A[<>~≈ ]*([0-9]+(?:[.,][0-9]+)?)\s*%?")
_YES = frozenset(("1", "true", "yes", "y", "x", "control"))
#: FtM: how a holding of more than half is told without a number.
_FTM_CONTROL = re.compile(r"\b(control|controls|controlled|beneficial|majority|parent)\b", re.IGNORECASE)
#: A list's relation whose entity is owned or controlled by the related one (OFAC: "Owned or Controlled By").
_OWNED_BY = re.compile(r"\b(owned|controlled)\b.*\bby\b", re.IGNORECASE)
_OWNER_OF = re.compile(r"\b(owns|controls|owner of)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BadHolding:
    """A row or line that says no holding: where it stands, from 1, and why."""

    line: int
    reason: str


Read = tuple[list[Holding], list[BadHolding]]


def read_csv(lines: Iterable[str], source: str) -> Read:
    """Read a CSV with the header ``owner,owned,share,since,until,control``; only the first two are required."""
    rows = csv.DictReader(lines)
    found: list[Holding] = []
    bad: list[BadHolding] = []
    try:
        names = {str(name).strip().lower(): name for name in rows.fieldnames or ()}
        missing = [name for name in COLUMNS[:2] if name not in names]
        if missing:
            return [], [BadHolding(1, f"the header lacks {' and '.join(missing)}; it must have owner,owned")]
        for row in rows:
            values = {name: (row.get(names[name]) or "").strip() if name in names else "" for name in COLUMNS}
            try:
                found.append(_holding(values, source))
            except ValueError as error:
                bad.append(BadHolding(rows.line_num, str(error)))
    except csv.Error as error:
        bad.append(BadHolding(max(1, rows.line_num), f"no CSV: {error}"))
    return found, bad


def _holding(values: Mapping[str, str], source: str) -> Holding:
    if not values["owner"] or not values["owned"]:
        raise ValueError("owner and owned must both be named")
    return Holding(
        values["owner"],
        values["owned"],
        share_of(values["share"]),
        _day(values["since"]),
        _day(values["until"]),
        values["control"].casefold() in _YES,
        source,
    )


def share_of(text: str) -> float | None:
    """Read ``62``, ``62.5 %``, ``62,5`` as percent; "" and "?" are unknown. Raises ValueError beyond 0 to 100."""
    if text.strip() in ("", "?", "unknown", "n/a"):
        return None
    number = _NUMBER.fullmatch(text.strip())
    value = float(number[1].replace(",", ".")) if number else -1.0
    if not 0 <= value <= 100:
        raise ValueError(f"share {text!r} is no percentage from 0 to 100")
    return value


def _day(text: str) -> date | None:
    if not text:
        return None
    padded = text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text[:10]
    try:
        return date.fromisoformat(padded)
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as 2019-05-01") from None


def read_ftm(lines: Iterable[str], source: str) -> Read:
    """Read FollowTheMoney entities, one JSON object a line: ``Ownership`` links the names of two others.

    ``percentage`` is the share, ``startDate`` and ``endDate`` its time, ``role`` may tell control. A link to an
    entity that the file does not hold uses its id as the name.
    """
    names: dict[str, str] = {}
    links: list[tuple[int, dict[str, Any]]] = []
    bad: list[BadHolding] = []
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            properties: dict[str, Any] = row["properties"]
            if row["schema"] == "Ownership":
                links.append((at, properties))
            elif properties.get("name"):
                names[row["id"]] = str(properties["name"][0])
            elif row.get("caption"):
                names[row["id"]] = str(row["caption"])
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            bad.append(BadHolding(at, "no FtM entity: it needs id, schema and properties"))
    found: list[Holding] = []
    for at, properties in links:
        try:
            role = " ".join(map(str, properties.get("role", ())))
            percentage = str(next(iter(properties.get("percentage", ())), ""))
            start, end = (str(next(iter(properties.get(p, ())), "")) for p in ("startDate", "endDate"))
            holding = Holding(
                "", "", share_of(percentage), _day(start), _day(end), bool(_FTM_CONTROL.search(role)), source
            )
            found += [
                replace(holding, owner=names.get(owner, owner), owned=names.get(asset, asset))
                for owner in map(str, properties.get("owner", ()))
                for asset in map(str, properties.get("asset", ()))
            ]
        except (ValueError, TypeError) as error:
            bad.append(BadHolding(at, str(error)))
    return found, bad


def of_list(entities: Iterable[ListEntity], source: str) -> list[Holding]:
    """Return the holdings that a list's relations tell: owned or controlled, the share not told."""
    kept = {entity.id: entity for entity in entities}
    found = []
    for entity in kept.values():
        for relation, other_id in entity.linked:
            other = kept.get(other_id)
            if other is None or not entity.names or not other.names:
                continue
            name, its = entity.names[0].name, other.names[0].name
            if _OWNED_BY.search(relation):
                found.append(Holding(its, name, control=True, source=source))
            elif _OWNER_OF.search(relation):
                found.append(Holding(name, its, control=True, source=source))
    return sorted(found, key=lambda h: (h.owned, h.owner))
