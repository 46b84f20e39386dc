"""The case so far, in mails: what came before, what the reader was told, and to which mail it belongs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alert_world import BAN, World
from scripted import doc

from alerts.evidence import LONGEST_TITLE, title_of
from watchlist.config import RecipientSettings, RuleSettings
from watchlist.model import Document

DAY = timedelta(days=1)
PLAN = "Alipay [Alipay transaction_ban proposed US-President]"
LIFT = "Alipay [Alipay transaction_ban lifted US-President]"


@pytest.fixture
def world(database, tmp_path):
    made = World(database, tmp_path)
    ada = RecipientSettings("ada", "ada@example.org", rules=(RuleSettings("all", "instant"),))
    made.settings = replace(made.settings, recipients=(ada,))
    return made


def text_of(mail):
    """Return the text part with its lines joined."""
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_a_follow_up_tells_the_case_and_answers_its_first_mail(world):
    """Who reads "adopted" must see that it was proposed, when, what he was told, and find it in the same thread."""
    world.round(doc("a", PLAN))
    world.round(doc("b", BAN), after=9 * DAY)
    world.round(doc("c", LIFT), after=DAY)
    first, second, third = world.mails()
    assert "The case so far" not in text_of(first)
    assert "The case so far: proposed 22 Nov 2026 → *adopted 1 Dec 2026*" in text_of(second)
    assert "You were last told on 22 Nov 2026: proposed." in text_of(second)
    assert "<strong>adopted 1 Dec 2026</strong>" in second.get_body(("html",)).get_content()
    assert "adopted 1 Dec 2026 → *lifted 2 Dec 2026*" in text_of(third)
    assert second["In-Reply-To"] == third["In-Reply-To"] == first["Message-ID"]
    case = first["References"]
    assert second["References"] == third["References"] == f"{case} {first['Message-ID']}"
    assert [mail["Subject"].split("]")[0] for mail in (first, second, third)] == [
        "[PROPOSED",
        "[BANNED",
        "[LIFTED",
    ]


def test_a_confirmation_and_a_correction_are_kinds_of_their_own(world):
    """The official word and a taken-back report must not look like the first alert, and belong to its thread."""
    world.round(doc("a", BAN))
    world.round(doc("b", BAN, official=True), after=DAY)
    world.round(doc("a", "Nothing of the kind."), doc("b", "Nothing.", official=True), after=DAY)
    first, confirmed, corrected = world.mails()
    assert confirmed["Subject"].startswith("[CONFIRMED] Alipay")
    assert "Confirmed by an official source." in text_of(confirmed)
    assert corrected["Subject"].startswith("[CORRECTED] Alipay")
    assert "An earlier report was taken back" in text_of(corrected)
    assert confirmed["In-Reply-To"] == corrected["In-Reply-To"] == first["Message-ID"]


def test_an_amendment_says_what_it_was(world):
    """ "The facts changed" is no help without the fact that changed."""
    world.round(doc("a", BAN))
    until = BAN.replace("2027-01-05", "2027-01-05 to 2027-06-30")
    world.round(doc("b", until), after=DAY)
    amended = world.mails()[-1]
    assert amended["Subject"].startswith("[AMENDED] Alipay")
    assert "until 30 Jun 2027" in text_of(amended)
    assert "Was: without a date." in text_of(amended)


OLD_BAN = "Alipay [Alipay transaction_ban adopted US-President 2004-02-01]"


def test_what_was_lifted_before_it_could_be_told_is_not_told_as_in_force(world):
    """Adopted and lifted, both found in one round: one mail, led by how far it is now, with the step before as past."""
    world.round(doc("a", OLD_BAN), doc("b", LIFT))
    (mail,) = world.mails()
    text = text_of(mail)
    assert mail["Subject"].startswith("[LIFTED] Alipay")
    assert "in force since" not in f"{mail['Subject']} {text} {mail.get_body(('html',)).get_content()}"
    assert "PAST" in text
    assert "transaction ban by US President, effective 1 Feb 2004, then lifted 22 Nov 2026" in text
    assert "The case so far: adopted 22 Nov 2026 → *lifted 22 Nov 2026*" in text


def test_a_step_told_late_and_alone_says_what_came_of_it(world):
    """Who hears of bans at once, and not of their end, must not read that a ban is in force which is over."""
    ada = world.settings.recipients[0]
    rules = (RuleSettings("bans", "instant", stages=("adopted",)), RuleSettings("rest", "none"))
    world.settings = replace(world.settings, recipients=(replace(ada, rules=rules),))
    world.round(doc("b", LIFT))
    world.round(replace(doc("a", OLD_BAN), published=world.now - 2 * DAY), after=DAY)
    (mail,) = world.mails()
    assert mail["Subject"] == (
        "[PAST] Alipay — transaction ban by US President, effective 1 Feb 2004, then lifted 22 Nov 2026"
    )
    assert mail["X-Watchlist-Severity"] == "relief"


def test_a_digest_counts_how_far_things_are(world):
    """A subject "1 ban, 1 lifted" of one measure says that a ban is in force; it is not."""
    world.settings = replace(world.settings, recipients=(RecipientSettings("ada", "ada@example.org"),))
    world.round(doc("a", OLD_BAN), doc("b", LIFT))
    assert world.mails()[0]["Subject"] == "Watchlist 22 Nov: 1 lifted"
    world.round(doc("c", "Huawei [Huawei investment_ban adopted US-OFAC]"), after=DAY)
    assert world.mails()[1]["Subject"] == "Watchlist 23 Nov: 1 ban"


def test_one_document_that_tells_two_stages_hides_none(world):
    """Which of them is the later one nobody can tell, so the worse one stays in the subject."""
    world.round(doc("a", f"{BAN} {LIFT}"))
    (mail,) = world.mails()
    assert mail["Subject"].startswith("[BANNED] Alipay")
    assert "LIFTED" in text_of(mail)


def test_a_document_without_a_title_shows_its_first_words(world):
    """A notice without a headline must not be a bare source's name."""
    world.round(replace(doc("a", f"The office acts at once against a payment app. {BAN}"), title=" "))
    assert "- The office acts at once against a payment app." in text_of(world.mails()[0])
    words = "word " * 60
    made = title_of(Document("x", "", words))
    assert made.endswith("word …")
    assert len(made) <= LONGEST_TITLE + 2
    assert len(title_of(Document("x", "", "字" * 500))) <= LONGEST_TITLE + 2
    assert title_of(Document("x", "", "")) == ""
