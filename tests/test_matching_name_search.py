"""Candidate search: nothing that brute force would find first may be lost, whatever the text."""

import random
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.matching.name_search import NameIndex, search_form

LETTERS = "abcdefghiklmnoprstuvwz"


def _brands(many: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choice(LETTERS) for _ in range(rng.randint(6, 10))).title() for _ in range(many)]


NAMES = [f"{one} {two} Ltd" for one, two in zip(_brands(3000, 1), _brands(3000, 2), strict=True)]
INDEX = NameIndex.build(NAMES)


@settings(max_examples=200)
@given(st.integers(0, len(NAMES) - 1), st.data())
def test_a_slip_in_one_word_and_another_order_lose_nobody(position: int, data: st.DataObject) -> None:
    """A typo is what a screening must survive: the index may not lose what a full comparison would find.

    (Slips in two short words at once may be lost; the benchmark says how often.)
    """
    words = NAMES[position].split()[:2]
    hurt = data.draw(st.integers(0, 1))
    word = words[hurt]
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    words[hurt] = data.draw(st.sampled_from([word[:at] + letter + word[at:], word[:at] + word[at + 1 :]]))
    if data.draw(st.booleans()):
        words.reverse()
    found = INDEX.search(" ".join(words).upper())
    assert position in [candidate.position for candidate in found]


def test_exact_names_come_first_under_any_legal_form() -> None:
    """The exact name is the answer, not one of twenty."""
    for position in range(0, len(NAMES), 97):
        brand = NAMES[position].removesuffix(" Ltd")
        for asked in (brand, f"{brand} GmbH", brand.upper(), f"OOO {brand}", f"«{brand}»"):
            best = INDEX.search(asked)[0]
            assert best.position == position
            assert best.likeness > 0.99


def test_scripts_meet_under_one_form() -> None:
    """A list in Chinese or Russian must be searchable by the Latin name and the other way round."""
    index = NameIndex.build([*NAMES, "华为技术有限公司", "ПАО «Газпром»", "삼성전자 주식회사"])
    assert index.search("Huawei Jishu")[0].position == len(NAMES)
    assert index.search("Gazprom JSC")[0].position == len(NAMES) + 1
    assert index.search("華為技術")[0].position == len(NAMES)


@settings(max_examples=100)
@given(
    st.lists(st.text(st.characters(codec=None), max_size=20), max_size=8),
    st.text(st.characters(codec=None), max_size=20),
)
def test_any_names_can_be_filed_and_asked_for(names: list[str], asked: str) -> None:
    """Hostile names: never a failure, never a position that is not there, likeness in [0, 1], best first."""
    index = NameIndex.build(names)
    found = index.search(asked, 3)
    assert len(found) <= 3
    assert all(0 <= c.position < len(names) and 0.0 <= c.likeness <= 1.0 for c in found)
    assert found == sorted(found, key=lambda c: (-c.likeness, c.position))
    for position, name in enumerate(names):
        if search_form(name) and len(names) <= 20:
            assert position in [c.position for c in index.search(name)]


def test_answers_do_not_depend_on_the_hash_seed() -> None:
    """Two machines must give one answer."""
    code = (
        "from watchlist.matching.name_search import NameIndex;"
        "n = [f'Bra{i % 7}nd{i} Trading {i % 5} Group' for i in range(900)];"
        "print([(c.position, round(c.likeness, 9)) for c in NameIndex.build(n).search('Bra3nd Trading Grup', 20)])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1
