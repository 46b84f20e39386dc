"""One round on a real database: reports in, mails out, each alert once a reader, whatever happens between."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from databases import MovableClock
from mail_samples import NOW, STORIES, report

import alerts.compose
from alerts.ledger import audit, decisions, dismissals, mails, overview, people, posts
from alerts.model import Code, Delivery, MailKind
from alerts.round import run_round
from alerts.rules import context_kind
from watchlist.config import MailSettings, RecipientSettings, RuleSettings, Settings, SmtpSettings
from watchlist.model import EventReport, ReportChange, SourceHealth, Verdict
from watchlist.store import reads

ADA = RecipientSettings("ada", "ada@example.org", timezone="Europe/Berlin")
BOB = RecipientSettings(
    "bob", "bob@example.org", rules=(RuleSettings("bans", "instant", actions=("transaction_ban",)),)
)


@pytest.fixture
def facts(monkeypatch) -> list[EventReport]:
    """Give a list that stands for the stored reports; what is appended is news."""
    kept: list[EventReport] = []
    monkeypatch.setattr(
        reads, "reports_after", lambda _, cursor, limit=500: [r for r in kept if r.id > cursor][:limit]
    )
    monkeypatch.setattr(reads, "source_health", lambda _, now: [])
    return kept


def settings_for(tmp_path, server=None, *recipients: RecipientSettings) -> Settings:
    smtp = SmtpSettings("127.0.0.1", server.port, security="none", timeout=5) if server else None
    mail = MailSettings(sender="watch@example.org", smtp=smtp)
    return Settings(database="", data_dir=tmp_path, mail=mail, recipients=recipients)


def maildir(tmp_path):
    return [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((tmp_path / "mail/new").iterdir())
    ]


def test_a_fresh_installation_delivers(database, facts, tmp_path):
    """Without any recipient or server, what is new must be in the local mailbox folder, once."""
    facts += [report(1), report(2, STORIES[1]), report(3, mention=True)]
    settings = settings_for(tmp_path)
    first = run_round(database, settings, NOW, at_once=True)
    assert (first.reports, first.sent, first.failed) == (3, 1, False)
    again = run_round(database, settings, NOW + timedelta(hours=1), at_once=True)
    assert (again.reports, again.sent, again.composed) == (0, 0, [])
    (message,) = maildir(tmp_path)
    assert message["Subject"] == "Watchlist 22 Nov: 1 ban, 1 restriction, 1 mention"
    with database.read() as session:
        trail = [trace.what for trace in audit.trail(session)]
    assert trail == ["mail.composed", "mail.sent"]


def test_digests_come_at_their_time_and_once(database, facts, tmp_path, server):
    """Ada's digest is due at 08:00 in Berlin: not before, once at it, and the next day only what is new."""
    settings = settings_for(tmp_path, server, ADA)
    facts.append(report(1))
    at_six = datetime(2026, 11, 22, 5, 0, tzinfo=NOW.tzinfo)
    assert run_round(database, settings, at_six).composed == []
    due = datetime(2026, 11, 22, 7, 0, tzinfo=NOW.tzinfo)
    assert [mail.kind for mail in run_round(database, settings, due).composed] == [MailKind.DIGEST]
    assert run_round(database, settings, due + timedelta(seconds=10)).composed == []
    facts.append(report(2, STORIES[1]))
    assert run_round(database, settings, due + timedelta(hours=3)).composed == []
    (second,) = run_round(
        database, settings, due + timedelta(days=3)
    ).composed  # off for three days: one digest
    assert second.items == 1
    assert len(server.received) == 2
    with database.read() as session:
        keys = [mail.slot_key for mail in mails.kept_mails(session)]
    assert keys == ["2026-11-25 08:00", "2026-11-22 08:00"]


