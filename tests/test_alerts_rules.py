"""Who hears of what, and why."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_samples import NOW, STORIES, report

from alerts.evidence import LONGEST_PASSAGE, facts_of
from alerts.model import Code, Delivery, Dismissal, History, Mute, Reader, Rule, Section
from alerts.rules import context_kind, covers_authority, decide
from watchlist.model import Action, ActionKind, Field, Mention, ReportChange, Span, Stage, Verdict

READER = Reader("ada", "ada@example.org")
ALIPAY, HUAWEI = STORIES[0], STORIES[1]


def with_rules(*rules: Rule) -> Reader:
    return replace(READER, rules=rules)


def test_without_rules_everything_new_goes_into_the_digest():
    """A user who configured nothing must hear of actions, mentions and possible matches."""
    for made, section in [
        (report(1), Section.ACTION),
        (report(2, mention=True), Section.MENTION),
        (report(3, verdict=Verdict.POSSIBLE), Section.POSSIBLE),
    ]:
        answer = decide(made, History(), READER, NOW)
        assert (answer.delivery, answer.section, answer.reason.code) == (
            Delivery.DIGEST,
            section,
            Code.DEFAULT,
        )


@pytest.mark.parametrize(
    ("made", "history", "code"),
    [
        (report(1, baseline=True), History(), Code.BASELINE),
        (report(1, change=ReportChange.REPEATED), History(), Code.REPEATED),
        (report(1), History(told=frozenset({(1, ReportChange.NEW)})), Code.TOLD),
        (report(1, change=ReportChange.CORRECTED), History(), Code.NEVER_TOLD),
        (
            report(1, change=ReportChange.CORRECTED),
            History(told=frozenset({(1, ReportChange.NEW)})),
            Code.NEVER_TOLD,
        ),
    ],
)
def test_every_no_has_its_reason(made, history, code):
    """What is not mailed must be explained by what was asked, and no mail may go out for it."""
    answer = decide(made, history, READER, NOW)
    assert (answer.delivery, answer.reason.code) == (Delivery.NONE, code)
    assert answer.reason.text


def test_a_correction_reaches_who_was_told():
    """Who read the wrong alert must hear that it was taken back; and who heard of "new" hears of "confirmed"."""
    history = History(told=frozenset({(1, ReportChange.NEW)}), delivered=frozenset({(1, ReportChange.NEW)}))
    for change in (ReportChange.CORRECTED, ReportChange.CONFIRMED, ReportChange.AMENDED):
        assert decide(report(1, change=change), history, READER, NOW).delivery is Delivery.DIGEST


def test_the_first_rule_that_fits_decides():
    """Rules are read in order; a later one must not overrule an earlier."""
    who = with_rules(
        Rule("no Huawei", Delivery.NONE, entries=frozenset({"Huawei"})),
        Rule(
            "bans",
            Delivery.INSTANT,
            actions=frozenset({ActionKind.TRANSACTION_BAN, ActionKind.EXPORT_CONTROL}),
        ),
    )
    assert decide(report(1, ALIPAY), History(), who, NOW).delivery is Delivery.INSTANT
    answer = decide(report(2, HUAWEI), History(), who, NOW)
    assert (answer.delivery, answer.reason.code, answer.rule) == (Delivery.NONE, Code.RULE_NONE, "no Huawei")
    assert decide(report(3, STORIES[3]), History(), who, NOW).reason.code is Code.DEFAULT


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("r", Delivery.INSTANT, entries=frozenset({"Alipay"})), True),
        (Rule("r", Delivery.INSTANT, entries=frozenset({"ＡＬＩＰＡＹ"})), True),
        (Rule("r", Delivery.INSTANT, tags=frozenset({"Apps"})), True),
        (Rule("r", Delivery.INSTANT, entries=frozenset({"Huawei"})), False),
        (Rule("r", Delivery.INSTANT, tags=frozenset({"apps"})), True),
        (Rule("r", Delivery.INSTANT, tags=frozenset({"chips"})), False),
        (Rule("r", Delivery.INSTANT, stages=frozenset({Stage.ADOPTED})), True),
        (Rule("r", Delivery.INSTANT, stages=frozenset({Stage.LIFTED})), False),
        (Rule("r", Delivery.INSTANT, authorities=frozenset({"US"})), True),
        (Rule("r", Delivery.INSTANT, authorities=frozenset({"US-President"})), True),
        (Rule("r", Delivery.INSTANT, authorities=frozenset({"U"})), False),
        (Rule("r", Delivery.INSTANT, least_score=0.9), True),
        (Rule("r", Delivery.INSTANT, least_score=0.99), False),
        (Rule("r", Delivery.INSTANT, mentions=True), False),
    ],
)
def test_what_a_rule_covers(rule, fits):
    """Each part of a rule narrows it; a mere prefix of an id without its hyphen must not fit."""
    history = History(tags={"Alipay": frozenset({"apps"})})
    answer = decide(report(1, ALIPAY), history, with_rules(rule), NOW)
    assert (answer.delivery is Delivery.INSTANT) is fits


def test_an_authority_covers_those_below_it():
    """ "US-Treasury" must cover OFAC, which is its office, and not the Commerce Department beside it."""
    assert covers_authority("US-Treasury", "US-OFAC")
    assert covers_authority("exchange", "exchange:NYSE")
    assert not covers_authority("US-Treasury", "US-BIS")
    assert not covers_authority("US-OFAC", "US-Treasury")
    assert not covers_authority("US", None)


def test_a_rule_can_choose_its_digest():
    """Mentions for Mondays must wait for Monday's digest, in the reader's zone, and without a digest nothing waits."""
    who = replace(
        with_rules(Rule("mondays", Delivery.DIGEST, mentions=True, days=frozenset({0}))),
        timezone="Asia/Tokyo",
    )
    answer = decide(report(1, mention=True), History(), who, NOW)  # a Sunday
    assert (answer.delivery, answer.reason.code) == (Delivery.DIGEST, Code.SLOT)
    assert answer.not_before == NOW.replace(hour=23)  # Monday 08:00 in Tokyo
    assert decide(report(2), History(), who, NOW).not_before is None
    answer = decide(report(3), History(), replace(who, digests=()), NOW)
    assert (answer.delivery, answer.reason.code) == (Delivery.NONE, Code.NO_DIGEST)


def test_possible_and_background_never_interrupt():
    """A match that a person must decide on, or old news told again, must not become an instant mail."""
    who = with_rules(Rule("all", Delivery.INSTANT), Rule("mentions", Delivery.INSTANT, mentions=True))
    assert decide(report(1, verdict=Verdict.POSSIBLE), History(), who, NOW).delivery is Delivery.DIGEST
    made = report(1)
    assert made.action is not None
    old = replace(made, action=replace(made.action, new=False))
    answer = decide(old, History(), who, NOW)
    assert (answer.delivery, answer.section, answer.reason.code) == (
        Delivery.DIGEST,
        Section.MENTION,
        Code.BACKGROUND,
    )
    assert decide(report(2, mention=True), History(), who, NOW).delivery is Delivery.INSTANT


def test_muting_and_quiet_hours_delay_only():
    """A muted alert must wait, never vanish (it is still for delivery); so must one in quiet hours."""
    until = NOW + timedelta(days=7)
    answer = decide(report(1), History(mutes=(Mute(1, "Alipay", None, until),)), READER, NOW)
    assert (answer.delivery, answer.reason.code, answer.not_before) == (Delivery.DIGEST, Code.MUTED, until)
    other = decide(report(2, HUAWEI), History(mutes=(Mute(1, "Alipay", None, until),)), READER, NOW)
    assert other.not_before is None
    who = replace(with_rules(Rule("all", Delivery.INSTANT)), quiet=(time(6), time(9)))
    answer = decide(report(1), History(), who, NOW)
    assert (answer.delivery, answer.reason.code) == (Delivery.INSTANT, Code.QUIET)
    assert answer.not_before == NOW.replace(hour=9)


def test_a_dismissal_covers_its_like_only():
    """ "Not them" must silence what rests on the same evidence, not a match with more behind it, nor another name."""
    weak = replace(
        report(1, HUAWEI), match=replace(report(1, HUAWEI).match, why=("exact name", "share 0.61"))
    )  # type: ignore[type-var]
    facts = facts_of(weak)
    dismissal = Dismissal(1, "Huawei", facts.alias, context_kind(facts.why), NOW)
    history = History(dismissals=(dismissal,))
    like = replace(weak, match=replace(weak.match, why=("share 0.73", "exact name")))  # type: ignore[type-var]
    assert decide(like, history, READER, NOW).reason.code is Code.DISMISSED
    stronger = replace(weak, match=replace(weak.match, why=("exact name", "ticker named")))  # type: ignore[type-var]
    assert decide(stronger, history, READER, NOW).delivery is Delivery.DIGEST
    doubtful = Dismissal(
        2, "Huawei", facts.alias, context_kind(("exact name", "may belong to: “Cathay …”")), NOW
    )
    history_of_doubt = History(dismissals=(doubtful,))
    assert decide(weak, history_of_doubt, READER, NOW).delivery is Delivery.DIGEST
    alike = replace(weak, match=replace(weak.match, why=("may belong to: “West …”", "exact name")))  # type: ignore[type-var]
    assert decide(alike, history_of_doubt, READER, NOW).reason.code is Code.DISMISSED
    assert decide(report(2, ALIPAY), history, READER, NOW).delivery is Delivery.DIGEST


@given(
    st.text(max_size=900), st.text(max_size=900), st.integers(0, 2000), st.integers(0, 2000), st.booleans(),
)  # fmt: skip
def test_the_quoted_passage_marks_exactly_the_name(before, after, start, end, acts):
    """Whatever surrounds a name, and whatever span an action gives, the marked piece is the name and nothing is made up."""
    made = report(1, ALIPAY)
    text = f"{before} Alipay {after}"
    at = len(before) + 1
    mention = Mention("Alipay", Field.TEXT, at, at + 6, "Alipay", "Alipay")
    action = None
    if acts:
        span = Span(Field.TEXT, min(start, end), max(start, end), text[min(start, end) : max(start, end)])
        action = Action("Alipay", ActionKind.OTHER, Stage.ADOPTED, None, None, None, True, None, span)
    made = replace(
        made, document=replace(made.document, text=text), action=action,
        match=replace(made.match, mentions=(mention,)),  # type: ignore[type-var]
    )  # fmt: skip
    passage = facts_of(made).passage
    assert len(passage.pieces) % 2 == 1
    assert len(passage.text) <= LONGEST_PASSAGE + 4
    for at_piece, piece in enumerate(passage.pieces):
        if at_piece % 2:
            assert piece in ("Alipay", "Alipay"[: len(piece)])
    assert passage.text.removeprefix("… ").removesuffix(" …").strip() in text
