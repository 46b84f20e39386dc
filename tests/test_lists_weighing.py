"""What a hit is worth: a match, a possible one, or not worth telling."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.lists.addresses import place_in_common
from watchlist.lists.canonical import entity
from watchlist.lists.edition import assemble
from watchlist.lists.identifiers import identifier_of, slip
from watchlist.lists.measures import profile
from watchlist.lists.screening import Asked, Hit, Screen, Watch
from watchlist.model import ActionKind, ListEntity, NameStrength, Verdict


def body(
    id: str,
    *names: str,
    kind: str = "organization",
    weak: Sequence[str] = (),
    identifiers: Sequence[str] = (),
    countries: Sequence[str] = (),
    programs: Sequence[str] = (),
    addresses: Sequence[str] = (),
) -> ListEntity:
    """Return a list entity; the first name is the primary one."""
    named = [
        (name, NameStrength.PRIMARY if n == 0 else NameStrength.STRONG, None) for n, name in enumerate(names)
    ]
    return entity(
        id,
        kind,
        [*named, *((name, NameStrength.WEAK, None) for name in weak)],
        identifiers=identifiers,
        countries=countries,
        programs=programs,
        addresses=addresses,
    )  # fmt: skip


def best(asked: Asked, *entities: ListEntity) -> Hit | None:
    """Return the best hit, found the same way from either side."""
    edition = assemble("list", entities)
    from_list = Screen([edition]).hits(asked)
    from_watch = [hit for one in entities for hit in Watch([asked]).hits("list", one)]
    assert {(h.entity.id, h.score, h.verdict) for h in from_list} == {
        (h.entity.id, h.score, h.verdict) for h in from_watch
    }
    return from_list[0] if from_list else None


CASES = [
    (Asked("Vinmoor"), body("1", "Vinmoor Technologies Co., Ltd."), Verdict.MATCH),
    (Asked("Vinmoor"), body("1", "Kataib Vinmoor"), Verdict.POSSIBLE),
    (Asked("Temu"), body("1", "Hemu"), None),
    (Asked("Lockheed Martin"), body("1", "ARTIN"), None),
    (Asked("Shein"), body("1", "SHEIN, Win", kind="person"), None),
    (Asked("Alexei Petrov-Sokolov"), body("1", "PETROV-SOKOLOV, Alexei", kind="person"), Verdict.MATCH),
    (Asked("Orange"), body("1", "ORANGE"), Verdict.POSSIBLE),
    (Asked("Orange", countries=("France",)), body("1", "ORANGE", countries=["France"]), Verdict.MATCH),
    (Asked("Orange", countries=("Iran",)), body("1", "ORANGE", countries=["IR"]), Verdict.MATCH),
    (
        Asked("Orange", countries=("North Korea",)),
        body("1", "ORANGE", countries=["Korea, North"]),
        Verdict.MATCH,
    ),
    (
        Asked("Orange", countries=("gb",)),
        body("1", "ORANGE", countries=["United Kingdom (England)"]),
        Verdict.MATCH,
    ),
    (Asked("Orange", countries=("France",)), body("1", "ORANGE", countries=["FI"]), Verdict.POSSIBLE),
    (Asked("Vinmoor"), body("1", "Other", weak=["VINMOOR"]), Verdict.POSSIBLE),
    (Asked("Vinmoor"), body("1", "Other", weak=["VINMOR"]), None),
    (
        Asked("Vinmoor", identifiers=("LEI:5493001KJTIIGC8Y1R12",)),
        body("1", "Something Else", identifiers=["LEI:5493001KJTIIGC8Y1R12"]),
        Verdict.MATCH,
    ),
    (
        Asked("Vinmoor", identifiers=("TICKER:002415.SZ",)),
        body("1", "Something Else", identifiers=["TICKER:002415 CN"]),
        Verdict.MATCH,
    ),
    (
        Asked("Vinmoor", identifiers=("TICKER:002415",)),
        body("1", "Something Else", identifiers=["TICKER:002415 CN"]),
        None,
    ),
    (
        Asked("Vinmoor", identifiers=("INN:7710 401987",)),
        body("1", "Something Else", identifiers=["TAX:7710401987"]),
        Verdict.POSSIBLE,
    ),
    (
        Asked("Vinmoor", identifiers=("INN:7710401987",), countries=("Russia",)),
        body("1", "Something Else", identifiers=["TAX:7710401987"], countries=["Russia"]),
        Verdict.MATCH,
    ),
    (
        Asked("Vinmoor Shipping", identifiers=("IMO:9187629",)),
        body("1", "Vinmoor Shipping", identifiers=["IMO:9999999"]),
        None,
    ),
]


@pytest.mark.parametrize(("asked", "listed", "verdict"), CASES)
def test_what_a_hit_is_worth(asked: Asked, listed: ListEntity, verdict: Verdict | None) -> None:
    """A list hit may stop a payment: what is only alike must not read like what is sure, nor be lost."""
    hit = best(asked, listed)
    told = hit.verdict if hit is not None and hit.telling else None
    assert told is verdict
    assert hit is None or hit.why


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("LEI:5493001KJTIIGC8Y1R12", "LEI:5493 001K JTII GC8Y 1R12"),
        ("ISIN:US0378331005", "ISIN:us0378331005"),
        ("IMO:9187629", "Vessel Registration Identification:IMO 9187629"),
        ("USCC:91440300708461136T", "Unified Social Credit Code:91440300708461136t"),
        ("BIC:SABRRUMM", "SWIFT/BIC:SABR RU MM"),
        ("TICKER:0981.HK", "Equity Ticker:981 HK"),
    ],
)
def test_each_identifier_of_the_world_decides(ours: str, theirs: str) -> None:
    """A company is renamed, a ship repainted; who gives its number must find it, however the list prints it."""
    found = best(Asked("Ostrel", identifiers=(ours,)), body("1", "Something Else", identifiers=[theirs]))
    assert found is not None
    assert (found.verdict, found.score) == (Verdict.MATCH, 1.0)
    assert found.why[0] == f"the same {ours}"
    other = ours[:-1] + ("3" if ours[-1] != "3" else "4")
    assert best(Asked("Ostrel", identifiers=(other,)), body("1", "Something", identifiers=[theirs])) is None


@pytest.mark.parametrize("label", ["REG", "OGRN", "Company number", "TAX", "INN"])
def test_an_office_number_decides_beside_a_country_or_a_like_name(label: str) -> None:
    """Number 7710401987 is given out in many countries: alone it is a hint."""
    scheme = "TAX" if label in ("TAX", "INN") else "REG"
    mine = (f"{label}:7710401987",)
    listed = body("1", "Vinmoor Plant", identifiers=[f"{scheme}:77 10401987"], countries=["Russia"])

    def verdict(asked: Asked) -> Verdict:
        found = best(asked, listed)
        assert found is not None
        return found.verdict

    assert verdict(Asked("Ostrel", identifiers=mine)) is Verdict.POSSIBLE
    assert verdict(Asked("Ostrel", identifiers=mine, countries=("russia",))) is Verdict.MATCH
    assert verdict(Asked("Vinmoor Plants", identifiers=mine)) is Verdict.MATCH


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (
            "Bantian, Longgang District, 518129 Shenzhen",
            "Norvik Base, Bantian, Longgang, Shenzhen 518129, China",
            True,
        ),
        ("ул. Ленина, д. 12, Казань", "12 Lenina Street, Kazan, Russia", True),
        ("Shenzhen", "Bantian, Longgang, Shenzhen 518129, China", True),
        ("China", "Bantian, Longgang, Shenzhen 518129, China", False),
        ("12 Lenina Street, Kazan", "14 Lenina Street, Kazan, Russia", False),
        ("12 High Street", "12 Long Street", False),
        ("", "Shenzhen", False),
    ],
)
def test_an_address_is_told_and_decides_nothing(ours: str, theirs: str, told: bool) -> None:
    """Letter-box streets house thousands of companies: an address makes nobody a match, nor a stranger a hit."""
    listed = body("1", "Kataib Vinmoor", addresses=[theirs], countries=["China", "Russia"])
    without = best(Asked("Vinmoor"), listed)
    found = best(Asked("Vinmoor", addresses=(ours,)), listed)
    assert found is not None
    assert without is not None
    assert found.verdict is without.verdict is Verdict.POSSIBLE
    assert any("address" in line or "place in common" in line for line in found.why) is told
    assert (found.score > without.score) is told
    assert best(Asked("Ostrel", addresses=(theirs,)), listed) is None


@pytest.mark.parametrize(
    ("name", "programs", "expected"),
    [
        ("ofac-sdn", ["SDGT"], {(ActionKind.DESIGNATION, "US-OFAC")}),
        ("ofac-consolidated", ["CMIC-EO13959"], {(ActionKind.INVESTMENT_BAN, "US-OFAC")}),
        (
            "csl",
            ["Entity List (EL)", "Capta List (CAP)"],
            {(ActionKind.EXPORT_CONTROL, "US-BIS"), (ActionKind.TRANSACTION_BAN, "US-OFAC")},
        ),
        ("csl-json", ["Unheard-of List"], {(ActionKind.OTHER, "US")}),
        ("dod-1260h", [], {(ActionKind.MILITARY_LIST, "US-DoD")}),
        ("my-own", [], {(ActionKind.OTHER, "")}),
    ],
)
def test_what_being_on_a_list_means(
    name: str, programs: list[str], expected: set[tuple[ActionKind, str]]
) -> None:
    """The measure is the list's, or the programme's on lists that mix several; a new programme is never lost."""
    found = profile(name).measures(body("1", "X", programs=programs))
    assert {(measure.action, measure.authority) for measure in found} == expected


@pytest.mark.parametrize(
    ("name", "head", "day"),
    [
        ("ofac-sdn", b"<publshInformation><Publish_Date>01/08/2026</Publish_Date>", "2026-01-08"),
        ("un", b'<CONSOLIDATED_LIST dateGenerated="2025-12-10T00:00:06.263Z">', "2025-12-10"),
        ("uk", b"\xef\xbb\xbfReport Date: 08-Oct-2026\r\n", "2026-10-08"),
        ("uk", b"Report Date: 99-Oct-2026\r\n", ""),
        ("uflpa", b"<html>", ""),
    ],
)
def test_the_day_that_a_file_states(name: str, head: bytes, day: str) -> None:
    """An edition is dated by its publisher; a day that cannot be is none."""
    assert profile(name).stated_day(head) == day


def test_every_list_of_the_catalogue_has_a_meaning() -> None:
    """A list without a line in the data would tell "other" by nobody; tables of the user are such.

    A collection of many publishers' lists has a line, but no one authority.
    """
    from watchlist.actions.authorities import directory
    from watchlist.lists.catalogue import CATALOGUE

    for name in CATALOGUE.keys() - {"ftm", "names"}:
        found = profile(name)
        assert found.page, name
        if name.startswith("opensanctions"):
            continue
        assert found.general.authority, name
        assert directory().name(found.general.authority) or found.general.authority == "US", name


@given(st.text(max_size=40))
def test_any_identifier_can_be_asked_for(text: str) -> None:
    """Users and publishers write what they like; nothing of it may break a screening."""
    found = identifier_of(text)
    assert found is None or found == identifier_of(text)
    assert slip(text) is None or text.partition(":")[1]
    assert found is None or found.value


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_addresses_may_be_anything(ours: str, theirs: str, country: str) -> None:
    """A publisher's address field may hold a page of prose or half a character."""
    for one, two in ((ours, theirs), (theirs, theirs)):
        assert isinstance(place_in_common([one], [two], [country]), str)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("lei: 529900T8BM49AURSDO55", "LEI:529900T8BM49AURSDO54"),
        ("ISIN:US0378331005", "ISIN:US037833100"),
        ("IMO number:IMO 9187629", "IMO:9187628"),
        ("USCC:91110000600037341L", "USCC:91110000600037341M"),
        ("INN:7707083893", "INN:7707083894"),
        ("BIC:SABRRUMM", "BIC:SAB1"),
        ("HOUSE:1", "ISIN:"),
    ],
)
def test_an_identifier_is_checked_by_its_own_rules(right: str, wrong: str) -> None:
    """A right one that is called mistyped teaches people not to read the hint."""
    assert slip(right) is None
    assert slip(wrong) is not None
