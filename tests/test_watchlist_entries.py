"""Advice about new entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.entries import ambiguity, check_entry, entry_key, is_surely_fine, near_duplicates, tidy
from watchlist.errors import EntryError
from watchlist.model import Entry, Owner


@pytest.mark.parametrize(
    ("new", "present"),
    [
        ("WeChatPay", "WeChat Pay"),
        ("We-Chat pay", "WeChat Pay"),
        ("Nestle", "Nestlé"),
        ("Bytedanse", "ByteDance"),
        ("ＨＵＡＷＥＩ Technologies", "Huawei-Technologies"),
    ],
)
def test_another_spelling_is_pointed_out(new, present):
    """Two entries for one company would alert twice and split its history."""
    assert [other.name for other, _ in near_duplicates(Entry(new), [Entry(present), Entry("Tencent")])] == [
        present
    ]


@pytest.mark.parametrize(("new", "present"), [("Ant", "Aon"), ("Visa", "Vista"), ("Alipay", "AliExpress")])
def test_different_companies_are_left_alone(new, present):
    """A hint on every second entry would be ignored."""
    assert near_duplicates(Entry(new), [Entry(present)]) == []


def test_an_alias_of_another_entry_is_pointed_out():
    """`add "Weixin Pay"` when WeChat Pay carries it as an alias."""
    ((other, why),) = near_duplicates(Entry("weixin pay"), [Entry("WeChat Pay", aliases=("Weixin Pay",))])
    assert other.name == "WeChat Pay"
    assert "alias" in why


@pytest.mark.parametrize("name", ["Target", "Ant", "LINE", "Visa", "X", "Delta", "12"])
def test_a_plain_word_gets_a_hint(name):
    """A company called like a plain word matches half the news."""
    assert "--owner" in (ambiguity(Entry(name)) or "")


@pytest.mark.parametrize("name", ["Alipay", "Huawei", "Target Corporation", "支付宝", "Сбербанк"])
def test_a_telling_name_gets_no_hint(name):
    """Hints where none are needed are noise."""
    assert ambiguity(Entry(name)) is None


def test_an_entry_with_an_owner_gets_no_hint():
    """The user has done already what the hint asks for."""
    assert ambiguity(Entry("Ant", owners=(Owner("Alibaba"),))) is None


def test_a_full_name_as_alias_is_what_the_hint_asks_for():
    """Told again and again to do what is done, a user stops reading hints; another script's name is not it."""
    assert ambiguity(Entry("Ant", aliases=("Ant Group",))) is None
    assert ambiguity(Entry("360", aliases=("Qihoo 360",))) is None
    assert ambiguity(Entry("Apple", aliases=("苹果公司", "Pineapple Works"))) is not None


@given(st.text())
def test_keys_are_stable(name):
    """A key that changes when keyed again would let one entry in twice."""
    assert entry_key(entry_key(name)) == entry_key(name)


@given(st.builds(Entry, name=st.text(), aliases=st.lists(st.text()).map(tuple), note=st.text()))
def test_any_text_is_accepted_or_refused_in_one_line(entry):
    """Names are typed, pasted and imported: anything may come."""
    told = ""
    try:
        check_entry(tidy(entry))
    except EntryError as error:
        told = str(error)
    assert "\n" not in told
    near_duplicates(entry, [entry, Entry("Alipay")])
    ambiguity(entry)


@pytest.mark.parametrize(
    "entry",
    [
        Entry("  "),
        Entry("A\0"),
        Entry("A\ud800"),
        Entry("x" * 10_001),
        Entry("A", owners=(Owner("B", 101),)),
        Entry("A", owners=(Owner("B", float("nan")),)),
        Entry("A", owners=(Owner(" "),)),
        Entry("A", extra=(("x", "1"), ("x", "2"))),
        Entry("A", extra=(("name", "1"),)),
    ],
)
def test_unusable_entries_are_refused(entry):
    """What no file or database could hold must be told when it is added, not when it is saved."""
    with pytest.raises(EntryError):
        check_entry(entry)


@given(st.text(max_size=12) | st.text(alphabet=" \u00a0\u00ad\t\n\0a\ud800é人", max_size=4))
def test_what_is_surely_fine_would_pass_the_longer_look(name: str) -> None:
    """Long files are read by the quick look alone: what it lets through must be tidy and usable."""
    if is_surely_fine(name):
        assert tidy(Entry(name)) == Entry(name)
        check_entry(Entry(name))
