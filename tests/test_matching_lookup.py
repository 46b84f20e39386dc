"""Stored documents are found again by every name that the matcher would find in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.matching.lookup import Query, Words, queries_of, words_of
from watchlist.matching.matcher import Matcher
from watchlist.model import Entry

ENTRIES = (
    Entry("Huawei", aliases=("华为", "華為技術")),
    Entry("Alipay", aliases=("支付宝", "QQ钱包")),
    Entry("AT&T"),
    Entry("Bank of China"),
    Entry("Газпром нефть"),
    Entry("삼성전자"),
    Entry("هواوي"),
    Entry("Norvik Metall AG"),
    Entry("WeChatPay"),
)
MATCHER = Matcher.compile(ENTRIES, typos=False)
BY_NAME = {entry.name: entry for entry in ENTRIES}


def answers(words: Words, query: Query) -> bool:
    """Say what the databases must say."""
    if query.anywhere:
        return set(query.words) <= {*words.beside, *(() if query.changed else words.running)}
    asked, length = query.words, len(query.words)
    for at in range(len(words.running) - length + 1):
        window = words.running[at : at + length]
        last = window[-1].startswith(asked[-1]) if query.begins else window[-1] == asked[-1]
        if window[:-1] == asked[:-1] and last:
            return True
    return False


def holds(text: str, entry: Entry) -> bool:
    words = words_of("", text)
    return any(answers(words, query) for query in queries_of(entry))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Huawei", "昨日，华为公司宣布"),
        ("Huawei", "據報華為\n技術有限公司"),
        ("Huawei", "Hua-wei said"),
        ("Huawei", "decyzja wobec Huaweia i spółki, że nie jest to dla nas, ale w tym kraju się nie da"),
        ("Alipay", "用QQ钱包付款"),
        ("AT&T", "AT and T was named"),
        ("Bank of China", "the BANK OF CHINA"),
        ("Газпром нефть", "поставки «Газпром нефти» и «Газпромом»"),
        ("삼성전자", "삼성전자가 발표했다"),
        ("هواوي", "قالت وهواوي إن"),
        ("Norvik Metall AG", "Norvik Metall wurde genannt"),
        ("WeChatPay", "the We Chat Pay wallet"),
    ],
)
def test_a_name_is_found_in_running_text(name: str, text: str) -> None:
    """Scripts without spaces, endings, prefixes, hyphens: the plain word index of a database knows none of them."""
    assert holds(text, BY_NAME[name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Huawei", "为了中华，他们有所作为"),
        ("Bank of China", "the bank of the Republic of China"),
        ("Alipay", "ali paid"),
    ],
)
def test_other_texts_are_left_alone(name: str, text: str) -> None:
    """Were every text with both characters a candidate, a look back would read a third of the store."""
    assert not holds(text, BY_NAME[name])


PIECES = [
    "Huawei", "华为", "華為技術", "有限公司", "Alipay", "Ali-", "pay", "支付", "宝", "QQ", "钱包", "AT", "&", "and",
    "T", "Bank", "of", "China", "Газпром", "нефть", "нефтью", "삼성전자", "는", "وهواوي", "Norvik", "Metalls", "der",
    "und", "die", "AG", "WeChat", "Pay", ".", ",", "\n", "-", "\u00ad", "&amp;", "ﬁ", "١", "_",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), max_size=14))
def test_whatever_the_matcher_finds_is_found(pieces: list[tuple[str, str]]) -> None:
    """A mention that the index does not answer for is a name that `watchlist add` silently overlooks."""
    text = "".join(piece + gap for piece, gap in pieces)
    for mention in MATCHER.find(text):
        assert holds(text, BY_NAME[mention.entry]), (text, mention)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_words(text: str) -> None:
    """A word with a blank or a quote in it would break the databases' own query languages."""
    for word in (*words_of(text, text).running, *words_of(text).beside):
        assert word
        assert not set(word) & set(" '\"*:()\x00")
    for query in queries_of(Entry(text or "x")):
        assert all(not set(word) & set(" '\"*:()\x00") for word in query.words)
