"""A cheap look at a text never hides what the dear expression would have found in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions.dates import date_words, languages
from watchlist.actions.needles import Sought, fold, may_hold, needles
from watchlist.actions.timing_cues import cues

WORDS = (
    "on", "Friday", "MONDAY,", "5", "March", "2021", "next", "in", "45", "days", "within", "the", "date", "of", "this",
    "order", "ıs", "effective", "am", "3.", "März", "heute", "binnen", "zwei", "Wochen", "с", "5", "января", "через",
    "dni", "2021年", "3月", "5日", "起", "周三", "个月", "内", "今日", "施行", "다음", "3월", "5일", "오늘", "بعد", "يوم", "مارس",
    "le", "5", "août", "aujourd’hui", "dans", "jours", "hoy", "plazo", "días", "after", "publication", "hence",
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=9), st.sampled_from((" ", "  ", "")))
def test_no_date_is_hidden(words: list[str], space: str):
    """A date that the needles rule out would be an effective date that is never told."""
    text = space.join(words)
    folded = fold(text)
    for lang in languages():
        for pattern in (cues(lang).whole, *(pattern for _, pattern in date_words(lang).patterns)):
            assert may_hold(folded, pattern.needles) or not pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?:ab|cd)+x?", "CD"),
        (r"(?<!\w)(?:this (?:\w+ ){0,2}rule is|effective date\s?:)", "Effective date :"),
        (r"(?:a|b\d?|)z", "Z"),
        (r"stra(?:ss|ß)e", "STRASSE"),
        (r"i(?=x)x", "ıx"),
        (r"(?:[ab]c)?[0-9]", "7"),
        (r"(?>one|two) (?:\w+ )*?end", "two end"),
    ],
)
def test_shapes_of_expressions(pattern: str, text: str):
    """Options, classes, atomic groups and letters with two spellings ask for nothing that a match may lack."""
    assert Sought(pattern).search(text)
    assert may_hold(fold(text), needles(pattern))


def test_a_text_without_any_of_the_words_is_passed_over():
    """Needles that never rule anything out would cost time for nothing."""
    wanted = needles(r"(?:Monday|Friday),? \d")
    assert not may_hold(fold("Nothing happened on 3 May."), wanted)
    assert may_hold(fold("On FRIDAY 3"), wanted)
