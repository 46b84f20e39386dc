"""A round of facts: what is new, what an edit changes, what fails, and that nothing is lost or told twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from scripted import HOUR, LONG, NOON, MarkAnalyst, NoFetcher, ScriptedSource, doc
from sqlmodel import func, select

from watchlist.config import SourceSettings
from watchlist.model import Entry, ReportChange
from watchlist.pipeline import refresh
from watchlist.store import entries, reads, sources
from watchlist.store.tables import EventRow, FetchRow, FindingRow, ItemRow, RevisionRow

BAN = "[Alipay transaction_ban adopted US-President 2021-02-19]"


class World:
    """A database with three entries and a clock that goes on by an hour a round."""

    def __init__(self, database):
        self.database = database
        self.now = NOON
        self.analyst = MarkAnalyst()
        self.cursor = 0
        with database.write() as session:
            for name in ("Alipay", "Huawei", "TikTok"):
                entries.add(session, Entry(name), NOON)

    def round(self, *visited, after=HOUR, **options):
        """Do one round after so long; return its report."""
        self.now += after
        return refresh(self.database, visited, NoFetcher(), self.analyst, now=self.now, **options)

    def told(self):
        """Return the new reports as (entry, action, stage, change, baseline)."""
        with self.database.read() as session:
            reports = reads.reports_after(session, self.cursor)
        self.cursor = reports[-1].id if reports else self.cursor
        return [
            (
                report.event.entry,
                str(report.event.action or ""),
                str(report.event.stage or ""),
                str(report.change),
                report.baseline,
            )
            for report in reports
        ]

    def count(self, table):
        """Count the rows of a table."""
        with self.database.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()


@pytest.fixture
def world(database):
    """Give a world on each kind of database."""
    return World(database)


@pytest.fixture
def live(world):
    """Give a source whose first fetch (baseline) is over."""
    source = ScriptedSource()
    world.round(source.says(doc("old", "nothing of interest")))
    world.told()
    return source


# ----- new items, baseline, since ---------------------------------------------------------------------------


def test_a_first_fetch_is_a_baseline(world):
    """A new feed must not flood: what it holds already is stored and told as old news."""
    source = ScriptedSource()
    report = world.round(source.says(doc("a", "Alipay is named"), doc("b", "nobody")))
    (row,) = report.rows
    assert (row.fetched, row.new, row.matched, row.reports, row.baseline) == (2, 2, 1, 1, True)
    assert world.told() == [("Alipay", "", "", "new", True)]


def test_since_makes_the_first_fetch_news(world):
    """With --since, what was published from then on is news, the older is not."""
    recent = replace(doc("a", "Alipay"), published=NOON - timedelta(days=1))
    older = replace(doc("b", "Huawei"), published=NOON - timedelta(days=9))
    undated = doc("c", "TikTok")
    source = ScriptedSource().says(recent, older, undated)
    world.round(source, since=NOON - timedelta(days=7))
    assert [(entry, baseline) for entry, _, _, _, baseline in world.told()] == [
        ("Alipay", False),
        ("Huawei", True),
        ("TikTok", False),
    ]
    assert source.asked[0].cursor["since"] == "2026-11-15"


def test_a_new_item_is_news_once(world, live):
    """The heart of it: told once, however often it is fetched."""
    live.says(doc("old", "nothing of interest"), doc("new", f"{BAN} hits Alipay"))
    assert world.round(live).rows[0].new == 1
    assert world.told() == [("Alipay", "transaction_ban", "adopted", "new", False)]
    row = world.round(live).rows[0]
    assert (row.new, row.revised, row.reports) == (0, 0, 0)
    assert world.told() == []


def test_an_event_of_the_baseline_is_still_news_when_told_live(world):
    """A source added at noon must not swallow what another one reports at one."""
    first = ScriptedSource("first").says(doc("a", BAN))
    second = ScriptedSource("second").says(doc("x", "nothing"))
    world.round(first, second)
    assert world.told() == [("Alipay", "transaction_ban", "adopted", "new", True)]
    world.round(second.says(doc("y", f"{LONG}{BAN}")))
    assert world.told() == [("Alipay", "transaction_ban", "adopted", "new", False)]


def test_background_is_not_news_until_it_is_announced(world, live):
    """ "X, which was banned in 2021": told as background first, the ban is still news when it is announced."""
    world.round(live.says(doc("a", BAN.replace("]", " background]"))))
    world.round(live.says(doc("b", f"{LONG}{BAN}")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "new"]


# ----- edits ------------------------------------------------------------------------------------------------


def test_an_edit_that_adds_a_name_is_news(world, live):
    """Publishers add the name hours later; an alert must follow, for that name only."""
    world.round(live.says(doc("a", "Alipay is named")))
    world.told()
    row = world.round(live.says(doc("a", "Alipay is named, and so is Huawei"))).rows[0]
    assert (row.new, row.revised, row.reports) == (0, 1, 1)
    assert world.told() == [("Huawei", "", "", "new", False)]
    assert world.count(ItemRow) == 2
    assert world.count(RevisionRow) == 3


def test_an_edit_that_adds_a_name_to_a_baseline_item_is_news(world):
    """The item is old, the name in it is not."""
    source = ScriptedSource()
    world.round(source.says(doc("a", "Alipay is named")))
    world.told()
    world.round(source.says(doc("a", "Alipay and Huawei")))
    assert world.told() == [("Huawei", "", "", "new", False)]


def test_an_edit_that_moves_a_stage_is_news_in_the_same_case(world, live):
    """Proposed in the morning, adopted at night, in the same article: no correction, a new step."""
    world.round(live.says(doc("a", "[Alipay transaction_ban proposed US-President]")))
    world.round(live.says(doc("a", BAN)))
    assert world.told() == [
        ("Alipay", "transaction_ban", "proposed", "new", False),
        ("Alipay", "transaction_ban", "adopted", "new", False),
    ]
    with world.database.read() as session:
        assert len({event.case_id for event in reads.events_of_entry(session, "Alipay")}) == 1


def test_a_finding_that_vanishes_is_corrected(world, live):
    """Who was told that Alipay is banned must be told when the article takes it back."""
    world.round(live.says(doc("a", f"{BAN} says the ministry")))
    world.round(live.says(doc("a", "Alipay, says the ministry, is not banned")))
    assert world.told() == [
        ("Alipay", "transaction_ban", "adopted", "new", False),
        ("Alipay", "", "", "new", False),
        ("Alipay", "transaction_ban", "adopted", "corrected", False),
    ]


def test_no_correction_while_somebody_else_still_tells_it(world, live):
    """One paper dropping the name does not undo what another one reports."""
    other = ScriptedSource("other")
    world.round(other.says(doc("x", "nothing")))
    world.round(live.says(doc("a", BAN)), other.says(doc("b", f"{LONG}{BAN}")))
    world.round(live.says(doc("a", "never mind")))
    assert "corrected" not in [change for _, _, _, change, _ in world.told()]
    world.round(other.says(doc("b", "never mind")))
    assert world.told() == [("Alipay", "transaction_ban", "adopted", "corrected", False)]


def test_a_page_that_swings_between_two_wordings_is_told_a_few_times_only(world, live):
    """Two servers with two versions must not mail at every poll."""
    for _ in range(4):
        world.round(live.says(doc("a", BAN)))
        world.round(live.says(doc("a", "nothing here")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "corrected", "amended"]


def test_a_name_that_is_watched_only_since_is_no_news_of_the_edit(world, live):
    """An old article, touched up today, names whom we watch since yesterday: found, but told as old."""
    world.analyst = MarkAnalyst().watching("Alipay")
    world.round(live.says(doc("a", "Alipay and Huawei")))
    world.told()
    world.analyst = MarkAnalyst()
    world.round(live.says(doc("a", "Alipay and Huawei, corrected spelling")))
    assert world.told() == [("Huawei", "", "", "new", True)]


def test_a_new_entry_is_looked_for_in_what_is_stored(world, live):
    """Who adds Huawei today sees what last week's articles say of it; nobody is mailed about it."""
    world.analyst = MarkAnalyst().watching("Alipay")
    world.round(live.says(doc("a", "Huawei"), doc("b", "[Huawei penalty adopted US]"), doc("c", "Alipay")))
    world.told()
    world.analyst = MarkAnalyst()
    assert world.round(live).reread == 3
    assert sorted(world.told()) == [
        ("Huawei", "", "", "new", True),
        ("Huawei", "penalty", "adopted", "new", True),
    ]
    assert world.round(live).reread == 0
    world.round(live.says(doc("d", f"{LONG}[Huawei penalty adopted US]")))
    assert world.told() == [("Huawei", "penalty", "adopted", "new", False)]


