"""The daemon and its jobs: deadlines, another configuration, clocks that jump, a server that hangs for one mail."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from mail_samples import NOW
from mail_server import MailServer

from alerts.job import Job
from alerts.ledger import heartbeat, mails, posts
from alerts.model import Outgoing
from alerts.outbox import Outbox
from alerts.round import senders_of
from alerts.schedule import Daemon
from alerts.smtp import SmtpTransport
from watchlist.clock import utc_now
from watchlist.config import ChannelSettings, MailSettings, Settings, SmtpSettings
from watchlist.errors import StoreError
from watchlist.store.database import Database

RARELY = dict.fromkeys(("fetch", "compose", "deliver", "beat", "ping"), 3600.0)


class Steady:
    """A steady clock, or a wall clock, that a test moves."""

    def __init__(self, now: object = 0.0) -> None:
        self.now = now

    def __call__(self) -> object:
        return self.now


def put(database: Database, *addresses: str, channel: str = "mail") -> None:
    for address in addresses:
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{address}@test>"
        message.set_content("x")
        made = Outgoing(address, f"<{address}@test>", address, address, address, message.as_bytes())
        with database.write() as session:
            mails.enqueue(session, made, channel, utc_now())


@contextmanager
def running(daemon: Daemon) -> Iterator[Daemon]:
    daemon.start()
    try:
        yield daemon
    finally:
        ended = daemon.stop()
        for _ in range(10):  # a job still in the database would leave its connection open when that is closed
            ended = ended or daemon.stop(0)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    tick = threading.Event()
    for _ in range(2000):
        if holds():
            return
        tick.wait(0.01)
    raise AssertionError("never came true")


def settings_to(folder: Path, server: MailServer | None = None) -> Settings:
    smtp = SmtpSettings("127.0.0.1", server.port, security="none", timeout=5) if server else None
    return Settings("", folder, mail=MailSettings(sender="w@example.org", smtp=smtp))


def nothing(settings: Settings, stop: Callable[[], bool]) -> list[str]:
    return []


def test_a_mail_that_the_server_chokes_on_delays_no_other(database, server, tmp_path):
    """One message whose DATA is never answered must not keep the rest from going out over the other connection."""
    server.hang_for = "first@example.org"
    server.hang = threading.Event()
    put(database, "first@example.org", "second@example.org", "third@example.org")
    settings = settings_to(tmp_path, server)
    daemon = Daemon(
        database, settings, senders_of(database, settings), nothing, every=RARELY | {"deliver": 0.05}
    )
    with running(daemon):
        until(lambda: len(server.received) == 3)
        until(lambda: _states(database) == {"sent": 2, "sending": 1})
        server.hang.set()
    assert sorted(server.counts().values()) == [1, 1, 1]


def _states(database: Database) -> dict[str, int]:
    with database.read() as session:
        return posts.waiting_count(session)


def test_another_configuration_is_taken_over_between_two_mails(database, tmp_path):
    """After SIGHUP mail must leave by the new way out, without a restart."""
    old, new = settings_to(tmp_path / "old"), settings_to(tmp_path / "new")
    daemon = Daemon(database, old, senders_of(database, old), nothing, every=RARELY)
    with running(daemon):
        until(lambda: _done(daemon, "deliver-1"))
        put(database, "ann@example.org")
        daemon.use(new)
        until(lambda: _states(database) == {"sent": 1})
    assert len(list((tmp_path / "new" / "mail" / "new").iterdir())) == 1
    assert not (tmp_path / "old").exists()


def test_channels_come_and_go_with_the_configuration(database, tmp_path):
    """A channel that is added must be told without a restart, and one that is gone must not be told any more."""
    plain = settings_to(tmp_path)
    gone = ChannelSettings("gone", "webhook", "http://127.0.0.1:9/a", private=True, timeout=2)
    before = replace(plain, channels=(gone,))
    daemon = Daemon(database, before, senders_of(database, before), nothing, every=RARELY)

    def problems():
        with database.read() as session:
            return {name for name, _, _ in posts.channel_problems(session)}

    with running(daemon):
        until(lambda: _done(daemon, "deliver-2"))
        put(database, "soc", channel="soc")
        put(database, "old", channel="gone")
        smtp = SmtpSettings("127.0.0.1", 9, security="none", connections=2)
        soc = replace(gone, name="soc")
        daemon.use(replace(plain, channels=(soc,), mail=replace(plain.mail, smtp=smtp)))
        until(lambda: problems() == {"soc"})
        delivering = {state.name for state in daemon.states() if state.name.startswith("deliver")}
        assert delivering == {"deliver-1", "deliver-2", "deliver-3"}
        # one at work would take the next mail to the server that is not there, and mail would pause
        until(lambda: _done(daemon, "deliver-2") and _done(daemon, "deliver-3") and _idle(daemon))
        daemon.use(plain)
        assert [s.name for s in daemon.states() if s.name.startswith("deliver")] == ["deliver-1"]
        put(database, "ann@example.org")
        daemon.use(plain)
        until(lambda: _states(database) == {"pending": 2, "sent": 1})
    assert problems() == {"soc"}


def _idle(daemon: Daemon) -> bool:
    return all(state.running is None for state in daemon.states())


def _done(daemon: Daemon, job: str) -> bool:
    return any(state.name == job and state.done is not None for state in daemon.states())


def test_a_clock_that_is_set_back_does_not_put_the_ticker_to_sleep(database, tmp_path):
    """The ticker goes by the wall clock: set back by a day, it would call nothing for a day."""
    wall, steady = Steady(utc_now()), Steady()
    asked = []
    settings = settings_to(tmp_path)
    daemon = Daemon(
        database, settings, [], lambda *_: asked.append(1) or [], every=RARELY, wall=wall, monotonic=steady
    )
    with running(daemon):
        until(lambda: len(asked) == 1)
        steady.now, wall.now = 1.0, wall.now + timedelta(seconds=1)
        assert daemon.look_after()
        steady.now, wall.now = 2.0, wall.now - timedelta(days=1)
        assert daemon.look_after()
        until(lambda: len(asked) == 2)


def test_a_job_beyond_its_deadline_is_told_once(caplog):
    """A job that hangs must be seen: by the watchdog, in the log, and not in every second of it."""
    steady, go = Steady(0.0), threading.Event()
    job = Job("fetch", go.wait, 30, 60, steady)
    thread = threading.Thread(target=job.run)
    thread.start()
    until(lambda: job.state().running is not None)
    steady.now = 59.0
    assert job.watch()
    steady.now = 200.0
    assert not job.watch()
    assert not job.watch()
    assert [record.message for record in caplog.records] == [
        "fetch has been at it for 3 minutes; it should take 1 at most"
    ]
    go.set()
    thread.join()
    assert job.watch()
    assert (job.state().running, job.state().done) == (None, 0.0)


@pytest.mark.parametrize("error", [StoreError("the disk is full"), RuntimeError("the disk is full")])
def test_a_job_that_fails_says_so_and_is_called_again(error):
    """Neither an expected failure nor a defect may end the ticking."""
    answers = [error]

    def work() -> None:
        if answers:
            raise answers.pop()

    job = Job("compose", work, 10, 60, Steady())
    job.run()
    assert "disk is full" in (job.state().problem or "")
    job.run()
    state = job.state()
    assert (state.problem, state.failures, state.done) == (None, 1, 0.0)


def test_the_ping_is_sent_only_while_every_job_is_well(database, tmp_path):
    """A dead man's switch that is fed by a daemon whose delivery fails would be worse than none."""
    pings: list[Settings] = []
    trouble = [StoreError("no")]

    def fetch(settings: Settings, stop: Callable[[], bool]) -> list[str]:
        if trouble:
            raise trouble[0]
        return []

    settings = settings_to(tmp_path)
    every = RARELY | {"fetch": 0.05, "ping": 0.05}
    daemon = Daemon(database, settings, senders_of(database, settings), fetch, ping=pings.append, every=every)
    with running(daemon):
        until(lambda: any(s.name == "fetch" and s.failures > 3 for s in daemon.states()))
        fed = len(pings)
        until(lambda: any(s.name == "fetch" and s.failures > 9 for s in daemon.states()))
        assert len(pings) == fed
        trouble.clear()
        until(lambda: len(pings) > fed)


