"""Differences between editions: every change found, none invented, order and files never matter."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.errors import BadEdition
from watchlist.lists.canonical import entity
from watchlist.lists.difference import ListChangeKind, composed, difference
from watchlist.lists.edition import Bounds, Edition, accept, assemble, pack, unpack
from watchlist.model import ListEntity, NameStrength

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _listed(id: str, *names: str, program: str = "P", kind: str = "organization") -> ListEntity:
    found = [
        (name, NameStrength.STRONG if at else NameStrength.PRIMARY, None) for at, name in enumerate(names)
    ]
    return entity(id, kind, found, programs=[program])


def _edition(*entities: ListEntity) -> Edition:
    return assemble("test", entities)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1),
)
def test_differences_rebuild_the_new_edition(old: dict[str, int], new: dict[str, int]) -> None:
    """If applying the changes to the old edition does not give the new one, a change was missed or invented."""
    before = _edition(*(_listed(id, f"Name {id}", program=f"P{value}") for id, value in old.items()))
    after = _edition(*(_listed(id, f"Name {id}", program=f"P{value}") for id, value in new.items()))
    rebuilt = dict(before.entities)
    for change in difference(before, after):
        if change.kind is ListChangeKind.REMOVED:
            del rebuilt[change.id]
        else:
            assert change.after is not None
            rebuilt[change.id] = change.after
    assert rebuilt == dict(after.entities)
    assert difference(after, after) == ()


@given(
    st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2), min_size=1), min_size=2, max_size=6)
)
def test_differences_told_one_by_one_add_up(states: list[dict[str, int]]) -> None:
    """Between any two days the stored changes must say what a comparison of the two snapshots would have said."""
    editions = [
        _edition(*(_listed(id, f"Name {id}", program=f"P{value}") for id, value in state.items()))
        for state in states
    ]
    seen: set[str] = set()
    told = []
    for before, after in itertools.pairwise(editions):
        told += difference(before, after, seen - before.entities.keys())
        seen |= before.entities.keys()
    added_up = {(change.id, change.before, change.after) for change in composed(told)}
    assert added_up == {
        (change.id, change.before, change.after) for change in difference(editions[0], editions[-1])
    }


@given(st.integers(0, 1000))
def test_order_of_records_and_of_their_parts_is_no_change(seed: int) -> None:
    """OFAC's file of one day comes in another order the next: that must not alarm anybody."""
    rng = random.Random(seed)
    rows = [(str(n), [f"Name {n}", f"Alias {n}", f"Other {n}"], ["B", "A", "C"]) for n in range(8)]

    def shuffled() -> Edition:
        rng.shuffle(rows)
        parts = []
        for id, names, programs in rows:
            rest = names[1:]
            rng.shuffle(rest)
            rng.shuffle(programs)
            found = [(names[0], NameStrength.PRIMARY, None), *((n, NameStrength.STRONG, None) for n in rest)]
            parts.append(entity(id, "organization", found, programs=programs))
        return assemble("test", parts)

    one, two = shuffled(), shuffled()
    assert one == two
    assert pack(one) == pack(two)


def test_a_change_is_told_field_by_field() -> None:
    """A compliance officer needs to see what changed, not that something did."""
    before, after = (
        _edition(_listed("1", "Vinmoor", "VM")),
        _edition(_listed("1", "Vinmoor", "VMR", program="Q")),
    )
    (change,) = difference(before, after)
    told = {field.field: (field.before, field.after) for field in change.fields}
    assert change.kind is ListChangeKind.CHANGED
    assert [name.name for name in told["names"][0]] == ["VM"]
    assert [name.name for name in told["names"][1]] == ["VMR"]
    assert told["programs"] == (("P",), ("Q",))


def test_listed_again_is_not_new() -> None:
    """ChangXin Memory was listed, taken off and listed again; the user must hear which it is."""
    empty, full = _edition(_listed("0", "Other")), _edition(_listed("0", "Other"), _listed("1", "Vinmoor"))
    assert [c.kind for c in difference(empty, full, {"1"})] == [ListChangeKind.RELISTED]
    assert [c.kind for c in difference(empty, full)] == [ListChangeKind.ADDED]


def test_merged_ids_are_neither_removed_nor_added() -> None:
    """A publisher that joins two records must not look like a lifted sanction."""
    before = _edition(_listed("1", "Vinmoor"), _listed("2", "Norvex"))
    after = _edition(_listed("2", "Norvex", "Vinmoor"))
    changes = {c.id: c for c in difference(before, after)}
    assert changes["1"].kind is ListChangeKind.MERGED
    assert changes["1"].into == "2"
    assert changes["2"].kind is ListChangeKind.CHANGED
    renumbered = difference(_edition(_listed("1", "Vinmoor")), _edition(_listed("9", "Vinmoor")))
    assert [(c.kind, c.id, c.into) for c in renumbered] == [(ListChangeKind.MERGED, "1", "9")]


def test_a_namesake_of_another_kind_is_no_merge() -> None:
    """A person of the same name does not inherit a company's listing."""
    changes = difference(_edition(_listed("1", "Vinmoor")), _edition(_listed("9", "Vinmoor", kind="person")))
    assert {c.kind for c in changes} == {ListChangeKind.REMOVED, ListChangeKind.ADDED}


@pytest.mark.parametrize(("left", "reason"), [(50, "missing"), (0, "lists nobody")])
def test_a_shrunk_edition_is_held_back(left: int, reason: str) -> None:
    """A cut-off download must not read as a mass removal."""
    last = _edition(*(_listed(str(n), f"Name {n}") for n in range(200)))
    with pytest.raises(BadEdition, match=reason):
        accept(_edition(*(_listed(str(n), f"Name {n}") for n in range(left))), last)


def test_a_grown_edition_is_held_back_and_a_small_list_may_move() -> None:
    """Doubling overnight is another file; three new names on a short list are news."""
    last = _edition(*(_listed(str(n), f"Name {n}") for n in range(100)))
    with pytest.raises(BadEdition, match="new entities"):
        accept(_edition(*(_listed(str(n), f"Name {n}") for n in range(300))), last)
    small = _edition(_listed("1", "Vinmoor"))
    grown = _edition(*(_listed(str(n), f"Name {n}") for n in range(4)))
    assert accept(grown, small) is grown
    with pytest.raises(BadEdition, match="at least 10"):
        accept(grown, None, Bounds(least=10))


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_snapshots_come_back_as_they_were(rows: list[tuple[str, str, str]]) -> None:
    """What is stored is what was read, for any text."""
    parts = [
        entity(
            f"id{at}",
            "person",
            [(f"N{name}", NameStrength.PRIMARY, "zh"), (alias, NameStrength.WEAK, None)],
            programs=[rest],
            dates=[("listed", rest)],
            linked=[("owned by", alias)],
            remarks=rest,
            url="https://example.org" if at else None,
        )
        for at, (name, alias, rest) in enumerate(rows)
    ]
    edition = assemble("test", parts, as_of="2026-01-01")
    assert unpack(pack(edition)) == edition


@pytest.mark.parametrize("data", [b"", b"x", b"x\x9c\x03\x00"])
def test_a_damaged_snapshot_is_a_value_error(data: bytes) -> None:
    """A broken disk must not end in a traceback from zlib."""
    with pytest.raises(ValueError, match=r"damaged|snapshot"):
        unpack(data)
    with pytest.raises(ValueError, match=r"damaged|snapshot"):
        unpack(pack(_edition(_listed("1", "Vinmoor")))[:-6])
