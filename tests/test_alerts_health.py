"""Watching the watcher: what is well, what a person should look at, and when alerts may be missed."""

import urllib.request
from dataclasses import replace
from datetime import timedelta

import pytest
from mail_samples import NOW

from alerts.health import Figures, Level, figures, judge, worst
from alerts.ledger import heartbeat, mails, people, posts
from alerts.ledger.heartbeat import Beat, JobState
from alerts.metrics import serve
from alerts.model import Outgoing
from watchlist.clock import utc_now
from watchlist.config import RecipientSettings, Settings
from watchlist.errors import UsageError
from watchlist.model import SourceHealth

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOURCE = SourceHealth("wire", "feed", "https://a.example/f", NOW - 9 * HOUR, NOW, NOW, NOW + HOUR)
IDLE = tuple(JobState(name, 60.0, done=3.0) for name in ("fetch", "compose", "deliver-1", "beat"))
WELL = Figures(
    now=NOW,
    beats=(Beat("host/1:7:1:x", NOW - timedelta(seconds=20), IDLE),),
    last_check=None,
    sources=(SOURCE,),
    mails={"sent": 5, "pending": 1},
    lost=0,
    waiting_since=NOW - MINUTE,
    undecided_since=NOW - MINUTE,
    overdue=(("ann", NOW - MINUTE),),
    channels=(),
)


def job(**changed: object) -> Figures:
    jobs = (replace(IDLE[0], **changed), *IDLE[1:])
    return replace(WELL, beats=(replace(WELL.beats[0], jobs=jobs),))


@pytest.mark.parametrize(
    ("seen", "level", "word"),
    [
        (WELL, Level.WELL, "host (process 7): last sign of life 20 s ago"),
        (replace(WELL, beats=()), Level.DOWN, "nobody keeps watch"),
        (replace(WELL, beats=(), last_check=NOW - 3 * HOUR), Level.WELL, "the last `watchlist check` was 3 h ago"),
        (replace(WELL, beats=(), last_check=NOW - 27 * HOUR), Level.DOWN, "nobody keeps watch"),
        (replace(WELL, beats=(replace(WELL.beats[0], at=NOW - 4 * MINUTE),)), Level.DOWN, "fell silent 4 min ago"),
        (replace(WELL, beats=(replace(WELL.beats[0], at=NOW + 4 * HOUR),)), Level.DOWN, "fell silent"),
        (replace(WELL, beats=(*WELL.beats, Beat("b/1:8:1:x", NOW - HOUR, ()))), Level.LOOK, "fell silent"),
        (replace(WELL, beats=(replace(WELL.beats[0], dead=True),)), Level.DOWN, "fell silent 20 s ago"),
        (job(running=61.0), Level.DOWN, "at it for 1 min, 1 at most"),
        (job(problem="the disk is full", done=30.0), Level.LOOK, "the disk is full"),
        (job(problem="the disk is full", done=890.0), Level.DOWN, "the disk is full"),
        (job(problem="the disk is full", done=None), Level.DOWN, "the disk is full"),
        (job(name="ping", problem="no answer", done=None), Level.LOOK, "no answer"),
        (replace(WELL, undecided_since=NOW - 2 * HOUR), Level.DOWN, "not decided on"),
        (replace(WELL, overdue=(("ann", NOW - 2 * HOUR),)), Level.DOWN, "ann's was due 2 h ago"),
        (replace(WELL, waiting_since=NOW - 2 * HOUR), Level.DOWN, "1 mails wait, the oldest since 2 h"),
        (replace(WELL, lost=2), Level.LOOK, "2 mails could not be delivered"),
        (replace(WELL, channels=(("mail", NOW + HOUR, "535"),)), Level.LOOK, "paused until 2026-11-22 08:00 UTC: 535"),
        (replace(WELL, sources=(SOURCE, replace(SOURCE, name="b", failures=3, problem="503"))), Level.LOOK, "b: 503"),
        (replace(WELL, sources=(SOURCE, replace(SOURCE, failures=2, problem="503"))), Level.WELL, "2 of 2 well, 1 of them missed"),
        (replace(WELL, sources=(replace(SOURCE, silent=True),)), Level.DOWN, "not one can be read"),
        (replace(WELL, sources=(SOURCE, replace(SOURCE, silent=True, paused=True))), Level.WELL, "1 of 1"),
    ],
)  # fmt: skip
def test_what_a_sign_means(seen, level, word):
    """A monitor must be woken by what keeps alerts from people, and not by a hiccup."""
    signs = judge(seen)
    assert worst(signs) is level
    assert any(word in sign.seen for sign in signs)


