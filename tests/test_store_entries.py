"""The watchlist in the store, on both kinds of database."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from watchlist.errors import EntryError
from watchlist.model import Entry, EntryKind, Owner
from watchlist.store import entries
from watchlist.store.tables import EntryRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALIPAY = Entry(
    "Alipay",
    EntryKind.APP,
    ("支付宝", "🅰️lipay"),
    (Owner("Ant Group", 62.5, date(2014, 10, 16)), Owner("Others")),
    ("BABA",),
    ("LEI:5493",),
    ("payments", "EO 13971"),
    ("fintech",),
    ("Alipay Cup",),
    'a "note"\r\nof two lines',
    (("desk", "7"),),
)


def test_an_entry_comes_back_as_it_was_given(database):
    """Whatever a user keeps on an entry (owners with times, emoji, line ends, columns of his own) is kept."""
    kept = ALIPAY
    with database.write() as session:
        assert entries.add(session, kept, NOON)
    with database.read() as session:
        assert entries.get(session, "alipay") == kept
        assert entries.list_all(session) == [kept]


def test_adding_twice_changes_nothing(database):
    """A second `add` with fewer aliases must not throw the first ones away."""
    with database.write() as session:
        assert entries.add(session, Entry("WeChat Pay", aliases=("微信支付",)), NOON)
    with database.write() as session:
        assert not entries.add(session, Entry("  wechat　PAY"), NOON)
    with database.read() as session:
        assert entries.list_all(session) == [Entry("WeChat Pay", aliases=("微信支付",))]


def test_listing_is_by_name_and_tag(database):
    """A list of 2,000 entries is looked up by eye."""
    with database.write() as session:
        for name, tags in (("b", ("Banks",)), ("A", ()), ("c", ("banks", "x"))):
            entries.add(session, Entry(name, tags=tags), NOON)
    with database.read() as session:
        assert [entry.name for entry in entries.list_all(session)] == ["A", "b", "c"]
        assert [entry.name for entry in entries.list_all(session, tag="BANKS")] == ["b", "c"]


def test_an_unknown_name_is_told_with_the_nearest(database):
    """A typing error must show what was meant."""
    with database.write() as session:
        entries.add(session, Entry("Huawei"), NOON)
    with database.read() as session:
        with pytest.raises(EntryError, match="did you mean 'Huawei'"):
            entries.get(session, "Huawai")
        with pytest.raises(EntryError, match="watchlist list"):
            entries.get(session, "qq")


def test_editing_replaces_and_returns_what_was(database):
    """An edit may rename; the entry stays the same row, so that its events keep pointing at it."""
    with database.write() as session:
        entries.add(session, Entry("Facebook"), NOON)
        entries.add(session, Entry("Google"), NOON)
        id_ = session.exec(select(EntryRow.id).where(EntryRow.name == "Facebook")).one()
        assert entries.edit(session, "facebook", Entry("Meta", tags=("big",)), NOON) == Entry("Facebook")
        assert entries.ids_by_name(session, ["META", "nobody"]) == {"META": id_}
        with pytest.raises(EntryError, match="already"):
            entries.edit(session, "Meta", Entry("GOOGLE"), NOON)
        with pytest.raises(EntryError, match="not on the watchlist"):
            entries.edit(session, "Facebook", Entry("x"), NOON)


def test_a_removed_entry_comes_back_with_its_history(database):
    """Removing is not forgetting: what was mailed stays mailed when the entry is added again."""
    with database.write() as session:
        entries.add(session, Entry("TikTok", note="old"), NOON)
        (before,) = entries.ids_by_name(session, ["TikTok"]).values()
        assert entries.remove(session, "tiktok", NOON) == Entry("TikTok", note="old")
        assert entries.list_all(session) == []
        with pytest.raises(EntryError):
            entries.remove(session, "TikTok", NOON)
        assert entries.add(session, Entry("TikTok", note="new"), NOON)
        assert entries.list_all(session) == [Entry("TikTok", note="new")]
        assert list(entries.ids_by_name(session, ["TikTok"]).values()) == [before]


def test_a_name_of_a_removed_entry_may_be_taken_over(database):
    """The old entry's history must not stick to another company that takes its name."""
    with database.write() as session:
        entries.add(session, Entry("X"), NOON)
        entries.add(session, Entry("Twitter"), NOON)
        entries.remove(session, "X", NOON)
        entries.edit(session, "Twitter", Entry("X"), NOON)
        assert entries.list_all(session) == [Entry("X")]


def test_a_name_of_ten_thousand_characters_is_an_entry(database):
    """Strange, but allowed: it must be stored, found and told apart on both databases."""
    names = ["長い名前🅰" * 2000, "長い名前🅰" * 1999]
    with database.write() as session:
        for name in names:
            assert entries.add(session, Entry(name), NOON)
            assert not entries.add(session, Entry(f" {name}"), NOON)
        assert {entry.name for entry in entries.list_all(session)} == set(names)
        assert entries.get(session, names[1]).name == names[1]
        with pytest.raises(EntryError) as caught:
            entries.get(session, "x" * 9000)
    assert len(str(caught.value)) < 300


def test_an_unusable_entry_is_refused(database):
    """What cannot be matched or stored is told when it is added."""
    with database.write() as session, pytest.raises(EntryError, match="needs a name"):
        entries.add(session, Entry("  "), NOON)
