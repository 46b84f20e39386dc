"""Editions, changes and history of official lists in the store, on both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from watchlist.errors import UsageError
from watchlist.lists.canonical import entity
from watchlist.lists.difference import ListChangeKind, composed, difference
from watchlist.lists.edition import Edition, assemble
from watchlist.model import ListEntity, NameStrength
from watchlist.store import list_history, lists
from watchlist.store.database import Database
from watchlist.store.list_tables import HELD, REFUSED, TAKEN, EditionRow

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def body(id: str, name: str, remarks: str = "") -> ListEntity:
    return entity(id, "organization", [(name, NameStrength.PRIMARY, None)], remarks=remarks)


def edition(*bodies: ListEntity, as_of: str = "") -> Edition:
    return assemble("ofac-sdn", bodies, as_of=as_of)


def take_all(database: Database, editions: Iterable[Edition]) -> None:
    """Take editions one after the other, a day apart."""
    for days, one in enumerate(editions):
        with database.write() as session:
            last = lists.current(session, one.name)
            found = difference(last, one, list_history.history(session, one.name).former) if last else ()
            lists.take(session, one, found, NOW + timedelta(days=days), size=100)


def test_what_is_taken_is_what_is_in_force(database: Database):
    """The snapshot must come back record for record, non-Latin names included."""
    given = edition(body("1", "Ванмур ООО"), body("2", "文穆尔", remarks="x" * 4000), as_of="2026-11-20")
    take_all(database, [given])
    with database.read() as session:
        assert lists.current(session, "ofac-sdn") == given
        assert lists.all_current(session) == [given]
        assert lists.all_current(session, ["un"]) == []
        state = lists.state(session, "ofac-sdn")
    assert state is not None
    assert state.current is not None
    assert (state.current.entities, state.current.as_of, state.current.size) == (2, "2026-11-20", 100)
    assert state.held is None


def test_was_it_ever_on_it(database: Database):
    """Added, changed, removed, put back: each is kept with the day, though old snapshots are dropped."""
    a, b = body("1", "Alpha Works"), body("2", "Beta Works")
    take_all(
        database,
        [edition(a), edition(a, b), edition(body("1", "Alpha Works", "moved"), b), edition(b), edition(a, b)],
    )
    with database.read() as session:
        told = [
            (one.change.kind, one.at.day) for one in list_history.changes(session, "ofac-sdn", entity_id="1")
        ]
        assert told == [
            (ListChangeKind.CHANGED, 22),
            (ListChangeKind.REMOVED, 23),
            (ListChangeKind.RELISTED, 24),
        ]
        changed = list_history.changes(session, "ofac-sdn", entity_id="1")[0].change
        assert changed.fields[0].field == "remarks"
        assert changed.fields[0].after == ("moved",)
        assert list_history.history(session, "ofac-sdn").former == {"1"}
        assert list_history.former(session) == []
        since = list_history.changes(session, since=NOW + timedelta(days=3))
        assert [one.change.id for one in since] == ["1", "1"]
    take_all(database, [edition(b, body("3", "Gamma"))])
    with database.read() as session:
        (gone,) = list_history.former(session)
    assert dict(gone.entities) == {"1": a}


def test_differences_between_days_add_up(database: Database):
    """Two days are compared through what lies between; what came and went, or went and came back, is no change."""
    a, b, c = body("1", "Alpha Works"), body("2", "Beta Works"), body("3", "Gamma Works")
    steps = [
        edition(a, b),
        edition(a, b, c),
        edition(a, c),
        edition(a, b),
        edition(body("1", "Alpha", "new"), b),
    ]
    take_all(database, steps)
    with database.read() as session:
        dated = [one.change for one in list_history.changes(session, "ofac-sdn")]
    whole = composed(dated)
    assert [(change.kind, change.id) for change in whole] == [(ListChangeKind.CHANGED, "1")]
    assert whole[0].fields == difference(steps[0], steps[-1])[0].fields


def test_snapshots_are_dropped_and_changes_stay(database: Database):
    """A list that is published every day must not fill the disk."""
    take_all(database, [edition(body("1", "Alpha", str(day))) for day in range(8)])
    with database.read() as session:
        kept = lists.editions(session, "ofac-sdn", TAKEN)
        assert len(kept) == 8
        assert len(list_history.changes(session, "ofac-sdn")) == 7
        bodies = [row.body for row in session.exec(select(EditionRow).order_by(col(EditionRow.id)))]
    assert sum(kept is not None for kept in bodies) == lists.SNAPSHOTS_KEPT
    assert bodies[-1] is not None


def test_a_held_edition_waits_and_is_taken_or_overtaken(database: Database):
    """Nobody may lose the edition that a person is asked about, and there is one at a time."""
    first, second, third = (edition(body("1", f"Alpha {n}")) for n in range(3))
    take_all(database, [first])
    with database.write() as session:
        lists.hold(session, second, "most of it is gone", NOW)
        lists.hold(session, second, "most of it is gone", NOW + timedelta(hours=2))
    with database.read() as session:
        assert lists.held(session, "ofac-sdn") == second
        assert lists.current(session, "ofac-sdn") == first
        assert len(lists.editions(session, "ofac-sdn", HELD)) == 1
    with database.write() as session:
        lists.hold(session, third, "even more", NOW + timedelta(hours=3))
    with database.read() as session:
        assert lists.held(session, "ofac-sdn") == third
    take_all(database, [third])
    with database.read() as session:
        assert lists.current(session, "ofac-sdn") == third
        with pytest.raises(UsageError, match="no edition of 'ofac-sdn' is held"):
            lists.held(session, "ofac-sdn")


def test_a_refused_file_is_kept_aside_and_only_the_last(database: Database):
    """What was refused can be looked at, and a publisher that is broken for weeks costs little."""
    for n in range(lists.REFUSED_KEPT + 5):
        with database.write() as session:
            lists.refuse(session, "un", f"bad {n}", b"<html>" + bytes([n]), 7, NOW + timedelta(hours=n))
    with database.read() as session:
        refused = lists.editions(session, "un", REFUSED)
        state = lists.state(session, "un")
        assert lists.raw(session, "un") == b"<html>" + bytes([lists.REFUSED_KEPT + 4])
    assert len(refused) == lists.REFUSED_KEPT
    assert state is not None
    assert state.current is None
    assert state.refused is not None
    assert state.refused.reason == f"bad {lists.REFUSED_KEPT + 4}"
