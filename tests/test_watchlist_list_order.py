"""On a list, off it, on it again: the order and the days that status, timeline and events tell, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from http_server import Site
from list_files import Body, others
from list_publisher import VINMOOR, Publisher, publishing

from watchlist.list_round import catch_up
from watchlist.lists.canonical import entity
from watchlist.lists.difference import ListChangeKind
from watchlist.lists.measures import profile
from watchlist.lists.notice import Notice, Standing, finding_of
from watchlist.model import NameStrength, ReportChange, Stage
from watchlist.status import Force
from watchlist.store import sources
from watchlist.store.database import Database

ON, OFF = [*others(30), VINMOOR], others(30)


@pytest.fixture
def publisher(database: Database, site: Site) -> Iterator[Publisher]:
    with publishing(database, site) as found:
        found.watch("Vinmoor")
        yield found


def test_on_off_on_off_in_one_day(publisher: Publisher):
    """A publisher corrects itself within the day: each step is an event of its own, and the last one counts."""
    publisher.publish(OFF)
    publisher.round()
    force = [Force.IN_FORCE, Force.ENDED] * 3
    for expected in force:
        publisher.publish(ON if expected is Force.IN_FORCE else OFF)
        publisher.round()
        (now,) = publisher.standing("Vinmoor")
        assert now.force is expected
    assert [report.change for report in publisher.reports(live=True)] == [ReportChange.NEW] * 6
    assert [step.event.stage for step in publisher.steps("Vinmoor")] == [Stage.ADOPTED, Stage.LIFTED] * 3
    assert len({report.event.case_id for report in publisher.reports()}) == 1


def test_since_when_a_name_is_listed_that_was_put_back(publisher: Publisher):
    """Whoever holds shares bought between the two listings must be told of the second one's day."""
    publisher.publish(ON, "11/02/2026")
    publisher.round()
    publisher.publish(OFF, "11/10/2026")
    publisher.round()
    publisher.publish(ON, "11/18/2026")
    assert publisher.round().count(ListChangeKind.RELISTED) == 1
    (now,) = publisher.standing("Vinmoor")
    assert (now.force, now.since) == (Force.IN_FORCE, date(2026, 11, 18))
    (then,) = publisher.standing("Vinmoor", date(2026, 11, 12))
    assert (then.force, then.since) == (Force.ENDED, date(2026, 11, 10))
    publisher.now += timedelta(minutes=1)
    publisher.watch("Vinmoor Technologies")
    with publisher.database.read() as session:
        stored = sources.get(session, "ofac-consolidated")
    catch_up(publisher.database, [(publisher.opened, stored)], publisher.now)
    (late,) = publisher.standing("Vinmoor Technologies")
    assert late.since == date(2026, 11, 18)


def test_a_stale_edition_that_is_accepted_tells_no_day_before_the_last(publisher: Publisher):
    """The edition in force lists the name: a day that runs backwards must not make status say that it is free."""
    publisher.publish(ON, "11/16/2026")
    publisher.round()
    publisher.publish(OFF, "11/19/2026")
    publisher.round()
    publisher.publish(ON, "11/16/2026")
    assert publisher.round().held
    publisher.accept()
    (now,) = publisher.standing("Vinmoor")
    assert (now.force, now.since) == (Force.IN_FORCE, date(2026, 11, 20))
    publisher.publish(OFF, "11/19/2026")
    publisher.round()
    (now,) = publisher.standing("Vinmoor")
    assert (now.force, now.since) == (Force.ENDED, date(2026, 11, 20))
    stages = [step.event.stage for step in publisher.steps("Vinmoor")]
    assert stages == [Stage.ADOPTED, Stage.LIFTED, Stage.ADOPTED, Stage.LIFTED]


def test_merged_and_parted_again_a_name_was_listed_throughout(publisher: Publisher):
    """Publishers tidy their ids: nobody is designated or freed by that, nor listed since the tidying."""
    twin = Body("43", "Vinmoor Optics", ("CMIC-EO13959",))
    publisher.publish([*ON, twin], "11/02/2026")
    publisher.round()
    into = replace(twin, aliases={VINMOOR.name: "strong", "Vinmoor": "strong"})
    publisher.publish([*OFF, into], "11/10/2026")
    assert publisher.round().count(ListChangeKind.MERGED) == 1
    publisher.publish([*ON, twin], "11/18/2026")
    publisher.round()
    assert publisher.reports(live=True) == []
    (now,) = publisher.standing("Vinmoor")
    assert (now.force, now.since) == (Force.IN_FORCE, date(2026, 11, 2))


def test_a_namesake_of_one_that_stays_is_news(publisher: Publisher):
    """Whoever has told the program that the first one is not theirs must hear of the second one."""
    publisher.publish(ON)
    publisher.round()
    publisher.publish([*ON, replace(VINMOOR, uid="44")], "11/22/2026")
    run = publisher.round()
    assert [(hit.entry, hit.entity_id) for hit in run.hits] == [("Vinmoor", "44")]
    (told,) = publisher.reports(live=True)
    assert told.document.facts["list id"] == "44"


@pytest.mark.parametrize(
    ("left", "dates", "since"),
    [
        (None, ["2019-05-21", "2020-08-17"], date(2019, 5, 21)),
        (date(2026, 2, 17), ["2025-01-07"], date(2026, 6, 9)),
        (date(2026, 2, 17), ["2025-01-07", "2026-06-08"], date(2026, 6, 8)),
        (date(2026, 2, 17), [], date(2026, 6, 9)),
    ],
)
def test_the_day_of_listing_is_one_after_the_removal(left: date | None, dates: list[str], since: date):
    """Some publishers keep the first day of listing on what comes back, some state the new one, some none."""
    found = entity(
        "1", "organization", [("X", NameStrength.PRIMARY, None)], dates=[("listed", day) for day in dates]
    )
    meaning = profile("un")
    day = date(2026, 6, 9)
    back = Notice(meaning, found, Standing.RELISTED, (), meaning.measures(found), day=day, left=left)
    assert back.effective == since
    stands = replace(back, standing=Standing.LISTED, came=day if left else None, day=date(2026, 11, 1))
    assert stands.since == since
    published = finding_of(stands).document.published
    assert published is not None
    assert published.date() == since
