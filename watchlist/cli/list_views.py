"""How lists, their changes and their records look on a terminal and as JSON."""

import json
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from watchlist.cli.terminal import BOLD, DIM, GREEN, RED, YELLOW, clean, out, say, styled, table, width

if TYPE_CHECKING:
    from watchlist.list_lookup import ListRecord
    from watchlist.list_round import ListsReport
    from watchlist.list_taking import ListHit, ListRun
    from watchlist.lists.difference import ListChange
    from watchlist.lists.measures import ListProfile, Measure
    from watchlist.lists.screening import Hit
    from watchlist.model import ListEntity, SourceHealth
    from watchlist.store.lists import DatedChange, EditionInfo, ListState

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
    return edition.as_of or f"{edition.fetched:%Y-%m-%d}"


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
        show_hits(row.hits)
    for row in report.rows:
        if row.problem:
            say(f"{row.name}: {row.problem}")


def show_hits(hits: "Sequence[ListHit]") -> None:
    """Print watched names that were found, what is certain first, the best record of each name and measure."""
    best: dict[tuple[str, str, str, str], ListHit] = {}
    count: dict[tuple[str, str, str, str], int] = {}
    for hit in sorted(hits, key=lambda one: (one.verdict.value != "match", -one.score)):
        titles = "; ".join(measure.title for measure in hit.measures)
        key = (hit.entry, hit.list, hit.standing.value, titles)
        best.setdefault(key, hit)
        count[key] = count.get(key, 0) + 1
    rows = sorted(best.items(), key=lambda pair: (pair[1].verdict.value != "match", pair[0]))
    for key, hit in rows[:SHOWN_HITS]:
        sure = hit.verdict.value == "match"
        mark = styled("match   ", RED) if sure else styled("possible", YELLOW)
        more = f" (and {count[key] - 1:,} more)" if count[key] > 1 else ""
        out(f"  {mark} {styled(clean(hit.entry), BOLD)}: {hit.standing}, as {clean(hit.listed_as)}{more}")
        for measure in hit.measures:
            for line in wrapped(clean(_measure(measure)), 11):
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
        return f"first edition, {row.entities:,} entities; what is on it already is not mailed as news"
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
        "hits": [
            {
                "entry": hit.entry,
                "id": hit.entity_id,
                "listed_as": hit.listed_as,
                "standing": hit.standing.value,
                "verdict": hit.verdict.value,
                "score": hit.score,
                "measures": [_measure_data(measure) for measure in hit.measures],
                "why": list(hit.why),
            }
            for hit in row.hits
        ],
    }


# ----- changes ----------------------------------------------------------------------------------------------


def show_changes(changes: "Sequence[ListChange]", told: str, *, as_json: bool) -> None:
    """Print changes, each with the fields that differ, and their number with ``told`` behind it."""
    for change in changes:
        _print_change_json(change) if as_json else _print_change(change)
    if not as_json:
        count = f"{len(changes):,} change{'s' if len(changes) != 1 else ''}" if changes else "No change"
        out(styled(f"{count}: {told}" if "before" in told else f"{count} {told}", DIM))


def _print_change(change: "ListChange", when: str = "") -> None:
    shown = change.after or change.before
    assert shown is not None
    colour = {"added": RED, "re-listed": RED, "removed": GREEN}.get(str(change.kind), YELLOW)
    into = f" into {change.into}" if change.into else ""
    head = styled(f"{change.kind}{into}".ljust(10), colour)
    out(f"{when}{head} {styled(clean(shown.names[0].name), BOLD)} ({clean(change.id)})")
    for field in change.fields:
        gone, come = clean(_plain(field.before)), clean(_plain(field.after))
        for line in wrapped(f"{field.field}: {gone} → {come}", 11):
            out(line)


def _plain(values: tuple[Any, ...]) -> str:
    from watchlist.model import ListName

    told = [
        v.name if isinstance(v, ListName) else ": ".join(v) if isinstance(v, tuple) else str(v or "")
        for v in values
    ]
    return "; ".join(filter(None, told)) or "nothing"


def _print_change_json(change: "ListChange") -> None:
    out(json.dumps(_change_data(change), ensure_ascii=False))


def _change_data(change: "ListChange") -> dict[str, Any]:
    from dataclasses import asdict

    shown = change.after or change.before
    assert shown is not None
    return {
        "change": str(change.kind),
        "id": change.id,
        "name": shown.names[0].name,
        "into": change.into,
        "fields": [asdict(field) for field in change.fields],
    }


# ----- records ----------------------------------------------------------------------------------------------


