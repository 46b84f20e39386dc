"""What a list says of a watched name, as text: spans that fit, one action a measure, nothing lost."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.lists.canonical import entity
from watchlist.lists.edition import Edition, entity_from_json, entity_to_json, pack, unpack
from watchlist.lists.measures import profile
from watchlist.lists.notice import Notice, Standing, finding_of
from watchlist.lists.screening import Hit
from watchlist.model import ListEntity, NameStrength, Verdict

TEXT = st.text(max_size=30)
NAMES = st.text(min_size=1, max_size=30).filter(lambda name: bool(name.strip()))


@st.composite
def entities(draw: st.DrawFn) -> ListEntity:
    """Draw a record with anything in it."""
    named = [(draw(NAMES), NameStrength.PRIMARY, None)]
    named += [(name, draw(st.sampled_from(NameStrength)), None) for name in draw(st.lists(TEXT, max_size=4))]
    found = entity(
        draw(NAMES),
        "organization",
        named,
        programs=draw(st.lists(TEXT, max_size=3)),
        identifiers=draw(st.lists(TEXT, max_size=3)),
        addresses=draw(st.lists(TEXT, max_size=3)),
        dates=[("listed", draw(st.sampled_from(["", "2020-01-31", "January"])))],
        remarks=draw(TEXT),
    )
    return (
        found
        if found.names and found.id
        else entity("1", "organization", [("X", NameStrength.PRIMARY, None)])
    )


@given(entities(), st.sampled_from(Standing), st.sampled_from(["csl", "un", "my-own"]))
@settings(max_examples=150)
def test_a_notice_says_where_its_words_stand(found: ListEntity, standing: Standing, name: str):
    """A mail marks the name and quotes the sentence by these offsets; whatever a publisher writes, they fit."""
    hits = [
        Hit("Watched", "Watched", name, found, found.names[-1].name, 0.9, ("alike",), Verdict.MATCH),
        Hit("Other", "", name, found, found.names[0].name, 1.0, ("the same LEI:1",), Verdict.POSSIBLE),
    ]
    meaning = profile(name)
    measures = meaning.measures(found)
    told = finding_of(Notice(meaning, found, standing, hits, measures, key="k", day=date(2026, 11, 20)))
    text = told.document.text
    assert [match.entry for match in told.matches] == ["Watched", "Other"]
    for match in told.matches:
        for mention in match.mentions:
            assert text[mention.start : mention.end] == mention.text
    assert len(told.actions) == 2 * len(measures)
    for action in told.actions:
        assert text[action.evidence.start : action.evidence.end] == action.evidence.text
        assert found.names[0].name in action.evidence.text
    assert f"Id on the list: {found.id}" in text
    assert told.document.official


@given(st.lists(entities(), max_size=4))
@settings(max_examples=60)
def test_a_snapshot_comes_back_as_it_was(found: list[ListEntity]):
    """An edition is compared with what was stored months ago: packing may change nothing."""
    edition = Edition("x", "2026-11-20", {one.id: one for one in sorted(found, key=lambda one: one.id)})
    again = unpack(pack(edition))
    assert again == edition
    assert again.digest == edition.digest
    assert all(entity_from_json(entity_to_json(one)) == one for one in found)
