"""All sentences of a document are weighed together: bystanders and owners."""

from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions import cues, decision, features, model
from watchlist.actions.tokens import fold, tokenise
from watchlist.analysis import Analyst
from watchlist.model import Document, Entry, EntryKind

ENTRIES = (
    Entry("Alipay", EntryKind.APP),
    Entry("Tencent"),
    Entry("WeChat Pay", EntryKind.APP),
    Entry("Huawei"),
)
ANALYST = Analyst.for_entries(ENTRIES)


def targets(text: str) -> set[str]:
    return {action.target for action in ANALYST.read(Document("d", "", text, lang="en")).actions}


def test_the_owner_in_the_genitive_is_not_restricted_itself():
    """ "Tencent's WeChat Pay" acts on the app; an alert on its owner would be false."""
    text = "The president signed an order on Tuesday that bans transactions with Tencent's WeChat Pay and with Alipay."
    assert targets(text) >= {"WeChat Pay", "Alipay"}
    assert "Tencent" not in targets(text)


def test_a_rival_named_beside_the_target_is_left_alone():
    """A competitor that gains from a ban is named in most reports of it; telling it as banned floods the reader."""
    text = (
        "The Commerce Department added Huawei to the Entity List on Monday. Suppliers now need a licence to sell to it. "
        "Shares of Tencent, which makes games, rose by two percent."
    )
    assert targets(text) == {"Huawei"}


def test_a_name_that_mostly_stands_by_is_told_when_it_is_acted_on():
    """What texts told of a name before must not silence the text at hand: a missed alert costs more."""
    entries = (Entry("Microsoft"), Entry("Google"), Entry("Quorvane"))
    for name in ("Microsoft", "Google", "Quorvane"):
        text = (
            f"The European Commission fined {name} 500 million euros on Wednesday for breaking its rules on digital "
            f"markets, and ordered {name} to change its terms within 60 days."
        )
        found = Analyst.for_entries(entries).read(Document("d", "", text, lang="en")).actions
        assert (name, "penalty") in {(action.target, action.action.value) for action in found}


def test_a_name_weighs_by_its_folded_form_and_only_where_it_was_seen_in_several_texts():
    """One name in two spellings would else be judged differently, and a name from one text would repeat its answer."""
    assert features.known_as("Ｈｕａｗｅｉ") == features.known_as("huawei")
    weights = model.shipped()
    assert weights.weight(features.known_as("Huawei")[0], "any") is not None
    assert weights.weight(features.known_as("Quorvane Belt Works")[0], "any") is None


def test_a_plain_sentence_alone_is_enough():
    """Many feeds give a headline and no more."""
    wanted = {
        "The United States has banned Quorvane.": "operating_ban",
        "Quorvane was hit with U.S. sanctions.": "designation",
        "The Commerce Department added Quorvane to the Entity List.": "export_control",
        "Washington bars investors from buying shares of Quorvane.": "investment_ban",
        "Quorvane unveiled a new phone on Monday.": None,
    }
    analyst = Analyst.for_entries((Entry("Quorvane"),))
    for text, kind in wanted.items():
        found = [action.action.value for action in analyst.read(Document("d", "", text, lang="en")).actions]
        assert found == ([kind] if kind else []), text


odds = st.floats(-40, 40)
cell = st.builds(
    model.CellScore,
    distance=st.integers(0, 3),
    line=st.integers(0, 40),
    place=st.integers(0, 2),
    any=odds,
    kinds=st.lists(odds, min_size=13, max_size=13),
    stages=st.lists(odds, min_size=5, max_size=5),
    new=odds,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCD"), st.lists(cell, max_size=6), max_size=4))
def test_any_scores_are_decided_and_alike_twice(cells: dict[str, list[model.CellScore]]):
    """Extreme scores must neither overflow nor make an answer that names no cell."""
    second = model.shipped().second
    answers = decision.decide(cells, second)
    assert answers == decision.decide(dict(reversed(cells.items())), second)
    for target, told in answers.items():
        assert all(0 <= answer.cell < len(cells[target]) and 0 <= answer.confidence <= 1 for answer in told)


def test_inner_stars_and_accents_stand_for_either_spelling():
    """A cue that only knows one spelling is silent on half of the press."""
    lexicon = cues.Lexicon({"x": ["licen*e revoked", "labo*r"], "y": ["congelación"]})
    for text in (
        "licence revoked",
        "license revoked",
        "forced labour",
        "forced labor",
        "congelacion",
        "CONGELACIÓN",
    ):
        assert lexicon.find(tokenise(text, [])), text
    assert fold("Maßnahme é ё й が") == "massnahme e е й が"
