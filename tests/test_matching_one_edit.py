"""Words one slip of the pen apart."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from watchlist.matching.one_edit import CloseWords, Slip, slip

WORDS = st.text(alphabet="abcд", max_size=7)


@given(WORDS, WORDS)
def test_a_slip_is_one_edit_and_no_other(written: str, right: str) -> None:
    """An own distance that disagrees with the textbook's would miss names, or invent them."""
    assert (slip(written, right) is not None) == (OSA.distance(written, right) == 1)


def test_it_says_which_edit() -> None:
    """The reader is told what differs."""
    assert slip("tencnet", "tencent") is Slip.EXCHANGED
    assert slip("huawai", "huawei") is Slip.OTHER
    assert slip("hikvison", "hikvision") is Slip.LESS
    assert slip("houthis", "houthi") is Slip.MORE


@given(st.sets(WORDS, max_size=12), WORDS)
def test_the_vocabulary_knows_every_close_word(words: set[str], written: str) -> None:
    """A key that is left out is a misspelling never seen."""
    expected = sorted(word for word in words if OSA.distance(written, word) == 1)
    assert [word for word, _ in CloseWords.of(words).close_to(written)] == expected


def test_lone_surrogates_and_long_words_are_words() -> None:
    """Any str may stand in a text."""
    assert CloseWords.of(["ab\ud800"]).close_to("ab\udfff") == (("ab\ud800", Slip.OTHER),)
