"""Real recordings through the whole of the pipeline: a loopback server, the fetcher, the store."""

import gzip
import json
from datetime import timedelta

import pytest
from scripted import HOUR, NOON
from sqlmodel import func, select

from watchlist.analysis import Analyst
from watchlist.config import FetchSettings, SourceSettings
from watchlist.model import Entry
from watchlist.pipeline import refresh
from watchlist.sources import build
from watchlist.sources.http import Fetcher
from watchlist.store import entries, reads
from watchlist.store.tables import ItemRow, RevisionRow

LOCAL = FetchSettings(allow_private_addresses=True)


@pytest.mark.parametrize(("series", "items", "edits"), [("state", 24, 4), ("whitehouse", 31, 3)])
def test_recorded_polls_give_each_item_once_and_each_edit_as_a_revision(
    database, site, shared, series, items, edits
):
    """Two days of a real feed, re-ordered and edited between polls: 18 polls, each item and each edit once.

    The figures were counted on the raw XML by guid. One edit is taken back again: a wording that was there is no
    new revision, so the store may hold fewer revisions than there were edits, never more.
    """
    source = build(SourceSettings(series, "feed", site.url("/feed"), (("full_text", "feed"),), official=True))
    with database.write() as session:
        for name in ("Iran", "Ukraine"):
            entries.add(session, Entry(name), NOON)
        analyst = Analyst.for_entries(entries.list_all(session))
    fetcher = Fetcher(LOCAL)
    rows = []
    polls = sorted((shared / "data" / "feeds" / series).glob("*.rss.gz"))
    for number, poll in enumerate(polls):
        site.serve("/feed", gzip.decompress(poll.read_bytes()), media="application/rss+xml")
        report = refresh(database, [source], fetcher, analyst, now=NOON + number * HOUR)
        rows += report.rows
    fetcher.close()
    assert len(rows) == len(polls) == 18
    assert [row.errors for row in rows] == [()] * 18
    assert sum(row.new for row in rows) == items
    assert sum(row.revised for row in rows) == edits
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(ItemRow)).one() == items
        revisions = session.exec(select(func.count()).select_from(RevisionRow)).one()
        assert items < revisions <= items + edits
        reports = reads.reports_after(session, 0)
        events = {(report.event.id, report.document.id) for report in reports}
    assert len(reports) == len(events), "no item tells one event twice"
    assert all(
        report.document.part(mention.field)[mention.start : mention.end] == mention.text
        for report in reports
        for mention in (report.match.mentions if report.match else ())
    )


@pytest.mark.slow
def test_the_recorded_page_of_a_thousand_documents_is_stored_whole(database, site, shared):
    """A backlog after a long weekend must not lose its tail, and comes to rest when fetched again."""
    path = shared / "data" / "federal_register" / "documents_1000_2024-01.json.gz"
    page = json.loads(gzip.decompress(path.read_bytes())) | {"next_page_url": None}
    site.serve("/documents.json", json.dumps(page), media="application/json")
    settings = SourceSettings(
        "federal-register", "federal-register", site.url("/documents.json"), (("full_text", "never"),)
    )
    analyst = Analyst.for_entries([Entry("Huawei")])
    fetcher = Fetcher(LOCAL)
    first = refresh(database, [build(settings)], fetcher, analyst, now=NOON)
    assert [(row.errors, row.fetched, row.new) for row in first.rows] == [((), 1000, 1000)]
    again = refresh(database, [build(settings)], fetcher, analyst, now=NOON + timedelta(hours=2))
    assert [(row.fetched, row.new, row.revised) for row in again.rows] == [(1000, 0, 0)]
    fetcher.close()
    with database.read() as session:
        stored = session.exec(select(ItemRow.uid)).all()
    assert sorted(stored) == sorted(document["document_number"] for document in page["results"])
