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
