"""Channels beside mail: a signed webhook and Apprise, against a real server on loopback, on the same outbox."""

import base64
import email.charset
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from alert_world import BAN, World
from databases import MovableClock, all_that_is_kept
from hypothesis import given
from hypothesis import strategies as st
from scripted import NOON, doc

from alerts.channels import channel_transport
from alerts.ledger import mails, posts
from alerts.webhook import signed
from watchlist.config import ChannelSettings, RecipientSettings, RuleSettings
from watchlist.errors import ConfigError, UsageError

SECRET = "not to be seen"


class Receiver:
    """A server that answers each POST with the next status of a list, and keeps what came."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.location = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status = outer.answers.pop(0) if outer.answers else 204
                if not status:  # hang up without an answer: nobody knows
                    self.connection.close()
                    return
                self.send_response(status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/token-in-the-address"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def told_by(world: World, channel: ChannelSettings) -> World:
    """Let a recipient of the world be told through a channel, beside the one by mail."""
    soc = RecipientSettings("soc", channel=channel.name, rules=(RuleSettings("all", "instant"),))
    world.settings = replace(
        world.settings, channels=(channel,), recipients=(*world.settings.recipients, soc)
    )
    return world


@pytest.fixture
def world(database, database_url, tmp_path, receiver):
    hook = ChannelSettings("hook", "webhook", receiver.url, SECRET, private=True, timeout=5)
    return told_by(World(database, tmp_path, MovableClock(database_url, NOON)), hook)


def state(world: World) -> list[str]:
    with world.database.read() as session:
        return [mail.state for mail in mails.kept_mails(session) if mail.reader == "soc"]


def test_a_webhook_tells_each_alert_once_signed_and_dated(world, receiver):
    """Another program must get the facts as data, know that they are ours, and see a repetition as one."""
    report = world.round(doc("a", BAN))
    assert report.failed is False
    ((path, headers, body),) = receiver.got
    assert path == "/hook/token-in-the-address"
    told = json.loads(body)
    assert (told["type"], told["recipient"], told["subject"].split("]")[0]) == (
        "watchlist.alert",
        "soc",
        "[BANNED",
    )
    (alert,) = told["alerts"]
    assert (alert["entry"], alert["action"], alert["stage"], alert["severity"]) == (
        "Alipay", "transaction_ban", "adopted", "severe",
    )  # fmt: skip
    found = alert["finding"]
    assert found["matches"][0]["mentions"][0]["text"] == "Alipay"
    span = found["actions"][0]["evidence"]
    assert BAN[span["start"] : span["end"]] == span["text"]
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    world.round(doc("a", BAN))
    assert len(receiver.got) == 1
    assert len(world.mails()) == 1  # the other recipient, by mail


def test_nothing_secret_is_kept_or_shown(world, receiver, tmp_path, caplog):
    """The address and the secret must not be found in the database, the trail, the log or a trouble."""
    caplog.set_level("DEBUG")
    receiver.answers = [503, 401, 0]
    troubles = []
    for day in range(3):
        done = world.round(doc(f"d{day}", BAN.replace("2027", f"203{day}")), after=timedelta(days=1))
        troubles += done.delivered.troubles
    assert len(troubles) >= 3
    kept = all_that_is_kept(world.database)
    assert "[BANNED]" in kept
    for text in (kept, caplog.text, *troubles, json.dumps(world.lines()), repr(world.settings)):
        assert SECRET not in text
        assert "token-in-the-address" not in text


@pytest.mark.parametrize(
    ("status", "left", "paused"),
    [(503, "pending", False), (429, "pending", False), (400, "failed", False), (403, "pending", True),
     (410, "pending", True), (302, "pending", False), (0, "pending", False)],
)  # fmt: skip
def test_what_an_answer_means(world, receiver, status, left, paused):
    """Busy: again later. Refused: this message is given up. Not allowed or gone: the whole channel waits. No redirect."""
    receiver.answers, receiver.location = [status], "http://127.0.0.1:1/elsewhere"
    done = world.round(doc("a", BAN))
    assert state(world) == [left]
    assert len(receiver.got) == 1
    assert (done.delivered.paused_until is not None) is paused
    assert len(world.mails()) == 1
    if left == "pending":
        world.round(after=timedelta(hours=2))
        assert state(world) == ["sent"]
        assert receiver.got[0][1]["webhook-id"] == receiver.got[1][1]["webhook-id"]
        assert receiver.got[0][2] == receiver.got[1][2]


def test_a_private_address_needs_leave(database, tmp_path, receiver):
    """Without leave no message goes into the inner network, and plain http is refused when it is configured."""
    public = ChannelSettings("hook", "webhook", receiver.url.replace("http://", "https://"), timeout=5)
    world = told_by(World(database, tmp_path), public)
    done = world.round(doc("a", BAN))
    assert "a private address; refused" in done.delivered.troubles[0]
    assert receiver.got == []
    for wrong in (
        ChannelSettings("h", "webhook", receiver.url),
        ChannelSettings("h", "webhook"),
        ChannelSettings("h", "webhook", "ftp://example.org"),
        ChannelSettings("h", "webhook", "https://example.org", "whsec_***"),
        ChannelSettings("mail", "webhook", "https://example.org"),
        ChannelSettings("h", "apprise", "no such service"),
    ):
        with pytest.raises(ConfigError) as caught:
            channel_transport(wrong)
        assert "token" not in str(caught.value)


def test_no_server_pauses_the_channel_only(database, tmp_path):
    """A dead receiver must not delay mail, and no attempt of the message is spent."""
    hook = ChannelSettings("hook", "webhook", "http://127.0.0.1:9/x", private=True, timeout=2)
    world = told_by(World(database, tmp_path), hook)
    done = world.round(doc("a", BAN))
    assert done.delivered.paused_until is not None
    assert len(world.mails()) == 1
    with world.database.read() as session:
        assert [name for name, _, _ in posts.channel_problems(session)] == ["hook"]


def test_apprise_tells_any_service(world, receiver):
    """What Apprise knows by its address gets subject and text; a no is tried again."""
    url = receiver.url.replace("http://", "json://")
    push = ChannelSettings("hook", "apprise", url)
    world.settings = replace(world.settings, channels=(push,))
    receiver.answers = [500]
    assert world.round(doc("a", BAN)).delivered.retried == 1
    world.round(after=timedelta(hours=1))
    body = json.loads(receiver.got[-1][2])
    assert body["title"].startswith("[BANNED] Alipay")
    assert "transaction ban by US President" in body["message"]
    assert len(receiver.got) == 2


def test_apprise_leaves_our_mails_as_they_are():
    """One of its services changes how every mail of the process is encoded: bytes would depend on who has a channel."""
    before = dict(email.charset.CHARSETS)
    for url in ("json://127.0.0.1:9", "mailto://u:p@example.org"):
        channel_transport(ChannelSettings("push", "apprise", url))
        assert before == email.charset.CHARSETS


def test_a_recipient_needs_an_address_or_a_known_channel(world):
    """Who is told nowhere must be refused with the names that are there."""
    world.settings = replace(world.settings, recipients=(RecipientSettings("x", channel="hok"),))
    with pytest.raises(UsageError, match="there are hook"):
        world.round()
    world.settings = replace(world.settings, recipients=(RecipientSettings("x"),))
    with pytest.raises(UsageError, match="an address like"):
        world.round()


@given(st.binary(max_size=40), st.text(max_size=20), st.integers(0, 2**40), st.binary(max_size=60))
def test_no_message_breaks_the_headers(key, identity, moment, body):
    """Whatever the id: three plain headers on one line each."""
    for name, value in signed(key, identity, moment, body).items():
        assert name.startswith("webhook-")
        if name != "webhook-id":
            assert value.isascii()
            assert "\n" not in value
