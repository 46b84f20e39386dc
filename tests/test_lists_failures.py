"""Every list of the catalogue against a publisher's bad days: the stated outcome each, and the next good file is taken.

The table of outcomes stands in docs/lists.md. Editions are the publishers' recordings where the folder of recordings is
there, else (SDN.XML, EU) small files of the documented form.
"""

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from bad_days import BAD_DAYS
from http_server import Answer, Site, site_on_loopback
from list_files import (
    Body,
    advanced_party,
    ofac_advanced,
    ofac_xml,
    others,
    part_744,
    row,
    row_744,
    swiss,
    swiss_target,
    titles_json,
    workbook,
)

from watchlist.config import FetchSettings, SourceSettings
from watchlist.list_report import ListRun
from watchlist.list_round import update_lists
from watchlist.lists.opened import OpenedList, open_list
from watchlist.model import SourceState
from watchlist.sources.http import Fetcher
from watchlist.store import lists, sources
from watchlist.store.database import Database, open_database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
EU_XML = (
    b'<?xml version="1.0" encoding="UTF-8"?><export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-01T00:00:00Z">'
    + b"".join(
        b'<sanctionEntity logicalId="%d"><subjectType code="enterprise"/><nameAlias wholeName="Vinmoor %d" strong="true"/></sanctionEntity>'
        % (at, at)
        for at in range(150)
    )
    + b"</export>"
)

RECORDED = {
    "ofac-consolidated": ("ofac/consolidated_fetched_2026-01-09_pub2026-01-08.xml.gz",),
    "ofac-sdn-csv": ("ofac/2022-01_sdn.csv.gz", "ofac/2022-01_alt.csv.gz", "ofac/2022-01_add.csv.gz"),
    "ofac-enhanced": ("ofac/CONS_ENHANCED_2025-01.ZIP",),
    "bis-entity-list": ("csl/consolidated_2022-05.csv.gz",),
    "uflpa": ("uflpa/uflpa-entity-list_2026-07-09.html.gz",),
    "un": ("un/consolidated_2025-12-10.xml.gz",),
    "canada": ("canada/sema-lmes_2025-05.xml.gz",),
    "china-mofcom": ("mofcom/china-mofcom.csv",),
}
"""List -> its publisher's files, in the order in which they are asked for."""
AUSTRALIAN = workbook(
    row("Reference", "Name of Individual or Entity", "Type", "Name Type", "Alias Strength")
    + "".join(row(body.uid, body.name, "Entity", "Primary Name") for body in others(150))
)
MEU = part_744(
    *(row_744("XLAND", body.name, "90 FR 1, 1/16/25.") for body in others(150)),
    supplement=7,
    head="<TR><TH>Country</TH><TH>Entity</TH><TH>Federal Register citation</TH></TR>",
)
UK_CSV = "Report Date: 01-Nov-2026\nUnique ID,Name 6,Name 1,Name type,Alias strength,Regime Name,Designation Type,Date Designated\n"
UK_XML = "<Designation><UniqueID>{0.uid}</UniqueID><Names><Name><Name6>{0.name}</Name6><NameType>Primary Name</NameType></Name></Names><IndividualEntityShip>Entity</IndividualEntityShip></Designation>"
FTM = "".join(
    json.dumps({"id": body.uid, "schema": "Company", "target": True, "properties": {"name": [body.name]}})
    + "\n"
    for body in others(150)
).encode()
OURS = {
    "uk": (
        (
            UK_CSV
            + "".join(f"{body.uid},{body.name},,Primary Name,,X,Entity,31/07/2024\n" for body in others(150))
        ).encode(),
    ),
    "uk-xml": (f"<Designations>{''.join(map(UK_XML.format, others(150)))}</Designations>".encode(),),
    "csl-json": (
        json.dumps(
            {"results": [{"source": "Entity List (EL)", "name": body.name} for body in others(150)]}
        ).encode(),
    ),
    "opensanctions-ftm": (FTM,),
    "bis-meu": (MEU,),
    "bis-meu, its index": (MEU,),
    "australia": (AUSTRALIAN,),
    "switzerland": (swiss("".join(swiss_target(body.uid, body.name) for body in others(150))),),
    "ofac-sdn": (ofac_xml([*others(150), Body("1", "Vinmoor")]),),
    "eu": (EU_XML,),
    "ofac-advanced": (ofac_advanced("".join(map(advanced_party, others(150)))),),
}


def opensanctions_json(issue: str) -> bytes:
    """Return OpenSanctions' index of that day, without one of changes."""
    file = {"name": "entities.ftm.json", "url": "https://data.example/entities.ftm.json"}
    return json.dumps({"version": issue.replace("-", "") + "-aaa", "resources": [file]}).encode()


INDEXES = {"bis-meu": titles_json, "opensanctions-ftm": opensanctions_json}
"""List whose publisher has an index -> what the index is when this was issued."""


