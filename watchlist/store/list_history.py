"""What happened on lists over time: every stored change, who left and came back, on which days.

The day of a change is its edition's, as the publisher states it; where it states none, or one before a day that the
list has told already (a stale copy that somebody accepted), the day on which it came. So the days of one list never run
backwards, and a name that was put back was put back after it was taken off.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from watchlist.lists.difference import FieldChange, ListChange, ListChangeKind, fields_between
from watchlist.lists.edition import Edition, entity_from_json
from watchlist.model import ListEntity
from watchlist.store.list_tables import TAKEN, EditionRow, ListChangeRow, ListRow

_REMOVED, _MERGED = ListChangeKind.REMOVED.value, ListChangeKind.MERGED.value
_LEFT = (_REMOVED, _MERGED)
_CAME = (ListChangeKind.ADDED.value, ListChangeKind.RELISTED.value)


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A stored change: of which list, when the edition that brought it came, and of which day that edition says it is."""

    list: str
    at: datetime
    change: ListChange
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class ListHistory:
    """A list's editions so far: ids that are ``former`` (left or were merged, whether they came back or not); by id the
    day on which an entity last ``left`` or ``came``; the last day ``told``; how often each content (by its digest) was
    put in force."""

    former: frozenset[str]
    left: Mapping[str, date]
    came: Mapping[str, date]
    told: date | None
    taken: Mapping[str, int]

    def day(self, as_of: str, now: datetime) -> tuple[date, bool]:
        """Return the day of an edition that comes now, and whether it is the one that its publisher states."""
        stated = _day(as_of)
        if stated is None or (self.told is not None and stated < self.told):
            return now.date(), False
        return stated, True


def history(session: Session, name: str) -> ListHistory:
    """Return what the editions of a list that were in force tell; empty when none was."""
    editions = session.exec(
        select(EditionRow.id, EditionRow.as_of, EditionRow.fetched_at, EditionRow.digest)
        .join(ListRow, col(ListRow.id) == EditionRow.list_id)
        .where(ListRow.name == name, EditionRow.verdict == TAKEN)
        .order_by(col(EditionRow.id))
    ).all()
    moves = session.exec(
        select(ListChangeRow.edition_id, ListChangeRow.at, ListChangeRow.kind, ListChangeRow.entity_id)
        .join(ListRow, col(ListRow.id) == ListChangeRow.list_id)
        .where(ListRow.name == name, col(ListChangeRow.kind).in_((*_LEFT, *_CAME)))
        .order_by(col(ListChangeRow.id))
    ).all()
    put_in_force = {edition_id: at for edition_id, at, _, _ in moves}
    found = ListHistory(frozenset(), {}, {}, None, Counter(content for _, _, _, content in editions))
    days: dict[int, date] = {}
    for id, as_of, fetched, _ in editions:
        assert id is not None
        days[id], _ = found.day(as_of, put_in_force.get(id, fetched))
        found = replace(found, told=max(filter(None, (found.told, days[id]))))
    dated = [(days[edition], kind, id) for edition, _, kind, id in moves if edition in days]
    return replace(
        found,
        former=frozenset(id for _, _, kind, id in moves if kind in _LEFT),
        left={id: day for day, kind, id in dated if kind == _REMOVED},
        came={id: day for day, kind, id in dated if kind in _CAME},
    )


def former(session: Session, names: Iterable[str] | None = None) -> list[Edition]:
    """Return, as an edition a list, the records as they last were of entities that are on it no more."""
    last = (
        select(func.max(ListChangeRow.id))
        .join(ListRow, col(ListRow.id) == ListChangeRow.list_id)
        .group_by(col(ListChangeRow.list_id), col(ListChangeRow.entity_id))
    )
    if names is not None:
        last = last.where(col(ListRow.name).in_(set(names)))
    rows = session.exec(
        select(ListRow.name, ListChangeRow.entity_id, ListChangeRow.before)
        .join(ListRow, col(ListRow.id) == ListChangeRow.list_id)
        .where(col(ListChangeRow.id).in_(last), col(ListChangeRow.kind).in_(_LEFT))
        .order_by(col(ListRow.name), col(ListChangeRow.entity_id))
    )
    gone: dict[str, dict[str, ListEntity]] = {}
    for name, id, before in rows:
        if before:
            gone.setdefault(name, {})[id] = entity_from_json(before)
    return [Edition(name, "", found) for name, found in gone.items()]


def changes(
    session: Session,
    name: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    entity_id: str | None = None,
) -> list[DatedChange]:
    """Return stored changes, oldest first: of one list or all, of a time (both ends included), of one entity."""
    statement = (
        select(ListChangeRow, ListRow.name, EditionRow.as_of)
        .join(ListRow, col(ListRow.id) == ListChangeRow.list_id)
        .join(EditionRow, col(EditionRow.id) == ListChangeRow.edition_id)
    )
    if name is not None:
        statement = statement.where(ListRow.name == name)
    if since is not None:
        statement = statement.where(col(ListChangeRow.at) >= since)
    if until is not None:
        statement = statement.where(col(ListChangeRow.at) <= until)
    if entity_id is not None:
        statement = statement.where(ListChangeRow.entity_id == entity_id)
    rows = session.exec(statement.order_by(col(ListChangeRow.id))).all()
    return [DatedChange(list_name, row.at, _change(row), as_of) for row, list_name, as_of in rows]


def _change(row: ListChangeRow) -> ListChange:
    before = entity_from_json(row.before) if row.before else None
    after = entity_from_json(row.after) if row.after else None
    differing: tuple[FieldChange, ...] = ()
    if before is not None and after is not None:
        differing = fields_between(before, after)
    return ListChange(ListChangeKind(row.kind), row.entity_id, before, after, differing, row.into_id or None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
