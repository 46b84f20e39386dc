"""The cue lexicon and the user's rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions import cues, language
from watchlist.actions.corpus import parse
from watchlist.actions.cues import Lexicon
from watchlist.actions.extract import Extractor
from watchlist.actions.rules import read
from watchlist.actions.tokens import Token, tokenise
from watchlist.errors import ConfigError

RULES = """
lang = "en"
examples = [
  "en | operating_ban/adopted/N | The ministry had a red card for [[Acme]] on Monday.",
  "en | - | The referee had a red card for [[Acme]] on Monday.",
]
[[rule]]
id = "house.red-card"
action = "operating_ban"
patterns = ["red card for NAME"]
unless = ["referee"]
"""


def found(lexicon, text):
    return {hit.cue for hit in lexicon.find(tokenise(text, []))}


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_every_shipped_lexicon_loads_and_speaks_of_the_same_topics(lang):
    """A topic missing in one language would silence the model there."""
    assert set(cues.shipped(lang)) == set(cues.shipped("en"))


def test_stems_endings_and_gaps():
    """The documented pattern forms match what they say, and no more than six words stand in a gap."""
    lexicon = Lexicon({"a": ["froz*"], "b": ["*verbot"], "c": ["cut .. off"]})
    assert found(lexicon, "assets frozen") == {"a"}
    assert found(lexicon, "ein Einfuhrverbot") == {"b"}
    assert found(lexicon, "they cut the big bad bank off") == {"c"}
    assert found(lexicon, "cut one two three four five six seven off") == set()


def test_traditional_characters_and_arabic_articles_are_folded():
    """One pattern finds both Chinese scripts and Arabic words under their prefixes."""
    assert "ban" in found(cues.lexicon("zh"), "政府禁止對華為輸出")
    assert "freeze" in found(cues.lexicon("ar"), "وتجميد الأصول")


class CountingToken(str):
    """A text that counts how often it is sliced, that is, looked up as a stem."""

    looked = 0

    def __getitem__(self, key):
        CountingToken.looked += 1
        return str.__getitem__(self, key)


@pytest.mark.parametrize("words", [["put"] * 400, ["cut", "a"] * 200, ["not"] * 400])
def test_steps_grow_with_the_text_only(words):
    """Twice the text may cost at most about twice the lookups: no pattern backtracks."""
    lexicon = cues.lexicon("en")
    counts = []
    for many in (words, words * 2):
        CountingToken.looked = 0
        lexicon.find([Token(CountingToken(word)) for word in many])
        counts.append(CountingToken.looked)
    assert counts[1] <= 2.2 * counts[0]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.sampled_from(language.LANGUAGES))
def test_any_text_is_looked_up(text, lang):
    """Cues stand inside the token list for any text."""
    tokens = tokenise(text, [])
    for hit in cues.lexicon(lang).find(tokens):
        assert 0 <= hit.start < hit.end <= len(tokens)


def test_a_users_rule_answers_and_its_exception_holds(tmp_path):
    """A rule file is read, its rule wins, and ``unless`` stops it."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    file = read(path)
    extractor = Extractor.load((), [file])
    first, second = (
        [a for a in extractor.extract(e.document, e.matches) if a.rules == ("house.red-card",)]
        for e in file.examples
    )
    assert [a.action for a in first] == ["operating_ban"]
    assert second == []
    assert extractor.fingerprint != Extractor.load(()).fingerprint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]]\nid='x'\naction='spank'\npatterns=['a']", "spank"),
        ("[[rule]]\nid='x'\naction='penalty'", "needs patterns"),
        ("[[rule]]\nid='x'\naction='penalty'\npatterns=['a']\ncolour=1", "colour"),
        ("not toml at all [", "TOML"),
        ("examples=['en | nonsense']", "line 1"),
    ],
)
def test_a_bad_rule_file_is_one_line(tmp_path, text, said):
    """A mistake names the file and what is wrong, without a traceback."""
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert "rules.toml" in str(caught.value)


def test_examples_carry_several_names_and_focus():
    """An answer without a key is meant for all names; one with a key for that name; ^A marks its sentence."""
    (example,) = parse(
        ["en | penalty/adopted/N B:- | [[A|Acme]] met [[B|Bolt]]. ^A The firm was fined."], "x"
    )
    assert [(label.target, label.focus) for label in example.labels] == [("Acme", (15,))]
    assert example.document.text == "Acme met Bolt. The firm was fined."
