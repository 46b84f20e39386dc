"""Name against name: what must hold for any text, and what people expect of real names."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.matching.names import compare, prepare, score
from watchlist.matching.names_normalise import words
from watchlist.matching.names_tokens import Part, lexicon, parse

ANY = st.text(st.characters(codec=None), max_size=40)
SYLLABLES = st.sampled_from(
    [
        "hua",
        "wei",
        "Ltd",
        "有限公司",
        "株式会社",
        "ООО",
        "бай",
        "Co.,",
        "A.B.",
        "7",
        "VII",
        "الله",
        "삼성",
        "ファ",
        "&",
        "(",
        ")",
        "'s",
        "-",
    ]
)
NAMES = st.lists(SYLLABLES, max_size=8).map(" ".join) | st.lists(SYLLABLES, max_size=8).map("".join) | ANY


@settings(max_examples=200, deadline=None)
@given(NAMES, NAMES)
def test_any_two_texts_have_a_score_and_a_reason(left: str, right: str) -> None:
    """A name from a hostile list must never stop a screening, nor get a score outside [0, 1]."""
    found = compare(left, right)
    assert 0.0 <= found.score <= 1.0
    assert not math.isnan(found.score)
    assert found.why
    assert all(line and "\n" not in line.replace(left, "").replace(right, "") for line in found.why)
    assert found == compare(left, right)


@settings(max_examples=200, deadline=None)
@given(NAMES, NAMES)
def test_exchanging_the_names_changes_nothing(left: str, right: str) -> None:
    """Which of two lists a name came from must not decide whether it is the same."""
    assert compare(left, right).score == compare(right, left).score
    assert score(prepare(left), prepare(right)) == compare(left, right).score


@settings(max_examples=100, deadline=None)
@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    """The least that a comparison owes: the same string is the same."""
    assert compare(name, name).same


@pytest.mark.parametrize(
    "name",
    [
        "\ud800",
        "x" * 1_000_000,
        "Huawei " * 1_500_000,
        "\u202e\u202eabc",
        "",
        "!!!",
        "\u0301" * 50,
        "١٢٣",
        "A" + "\u200b" * 1000,
    ],
    ids=[
        "surrogate",
        "million-letter word",
        "10 MB",
        "direction marks",
        "empty",
        "signs",
        "marks",
        "digits",
        "invisible",
    ],
)
def test_odd_names_do_no_harm(name: str) -> None:
    """Lone surrogates, huge words and invisible letters are what a broken feed sends."""
    assert 0.0 <= compare(name, "Huawei Technologies Co., Ltd.").score <= 1.0
    assert compare(name, name).same


SAME = [
    ("Vinmoor", "Vinmoor Technologies Co., Ltd."),
    ("Vinmoor GmbH", "VINMOOR Gesellschaft mit beschränkter Haftung"),
    ("ООО «Норвекс»", "Общество с ограниченной ответственностью Норвекс"),
    ("Norvex LLC", "ООО Норвекс"),
    ("华为", "华为技术有限公司"),
    ("華為技術有限公司", "华为技术有限公司"),
    ("Huawei", "Хуавэй"),
    ("Huawei", "هواوي"),
    ("Huawei", "화웨이"),
    ("Alipay", "アリペイ"),
    ("蚂蚁集团", "蚂蚁科技集团股份有限公司"),
    ("中国银行", "Bank of China Limited"),
    ("Vinmoor", "Vinmoor Bank"),
    ("SMIC", "Semiconductor Manufacturing International Corporation"),
    ("Hikvision", "Hangzhou Hikvision Digital Technology Co., Ltd."),
    ("株式会社ヴィンモア", "ヴィンモア"),
    ("(주)빈무어", "빈무어 주식회사"),
    ("Good Harbour Lines", "Goodharbour Lines Ltd"),
    ("Qorvane Shipping S.A.R.L.", "Qorvane Shipping SARL"),
    ("A.B.C. Company", "ABC Co."),
    ("Аlipay", "Alipay"),
    ("Ｖｉｎｍｏｏｒ", "Vinmoor"),
    ("Petrov, Ivan", "Ivan Petrov"),
    ("Петров Иван Сергеевич", "Ivan Petrov"),
    ("W. Harrington", "William Harrington"),
    ("Bill Harrington", "William Harrington"),
    ("Zhang Yiming", "张一鸣"),
    ("Dr. Amal Harrington", "Amal Harrington"),
]
DIFFERENT = [
    ("China Mobile", "China Mobile Games"),
    ("Vinmoor Bank", "Vinmoor Music"),
    ("Apple", "Apple Bank"),
    ("Apple Inc.", "Apple Records"),
    ("Vinmoor (Spain) S.L.", "Vinmoor (France) S.A.R.L."),
    ("Bank of China", "Bank of Communications"),
    ("中国移动", "中国联通"),
    ("京东", "京东方"),
    ("14th Research Institute", "38th Research Institute"),
    ("Company", "Vinmoor Company"),
    ("Ltd", "Vinmoor Ltd"),
    ("CRRC", "CRCC"),
    ("Telegram", "Telefonica"),
    ("Ivan Petrov", "Ivan Sidorov"),
    ("Ivan Petrov", "Sergey Petrov"),
    ("William B. Harrington", "Harriet Wilson"),
    ("习近平", "习远平"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_name_are_the_same(left: str, right: str) -> None:
    """Legal forms, scripts, order, initials and acronyms must not hide a listed company."""
    found = compare(left, right)
    assert found.same, found


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_names_of_two_bearers_are_different(left: str, right: str) -> None:
    """A shared generic word or parent brand must not flood the user."""
    found = compare(left, right)
    assert not found.same, found


@pytest.mark.parametrize(
    ("name", "form", "core"),
    [
        ("Vinmoor Sp. z o.o.", "Sp z oo", "Vinmoor"),
        ("PT Vinmoor Tbk", "PT", "Vinmoor"),
        ("北京维摩科技有限公司", "有限公司", "维摩"),
        ("株式会社維摩", "株式会社", "维摩"),
        ("ПАО Винмур", "ПАО", "винмур"),
        ("Vinmoor S. de R.L. de C.V.", "S de RL de CV", "Vinmoor"),
    ],
)
def test_legal_forms_are_told_from_the_name(name: str, form: str, core: str) -> None:
    """In unspaced script too, a legal form is not part of the name proper."""
    taken = parse(name)
    assert form in [t.written for t in taken.tokens if t.part is Part.LEGAL]
    assert [t.text for t in taken.core] == [core.casefold()]


def test_the_explanation_names_what_was_ignored_and_what_weighed() -> None:
    """A person must be able to disagree with a verdict: it has to say what it rests on."""
    found = compare("China Mobile", "China Mobile Games Ltd.")
    assert any("Games" in line and "right" in line for line in found.why)
    assert any("legal form ignored: Ltd" in line for line in found.why)
    assert min(found.evidence, key=lambda item: item.weight).text.startswith("only ‘Games’")


def test_every_lexicon_line_can_be_reached() -> None:
    """A form that folds to nothing would be a dead line in a file that people edit."""
    known = lexicon()
    assert all(all(key) for key in (*known.phrases, *known.legal))
    assert all(words(form) for form in (*known.unspaced, *known.unspaced_legal))
