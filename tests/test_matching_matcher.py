"""Names in text: spellings, boundaries, offsets, the longest name wins."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.matching.matcher import Matcher
from watchlist.model import Entry

HUAWEI = Matcher.compile([Entry("Huawei", aliases=("华为", "Huawei Technologies"))])


def found(names: list[str], text: str) -> list[str]:
    """Return the surfaces found for a list of names."""
    return [mention.text for mention in Matcher.compile(Entry(name) for name in names).find(text)]


@pytest.mark.parametrize(
    ("names", "text", "surfaces"),
    [
        (["Qualtrex"], "Qualtrex's board met", ["Qualtrex"]),
        (["Pay Nova"], "PayNova, Pay-Nova and pay\nnova", ["PayNova", "Pay-Nova", "pay\nnova"]),
        (["Nova"], "innovation in Nova Scotia", ["Nova"]),
        (["Nova Corp", "Nova Corp Asia"], "Nova Corp Asia rose", ["Nova Corp Asia"]),
        (["Zeta Oil"], "for Zeta; Oil prices fell", []),
        (["Zeta Oil"], "in Zeta. Oil prices fell", []),
        (["Müller Bau"], "MUELLER? No: Muller Bau", ["Muller Bau"]),
    ],
)
def test_it_finds_the_ways_a_name_is_written(names: list[str], text: str, surfaces: list[str]) -> None:
    """A spelling that is missed is a missed alert; one that is invented is a false one."""
    assert found(names, text) == surfaces


def test_every_published_variant_is_found_or_left(shared: Path) -> None:
    """The agreed list of spellings and boundaries is the least a user may expect."""
    wrong = []
    for line in (shared / "eval" / "variants.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if found(case["names"], case["text"]) != case["found"]:
            wrong.append(case["id"])
    assert wrong == []


@settings(max_examples=60)
@given(before=st.text(), after=st.text())
def test_spans_index_the_text_as_given(before: str, after: str) -> None:
    """Folding may drop or lengthen characters (ß, ﬁ, accents); spans must not notice."""
    text = f"{before} Huawei {after}"
    at = len(before) + 1
    mentions = HUAWEI.find(text)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert any(m.start <= at and m.end >= at + 6 for m in mentions)


@settings(max_examples=60)
@given(text=st.text(alphabet=st.characters(), max_size=200))
def test_it_never_fails_on_any_text(text: str) -> None:
    """Feeds hold lone surrogates, marks without letters and half entities; none may stop a round."""
    assert all(text[m.start : m.end] == m.text for m in HUAWEI.find(text))
