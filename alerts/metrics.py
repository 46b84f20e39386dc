"""Figures for Prometheus: those of the store, read when asked for, and the jobs of this process."""

import logging
from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from alerts.health import Figures, Level, figures, judge, worst
from alerts.ledger.heartbeat import JobState
from alerts.ledger.mails import STATES
from watchlist.clock import utc_now
from watchlist.config import Settings
from watchlist.errors import UsageError, WatchlistError
from watchlist.store.database import Database

log = logging.getLogger("watchlist.run")


class Watched(Protocol):
    """What the metrics are of: the daemon."""

    @property
    def settings(self) -> Settings:
        """Return the configuration in force."""
        ...

    def states(self) -> tuple[JobState, ...]:
        """Say how the jobs fare."""
        ...


def serve(database: Database, daemon: Watched, address: str, port: int) -> str:
    """Serve the metrics by HTTP from now on; return their address. Raises UsageError when it cannot be bound."""
    registry = CollectorRegistry()
    registry.register(WatchCollector(database, daemon))
    try:
        server, _ = start_http_server(port, address, registry)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"metrics cannot be served at {address}:{port}: {reason}") from None
    return f"http://{address}:{server.server_port}/metrics"


class WatchCollector(Collector):
    """Reads the store at each scrape. When it does not answer, ``watchlist_level`` is 2 and the jobs are told."""

    def __init__(self, database: Database, daemon: Watched) -> None:
        self._database = database
        self._daemon = daemon

    def describe(self) -> list[Metric]:
        """Name nothing beforehand, so that registering does not read the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give all metrics."""
        yield from _jobs(self._daemon.states())
        level = GaugeMetricFamily(
            "watchlist_level", "0 well, 1 to look at, 2 down; as `watchlist health` says."
        )
        try:
            with self._database.read() as session:
                seen = figures(session, self._daemon.settings, utc_now())
        except WatchlistError as error:
            log.warning("metrics: %s", error)
            level.add_metric([], 2)
        else:
            yield from _store(seen)
            level.add_metric([], list(Level).index(worst(judge(seen))))
        yield level


def _jobs(states: tuple[JobState, ...]) -> Iterator[Metric]:
    running = GaugeMetricFamily(
        "watchlist_job_running_seconds", "How long the job's present run has lasted.", labels=["job"]
    )
    done = GaugeMetricFamily(
        "watchlist_job_last_success_age_seconds", "Seconds since the job last ended well.", labels=["job"]
    )
    failures = CounterMetricFamily(
        "watchlist_job_failures", "Runs of the job that failed in this process.", labels=["job"]
    )
    late = GaugeMetricFamily("watchlist_job_late", "1 while the job is beyond its deadline.", labels=["job"])
    for state in states:
        running.add_metric([state.name], state.running or 0.0)
        if state.done is not None:
            done.add_metric([state.name], state.done)
        failures.add_metric([state.name], state.failures)
        late.add_metric([state.name], float(state.late))
    yield from (running, done, failures, late)


def _store(seen: Figures) -> Iterator[Metric]:
    outbox = GaugeMetricFamily(
        "watchlist_mails", "Messages in the outbox by state (sent and given up ones stay).", labels=["state"]
    )
    for state in STATES:
        outbox.add_metric([state], seen.mails.get(state, 0))
    yield outbox
    ages = {
        "watchlist_mail_oldest_waiting_seconds": (
            "Age of the oldest message that waits.",
            seen.waiting_since,
        ),
        "watchlist_report_oldest_undecided_seconds": (
            "Age of the oldest report that nobody has decided on.",
            seen.undecided_since,
        ),
    }
    for name, (meaning, since) in ages.items():
        seconds = max((seen.now - since).total_seconds(), 0.0) if since else 0.0
        yield GaugeMetricFamily(name, meaning, value=seconds)
    yield GaugeMetricFamily(
        "watchlist_digests_overdue",
        "Readers whose digest should have been composed.",
        value=len(seen.overdue),
    )
    yield GaugeMetricFamily(
        "watchlist_channels_paused", "Ways out that are paused as a whole.", value=len(seen.channels)
    )
    yield from _sources(seen)


def _sources(seen: Figures) -> Iterator[Metric]:
    failures = GaugeMetricFamily(
        "watchlist_source_failures", "Failed attempts since the source was last read.", labels=["source"]
    )
    age = GaugeMetricFamily(
        "watchlist_source_last_success_age_seconds", "Seconds since the source was read.", labels=["source"]
    )
    silent = GaugeMetricFamily(
        "watchlist_source_silent", "1 when it was not read for longer than it should.", labels=["source"]
    )
    items = GaugeMetricFamily("watchlist_source_items", "Items stored of the source.", labels=["source"])
    for one in seen.sources:
        if one.paused:
            continue
        failures.add_metric([one.name], one.failures)
        if one.last_success:
            age.add_metric([one.name], max((seen.now - one.last_success).total_seconds(), 0.0))
        silent.add_metric([one.name], float(one.silent or one.gone))
        items.add_metric([one.name], one.items)
    yield from (failures, age, silent, items)
