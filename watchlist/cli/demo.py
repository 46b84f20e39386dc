"""``watchlist demo``: the whole road in a folder of its own, without network, account or configuration."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from alerts.round import RoundReport
    from watchlist.config import Settings
    from watchlist.model import Entry, Finding, Page, Request, SourceState
    from watchlist.pipeline import RunReport
    from watchlist.sources.base import NewsSource

app = typer.Typer()

MARK = ".watchlist-demo"
"""A file that says that a folder is the demo's own and may be made anew."""

CONFIG = """\
# The configuration of `watchlist demo`: everything lies in this folder, mails go into a local mailbox.
data_dir = "."

[mail]
maildir = "mail"

[[recipients]]
name = "you"
address = "you@localhost"

[[sources]]
name = "sample-articles"
kind = "folder"
url = "articles"
"""


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Where to; your data folder without it.", show_default=False),
    ] = None,
) -> None:
    """Show the whole road in a few seconds: eight watched apps, an article and a feed, and a real digest.

    Uses no network and touches nothing outside its folder. Run it as often as you like.
    """
    from watchlist.config_file import load_settings, user_data_folder

    place = (folder or user_data_folder() / "demo").absolute()
    _make_anew(place)
    settings = load_settings(place / "watchlist.toml", {})
    facts, alerts, entries, findings = _walk(settings, place)
    _tell(place, settings, facts, alerts, entries, findings)


def _make_anew(place: Path) -> None:
    """Empty the demo's own folder and write its configuration and article. Raises UsageError on a foreign one."""
    import shutil

    from watchlist.errors import UsageError

    try:
        if place.exists() and any(place.iterdir()):
            if not (place / MARK).is_file():
                raise UsageError(f"{place} is not empty and not from an earlier demo; name another folder")
            shutil.rmtree(place)
        (place / "articles").mkdir(parents=True)
        (place / MARK).write_text("This folder belongs to `watchlist demo`, which may empty it.\n", "utf-8")
        (place / "watchlist.toml").write_text(CONFIG, "utf-8")
        (place / "articles" / "apps-banned.html").write_bytes(_sample("article.html"))
    except OSError as error:
        raise UsageError(f"{place}: cannot be written: {error.strerror}; name another folder") from error


def _sample(name: str) -> bytes:
    from importlib import resources

    return (resources.files("watchlist") / "data" / "demo" / name).read_bytes()


def _walk(
    settings: "Settings", place: Path
) -> tuple["RunReport", "RoundReport", tuple["Entry", ...], list["Finding"]]:
    """Go the whole road: watchlist, sources, store, decisions, mail."""
    from alerts.round import run_round
    from watchlist.analysis import Analyst
    from watchlist.cli.workspace import open_store, stored_sources
    from watchlist.clock import utc_now
    from watchlist.entries_io import Form, parse_entries
    from watchlist.pipeline import refresh
    from watchlist.sources import build
    from watchlist.store import entries, sources
    from watchlist.store.lock import single_runner

    watched = tuple(parse_entries(_sample("watchlist.csv"), Form.CSV).entries)
    recorder = _Recorder(Analyst.for_entries(watched))
    with open_store(settings) as database, single_runner(database, "watchlist demo"):
        stored = stored_sources(settings, database)
        with database.write() as session:
            for entry in watched:
                entries.add(session, entry, utc_now())
        reading: list[NewsSource] = [*(build(one.settings) for one in stored), SampleFeed()]
        analyst: Any = recorder
        facts = refresh(
            database, reading, NoWeb(), analyst, now=utc_now(), since=datetime(2021, 1, 1, tzinfo=UTC)
        )
        with database.write() as session:
            sources.remove(session, SampleFeed().name, utc_now())  # it exists in the demo only
        alerts = run_round(database, settings, utc_now(), at_once=True)
    return facts, alerts, watched, recorder.findings


