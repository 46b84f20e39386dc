"""What is kept whole in a column comes back equal."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from watchlist.model import Action, ActionKind, Field, Match, Mention, Owner, Span, Stage, Verdict
from watchlist.signatures import Signature, Step
from watchlist.store import codec

TEXT = st.text(max_size=8)
DAYS = st.none() | st.dates()
SPANS = st.builds(Span, st.sampled_from(Field), st.integers(0), st.integers(0), TEXT)
ACTIONS = st.builds(
    Action,
    TEXT,
    st.sampled_from(ActionKind),
    st.sampled_from(Stage),
    st.none() | TEXT,
    DAYS,
    DAYS,
    st.booleans(),
    st.none() | TEXT,
    SPANS,
    st.lists(TEXT, max_size=2).map(tuple),
    st.floats(0, 1),
)
STEPS = st.builds(Step, TEXT, st.sampled_from(ActionKind), st.sampled_from(Stage), st.none() | TEXT, DAYS)


@st.composite
def matches(draw):
    entry = draw(TEXT)
    mention = st.builds(
        Mention, st.just(entry), st.sampled_from(Field), st.integers(0), st.integers(0), TEXT, TEXT, TEXT
    )
    mentions = tuple(draw(st.lists(mention, max_size=2)))
    return Match(entry, draw(st.sampled_from(Verdict)), draw(st.floats(0, 1)), (draw(TEXT),), mentions)


def through_text(value):
    return json.loads(json.dumps(value, ensure_ascii=False))


@given(
    action=ACTIONS, match=matches(), owner=st.builds(Owner, TEXT, st.none() | st.floats(0, 100), DAYS, DAYS)
)
def test_actions_matches_and_owners_come_back_equal(action, match, owner):
    """An alert is composed from what comes back: nothing of it may be lost on the way."""
    assert codec.action_from_json(through_text(codec.action_to_json(action))) == action
    assert codec.match_from_json(through_text(codec.match_to_json(match))) == match
    assert codec.owner_from_json(through_text(codec.owner_to_json(owner))) == owner


@given(
    steps=st.lists(STEPS, max_size=2).map(tuple), words=st.lists(st.integers(0, 2**48), max_size=3).map(tuple)
)
def test_signatures_come_back_equal(steps, words):
    """Stories are found by what was kept, as well as by what was just worked out."""
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    signature = Signature(at, "en", words, words, ("t",), ("n:1",), ("Alipay",), steps, steps)
    assert codec.signature_from_json(through_text(codec.signature_to_json(signature))) == signature
