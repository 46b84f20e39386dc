"""One's own alerts as feeds and pages: readable by feed readers, safe in a browser, linked from mails."""

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from alert_world import BAN, World
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from mail_samples import NOW, STORIES, report
from scripted import doc

from alerts.evidence import facts_of
from alerts.feed import FeedEntry, atom, json_feed
from alerts.ledger import dismissals, overview, people
from alerts.publish import publish
from alerts.rules import context_kind
from watchlist.config import PublishSettings


@pytest.fixture
def world(database, tmp_path):
    made = World(database, tmp_path)
    made.settings = replace(
        made.settings,
        publish=PublishSettings(tmp_path / "public"),
        mail=replace(made.settings.mail, base_url="https://w.example.org/own/"),
    )
    return made


def test_a_round_writes_pages_and_feeds_that_mails_link_to(world, tmp_path):
    """A link in a mail must lead to a page that is there; feed readers must see each alert once, with its source."""
    world.round(doc("a", BAN))
    text = world.mails()[0].get_body(("plain",)).get_content()
    folder = tmp_path / "public"
    pages = {path.name for path in (folder / "alerts").iterdir()}
    links = [word for word in text.split() if word.startswith("https://w.example.org/own/alerts/")]
    assert links
    assert {link.rpartition("/")[2] for link in links} <= pages
    feed = feedparser.parse((folder / "alerts.atom").read_bytes())
    assert not feed.bozo
    titles = [entry.title for entry in feed.entries]
    assert any(title.startswith("[BANNED] Alipay") for title in titles)
    assert len({entry.id for entry in feed.entries}) == len(titles)
    items = json.loads((folder / "alerts.json").read_text())["items"]
    assert [item["title"] for item in items] == titles
    assert items[0]["external_url"] == "https://news.example/a"
    index = html.parse(str(folder / "index.html")).getroot()
    assert set(index.xpath("//a[starts-with(@href, 'alerts/')]/@href")) == {
        f"alerts/{name}" for name in pages
    }
    assert publish(world.database, world.settings, world.now + timedelta(days=9)) == 0


def test_what_was_dismissed_leaves_the_feed(world):
    """ "Not them" must hold in the feed as in the mail."""
    world.settings = replace(
        world.settings, recipients=(replace(world.settings.recipients[0], digests=("23:59",)),)
    )
    world.source.says(doc("a", BAN))
    folder = world.settings.publish.folder
    from scripted import MarkAnalyst, NoFetcher

    from alerts.round import RoundReport, active_readers, compose_due, decide_new
    from watchlist.pipeline import refresh

    world.now += timedelta(hours=1)
    refresh(world.database, [world.source], NoFetcher(), MarkAnalyst(), now=world.now, only_due=False)
    made = RoundReport()
    readers = active_readers(world.database, world.settings)
    decide_new(world.database, readers, world.now, made)
    compose_due(world.database, world.settings, readers, world.now, made)
    assert json.loads((folder / "alerts.json").read_text())["items"]
    with world.database.write() as session:
        for alert in overview.alerts(session, limit=9):
            kind = context_kind(alert.facts.why)
            dismissals.dismiss(session, alert.id, "Alipay", alert.facts.alias, kind, "", world.now)
    publish(world.database, world.settings, world.now)
    assert json.loads((folder / "alerts.json").read_text())["items"] == []
    assert feedparser.parse((folder / "alerts.atom").read_bytes()).entries == []


@pytest.mark.parametrize("muted", ["Alipay", None])
def test_what_is_muted_waits_for_the_feed_too(world, muted):
    """ "Not now" must hold for the pages that everybody reads; what was mailed before stays, and one reader's mute is his."""
    folder = world.settings.publish.folder
    world.round(doc("a", BAN))
    with world.database.write() as session:
        people.mute(session, "Huawei", "ada", world.now + timedelta(days=9), world.now)
        people.mute(session, muted, None, world.now + timedelta(days=2), world.now)
    world.round(doc("b", BAN.replace("adopted", "lifted")), after=timedelta(days=1))

    def told():
        items = json.loads((folder / "alerts.json").read_text())["items"]
        return [item["_watchlist"]["stage"] for item in items]

    assert told() == ["adopted"]
    world.round(after=timedelta(days=2))
    assert told() == ["lifted", "adopted"]


def test_a_folder_that_cannot_be_written_costs_no_mail(world, tmp_path):
    """Publishing is beside the point of alerting: its trouble is a line, and the mail goes out."""
    (tmp_path / "public").write_text("a file")
    done = world.round(doc("a", BAN))
    assert "cannot be published" in done.troubles[0]
    assert len(world.mails()) == 1


def test_the_feed_by_command(cli, tmp_path):
    """A feed must be had without any configuration."""
    assert cli("alerts", "feed", tmp_path / "a.xml")[0] == 0
    assert b"<feed" in (tmp_path / "a.xml").read_bytes()
    assert cli("alerts", "feed", tmp_path / "a.json")[0] == 0
    assert json.loads((tmp_path / "a.json").read_text())["items"] == []
    assert cli("alerts", "feed", tmp_path / "no" / "a.xml")[0] == 2


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=40))
def test_no_text_breaks_a_feed(title, name, url):
    """Whatever a headline holds, the feeds must stay well-formed, with nothing of it out of its place."""
    made = report(1, STORIES[0], title=title, url=f"https://x.example/{url}")
    facts = facts_of(replace(made, event=replace(made.event, entry=name)))
    one = FeedEntry(1, NOW, title, f"<p>{name}</p>", None, facts)
    tree = etree.fromstring(atom([one], "example.org", "https://w.example.org", NOW))
    assert [child.tag.rpartition("}")[2] for child in tree[-1]][:3] == ["id", "title", "updated"]
    json.loads(json_feed([one], "example.org", None))
