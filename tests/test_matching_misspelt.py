"""Misspelt names in text: found, said, never more than possible, and no noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry, Match, Verdict

ENTRIES = (
    Entry("Tencent"),
    Entry("Huawei", aliases=("华为", "Хуавэй")),
    Entry("Alipay"),
    Entry("Hikvision"),
    Entry("ByteDance"),
    Entry("UnionPay"),
    Entry("Газпром"),
    Entry("Kaspersky Lab", aliases=("Лаборатория Касперского",)),
    Entry("Rosneft Trading S.A."),
    Entry("Sberbank"),
    Entry("Target"),
    Entry("Ant Financial"),
    Entry("Megvii Technology"),
)
MATCHER = Matcher.compile(ENTRIES)


def read(text: str, matcher: Matcher = MATCHER, **more: str) -> dict[str, Match]:
    return {match.entry: match for match in matcher.match(Document("1", "", text, **more))}


@pytest.mark.parametrize(
    ("text", "entry", "written", "said"),
    [
        ("Shares of Tencnet fell.", "Tencent", "Tencnet", "two letters exchanged in “Tencent”"),
        ("The ban hits Huawai.", "Huawei", "Huawai", "one letter apart from “Huawei”"),
        ("HUAWAI BANNED", "Huawei", "HUAWAI", "one letter apart from “Huawei”"),
        ("He spoke of Hua Wei again.", "Huawei", "Hua Wei", "“Huawei” written apart"),
        ("He paid with Ali Pay there.", "Alipay", "Ali Pay", "“Alipay” written apart"),
        ("cameras of Hikvison are out", "Hikvision", "Hikvison", "one letter short of “Hikvision”"),
        ("the app of Bite Dance", "ByteDance", "Bite Dance", "one letter apart from “ByteDance”"),
        ("санкции против Газпорма", "Газпром", "Газпорма", "two letters exchanged in “Газпром”"),
        ("работа Лаборатории Каспреского", "Kaspersky Lab", "Лаборатории Каспреского", "two letters exchanged"),
        ("said Kapersky Lab today", "Kaspersky Lab", "Kapersky Lab", "one letter short of “Kaspersky Lab”"),
        ("Rosnet Trading SA was hit", "Rosneft Trading S.A.", "Rosnet Trading", "one letter short of"),
        ("Mówi się, że Tencnetowi grożą sankcje oraz kary", "Tencent", "Tencnetowi", "two letters exchanged"),
        ("Huawei and also Megvi Technology", "Megvii Technology", "Megvi Technology", "one letter short of"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_possible_and_says_how_it_differs(
    text: str, entry: str, written: str, said: str
) -> None:
    """A journalist's slip must not hide a company; a reader must see that it is a guess."""
    match = read(text)[entry]
    assert match.verdict is Verdict.POSSIBLE
    assert [(m.text, m.kind) for m in match.mentions] == [(written, "fuzzy")]
    assert any(said in why for why in match.why)


@pytest.mark.parametrize(
    "text",
    [
        "Turget is no name and Tarbet is a village",  # an ordinary word has no misspellings
        "the tencnet protocol and a huawai",  # nobody's name without a capital
        "Tanzania Union Day and the Union Bay",  # ordinary words that are what they are
        "PROVIDING TECHNICAL AND FINANCIAL ASSISTANCE",
        "Mr Hua. Wei came later",  # two sentences
        "Huawein Tencentr42",  # a code
    ],
)
def test_no_noise(text: str) -> None:
    """Whoever gets guesses for every other word stops reading."""
    found = {name: match for name, match in read(text).items() if name != "Huawei" or "Huawein" not in text}
    assert not found


def test_a_word_of_the_language_is_no_misspelling() -> None:
    """A watched name one letter from an ordinary word or a given name would be found in every text."""
    matcher = Matcher.compile([Entry("Marriot"), Entry("Compani"), Entry("Natashe")])
    assert not read("Company news: Natasha stayed, and Carriot too.", matcher) or all(
        match.entry == "Marriot" for match in read("Carriot", matcher).values()
    )
    assert "Compani" not in read("Company news: Natasha stayed.", matcher)
    assert "Natashe" not in read("Company news: Natasha stayed.", matcher)


def test_another_watched_name_is_no_misspelling() -> None:
    """Severstal is not Severstan when both are watched."""
    matcher = Matcher.compile([Entry("Severstal"), Entry("Severstan")])
    assert list(read("Severstal reported.", matcher)) == ["Severstal"]


def test_right_spellings_decide_alone() -> None:
    """A misspelling beside the name must not lower, nor raise, what the name itself says."""
    plain = read("Huawei was fined. Mr Smith spoke.")["Huawei"]
    both = read("Huawei was fined. Mr Smith spoke. So was Huawai.")["Huawei"]
    assert (both.verdict, both.score) == (plain.verdict, plain.score)
    assert [m.text for m in both.mentions] == ["Huawei", "Huawai"]


def test_a_word_that_a_text_insists_on_counts_less() -> None:
    """Griner, Griner, Griner is somebody of that name, not three slips for Grindr."""
    matcher = Matcher.compile([Entry("Grindr")])
    once = read("They spoke of Griner.", matcher)["Grindr"]
    often = read("They spoke of Griner. Then Griner left, and Griner came back.", matcher).get("Grindr")
    assert often is None or often.score < once.score


def test_it_can_be_switched_off() -> None:
    """Who wants no guesses gets none, and stored findings made with them are told stale."""
    off = Matcher.compile(ENTRIES, typos=False)
    assert not read("Shares of Tencnet fell.", off)
    assert off.fingerprint != MATCHER.fingerprint


def test_adding_a_name_changes_nothing_for_others() -> None:
    """A watchlist of a thousand must find what one of ten found."""
    more = Matcher.compile((*ENTRIES, Entry("Rostec"), Entry("Wildberries"), Entry("Kapitan Trading")))
    text = "Shares of Tencnet fell, and Kapersky Lab closed."
    assert {k: v for k, v in read(text, more).items() if k in read(text)} == read(text)


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_has_an_answer_and_spans_index_it(text: str, title: str) -> None:
    """A feed may send anything."""
    mixed = f"{text[:50]} Tencnet {text[50:]}"
    for match in MATCHER.match(Document("1", title, mixed)):
        for mention in match.mentions:
            given_text = title if mention.field.value == "title" else mixed
            assert given_text[mention.start : mention.end] == mention.text


def test_a_word_of_a_million_letters_and_a_million_slips_end() -> None:
    """The time must not grow with the square of a hostile text."""
    read("H" + "a" * 1_000_000)
    assert read("Huawai " * 20_000)["Huawei"].verdict is Verdict.POSSIBLE
    read("Hua Wai " * 20_000)


def test_the_hundredth_slip_is_seen_as_the_first() -> None:
    """Names are filed by their words only once many slips were looked up: the answer must not change with it."""
    many = [Entry(f"{name} Trading Ltd") for name in ("Norvikeron", "Zyquantel", "Газпромтранс")]
    text = "Norvikron Trading and Zyquantl Trading, и Газпромтрнас Trading Ltd."
    matcher = Matcher.compile(many)
    first = read(text, matcher)
    assert set(first) == {one.name for one in many}
    others = [f"Norvi{a}eron Zyquan{b}el" for a in "bcdfgh" for b in "bcdfgh"]
    assert all(len(read(f"Said {other} Trading.", matcher)) for other in others)
    assert read(text + " ", matcher) == first
    assert {name: one.mentions for name, one in read(text, Matcher.compile(many)).items()} == {
        name: one.mentions for name, one in first.items()
    }
