"""``watchlist check`` without arguments: fetch, match, store, decide, compose, deliver; then say what was done."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from watchlist.cli.terminal import clean, out, say, styled, table

if TYPE_CHECKING:
    from alerts.round import RoundReport
    from watchlist.config import Settings
    from watchlist.pipeline import RunReport, SourceRun


def full_round(
    settings: "Settings", *, everything: bool = False, send: bool = True, since: datetime | None = None
) -> int:
    """Do one round and print it; return the exit code: 3 when a source, document or mail failed, else 0."""
    from alerts.ledger.heartbeat import note_check
    from alerts.round import run_round
    from watchlist.cli.facts import refresh_facts
    from watchlist.cli.workspace import open_store
    from watchlist.clock import utc_now
    from watchlist.store import entries
    from watchlist.store.lock import single_runner

    with open_store(settings) as database, single_runner(database, "watchlist check"):
        with database.read() as session:
            watched = len(entries.list_all(session))
        progress = _Progress()
        facts = refresh_facts(
            settings, database, only_due=not everything, since=since, progress=progress.tell
        )
        progress.clear()
        show_facts(facts)
        if not watched:
            say('your watchlist is empty, so nothing can match: watchlist add "Alipay"')
        if facts.interrupted:
            raise KeyboardInterrupt
        alerts = run_round(database, settings, utc_now(), at_once=True, send=send)
        if send:
            with database.write() as session:
                note_check(session, utc_now())
    show_mails(alerts, sent=send)
    return 3 if facts.failed or alerts.failed else 0


def show_facts(report: "RunReport") -> None:
    """Print the table of sources, then each error in a line on standard error."""
    if report.rows:
        table(
            ("Source", "Fetched", "New", "Revised", "Matched", "Errors", ""),
            [_row(row) for row in report.rows],
            right=("Fetched", "New", "Revised", "Matched", "Errors"),
        )
    elif report.interrupted:
        out("Stopped before a source was read; the next round reads them.")
    else:
        out("No source was due; --all fetches them all the same.")
    if report.reread:
        documents = "document was" if report.reread == 1 else "documents were"
        out(f"{report.reread:,} stored {documents} read anew, since the watchlist or the rules have changed.")
    if report.offline:
        say("no host could be reached: is this machine offline? No source is blamed")
    for row in report.rows:
        for error in row.errors:
            say(f"{row.name}: {error}")


def _row(row: "SourceRun") -> tuple[str, ...]:
    met = "unchanged, met by new names" if row.matched else "unchanged"
    remark = "first fetch" if row.baseline else met if row.not_modified else ""
    remark = "failed" if row.failed else remark
    counts = (row.fetched, row.new, row.revised, row.matched, len(row.errors))
    return (row.name, *(f"{count:,}" for count in counts), remark)


def show_mails(report: "RoundReport", *, sent: bool) -> None:
    """Print what was mailed, to whom, and where it lies."""
    if not sent:
        waiting = sum(count for delivery, count in report.decided.items() if delivery.value != "none")
        out(
            f"Nothing was sent (--no-send); {waiting:,} new alert{'s' if waiting != 1 else ''} wait for the next mail."
        )
        return
    delivered = report.delivered.sent if report.delivered else ()
    mailed = [claim for claim in delivered if not claim.address.startswith("channel ")]
    for claim in delivered:
        verb = "Mailed to" if claim in mailed else "Told"
        out(f"{verb} {clean(claim.address)}: {styled(clean(claim.subject), '1')}")
    if mailed:
        out(f"by {report.place}")
    for trouble in (*report.troubles, *(report.delivered.troubles if report.delivered else ())):
        say(trouble)
    if not delivered and not report.failed:
        out("Nothing new to mail.")


class _Progress:
    """Which sources are being read, on the terminal's last line; silent in a pipe."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()
        self._busy: list[str] = []
        self._done = 0

    def tell(self, name: str, row: "SourceRun | None") -> None:
        if row is None:
            self._busy.append(name)
        elif name in self._busy:
            self._busy.remove(name)
            self._done += 1
        if self._wanted:
            busy = ", ".join(self._busy[:3])
            sys.stderr.write(f"\r\x1b[K{self._done} read; reading {busy}"[:100] if self._busy else "\r\x1b[K")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._wanted:
            sys.stderr.write("\r\x1b[K")
