"""Screening: the listed are found, identifiers decide, weak aliases do not flood."""

from watchlist.lists.canonical import entity
from watchlist.lists.edition import assemble
from watchlist.lists.screening import Asked, Screen
from watchlist.model import NameStrength

PRIMARY, STRONG, WEAK = NameStrength.PRIMARY, NameStrength.STRONG, NameStrength.WEAK
LIST = assemble(
    "test",
    [
        entity(
            "1",
            "organization",
            [("Vinmoor Technologies Co., Ltd.", PRIMARY, None), ("VM", WEAK, None)],
            identifiers=["LEI:AAA"],
            countries=["China"],
        ),
        entity(
            "2", "organization", [("维摩银行股份有限公司", PRIMARY, "zh"), ("Vinmoor Bank", STRONG, "en")]
        ),
        entity("3", "person", [("PETROV, Ivan Sergeyevich", PRIMARY, None)]),
        entity("4", "vessel", [("NORVEX STAR", PRIMARY, None)], identifiers=["IMO:9187629"]),
    ],
)
SCREEN = Screen([LIST])


def test_the_listed_company_is_found_and_explained() -> None:
    """A hit nobody can check is no hit: it names the list's spelling and the reasons."""
    hit = SCREEN.hits(Asked("VINMOOR"))[0]
    assert (hit.entity.id, hit.listed_as) == ("1", "Vinmoor Technologies Co., Ltd.")
    assert any("legal form" in line for line in hit.why)
    assert [h.entity.id for h in SCREEN.hits(Asked("Иван Петров"))] == ["3"]
    assert [h.entity.id for h in SCREEN.hits(Asked("維摩銀行"))] == ["2"]


def test_the_same_identifier_decides_whatever_the_name() -> None:
    """Ships are renamed to escape a list; the IMO number stays."""
    (hit,) = SCREEN.hits(Asked("Blue Dawn", identifiers=("imo:9187629",)))
    assert (hit.entity.id, hit.score) == ("4", 1.0)


def test_a_different_unique_identifier_speaks_against() -> None:
    """A namesake with its own LEI is another company."""
    assert not SCREEN.hits(Asked("Vinmoor Technologies", identifiers=("LEI:BBB",)))
    assert SCREEN.hits(Asked("Vinmoor Technologies", identifiers=("LEI:AAA",)))[0].score == 1.0


def test_a_weak_alias_counts_less_and_only_when_the_same() -> None:
    """ "VM" alone must not hit everything that sounds like it."""
    (hit,) = SCREEN.hits(Asked("VM"))
    assert 0.75 <= hit.score < 0.85
    assert any("weak alias" in line for line in hit.why)
    assert not SCREEN.hits(Asked("VMX"))


def test_aliases_and_countries_of_the_asked_count() -> None:
    """A watched entry is screened under all its names; a country in common is support."""
    assert SCREEN.hits(Asked("Unrelated", aliases=("Vinmoor Bank",)))[0].entity.id == "2"
    with_country = SCREEN.hits(Asked("Vinmoor", countries=("china",)))[0]
    assert with_country.score > SCREEN.hits(Asked("Vinmoor"))[0].score
