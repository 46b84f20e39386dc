"""What restricted persons hold of a name, under each rule: the examples of the rules, and what must always hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.model import Entry, Owner
from watchlist.ownership.holdings import Holding, Register, aliases_of, holdings_of
from watchlist.ownership.rules import rules
from watchlist.ownership.shares import Ownership, Standing
from watchlist.ownership.tree import MOST_BRANCHES, arithmetic, branches

OFAC, BIS, EU, UK = (rules()[name] for name in ("ofac-50", "bis-affiliates", "eu", "uk"))
DAY = date(2026, 11, 24)


def own(
    *rows: tuple[str, str, float | None], restricted: tuple[str, ...] = ("X",), rule: object = OFAC
) -> Ownership:
    holdings = [Holding(owner, owned, share) for owner, owned, share in rows]
    return Ownership(Register.on(DAY, holdings), restricted, rule)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "name", "standing", "counted"),
    [
        # OFAC FAQ 401, in its letters: X blocked, A and B entities
        ([("X", "A", 50.0), ("A", "B", 50.0)], "B", Standing.REACHED, 50.0),
        ([("X", "A", 50.0), ("X", "B", 10.0), ("A", "B", 40.0)], "B", Standing.REACHED, 50.0),
        ([("X", "A", 50.0), ("X", "B", 25.0), ("A", "C", 25.0), ("B", "C", 25.0)], "C", Standing.FREE, 25.0),
        ([("X", "A", 25.0), ("A", "B", 100.0)], "B", Standing.FREE, 0.0),
        ([("X", "A", 49.99)], "A", Standing.FREE, 49.99),
        ([("X", "A", 16.7), ("X2", "A", 33.3)], "A", Standing.REACHED, 50.0),
        ([("X", "A", None)], "A", Standing.UNCLEAR, 0.0),
        ([("X", "A", None), ("Y", "A", 51.0)], "A", Standing.FREE, 0.0),
        ([("X", "A", 70.0), ("X2", "A", 60.0)], "A", Standing.REACHED, 100.0),
        ([("Y", "A", 60.0)], "A", Standing.FREE, 0.0),
        ([("X", "A", 60.0)], "X", Standing.LISTED, 0.0),
    ],
)  # fmt: skip
def test_the_ofac_rule_counts_as_its_guidance_does(
    rows: list[tuple[str, str, float | None]], name: str, standing: Standing, counted: float
) -> None:
    """A wrong sum is a fine, or a customer turned away for nothing."""
    found = own(*rows, restricted=("X", "X2")).assess(name)
    assert (found.standing, round(found.counted, 6)) == (standing, counted)


def test_rules_differ_where_their_texts_do() -> None:
    """Exactly half is enough for OFAC and the EU, not for the UK; two halves of a half are added up but in the UK."""
    half = (("X", "A", 50.0),)
    assert own(*half).assess("A").standing is Standing.REACHED
    assert own(*half, rule=EU).assess("A").standing is Standing.REACHED
    assert own(*half, rule=UK).assess("A").standing is Standing.FREE
    two = (("X", "A", 30.0), ("X2", "A", 30.0))
    both = ("X", "X2")
    assert own(*two, restricted=both).assess("A").standing is Standing.REACHED
    british = own(*two, restricted=both, rule=UK)
    assert british.assess("A").standing is Standing.FREE
    assert (british.assess("A").counted, british.assess("A").together) == (30.0, 60.0)
    assert "the most of one person 30 %" in arithmetic(british, british.assess("A"))


def test_control_is_enough_where_the_rule_says_so() -> None:
    """OFAC's rule speaks of ownership alone; EU and UK also of control."""
    register = Register.on(DAY, [Holding("X", "A", 10.0, control=True)])
    assert Ownership(register, ["X"], EU).assess("A").standing is Standing.REACHED
    assert Ownership(register, ["X"], UK).assess("A").control
    assert Ownership(register, ["X"], OFAC).assess("A").standing is Standing.FREE


def test_the_affiliates_rule_slept_for_a_year() -> None:
    """Between 10 November 2025 and 9 November 2026 the answer was another one."""
    days = {date(2025, 9, 28): False, date(2025, 9, 29): True, date(2025, 11, 9): True, date(2025, 11, 10): False,
            date(2026, 11, 9): False, date(2026, 11, 10): True}  # fmt: skip
    assert {day: BIS.in_force(day) for day in days} == days
    assert BIS.next_change(date(2026, 1, 1)) == date(2026, 11, 10)


def test_every_rule_says_where_it_is_from() -> None:
    """Data without provenance cannot be checked."""
    for rule in rules().values():
        assert rule.citation
        assert rule.url.startswith("https://")
        assert rule.actions


