"""``watchlist run`` as the system runs it: a process that is told to stop, killed, told to read its settings anew."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from http_server import Site
from mail_server import MailServer
from test_end_to_end import BAN, Publisher

ROOT = Path(__file__).resolve().parents[1]


class Run:
    """One ``watchlist run``; ``waits_for`` reads its log."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "watchlist", "run"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = ""

    def waits_for(self, words: str) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log += line
            if words in line:
                return
        raise AssertionError(f"never said {words!r}:\n{self.log}")

    def ends(self) -> int:
        """Wait for the end; return the exit code."""
        self.log += self.process.communicate(timeout=60)[1]
        return self.process.returncode


@contextmanager
def run(folder: Path, **environment: str) -> Iterator[Run]:
    started = Run(folder, **environment)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.communicate()


@pytest.fixture
def publisher(site: Site) -> Publisher:
    return Publisher(site)


@pytest.fixture
def folder(tmp_path: Path, publisher: Publisher, server: MailServer) -> Path:
    """Give a folder with a configuration: one feed, one reader who hears of bans at once."""
    publisher.say("old", "Weather", "Fog lies over the harbour this morning. " * 9)
    (tmp_path / "watchlist.toml").write_text(
        'data_dir = "data"\n[fetch]\nallow_private_addresses = true\nhost_pause = 0\npoll_minutes = 1\n'
        f'[mail]\nsender = "w@example.org"\n[mail.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        '[[recipients]]\nname = "ann"\naddress = "ann@example.org"\n'
        '[[recipients.rules]]\nname = "all"\ndeliver = "instant"\nactions = ["transaction_ban"]\n'
        f'[[sources]]\nname = "site"\nkind = "feed"\nurl = "{publisher.feed}"\n'
    )
    publisher.say("ban", "Order signed", BAN)
    return tmp_path


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watchlist", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_killed_in_the_middle_of_a_mail_it_goes_on_and_loses_nothing(folder: Path, server: MailServer):
    """kill -9 between DATA and the server's answer: the next start sends the same mail again, and says so."""
    assert command(folder, "add", "Alipay", "--kind", "app", "--owner", "Ant Group").returncode == 0
    assert command(folder, "check", "--no-send", "--since", "2021-01-01").returncode == 0
    server.hang = threading.Event()
    with run(folder) as first:
        first.waits_for("composed alert 1 for ann")
        _until(lambda: len(server.received) == 1)
        second = command(folder, "run")
        assert second.returncode == 3
        assert "another watchlist is at work" in second.stderr
        first.process.kill()
        assert first.ends() == -signal.SIGKILL
    server.hang.set()
    server.hang = None
    health = command(folder, "health", "--alive")
    assert (health.returncode, "fell silent" in health.stdout) == (3, True)
    with run(folder) as again:
        again.waits_for("took back 1 mails")
        again.waits_for("again: the first attempt's outcome is not known")
        again.process.send_signal(signal.SIGTERM)
        assert again.ends() == 0
        assert "stopped" in again.log
        assert "Traceback" not in again.log
    one, two = server.received
    assert one.content == two.content
    assert "nobody keeps watch" in command(folder, "health", "--alive").stdout


def _until(holds) -> None:
    tick = threading.Event()
    for _ in range(3000):
        if holds():
            return
        tick.wait(0.01)
    raise AssertionError("never came true")


@pytest.mark.slow
def test_sighup_takes_over_a_good_configuration_and_refuses_a_bad_one(folder: Path):
    """A mistake in the new file must not cost the night's alerts; systemd is told when it is ready."""
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(folder / "notify"))
    told.settimeout(30)
    config = folder / "watchlist.toml"
    good = config.read_text()
    environment = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000"}
    with run(folder, **environment) as daemon:
        heard = [told.recv(200).decode() for _ in range(2)]
        assert heard == ["READY=1\nSTATUS=watching", "WATCHDOG=1"]
        config.write_text(good.replace('deliver = "instant"', 'deliver = "sometimes"'))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.waits_for("the configuration in force stays")
        assert "watchlist.toml, line" in daemon.log
        config.write_text(good.replace("w@example.org", "x@example.org"))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.waits_for("are read anew")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ends() == 0
    told.setblocking(False)
    rest = []
    while True:
        try:
            rest.append(told.recv(200).decode().split("=")[0])
        except BlockingIOError:
            break
    told.close()
    assert "RELOADING" in rest
    assert rest[-1] == "STOPPING"


@pytest.mark.slow
def test_two_daemons_on_postgresql_share_the_work(
    folder: Path, publisher: Publisher, server: MailServer, site: Site, postgres_url: str
):
    """Nothing is mailed twice, no source is fetched by both at once, and either may stop at any time."""
    environment = {"WATCHLIST_DATABASE": postgres_url.replace("postgresql+psycopg", "postgresql")}
    assert (
        command(folder, "add", "Alipay", "--kind", "app", "--owner", "Ant Group", **environment).returncode
        == 0
    )
    asked = site.count("/feed.xml")
    with run(folder, **environment) as first, run(folder, **environment) as second:
        first.waits_for("watching")
        second.waits_for("watching")
        _until(lambda: site.count("/feed.xml") > asked)
        health = command(folder, "health", "--alive", **environment)
        assert (health.returncode, health.stdout.count("process")) == (0, 2)
        publisher.say("new", "Another order", BAN.replace("19 February", "1 March"))
        assert command(folder, "check", "--all", **environment).returncode == 0
        _until(lambda: len(server.received) == 1)
        first.process.send_signal(signal.SIGTERM)
        assert first.ends() == 0
        second.process.send_signal(signal.SIGTERM)
        assert second.ends() == 0
        assert "Traceback" not in first.log + second.log
    assert site.most_at_once == 1
    assert list(server.counts().values()) == [1]