def test_an_instant_alert_for_one_is_a_digest_for_another(database, facts, tmp_path, server):
    """Bob's rule makes a ban an instant mail, threaded by its case; Ada waits for her digest; Bob gets nothing twice."""
    settings = settings_for(tmp_path, server, ADA, BOB)
    run_round(database, settings, NOW - timedelta(minutes=30))
    facts += [
        report(n, (f"App {n}", *STORIES[0][1:6], f"The order names App {n}.", True), story_id=1)
        for n in (1, 2, 3)
    ]
    facts.append(report(4, STORIES[1]))
    first = run_round(database, settings, NOW - timedelta(minutes=20))
    assert [(mail.reader, mail.kind, mail.items) for mail in first.composed] == [("bob", MailKind.ALERT, 3)]
    (got,) = server.received
    assert got.recipients == ["bob@example.org"]
    assert got.message["Subject"].startswith("[BANNED] App 1, App 2 +1")
    assert got.message["In-Reply-To"] == "<case.101@watchlist.localhost>"
    second = run_round(database, settings, NOW + timedelta(hours=12))
    assert [(mail.reader, mail.items) for mail in second.composed] == [("ada", 4), ("bob", 1)]


def test_a_new_stage_and_a_confirmation_are_told_once(database, facts, tmp_path, server):
    """A confirmation is one more alert in the same case; a repetition is none; a correction reaches who was told."""
    settings = settings_for(tmp_path, server, BOB)
    run_round(database, settings, NOW)
    for n, change in enumerate(
        [
            ReportChange.NEW,
            ReportChange.REPEATED,
            ReportChange.CONFIRMED,
            ReportChange.CONFIRMED,
            ReportChange.CORRECTED,
        ],
        1,
    ):
        made = report(n, change=change, event_id=1, story_id=1)
        facts.append(replace(made, event=replace(made.event, case_id=101)))
        run_round(database, settings, NOW + timedelta(minutes=n))
    assert len(server.received) == 3
    first, *later = (got.message for got in server.received)
    assert first["In-Reply-To"] == "<case.101@watchlist.localhost>"
    assert [mail["In-Reply-To"] for mail in later] == [first["Message-ID"]] * 2
    assert [mail["Subject"].split("]")[0] for mail in later] == ["[CONFIRMED", "[CORRECTED"]
    with database.read() as session:
        codes = [answer.reason.code for answer in decisions.explain_event(session, 1)]
    assert codes == [Code.RULE, Code.REPEATED, Code.RULE, Code.TOLD, Code.RULE]


def test_what_is_taken_back_in_time_is_never_mailed(database, facts, tmp_path):
    """A finding that vanishes before the digest must not be mailed, nor its correction."""
    settings = settings_for(tmp_path, None, ADA)
    run_round(database, settings, NOW + timedelta(hours=1))
    facts += [report(1), report(2, change=ReportChange.CORRECTED, event_id=1)]
    done = run_round(database, settings, NOW + timedelta(hours=2), at_once=True)
    assert done.composed == []
    assert done.decided == {Delivery.DIGEST: 1, Delivery.NONE: 1}


def test_muting_delays_and_never_consumes(database, facts, tmp_path):
    """A muted name waits, also when it was muted after the decision; at the end of the mute all of it is mailed."""
    settings = settings_for(tmp_path)
    facts.append(report(1))
    run_round(database, settings, NOW, send=False)
    with database.write() as session:
        people.mute(session, "Alipay", None, NOW + timedelta(days=7), NOW)
    facts += [report(2, STORIES[1]), report(3)]
    (mail,) = run_round(database, settings, NOW, at_once=True).composed
    assert mail.subject == "Watchlist 22 Nov: 1 restriction"
    assert run_round(database, settings, NOW + timedelta(days=6), at_once=True).composed == []
    (late,) = run_round(database, settings, NOW + timedelta(days=7, seconds=1), at_once=True).composed
    assert late.items == 2
    facts.append(report(4))
    with database.write() as session:
        people.mute(session, None, None, NOW + timedelta(days=30), NOW + timedelta(days=8))
    assert run_round(database, settings, NOW + timedelta(days=9), at_once=True).composed == []
    with database.write() as session:
        assert people.unmute(session, None, NOW + timedelta(days=9)) == 1
    assert len(run_round(database, settings, NOW + timedelta(days=9), at_once=True).composed) == 1


