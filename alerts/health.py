"""Is somebody keeping watch, and well? What the store tells of daemons, sources and mails, and what it means.

::

    the store ─figures→ Figures ─judge→ signs, each well, to look at, or down

``down`` means that alerts may be missed or do not go out; ``look`` that a person should look at it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from alerts.ledger import decisions, heartbeat, mails, people, posts
from alerts.ledger.heartbeat import Beat, JobState
from alerts.ledger.moment import moment_of
from watchlist.config import Settings
from watchlist.model import SourceHealth
from watchlist.store import reads

STALE_AFTER = timedelta(minutes=3)
"""A daemon beats every 30 seconds; SQLite may be held by another program for 30 more."""
CHECK_EVERY = timedelta(hours=26)
"""Who runs ``watchlist check`` from cron does so once a day at least."""
JOB_PATIENCE = 900.0
"""Seconds for which a job may fail before it is more than a hiccup."""
MAIL_PATIENCE = timedelta(hours=1)
LOST_SINCE = timedelta(days=7)
SOURCE_PATIENCE = 3
"""Failures in a row before a source is to be looked at."""


class Level(StrEnum):
    """How something is, best first."""

    WELL = "well"
    LOOK = "look"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at: how it is, and what was seen."""

    what: str
    level: Level
    seen: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the store tells.

    ``mails`` counts messages by state, ``lost`` those given up lately; ``waiting_since`` is when the oldest unsent
    one was composed, ``undecided_since`` when the oldest report was stored that nobody has decided on.
    ``overdue`` are readers whose digest is due and not composed, with when it was; ``channels`` the ways out at fault.
    """

    now: datetime
    beats: tuple[Beat, ...]
    last_check: datetime | None
    sources: tuple[SourceHealth, ...]
    mails: dict[str, int]
    lost: int
    waiting_since: datetime | None
    undecided_since: datetime | None
    overdue: tuple[tuple[str, datetime], ...]
    channels: tuple[tuple[str, datetime | None, str], ...]

    @property
    def patience(self) -> timedelta:
        """Return how long a thing may wait: an hour for a daemon, a day for who runs ``check`` from cron."""
        return MAIL_PATIENCE if self.beats else CHECK_EVERY


def figures(session: Session, settings: Settings, now: datetime) -> Figures:
    """Read the figures; on a server "now" is the database's."""
    now = moment_of(session, now)
    readers = {reader.name for reader in people.readers(session, settings)}
    return Figures(
        now=now,
        beats=tuple(heartbeat.beats(session)),
        last_check=heartbeat.last_check(session),
        sources=tuple(reads.source_health(session, now)),
        mails=posts.waiting_count(session),
        lost=mails.count_undelivered(session, now - LOST_SINCE),
        waiting_since=posts.oldest_waiting(session),
        undecided_since=decisions.undecided_since(session),
        overdue=tuple(pair for pair in people.overdue(session, now) if pair[0] in readers),
        channels=tuple(posts.channel_problems(session)),
    )


def judge(seen: Figures, *, alive_only: bool = False) -> tuple[Sign, ...]:
    """Say what the figures mean; ``alive_only``: of the daemons and their jobs only."""
    signs = [*_daemons(seen)]
    if not alive_only:
        signs += [*_decisions(seen), *_mail(seen), *_sources(seen)]
    return tuple(signs)


def worst(signs: Iterable[Sign]) -> Level:
    """Return the worst level among the signs."""
    return max((sign.level for sign in signs), key=list(Level).index, default=Level.WELL)


def _daemons(seen: Figures) -> Iterator[Sign]:
    live = [one for one in seen.beats if _is_live(one, seen.now)]
    gone = [one for one in seen.beats if not _is_live(one, seen.now)]
    if live:
        names = ", ".join(_name(one) for one in live)
        yield Sign("daemon", Level.WELL, f"{names}: last sign of life {_ago(live[0].at, seen.now)}")
    elif not gone and seen.last_check and seen.now - seen.last_check <= CHECK_EVERY:
        yield Sign(
            "daemon", Level.WELL, f"none; the last `watchlist check` was {_ago(seen.last_check, seen.now)}"
        )
    elif not gone:
        last = (
            f", the last `watchlist check` was {_ago(seen.last_check, seen.now)}" if seen.last_check else ""
        )
        yield Sign("daemon", Level.DOWN, f"nobody keeps watch: no `watchlist run`{last}")
    for one in gone:
        level = Level.LOOK if live else Level.DOWN
        yield Sign("daemon", level, f"{_name(one)} fell silent {_ago(one.at, seen.now)}; start it again")
    for one in live:
        for job in one.jobs:
            yield from _job(job, (seen.now - one.at).total_seconds())


