"""A store moved between databases, and copied into a file: whole, checked, or not at all."""

import stat
from datetime import timedelta

import pytest
from scripted import HOUR, NOON, MarkAnalyst, NoFetcher, ScriptedSource, doc
from sqlalchemy import text
from sqlmodel import select

from watchlist.errors import StoreError, UsageError
from watchlist.model import Entry
from watchlist.pipeline import refresh
from watchlist.store import entries, reads, sources
from watchlist.store.database import open_database
from watchlist.store.tables import ReportRow
from watchlist.store.transfer import backup, transfer


@pytest.fixture
def filled(database):
    """Give a store with a little of everything in it, the texts as awkward as they come."""
    with database.write() as session:
        for name in ("Alipay", "Huawei", "支付宝 🅰️"):
            entries.add(session, Entry(name, note="a\r\n'\"\\"), NOON)
    source = ScriptedSource()
    for number in range(3):
        documents = [
            doc(f"{n}", f"Alipay {n} [Huawei penalty adopted US-{n}] \u202e\ufffd") for n in range(number + 1)
        ]
        refresh(
            database,
            [source.says(*documents, etag=f"{number}")],
            NoFetcher(),
            MarkAnalyst(),
            now=NOON + number * HOUR,
        )
    return database


def everything(database):
    """Return what readers see."""
    with database.read() as session:
        return (
            entries.list_all(session),
            reads.reports_after(session, 0),
            reads.source_health(session, NOON),
            sources.list_all(session),
            reads.events_of_entry(session, "Huawei"),
        )


@pytest.fixture(params=["to sqlite", pytest.param("to postgresql", marks=pytest.mark.slow)])
def target(request, tmp_path):
    """Give an empty store of the other kind, or of the same."""
    if request.param == "to sqlite":
        url = f"sqlite:///{tmp_path / 'target.db'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    opened = open_database(url)
    yield opened
    opened.close()


def test_a_move_brings_everything(filled, target):
    """Nobody moves his history to lose a part of it: readers see the same, and the store goes on from there."""
    before = everything(filled)
    moved = transfer(filled, target)
    assert everything(target) == before == everything(filled)
    assert dict(moved.tables)["reports"] == len(before[1]) == 6
    refresh(
        target,
        [ScriptedSource().says(doc("new", "Alipay", "fresh"))],
        NoFetcher(),
        MarkAnalyst(),
        now=NOON + timedelta(days=1),
    )
    with target.read() as session:
        assert [report.id for report in reads.reports_after(session, before[1][-1].id)] == [7]


def test_ids_that_were_given_and_deleted_do_not_come_again(filled, target):
    """A cursor behind a deleted report must not meet its id on another one."""
    with filled.write() as session:
        last = reads.last_report(session)
        session.delete(session.get(ReportRow, last))
    transfer(filled, target)
    refresh(
        target,
        [ScriptedSource().says(doc("new", "Alipay", "fresh"))],
        NoFetcher(),
        MarkAnalyst(),
        now=NOON + timedelta(days=1),
    )
    with target.read() as session:
        assert [report.id for report in reads.reports_after(session, last - 1)] == [last + 1]


def test_a_target_that_holds_something_is_left_alone(filled, target):
    """Two histories must not be mixed."""
    with target.write() as session:
        entries.add(session, Entry("mine"), NOON)
    with pytest.raises(StoreError, match="entries holds rows already"):
        transfer(filled, target)
    with target.read() as session:
        assert [entry.name for entry in entries.list_all(session)] == ["mine"]


def test_a_move_that_fails_leaves_nothing(filled, target):
    """Interrupted half-way, the target is as empty as before, and the move can be done again."""

    def stop(table, done, total):
        if table == "reports":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(filled, target, stop)
    transfer(filled, target)
    assert everything(target) == everything(filled)


def test_a_row_that_arrives_changed_is_noticed(filled, target):
    """The check must be one that can fail: a target that changes what it is given is found out."""
    with target.write() as session:
        if target.is_sqlite:
            session.connection().execute(
                text(
                    "CREATE TRIGGER spoil AFTER INSERT ON revisions BEGIN"
                    " UPDATE revisions SET title = title || ' ' WHERE id = new.id; END"
                )
            )
        else:
            session.connection().execute(
                text(
                    "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.title := NEW.title || ' ';"
                    " RETURN NEW; END $$ LANGUAGE plpgsql"
                )
            )
            session.connection().execute(
                text("CREATE TRIGGER spoil BEFORE INSERT ON revisions FOR EACH ROW EXECUTE FUNCTION spoil()")
            )
    with pytest.raises(StoreError, match="revisions did not arrive"):
        transfer(filled, target)
    with target.read() as session:
        assert session.exec(select(ReportRow.id)).all() == []


def test_a_backup_is_a_whole_database_of_its_own(filled, tmp_path):
    """A backup is good when it opens, is private, and shows the same."""
    path = tmp_path / "backup.db"
    backup(filled, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    copy = open_database(f"sqlite:///{path}")
    assert everything(copy) == everything(filled)
    copy.close()
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []
    with pytest.raises(UsageError, match="there already"):
        backup(filled, path)
    with pytest.raises(UsageError, match="no such folder"):
        backup(filled, tmp_path / "backpus" / "backup.db")
    assert not (tmp_path / "backpus").exists()
