"""Delivery against a real mail server with faults: at least once, and twice only where nobody can know."""

import threading
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
import trustme
from databases import MovableClock
from mail_samples import NOW
from mail_server import PASSWORD, MailServer, Running
from sqlalchemy import text

from alerts.ledger import mails, posts
from alerts.maildir import MaildirTransport
from alerts.model import Outgoing
from alerts.outbox import Outbox
from alerts.smtp import SmtpTransport
from watchlist.config import SmtpSettings
from watchlist.errors import ConfigError, StoreError
from watchlist.store.processes import claimant, machine


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def clock(database_url):
    return MovableClock(database_url, NOW)


def put(database, n=1, address=None, now=NOW):
    for at in range(n):
        message = EmailMessage(policy=SMTP)
        key = f"{address or 'r'}-{at}-{now.isoformat()}"
        message["Message-ID"] = f"<{key.replace(':', '.').replace('+', '.')}@test>"
        message["Subject"] = key
        message.set_content("Hello\n.\nleading dot\n")
        to = address or f"r{at}@example.org"
        made = Outgoing(key, str(message["Message-ID"]), f"reader{at}", to, key, message.as_bytes())
        with database.write() as session:
            mails.enqueue(session, made, "mail", now)


def plain(server, **more):
    settings = SmtpSettings("127.0.0.1", server.port, security="none", timeout=5)
    return SmtpTransport(settings, "watchlist@example.org", **more)


def states(database):
    with database.read() as session:
        return posts.waiting_count(session)


def test_mails_are_sent_once_over_one_connection(database, clock, server):
    """Twenty messages must arrive once each, byte for byte, over one connection, and never again."""
    put(database, 20)
    outbox = Outbox(database, plain(server), clock=clock)
    assert len(outbox.flush().sent) == 20
    assert outbox.flush().sent == []
    assert sorted(server.counts().values()) == [1] * 20
    assert server.connections == 2  # one is the server's own test of readiness
    assert b"\r\n..\r\n" not in server.received[0].content
    assert b"\r\n.\r\n" in server.received[0].content
    assert states(database) == {"sent": 20}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_and_login(database, clock, authority, ca_file, security):
    """With TLS and AUTH the mail must arrive; a certificate that nobody vouches for must stop it before the password."""
    mail = MailServer()
    running = Running(mail, authority, implicit=security == "tls", auth=True)
    running.start()
    try:
        put(database, 1)
        settings = SmtpSettings(
            "localhost",
            mail.port,
            security=security,
            username="ada",
            password=PASSWORD,
            ca_file=ca_file,
            timeout=5,
        )
        untrusted = SmtpSettings(
            "localhost", mail.port, security=security, username="ada", password=PASSWORD, timeout=5
        )
        done = Outbox(database, SmtpTransport(untrusted, "w@example.org"), clock=clock).flush()
        assert "certificate is not trusted" in done.troubles[0]
        assert mail.logins == []
        clock.now += timedelta(hours=1)
        assert len(Outbox(database, SmtpTransport(settings, "w@example.org"), clock=clock).flush().sent) == 1
        assert mail.logins == ["ada"]
        assert len(mail.received) == 1
    finally:
        running.stop()


def test_a_wrong_password_pauses_the_channel(database, clock, authority, ca_file):
    """535 is nobody's mail's fault: nothing is lost or counted, the channel rests, the password shows nowhere."""
    mail = MailServer()
    running = Running(mail, authority, implicit=False, auth=True)
    running.start()
    try:
        put(database, 3)
        settings = SmtpSettings(
            "localhost", mail.port, username="ada", password="wrong-secret", ca_file=ca_file, timeout=5
        )
        outbox = Outbox(database, SmtpTransport(settings, "w@example.org"), clock=clock)
        done = outbox.flush()
        assert done.paused_until == NOW + posts.CHANNEL_PAUSES[0]
        assert "refuses user name or password (535)" in done.troubles[0]
        assert "wrong-secret" not in str(done) + repr(settings)
        assert states(database) == {"pending": 3}
        asked = len(mail.logins)
        assert outbox.flush().troubles == []  # paused: the server is not even asked
        assert len(mail.logins) == asked
        with database.read() as session:
            assert [w.attempts for w in posts.waiting_posts(session)] == [0, 0, 0]
    finally:
        running.stop()


def test_one_bad_address_does_not_delay_the_others(database, server):
    """550 for one recipient must fail that message for good and send the rest."""
    server.refuse["r1@example.org"] = "550 no such user"
    put(database, 3)
    done = Outbox(database, plain(server), clock=lambda: NOW).flush()
    assert len(done.sent) == 2
    assert done.failed == 1
    assert states(database) == {"sent": 2, "failed": 1}
    with database.read() as session:
        (lost,) = mails.undelivered(session)
    assert "550 no such user" in (lost.problem or "")


