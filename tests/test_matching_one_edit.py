"""Words one slip of the pen apart."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from watchlist.matching.one_edit import CloseWords, Slip, slip

WORDS = st.text(alphabet="abcд", max_size=7)
LATIN = st.text(alphabet="abc", min_size=2, max_size=10)
CYRILLIC = st.text(alphabet="дёж", min_size=2, max_size=10)


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


@given(st.sets(LATIN | CYRILLIC, max_size=12), LATIN | CYRILLIC)
def test_the_vocabulary_knows_every_close_word(words: set[str], written: str) -> None:
    """An edit that is left out is a misspelling never seen."""
    expected = sorted(word for word in words if OSA.distance(written, word) == 1)
    assert [word for word, _ in CloseWords(words).close_to(written)] == expected


LETTERS = st.text(alphabet="abc", min_size=1, max_size=1)


@given(st.text(alphabet="abc", min_size=5, max_size=14), st.integers(0, 14), LETTERS, st.sampled_from(Slip))
def test_no_edit_of_a_long_word_is_missed(right: str, at: int, letter: str, edit: Slip) -> None:
    """Half of the edits are left out where no word begins or ends so: wherever the slip is, it must be made."""
    at = min(at, len(right) - 1)
    head, tail = right[:at], right[at:]
    written = {
        Slip.OTHER: head + letter + tail[1:],
        Slip.MORE: head + letter + tail,
        Slip.LESS: head + tail[1:],
        Slip.EXCHANGED: head + tail[1:2] + tail[:1] + tail[2:],
    }[edit]
    close = [word for word, _ in CloseWords({right}).close_to(written)]
    assert close == ([right] if written != right else [])


def test_any_str_may_be_asked_for() -> None:
    """Any str may stand in a text."""
    assert CloseWords({"дб\ud800"}).close_to("дб\udfff") == (("дб\ud800", Slip.OTHER),)
    assert CloseWords({"abc"}).close_to("") == CloseWords(set()).close_to("abc") == ()
