"""A step on an owner, and the watched names that it reaches."""

from datetime import UTC, date, datetime

import pytest

from watchlist.analysis import Analyst
from watchlist.model import ActionKind, Document, Entry, Owner
from watchlist.ownership.holdings import Holding
from watchlist.ownership.passing import Passing, Reached

TEXT = "The US Treasury sanctioned Brightmoor Group on Monday, adding Brightmoor Group to the SDN list."


def read(
    entries: tuple[Entry, ...], holdings: tuple[Holding, ...] = (), text: str = TEXT, day: date | None = None
) -> dict[str, tuple[str | None, float | None, bool]]:
    published = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    finding = Analyst.for_entries(entries, holdings=holdings).read(
        Document("1", "", text, published=published)
    )
    return {
        a.target: (a.via, a.share, a.indirect) for a in finding.actions if a.action is ActionKind.DESIGNATION
    }


OWNER = Entry("Brightmoor Group", aliases=("Brightmoor",))


@pytest.mark.parametrize(
    ("owners", "holdings", "expected"),
    [
        ((Owner("Brightmoor Group", 62.0),), (), ("Brightmoor Group", 62.0, False)),
        ((Owner("brightmoor", 62.0),), (), ("Brightmoor Group", 62.0, False)),  # by an alias
        ((Owner("Brightmoor Group"),), (), ("Brightmoor Group", None, False)),  # nothing says that it is small
        ((Owner("Brightmoor Group", 49.0),), (), None),
        ((Owner("Mid Co", 60.0),), (Holding("Brightmoor Group", "Mid Co", 70.0),), ("Brightmoor Group", 60.0, True)),
        ((Owner("Mid Co", 60.0),), (Holding("Brightmoor Group", "Mid Co", 40.0),), None),
        ((Owner("Mid Co", 30.0), Owner("Brightmoor Group", 20.0)), (Holding("Brightmoor Group", "Mid Co", 50.0),),
         ("Brightmoor Group", 50.0, True)),
        ((Owner("Mid Co"),), (Holding("Brightmoor Group", "Mid Co", 90.0),), ("Brightmoor Group", None, True)),
    ],
)  # fmt: skip
def test_a_designated_owner_reaches_what_it_holds(
    owners: tuple[Owner, ...], holdings: tuple[Holding, ...], expected: tuple[str, float | None, bool] | None
) -> None:
    """The alert says what it is: the owner was designated, and holds so much."""
    found = read((OWNER, Entry("Ferndale Pay", owners=owners)), holdings)
    assert found["Brightmoor Group"] == (None, None, False)
    assert found.get("Ferndale Pay") == expected


def test_shares_of_owners_named_in_one_step_are_added_up() -> None:
    """Two owners with 30 % each, designated together, are 60 %."""
    entries = (
        OWNER,
        Entry("Kestrel Holdings"),
        Entry("Ferndale Pay", owners=(Owner("Brightmoor Group", 30.0), Owner("Kestrel Holdings", 31.0))),
    )
    assert Passing(entries).reached(["Brightmoor Group"], None) == []
    assert Passing(entries).reached(["Brightmoor Group", "Kestrel Holdings"], None) == [
        Reached("Ferndale Pay", "Kestrel Holdings", 61.0, False)
    ]


def test_a_stake_that_was_sold_passes_nothing_on() -> None:
    """Ownership counts on the day of the news."""
    sold = Entry("Ferndale Pay", owners=(Owner("Brightmoor Group", 62.0, None, date(2024, 6, 30)),))
    assert "Ferndale Pay" in read((OWNER, sold), day=date(2024, 6, 30))
    assert "Ferndale Pay" not in read((OWNER, sold), day=date(2024, 7, 1))


def test_holdings_make_stored_findings_stale() -> None:
    """Importing a register must have the stored documents read anew."""
    plain = Analyst.for_entries((OWNER,))
    assert plain.fingerprint != Analyst.for_entries((OWNER,), holdings=[Holding("A", "B", 1.0)]).fingerprint