def show_record(
    profile: "ListProfile",
    entity: "ListEntity | None",
    history: "Sequence[DatedChange]",
    *,
    as_json: bool,
    first: bool = True,
) -> None:
    """Print one record whole, as it stands or last stood, and what became of it."""
    last = history[-1].change if history else None
    shown = entity or (last.before if last else None)
    assert shown is not None
    if as_json:
        from watchlist.lists.edition import entity_to_json

        changes = [{"at": one.at.isoformat(), **_change_data(one.change)} for one in history]
        record = {"list": profile.name, "listed": entity is not None, **entity_to_json(shown)}
        out(json.dumps({**record, "page": profile.address(shown), "history": changes}, ensure_ascii=False))
        return
    if not first:
        out()
    out(styled(clean(shown.names[0].name), BOLD) + f" ({clean(shown.id)}), {shown.kind}")
    state = "on" if entity else "no longer on"
    for line in wrapped(f"{state} {profile.name}: {clean(_title(profile, shown))}", 2):
        out(line)
    for label, values in _values(shown):
        for line in wrapped(f"{label}: {clean('; '.join(values))}", 2):
            out(line)
    if address := profile.address(shown):
        out(styled(f"  {clean(address)}", DIM))
    for one in history:
        _print_change(one.change, f"  {one.at:%Y-%m-%d}  ")


def _title(profile: "ListProfile", entity: "ListEntity") -> str:
    return "; ".join(_measure(measure) for measure in profile.measures(entity))


def _values(entity: "ListEntity") -> Iterator[tuple[str, Sequence[str]]]:
    by_strength: dict[str, list[str]] = {}
    for name in entity.names[1:]:
        by_strength.setdefault(name.strength.value, []).append(name.name)
    titles = {"primary": "names", "strong": "other names", "former": "former names", "weak": "weak aliases"}
    for strength, names in by_strength.items():
        yield titles[strength], names
    for label, values in (
        ("programmes", entity.programs),
        ("identifiers", entity.identifiers),
        ("countries", entity.countries),
        ("addresses", entity.addresses),
        ("dates", tuple(": ".join(pair) for pair in entity.dates)),
        ("linked", tuple(": ".join(pair) for pair in entity.linked)),
        ("remarks", (entity.remarks,) if entity.remarks else ()),
    ):
        if values:
            yield label, values


def _measure(measure: "Measure") -> str:
    from watchlist.actions.authorities import directory

    who = f" by {directory().name(measure.authority)}" if measure.authority else ""
    return f"{measure.action.value.replace('_', ' ')}{who}: {measure.title}"


def _measure_data(measure: "Measure") -> dict[str, Any]:
    return {
        "action": measure.action.value,
        "authority": measure.authority or None,
        "title": measure.title,
        "programs": list(measure.programs),
    }


# ----- who is on a list -------------------------------------------------------------------------------------


def show_listings(
    name: str,
    present: "Sequence[ListRecord]",
    past: "Sequence[ListRecord]",
    where: str,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Print the records that a name may be: on the lists now, then those that were; the rest with ``everything``."""
    shown, gone = ([one for one in found if everything or one.hit.telling] for found in (present, past))
    if as_json:
        for listing in (*shown, *gone):
            out(json.dumps(_listing_data(listing), ensure_ascii=False))
        return
    if not shown:
        out(f"{clean(name)} is on none of {where}, under this name.")
    for listing in shown:
        print_listing(listing)
    if gone:
        out(styled("Formerly, and no longer there:", BOLD))
        for listing in gone:
            print_listing(listing)
    if left := len(present) + len(past) - len(shown) - len(gone):
        out(styled(f"{left:,} more record{'s are' if left > 1 else ' is'} somewhat alike: --all", DIM))


def print_listing(listing: "ListRecord") -> None:
    """Print one record that a name may be, for a person."""
    hit = listing.hit
    sure = hit.verdict.value == "match"
    mark = styled("match   ", RED) if sure else styled("possible", YELLOW)
    out(
        f"{hit.score:4.2f}  {mark}  {styled(clean(hit.listed_as), BOLD)}  ({hit.list}, {clean(hit.entity.id)})"
    )
    for measure in listing.measures:
        for line in wrapped(clean(_measure(measure)), 6):
            out(line)
    dates = [f"{label} {day}" for label, day in hit.entity.dates if label == "listed"]
    dates += [f"found gone {listing.left:%Y-%m-%d}"] if listing.left else []
    dates += [", ".join(hit.entity.programs[:4])] if hit.entity.programs else []
    if dates:
        for line in wrapped(clean("; ".join(dates)), 6):
            out(line)
    for reason in hit.why:
        out(f"      · {clean(reason)}")


def _listing_data(listing: "ListRecord") -> dict[str, Any]:
    return {
        **hit_data(listing.hit),
        "now": listing.left is None,
        "left": listing.left.isoformat() if listing.left else None,
        "measures": [_measure_data(measure) for measure in listing.measures],
        "page": listing.page,
    }


def hit_data(hit: "Hit") -> dict[str, Any]:
    """Return one hit, ready for ``json.dumps``."""
    return {
        "asked": hit.asked,
        "asked_as": hit.asked_as,
        "list": hit.list,
        "id": hit.entity.id,
        "listed_as": hit.listed_as,
        "verdict": hit.verdict.value,
        "score": hit.score,
        "why": list(hit.why),
        "programs": list(hit.entity.programs),
    }


def wrapped(text: str, indent: int) -> Iterable[str]:
    """Return a text in lines that fit the terminal, indented."""
    import textwrap

    room = max(40, min(width(), 100) - indent)
    return [" " * indent + line for line in textwrap.wrap(text, room, break_on_hyphens=False) or [""]]
