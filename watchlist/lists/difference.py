"""What changed between two editions: by id, on canonical records, never by file hash or order."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from watchlist.lists.edition import Edition
from watchlist.model import ListEntity


class ListChangeKind(StrEnum):
    """What happened to an entity."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RELISTED = "re-listed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's change: what is gone (``before``) and what is new (``after``); for lists only the differing items."""

    field: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ListChange:
    """One entity's change. ``into`` is the id it was merged into; ``fields`` say what a change consists of."""

    kind: ListChangeKind
    id: str
    before: ListEntity | None
    after: ListEntity | None
    fields: tuple[FieldChange, ...] = ()
    into: str | None = None


def difference(old: Edition, new: Edition, formerly: Collection[str] = frozenset()) -> tuple[ListChange, ...]:
    """Return the changes from ``old`` to ``new`` in order of ids.

    ``formerly`` are ids that were on the list at some time before ``old``: they come back as re-listed.
    An id that vanishes while its primary name lives on under another id that was there or came now is merged,
    not removed.
    """
    gone = old.entities.keys() - new.entities.keys()
    come = new.entities.keys() - old.entities.keys()
    heirs = _heirs(old, new, gone)
    inherited = set(heirs.values())
    changes = []
    for id in sorted(
        gone
        | come
        | {i for i in old.entities.keys() & new.entities.keys() if old.entities[i] != new.entities[i]}
    ):
        before, after = old.entities.get(id), new.entities.get(id)
        if before is None:
            if id in inherited and id not in formerly:
                continue  # told as the merge of the ids that it took over
            kind = ListChangeKind.RELISTED if id in formerly else ListChangeKind.ADDED
            changes.append(ListChange(kind, id, None, after))
        elif after is None:
            if id in heirs:
                heir = new.entities[heirs[id]]
                changes.append(
                    ListChange(
                        ListChangeKind.MERGED, id, before, heir, fields_between(before, heir), heirs[id]
                    )
                )
            else:
                changes.append(ListChange(ListChangeKind.REMOVED, id, before, None))
        else:
            changes.append(
                ListChange(ListChangeKind.CHANGED, id, before, after, fields_between(before, after))
            )
    return tuple(changes)


def _heirs(old: Edition, new: Edition, gone: Collection[str]) -> dict[str, str]:
    """Return, for each vanished id, the one id that carries its primary name now and did not before."""
    wanted = {id: old.entities[id].names[0].name for id in gone if old.entities[id].names}
    names = set(wanted.values())
    holders: dict[str, list[str]] = {}
    for id, found in new.entities.items():
        held = {name.name for name in old.entities[id].names} if id in old.entities else set()
        for name in found.names:
            if name.name in names and name.name not in held:
                holders.setdefault(name.name, []).append(id)
    return {
        id: holders[name][0]
        for id, name in wanted.items()
        if len(holders.get(name, ())) == 1 and new.entities[holders[name][0]].kind == old.entities[id].kind
    }


def fields_between(before: ListEntity, after: ListEntity) -> tuple[FieldChange, ...]:
    """Return the fields in which two records differ."""
    return tuple(_fields(before, after))


def _fields(before: ListEntity, after: ListEntity) -> Iterator[FieldChange]:
    for field in fields(ListEntity):
        one, two = getattr(before, field.name), getattr(after, field.name)
        if field.name == "id" or one == two:
            continue
        if isinstance(one, tuple):
            yield FieldChange(
                field.name, tuple(x for x in one if x not in two), tuple(x for x in two if x not in one)
            )
        else:
            yield FieldChange(field.name, (one,), (two,))


def composed(changes: Iterable[ListChange]) -> tuple[ListChange, ...]:
    """Return what several differences, told one after the other, come to: by id, from the first to the last state.

    What came and went in between is told by neither; an entity that went and came back unchanged is not told at all.
    """
    first: dict[str, ListChange] = {}
    last: dict[str, ListChange] = {}
    for change in changes:
        first.setdefault(change.id, change)
        last[change.id] = change
    return tuple(filter(None, (_composed(first[id], last[id]) for id in sorted(first))))


def _composed(first: ListChange, last: ListChange) -> ListChange | None:
    before = first.before
    after = None if last.kind is ListChangeKind.MERGED else last.after
    if before is None and after is None:
        return None
    if before is None or after is None:
        if last.kind is ListChangeKind.MERGED and before is not None and last.after is not None:
            return ListChange(
                ListChangeKind.MERGED,
                first.id,
                before,
                last.after,
                fields_between(before, last.after),
                last.into,
            )
        relisted = first.kind is ListChangeKind.RELISTED
        kind = ListChangeKind.RELISTED if relisted else ListChangeKind.ADDED
        return ListChange(kind if after else ListChangeKind.REMOVED, first.id, before, after)
    if before == after:
        return None
    return ListChange(ListChangeKind.CHANGED, first.id, before, after, fields_between(before, after))