def test_holdings_count_in_their_time() -> None:
    """A stake that was sold does not restrict today, and did then."""
    entry = Entry(
        "A", owners=(Owner("X", 60.0, date(2019, 5, 1), date(2023, 1, 7)), Owner("Y", 60.0, date(2023, 1, 8)))
    )
    for day, standing in ((date(2019, 4, 30), Standing.FREE), (date(2023, 1, 7), Standing.REACHED),
                          (date(2023, 1, 8), Standing.FREE)):  # fmt: skip
        register = Register.on(day, holdings_of([entry]))
        assert Ownership(register, ["X"], OFAC).assess("A").standing is standing


def test_owners_are_known_by_alias_and_without_legal_form() -> None:
    """The owner that a user writes is rarely the name on the list, letter by letter."""
    entries = (
        Entry("Ant Group", aliases=("Ant Financial",)),
        Entry("Alipay", owners=(Owner("Ant Financial", 62.0),)),
    )
    register = Register.on(DAY, holdings_of(entries), aliases_of(entries))
    assert Ownership(register, ["ANT GROUP Co., Ltd."], OFAC).assess("alipay").standing is Standing.REACHED


def test_a_chain_of_a_thousand_and_a_ring_of_owners_have_answers() -> None:
    """Shell companies are stacked deep, and own each other."""
    chain = [("X", "C0", 60.0), *((f"C{n}", f"C{n + 1}", 60.0) for n in range(1000))]
    deep = own(*chain)
    assert deep.assess("C1000").standing is Standing.REACHED
    assert len(list(branches(deep, "C1000"))) == MOST_BRANCHES
    ring = own(("A", "B", 60.0), ("B", "A", 60.0), ("X", "A", 40.0))
    assert ring.assess("A").standing is Standing.FREE
    assert list(branches(ring, "A"))
    assert own(("A", "B", 60.0), ("B", "A", 30.0), ("X", "A", 60.0)).assess("B").standing is Standing.REACHED


def test_the_multiplied_share_is_the_economic_interest() -> None:
    """62 % of 70 % is 43.4 %: said, but not what the rule asks."""
    found = own(("X", "A", 70.0), ("A", "B", 62.0)).assess("B")
    assert (found.counted, round(found.multiplied, 6), found.direct) == (62.0, 43.4, 0.0)
    assert found.by == ("X",)


def test_shares_beyond_the_whole_are_said() -> None:
    """Two registers that contradict each other must not pass for a sum."""
    assert own(("X", "A", 70.0), ("Y", "A", 60.0)).assess("A").overfull
    assert not own(("X", "A", 40.0), ("Y", "A", 60.0)).assess("A").overfull


NAMES = st.sampled_from("ABCDEFG")
SHARES = st.one_of(
    st.none(), st.sampled_from([0.0, 10.0, 16.7, 25.0, 33.3, 40.0, 49.9, 50.0, 51.0, 75.0, 100.0])
)
ROWS = st.lists(st.tuples(NAMES, NAMES, SHARES), max_size=14)
RULES = st.sampled_from([OFAC, EU, UK])
RANK = {Standing.FREE: 0, Standing.UNCLEAR: 1, Standing.REACHED: 2, Standing.LISTED: 3}


@given(ROWS, st.sets(NAMES, max_size=3), NAMES, RULES)
def test_more_restricted_persons_never_free_anybody(
    rows: list[tuple[str, str, float | None]], restricted: set[str], another: str, rule: object
) -> None:
    """Monotone: a new designation can only reach further."""
    before = own(*rows, restricted=tuple(restricted), rule=rule)
    after = own(*rows, restricted=(*restricted, another), rule=rule)
    for name in "ABCDEFG":
        one, two = before.assess(name), after.assess(name)
        assert RANK[two.standing] >= RANK[one.standing]
        assert two.counted >= one.counted - 1e-9
        assert two.multiplied >= one.multiplied - 1e-6


@given(ROWS, st.sets(NAMES, max_size=3), RULES, st.randoms())
def test_the_order_of_the_data_changes_nothing(
    rows: list[tuple[str, str, float | None]], restricted: set[str], rule: object, random: object
) -> None:
    """Two imports of one file in another order are one answer."""
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (
        own(*rows, restricted=tuple(restricted), rule=rule),
        own(*shuffled, restricted=tuple(restricted), rule=rule),
    )
    for name in "ABCDEFG":
        assert one.assess(name) == two.assess(name)
        assert list(branches(one, name)) == list(branches(two, name))
        assert arithmetic(one, one.assess(name))


@given(ROWS, st.sets(NAMES, max_size=3))
def test_what_is_counted_lies_between_the_bounds(
    rows: list[tuple[str, str, float | None]], restricted: set[str]
) -> None:
    """No share below nothing or above all; the direct one is part of it, the unknown ones only add."""
    found = own(*rows, restricted=tuple(restricted))
    for name in "ABCDEFG":
        one = found.assess(name)
        assert 0.0 <= one.direct <= one.counted <= one.at_most <= 100.0
        assert 0.0 <= one.multiplied <= 100.0 + 1e-9
