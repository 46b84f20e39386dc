"""The chaos test's world: publishers, a mail server and a database that fail, daemons that are killed, and the reckoning.

Nothing is simulated but the publishers' texts and the clock: real daemons (``chaos_worker``) fetch from a real web
server, store in a real database, and mail by a real mail server.
"""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from chaos_mail import FaultyMail
from chaos_reckoning import Reckoning
from http_server import site_on_loopback
from mail_server import PASSWORD, Running
from scripted import LONG
from source_visits import item, rss
from sqlmodel import func, select

from alerts.ledger.tables import AlertRow, AuditRow, CursorRow, DeliveryItemRow, DigestRow, OutboxRow
from watchlist.clock import utc_now
from watchlist.model import Entry
from watchlist.store import entries, reads
from watchlist.store.database import Database, open_database

HERE = Path(__file__).parent
FEEDS = ("alpha", "beta", "gamma")
PATIENCE = 240.0
"""Seconds without any progress after which the end is not waited for any longer."""
READERS = ("ann", "bob", "digna", "dora")
"""Ann and Bob hear at once, Digna and Dora in digests; a fifth, gone@example.org, has an address that the server refuses."""
STAGES = {"fetch": 60, "compose": 60, "deliver": 12, "data": 40}
"""Where a daemon kills itself, and at which of the stage's statements (or milliseconds after DATA) at the latest."""