def test_a_dismissed_match_is_counted_apart(database, facts, tmp_path):
    """Like matches are not mailed any more, the digest says how many; taken back, they are mailed again."""
    settings = settings_for(tmp_path)
    made = report(1, STORIES[1])
    with database.write() as session:
        kind = context_kind(made.match.why)  # type: ignore[union-attr]
        number = dismissals.dismiss(session, None, "Huawei", "huawei", kind, "", NOW).id
    facts += [made, report(2)]
    (mail,) = run_round(database, settings, NOW, at_once=True).composed
    assert mail.subject == "Watchlist 22 Nov: 1 ban"
    (message,) = maildir(tmp_path)
    text = " ".join(message.get_body(("plain",)).get_content().split())
    assert "1 match was left out because you dismissed one like it: Huawei (1)." in text
    with database.write() as session:
        assert dismissals.kept_away(session) == {number: 1}
        assert dismissals.take_back(session, number, NOW) == 1
        assert dismissals.take_back(session, number, NOW) is None
    facts.append(report(3, STORIES[1]))
    again = run_round(database, settings, NOW + timedelta(hours=1), at_once=True)
    assert again.composed[0].subject.endswith("2 restrictions")  # what was kept away, and the new one


def test_dismissing_takes_its_like_out_of_what_waits(database, facts, tmp_path):
    """What a person has called wrong in the morning must not stand in the evening's digest; corrections still come."""
    settings = settings_for(tmp_path, None, ADA)
    facts += [report(1, STORIES[1]), report(2, STORIES[1]), report(3)]
    run_round(database, settings, NOW, send=False)
    with database.write() as session:
        alert = overview.alerts(session, "Huawei", limit=9)[0]
        kind = context_kind(alert.facts.why)
        done = dismissals.dismiss(session, alert.id, "Huawei", alert.facts.alias, kind, "", NOW)
        assert done.withdrawn == 2
        assert len(overview.alerts(session, limit=9, left_out=True)) == 2
        assert [a.facts.event.entry for a in overview.alerts(session, limit=9, unread=True)] == ["Alipay"]
    (mail,) = run_round(database, settings, NOW + timedelta(minutes=1), at_once=True).composed
    assert mail.subject == "Watchlist 22 Nov: 1 ban"
    with database.write() as session:
        assert dismissals.take_back(session, done.id, NOW) == 2
    (mail,) = run_round(database, settings, NOW + timedelta(minutes=2), at_once=True).composed
    assert mail.subject == "Watchlist 22 Nov: 2 restrictions"


def test_a_surer_report_of_a_dismissed_event_is_told(database, facts, tmp_path):
    """When the first report was kept away, a later one with the owner beside the name must not count as a repetition."""
    settings = settings_for(tmp_path, None, ADA)
    weak = report(1, STORIES[1])
    with database.write() as session:
        kind = context_kind(weak.match.why)  # type: ignore[union-attr]
        dismissals.dismiss(session, None, "Huawei", "Huawei", kind, "", NOW)
    again = report(2, STORIES[1], event_id=1, change=ReportChange.REPEATED)
    surer = report(3, STORIES[1], event_id=1, change=ReportChange.REPEATED)
    surer = replace(surer, match=replace(surer.match, why=("exact name", "its ticker is named")))  # type: ignore[type-var]
    facts += [weak, again]
    assert run_round(database, settings, NOW, at_once=True).composed == []
    facts += [surer, replace(surer, id=4)]
    (mail,) = run_round(database, settings, NOW + timedelta(hours=1), at_once=True).composed
    assert (mail.subject, mail.items) == ("Watchlist 22 Nov: 1 restriction", 1)
    with database.read() as session:
        (alert,) = overview.alerts(session, limit=9)
        assert alert.facts.why == ("exact name", "its ticker is named")


def test_the_weekly_all_quiet(database, facts, tmp_path, monkeypatch):
    """A week without news brings one mail that says that the watch is on, and no digest; news brings none of it."""
    healthy = SourceHealth("Federal Register", "federal-register", None, NOW, NOW, NOW, None)
    monkeypatch.setattr(reads, "source_health", lambda _, now: [healthy])
    settings = settings_for(tmp_path, None, ADA)
    composed = []
    for day in range(22):
        composed += run_round(database, settings, NOW + timedelta(days=day)).composed
    assert [mail.kind for mail in composed] == [MailKind.QUIET, MailKind.QUIET]
    assert composed[0].subject == "Watchlist 30 Nov: all quiet, 1 of 1 sources healthy"
    off = settings_for(tmp_path, None, replace(ADA, name="off", weekly=None))
    assert not any(run_round(database, off, NOW + timedelta(days=30 + day)).composed for day in range(15))


