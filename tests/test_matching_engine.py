"""The fast engine finds what the plain one finds, on any text, from any thread, in time linear in the text."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.articles import articles, names
from tests.reference_matcher import ReferenceMatcher
from tools.write_legal_tails import tails
from watchlist.matching.matcher import Matcher
from watchlist.matching.name_rows import HEAD, NameRows
from watchlist.model import Entry, Mention
from watchlist.text.inflection import least_stem, stem
from watchlist.text.tokens import words_in

PIECES = [
    "ab",
    "Ab",
    "AB",
    "abc",
    "ab’s",
    "and",
    "&",
    "Inc",
    "Inc.",
    "Ltd",
    "Co.,",
    "S.A.",
    "ﬁ",
    "é",
    "é",
    "&amp;",
    "&shy;",
    "ß",
    "1",
    "_",
    "Zoë",
    "a",
    "b",
    "sie",
    "nie",
    "jest",
    "oraz",
    "der",
    "die",
    "und",
    "das",
    "mit",
    "газ",
    "Газпром",
    "Газпрома",
    "Газпрому",
    "ым",
    "ё",
    "华",
    "为",
    "華為",
    "中国",
    "银行",
    "ひ",
    "カナ",
    "カナ",
    "ｶﾅ",
    "ﾞ",
    "한국",
    "한국은",
    "와",
    "وال",
    "الشركة",
    "شركة",
    "ا",
    "Аb",
    "ab\u200bc",
    "™",
    "①",
    "İ",
    "ı",
    "ŉ",
    "�",
    "😀",
    "𠀀",
    "ab-ab",
    "Ab-c",
    "orlen",
    "orlenu",
    "orlenowi",
    "biedronka",
    "biedronce",
]
GAPS = ("", " ", " ", "-", "-\n", "–", "- \r\n ", "\u00ad", "\u00ad\n", ", ", ". ", ".", "’", "\n", "\n\n", " (", ") ", "·",
        "\u00a0", "\u200b", "\u200f", "&", ";", "--", "    ", "_")  # fmt: skip


def _text(least: int, most: int) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS))
    return st.lists(pairs, min_size=least, max_size=most).map(lambda found: "".join(a + b for a, b in found))


def both(entries: list[Entry]) -> tuple[Matcher, ReferenceMatcher]:
    """Compile a watchlist for the fast and for the plain engine."""
    return Matcher.compile(entries), ReferenceMatcher.compile(entries)


@settings(max_examples=250, deadline=None)
@given(watched=st.lists(_text(1, 4), min_size=1, max_size=8), text=_text(0, 30))
def test_it_agrees_with_the_plain_engine_on_hostile_text(watched: list[str], text: str) -> None:
    """The first look must never rule out a name: a missed name is a missed alert."""
    entries = [Entry(name) for name in watched]
    fast, plain = both(entries)
    assert fast.find(text) == plain.find(text)
    assert Matcher.compile(entries, few=True).find(text) == plain.find(text)


def test_it_agrees_with_the_plain_engine_on_articles() -> None:
    """Long texts in three scripts, many names that share words: no mention more, none less."""
    watched = names(3000)
    entries = [Entry(name) for name in watched]
    fast, plain = both(entries)
    few = Matcher.compile(entries, few=True)
    for article in articles(60, watched):
        assert fast.find(article) == plain.find(article) == few.find(article)


def test_a_few_texts_and_many_are_read_the_same() -> None:
    """Patterns are compiled in the middle of a long folder: nobody may see where, least of all by another answer."""
    entries = [Entry(name) for name in ("Acme Oil", "Газпром", "Biedronka", "WeChatPay")]
    matcher = Matcher.compile(entries, few=True)
    text = "Acme-Oil kupuje akcje Biedronce oraz nie jest w WeChat Pay, и Газпрому; No. {}"
    found = [[m.text for m in matcher.find(text.format(n))] for n in range(600)]
    assert found == [["Acme-Oil", "Biedronce", "WeChat Pay", "Газпрому"]] * 600


@given(st.lists(_text(0, 4), max_size=6))
def test_names_are_folded_together_as_they_are_one_by_one(watched: list[str]) -> None:
    """A name that took something of its neighbour's would not be found, or the neighbour would not."""
    one_by_one = [" ".join("and" if word == "&" else word for word in words_in(name)) for name in watched]
    made = NameRows.of(watched)
    assert made.rows == (one_by_one or [""])
    assert made.heads == [row.replace(" ", "")[:HEAD] for row in made.rows]


@given(st.lists(_text(0, 4), min_size=1, max_size=6), st.binary(max_size=40))
def test_rows_that_were_kept_come_back_and_others_are_refused(watched: list[str], bad: bytes) -> None:
    """Names are looked for in what was kept: a row lost or shifted is a company missed."""
    made = NameRows.of(watched)
    packed = made.to_bytes()
    again = NameRows.from_bytes(packed, len(watched))
    assert vars(again) == vars(made)
    for wrong, count in ((packed, len(watched) + 1), (packed[:-3], len(watched)), (bad, len(watched))):
        with pytest.raises(ValueError, match=r"."):
            NameRows.from_bytes(wrong, count)