class Chaos:
    """One run: ``alerts`` to be told, ``kills`` to be done, on the database at ``url``, with its files in ``folder``.

    ``disk`` is a small file system of its own that the SQLite file lies on, to be filled up; without one, a daemon's
    files are kept from growing instead.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        alerts: int,
        kills: int,
        workers: int = 1,
        seed: int = 6,
        disk: Path | None = None,
    ) -> None:
        self.url, self.folder, self.disk = url, folder, disk
        self.events, self.kills, self.workers = -(-alerts // len(READERS)), kills, workers
        self.chance = random.Random(seed)
        self.mail = FaultyMail(random.Random(seed + 1))
        self.result = Reckoning()
        self.published = 0
        self.feeds: dict[str, list[str]] = {name: [item("weather", "Weather", text="Fog")] for name in FEEDS}
        self.alive: list[int] = []
        self._sprung = 0

    def run(self) -> Reckoning:
        """Let it rage, let it settle, and count."""
        started = time.monotonic()
        with self._servers(), self._nursery():
            self._settle_in()
            for number in range(self.kills):
                self._publish(self.events * (number + 1) // self.kills)
                self._keep_running()
                self._trouble()
                self._kill()
            self.mail.calm, self.mail.refuses_logins = True, False
            self._come_to_rest()
            self._stop_all()
        self.result.seconds = time.monotonic() - started
        self._reckon()
        return self.result

    # ----- the stage

    @contextlib.contextmanager
    def _servers(self) -> Iterator[None]:
        smtp = Running(self.mail, None, implicit=False, auth=True)
        smtp.start()
        try:
            with site_on_loopback() as self.site:
                self._serve()
                self._configure()
                yield
        finally:
            smtp.stop()

    @contextlib.contextmanager
    def _nursery(self) -> Iterator[None]:
        python_path = os.pathsep.join((str(HERE), str(HERE.parent)))
        with (self.folder / "log").open("ab") as log:
            self.nursery = subprocess.Popen(
                [sys.executable, str(HERE / "chaos_worker.py"), self.url, self.config, str(self.folder)],
                env={**os.environ, "PYTHONPATH": python_path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.nursery.stdout is not None
        assert self.nursery.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            for pid in self.alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.nursery.communicate("")

    def _serve(self, status: int = 200) -> None:
        for name, items in self.feeds.items():
            self.site.serve(f"/{name}", rss(*reversed(items)), "application/rss+xml", status)

    def _configure(self) -> None:
        self._set_clock(0)
        (self.folder / "password").write_text(PASSWORD)
        hours = ", ".join(f'"{hour:02}:00"' for hour in range(24))
        recipients = "".join(
            f'[[recipients]]\nname = "{name}"\naddress = "{name}@example.org"\n'
            + (
                f"digests = [{hours}]\n"
                if name.startswith("d")
                else '[[recipients.rules]]\nname = "r"\ndeliver = "instant"\nactions = ["penalty"]\n'
            )
            for name in (*READERS, "gone")
        )
        sources = "".join(
            f'[[sources]]\nname = "{name}"\nkind = "feed"\nurl = "{self.site.url("/" + name)}"\n'
            'options = { full_text = "feed" }\n'
            for name in FEEDS
        )
        path = self.folder / "watchlist.toml"
        path.write_text(
            f'data_dir = "{self.folder}"\n[fetch]\nallow_private_addresses = true\nhost_pause = 0\n'
            '[mail]\nsender = "w@example.org"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {self.mail.port}\nsecurity = "none"\ntimeout = 5\n'
            'username = "w"\npassword_file = "password"\n' + recipients + sources
        )
        self.config = str(path)

    def _set_clock(self, seconds: float) -> None:
        part = self.folder / "clock.part"
        part.write_text(str(seconds))
        part.replace(self.folder / "clock")

    def _settle_in(self) -> None:
        """Let the first fetch pass, which is no news."""
        database = open_database(self.url)
        with database.write() as session:
            entries.add(session, Entry("Huawei"), utc_now())
        self._start({})
        _until(lambda: self._baselines(database) == len(FEEDS), 60)
        database.close()

    def _baselines(self, database: Database) -> int:
        with database.read() as session:
            return sum(one.last_success is not None for one in reads.source_health(session, utc_now()))

    # ----- what happens

    def _publish(self, count: int) -> None:
        while self.published < count:
            self.published += 1
            n = self.published
            text = f"{LONG} Case-{n:05} on Huawei [Huawei penalty adopted XX-{n} 2026-01-05]"
            self.feeds[self.chance.choice(FEEDS)].append(item(f"c{n}", f"Case-{n:05}", text=text))
        self._serve()

    def _start(self, order: dict[str, object]) -> None:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        self.alive.append(int(self.nursery.stdout.readline()))

    def _keep_running(self) -> None:
        """Start daemons until there are as many as there should be; every other one carries a trap."""
        self.alive = [pid for pid in self.alive if _runs(pid)]
        while len(self.alive) < self.workers:
            stage = self.chance.choice([*STAGES, ""])
            order: dict[str, object] = {}
            if stage:
                order["kill"] = [stage, self.chance.randint(1, STAGES[stage])]
            if not self.disk and self.url.startswith("sqlite") and self.chance.random() < 0.1:
                order["grow"] = self.chance.randint(0, 60_000)
                self.result.faults["disk full"] += 1
            self._start(order)

    def _trouble(self) -> None:
        """Let one thing go wrong, or nothing."""
        kind = self.chance.choice(["", "", "clock", "login", "feeds", "database", "disk"])
        self.mail.refuses_logins = kind == "login"
        self._serve(status=503 if kind == "feeds" else 200)
        if kind == "clock":
            self._set_clock(self.chance.choice([0, 0, 3600, 20 * 3600, 5 * 86400, -7200, -86400]))
        if kind in ("clock", "feeds"):
            self.result.faults[kind] += 1
        if kind == "database":
            self.result.faults["database locked"] += 1
            self._lock_database()
        if kind == "disk" and self.disk:
            self.result.faults["disk full"] += 1
            self._fill_disk()

    def _lock_database(self) -> None:
        if self.url.startswith("sqlite"):
            with contextlib.closing(
                sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
            ) as raw:
                raw.execute("BEGIN IMMEDIATE")
                time.sleep(self.chance.choice([0.2, 0.5, 1.0, 4.0]))
                raw.execute("ROLLBACK")
            return
        import psycopg

        with psycopg.connect(self.url) as connection:
            if self.chance.random() < 0.5:
                connection.execute("LOCK TABLE outbox, sources IN ACCESS EXCLUSIVE MODE")
                time.sleep(self.chance.choice([0.2, 0.5, 1.0, 4.0]))
            else:
                self.result.faults["connections cut"] += 1
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    def _fill_disk(self) -> None:
        """Fill the file system to the last byte for a while."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(b"\0" * 65_536)
                file.flush()
        time.sleep(self.chance.uniform(0.5, 1.5))
        ballast.unlink()

    def _kill(self) -> None:
        """Wait a moment; then kill one daemon, unless its trap was faster."""
        for _ in range(self.chance.randint(5, 25)):
            time.sleep(0.1)
            self.alive = [pid for pid in self.alive if _runs(pid)]
            if len(self.alive) < self.workers:
                break
        if self._trapped() > self._sprung:
            self._sprung = self._trapped()
            return
        if self.alive:
            victim = self.chance.choice(self.alive)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                self.result.kills["anywhere"] += 1
            _until(lambda: not _runs(victim), 30)

    def _trapped(self) -> int:
        log = self.folder / "kills"
        return len(log.read_text().splitlines()) if log.exists() else 0

    # ----- the end

    def _come_to_rest(self) -> None:
        """Let daemons without traps finish the work, while days pass, so that every digest becomes due.

        It takes as long as it takes, on a busy machine many minutes; four without any progress are too many.
        """
        for pid in self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _until(lambda: not any(_runs(pid) for pid in self.alive), 30)
        self.alive = []
        self._serve()
        for _ in range(self.workers):
            self._start({})
        days = 6
        database = open_database(self.url)
        ends, done = time.monotonic() + PATIENCE, 0
        while not self._at_rest(database):
            if (now_done := self._done(database)) > done:
                ends, done = time.monotonic() + PATIENCE, now_done
            if time.monotonic() > ends:
                self.result.wrong.append(f"nothing moves any more: {done} steps done")
                break
            days += 1
            self._set_clock(days * 86400)
            for _ in range(20):
                time.sleep(0.1)
            self.alive = [pid for pid in self.alive if _runs(pid)]
            if not self.alive:
                self.result.wrong.append("a daemon ended by itself")
                self._start({})
        database.close()

    def _done(self, database: Database) -> int:
        """Return what grows while work goes on: reports stored and decided, alerts told, their mails sent."""
        told = select(func.count()).select_from(DeliveryItemRow).where(DeliveryItemRow.state == "mailed")
        sent = (
            select(func.count())
            .select_from(OutboxRow)
            .join(DigestRow, DigestRow.outbox_id == OutboxRow.id)
            .where(OutboxRow.state == "sent", DigestRow.kind != "quiet")
        )
        with database.read() as session:
            decided = session.exec(select(CursorRow.report_id)).first() or 0
            return reads.last_report(session) + decided + session.exec(told).one() + session.exec(sent).one()

    def _at_rest(self, database: Database) -> bool:
        with database.read() as session:
            waiting = session.exec(
                select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(("pending", "sending")))
            ).one()
            items = session.exec(
                select(func.count()).select_from(DeliveryItemRow).where(DeliveryItemRow.state == "waiting")
            ).one()
            cursor = session.exec(select(CursorRow.report_id)).first() or 0
            known = session.exec(select(func.count()).select_from(AlertRow)).one()
            return not waiting and not items and cursor == reads.last_report(session) and known >= self.events

    def _stop_all(self) -> None:
        for pid in self.alive:
            os.kill(pid, signal.SIGTERM)
        _until(lambda: not any(_runs(pid) for pid in self.alive), 60)
        self.alive = []

    def _reckon(self) -> None:
        log = self.folder / "kills"
        self.result.kills.update(log.read_text().split() if log.exists() else [])
        self.result.faults.update(self.mail.faults)
        database = open_database(self.url)
        with database.read() as session:
            outbox = {row.message_id: row for row in session.exec(select(OutboxRow))}
            items = session.exec(
                select(DeliveryItemRow, AlertRow, DigestRow)
                .join(AlertRow, AlertRow.id == DeliveryItemRow.alert_id)
                .join(DigestRow, DigestRow.id == DeliveryItemRow.digest_id, isouter=True)
            ).all()
            unanswered = [
                row for row in session.exec(select(AuditRow).where(AuditRow.what == "mail.retry")) if row.detail["ambiguous"]
            ]  # fmt: skip
            by_id = {row.id: row for row in outbox.values()}
            told = {
                (item.reader, alert.facts["title"]): (
                    item.state,
                    by_id.get(digest.outbox_id) if digest else None,
                )
                for item, alert, digest in items
            }
            ambiguous = {row.message_id: row.ambiguous for row in outbox.values()}
        self._reckon_alerts(told, len(items))
        self._reckon_mails(outbox, ambiguous)
        self.result.unanswered = len(unanswered)
        self.result.kills_after_data = sum(ambiguous.values()) - len(unanswered)
        database.close()

    def _reckon_alerts(self, told, count: int) -> None:
        received = {got.message_id for got in self.mail.received}
        for reader in READERS:
            for n in range(1, self.published + 1):
                state, row = told.get((reader, f"Case-{n:05}"), ("never decided", None))
                if state != "mailed" or row is None or row.state != "sent" or row.message_id not in received:
                    self.result.lost.append(
                        f"Case-{n:05} for {reader}: {state}, {row.state if row else 'no mail'}"
                    )
                else:
                    self.result.alerts += 1
        if count != self.published * (len(READERS) + 1):
            self.result.wrong.append(f"{count} items for {self.published} events")

    def _reckon_mails(self, outbox, ambiguous: dict[str, int]) -> None:
        contents: dict[str, list[bytes]] = {}
        for got in self.mail.received:
            contents.setdefault(got.message_id, []).append(got.content)
        for message_id, copies in contents.items():
            if message_id not in outbox:
                self.result.wrong.append(f"{message_id} is not in the outbox")
                continue
            if len(set(copies)) > 1:
                self.result.wrong.append(f"{message_id} came with other bytes")
            if len(copies) > 1 + ambiguous[message_id]:
                self.result.wrong.append(
                    f"{message_id} came {len(copies)} times, {ambiguous[message_id]} unknown"
                )
            self.result.repeated += len(copies) - 1
        for row in outbox.values():
            if row.reader == "gone":
                self.result.refused += row.state == "failed"
                if row.state != "failed":
                    self.result.wrong.append(f"a mail to a bad address is {row.state}")
            elif row.state != "sent":
                self.result.wrong.append(f"{row.message_id} is {row.state}: {row.problem}")
        self.result.mails = len(contents)
        told_twice = Counter(
            (to, case)
            for got in {got.message_id: got for got in self.mail.received}.values()
            for to in got.recipients
            for case in _cases(got.content)
        )
        self.result.wrong += [
            f"{case} came to {to} in {n} mails" for (to, case), n in told_twice.items() if n > 1
        ]


def _cases(content: bytes) -> set[str]:
    part = message_from_bytes(content).get_payload(0)
    text = part.get_payload(decode=True).decode("utf-8", "replace")
    return {word.strip(".,:;()[]") for word in text.split() if word.startswith("Case-")}


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until(holds, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise AssertionError("the chaos test waits in vain")
        threading.Event().wait(0.05)