def test_reading_anew_takes_nothing_back(world, live):
    """A finding that better rules no longer make is not the publisher's correction."""
    world.round(live.says(doc("a", "Alipay and Huawei")))
    world.told()
    world.analyst = MarkAnalyst().watching("Huawei")
    world.round(live)
    assert world.told() == []
    assert world.count(RevisionRow) == 2


def test_old_documents_rest(world, live):
    """Nobody wants five years read anew at every change of the list."""
    world.round(live.says(doc("a", "Huawei")))
    world.analyst = MarkAnalyst().watching("TikTok")
    assert world.round(live, after=timedelta(days=91)).reread == 0


def test_a_name_that_is_no_longer_watched_is_not_corrected(world, live):
    """Removing an entry is the user's doing, not the publisher's."""
    world.round(live.says(doc("a", "Alipay and Huawei")))
    world.told()
    world.analyst = MarkAnalyst().watching("Huawei")
    world.round(live.says(doc("a", "Alipay and Huawei, again")))
    assert world.told() == []


def test_an_article_that_cannot_be_read_this_time_takes_nothing_back(world, live):
    """A budget spent or a 503 leaves the summary only: the names of the full text have not vanished."""
    world.round(live.says(doc("a", f"{LONG}{BAN} Huawei")))
    world.told()
    world.round(live.says(doc("a", LONG, summary=True)))
    assert world.told() == []
    row = world.round(live.says(doc("a", f"{LONG}{BAN} Huawei"))).rows[0]
    assert row.revised == 0
    assert world.told() == []