class _Recorder:
    """The analyst, remembering what it found, so that it can be told without asking the store."""

    def __init__(self, analyst: Any) -> None:
        self._analyst = analyst
        self.fingerprint = analyst.fingerprint
        self.findings: list[Finding] = []

    def read(self, document: Any) -> "Finding":
        finding: Finding = self._analyst.read(document)
        self.findings.append(finding)
        return finding


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """The feed that ships with the package, read by the feed reader from the package instead of the web."""

    name: str = "sample-wire"
    address: str = "https://wire.example.org/feed.xml"
    inner: Any = field(init=False, repr=False, compare=False, default=None)

    def plan(self, state: "SourceState", now: datetime) -> Iterable["Request"]:
        """Ask for the feed."""
        return self._feed().plan(state, now)

    def parse(self, page: "Page", request: "Request") -> Iterable[Any]:
        """Read the feed's items."""
        return self._feed().parse(page, request)

    def fetch(self, request: "Request", state: "SourceState", now: datetime) -> "Page":
        """Take the feed from the package."""
        from watchlist.model import Page

        headers = {"content-type": "application/rss+xml"}
        return Page(request.url, request.url, 200, headers, _sample("feed.xml"), now)

    def _feed(self) -> "NewsSource":
        from watchlist.config import SourceSettings
        from watchlist.sources import build

        return build(SourceSettings(self.name, "feed", self.address, (("full_text", "feed"),)))


class NoWeb:
    """Stands where the web would be: the demo reads nothing from it."""

    def fetch(self, request: "Request", state: "SourceState | None" = None) -> "Page":
        """Refuse."""
        from watchlist.errors import FetchError

        raise FetchError(request.url, "the demo reads nothing from the web", local=True)

    def allowed(self, url: str) -> bool:
        """Say no."""
        return False


def _tell(
    place: Path,
    settings: "Settings",
    facts: "RunReport",
    alerts: "RoundReport",
    entries: tuple["Entry", ...],
    findings: list["Finding"],
) -> None:
    from watchlist.cli.checking import step, wrap
    from watchlist.cli.terminal import BOLD, clean, out, say, styled, width

    columns = min(width(), 100)

    def line(label: str, text: str) -> None:
        for at, part in enumerate(wrap(text, columns - 13)):
            out(f"{styled(f'{label:11}', BOLD) if not at else ' ' * 11}  {part}")

    line("Watched", ", ".join(entry.name for entry in entries))
    documents = sum(row.fetched for row in facts.rows)
    line("Read", f"a sample article and a sample feed: {documents} documents")
    told: dict[str, list[str]] = {}
    for finding in sorted(findings, key=lambda one: str(one.document.published or "")):
        acted = {action.target for action in finding.actions if action.new}
        for action in finding.actions:
            if action.new:
                told.setdefault(step(action).removeprefix("> "), []).append(action.target)
        for match in finding.matches:
            if match.entry not in acted and not finding.actions:
                told.setdefault("named, without an action", []).append(match.entry)
    for at, (what, who) in enumerate(told.items()):
        line("Found" if not at else "", f"{', '.join(dict.fromkeys(who))}: {what}")
    delivered = alerts.delivered.sent if alerts.delivered else ()
    for claim in delivered:
        line("Mailed", f"{clean(claim.subject)}")
    mails = sorted((settings.mail.maildir / "new").glob("*"))
    if mails:
        page = place / "digest.html"
        _save_html(mails[-1], page)
        mail = mails[-1].parent if len(mails) > 1 else mails[-1]
        line("Look at", "the mail as a page, and as any mail program opens it:")
        out(f"  {page}")  # not wrapped: a path with a line break in it cannot be copied
        out(f"  {mail}")
    for row in facts.rows:
        for error in row.errors:
            say(f"{row.name}: {error}")
    for trouble in alerts.troubles:
        say(trouble)
    out()
    out(styled("Your turn", BOLD))
    for command, why in (
        ("watchlist init", "write your configuration; mails go into a local folder"),
        ('watchlist add "Alipay" --owner "Ant Group"', "watch a name"),
        ("watchlist check", "read the official sources, mail what is new"),
        (f'watchlist check "{place / "articles"}"', "read any file, folder or address"),
    ):
        out(f"  {command}")
        out(f"      {why}")
    if facts.failed or alerts.failed:
        raise typer.Exit(3)


def _save_html(mail: Path, page: Path) -> None:
    from email import message_from_bytes, policy

    part = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("html",))
    page.write_text(str(part.get_content()) if part else "", "utf-8")
