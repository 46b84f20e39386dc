"""Kill -9 at random points: nothing is lost, and what comes twice has the same Message-ID and fell after DATA."""

import os
import random
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from alerts.ledger import mails, posts
from alerts.model import Outgoing
from watchlist.clock import utc_now

WORKER = """
import sys
from alerts.outbox import Outbox
from alerts.smtp import SmtpTransport
from watchlist.config import SmtpSettings
from watchlist.store.database import open_database

database = open_database(sys.argv[1])
smtp = SmtpTransport(SmtpSettings("127.0.0.1", int(sys.argv[2]), security="none", timeout=5), "w@example.org")
outbox = Outbox(database, smtp)
if database.is_sqlite:
    outbox.take_back()
print("ready", flush=True)
outbox.flush(100_000)
"""


@pytest.mark.slow
def test_kill_at_random_points(sqlite_url, server):
    """A sender that is killed again and again must in the end have delivered every mail, and repeat only the unknown."""
    from watchlist.store.database import open_database

    count = int(os.environ.get("WATCHLIST_CRASH_MAILS", "60"))
    kills = int(os.environ.get("WATCHLIST_CRASH_KILLS", "6"))
    chance = random.Random(20261122)
    database = open_database(sqlite_url)
    now = utc_now()
    with database.write() as session:
        for n in range(count):
            message = EmailMessage(policy=SMTP)
            message["Message-ID"] = f"<crash.{n}@test>"
            message.set_content("x")
            made = Outgoing(f"k{n}", f"<crash.{n}@test>", "r", f"r{n}@example.org", "s", message.as_bytes())
            mails.enqueue(session, made, "mail", now)
    killed = 0
    while True:
        with database.read() as session:
            if posts.waiting_count(session) == {"sent": count}:
                break
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, sqlite_url, str(server.port)], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        if killed < kills:
            enough = len(server.received) + chance.randint(1, max(2, count // (kills + 2)))
            deadline = time.monotonic() + 20
            while len(server.received) < enough and worker.poll() is None and time.monotonic() < deadline:
                os.sched_yield()
            worker.send_signal(signal.SIGKILL)
            killed += 1
        worker.wait(60)
        worker.stdout.close()
    counts = server.counts()
    repeated = sum(n - 1 for n in counts.values())
    assert set(counts) == {f"<crash.{n}@test>" for n in range(count)}
    assert repeated <= killed
    database.close()