def test_a_summary_that_adds_a_name_is_news_all_the_same(world, live):
    """The feed's own words were edited, the article could not be read again."""
    world.round(live.says(doc("a", f"{LONG} Huawei")))
    world.told()
    world.round(live.says(doc("a", "TikTok too", summary=True)))
    assert world.told() == [("TikTok", "", "", "new", False)]


def test_a_completed_summary_of_the_baseline_is_old_news(world):
    """The first fetch could not read all articles: the rest of them comes later, and is as old."""
    source = ScriptedSource()
    world.round(source.says(doc("a", "A summary.", summary=True)))
    world.round(source.says(doc("a", "A summary. And the full text, which names Huawei.")))
    assert world.told() == [("Huawei", "", "", "new", True)]


def test_blanks_and_order_make_no_revision(world, live):
    """Feeds are re-ordered and re-wrapped all day."""
    one, two = doc("a", "Alipay  is\nnamed"), doc("b", "Huawei")
    world.round(live.says(one, two))
    row = world.round(
        live.says(two, replace(one, text="Alipay is named", url="http://news.example/a?utm_source=x"))
    ).rows[0]
    assert (row.new, row.revised) == (0, 0)


# ----- identity ---------------------------------------------------------------------------------------------


def test_an_item_under_a_new_id_is_known_by_its_address(world, live):
    """A new content system gives every item a new guid: nobody wants to hear it all again."""
    world.round(live.says(doc("a", f"{LONG} Alipay")))
    world.told()
    renamed = replace(doc("a", f"{LONG} Alipay"), id="urn:new:1")
    assert world.round(live.says(renamed)).rows[0].new == 0
    edited = replace(renamed, url="https://elsewhere.example/1", text=f"{LONG} Alipay and Huawei")
    assert world.round(live.says(edited)).rows[0].revised == 1
    assert world.told() == [("Huawei", "", "", "new", False)]


