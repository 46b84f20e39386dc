"""Bare lists of names are told of as one; bullets with a story each are not."""

from datetime import UTC, datetime

from watchlist.analysis import Analyst
from watchlist.model import Action, Document, Entry

_NAMES = ("Hengdu Rockets", "Luwan Optics", "Beishan Aero", "Tongji Radar", "Morrow Systems")
_PUBLISHED = datetime(2025, 6, 3, 12, tzinfo=UTC)

_SHEET = """Today the President signed an Executive Order that prohibits United States persons from buying or selling \
publicly traded securities of certain companies.

The President listed the following five entities as subject to the prohibitions, and the Treasury will also list them.

Defense Sector of the Economy of the PRC:
Hengdu Rockets; Luwan Optics; Beishan Aero Co., Ltd.; Tongji Radar; Morrow Systems
"""

_BULLETS = """This week in brief:
- Hengdu Rockets was fined $2 million by the Commerce Department on Monday.
- The Treasury froze all assets of Luwan Optics.
- Beishan Aero opened a plant in Ohio.
"""


def _read(text: str, title: str) -> tuple[Action, ...]:
    analyst = Analyst.for_entries(tuple(Entry(name) for name in _NAMES))
    return analyst.read(Document("d", title, text, published=_PUBLISHED)).actions


def test_one_sentence_says_the_same_of_all_names_of_its_list() -> None:
    """Kinds that differ by chance from item to item, or two kinds an item, are what the reader cannot trust."""
    actions = _read(_SHEET, "Fact sheet: an order on investments in military companies of the PRC")
    assert {action.target for action in actions} == set(_NAMES)
    assert len({(action.action, action.stage, action.new) for action in actions}) == 1
    assert len(actions) == len(_NAMES)


def test_the_sentence_that_opens_a_list_names_who_acts() -> None:
    """A heading that names the country of the companies once made that country the acting authority."""
    actions = _read(_SHEET, "Fact sheet: an order on investments in military companies of the PRC")
    assert all((action.authority or "").startswith("US") for action in actions)


def test_bullets_that_tell_a_story_each_keep_their_own_kind() -> None:
    """A briefing's points stand under one colon, too, but are not one measure."""
    kinds = {(action.target, action.action.value) for action in _read(_BULLETS, "Sanctions: the week")}
    assert ("Hengdu Rockets", "penalty") in kinds
    assert ("Luwan Optics", "designation") in kinds
