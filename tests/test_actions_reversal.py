"""A measure taken back outright is told as lifted, not as adopted."""

import pytest

from watchlist.analysis import Analyst
from watchlist.model import Document, Entry, EntryKind, Stage

ENTRIES = (
    Entry("Alipay", EntryKind.APP),
    Entry("WeChat Pay", EntryKind.APP),
    Entry("Hikvision"),
)
ANALYST = Analyst.for_entries(ENTRIES)


def stages(text: str, target: str) -> set[Stage]:
    return {a.stage for a in ANALYST.read(Document("d", "", text)).actions if a.target == target}


@pytest.mark.parametrize("target", ["Alipay", "WeChat Pay"])
def test_every_name_of_a_list_is_lifted_with_it(target: str):
    """A revoked ban told as a new one would alarm a reader with the opposite of the news."""
    text = "President Biden on Wednesday revoked the ban on transactions with Alipay, WeChat Pay and six other apps."
    assert stages(text, target) == {Stage.LIFTED}


@pytest.mark.parametrize(
    "text",
    [
        "The president signed an order that bans transactions with Alipay.",
        "The president did not lift the ban on transactions with Alipay.",
    ],
)
def test_a_measure_in_force_is_not_told_as_lifted(text: str):
    """A ban that stands, or whose lifting is denied, must not be told as gone."""
    assert Stage.LIFTED not in stages(text, "Alipay")


def test_a_lifting_elsewhere_in_the_sentence_leaves_the_target_alone():
    """What is lifted for one name says nothing of another that is restricted in the same breath."""
    text = "The ministry lifted the ban on Alipay, but it added Hikvision to the Entity List on Monday."
    assert Stage.LIFTED not in stages(text, "Hikvision")


def test_a_lifting_stands_beside_the_ban_that_the_text_recalls():
    """Most reports of a lifting recall the ban; if that hid the lifting, the news would be told as its opposite."""
    text = (
        "The White House lifted the ban on transactions with Alipay. The previous president had signed an order in "
        "January that prohibited all transactions with Alipay."
    )
    assert stages(text, "Alipay") == {Stage.LIFTED, Stage.ADOPTED}


def test_the_explanation_names_grammar_where_grammar_decided():
    """An answer that the model did not give must not be told as its own."""
    found = ANALYST.read(
        Document("d", "", "President Biden revoked the ban on transactions with Alipay.")
    ).actions
    assert found
    assert all(rule.startswith("grammar.") for action in found for rule in action.rules)
