"""Stories: what falls together and what must not."""

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.stories.figures import finding_of, grouped, load, pairs, read_by_program
from watchlist.analysis import Analyst
from watchlist.cases import KnownStep, case_of
from watchlist.model import Action, ActionKind, Document, Entry, Field, Finding, Match, Span, Stage, Verdict
from watchlist.signatures import Signature, Step
from watchlist.stories import Candidate, assign, likeness, together

AT = datetime(2021, 1, 7, 9, tzinfo=UTC)
NOWHERE = Span(Field.TEXT, 0, 0, "")


def act(
    target: str,
    action: ActionKind,
    stage: Stage,
    authority: str | None,
    *,
    new: bool = True,
    effective: date | None = None,
) -> Action:
    return Action(target, action, stage, authority, effective, None, new, None, NOWHERE)


def signature(
    text: str,
    *actions: Action,
    title: str = "",
    at: datetime = AT,
    lang: str | None = "en",
    names: tuple[str, ...] = (),
) -> Signature:
    entries = sorted({a.target for a in actions} | set(names))
    document = Document("d", title, text, published=at, lang=lang)
    matches = tuple(Match(e, Verdict.MATCH, 1.0, (), ()) for e in entries)
    return Signature.of(document, Finding(document, matches, actions), at)


def test_the_labelled_set_is_grouped_without_a_mistake() -> None:
    """60 documents of 17 stories: copies, edits, spun texts, own reports, translations, and hard pairs."""
    rows = load()
    count, wrong = pairs(rows, grouped(rows, [finding_of(row) for row in rows]))
    assert len(rows) >= 60
    assert len({row["story"] for row in rows}) >= 15
    assert wrong == []
    assert count["tp"] > 60


def test_grouping_does_not_hang_on_the_order_of_arrival() -> None:
    """Feeds deliver late and out of order: a copy read before its original is the same story."""
    rows = load()
    backwards = []
    for row in rows:
        times = [datetime.fromisoformat(r["published"]) for r in rows if r["story"] == row["story"]]
        mirrored = min(times) + (max(times) - datetime.fromisoformat(row["published"]))
        backwards.append({**row, "published": mirrored.isoformat()})
    _, wrong = pairs(backwards, grouped(backwards, [finding_of(row) for row in backwards]))
    assert wrong == []


def seed_steps() -> tuple[Action, ...]:
    president, us = "US-President", "US"
    return (
        act("Alipay", ActionKind.TRANSACTION_BAN, Stage.ADOPTED, president),
        act("WeChat Pay", ActionKind.TRANSACTION_BAN, Stage.ADOPTED, president),
        act("Alibaba", ActionKind.INVESTMENT_BAN, Stage.PROPOSED, us),
        act("Tencent", ActionKind.INVESTMENT_BAN, Stage.PROPOSED, us),
    )


OWN_REPORT = """American officials are weighing whether to forbid investors to hold shares of Alibaba and
Tencent, according to people who know of the discussions. The debate comes days after Donald Trump outlawed dealings
with eight Chinese programs, Alipay and WeChat Pay among them, over what he said was a danger to Americans' data. In
China, Jack Ma has not been seen since November, when Beijing stopped the $35 billion share sale of his Ant Group.
Commerce Secretary Wilbur Ross said he stood behind the order. Biden's incoming team has not said what it will keep."""

SPUN = """Yankee functionaries are presently arguing if placements into Alibaba and Tencent ought to be
forbidden, say persons acquainted with the affair. On Tuesday chieftain Donald Trump inked a decree prohibiting
dealings with eight Chinese software programs, counting Ant's Alipay plus Tencent's WeChat Pay, fretting that Beijing
would peep into the information they gather. Wilbur Ross, Commerce Secretary, uttered his backing. Jack Ma, mogul, went
unseen since November after the $ 35 billion flotation of Ant was torn down. Xi Jinping's grip, analysts say, tightens
ahead of Biden."""

LATER = """President Joe Biden on Wednesday revoked the orders by which Donald Trump had tried to ban
transactions with TikTok, WeChat, Alipay and WeChat Pay, and told the Commerce Department to study the apps of foreign
adversaries on their merits. None of the bans had ever taken hold, since judges had stopped them. Alibaba and Tencent
shares rose in Hong Kong."""