def test_a_flood_becomes_one_digest(database, facts, tmp_path, server):
    """Eleven instant stories at once must not be eleven mails."""
    settings = settings_for(tmp_path, server, BOB)
    facts += [report(n) for n in range(1, 12)]
    (mail,) = run_round(database, settings, NOW).composed
    assert (mail.kind, mail.items) == (MailKind.DIGEST, 11)


def test_one_reader_s_trouble_does_not_delay_another(database, facts, tmp_path, server, monkeypatch):
    """A mail that cannot be composed or an address that is refused must cost only its own reader."""
    carol = RecipientSettings("carol", "carol@example.org")
    settings = settings_for(tmp_path, server, carol, ADA, RecipientSettings("dan", "dan@example.org"))
    server.refuse["dan@example.org"] = "550 no such user"
    real = alerts.compose.message_of

    def breaks_for_carol(mail, around, key):
        if mail.reader.name == "carol":
            raise RuntimeError("cannot be")
        return real(mail, around, key)

    monkeypatch.setattr(alerts.compose, "message_of", breaks_for_carol)
    facts.append(report(1))
    done = run_round(database, settings, NOW, at_once=True)
    assert [mail.reader for mail in done.composed] == ["ada", "dan"]
    assert done.troubles == ["carol: the mail could not be composed: RuntimeError: cannot be"]
    assert [got.recipients for got in server.received] == [["ada@example.org"]]
    monkeypatch.setattr(alerts.compose, "message_of", real)
    assert [mail.reader for mail in run_round(database, settings, NOW, at_once=True).composed] == ["carol"]
    with database.read() as session:
        assert posts.waiting_count(session) == {"sent": 2, "failed": 1}


