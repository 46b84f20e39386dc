"""Recorded editions of real publishers through the whole road: what they changed, what was refused, who was named."""

import gzip
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchlist.config import FetchSettings, SourceSettings
from watchlist.list_lookup import listed_formerly, listed_now
from watchlist.list_report import ListRun
from watchlist.list_round import update_lists
from watchlist.lists.opened import open_list
from watchlist.lists.screening import Asked
from watchlist.model import ActionKind, Entry, Stage, Verdict
from watchlist.sources.http import Fetcher
from watchlist.store import entries, lists, reads, sources
from watchlist.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Reader:
    """One list read from files, edition by edition."""

    def __init__(
        self, database: Database, folder: Path, name: str, *watched: str, file: str = "", address: str = ""
    ) -> None:
        self.database, self.path, self.now = database, folder / (file or name), NOW
        settings = SourceSettings(name, "list", address or str(self.path), official=True)
        with database.write() as session:
            sources.add(session, settings, NOW)
            for one in watched:
                entries.add(session, Entry(one), NOW)
        self.opened = open_list(settings)

    def read(self, data: bytes) -> ListRun:
        """Do a round with this file in place."""
        self.now += timedelta(days=1)
        self.path.write_bytes(data)
        fetcher = Fetcher(FetchSettings())
        (row,) = update_lists(self.database, [self.opened], fetcher, now=self.now, only_due=False).rows
        fetcher.close()
        return row


def recording(shared: Path, path: str) -> bytes:
    """Return a recorded file as it was served."""
    data = (shared / "data" / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def test_un_editions_of_december_2025(database: Database, tmp_path: Path, shared: Path):
    """Stamped anew every day: one real removal in three editions; the edition with a Latin-1 byte is refused."""
    un = Reader(database, tmp_path, "un", "Munir Al-Kubaysi")
    first = un.read(recording(shared, "un/consolidated_2025-11-29.xml.gz"))
    assert (first.entities, first.baseline) == (1000, True)
    assert [(hit.entry, hit.verdict) for hit in first.hits] == [("Munir Al-Kubaysi", Verdict.MATCH)]
    assert un.read(recording(shared, "un/consolidated_2025-12-09.xml.gz")).unchanged
    with database.read() as session:
        state = lists.state(session, "un")
    assert state is not None
    assert state.current is not None
    assert state.current.as_of == "2025-12-09"
    bad = un.read(recording(shared, "un/consolidated_2025-08.xml.gz"))
    assert "ill-formed" in (bad.problem or "")
    gone = un.read(recording(shared, "un/consolidated_2025-12-10.xml.gz"))
    assert gone.changes == (("removed", 1),)
    with database.read() as session:
        live = [one for one in reads.reports_after(session, 0) if not one.baseline]
        assert listed_now(session, [Asked("Munir Al-Kubaysi")])["Munir Al-Kubaysi"] == []
        (former,) = listed_formerly(session, [Asked("Munir Al-Kubaysi")])["Munir Al-Kubaysi"]
        edition = lists.current(session, "un")
    assert [(one.event.action, one.event.stage) for one in live] == [(ActionKind.DESIGNATION, Stage.LIFTED)]
    assert former.hit.entity.id == "6908121"
    assert former.left is not None
    assert edition is not None
    assert edition.as_of == "2025-12-10"


def test_ofac_in_another_order_is_no_change(database: Database, tmp_path: Path, shared: Path):
    """Two files of January 2026 differ in order only; between November and December one entry was removed."""
    ofac = Reader(database, tmp_path, "ofac-consolidated", "Hikvision")
    first = ofac.read(recording(shared, "ofac/consolidated_fetched_2025-11-29_pub2025-10-22.xml.gz"))
    assert [m.action for hit in first.hits for m in hit.measures] == [ActionKind.INVESTMENT_BAN]
    second = ofac.read(recording(shared, "ofac/consolidated_fetched_2025-12-19_pub2025-12-18.xml.gz"))
    assert second.changes == (("removed", 1),)
    third = ofac.read(recording(shared, "ofac/consolidated_fetched_2026-01-09_pub2026-01-08.xml.gz"))
    assert third.problem is None
    assert ofac.read(recording(shared, "ofac/consolidated_fetched_2026-01-23_pub2026-01-08.xml.gz")).unchanged


def test_ns_cmic_out_of_an_archive_with_its_dates(database: Database, tmp_path: Path, shared: Path):
    """The enhanced file comes as a ZIP and tells since when: what stands on it is dated by that, and no news."""
    cmic = Reader(database, tmp_path, "ns-cmic", "Huawei")
    run = cmic.read(recording(shared, "ofac/CONS_ENHANCED_2025-01.ZIP"))
    assert run.entities == 68
    with database.read() as session:
        (report,) = reads.reports_after(session, 0)
    assert report.baseline
    assert report.event.action is ActionKind.INVESTMENT_BAN
    assert report.event.effective is not None
    assert report.event.effective.isoformat() == "2020-11-12"
    assert "since 2020-11-12" in report.document.text


@pytest.mark.slow
def test_sdn_editions_of_may_2024_with_the_empty_one(database: Database, tmp_path: Path, shared: Path):
    """The real download of 0 bytes of 2024-05-04 in the middle of good ones: refused, and the next one is compared
    with the last good one."""
    bundle = shared / "data/ofac/sdn_csv_2021-08_2024-05.bundle"
    repository = tmp_path / "sdn"
    subprocess.run(["git", "clone", "-q", str(bundle), str(repository)], check=True)

    def git(*arguments: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(repository), *arguments], check=True, capture_output=True
        ).stdout

    editions = []
    for commit in git("log", "--reverse", "--format=%H").decode().split()[-8:]:
        names = git("ls-tree", "-r", "--name-only", commit).decode().split("\n")
        name = next(one for one in names if one.lower().endswith("sdn.csv"))
        editions.append(git("show", f"{commit}:{name}"))
    assert b"" in editions
    reader = Reader(database, tmp_path, "ofac-sdn-csv", file="SDN.CSV", address=f"{tmp_path}/")
    for role in ("ALT.CSV", "ADD.CSV"):
        (tmp_path / role).write_bytes(
            b"999999999,1,aka,-0- ,-0- \r\n" if role == "ALT.CSV" else b"999999999,1,-0- ,-0- ,-0- ,-0- \r\n"
        )
    sizes = []
    for data in editions:
        run = reader.read(data)
        if not data:
            assert "empty file (0 bytes)" in (run.problem or "")
        else:
            assert run.problem is None
            sizes.append(run.entities)
    assert sizes == [
        len([line for line in data.splitlines() if line.strip(b"\x1a ")]) for data in editions if data
    ]