_QUICK = ("bis-meu", "bis-meu, its index", "ofac-consolidated", "uflpa", "eu", "australia", "switzerland")
_PARAMS = [
    pytest.param(name, marks=() if name in _QUICK else pytest.mark.slow) for name in (*RECORDED, *OURS)
]
"""All of them; those with large files are left out of a quick run."""


@cache
def _recorded(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _fetcher(seconds: float) -> Fetcher:
    return Fetcher(
        FetchSettings(
            allow_private_addresses=True,
            host_pause=0,
            read_timeout=1,
            total_timeout=seconds,
            connect_timeout=1,
        )
    )


class Publisher:
    """A list's publisher on loopback, serving each planned file under a path of its own."""

    def __init__(self, name: str, files: tuple[bytes, ...], site: Site, folder: Path) -> None:
        self.files, self.site, self.now = files, site, NOW
        name, _, index = name.partition(", ")
        self.index = INDEXES.get(name)
        folder_of_files = len(files) > 1 or self.index
        opened = open_list(
            SourceSettings(name, "list", site.url("/lists/" if folder_of_files else "/list"), official=True)
        )
        least = min(opened.profile.least, 100)  # files of ours are small, so that this ends in time
        self.opened: OpenedList = replace(opened, profile=replace(opened.profile, least=least))
        planned = list(self.opened.plan(SourceState(), NOW))
        self.index_path = planned[0].url.removeprefix(site.address)
        if self.index:
            told = io.BytesIO(self.index("2026-11-18"))
            planned = list(self.opened.follow(told, planned[0]).requests)
        self.paths = [request.url.removeprefix(site.address) for request in planned]
        self.breaks = self.index_path if index else self.paths[0]
        assert len(self.paths) == len(files)
        self.database: Database = open_database(f"sqlite:///{folder}/watchlist.db")
        with self.database.write() as session:
            sources.add(session, SourceSettings(name, "list", official=True), NOW)
        self.fetcher = _fetcher(60)

    def close(self) -> None:
        """Let go of connections and database: one left open fails some later test, where Python finds it."""
        self.fetcher.close()
        self.database.close()

    def fail(self, answer: Callable[[bytes], Answer]) -> None:
        """Serve something else in place of the list, or of its index."""
        self.failing = True
        self.site.routes["/expired"] = Answer(b"link expired", 403)
        self.site.routes[self.breaks] = answer(self.files[0])

    def recover(self) -> None:
        """Serve the good edition, to a new process: one that was told to wait does wait."""
        self.failing = False
        self.fetcher.close()
        self.fetcher = _fetcher(60)
        for path, data in zip(self.paths, self.files, strict=True):
            self.site.routes[path] = Answer(data)

    def hurry(self) -> None:
        """Wait for three seconds only (a list's time is ten times a page's), so that the test of a slow drip ends."""
        self.fetcher.close()
        self.fetcher = _fetcher(0.3)

    def round(self) -> ListRun:
        """Read the list once, hours after the last time."""
        self.now += timedelta(days=2)
        if self.index and not (self.failing and self.breaks == self.index_path):
            self.site.routes[self.index_path] = Answer(self.index(self.now.date().isoformat()))
        (row,) = update_lists(self.database, [self.opened], self.fetcher, now=self.now, only_due=False).rows
        return row


@pytest.fixture(scope="module", params=_PARAMS)
def publisher(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Publisher]:
    """One publisher for all its bad days: each test leaves the list as it found it."""
    name = request.param
    files = OURS.get(name)
    if files is None:
        data = request.getfixturevalue("shared") / "data"
        files = tuple(_recorded(data / path) for path in RECORDED[name])
    with site_on_loopback() as site:
        running = Publisher(name, files, site, tmp_path_factory.mktemp(name))
        with closing(running):
            running.recover()
            assert running.round().problem is None
            yield running


@pytest.mark.parametrize("failure", BAD_DAYS)
def test_a_bad_day_costs_nothing_and_is_over_when_it_is_over(publisher: Publisher, failure: str) -> None:
    """Whatever a publisher serves in place of his list, what we hold stays, the reason is told, and the list recovers."""
    answer, reason = BAD_DAYS[failure]
    name = publisher.opened.name
    with publisher.database.read() as session:
        before = lists.current(session, name)
    publisher.fail(answer)
    if failure == "slow drip":
        publisher.hurry()
    try:
        bad = publisher.round()
        with publisher.database.read() as session:
            after = lists.current(session, name)
        assert bad.problem or bad.held
        assert "\n" not in (bad.problem or "")
        assert re.search(reason, bad.problem or "held"), bad.problem
        assert before is not None
        assert after is not None
        assert after.entities == before.entities
        if failure in ("429", "503"):
            assert bad.next_due is not None
            assert bad.next_due >= publisher.now + timedelta(hours=2)
    finally:
        publisher.recover()
    good = publisher.round()
    assert good.problem is None
    assert not good.held
    assert good.entities == len(before.entities)
    assert good.changes == ()
