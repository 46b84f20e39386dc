"""Lists from a publisher to events: fetched, judged, compared, screened, told; on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from http_server import Answer, Site, bomb, drip
from list_files import Body, ofac_xml, others
from list_publisher import NOW, VINMOOR, Publisher, publishing

from watchlist.config import FetchSettings
from watchlist.list_round import accept_held, catch_up, update_lists
from watchlist.lists.difference import ListChangeKind
from watchlist.model import ActionKind, Entry, Owner, ReportChange, Stage, Verdict
from watchlist.sources.http import Fetcher
from watchlist.store import entries, lists, reads, sources
from watchlist.store.database import Database


@pytest.fixture
def publisher(database: Database, site: Site) -> Iterator[Publisher]:
    with publishing(database, site) as found:
        yield found


def test_the_first_edition_is_a_baseline(publisher: Publisher):
    """What has been on a list for years must be shown at once, and must not flood the inbox."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(30), VINMOOR])
    run = publisher.round()
    assert (run.entities, run.baseline, run.problem) == (31, True, None)
    (hit,) = run.hits
    assert (hit.entry, hit.entity_id, hit.verdict) == ("Vinmoor", "42", Verdict.MATCH)
    (report,) = publisher.reports()
    assert report.baseline
    assert report.event.action is ActionKind.INVESTMENT_BAN
    assert report.event.authority == "US-OFAC"
    assert report.document.official
    assert "Chinese Military-Industrial Complex" in report.document.text


def test_added_removed_and_put_back_are_events(publisher: Publisher):
    """The three steps that matter, each with its evidence, and put back is news again."""
    publisher.watch("Vinmoor")
    publisher.publish(others(30))
    publisher.round()
    publisher.publish([*others(30), VINMOOR], "11/21/2026")
    run = publisher.round()
    assert run.count(ListChangeKind.ADDED) == 1
    (added,) = publisher.reports(live=True)
    assert (added.change, added.event.stage) == (ReportChange.NEW, Stage.ADOPTED)
    assert added.match is not None
    assert added.action is not None
    assert added.action.evidence.text in added.document.text
    assert (
        "was added to the Chinese Military-Industrial Complex Companies (NS-CMIC) List"
        in added.action.evidence.text
    )
    assert "2026-11-21" in added.action.evidence.text
    mention = added.match.mentions[0]
    assert added.document.text[mention.start : mention.end] == mention.text
    assert added.document.url == "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=42"

    publisher.publish(others(30), "11/22/2026")
    publisher.round()
    removed = publisher.reports(live=True)[-1]
    assert (removed.change, removed.event.stage) == (ReportChange.NEW, Stage.LIFTED)
    assert removed.event.case_id == added.event.case_id

    publisher.publish([*others(30), VINMOOR], "11/23/2026")
    assert publisher.round().count(ListChangeKind.RELISTED) == 1
    back = publisher.reports(live=True)[-1]
    assert back.event.stage is Stage.ADOPTED
    assert back.change is not ReportChange.REPEATED
    assert "was put back on" in back.document.text
    assert len({report.id for report in publisher.reports()}) == 3