@given(_text(1, 1))
def test_the_least_of_a_stem_is_of_the_stem(text: str) -> None:
    """A stem that is shorter than what names are compared by hides names in every language that inflects."""
    for word in words_in(text):
        least = least_stem(word)
        assert not least or stem(word).startswith(f" {least}")


@settings(max_examples=100, deadline=None)
@given(watched=st.lists(_text(1, 3), min_size=1, max_size=5), other=_text(1, 3), text=_text(0, 20))
def test_a_name_more_leaves_the_others_alone(watched: list[str], other: str, text: str) -> None:
    """A new name may cover a shorter one where it stands, but nothing else may change."""
    before = Matcher.compile([Entry(name) for name in watched]).find(text)
    after = Matcher.compile([*(Entry(name) for name in watched), Entry(other + "!")]).find(text)
    new = [m for m in after if m.entry == other + "!"]
    for mention in before:
        covered = any(m.start < mention.end and mention.start < m.end for m in new)
        assert covered or mention in after


def test_threads_share_one_matcher() -> None:
    """What the engine learns of words on the way is shared between threads; it must not change an answer."""
    watched = names(500)
    read = list(articles(40, watched))
    alone = [Matcher.compile([Entry(name) for name in watched]).find(text) for text in read]
    shared = Matcher.compile([Entry(name) for name in watched])
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: [shared.find(text) for text in read], range(4)))
    assert answers == [alone] * 4


_PROGRAM = """
from benchmarks.articles import articles, names
from watchlist.matching.matcher import Matcher
from watchlist.model import Entry
watched = names(300)
matcher = Matcher.compile([Entry(name, aliases=(name + " Group",)) for name in watched])
print(matcher.fingerprint, [matcher.find(text) for text in articles(6, watched)])
"""


def test_the_hash_seed_changes_nothing() -> None:
    """Sets have another order in each process; an answer that depends on it could never be explained."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True, capture_output=True,
        ).stdout
        for seed in ("0", "1", "77")
    }  # fmt: skip
    assert len(answers) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000 + " Acme Oil " + "y" * 1_000_000,
        "Acme " * 40_000,
        "Acme" + " " * 1_000_000 + "; Oil",
        "Acme-" * 40_000,
        "华" * 300_000 + "华为",
        "-\n" * 300_000 + "Acme Oil",
        "&amp;" * 40_000 + "Acme Oil",
        "e\u0301" * 200_000 + " Acme Oil",
        "\u200f" * 500_000 + "Acme Oil",
    ],
    ids=["words of a million letters", "all hits", "a long gap", "one long chain", "no spaces", "line ends", "entities", "marks", "right-to-left"],
)  # fmt: skip
def test_long_and_odd_texts_are_read(text: str) -> None:
    """Feeds are hostile: what is quadratic in any of these would stop a round for hours."""
    matcher = Matcher.compile([Entry("Acme"), Entry("Acme Oil"), Entry("华为")])
    found = matcher.find(text)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert found or ";" in text


def test_ten_megabytes_hold_the_last_name() -> None:
    """No cap, no lost tail: a name at the end of a long report counts like one at its beginning."""
    text = "Nothing of interest was said in the report of that day.\n" * 190_000 + "Only Qualtrex was."
    assert [(m.start, m.text) for m in Matcher.compile([Entry("Qualtrex")]).find(text)] == [
        (len(text) - 13, "Qualtrex")
    ]


def test_a_trademark_sign_is_no_letter_of_the_name() -> None:
    """Press releases write the sign beside the name; folded to letters it would hide the name."""
    found: list[Mention] = Matcher.compile([Entry("Alipay")]).find("With Alipay™ and “Alipay…”")
    assert [m.text for m in found] == ["Alipay", "Alipay"]


def test_a_name_of_single_letters_begins_where_a_word_begins() -> None:
    """The end of a word beside a Chinese one is not the first letter of a name."""
    fast, plain = both([Entry("S.A."), Entry("カ·국")])
    for text in ("abS.A.S.A.华", "华S.A.", "a华S.A. x", "aカ국 华", "カカ국 华", "aカ 국국 华"):
        assert fast.find(text) == plain.find(text)
    assert [mention.start for mention in fast.find("abS.A.S.A.华")] == [6]


def test_the_folded_legal_forms_are_those_of_their_table() -> None:
    """A legal form that was added to the table only would not be taken off names."""
    path = resources.files("watchlist.matching") / "data" / "legal_tails.txt"
    assert path.read_text(encoding="utf-8") == tails(), "run tools/write_legal_tails.py"


def test_very_long_names_and_names_of_two_scripts_are_found_whole() -> None:
    """Only a part of such a name leads to it: what is found is the name from its first word to its last, or nothing."""
    words = " ".join(f"w{n}" for n in range(60))
    watched = [words, "银" * 30 + "行" * 30, "中国Huawei公司", "A & B and C & D", f"{'x' * 400} 集团"]
    fast, plain = both([Entry(name) for name in watched])
    few = Matcher.compile([Entry(name) for name in watched], few=True)
    for name in watched:
        for text in (f"Of {name}, they say.", f"与{name}。", f"R&D: {name[:-1]} {name.replace(' ', '  ')}"):
            expected = plain.find(text)
            assert fast.find(text) == expected == few.find(text)
        assert [m.text for m in fast.find(f"Of {name}, they say.")] == [name]