def test_the_seed_article_and_its_rewrites_are_one_story(shared: Path) -> None:
    """The document the project began with, an edited copy, another outlet's report and a spun one: one mail row."""
    seed = json.loads((shared / "seed" / "expected.jsonl").read_text("utf-8").splitlines()[0])
    original = signature(seed["text"], *seed_steps(), title=seed["title"])
    paragraphs = seed["text"].split("\n\n")
    edited = (
        "\n\n".join(paragraphs[1:12])
        .replace("ordinance", "executive order")
        .replace("Back on Tuesday", "On Tuesday")
    )
    rewrites = [
        signature(edited, *seed_steps(), title="Chinese tech under fire", at=AT + timedelta(hours=6)),
        signature(
            OWN_REPORT,
            *seed_steps(),
            title="US weighs Alibaba, Tencent investment ban",
            at=AT - timedelta(hours=4),
        ),
        signature(SPUN, *seed_steps(), title="Washington mulls barring Alibaba", at=AT + timedelta(hours=20)),
    ]
    for rewrite in rewrites:
        assert assign(rewrite, [Candidate(7, original)]).story_id == 7
    lifted = act("Alipay", ActionKind.TRANSACTION_BAN, Stage.LIFTED, "US-President")
    older = act("Alipay", ActionKind.TRANSACTION_BAN, Stage.ADOPTED, "US-President", new=False)
    for days in (1, 150):
        later = signature(LATER, lifted, older, title="Biden drops app bans", at=AT + timedelta(days=days))
        assert assign(later, [Candidate(7, original), *(Candidate(7, r) for r in rewrites)]).story_id is None


def test_the_same_words_a_year_later_are_another_story() -> None:
    """A yearly notice in the same wording is news each year."""
    text = "The notice continues the national emergency with respect to Norvik for one year. " * 4
    first = signature(text, names=("Norvik",))
    again = signature(text, names=("Norvik",), at=AT + timedelta(days=365))
    assert together(first, again)[0] == ""
    assert together(first, signature(text, names=("Norvik",), at=AT + timedelta(days=9)))[0]


def test_three_authorities_on_one_day_are_three_stories_unless_one_text_tells_them() -> None:
    """OFAC's and the UK's step are two events; a text that tells both belongs to either."""
    text = "Assets of Norvik are frozen over gold worth 86 million dollars, officials in {} said on Thursday."
    ofac = signature(
        text.format("Washington"), act("Norvik", ActionKind.DESIGNATION, Stage.ADOPTED, "US-OFAC")
    )
    uk = signature(
        "Norvik was put on the British list by the Foreign Office, which spoke of plunder by mercenaries in Africa.",
        act("Norvik", ActionKind.DESIGNATION, Stage.ADOPTED, "UK-FCDO"),
    )
    assert together(ofac, uk)[0] == ""


def test_a_vaguer_authority_is_the_same_step() -> None:
    """One paper writes "Washington", the next "OFAC"."""
    exact = Step("Norvik", ActionKind.DESIGNATION, Stage.ADOPTED, "US-OFAC")
    assert exact.agrees(dataclasses.replace(exact, authority="US"))
    assert exact.agrees(dataclasses.replace(exact, authority=None))
    assert not exact.agrees(dataclasses.replace(exact, authority="UK-FCDO"))
    assert not exact.agrees(dataclasses.replace(exact, stage=Stage.LIFTED))


@pytest.mark.parametrize(
    ("action", "stage", "authority", "expected"),
    [
        (ActionKind.EXPORT_CONTROL, Stage.SUSPENDED, "US-court", 1),
        (ActionKind.EXPORT_CONTROL, Stage.LIFTED, "US-BIS", 1),
        (ActionKind.LICENCE, Stage.ADOPTED, "US-BIS", 1),
        (ActionKind.EXPORT_CONTROL, Stage.ADOPTED, "JP-METI", None),
        (ActionKind.DESIGNATION, Stage.ADOPTED, "US-OFAC", None),
        (ActionKind.PENALTY, Stage.ADOPTED, "EU-Commission", 2),
        (ActionKind.PENALTY, Stage.ADOPTED, "US-FTC", None),
    ],
)
def test_a_step_finds_its_case(
    action: ActionKind, stage: Stage, authority: str, expected: int | None
) -> None:
    """The timeline of a ban holds its proposal, its stay and its end, and nothing of another country."""
    known = [
        KnownStep(1, Step("Norvik", ActionKind.EXPORT_CONTROL, Stage.ADOPTED, "US-BIS"), date(2021, 1, 7)),
        KnownStep(
            2, Step("Norvik", ActionKind.INVESTIGATION, Stage.ADOPTED, "EU-Commission"), date(2021, 1, 2)
        ),
    ]
    assert case_of(Step("Norvik", action, stage, authority), known, date(2021, 3, 1)) == expected