def test_what_stays_as_it_was_tells_nothing(publisher: Publisher):
    """Order, dates and remarks change every day; a reader hears of what is done to a name."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(30), VINMOOR])
    publisher.round()
    before = len(publisher.reports())
    publisher.publish([replace(VINMOOR, remarks="A new address."), *reversed(others(30))], "11/22/2026")
    run = publisher.round()
    assert run.changes == (("changed", 1),)
    publisher.publish([*others(30), replace(VINMOOR, remarks="A new address.")], "11/23/2026")
    assert publisher.round().unchanged
    assert len(publisher.reports()) == before


def test_an_alias_that_names_us_and_a_programme_that_is_new_are_news(publisher: Publisher):
    """A watched name may come onto a list by a changed record, and a record may bind in another way than before."""
    publisher.watch("Vinmoor")
    stranger = Body("77", "Ostrel Holding", ("CMIC-EO13959",))
    publisher.publish([*others(30), stranger])
    publisher.round()
    assert publisher.reports() == []
    publisher.publish([*others(30), replace(stranger, aliases={"Vinmoor": "strong"})])
    publisher.round()
    (alias,) = publisher.reports(live=True)
    assert alias.event.action is ActionKind.INVESTMENT_BAN
    both = replace(stranger, aliases={"Vinmoor": "strong"}, programs=("CMIC-EO13959", "NS-PLC"))
    publisher.publish([*others(30), both])
    publisher.round()
    new = publisher.reports(live=True)[-1]
    assert (new.event.action, new.event.stage) == (ActionKind.TRANSACTION_BAN, Stage.ADOPTED)
    publisher.publish([*others(30), replace(both, programs=("NS-PLC",))])
    publisher.round()
    gone = publisher.reports(live=True)[-1]
    assert (gone.event.action, gone.event.stage) == (ActionKind.INVESTMENT_BAN, Stage.LIFTED)


def test_one_record_may_tell_several_things_at_once(publisher: Publisher):
    """A record that loses one watched name and one programme in one edition is told twice, and both are stored."""
    publisher.watch("Vinmoor", "Ostrel")
    both = Body("77", "Ostrel Holding", ("CMIC-EO13959", "NS-PLC"), {"Vinmoor": "strong"})
    publisher.publish([*others(30), both])
    publisher.round()
    publisher.publish([*others(30), Body("77", "Ostrel Holding", ("NS-PLC",))])
    assert publisher.round().problem is None
    told = {(one.event.entry, one.event.action) for one in publisher.reports(live=True)}
    ban, transactions = ActionKind.INVESTMENT_BAN, ActionKind.TRANSACTION_BAN
    assert told == {("Ostrel", ban), ("Vinmoor", ban), ("Vinmoor", transactions)}


def test_a_new_name_is_looked_up_while_others_are_told_of_a_change(publisher: Publisher):
    """The edition that changes a record for one name must not hide from a new name that it stands there."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(30), Body("77", "Ostrel Holding", ("CMIC-EO13959",))])
    publisher.round()
    publisher.now += timedelta(minutes=1)
    publisher.watch("Ostrel")
    publisher.publish([*others(30), Body("77", "Ostrel Holding", ("CMIC-EO13959",), {"Vinmoor": "strong"})])
    publisher.round()
    assert {(one.event.entry, one.baseline) for one in publisher.reports()} == {
        ("Vinmoor", False),
        ("Ostrel", True),
    }


def test_one_of_two_records_gone_lifts_nothing(publisher: Publisher):
    """A publisher that tidies up duplicates must not make a reader believe that a ban has ended."""
    publisher.watch("Vinmoor")
    twice = [VINMOOR, replace(VINMOOR, uid="43", name="Vinmoor Technology", aliases=None)]
    publisher.publish([*others(30), *twice])
    publisher.round()
    publisher.publish([*others(30), twice[1]])
    publisher.round()
    assert all(one.event.stage is not Stage.LIFTED for one in publisher.reports())
    publisher.publish(others(30))
    publisher.round()
    assert publisher.reports(live=True)[-1].event.stage is Stage.LIFTED


def test_a_weak_alias_is_possible_only(publisher: Publisher):
    """Weak aliases are too common to rest on: shown apart, for a person to decide."""
    publisher.watch("Vinmoor")
    publisher.publish(others(30))
    publisher.round()
    publisher.publish([*others(30), Body("77", "Ostrel Holding", aliases={"Kataib Vinmoor": "strong"})])
    publisher.round()
    (report,) = publisher.reports(live=True)
    assert report.match is not None
    assert report.match.verdict is Verdict.POSSIBLE
    assert any("Kataib" in reason for reason in report.match.why)


BAD = [
    ("", "0 bytes"),
    ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
    (ofac_xml(others(30))[:2000].decode(), "cut-off"),
    (ofac_xml(others(30), namespace="https://example.org/other").decode(), "unknown namespace"),
    (ofac_xml(others(30)).decode().replace("<Record_Count>30<", "<Record_Count>31<"), "31"),
    (ofac_xml(others(30)).decode().replace("</sdnList>", "&x;</sdnList>"), "ill-formed"),
    ("<other/>", "root element"),
    (ofac_xml([]).decode(), "nobody"),
]


