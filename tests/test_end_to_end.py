"""The whole road as a user goes it: commands on one side, a web server and a mail server on loopback on the other."""

import email
import json
from collections.abc import Callable, Iterator
from email import policy
from pathlib import Path

import pytest
import trustme
from databases import all_that_is_kept
from http_server import Site, site_on_loopback
from mail_server import PASSWORD, MailServer, Running

from watchlist.store.database import open_database

Cli = Callable[..., tuple[int, str, str]]

ITEM = """<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><link>{link}</link>
<pubDate>Tue, 05 Jan 2021 10:00:00 GMT</pubDate><description>{summary}</description></item>"""
PAGE = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


class Publisher:
    """A front page that links a feed, whose items link articles. What it says can be edited."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.items: dict[str, str] = {}
        head = "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"
        self.front = site.serve("/", f"<html><head><title>Site</title>{head}</head><body>x</body></html>")
        self.publish()

    def say(self, guid: str, title: str, text: str) -> None:
        """Publish (or edit) an item and its article."""
        link = self.site.serve(f"/{guid}", PAGE.format(title=title, text=text))
        self.items[guid] = ITEM.format(guid=guid, title=title, link=link, summary=text[:40])
        self.publish()

    def publish(self, status: int = 200) -> None:
        """Serve the feed as it stands."""
        items = "".join(self.items.values())
        feed = f"<rss version='2.0'><channel><title>Site</title>{items}</channel></rss>"
        self.feed = self.site.serve("/feed.xml", feed, "application/rss+xml", status)


@pytest.fixture
def cli(cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run each command on SQLite and on PostgreSQL."""
    monkeypatch.setenv("WATCHLIST_DATABASE", database_url)
    return cli


@pytest.fixture
def publisher(site: Site) -> Publisher:
    return Publisher(site)