def test_a_daemon_says_goodbye_and_a_dead_one_is_succeeded(database, tmp_path):
    """A stop is no alarm; a daemon that was killed is one, until another one of the machine takes its place."""
    from watchlist.store.processes import machine

    dead = f"{machine()}:999999999:1:x"
    with database.write() as session:
        heartbeat.beat(session, dead, (), NOW)
    daemon = Daemon(database, settings_to(tmp_path), [], nothing, every=RARELY)
    with running(daemon):
        with database.read() as session:
            (alive,) = heartbeat.beats(session)
        assert alive.owner != dead
        assert {job.name for job in alive.jobs} == {"fetch", "compose", "beat"}
    with database.read() as session:
        assert heartbeat.beats(session) == []


def test_a_stop_waits_for_the_text_on_the_wire(database, server, tmp_path):
    """SIGTERM while the server reads a mail must wait for its answer: else the mail would come twice."""
    server.hang = threading.Event()
    put(database, "ann@example.org")
    transport = SmtpTransport(
        SmtpSettings("127.0.0.1", server.port, security="none", timeout=5), "w@example.org"
    )
    sender = Outbox(database, transport)
    daemon = Daemon(database, settings_to(tmp_path, server), [sender], nothing, every=RARELY)
    daemon.start()
    until(sender.in_data.is_set)
    threading.Timer(0.1, server.hang.set).start()
    assert daemon.stop()
    assert _states(database) == {"sent": 1}