def test_who_runs_check_from_cron_is_not_told_to_hurry():
    """Between two daily rounds mails and digests wait by design."""
    waiting = replace(
        WELL,
        beats=(),
        last_check=NOW - 3 * HOUR,
        waiting_since=NOW - 3 * HOUR,
        overdue=(("ann", NOW - HOUR),),
    )
    assert worst(judge(waiting)) is Level.WELL


def test_only_the_daemon_is_looked_at_when_asked_so():
    """A container must not be restarted because a publisher is down."""
    assert worst(judge(replace(WELL, lost=2, sources=()), alive_only=True)) is Level.WELL


def test_the_figures_are_those_of_the_store(database, tmp_path):
    """What the store holds must come out, on both databases: beats, waiting mails, lost ones, overdue digests."""
    settings = Settings("", tmp_path, recipients=(RecipientSettings("ann", "a@example.org"),))
    now = utc_now()
    made = [Outgoing(f"k{n}", f"<{n}@t>", "ann", "a@example.org", "s", b"x") for n in range(2)]
    with database.write() as session:
        heartbeat.beat(session, "h/1:7:1:x", IDLE, now)
        heartbeat.note_check(session, now)
        for one in made:
            mails.enqueue(session, one, "mail", now)
        (held,) = posts.claim(session, "o", "mail", now)
        posts.mark_failed(session, held, "550", now)
        for reader in ("ann", "left us"):
            people.update_state(session, reader, now, next_due_at=now - 2 * HOUR)
        posts.pause_channel(session, "mail", "535", now)
    with database.read() as session:
        seen = figures(session, settings, now)
    assert [(one.owner, one.jobs) for one in seen.beats] == [("h/1:7:1:x", IDLE)]
    assert (seen.mails, seen.lost) == ({"pending": 1, "failed": 1}, 1)
    assert seen.waiting_since is not None
    assert seen.last_check is not None
    assert [reader for reader, _ in seen.overdue] == ["ann"]
    assert [problem for _, _, problem in seen.channels] == ["535"]
    assert seen.undecided_since is None


class Daemon:
    settings: Settings

    def states(self) -> tuple[JobState, ...]:
        return (*IDLE, JobState("deliver-2", 60.0, running=70.0, failures=3))


def test_metrics_can_be_scraped(database, tmp_path):
    """Prometheus must get text that names jobs, mails and the level, from the loopback address only."""
    daemon = Daemon()
    daemon.settings = Settings("", tmp_path)
    where = serve(database, daemon, "127.0.0.1", 0)
    with urllib.request.urlopen(where) as answer:
        told = answer.read().decode()
    assert 'watchlist_job_late{job="deliver-2"} 1.0' in told
    assert 'watchlist_job_failures_total{job="deliver-2"} 3.0' in told
    assert 'watchlist_mails{state="pending"} 0.0' in told
    assert "watchlist_level 2.0" in told
    with pytest.raises(UsageError, match="metrics cannot be served"):
        serve(database, daemon, "127.0.0.1", int(where.split(":")[2].split("/")[0]))


def test_health_says_it_by_its_exit_code(cli):
    """A monitor reads the exit code, a person the lines, a program the JSON."""
    code, out, _ = cli("health")
    assert (code, "nobody keeps watch" in out) == (3, True)
    assert cli("check")[0] in (0, 3)
    code, out, _ = cli("health", "--alive", "--json")
    assert code == 0
    assert '"level": "well"' in out