def test_a_temporary_refusal_is_tried_again_with_back_off(database, clock, server):
    """451 must be tried again after 1, 5, 15, 60 minutes, 3 and 6 hours, and be given up after 72 hours."""
    put(database, 1)
    outbox = Outbox(database, plain(server), clock=clock)
    waits = []
    while states(database).get("pending"):
        server.answers[:] = ["451 try later"]
        outbox.flush()
        with database.read() as session:
            waiting = posts.waiting_posts(session)
        if waiting:
            waits.append(waiting[0].next_attempt - clock.now)
            clock.now = waiting[0].next_attempt
    for wait, base in zip(waits, [*posts.BACK_OFF, posts.BACK_OFF[-1]], strict=False):
        assert base <= wait <= base * 1.2
    assert states(database) == {"dead": 1}
    assert clock.now - NOW >= timedelta(hours=72)
    assert server.received == []
    with database.write() as session:
        assert posts.try_again(session, 1, clock.now)
    server.answers.clear()
    assert len(outbox.flush().sent) == 1


def test_a_connection_lost_after_the_text_is_sent_again_with_the_same_id(database, clock, server):
    """Nobody knows whether the server has it: the same bytes and Message-ID must go out again, and be counted."""
    server.drop = 1
    put(database, 1)
    outbox = Outbox(database, plain(server), clock=clock)
    assert outbox.flush().retried == 1
    clock.now += timedelta(minutes=2)
    done = outbox.flush()
    assert len(done.sent) == done.repeated == 1
    first, second = server.received
    assert first.content == second.content
    assert first.message_id == second.message_id


def test_a_server_that_is_silent_after_the_text(database, clock, server):
    """A hang after DATA must end by our time-out and count as unknown, not as failed."""
    server.hang = threading.Event()
    put(database, 1)
    outbox = Outbox(database, plain(server, data_timeout=0.3), clock=clock)
    done = outbox.flush()
    assert (done.retried, done.failed) == (1, 0)
    assert "no answer in time" in done.troubles[0]
    with database.read() as session:
        assert posts.waiting_posts(session)[0].problem


def test_no_server_pauses_and_recovers(database, clock, server):
    """A server that is down must cost nothing but time."""
    put(database, 2)
    settings = SmtpSettings("127.0.0.1", 1, security="none", timeout=2)
    done = Outbox(database, SmtpTransport(settings, "w@example.org"), clock=clock).flush()
    assert "cannot connect" in done.troubles[0]
    assert len(done.troubles) == 1
    clock.now += timedelta(minutes=6)
    assert len(Outbox(database, plain(server), clock=clock).flush().sent) == 2


def test_no_password_over_an_open_line():
    """Security 'none' must be refused for anything but this machine."""
    with pytest.raises(ConfigError, match="this machine only"):
        SmtpTransport(SmtpSettings("mail.example.org", security="none"), "w@example.org")