def test_many_items_under_new_ids_and_addresses_are_known_by_their_wording(world, live):
    """The site moved to another domain; its items did not become news by that."""
    world.round(live.says(*(doc(f"a{n}", f"{LONG} Alipay {n}") for n in range(5))))
    world.told()
    moved = [
        replace(doc(f"a{n}", f"{LONG} Alipay {n}"), id=f"new{n}", url=f"https://new.example/{n}")
        for n in range(5)
    ]
    row = world.round(live.says(*moved, doc("fresh", f"{LONG} TikTok"))).rows[0]
    assert row.new == 1
    assert world.told() == [("TikTok", "", "", "new", False)]


def test_a_notice_published_again_is_a_new_item(world, live):
    """Gazettes publish the same words again next month: one such notice is news, not a changed id."""
    world.round(live.says(doc("n1", f"{LONG} Alipay", title="Notice of sanctions actions")))
    world.told()
    row = world.round(live.says(doc("n2", f"{LONG} Alipay", title="Notice of sanctions actions"))).rows[0]
    assert row.new == 1


def test_items_that_share_one_address_stay_apart(world, live):
    """Some feeds link every item to the front page."""
    front = "https://news.example/"
    world.round(live.says(replace(doc("a", "Alipay"), url=front), replace(doc("b", "Huawei"), url=front)))
    world.told()
    row = world.round(live.says(replace(doc("c", "TikTok"), url=front))).rows[0]
    assert (row.new, row.revised) == (1, 0)


# ----- events -----------------------------------------------------------------------------------------------


def test_the_authority_itself_confirms(world, live):
    """News first, the official text later: the second is an alert of its own, once."""
    world.round(live.says(doc("a", BAN)))
    world.round(live.says(doc("b", f"{LONG}{BAN}", official=True)))
    world.round(live.says(doc("c", f"{LONG}{LONG}{BAN}", official=True)))
    with world.database.read() as session:
        assert session.exec(select(EventRow.matter)).all() == [""], (
            "a dated step is one event, whatever its story"
        )
    assert [change for _, _, _, change, _ in world.told()] == ["new", "confirmed", "repeated"]


