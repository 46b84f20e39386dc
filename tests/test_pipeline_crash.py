"""The pipeline under violence: kill -9 at any point, two processes at once."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from scripted import NOON
from sqlmodel import func, select

from watchlist.errors import StoreError
from watchlist.model import Entry
from watchlist.store import entries, reads
from watchlist.store.database import open_database
from watchlist.store.lock import single_runner
from watchlist.store.tables import ItemRow, SourceRow

HERE = Path(__file__).parent


@pytest.mark.slow
def test_kill_9_at_any_point_of_a_round_loses_nothing(database, database_url):
    """Validators without their items would hide them for ever; items without reports would never be mailed.

    Each round brings two new items and an edit. After each kill the store holds the whole round or nothing of it,
    and after the last round every item and every report is there once.
    """
    database.close()
    points = [*sorted(random.Random(7).sample(range(1, 60), 10)), 59, 60, 61, 62, 63]
    ran = subprocess.run(
        [sys.executable, str(HERE / "crash_rounds.py"), database_url, *map(str, points)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    states = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {state["ended"] for state in states} <= {0, -9}
    assert sum(state["ended"] == -9 for state in states) >= 10
    for state in states:
        assert len(state["validators"]) == min(state["fetches"], 1)
        if state["fetches"]:
            newest = int(state["validators"][0]["etag"].strip('"'))
            assert state["items"] == 1 + 2 * (newest + 1), "the items are those that the ETag stands for"
        else:
            assert state["items"] == state["reports"] == 0
        assert state["revisions"] == state["findings"] == max(state["items"] - 1, 0) + state["fetches"]
    last = states[-1]
    assert last["items"] == 1 + 2 * (len(points) + 1)
    assert last["reports"] == last["items"], "each item's event is reported once; the edits tell nothing new"


ROUND = """
import sys
sys.path.insert(0, {here!r})
from datetime import timedelta
from scripted import NOON, MarkAnalyst, NoFetcher, ScriptedSource, doc
from watchlist.pipeline import refresh
from watchlist.store.database import open_database
sources = [ScriptedSource(f"s{{n}}").says(*(doc(f"{{n}}-{{m}}", "Alipay") for m in range(5))) for n in range(6)]
database = open_database({url!r})
print("ready", flush=True)
sys.stdin.readline()
report = refresh(database, sources, NoFetcher(), MarkAnalyst(), now=NOON + timedelta(hours=1))
print(sum(row.new for row in report.rows), [error for row in report.rows for error in row.errors])
"""


@pytest.mark.slow
def test_two_processes_at_once_store_each_item_once(database, database_url):
    """Cron and a person start a round at the same second: no crash, nothing twice."""
    with database.write() as session:
        entries.add(session, Entry("Alipay"), NOON)
    code = ROUND.format(here=str(HERE), url=database_url)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate() for process in both]
    assert [(process.returncode, told[1]) for process, told in zip(both, ended, strict=True)] == [(0, "")] * 2
    assert sum(int(told[0].split()[0]) for told in ended) == 30
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(ItemRow)).one() == 30
        assert len(reads.reports_after(session, 0)) == 30
        assert session.exec(select(SourceRow.leased_by)).all() == [None] * 6


def test_the_lock_lets_one_in_and_tells_the_second_who_it_is(sqlite_url):
    """Two daemons on one SQLite file would fetch and mail in each other's way."""
    database = open_database(sqlite_url)
    with (
        single_runner(database, "watchlist run"),
        pytest.raises(StoreError, match=r"watchlist run \(process \d+\)"),
        single_runner(database, "watchlist check"),
    ):
        pass
    with single_runner(database, "watchlist check"):
        pass
    database.close()


def test_the_lock_dies_with_its_process(sqlite_url):
    """After kill -9 the next start must not wait for a lease to end."""
    database = open_database(sqlite_url)
    code = (
        "import os, signal; from watchlist.store.database import open_database;"
        " from watchlist.store.lock import single_runner;"
        f" database = open_database({sqlite_url!r}); lock = single_runner(database, 'watchlist run');"
        " lock.__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with single_runner(database, "watchlist run"):
        pass
    database.close()


def test_on_postgresql_everybody_may_run(postgres_url):
    """There, rows are claimed; no file is locked."""
    database = open_database(postgres_url)
    with single_runner(database, "a"), single_runner(database, "b"):
        pass
    database.close()


def test_a_full_disk_stores_nothing_by_halves(sqlite_url):
    """The system refuses to let the file grow: one clear line, and the next round with room brings everything."""
    database = open_database(sqlite_url)
    with database.write() as session:
        entries.add(session, Entry("Alipay"), NOON)
    size = database.path.stat().st_size
    code = f"""
import resource, signal
from scripted import NOON, MarkAnalyst, NoFetcher, ScriptedSource, doc
from watchlist.errors import StoreError
from watchlist.pipeline import refresh
from watchlist.store.database import open_database
database = open_database({sqlite_url!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
source = ScriptedSource().says(*(doc(str(n), "Alipay " * 2000) for n in range(20)), etag="x")
resource.setrlimit(resource.RLIMIT_FSIZE, ({size} + 20_000, resource.RLIM_INFINITY))
try:
    refresh(database, [source], NoFetcher(), MarkAnalyst(), now=NOON)
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
report = refresh(database, [source], NoFetcher(), MarkAnalyst(), now=NOON)
print([row.new for row in report.rows])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent)))},
        capture_output=True,
        text=True,
        check=False,
    )
    told, stored = ran.stdout.splitlines()
    assert "nothing was stored" in told
    assert (stored, ran.stderr, ran.returncode) == ("[20]", "", 0)
    database.close()