@pytest.fixture
def inbox(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Start a mail server that wants STARTTLS and a password, and write a configuration that names it."""
    server, authority = MailServer(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    running = Running(server, authority, implicit=False, auth=True)
    running.start()
    monkeypatch.setenv("PW", PASSWORD)
    (tmp_path / "watchlist.toml").write_text(
        "[fetch]\nallow_private_addresses = true\nhost_pause = 0\n"
        f'[mail]\nsender = "w@example.org"\n[mail.smtp]\nhost = "127.0.0.1"\nport = {server.port}\n'
        'username = "ann@example.org"\npassword_env = "PW"\nca_file = "ca.pem"\n'
        '[[recipients]]\nname = "ann"\naddress = "ann@example.org"\n'
        f'[[sources]]\nname = "site"\nkind = "feed"\nurl = "{publisher.feed}"\n'
    )
    yield server
    running.stop()


BAN = (
    "WASHINGTON. President Trump on Tuesday signed an executive order that prohibits transactions with the Chinese "
    "payment app Alipay. The order takes effect on 19 February 2021. "
) * 3


def test_from_feed_to_inbox(
    cli: Cli, database_url: str, tmp_path: Path, publisher: Publisher, inbox: MailServer
):
    """News on a watched name reaches the inbox once, with the sentence; an edit that adds a name is news again."""
    publisher.say("a", "Order signed", BAN)
    publisher.say("b", "Weather", "Fog lies over the harbour this morning, and ferries wait until noon. " * 5)
    cli("add", "Alipay", "--kind", "app", "--owner", "Ant Group")
    cli("add", "Xiaomi")
    code, out, err = cli("check", "--since", "2021-01-01")
    assert (code, err) == (0, "")
    assert "ann@example.org" in out
    (mail,) = (received.message for received in inbox.received)
    assert mail["To"].addresses[0].addr_spec == "ann@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "Alipay" in text.get_content()
    assert "executive order" in text.get_content()
    assert "Fog" not in page.get_content()

    code, out, _ = cli("check", "--all")
    assert code == 0
    assert "Nothing new to mail" in out
    assert len(inbox.received) == 1

    publisher.say(
        "b",
        "Weather",
        "Fog lies over the harbour. Xiaomi was added to the military list by the Pentagon. " * 5,
    )
    assert cli("check", "--all")[0] == 0
    assert len(inbox.received) == 2
    assert "Xiaomi" in str(inbox.received[1].message)
    database = open_database(database_url)
    assert PASSWORD not in all_that_is_kept(database)
    database.close()


def test_the_first_fetch_is_a_baseline(cli: Cli, publisher: Publisher, inbox: MailServer):
    """Ten years of an archive must not land in the inbox on the first day."""
    publisher.say("a", "Order signed", BAN)
    cli("add", "Alipay")
    code, out, _ = cli("check")
    assert code == 0
    assert "first fetch" in out
    assert inbox.received == []
    publisher.say(
        "c", "Another order signed", BAN.replace("Alipay", "Alipay again").replace("19 February", "1 March")
    )
    cli("check", "--all")
    assert len(inbox.received) == 1


def test_a_broken_source_is_told_and_heals(cli: Cli, publisher: Publisher, inbox: MailServer):
    """A source that is down must be seen, must not stop the round, and must lose nothing."""
    cli("add", "Alipay")
    cli("check")
    publisher.publish(503)
    code, _, err = cli("check", "--all")
    assert code == 3
    assert "503" in err
    assert "Traceback" not in err
    assert "failing" in cli("sources", "list")[1]
    publisher.say("a", "Order signed", BAN)
    assert cli("check", "--all")[0] == 0
    assert len(inbox.received) == 1


def test_two_rounds_at_once_do_not_disturb_each_other(
    cli: Cli, database_url: str, publisher: Publisher, inbox: MailServer
):
    """Cron starts the next round while the last one still runs: the second says so and leaves; a server takes both."""
    from watchlist.store.lock import single_runner

    cli("list")
    database = open_database(database_url)
    with single_runner(database, "watchlist run"):
        code, _, err = cli("check")
    database.close()
    if database.is_sqlite:
        assert code == 3
        assert "another watchlist is at work" in err
        assert "watchlist run" in err
    else:
        assert (code, err.count("another watchlist")) == (0, 0)
    assert cli("check")[0] == 0


def test_sources_are_found_out_added_tried_paused_and_removed(
    cli: Cli, publisher: Publisher, inbox: MailServer, tmp_path: Path
):
    """A user pastes the address of a front page and gets its feed."""
    publisher.say("a", "Order signed", BAN)
    cli("add", "Alipay")
    (tmp_path / "watchlist.toml").write_text("[fetch]\nallow_private_addresses = true\nhost_pause = 0\n")
    code, out, _ = cli("sources", "test", publisher.front)
    assert code == 0
    assert "names Alipay" in out
    assert "nothing was stored" in out
    code, out, _ = cli("sources", "add", publisher.front, "--name", "site")
    assert code == 0
    assert "a feed" in out
    assert "nothing changed" in cli("sources", "add", publisher.front, "--name", "site")[1]
    assert cli("sources", "pause", "site")[0] == 0
    assert "paused" in cli("sources", "list")[1]
    assert cli("sources", "resume", "site")[0] == 0
    assert cli("sources", "remove", "site")[0] == 0
    assert publisher.feed not in cli("sources", "list", "--json")[1]


def test_an_official_installation_has_its_sources_on(cli: Cli):
    """Nothing to set up before the first round."""
    out = cli("sources", "list")[1]
    assert "federal-register" in out


def test_the_demo_goes_the_whole_road_twice(cli: Cli, tmp_path: Path):
    """The first thing anybody runs; a second run must give the same."""
    for _ in range(2):
        code, out, err = cli("demo", tmp_path / "demo")
        assert (code, err) == (0, "")
        assert "Alipay, CamScanner, QQ Wallet, SHAREit, Tencent QQ, VMate" in out
        assert "transaction ban" in out
        (mail,) = (tmp_path / "demo" / "mail" / "new").iterdir()
        message = email.message_from_bytes(mail.read_bytes(), policy=policy.default)
        assert message.get_content_type() == "multipart/alternative"
        assert "Alipay" in (tmp_path / "demo" / "digest.html").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    code, _, err = cli("demo", tmp_path / "mine")
    assert code == 2
    assert "not empty" in err
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_the_doctor_tells_what_is_well_and_what_is_not(
    cli: Cli, publisher: Publisher, inbox: MailServer, tmp_path: Path
):
    """Somebody whose mail does not come must learn why."""
    cli("add", "Alipay")
    cli("check")
    code, out, _ = cli("doctor")
    assert code == 0
    assert "127.0.0.1" in out
    assert "1 of 1 well" in out
    config = tmp_path / "watchlist.toml"
    config.write_text(config.read_text().replace("port = ", "port = 1 #"))
    code, out, _ = cli("doctor", "--json")
    assert code == 3
    assert '"bad"' in out


def test_the_clock_is_compared_though_a_source_is_down(cli: Cli, site: Site, tmp_path: Path):
    """One dead feed at the head of the list must not leave a wrong clock unseen."""
    with site_on_loopback() as other:
        other.serve("/feed.xml", "<rss version='2.0'><channel><title>B</title></channel></rss>")
        (tmp_path / "watchlist.toml").write_text(
            "[fetch]\nallow_private_addresses = true\nhost_pause = 0\n"
            f'[[sources]]\nname = "a"\nkind = "feed"\nurl = "{site.url("/gone.xml")}"\n'
            f'[[sources]]\nname = "b"\nkind = "feed"\nurl = "{other.url("/feed.xml")}"\n'
        )
        rows = {row["what"]: row for row in json.loads(cli("doctor", "--json")[1])}
    assert rows["clock"]["state"] == "well"
    assert other.url("/").split("/")[2] in rows["clock"]["seen"]


def test_the_seed_article_names_whom_a_careful_reader_names(cli: Cli, shared: Path):
    """The article that it all began with: every entity found, none besides, with offsets that hold."""

    article = shared / "seed" / "article.txt"
    code, out, _ = cli("check", article, "--watchlist", shared / "seed" / "watchlist.csv", "--json")
    assert code == 0
    row = json.loads(out)
    wanted = json.loads((shared / "seed" / "expected.jsonl").read_text(encoding="utf-8"))["entities"]
    assert {m["entry"] for m in row["matches"] if m["verdict"] == "match"} == set(wanted)
    text = article.read_bytes().decode()
    for match in row["matches"]:
        for mention in match["mentions"]:
            assert text[mention["start"] : mention["end"]] == mention["text"]


def test_sources_of_the_catalogue_presets_and_opml_are_added_by_name(cli: Cli, tmp_path: Path):
    """Nobody should have to look up an agency's address; one bad target must not stop the others."""
    assert "us-china-tech" in cli("sources", "catalog")[1]
    code, out, _ = cli("sources", "add", "us-treasury", "--preset", "eu-russia")
    assert code == 0
    assert "Added eu-council" in out
    feeds = "<opml><body><outline title='A' xmlUrl='https://a.example.org/f'/></body></opml>"
    (tmp_path / "feeds.opml").write_text(feeds)
    code, out, err = cli("sources", "add", "feeds.opml", "nope.opml")
    assert code == 3
    assert "Added a" in out
    assert "nope.opml: cannot be read" in err
    assert "us-treasury" in cli("sources", "list")[1]
    assert cli("sources", "add", "--preset", "nope")[0] == 2


def test_a_new_name_is_looked_up_in_what_is_stored_and_not_mailed(
    cli: Cli, publisher: Publisher, inbox: MailServer
):
    """Somebody who adds a name wants to know what is known of it, not a mail about last month."""
    publisher.say("a", "Order signed", BAN)
    cli("add", "Huawei")
    cli("check", "--since", "2021-01-01")
    code, out, _ = cli("add", "Alipay")
    assert code == 0
    assert "Looked through 1 stored document" in out
    assert "1 measure" in out
    assert "transaction ban" in cli("timeline", "Alipay")[1]
    assert "not named there" in cli("add", "Xiaomi")[1]
    cli("check", "--all")
    assert inbox.received == []
