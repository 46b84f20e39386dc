"""A whole small world for tests: a store, a source that says what a test says, and one reader."""

from email import message_from_bytes
from email.policy import default

from scripted import HOUR, NOON, MarkAnalyst, NoFetcher, ScriptedSource
from sqlmodel import select

from alerts.audit import export
from alerts.round import run_round
from watchlist.config import MailSettings, RecipientSettings, Settings
from watchlist.model import Entry
from watchlist.pipeline import refresh
from watchlist.store import entries
from watchlist.store.tables import RevisionRow

BAN = "Alipay [Alipay transaction_ban adopted US-President 2027-01-05]"
"""A text that names Alipay and says, to the scripted analyst, what is done to it."""


class World:
    """A store with two names, a source and one reader; the clock goes on with each round."""

    def __init__(self, database, folder, clock=None):
        """``clock``: the database's, to go along."""
        self.database, self.now, self.clock = database, NOON, clock
        self.source = ScriptedSource()
        self.settings = Settings(
            database="", data_dir=folder, mail=MailSettings(maildir=folder / "mail"),
            recipients=(RecipientSettings("ada", "ada@example.org"),),
        )  # fmt: skip
        with database.write() as session:
            for name in ("Alipay", "Huawei"):
                entries.add(session, Entry(name), NOON)
        self.round()

    def round(self, *documents, after=HOUR):
        """Fetch these documents, decide and mail."""
        self.now += after
        if self.clock:
            self.clock.now = self.now
        self.source.says(*documents)
        refresh(self.database, [self.source], NoFetcher(), MarkAnalyst(), now=self.now, only_due=False)
        return run_round(self.database, self.settings, self.now, at_once=True)

    def lines(self, since=None):
        """Return the trail."""
        with self.database.read() as session:
            return list(export(session, since))

    def text_of(self, title):
        """Return the stored text of a document."""
        with self.database.read() as session:
            return session.exec(select(RevisionRow.text).where(RevisionRow.title == title)).one()

    def mails(self):
        """Return the mails in the mailbox folder, oldest first."""
        folder = self.settings.mail.maildir / "new"
        found = [message_from_bytes(path.read_bytes(), policy=default) for path in folder.iterdir()]
        return sorted(found, key=lambda mail: mail["Date"].datetime)
