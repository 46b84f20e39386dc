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


LETTERS = st.text(alphabet="abд", min_size=1, max_size=1)


@given(st.text(alphabet="abд", min_size=5, max_size=14), st.integers(0, 14), LETTERS, st.sampled_from(Slip))
def test_no_edit_of_a_long_word_is_missed(right: str, at: int, letter: str, edit: Slip) -> None:
    """Long words are filed under parts of them: wherever the slip is, one part must be whole."""
    at = min(at, len(right) - 1)
    head, tail = right[:at], right[at:]
    written = {
        Slip.OTHER: head + letter + tail[1:],
        Slip.MORE: head + letter + tail,
        Slip.LESS: head + tail[1:],
        Slip.EXCHANGED: head + tail[1:2] + tail[:1] + tail[2:],
    }[edit]
    close = [word for word, _ in CloseWords.of([right]).close_to(written)]
    assert close == ([right] if written != right else [])


def test_lone_surrogates_and_long_words_are_words() -> None:
    """Any str may stand in a text."""
    assert CloseWords.of(["ab\ud800"]).close_to("ab\udfff") == (("ab\ud800", Slip.OTHER),)
