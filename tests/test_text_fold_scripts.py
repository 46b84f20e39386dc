"""Folding scripts of many characters: the fast ways give what the tables say, character by character."""

from hypothesis import given
from hypothesis import strategies as st

from watchlist.text.fold import _tables, fold
from watchlist.text.tokens import _TOKEN, words_of_folded

#: Characters that no eight-bit page has, so that none of the faster ways is taken.
HAN = st.text(alphabet=st.characters(min_codepoint=0x2E80, max_codepoint=0xFFFD), min_size=1, max_size=40)


def test_what_the_table_puts_it_leaves_alone() -> None:
    """Characters are replaced one after the other: a chain would turn one letter into a third."""
    _, table, _ = _tables()
    put = {point: folded for point, folded in table.items() if isinstance(folded, str)}
    assert all(put.get(ord(folded), folded) == folded for folded in put.values())


@given(HAN, st.text(max_size=20))
def test_a_text_without_edits_folds_one_to_one(han: str, beside: str) -> None:
    """A full stop, a traditional character or a wide letter that is left as it was hides a name."""
    text = f"{beside}{han}{beside}ＨＵＡＷＥＩ，華為。"
    _, table, edits = _tables()
    if not edits.search(text):
        assert fold(text).text == text.translate(table)


@given(HAN, st.text(max_size=20))
def test_characters_in_a_row_are_tokens_each(han: str, beside: str) -> None:
    """Runs of characters are cut at once: the tokens must be those of the pattern."""
    plain = fold(f"{beside}{han} huawei {beside}").text
    if not plain.isascii():
        read = words_of_folded(plain)
        assert "".join(read) == "".join(words_of_folded(" ".join(read)))
        assert len(read) == len(_TOKEN.findall(plain))
