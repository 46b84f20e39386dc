"""A publisher of one list on loopback, a watchlist in a store, and rounds over both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from http_server import Site
from list_files import Body, ofac_xml

from watchlist.config import FetchSettings, SourceSettings
from watchlist.list_report import ListRun
from watchlist.list_round import ListsReport, accept_held, update_lists
from watchlist.lists.opened import OpenedList, open_list
from watchlist.model import Entry, EventReport
from watchlist.sources.http import Fetcher
from watchlist.status import Restriction, Step, restrictions, step_of, timeline
from watchlist.store import entries, reads, sources
from watchlist.store.database import Database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
VINMOOR = Body("42", "Vinmoor Technologies Co., Ltd.", ("CMIC-EO13959",), {"Vinmoor": "strong"})


class Publisher:
    """OFAC's non-SDN file on loopback, a watchlist, and rounds over both."""

    def __init__(self, database: Database, site: Site, fetcher: Fetcher) -> None:
        self.database, self.site, self.fetcher = database, site, fetcher
        self.now = NOW
        self.address = site.url("/CONSOLIDATED.XML")
        settings = SourceSettings("ofac-consolidated", "list", self.address, official=True)
        with database.write() as session:
            sources.add(session, settings, NOW)
        self.opened: OpenedList = open_list(settings)

    def watch(self, *names: str) -> None:
        """Add names to the watchlist."""
        with self.database.write() as session:
            for name in names:
                entries.add(session, Entry(name), self.now)

    def publish(self, bodies: Sequence[Body], day: str = "11/20/2026", etag: str = "") -> None:
        """Serve an edition from now on."""
        data = ofac_xml(bodies, day)
        if etag:
            self.site.serve_conditional("/CONSOLIDATED.XML", data, etag, "application/xml")
        else:
            self.site.serve("/CONSOLIDATED.XML", data, "application/xml")

    def round(self, since: datetime | None = None) -> ListRun:
        """Do a round and return what it did with the list."""
        self.now += timedelta(hours=1)
        report: ListsReport = update_lists(
            self.database, [self.opened], self.fetcher, now=self.now, only_due=False, since=since
        )
        (row,) = report.rows
        return row

    def reports(self, *, live: bool | None = None) -> list[EventReport]:
        """Return the reports stored so far: all, or only the live or the baseline ones."""
        with self.database.read() as session:
            found = reads.reports_after(session, 0)
        return [one for one in found if live is None or one.baseline is not live]

    def accept(self) -> ListRun:
        """Put the edition that is held in force."""
        self.now += timedelta(hours=1)
        with self.database.read() as session:
            (stored,) = sources.list_all(session)
        return accept_held(self.database, self.opened, stored, self.now)

    def steps(self, name: str) -> list[Step]:
        """Return what the store tells of a name, in order."""
        with self.database.read() as session:
            events = reads.events_of_entry(session, name)
            told = (step_of(event, reads.reports_of_event(session, event.id)) for event in events)
            return timeline(step for step in told if step is not None)

    def standing(self, name: str, day: date | None = None) -> list[Restriction]:
        """Return where a name stands on a day (default: now)."""
        return restrictions(self.steps(name), day or self.now.date())


@contextmanager
def publishing(database: Database, site: Site) -> Iterator[Publisher]:
    """Give a publisher whose fetcher waits for nobody."""
    fetcher = Fetcher(
        FetchSettings(
            allow_private_addresses=True, host_pause=0, read_timeout=5, total_timeout=5, connect_timeout=5
        )
    )
    yield Publisher(database, site, fetcher)
    fetcher.close()