def test_a_vaguer_report_repeats_and_a_more_exact_one_amends(world, live):
    """ "Alipay banned", "by the US", "from 19 February": one matter, told better and better."""
    world.round(live.says(doc("a", "[Alipay transaction_ban adopted US]")))
    world.round(live.says(doc("b", "[Alipay transaction_ban adopted]")))
    world.round(live.says(doc("c", BAN)))
    world.round(live.says(doc("d", "[Alipay transaction_ban adopted US]")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "repeated", "amended", "repeated"]
    with world.database.read() as session:
        assert len({event.case_id for event in reads.events_of_entry(session, "Alipay")}) == 1


def test_another_authority_is_another_event(world, live):
    """The EU's and the UK's designations of one company on one day are two alerts."""
    world.round(live.says(doc("a", "[Huawei designation adopted EU-Council 2026-11-22]")))
    world.round(live.says(doc("b", "[Huawei designation adopted UK-FCDO 2026-11-22]")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "new"]


def test_a_dateless_event_after_long_silence_is_another_one(world, live):
    """Huawei is investigated in January and in June: no date in either text, two alerts."""
    world.round(live.says(doc("a", "[Huawei investigation adopted CN-SAMR]")))
    world.round(
        live.says(doc("b", f"{LONG}[Huawei investigation adopted CN-SAMR]")), after=timedelta(days=20)
    )
    world.round(
        live.says(doc("c", f"{LONG}2 [Huawei investigation adopted CN-SAMR]")), after=timedelta(days=31)
    )
    assert [change for _, _, _, change, _ in world.told()] == ["new", "repeated", "new"]
    world.round(
        live.says(doc("a", "[Huawei investigation adopted CN-SAMR] updated")), after=timedelta(days=40)
    )
    assert world.told() == []


def test_a_possible_match_that_becomes_certain_is_told(world, live):
    """It stood in a section for doubts; now it is no doubt any more."""
    world.round(live.says(doc("a", "Alipay? perhaps")))
    world.round(live.says(doc("a", "Alipay for certain")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "amended"]


def test_a_longer_validity_amends(world, live):
    """A licence that is prolonged is the same event with another end."""
    world.round(live.says(doc("a", "[Huawei licence adopted US-BIS 2026-11-01 to 2026-12-01]")))
    world.round(live.says(doc("b", "[Huawei licence adopted US-BIS 2026-11-01 to 2027-03-01]")))
    assert [change for _, _, _, change, _ in world.told()] == ["new", "amended"]


def test_copies_are_one_story_with_two_outlets(world, live):
    """An agency's text in two papers is one row of the digest, "+1 outlet"."""
    copy = replace(doc("copy", f"{LONG} Alipay", title="T"), url="https://paper.example/1")
    world.round(live.says(doc("a", f"{LONG} Alipay", title="T"), copy))
    with world.database.read() as session:
        first, second = reads.reports_after(session, 0)
    assert first.story == second.story
    assert (first.story.documents, first.story.outlets) == (2, 2)
    assert (first.change, second.change) == (ReportChange.NEW, ReportChange.REPEATED)


def test_a_report_carries_what_an_alert_needs(world, live):
    """The text as given, the match with its offsets, the action with its evidence, and by the present name."""
    text = f"Yesterday {BAN} was signed, says Alipay."
    world.round(live.says(doc("a", text, official=True)))
    with world.database.write() as session:
        entries.edit(session, "Alipay", Entry("AliPay Group"), NOON)
    with world.database.read() as session:
        (report,) = reads.reports_after(session, 0)
        assert reads.report(session, report.id) == report
        assert reads.last_report(session) == report.id
    assert report.event.entry == report.match.entry == report.action.target == "AliPay Group"
    assert report.document.text == text
    assert report.document.source == "wire"
    assert report.document.official
    assert all(text[m.start : m.end] == m.text for m in report.match.mentions)
    assert text[report.action.evidence.start : report.action.evidence.end] == report.action.evidence.text
    assert report.first_seen == world.now


# ----- hostile and broken input -----------------------------------------------------------------------------


def test_what_no_database_can_hold_is_stored_with_its_offsets(world, live):
    """NUL and half a character are replaced before the text is read: spans index what is stored."""
    world.round(live.says(doc("a\0", "x\0\ud83d Alipay", title="\0\ud800")))
    with world.database.read() as session:
        (report,) = reads.reports_after(session, 0)
    (mention,) = report.match.mentions
    assert report.document.text[mention.start : mention.end] == "Alipay"
    assert report.document.text == "x\ufffd\ufffd Alipay"


def test_a_document_that_breaks_the_analysis_costs_the_others_nothing(world, live, caplog):
    """One text with a defect of ours in it: told in its row, the rest goes on."""

    class Fragile(MarkAnalyst):
        def read(self, document):
            if document.id == "bad":
                raise ZeroDivisionError
            return super().read(document)

    world.analyst = Fragile()
    row = world.round(live.says(doc("bad", "Alipay"), doc("good", "Alipay"))).rows[0]
    assert (row.new, row.matched, len(row.errors)) == (2, 1, 1)
    assert "ZeroDivisionError" in row.errors[0]
    assert "\n" not in row.errors[0]


def test_a_source_with_a_defect_costs_the_others_nothing(world, live, caplog):
    """A reader that breaks on a page is a row of the report."""

    class Broken(ScriptedSource):
        def parse(self, page, request):
            raise KeyError("x")

    report = world.round(Broken("broken"), live.says(doc("a", "Alipay")))
    assert [(row.name, row.failed) for row in report.rows] == [("broken", True), ("wire", False)]
    assert "KeyError" in report.rows[0].errors[0]
    assert report.failed


# ----- when to come back ------------------------------------------------------------------------------------


def test_only_what_is_due_is_fetched(world, live):
    """At most one poll an hour by default; --all asks for more."""
    assert world.round(live, after=HOUR / 2).skipped == ("wire",)
    assert world.round(live, after=timedelta(), only_due=False).skipped == ()
    assert world.round(live, after=HOUR).skipped == ()


def test_failures_back_off_but_never_end(world, live):
    """A source that fails for a month is still asked once a day, and is found again."""
    waits = []
    live.fails()
    for _ in range(9):
        row = world.round(live, only_due=False).rows[0]
        waits.append((row.next_due - world.now) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24, 24]
    with world.database.read() as session:
        (health,) = reads.source_health(session, world.now)
    assert (health.failures, health.problem is not None, health.paused) == (9, True, False)
    world.round(live.says(doc("a", "Alipay")), only_due=False)
    with world.database.read() as session:
        (health,) = reads.source_health(session, world.now)
    assert (health.failures, health.problem) == (0, None)


def test_gone_is_gone_until_a_person_resumes_it(world, live):
    """410 is the one answer that stops a source; it is told, and can be taken back."""
    assert world.round(live.fails(410)).rows[0].next_due is None
    assert world.round(live, only_due=False).skipped == ("wire",)
    with world.database.read() as session:
        assert reads.source_health(session, world.now)[0].gone
    with world.database.write() as session:
        sources.pause(session, "wire", world.now, paused=False)
    assert world.round(live.says(doc("a", "Alipay"))).rows[0].new == 1


def test_a_paused_source_is_left_alone(world, live):
    """Pausing holds also for --all."""
    with world.database.write() as session:
        sources.pause(session, "wire", world.now)
    assert world.round(live, only_due=False).skipped == ("wire",)


def test_retry_after_is_kept(world, live):
    """Who asks for three hours gets them."""
    row = world.round(live.fails(503, retry_after=3 * 3600.0)).rows[0]
    assert row.next_due - world.now == 3 * HOUR


def test_silence_is_told(world, live):
    """A source that has not been read for a day is a blind spot, whatever the reason."""
    with world.database.read() as session:
        assert not reads.source_health(session, world.now + 23 * HOUR)[0].silent
        assert reads.source_health(session, world.now + 25 * HOUR)[0].silent


def test_not_modified_keeps_the_validators(world, live):
    """The ETag saved with the items spares the publisher a download, and hides nothing."""
    world.round(live.says(doc("a", "Alipay"), etag='"1"'))
    world.told()
    row = world.round(live).rows[0]
    assert row.not_modified
    assert world.round(live.says(doc("b", "Huawei"), etag='"2"')).rows[0].new == 1


def test_every_attempt_is_in_the_log(world, live):
    """The audit trail: what was fetched when, with which rules."""
    world.round(live.fails())
    world.round(live.says(doc("a", "Alipay")), only_due=False)
    with world.database.read() as session:
        rows = session.exec(select(FetchRow).order_by(FetchRow.id)).all()
    assert [(row.outcome, row.baseline, row.new, row.matched) for row in rows] == [
        ("read", True, 1, 0),
        ("failed", False, 0, 0),
        ("read", False, 1, 1),
    ]
    assert rows[2].fingerprint == "marks"
    assert world.count(FindingRow) == 2


def test_stopping_half_way_leaves_whole_visits(world, live):
    """Ctrl-C after the first of many sources: what is stored is whole, the rest is due again."""
    many = [ScriptedSource(f"s{n}").says(doc("a", "Alipay")) for n in range(3)]

    def stop_at_first(name, row):
        if row is not None:
            raise KeyboardInterrupt

    report = world.round(*many, progress=stop_at_first)
    assert report.interrupted
    assert len(report.rows) == 1
    assert world.count(ItemRow) == 2
    again = world.round(*many, after=timedelta())
    assert (len(again.rows), again.interrupted) == (2, False)
    assert world.count(EventRow) == 1


def test_being_told_to_stop_ends_the_round(world, live):
    """The daemon's SIGTERM must not wait for slow publishers."""
    fetcher = NoFetcher()
    report = refresh(
        world.database,
        [live, ScriptedSource("b")],
        fetcher,
        world.analyst,
        now=NOON + 9 * HOUR,
        stop=lambda: True,
    )
    assert report.interrupted or len(report.rows) == 2


def test_a_large_fetch_is_stored_bit_by_bit_and_a_stop_loses_nothing(world, monkeypatch):
    """Thousands of documents in one transaction kept everybody else from writing; a stop half-way must be made good."""
    monkeypatch.setattr("watchlist.pipeline._AT_ONCE", 10)
    many = [doc(f"d{n}", f"Alipay {n} {LONG}") for n in range(35)]
    source = ScriptedSource().says(doc("old", "nothing"))
    world.round(source)
    source.says(*many, etag="x")
    asked = []

    def stop():
        asked.append(world.count(ItemRow))
        return asked[-1] >= 21

    report = world.round(source, stop=stop)
    assert report.interrupted
    assert report.rows == ()
    assert world.count(ItemRow) == 21
    with world.database.read() as session:
        assert sources.get(session, "wire").state.validators == {}
    (row,) = world.round(source).rows
    assert (row.fetched, row.new, row.baseline) == (35, 15, False)
    assert world.count(ItemRow) == 36
    assert len(world.told()) == 35
    with world.database.read() as session:
        assert sources.get(session, "wire").state.validators


def test_a_first_fetch_that_stops_half_way_stays_a_first_fetch(world, monkeypatch):
    """Else the second half of an archive of ten years would be mailed as news."""
    monkeypatch.setattr("watchlist.pipeline._AT_ONCE", 10)
    source = ScriptedSource().says(*(doc(f"d{n}", f"Alipay {n} {LONG}") for n in range(25)))
    world.round(source, stop=lambda: world.count(ItemRow) >= 10)
    world.round(source)
    assert world.count(ItemRow) == 25
    assert all(baseline for *_, baseline in world.told())


# ----- sources ----------------------------------------------------------------------------------------------


def test_configured_sources_follow_the_file(world):
    """New in the file: there; gone from it: no longer listed, its items stay; another address: a new baseline."""
    feed = SourceSettings("daily", "feed", "https://a.example/rss")
    daily = ScriptedSource("daily")
    with world.database.write() as session:
        sources.sync_configured(session, [feed], NOON)
    world.round(daily.says(doc("a", "Alipay")))
    with world.database.write() as session:
        sources.sync_configured(session, [replace(feed, poll_minutes=30)], NOON)
        kept = sources.get(session, "daily")
        assert (kept.baseline_done, kept.settings.poll_minutes, kept.configured) == (True, 30, True)
        sources.sync_configured(session, [replace(feed, url="https://b.example/rss")], NOON)
        assert not sources.get(session, "daily").baseline_done
        sources.sync_configured(session, [], NOON)
        assert sources.list_all(session) == []
    assert world.count(ItemRow) == 1


def test_a_permanent_redirect_is_believed_after_three_sightings(world):
    """One wrong redirect of a captive portal must not rewrite an address."""
    from watchlist.store import rounds

    with world.database.write() as session:
        sources.add(session, SourceSettings("blog", "feed", "https://old.example/rss"), NOON)
        source = sources.get(session, "blog")
        for sighting in range(3):
            assert sources.get(session, "blog").settings.url == "https://old.example/rss", sighting
            outcome = rounds.Outcome(NOON, moved_to="https://new.example/rss")
            rounds.finish(session, source.id, outcome, source.state, 60)
        assert sources.get(session, "blog").settings.url == "https://new.example/rss"