def test_workers_never_send_the_same_message(database, server):
    """Four workers at once must share the messages: every one is sent, none twice."""
    put(database, 24)
    workers = [
        threading.Thread(target=Outbox(database, plain(server), clock=lambda: NOW).flush) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(server.counts().values()) == [1] * 24
    assert states(database) == {"sent": 24}


def test_a_dead_worker_s_mails_are_taken_back_at_once(database, server):
    """What a killed process of this machine had claimed must go on at once, and only the begun one counts as unknown."""
    put(database, 3)
    dead, alive = f"{machine()}:999999999:1:x", claimant()
    with database.write() as session:
        _, two = posts.claim(session, dead, "mail", NOW, 2)
        assert posts.enter_data(session, two, NOW)
        (theirs,) = posts.claim(session, alive, "mail", NOW)
    outbox = Outbox(database, plain(server), clock=lambda: NOW)
    assert outbox.take_back() == 2
    assert [held.ambiguous for held in outbox.flush().sent] == [0, 1]
    with database.write() as session:  # the dead one wakes up: its row is not its own any more
        assert not posts.mark_sent(session, two, NOW)
        assert posts.mark_sent(session, theirs, NOW)


def test_the_lease_of_a_worker_elsewhere_ends(database, server):
    """Nobody can see whether a process of another machine lives: its lease must end; SQLite has no other machine."""
    put(database, 2)
    with database.write() as session:
        one, two = posts.claim(session, "elsewhere/1:7:1:x", "mail", NOW, 2)
        assert posts.enter_data(session, two, NOW)
    outbox = Outbox(database, plain(server), clock=lambda: NOW)
    if not database.is_sqlite:
        assert outbox.flush().sent == []
        with database.write() as session:
            session.execute(text("UPDATE outbox SET lease_until = now() - interval '1 second'"))
    assert [held.ambiguous for held in outbox.flush().sent] == [0, 1]
    with database.write() as session:
        assert not posts.mark_sent(session, one, NOW)
        assert not posts.enter_data(session, two, NOW)


def test_a_stop_lets_go_of_what_was_not_begun(database, server):
    """A stop in the middle must end before the next message, and leave the rest as it was."""
    put(database, 5)
    outbox = Outbox(database, plain(server), clock=lambda: NOW)
    server.before_answer = lambda content: outbox.stop()
    assert len(outbox.flush().sent) == 1
    assert states(database) == {"sent": 1, "pending": 4}
    with database.read() as session:
        assert {w.attempts for w in posts.waiting_posts(session)} == {0}


def test_the_mailbox_folder(database, tmp_path):
    """Without a server mails must land in a private Maildir, once, also when delivered again after a crash."""
    put(database, 2)
    folder = tmp_path / "mail"
    with database.write() as session:
        claims = posts.claim(session, "x", "mail", NOW, 2)
    for _ in range(2):
        for held in claims:
            MaildirTransport(folder).send(held, lambda: True)
    files = list((folder / "new").iterdir())
    assert len(files) == 2
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert list((folder / "tmp").iterdir()) == []
    files[0].rename(folder / "cur" / f"{files[0].name}:2,S")
    for held in claims:
        MaildirTransport(folder).send(held, lambda: True)
    assert len(list((folder / "new").iterdir())) == 1


def test_a_mailbox_folder_that_cannot_be_written(database, tmp_path):
    """A file in the way must be told in one line, and the mails must wait."""
    put(database, 1)
    (tmp_path / "mail").write_text("in the way")
    done = Outbox(database, MaildirTransport(tmp_path / "mail"), clock=lambda: NOW).flush()
    assert "cannot write the mailbox folder" in done.troubles[0]
    assert states(database) == {"pending": 1}


def test_a_defect_with_one_message_does_not_hold_up_the_others(database, server, caplog):
    """An error that nobody foresaw must cost that message a retry, not everybody their mail."""
    put(database, 3)

    class Faulty(SmtpTransport):
        def send(self, held, before_data):
            if held.address == "r0@example.org":
                raise RuntimeError("never thought of")
            super().send(held, before_data)

    faulty = Faulty(SmtpSettings("127.0.0.1", server.port, security="none", timeout=5), "w@example.org")
    done = Outbox(database, faulty, clock=lambda: NOW).flush()
    assert (len(done.sent), done.retried) == (2, 1)
    assert "never thought of" in done.troubles[0]


def test_a_refused_sender_pauses_the_channel_and_costs_no_message(database, clock, server):
    """A server that does not take our sender would refuse every mail: none may be given up for that."""
    put(database, 3)
    server.refuse_sender = "553 not your address"
    outbox = Outbox(database, plain(server), clock=clock)
    done = outbox.flush()
    assert (done.failed, done.sent) == (0, [])
    assert "553 not your address" in done.troubles[0]
    assert states(database) == {"pending": 3}
    server.refuse_sender = None
    clock.now += timedelta(minutes=6)
    assert len(outbox.flush().sent) == 3


def test_what_the_server_took_while_the_disk_was_full_is_not_sent_again(database, server, monkeypatch):
    """The server has it and the database cannot be written: as long as we live, that must be no duplicate."""
    put(database, 2)
    outbox = Outbox(database, plain(server), clock=lambda: NOW)
    write = database.write

    def full():
        raise StoreError("the disk is full")

    server.before_answer = lambda content: monkeypatch.setattr(database, "write", full)
    with pytest.raises(StoreError, match="disk is full"):
        outbox.flush()
    with pytest.raises(StoreError, match="disk is full"):
        outbox.flush()
    server.before_answer = None
    monkeypatch.setattr(database, "write", write)
    outbox.flush()
    assert sorted(server.counts().values()) == [1, 1]
    assert states(database) == {"sent": 2}


def test_the_rate_limit_of_a_server_holds_for_all_senders_together(database, clock, server):
    """A provider that allows three mails a minute must not see a fourth, whoever sends; the next minute goes on."""
    put(database, 5)
    senders = [Outbox(database, plain(server), per_minute=3, clock=clock) for _ in range(2)]
    assert sum(len(sender.flush().sent) for sender in senders) == 3
    clock.now += timedelta(seconds=61)
    assert len(senders[0].flush().sent) == 2


def test_a_clock_that_ran_ahead_delays_and_kills_nothing(database, clock, server):
    """A clock that was a month ahead for an hour must neither give up a mail nor make the rest wait for a month."""
    put(database, 1, address="early@example.org")
    clock.now = NOW + timedelta(days=30)
    put(database, 1, address="ahead@example.org", now=clock.now)
    server.answers[:] = ["451 later", "451 later"]
    assert Outbox(database, plain(server), clock=clock).flush().retried == 2
    put(database, 1, address="fresh@example.org", now=clock.now)
    clock.now = NOW + timedelta(hours=1)
    assert len(Outbox(database, plain(server), clock=clock).flush().sent) == 3
    assert states(database) == {"sent": 3}
