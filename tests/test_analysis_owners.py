"""Owners who are not watched: what is done to them reaches the watched names that they own."""

import pytest

from watchlist.analysis import Analyst
from watchlist.model import ActionKind, Document, Entry, Owner
from watchlist.ownership.holdings import Holding

_ALIPAY = Entry("Alipay", owners=(Owner("Ant Group", 62.0),))
_ON_OWNER = Document(
    "1",
    "",
    "The Treasury Department designated Ant Group on Friday and froze its assets in the United States.",
)


def test_a_step_on_an_unwatched_owner_is_told_of_the_watched_name() -> None:
    """Whoever watches Alipay and says who owns it must hear of it when the text names the owner only."""
    finding = Analyst.for_entries((_ALIPAY,)).read(_ON_OWNER)
    assert [(a.target, a.action, a.via, a.share) for a in finding.actions] == [
        ("Alipay", ActionKind.DESIGNATION, "Ant Group", 62.0)
    ]


def test_an_owner_is_no_hit_by_itself() -> None:
    """Nobody asked for news on the owner: no match, and no action that has the owner for its target."""
    said = "Ant Group opened an office in Lyon. The Treasury Department designated Ant Group on Friday."
    finding = Analyst.for_entries((Entry("Alipay", owners=(Owner("Ant Group", 10.0),)),)).read(
        Document("1", "", said)
    )
    assert not finding.matches
    assert not finding.actions


def test_an_owner_of_an_owner_is_found_too() -> None:
    """Holdings that were imported say who owns the owner; neither is on the watchlist."""
    holdings = (Holding("Hangzhou Yunbo", "Ant Group", 90.0),)
    said = "The Treasury Department designated Hangzhou Yunbo on Friday and froze its assets."
    finding = Analyst.for_entries((_ALIPAY,), holdings=holdings).read(Document("1", "", said))
    assert [(a.target, a.via, a.indirect) for a in finding.actions] == [("Alipay", "Hangzhou Yunbo", True)]


@pytest.mark.parametrize("text", ["Alipay grew.", "Tencent and Alipay were told to sell by the ministry."])
def test_owners_change_no_mention_of_watched_names(text: str) -> None:
    """An owner whose name holds a watched one ("Tencent Holdings") must not take its place."""
    watched = (Entry("Alipay"), Entry("Tencent"))
    owned = (Entry("Alipay", owners=(Owner("Tencent Holdings", 60.0),)), Entry("Tencent"))
    document = Document("1", "", text + " Tencent Holdings declined to comment.")
    plain, with_owner = (Analyst.for_entries(names).read(document).matches for names in (watched, owned))
    assert [(m.entry, m.mentions) for m in plain] == [(m.entry, m.mentions) for m in with_owner]
