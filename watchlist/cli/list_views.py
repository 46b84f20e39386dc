"""How lists stand, and what a round did with them, on a terminal and as JSON."""

import json
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from watchlist.cli.list_records import measure_data, measure_line, wrapped
from watchlist.cli.terminal import BOLD, RED, YELLOW, clean, out, say, styled, table, width

if TYPE_CHECKING:
    from watchlist.list_report import ListHit, ListRun
    from watchlist.list_round import ListsReport
    from watchlist.model import SourceHealth
    from watchlist.store.lists import EditionInfo, ListState

SHOWN_HITS = 20


class Progress:
    """Which lists are being read and how far, on the terminal's last line; silent in a pipe."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()
        self._busy: dict[str, str] = {}
        self._lock = threading.Lock()

    def tell(self, name: str, words: str) -> None:
        """Show what is being done with a list; '' when it is done."""
        if not self._wanted:
            return
        with self._lock:
            self._busy.pop(name, None)
            if words:
                self._busy[name] = words
            line = "; ".join(f"{one}: {doing}" for one, doing in self._busy.items())
            sys.stderr.write(f"\r\x1b[K{line[: width() - 1]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Wipe the line."""
        if self._wanted:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


# ----- how lists stand --------------------------------------------------------------------------------------


def show_states(
    rows: "Sequence[tuple[SourceHealth, ListState | None]]", now: datetime, *, as_json: bool
) -> None:
    """Print how each list stands: its edition, its age, its size, and what is wrong."""
    from watchlist.cli.sources import ago

    if as_json:
        for health, state in rows:
            out(json.dumps(_state_data(health, state), ensure_ascii=False))
        return
    if not rows:
        out("No list is turned on. Turn some on: watchlist sources add ofac un uk")
        out("What there is: watchlist lists catalog")
        return
    table(
        ("List", "Edition", "Checked", "Entities", "State"),
        [
            (
                health.name,
                _day_of(state.current) if state and state.current else "none yet",
                ago(health.last_attempt, now) or "never",
                f"{state.current.entities:,}" if state and state.current else "",
                _word(health, state),
            )
            for health, state in rows
        ],
        right=("Entities",),
    )
    for health, _ in rows:
        if health.problem and not health.paused:
            say(f"{health.name}: {health.problem}")


def _day_of(edition: "EditionInfo") -> str:
    return edition.as_of or f"read {edition.fetched:%Y-%m-%d}"


def _word(health: "SourceHealth", state: "ListState | None") -> str:
    if health.paused:
        return "paused"
    if health.gone:
        return "gone (410)"
    if state and state.held:
        return "held"
    if health.failures:
        return "failing" if health.failures == 1 else f"failing ({health.failures} times)"
    return "in force" if state and state.current else "never read"


def _state_data(health: "SourceHealth", state: "ListState | None") -> dict[str, Any]:
    def told(edition: "EditionInfo | None") -> dict[str, Any] | None:
        if edition is None:
            return None
        return {
            "as_of": edition.as_of or None,
            "fetched": edition.fetched.isoformat(),
            "confirmed": edition.confirmed.isoformat(),
            "entities": edition.entities,
            "bytes": edition.size,
            "digest": edition.digest,
            "reason": edition.reason or None,
        }

    return {
        "list": health.name,
        "state": _word(health, state),
        "problem": health.problem,
        "last_attempt": health.last_attempt.isoformat() if health.last_attempt else None,
        "last_success": health.last_success.isoformat() if health.last_success else None,
        "next_due": health.next_due.isoformat() if health.next_due else None,
        "edition": told(state.current if state else None),
        "held": told(state.held if state else None),
        "refused": told(state.refused if state else None),
    }


# ----- what a round did -------------------------------------------------------------------------------------


def show_runs(report: "ListsReport", *, as_json: bool) -> None:
    """Print what a round did with each list, then what it means for watched names, then what went wrong."""
    if as_json:
        for row in report.rows:
            out(json.dumps(_run_data(row), ensure_ascii=False))
        return
    for row in report.rows:
        out(f"{styled(row.name, BOLD)}: {_done(row)}")
        if row.note:
            for line in wrapped(clean(row.note), 2):
                out(line)
        show_hits(row.hits)
    if any(row.baseline and not row.changes and not row.problem for row in report.rows):
        out("What is on a first edition already is shown here and in status, not mailed.")
    for row in report.rows:
        if row.problem:
            say(f"{row.name}: {row.problem}")


def show_hits(hits: "Sequence[ListHit]") -> None:
    """Print watched names that were found, what is certain first, the best record of each name and measure."""
    best: dict[tuple[str, str, str], ListHit] = {}
    count: dict[tuple[str, str, str], int] = {}
    lists: dict[tuple[str, str, str], list[str]] = {}
    for hit in sorted(hits, key=lambda one: (one.verdict.value != "match", -one.score)):
        titles = "; ".join(measure.title for measure in hit.measures)
        key = (hit.entry, hit.standing.value, titles)
        best.setdefault(key, hit)
        if hit.list not in lists.setdefault(key, []):
            lists[key].append(hit.list)
        count[key] = count.get(key, 0) + 1
    rows = sorted(best.items(), key=lambda pair: (pair[1].verdict.value != "match", pair[0]))
    for key, hit in rows[:SHOWN_HITS]:
        sure = hit.verdict.value == "match"
        mark = styled("match   ", RED) if sure else styled("possible", YELLOW)
        more = f" (and {count[key] - 1:,} more)" if count[key] > 1 else ""
        via = f" through its owner {clean(hit.via)}" if hit.via else ""
        several = f" ({', '.join(lists[key])})" if len(lists[key]) > 1 else ""
        told = f"{hit.standing}{via}, as {clean(hit.listed_as)}{more}{several}"
        first, *rest = wrapped(f"{clean(hit.entry)}: {told}", 11)
        out(f"  {mark} {first.strip()}".replace(clean(hit.entry), styled(clean(hit.entry), BOLD), 1))
        for line in rest:
            out(line)
        for measure in hit.measures:
            for line in wrapped(clean(measure_line(measure)), 11):
                out(line)
    if len(rows) > SHOWN_HITS:
        out(f"  … and {len(rows) - SHOWN_HITS} more; see watchlist status")


def _done(row: "ListRun") -> str:
    if row.held:
        return f"held back; the edition in force has {row.entities:,} entities"
    if row.problem:
        kept = f"; the edition in force has {row.entities:,} entities" if row.entities else ""
        return f"failed{kept}"
    if row.unchanged:
        return f"unchanged, {row.entities:,} entities"
    if row.baseline and not row.changes:
        return f"first edition, {row.entities:,} entities"
    told = ", ".join(f"{count:,} {kind}" for kind, count in row.changes)
    return f"{row.entities:,} entities; {told or 'no change'}"


def _run_data(row: "ListRun") -> dict[str, Any]:
    return {
        "list": row.name,
        "entities": row.entities,
        "changes": dict(row.changes),
        "unchanged": row.unchanged,
        "baseline": row.baseline,
        "held": row.held,
        "problem": row.problem,
        "note": row.note or None,
        "hits": [
            {
                "entry": hit.entry,
                "id": hit.entity_id,
                "listed_as": hit.listed_as,
                "standing": hit.standing.value,
                "verdict": hit.verdict.value,
                "score": hit.score,
                "measures": [measure_data(measure) for measure in hit.measures],
                "why": list(hit.why),
                "via": hit.via or None,
            }
            for hit in row.hits
        ],
    }