def _is_live(one: Beat, now: datetime) -> bool:
    return not one.dead and abs(now - one.at) <= STALE_AFTER


def _job(job: JobState, since: float) -> Iterator[Sign]:
    if job.late:
        minutes = (job.running or 0) / 60
        yield Sign(job.name, Level.DOWN, f"at it for {minutes:.0f} min, {job.deadline / 60:.0f} at most")
    elif job.problem is not None:
        lasting = job.done is None or job.done + since > JOB_PATIENCE
        yield Sign(job.name, Level.DOWN if lasting and job.name != "ping" else Level.LOOK, job.problem)


def _decisions(seen: Figures) -> Iterator[Sign]:
    if seen.undecided_since and seen.now - seen.undecided_since > seen.patience:
        yield Sign(
            "decisions", Level.DOWN, f"news of {_ago(seen.undecided_since, seen.now)} is not decided on"
        )
    for reader, due in [pair for pair in seen.overdue if seen.now - pair[1] > seen.patience][:5]:
        yield Sign("digest", Level.DOWN, f"{reader}'s was due {_ago(due, seen.now)}")


def _mail(seen: Figures) -> Iterator[Sign]:
    for name, until, problem in seen.channels:
        when = f" until {until:%Y-%m-%d %H:%M} UTC" if until and until > seen.now else ""
        yield Sign(name, Level.LOOK, f"paused{when}: {problem}")
    if seen.lost:
        yield Sign("outbox", Level.LOOK, f"{seen.lost} mails could not be delivered: watchlist mail list")
    waiting = seen.mails.get("pending", 0) + seen.mails.get("sending", 0)
    if seen.waiting_since and seen.now - seen.waiting_since > seen.patience:
        told = f"{waiting} mails wait, the oldest since {_ago(seen.waiting_since, seen.now, '')}"
        yield Sign("outbox", Level.DOWN, told)
    elif not seen.lost:
        yield Sign("outbox", Level.WELL, f"{waiting} waiting, {seen.mails.get('sent', 0):,} sent")


def _sources(seen: Figures) -> Iterator[Sign]:
    active = [one for one in seen.sources if not one.paused]
    bad = [one for one in active if one.gone or one.silent or one.failures >= SOURCE_PATIENCE]
    for one in bad[:10]:
        told = "gone (410)" if one.gone else one.problem or "silent"
        heard = f"last read {_ago(one.last_success, seen.now)}" if one.last_success else "never read"
        yield Sign("source", Level.LOOK, f"{one.name}: {told} ({heard})")
    if not active:
        return
    if len(bad) == len(active):
        yield Sign("sources", Level.DOWN, "not one can be read")
    else:
        unread = sum(one.last_success is None for one in active if one not in bad)
        missed = sum(one.failures > 0 for one in active if one not in bad)
        told = f", {unread} of them not read yet" if unread else ""
        told += f", {missed} of them missed the last time" if missed else ""
        yield Sign("sources", Level.WELL, f"{len(active) - len(bad)} of {len(active)} well{told}")


def _name(one: Beat) -> str:
    host, process, *_ = (*one.owner.rsplit(":", 3), "", "")
    return f"watchlist run on {host.partition('/')[0]} (process {process})"


def _ago(moment: datetime, now: datetime, word: str = " ago") -> str:
    seconds = max((now - moment).total_seconds(), 0.0)
    if seconds < 120:
        return f"{seconds:.0f} s{word}"
    minutes = seconds / 60
    if minutes < 120:
        return f"{minutes:.0f} min{word}"
    return f"{minutes / 60:.0f} h{word}" if minutes < 72 * 60 else f"{minutes / 1440:.0f} days{word}"