@pytest.mark.parametrize(
    ("licence", "measure", "by", "one"),
    [
        ("US-BIS", ActionKind.IMPORT_BAN, "US-FCC", False),
        ("US-BIS", ActionKind.EXPORT_CONTROL, "US-Commerce", True),
        ("US-BIS", ActionKind.DESIGNATION, "US-OFAC", False),
        ("US-OFAC", ActionKind.TRANSACTION_BAN, "US-President", True),
        ("UK-OFSI", ActionKind.DESIGNATION, "UK-FCDO", True),
        ("US", ActionKind.IMPORT_BAN, "US-FCC", True),
        (None, ActionKind.IMPORT_BAN, "US-FCC", True),
    ],
)
def test_a_licence_softens_what_its_body_forbids(
    licence: str | None, measure: ActionKind, by: str, one: bool
) -> None:
    """The Commerce Department's licence to export drew the FCC's import ban on the firm into its case."""
    ban = Step("Norvik", measure, Stage.ADOPTED, by)
    permit = Step("Norvik", ActionKind.LICENCE, Stage.ADOPTED, licence)
    day = date(2021, 3, 1)
    expected = 1 if one else None
    assert case_of(permit, [KnownStep(1, ban, day)], day) == expected
    assert case_of(ban, [KnownStep(1, permit, day)], day) == expected


def test_a_new_inquiry_years_later_is_a_new_case() -> None:
    """Two antitrust inquiries of one authority with years between them are two matters."""
    probe = Step("Norvik", ActionKind.INVESTIGATION, Stage.ADOPTED, "EU-Commission")
    known = [KnownStep(5, probe, date(2018, 5, 1))]
    assert case_of(probe, known, date(2018, 9, 1)) == 5
    assert case_of(probe, known, date(2021, 9, 1)) is None


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_survived_and_likeness_is_symmetric(left: str, right: str) -> None:
    """A hostile page must not stop the round; who came first must not decide who is alike."""
    a, b = signature(left, names=("X",), lang=None), signature(right, names=("X",), lang=None)
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b).total <= 1.000001
    assert together(a, a)[0] or not left.strip() or likeness(a, a).total < 1


LIFTED = """President Joe Biden on Wednesday lifted the ban on transactions with Alipay and WeChat Pay. The Commerce
Department is to study the apps of foreign adversaries on their merits, officials said. Donald Trump had signed the order in
January over data of Americans. Alibaba and Tencent shares rose in Hong Kong."""

NAMES = ("Alipay", "WeChat Pay", "Ant Group", "Alibaba", "Tencent", "ByteDance", "TikTok", "Huawei", "WeChat")


def as_read(analyst: Analyst, title: str, text: str, at: datetime) -> Signature:
    """Return the signature of a text as the program itself reads it."""
    document = Document("d", title, text, published=at, lang="en")
    return Signature.of(document, analyst.read(document), at)


def test_the_seed_and_its_rewrites_as_the_program_reads_them(shared: Path) -> None:
    """No step is given: what the program finds must bring the rewrites together and keep the later step apart."""
    analyst = Analyst.for_entries([Entry(name) for name in NAMES])
    seed = json.loads((shared / "seed" / "expected.jsonl").read_text("utf-8").splitlines()[0])
    original = as_read(analyst, seed["title"], seed["text"], AT)
    edited = "\n\n".join(seed["text"].split("\n\n")[1:12]).replace("ordinance", "executive order")
    rewrites = [
        as_read(analyst, "Chinese tech under fire", edited, AT + timedelta(hours=6)),
        as_read(analyst, "US weighs Alibaba, Tencent investment ban", OWN_REPORT, AT - timedelta(hours=4)),
        as_read(analyst, "Washington mulls barring Alibaba", SPUN, AT + timedelta(hours=20)),
    ]
    for rewrite in rewrites:
        assert assign(rewrite, [Candidate(7, original)]).story_id == 7
    for days in (1, 2, 150):
        later = as_read(analyst, "Biden drops app bans", LIFTED, AT + timedelta(days=days))
        known = [Candidate(7, original), *(Candidate(7, rewrite) for rewrite in rewrites)]
        assert assign(later, known).story_id is None


def test_the_set_as_the_program_reads_it() -> None:
    """Misread steps must not tear stories apart, nor join them: of 1,770 pairs nearly all are told apart rightly."""
    rows = load()
    count, _ = pairs(rows, grouped(rows, read_by_program(rows)))
    assert (
        count["fn"] <= 6
    )  # the turn told without any word of a plan is misread, and parts from its two fellows
    assert count["fn"] + count["fp"] <= 9


def test_one_step_read_as_of_two_bodies_is_one_story_on_its_day() -> None:
    """ "The government" is read as Congress here and as the President there; the texts say the same."""
    text = (
        "VidRoo must be sold by 1 December or leave the stores, under a law that was signed on Tuesday, {}."
    )
    one = signature(
        text.format("the White House said"),
        act("VidRoo", ActionKind.DIVESTITURE_ORDER, Stage.ADOPTED, "US-President"),
    )
    other = signature(
        text.format("lawmakers said"),
        act("VidRoo", ActionKind.DIVESTITURE_ORDER, Stage.ADOPTED, "US-Congress"),
    )
    assert together(one, other)[0]
    lifted = signature(
        text.format("lawmakers said so"),
        act("VidRoo", ActionKind.DIVESTITURE_ORDER, Stage.SUSPENDED, "US-Congress"),
    )
    assert together(one, lifted)[0] in {"", "the same wording"}
