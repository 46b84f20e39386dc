"""What is being done to whom: the general reader."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.actions import small_words
from watchlist.actions.extract import Extractor
from watchlist.actions.sentences import COUNTED, LONG, MAX_SENTENCE, split
from watchlist.matching.matcher import Matcher
from watchlist.model import ActionKind, Document, Entry, Owner, Stage

ENTRIES = (
    Entry("Veltrano Systems"),
    Entry("Okulus Pay", owners=(Owner("Veltrano Systems"),)),
    Entry("Marrow & Finch"),
)
MATCHER = Matcher.compile(ENTRIES)
EXTRACTOR = Extractor.load(ENTRIES)


def read(text, title="", lang="en"):
    document = Document("d", title, text, lang=lang)
    return document, EXTRACTOR.extract(document, MATCHER.match(document))


def test_a_plain_listing_is_told():
    """The simplest sentence of the field must give its target, action, stage and evidence."""
    _, found = read("The Commerce Department on Tuesday added Veltrano Systems to the Entity List.")
    told = {(a.target, a.action, a.stage) for a in found if a.via is None}
    assert ("Veltrano Systems", ActionKind.EXPORT_CONTROL, Stage.ADOPTED) in told


def test_what_the_owner_suffers_reaches_the_owned_with_via():
    """A designation of the owner is told of the watched subsidiary too, marked with the owner's name."""
    _, found = read("The US Treasury on Tuesday imposed sanctions on Veltrano Systems and froze its assets.")
    assert ("Okulus Pay", "Veltrano Systems") in {(a.target, a.via) for a in found}


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=400),
    st.sampled_from(["", "Veltrano Systems", " sanctions on Okulus Pay. The company"]),
    st.text(max_size=200),
)
def test_any_text_is_survived_and_spans_index_it(before, middle, after):
    """Whatever the text, extraction ends, twice with the same answer, and evidence indexes the text as given."""
    document, found = read(before + middle + after, title=after[:40])
    for action in found:
        assert (
            document.part(action.evidence.field)[action.evidence.start : action.evidence.end]
            == action.evidence.text
        )
    assert EXTRACTOR.extract(document, MATCHER.match(document)) == found


@given(st.text(alphabet=st.sampled_from(list(" .\n。!?aA1;:–“”éж中U.S")), max_size=300))
def test_sentences_cover_the_text_in_order(text):
    """No character but blanks is lost between sentences, and none is told twice."""
    found = split(text)
    at = 0
    for sentence in found:
        assert not text[at : sentence.start].strip()
        assert sentence.start < sentence.end <= sentence.start + MAX_SENTENCE
        at = sentence.end
    assert not text[at:].strip()


@given(
    st.lists(
        st.sampled_from(("Norvik was told. ", "It fell", "; so? ", "\n\n", "\n", "Yes. ", "华为。", "- A\n")),
        max_size=60,
    ),
    st.lists(st.integers(0, 400), max_size=3),
)
def test_around_a_name_sentences_are_those_of_the_whole_text(pieces: list[str], places: list[int]):
    """What is far from every name is not told apart: near one, nothing may differ for that."""
    text = "".join(pieces)
    near = sorted(place for place in places if place < len(text))
    whole, quick = split(text), split(text, near=near)
    assert quick[:COUNTED] == whole[:COUNTED]
    for place in near:
        of = [next((n for n, s in enumerate(told) if s.end > place), None) for told in (whole, quick)]
        if of[0] is None or of[1] is None:
            assert of == [None, None]
            continue
        assert quick[of[1] : of[1] + 5] == whole[of[0] : of[0] + 5]
        assert not of[1] or quick[of[1] - 1] == whole[of[0] - 1]


def test_no_abbreviation_is_a_long_word():
    """Behind a long word the splitter does not ask whether it is an abbreviation: one would tear its sentence."""
    assert max(map(len, small_words.abbreviations())) < LONG


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The U.S. Treasury said so. Acme Inc. did not comment.", 2),
        ("制裁を発表した。同社は否定した。", 2),
        ("1. First point\n2. Second point", 2),
    ],
)
def test_abbreviations_do_not_end_sentences(text, count):
    """An abbreviation inside a sentence must not cut the target from what is done to it."""
    assert len(split(text)) == count


def test_polish_dates_are_read_in_a_polish_text():
    """Dates are read in more languages than cues: a Polish "od 1 marca" was looked for with another language's words."""
    text = "Sankcje: Veltrano Systems (SDN) od 1 marca 2026 r."
    _, found = read(text, lang="pl")
    assert {a.effective for a in found if a.via is None} == {date(2026, 3, 1)}