def test_the_owner_hears_of_dead_letters(database, facts, tmp_path, server):
    """A mail that was given up must be told to the owner in his next digest, else nobody ever knows."""
    owner = replace(ADA, owner=True)
    settings = settings_for(tmp_path, server, owner, RecipientSettings("dan", "dan@example.org"))
    server.refuse["dan@example.org"] = "550 no such user"
    facts.append(report(1))
    run_round(database, settings, NOW, at_once=True)
    facts.append(report(2))
    run_round(database, settings, NOW + timedelta(hours=1), at_once=True)
    second = [got.message for got in server.received if got.recipients == ["ada@example.org"]][1]
    body = " ".join(second.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert "Mails that could not be delivered" in body
    assert "550 no such user" in body


def test_a_paused_recipient_gets_nothing_and_loses_nothing_new(database, facts, tmp_path):
    """Who unsubscribed must not be mailed; the others are."""
    settings = settings_for(tmp_path, None, ADA, BOB)
    with database.write() as session:
        people.update_state(session, "bob", NOW, paused=True)
    facts.append(report(1))
    assert [mail.reader for mail in run_round(database, settings, NOW, at_once=True).composed] == ["ada"]


def test_possible_matches_only(database, facts, tmp_path):
    """A digest of possible matches alone must not sound an alarm in its subject."""
    facts.append(report(1, verdict=Verdict.POSSIBLE, score=0.5))
    (mail,) = run_round(database, settings_for(tmp_path), NOW, at_once=True).composed
    assert mail.subject == "Watchlist 22 Nov: possible matches only"


def test_many_reports_are_read_in_batches(database, facts, tmp_path):
    """More reports than a batch must all be decided, in order, and the digest must say what it could not show."""
    facts += [report(n, STORIES[n % 10]) for n in range(1, 241)]
    done = run_round(database, settings_for(tmp_path), NOW, at_once=True)
    assert done.reports == 240
    assert done.composed[0].items == 240
    with database.read() as session:
        assert len(decisions.items_of_digest(session, done.composed[0].number)) == 240


def test_a_clock_that_ran_ahead_costs_no_digest(database, facts, tmp_path, server):
    """For an hour the clock said a month later: the digests of the real days must still come, each at its time."""
    settings = settings_for(tmp_path, server, ADA)
    run_round(database, settings, NOW)
    ahead = NOW + timedelta(days=30)
    facts.append(report(1))
    assert [mail.kind for mail in run_round(database, settings, ahead).composed] == [MailKind.DIGEST]
    facts.append(report(2, STORIES[1]))
    for day in range(1, 31):
        now = NOW + timedelta(days=day)
        if day == 30:
            facts.append(report(3, STORIES[2]))
        run_round(database, settings, now - timedelta(minutes=10))
        composed = run_round(database, settings, now).composed
        assert [mail.items for mail in composed if mail.kind is MailKind.DIGEST] == [1] * (day in (1, 30))


def test_the_owner_hears_of_dead_letters_though_nothing_else_is_new(
    database, database_url, facts, tmp_path, server
):
    """An address that refuses must reach the owner by his next digest: once, also after an instant mail, also alone."""
    owner = RecipientSettings(
        "owner", "owner@example.org", owner=True, weekly=None,
        rules=(RuleSettings("bans", "instant", actions=("transaction_ban",)),),
    )  # fmt: skip
    settings = settings_for(tmp_path, server, owner, BOB)
    server.refuse["bob@example.org"] = "550 no such user"
    clock = MovableClock(database_url, NOW)

    def round_at(moment):
        clock.now = moment
        return run_round(database, settings, moment)

    round_at(NOW - timedelta(days=2))
    facts.append(report(1))
    at_once = round_at(NOW - timedelta(hours=20))
    assert at_once.delivered is not None
    assert at_once.delivered.failed == 1
    (told,) = round_at(NOW + timedelta(hours=1, minutes=1)).composed
    assert (told.reader, told.kind) == ("owner", MailKind.QUIET)
    text = server.received[-1].message.get_body(("plain",)).get_content()
    assert "550 no such user" in text
    assert round_at(NOW + timedelta(days=1, hours=2)).composed == []


def test_the_owner_hears_of_a_lost_source_by_the_next_day(database, facts, tmp_path, monkeypatch):
    """A list that cannot be read is no matter for the weekly mail: the owner hears of it once, the others need not."""
    owner = RecipientSettings("owner", "owner@example.org", owner=True, weekly=None)
    settings = settings_for(tmp_path, None, owner, replace(ADA, weekly=None))
    lost = NOW + timedelta(hours=1)
    source = SourceHealth(
        "ofac-sdn",
        "list",
        None,
        NOW,
        lost,
        NOW - timedelta(days=1),
        None,
        9,
        "503",
        silent=True,
        lost_since=lost,
    )

    def composed_on(day, *health):
        monkeypatch.setattr(reads, "source_health", lambda _, now: list(health))
        made = run_round(database, settings, NOW + timedelta(days=day, hours=2)).composed
        return [(mail.reader, mail.subject) for mail in made]

    assert composed_on(-1) == []  # plans the digests
    assert composed_on(0) == []
    asleep = replace(source, last_attempt=lost - timedelta(days=1))
    assert composed_on(1, asleep) == []
    told = ("owner", "Watchlist 24 Nov: nothing new, but something needs a look")
    assert composed_on(2, source) == [told]
    (mail,) = maildir(tmp_path)
    assert "ofac-sdn: not read for 3 days (503)" in mail.get_body(("plain",)).get_content()
    assert composed_on(3, source) == []
    again = replace(source, lost_since=NOW + timedelta(days=3, hours=3), last_attempt=NOW + timedelta(days=4))
    assert len(composed_on(4, again)) == 1


def test_a_worker_whose_clock_is_ahead_hides_no_dead_letter(database, database_url, facts, tmp_path, server):
    """Given up by the server's clock, after a digest that the worker's clock calls later: the owner must hear of it."""
    owner = RecipientSettings("owner", "owner@example.org", owner=True, weekly=None)
    settings = settings_for(tmp_path, server, owner, BOB)
    server.refuse["bob@example.org"] = "550 no such user"
    clock, ahead = MovableClock(database_url, NOW), timedelta(minutes=10)

    def round_at(moment, **how):
        clock.now = moment
        return run_round(database, settings, moment + ahead, **how)

    facts.append(report(1, STORIES[1]))
    assert {mail.reader for mail in round_at(NOW, at_once=True).composed} == {"owner", "bob"}
    facts.append(report(2))
    later = round_at(NOW + timedelta(minutes=5))  # bob's ban, at once; the owner has his in the digest
    assert [mail.reader for mail in later.composed] == ["bob"]
    round_at(NOW + timedelta(days=1, hours=2), at_once=True)
    (text,) = [
        got.message.get_body(("plain",)).get_content()
        for got in server.received[1:]
        if got.recipients == ["owner@example.org"]
    ]
    assert text.count("550 no such user") == 2
