"""The index of stored wordings by their words, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from test_matching_lookup import ENTRIES, PIECES, answers

from watchlist.analysis import Analyst
from watchlist.config import SourceSettings
from watchlist.matching.lookup import queries_of, words_of
from watchlist.model import Document, Entry
from watchlist.reread import LookedBack, look_back, read_guarded
from watchlist.store import entries, reads, retention, sources, words
from watchlist.store.database import open_database
from watchlist.store.items import recognise
from watchlist.store.writes import Batch, Reading, store_readings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = SourceSettings("wire", "folder", "articles")


def store(database, *documents, at=NOON, baseline=True):
    """Store documents as a fetch of an unwatched source does."""
    analyst = Analyst.for_entries(())
    with database.write() as session:
        sources.add(session, SOURCE, NOON)
        source = next(one for one in sources.list_all(session) if one.settings.name == "wire")
        readings = [
            Reading.of(one, read_guarded(analyst, one.document), at)
            for one in recognise(session, source.id, documents)
            if one.changed
        ]
        store_readings(
            session, Batch(source.id, "wire", readings, analyst.fingerprint, at, baseline=baseline)
        )


def documents(*texts):
    """Return a document a text."""
    return [Document(f"d{n}", f"Report {n}", text, published=NOON) for n, text in enumerate(texts)]


def found(database, name, first=0, limit=100):
    """Return the ids of wordings that may hold a name."""
    with database.read() as session:
        return words.find(session, queries_of(Entry(name)), first, limit)


def test_names_are_found_in_any_script(database):
    """SQLite's and PostgreSQL's own tokenizers see one long word in 昨日华为公司宣布."""
    store(
        database,
        *documents("昨日华为公司宣布", "中华有所作为", "the Bank of China", "China, a bank", "«Газпромом»"),
    )
    assert found(database, "华为") == [1]
    assert found(database, "Bank of China") == [3]
    assert found(database, "Газпром") == [5]
    assert found(database, "Nobody") == []


def test_the_latest_come_first_and_old_ones_not_at_all(database):
    """A look back that is cut short must have read the newest."""
    store(database, *documents(*(f"Norvik was named, {n}" for n in range(5))))
    assert found(database, "Norvik", first=2, limit=3) == [5, 4, 3]


def test_a_long_document_is_indexed_whole(database):
    """PostgreSQL keeps a word's first 255 places of a row only: a name near the end would be lost."""
    store(
        database,
        *documents("the bank said so of it. " * 12_000 + "Bank of Norvik. " + "of " * 500 + "Ostmark"),
    )
    assert found(database, "Bank of Norvik") == [1]
    assert found(database, "Ostmark") == [1]
    assert found(database, "Norvik Ostmark") == []


def test_what_is_emptied_is_forgotten(database):
    """A text that retention has emptied must not live on in the index."""
    store(database, *documents("Norvik, 华为 and others"), at=NOON - timedelta(days=900))
    store(database, Document("new", "Report", "Norvik again", published=NOON))
    with database.write() as session:
        assert retention.empty_documents(session, NOON - timedelta(days=30), NOON, 10) == 1
    assert found(database, "Norvik") == [2]
    assert found(database, "华为") == []


def test_filling_gives_the_same_index(database):
    """A store moved to another database, or brought up to date, finds what it found before."""
    store(database, *documents("昨日华为公司宣布", "«Газпромом»", "Hua-wei"))
    with database.write() as session:
        connection = session.connection()
        before = {
            name: words.find(session, queries_of(Entry(name)), 0, 9) for name in ("华为", "Газпром", "Huawei")
        }
        words.remove(connection, [1, 2, 3])
        assert words.find(session, queries_of(Entry("华为")), 0, 9) == []
        words.fill(connection)
        after = {name: words.find(session, queries_of(Entry(name)), 0, 9) for name in before}
    assert after == before == {"华为": [1], "Газпром": [2], "Huawei": [3]}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join), min_size=1, max_size=5))