@pytest.mark.parametrize(("served", "reason"), BAD)
def test_a_bad_edition_is_refused_and_the_last_good_one_stays(publisher: Publisher, served: str, reason: str):
    """Whatever comes in place of a list, nobody is told that thousands were taken off it."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(30), VINMOOR])
    publisher.round()
    publisher.site.serve("/CONSOLIDATED.XML", served, "application/xml")
    run = publisher.round()
    assert run.problem is not None
    assert reason in run.problem
    assert "\n" not in run.problem
    assert run.entities == 31
    with publisher.database.read() as session:
        edition = lists.current(session, "ofac-consolidated")
        state = lists.state(session, "ofac-consolidated")
        (health,) = reads.source_health(session, publisher.now)
        kept = lists.raw(session, "ofac-consolidated")
    assert edition is not None
    assert len(edition) == 31
    assert state is not None
    assert state.refused is not None
    assert reason in state.refused.reason
    assert health.failures == 1
    assert reason in (health.problem or "")
    assert kept == (served.encode() or None)
    assert publisher.reports(live=True) == []
    publisher.publish([*others(30), VINMOOR, Body("50", "Newcomer Works")])
    assert publisher.round().changes == (("added", 1),)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"no", 503, {"Retry-After": "7200"}), "503"),
        (Answer(b"no", 403), "403"),
        (Answer(b"no", 429, {"Retry-After": "600"}), "429"),
        (Answer(b"<x>", length=5000), "ended early"),
        (Answer(bomb(300), headers={"Content-Encoding": "gzip"}), "larger than"),
        (Answer(status=302, headers={"Location": "/gone"}), "404"),
    ],
)
def test_failures_of_the_way(publisher: Publisher, answer: Answer, reason: str):
    """A server's trouble is told in one line, costs nothing that we have, and is over when it is over."""
    publisher.publish([*others(30), VINMOOR])
    publisher.round()
    publisher.site.routes["/CONSOLIDATED.XML"] = answer
    run = publisher.round()
    assert reason in (run.problem or "")
    assert run.entities == 31
    assert run.next_due is not None
    assert run.next_due > publisher.now


def test_a_mass_removal_is_held_until_accepted(publisher: Publisher):
    """Half a list gone is more likely a broken export than mercy: a person decides, and then it is told."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(300), VINMOOR], etag="one")
    publisher.round()
    publisher.publish(others(100), "11/22/2026", etag="two")
    run = publisher.round()
    assert run.held
    assert "watchlist lists accept ofac-consolidated" in (run.problem or "")
    again = publisher.round()
    assert (again.held, again.unchanged) == (True, True)
    assert publisher.reports(live=True) == []
    with publisher.database.read() as session:
        stored = sources.get(session, "ofac-consolidated")
        (health,) = reads.source_health(session, publisher.now)
    assert health.failures == 2
    taken = accept_held(publisher.database, publisher.opened, stored, publisher.now)
    assert taken.count(ListChangeKind.REMOVED) == 201
    assert publisher.reports(live=True)[-1].event.stage is Stage.LIFTED
    with publisher.database.read() as session:
        (health,) = reads.source_health(session, publisher.now)
    assert (health.failures, health.problem) == (0, None)
    assert publisher.round().unchanged


def test_a_stale_copy_is_held_and_overtaken_by_the_edition_in_force(publisher: Publisher):
    """A publisher's servers are not of one mind for an hour: nobody is told that names went and came back."""
    publisher.watch("Vinmoor")
    publisher.publish([*others(30), VINMOOR], "11/20/2026")
    publisher.round()
    publisher.publish(others(30), "11/18/2026")
    run = publisher.round()
    assert run.held
    assert "dated 2026-11-18, older than the edition in force (2026-11-20)" in (run.problem or "")
    publisher.publish([*others(30), VINMOOR], "11/20/2026")
    run = publisher.round()
    assert (run.unchanged, run.held, run.problem) == (True, False, None)
    assert publisher.reports(live=True) == []


def test_unchanged_lists_cost_one_question(publisher: Publisher):
    """Publishers are asked politely: a validator that still holds ends the visit."""
    publisher.publish(others(30), etag="one")
    publisher.round()
    run = publisher.round()
    assert run.unchanged
    assert publisher.site.asked[-1][1]["if-none-match"] == "one"


def test_a_name_that_is_added_later_meets_the_lists(publisher: Publisher):
    """What is on a list already is told when the name is added, and is no news; a later change is."""
    publisher.publish([*others(30), VINMOOR], etag="one")
    publisher.round()
    publisher.now += timedelta(minutes=1)
    publisher.watch("Vinmoor")
    with publisher.database.read() as session:
        stored = sources.get(session, "ofac-consolidated")
    found = catch_up(publisher.database, [(publisher.opened, stored)], publisher.now)
    assert found is not None
    assert [hit.entry for hit in found] == ["Vinmoor"]
    assert [one.baseline for one in publisher.reports()] == [True]
    publisher.watch("Ostrel", "Vinmoor Technologies")
    assert publisher.round().unchanged
    told = publisher.reports()
    assert {one.event.entry for one in told} == {"Vinmoor", "Vinmoor Technologies"}
    assert all(one.baseline for one in told)
    publisher.publish(others(30))
    publisher.round()
    assert {one.event.entry for one in publisher.reports(live=True)} == {"Vinmoor", "Vinmoor Technologies"}


