"""A folder of static files of one's own alerts: a page each, an index, and two feeds. Any web server can show it.

Written when something is new, each file whole or not at all; a page that is right already is left alone. Pages of
alerts that have left the feeds stay, for mails link to them.
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.case_history import past_of
from alerts.digest import rows_of
from alerts.feed import FeedEntry, atom, json_feed
from alerts.ledger import overview, people
from alerts.ledger.overview import AlertView
from alerts.message import safe_domain
from alerts.model import Code, Digest, Item, MailKind, Past, Reader, Reason
from alerts.phrases import Phrases
from alerts.render import Renderer
from alerts.rules import section_of
from alerts.words import Words
from watchlist.config import Settings
from watchlist.errors import DeliveryError
from watchlist.files import write_whole
from watchlist.store.database import Database

_READER = Reader("watchlist", "")


def publish(database: Database, settings: Settings, now: datetime) -> int:
    """Bring the folder up to date. Returns how many files were written; DeliveryError when it cannot be written."""
    folder = settings.publish.folder
    if folder is None:
        return 0
    renderer = Renderer(base_url=base_of(settings))
    with database.read() as session:
        alerts = overview.told_alerts(session, settings.publish.entries, people.held_back(session, now))
        mails = _mails(session, alerts)
    entries = _entries(alerts, mails, renderer, settings)
    index = Digest(
        MailKind.DIGEST, _READER, alerts[0].created if alerts else now,
        rows=tuple(row for mail in mails for row in mail.all_rows),
    )  # fmt: skip
    files = {
        folder / "index.html": renderer.page("index.html", index).encode("utf-8", "replace"),
        **feed_files(entries, settings, folder, now),
    }
    for alert, mail in zip(alerts, mails, strict=True):
        page = renderer.page("page.html", mail).encode("utf-8", "replace")
        files[folder / "alerts" / f"{alert.id}.html"] = page
    try:
        (folder / "alerts").mkdir(parents=True, exist_ok=True)
        return sum(_write(path, data) for path, data in files.items())
    except OSError as error:
        raise DeliveryError(
            f"{folder}: alerts cannot be published there: {error.strerror or type(error).__name__}"
        ) from error


def feed_entries(session: Session, settings: Settings, limit: int, now: datetime) -> list[FeedEntry]:
    """Return the latest alerts that somebody hears of, for a feed."""
    alerts = overview.told_alerts(session, limit, people.held_back(session, now))
    return _entries(alerts, _mails(session, alerts), Renderer(base_url=base_of(settings)), settings)


def feed_files(
    entries: list[FeedEntry], settings: Settings, folder: Path, now: datetime
) -> dict[Path, bytes]:
    """Return the two feeds by their paths."""
    domain, base = safe_domain(settings.mail.list_id_domain), base_of(settings)
    return {
        folder / "alerts.atom": atom(entries, domain, base, now),
        folder / "alerts.json": json_feed(entries, domain, base),
    }


def base_of(settings: Settings) -> str | None:
    """Return where the pages are served, without a slash at its end; None when there are no pages to link to."""
    if settings.publish.folder is None or settings.mail.base_url is None:
        return None
    return settings.mail.base_url.rstrip("/")


def _entries(
    alerts: list[AlertView], mails: list[Digest], renderer: Renderer, settings: Settings
) -> list[FeedEntry]:
    base, words = base_of(settings), Words(_READER.language, ZoneInfo(_READER.timezone))
    return [
        FeedEntry(
            alert.id,
            alert.created,
            Phrases(words, mail).subject(),
            renderer.page("entry.html", mail).strip(),
            f"{base}/alerts/{alert.id}.html" if base else None,
            alert.facts,
        )
        for alert, mail in zip(alerts, mails, strict=True)
    ]


def _mails(session: Session, alerts: list[AlertView]) -> list[Digest]:
    """Return each alert as a mail of its own would tell it, to nobody in particular."""
    items = [
        Item(alert.id, section_of(alert.facts), alert.facts, Reason(Code.DEFAULT, "")) for alert in alerts
    ]
    known = past_of(session, _READER.name, items, {})
    past = {case: Past(steps=one.steps, overtaken=one.overtaken) for case, one in known.items()}
    made = []
    for alert, item in zip(alerts, items, strict=True):
        rows = rows_of([item], past)
        made.append(Digest(MailKind.ALERT, _READER, alert.created, rows=rows))
    return made


def _write(path: Path, data: bytes) -> bool:
    if path.is_file() and path.read_bytes() == data:
        return False
    write_whole(path, data)
    return True
