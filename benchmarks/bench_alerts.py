"""Deciding and composing for many readers, and what a large first fetch does to everybody else.

    python -m benchmarks.bench_alerts [--stories 100000] [--readers 1000] [--reports 2000] [--documents 5000]

Three parts, each on an SQLite file of its own, with figures of time and of the memory that the process came to hold:

* decide: REPORTS new reports for READERS readers with rules; every answer is kept, yes and no;
* compose: STORIES stories wait, shared out among READERS readers, and one more reader for whom all of them wait;
* fetch: a first fetch of DOCUMENTS documents; how long the write lock is held at most. (The analyst reads marks.)
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mail_samples import STORIES, report
from scripted import LONG, MarkAnalyst, NoFetcher, ScriptedSource, doc
from sqlalchemy import event, insert

from alerts.evidence import facts_of
from alerts.ledger.codec import facts_to_json
from alerts.ledger.tables import AlertRow, DeliveryItemRow
from alerts.round import RoundReport, active_readers, compose_due, decide_new
from watchlist.config import RecipientSettings, RuleSettings, Settings
from watchlist.model import Entry
from watchlist.pipeline import refresh
from watchlist.store import entries, reads
from watchlist.store.database import Database, open_database

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BATCH = 5000


def peak() -> float:
    """Return the most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def measured(what: str, count: int, unit: str) -> Iterator[None]:
    """Print how long the block took, and by how much the process grew."""
    before, started = peak(), time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    print(
        f"{what:42} {seconds:8.1f} s  {count / seconds:10,.0f} {unit}/s  peak {peak():6.0f} MB (+{peak() - before:.0f})"
    )


def recipients(count: int) -> tuple[RecipientSettings, ...]:
    """Return readers with two rules each: their own name at once, bans in the digest, nothing else."""
    return tuple(
        RecipientSettings(
            f"reader{n}",
            f"r{n}@example.org",
            rules=(
                RuleSettings("mine", "instant", entries=(f"Company {n}",)),
                RuleSettings("bans", "digest", actions=("transaction_ban",), entries=(f"Company {n + 1}",)),
                RuleSettings("rest", "none"),
            ),
        )
        for n in range(count)
    )


def decide_part(database: Database, settings: Settings, count: int, readers: int) -> None:
    """Decide on made-up reports: one in five names a company that some reader holds."""
    made = [
        report(n, (f"Company {n % (5 * readers)}", *STORIES[n % len(STORIES)][1:]))
        for n in range(1, count + 1)
    ]
    reads.reports_after = lambda _, cursor, limit=500: made[cursor : cursor + limit]  # type: ignore[assignment]
    with measured(f"decide: {count:,} reports x {readers:,} readers", count * readers, "answers"):
        done = RoundReport()
        decide_new(database, active_readers(database, settings), NOW, done)
    print(f"{'':42} {dict(sorted((k.value, v) for k, v in done.decided.items()))}")


def fill(database: Database, stories: int, names: Sequence[str]) -> None:
    """Let stories wait: each for one reader, and all of them for the last one."""
    sample = [facts_to_json(facts_of(report(n, STORIES[n % len(STORIES)]))) for n in range(len(STORIES))]
    for start in range(0, stories, BATCH):
        alerts, items = [], []
        for n in range(start, min(start + BATCH, stories)):
            facts: dict[str, Any] = {**sample[n % len(sample)], "story_id": n, "report_id": n}
            facts["event"] = {**facts["event"], "id": n}
            alerts.append(
                {
                    "id": n + 1, "event_id": n, "kind": "new", "report_id": n, "story_id": n, "case_id": None,
                    "entry": facts["event"]["entry"], "section": "action", "rank": n % 500, "facts": facts,
                    "created_at": NOW, "acked_at": None, "acked_note": "",
                }
            )  # fmt: skip
            common = {
                "alert_id": n + 1, "state": "waiting", "delivery": "digest", "rank": n % 500, "code": "default",
                "reason": "goes into the digest", "not_before": None, "digest_id": None, "created_at": NOW,
            }  # fmt: skip
            items += [{"reader": reader, **common} for reader in (names[n % (len(names) - 1)], names[-1])]
        with database.write() as session:
            session.connection().execute(insert(AlertRow), alerts)
            session.connection().execute(insert(DeliveryItemRow), items)


def compose_part(database: Database, settings: Settings, stories: int) -> None:
    """Compose a digest for each reader."""
    fill(database, stories, [one.name for one in settings.recipients])
    readers = active_readers(database, settings)
    with measured(f"compose: {stories:,} stories, {len(readers):,} readers", len(readers), "mails"):
        done = RoundReport()
        compose_due(database, settings, readers, NOW, done, at_once=True)
    print(
        f"{'':42} {len(done.composed):,} mails, {sum(mail.items for mail in done.composed):,} alerts in them"
    )
    with measured(f"compose: nothing due, {len(readers):,} readers", len(readers), "readers"):
        compose_due(database, settings, readers, NOW + timedelta(minutes=1), RoundReport())


def fetch_part(database: Database, count: int) -> None:
    """Store a first fetch and watch the write lock."""
    with database.write() as session:
        for name in ("Alipay", "Huawei"):
            entries.add(session, Entry(name), NOW)
    longest, began = 0.0, 0.0

    def begin(connection: Any) -> None:
        nonlocal began
        began = time.perf_counter()

    def commit(connection: Any) -> None:
        nonlocal longest
        longest = max(longest, time.perf_counter() - began)

    event.listen(database.engine, "begin", begin)
    event.listen(database.engine, "commit", commit)
    text = LONG * 20
    made = (
        doc(f"d{n}", f"{text} {n} Alipay [Alipay penalty adopted XX-{n % 50} 2026-01-05]")
        for n in range(count)
    )
    source = ScriptedSource().says(*made)
    with measured(f"fetch: {count:,} documents of a first fetch", count, "documents"):
        refresh(database, [source], NoFetcher(), MarkAnalyst(), now=NOW, only_due=False)
    print(f"{'':42} write lock held {longest:.2f} s at most")


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--part", choices=["decide", "compose", "fetch"])
    chosen = parser.parse_args()
    for part in [chosen.part] if chosen.part else ["fetch", "compose", "decide"]:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(f"sqlite:///{folder}/w.db")
            if part == "fetch":
                fetch_part(database, chosen.documents)
            else:
                who = recipients(chosen.readers)
                if part == "compose":
                    who += (RecipientSettings("all", "all@example.org"),)
                settings = Settings("", Path(folder), recipients=who)
                if part == "compose":
                    compose_part(database, settings, chosen.stories)
                else:
                    decide_part(database, settings, chosen.reports, chosen.readers)
            database.close()


if __name__ == "__main__":
    main()