def test_both_databases_answer_as_the_words_do(database, texts):
    """The two query languages must mean the same."""
    indexed = {n: words_of("", text) for n, text in enumerate(texts, start=1)}
    with database.write() as session:
        connection = session.connection()
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TABLE IF EXISTS temp.revision_words")
            connection.exec_driver_sql(
                "CREATE VIRTUAL TABLE temp.revision_words"
                " USING fts5(running, beside, content='', columnsize=0, tokenize='ascii')"
            )
        else:
            connection.exec_driver_sql("DROP TABLE IF EXISTS pg_temp.revision_words")
            connection.exec_driver_sql(
                "CREATE TEMP TABLE revision_words (revision_id int, part int, words tsvector)"
            )
        for n, held in indexed.items():
            words.add(connection, n, held)
        for entry in ENTRIES:
            queries = queries_of(entry)
            expected = [n for n, held in reversed(indexed.items()) if any(answers(held, q) for q in queries)]
            assert words.find(session, queries, 0, 99) == expected
        session.rollback()


def watch(database, entry):
    """Add an entry and look back for it."""
    with database.write() as session:
        entries.add(session, entry, NOON)
        watched = entries.list_all(session)
    return Analyst.for_entries(watched)


def test_a_look_back_reads_what_may_name_the_entry_only(database):
    """With a million documents stored, reading all of them takes an hour."""
    texts = [f"Nothing of note happened, {n}." for n in range(30)]
    store(database, *documents(*texts, "The ministry has put 华为 on its blocking list."))
    analyst = watch(database, Entry("华为"))
    assert look_back(database, analyst, [Entry("华为")], NOON + timedelta(days=1)) == LookedBack(31, 0)
    with database.read() as session:
        assert len(reads.events_of_entry(session, "华为")) == 1
        assert all(report.baseline for report in reads.reports_after(session, 0, 10))


def test_a_look_back_is_mailed_when_asked(database):
    """Somebody who adds a name today may want this week's news of it in the next mail."""
    store(database, *documents("The Treasury put Norvik Metall on its sanctions list on Friday."))
    analyst = watch(database, Entry("Norvik Metall"))
    look_back(database, analyst, [Entry("Norvik Metall")], NOON + timedelta(days=1), as_news=True)
    with database.read() as session:
        reports = reads.reports_after(session, 0, 10)
    assert reports
    assert not any(report.baseline for report in reports)


def test_a_look_back_that_is_stopped_says_what_is_left(database):
    """A person is not kept waiting; what is left is read with the next rounds."""
    store(database, *documents(*(f"Norvik Metall was named, {n}" for n in range(60))))
    analyst = watch(database, Entry("Norvik Metall"))
    asked = iter([False, True])
    done = look_back(database, analyst, [Entry("Norvik Metall")], NOON, days=1, stop=lambda: next(asked))
    assert done == LookedBack(60, 10)


@pytest.mark.parametrize("days", [0, 400])
def test_the_days_of_a_look_back(database, days):
    """What was stored before the days that count is not read."""
    store(database, *documents("Norvik Metall was named"), at=NOON - timedelta(days=300))
    analyst = watch(database, Entry("Norvik Metall"))
    done = look_back(database, analyst, [Entry("Norvik Metall")], NOON, days=days)
    assert done.stored == (1 if days else 0)


def test_a_store_of_an_older_program_is_indexed_when_it_is_opened(sqlite_url):
    """What was stored before there was an index must be found, too."""
    engine = create_engine(sqlite_url)
    config = Config()
    config.set_main_option("script_location", "watchlist:store/migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        stamp = "2026-11-01 00:00:00.000000"
        for statement in (
            "INSERT INTO sources (id, name, kind, options, official, configured, added_at, paused, moved_seen, validators,"
            f" cursor, failures) VALUES (1, 'wire', 'folder', '[]', 0, 0, '{stamp}', 0, 0, '{{}}', '{{}}', 0)",
            "INSERT INTO items (id, source_id, uid, uid_hash, first_seen_at, baseline, revision_id)"
            f" VALUES (1, 1, 'd', 'd', '{stamp}', 0, 1)",
            "INSERT INTO revisions (id, item_id, content_sha, title, text, official, completeness, facts, outlet,"
            f" first_seen_at) VALUES (1, 1, 's', 'Report', '昨日华为公司宣布', 0, 'full', '{{}}', 'wire', '{stamp}')",
        ):
            connection.execute(text(statement))
    engine.dispose()
    opened = open_database(sqlite_url)
    assert found(opened, "华为") == [1]
    opened.close()
