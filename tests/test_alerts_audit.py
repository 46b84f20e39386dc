"""The audit trail and retention, from a fetch to the mail, on both kinds of database."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alert_world import World
from scripted import HOUR, MarkAnalyst, NoFetcher, doc
from sqlalchemy.exc import DatabaseError
from sqlmodel import select, text

from alerts import retention
from watchlist.config import RetentionSettings
from watchlist.errors import StoreError
from watchlist.pipeline import refresh
from watchlist.store import reads
from watchlist.store.tables import FetchRow

DAY = timedelta(days=1)
BAN = "[Alipay transaction_ban adopted US-President 2021-02-19]"
PLAN = "[Huawei export_control proposed US-BIS]"
LIFT = "[Huawei export_control lifted US-BIS]"


@pytest.fixture
def world(database, tmp_path):
    return World(database, tmp_path)


def test_the_trail_leads_from_the_fetch_to_the_mail(world):
    """Who must show what was known when, and who was told, needs each step with its digest, fingerprint and Message-ID."""
    world.round(doc("a", f"Alipay {BAN}"), doc("b", "Nothing"))
    lines = world.lines()
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    by = {}
    for line in lines:
        by.setdefault(line["what"], []).append(line)
    fetch = by["source.fetched"][-1]
    assert (fetch["source"], fetch["outcome"], fetch["new"], fetch["fingerprint"]) == (
        "wire",
        "read",
        2,
        "marks",
    )
    assert len(fetch["pages"][0]["sha256"]) == 64
    read = {line["document"]: line for line in by["document.read"]}
    assert read["a"]["matches"][0]["entry"] == "Alipay"
    assert read["b"]["matches"] == []
    told = next(line for line in by["event.reported"] if line["action"])
    assert (told["sha256"], told["stage"]) == (read["a"]["sha256"], "adopted")
    decided = next(line for line in by["decided"] if line["event"] == told["event"])
    assert (decided["recipient"], decided["delivery"], decided["code"]) == ("ada", "digest", "default")
    (composed,), (sent,) = by["mail.composed"], by["mail.sent"]
    assert decided["alert"] in composed["alerts"]
    assert composed["message_id"] == sent["message_id"]
    assert sent["address"] == "ada@example.org"
    json.dumps(lines)
    assert {line["what"] for line in world.lines(since=world.now + 9999 * DAY)} == set()


@pytest.mark.parametrize("table", ["audit", "decisions", "fetches"])
def test_the_trail_cannot_be_changed(world, table):
    """Neither our code nor a careless query may rewrite what was done; nor delete it outside of retention."""
    world.round(doc("a", f"Alipay {BAN}"))
    for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
        with (
            pytest.raises((StoreError, DatabaseError), match="append-only"),
            world.database.write() as session,
        ):
            session.connection().execute(text(statement))


def test_retention_forgets_what_is_old_but_nothing_of_an_open_case(world):
    """A ban in force keeps its documents, decisions and mails for good; what was lifted, or named nobody, goes."""
    world.round(doc("open", f"Alipay {BAN}"), doc("none", "Nothing at all"), doc("plan", f"Huawei {PLAN}"))
    world.round(doc("lift", f"Huawei {LIFT}"), after=5 * DAY)
    before = len(world.lines())
    kept = RetentionSettings(documents_days=30, mails_days=30, audit_days=30)
    assert not retention.preview(world.database, kept, world.now).anything
    later = world.now + 40 * DAY
    would = retention.preview(world.database, kept, later)
    done = retention.apply(world.database, kept, later)
    assert done == would
    assert done.documents == 3
    assert world.text_of("Title open") == f"Alipay {BAN}"
    assert [world.text_of(f"Title {name}") for name in ("none", "plan", "lift")] == ["", "", ""]
    assert done.mails == 2
    lines = world.lines()
    assert len(lines) < before
    assert {line["entry"] for line in lines if line["what"] == "decided"} == {"Alipay"}
    assert [line["what"] for line in lines if line["what"].startswith("mail.")] == [
        "mail.composed",
        "mail.sent",
    ]
    assert any(line["what"] == "source.fetched" and line["new"] == 3 for line in lines)
    assert lines[-1]["what"] == "retention.applied"
    assert not retention.preview(world.database, kept, later).anything


def test_a_forgotten_document_is_not_news_when_it_comes_again(world):
    """An old page is fetched day after day: without its text it must still be known, and read by nobody as empty."""
    documents = (doc("none", "Huawei opened a shop"),)
    world.round(*documents)
    with world.database.read() as session:
        last = reads.last_report(session)
    world.now += 40 * DAY
    retention.apply(world.database, RetentionSettings(documents_days=30), world.now)
    world.round(*documents)
    changed = MarkAnalyst().watching("Huawei", "TikTok")
    refresh(world.database, [world.source], NoFetcher(), changed, now=world.now + HOUR, only_due=False)
    with world.database.read() as session:
        assert reads.last_report(session) == last
    world.round(doc("none", "Huawei opened a shop and closed it"))
    with world.database.read() as session:
        assert "corrected" not in [r.change for r in reads.reports_after(session, last)]


def test_retention_is_applied_once_a_day_and_only_when_set(world):
    """What the user did not allow must not be forgotten; what he did must not cost each round."""
    world.settings = replace(world.settings, retention=RetentionSettings(audit_days=7))
    world.round(after=DAY)
    world.round(after=HOUR)
    world.round(after=DAY)
    applied = [line for line in world.lines() if line["what"] == "retention.applied"]
    assert [line["audit_days"] for line in applied] == [7, 7]
    assert not retention.due(world.database, RetentionSettings(), world.now + 9 * DAY)


def test_counting_pages_does_not_lose_the_failed_fetch(world):
    """A visit that gave nothing is part of the trail, too."""
    world.now += HOUR
    world.source.fails()
    refresh(world.database, [world.source], NoFetcher(), MarkAnalyst(), now=world.now, only_due=False)
    with world.database.read() as session:
        assert session.exec(select(FetchRow.outcome).order_by(FetchRow.id.desc())).first() == "failed"