def test_who_asks_for_it_is_mailed_what_is_on_the_lists(publisher: Publisher):
    """A name added with --mail: what stands on the lists is reported as live, so that it reaches the inbox."""
    publisher.watch("Vinmoor Technologies")
    publisher.publish([*others(30), VINMOOR], etag="one")
    publisher.round()
    publisher.now += timedelta(minutes=1)
    publisher.watch("Vinmoor")
    with publisher.database.read() as session:
        stored = sources.get(session, "ofac-consolidated")
    catch_up(publisher.database, [(publisher.opened, stored)], publisher.now, as_news=True)
    (report,) = publisher.reports(live=True)
    assert (report.event.entry, report.change) == ("Vinmoor", ReportChange.NEW)


def test_a_listed_owner_reaches_what_it_holds(publisher: Publisher):
    """Who is half owned by a listed body is told so, though the owner is not watched; less than half is not."""
    with publisher.database.write() as session:
        entries.add(session, Entry("Payfast", owners=(Owner("Vinmoor Technologies", 62.0),)), NOW)
        entries.add(session, Entry("Slowpay", owners=(Owner("Vinmoor Technologies", 20.0),)), NOW)
    publisher.publish(others(30))
    publisher.round()
    publisher.publish([*others(30), VINMOOR], "11/21/2026")
    run = publisher.round()
    assert [(hit.entry, hit.via) for hit in run.hits] == [("Payfast", "Vinmoor Technologies")]
    (report,) = publisher.reports(live=True)
    assert report.event.entry == "Payfast"
    assert report.action is not None
    assert (report.action.via, report.action.share) == ("Vinmoor Technologies", 62.0)
    assert "Vinmoor Technologies Co., Ltd." in report.action.evidence.text
    publisher.now += timedelta(minutes=1)
    with publisher.database.write() as session:
        entries.add(session, Entry("Newpay", owners=(Owner("Vinmoor Technologies", 80.0),)), publisher.now)
    assert [hit.entry for hit in publisher.round().hits] == ["Newpay"]
    assert publisher.reports()[-1].baseline
    publisher.publish(others(30), "11/23/2026")
    publisher.round()
    lifted = [one.event.entry for one in publisher.reports(live=True) if one.event.stage is Stage.LIFTED]
    assert sorted(lifted) == ["Newpay", "Payfast"]


def test_too_many_new_names_wait_for_the_next_round(publisher: Publisher):
    """Adding a name must not keep a person waiting for the screening of a whole import."""
    publisher.publish([*others(30), VINMOOR], etag="one")
    publisher.round()
    publisher.watch("Vinmoor", *(f"Firm {n} Trading" for n in range(10)))
    with publisher.database.read() as session:
        stored = sources.get(session, "ofac-consolidated")
    assert catch_up(publisher.database, [(publisher.opened, stored)], publisher.now, most=5) is None
    assert publisher.round().hits[0].entry == "Vinmoor"


def test_not_due_is_not_asked(publisher: Publisher):
    """A daemon that looks every minute asks a publisher at the list's own pace."""
    publisher.publish(others(30))
    publisher.round()
    report = update_lists(
        publisher.database, [publisher.opened], publisher.fetcher, now=publisher.now + timedelta(minutes=10)
    )
    assert report.rows == ()
    assert report.skipped == ("ofac-consolidated",)


def test_told_to_stop_nothing_is_stored(publisher: Publisher):
    """Ctrl-C in the middle of a download leaves whole editions only, and the next round reads it all."""
    publisher.site.routes["/CONSOLIDATED.XML"] = Answer(stream=drip(b"<", 0.05))
    report = update_lists(
        publisher.database, [publisher.opened], publisher.fetcher, now=NOW, only_due=False, stop=lambda: True
    )
    assert report.interrupted
    assert report.rows == ()
    with publisher.database.read() as session:
        assert lists.states(session) == []
    publisher.publish([*others(30), VINMOOR])
    publisher.fetcher = Fetcher(FetchSettings(allow_private_addresses=True, host_pause=0))
    assert publisher.round().problem is None
