"""How changes of lists, their records, and who is on them look on a terminal and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from watchlist.cli.terminal import BOLD, DIM, GREEN, RED, YELLOW, clean, out, styled, width

if TYPE_CHECKING:
    from watchlist.list_lookup import ListRecord
    from watchlist.lists.difference import ListChange
    from watchlist.lists.measures import ListProfile, Measure
    from watchlist.lists.screening import Hit
    from watchlist.model import ListEntity
    from watchlist.store.list_history import DatedChange

# ----- changes ----------------------------------------------------------------------------------------------


def show_changes(changes: "Sequence[ListChange]", told: str, *, as_json: bool) -> None:
    """Print changes, each with the fields that differ, and their number with ``told`` behind it."""
    for change in changes:
        _print_change_json(change) if as_json else _print_change(change)
    if not as_json:
        count = f"{len(changes):,} change{'s' if len(changes) != 1 else ''}" if changes else "No change"
        out(styled(f"{count} {told}", DIM))


def _print_change(change: "ListChange", when: str = "") -> None:
    shown = change.after or change.before
    assert shown is not None
    colour = {"added": RED, "re-listed": RED, "removed": GREEN}.get(str(change.kind), YELLOW)
    into = f" into {change.into}" if change.into else ""
    head = styled(f"{change.kind}{into}".ljust(10), colour)
    out(f"{when}{head} {styled(clean(shown.names[0].name), BOLD)} ({clean(change.id)})")
    for field in change.fields:
        gone, come = _apart(clean(_plain(field.before)), clean(_plain(field.after)))
        for line in wrapped(f"{field.field}: {gone} → {come}", 11):
            out(line)


_CONTEXT = 3
"""So many words that stayed are shown before and behind those that changed."""


def _apart(before: str, after: str) -> tuple[str, str]:
    """Return two texts without the long stretches that they begin and end with alike."""
    old, new = before.split(" "), after.split(" ")
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    start = max(0, head - _CONTEXT)
    kept = max(0, tail - _CONTEXT)
    if start + kept <= 2 * _CONTEXT:
        return before, after

    def shown(words: list[str]) -> str:
        middle = words[start : len(words) - kept]
        return " ".join((*("…",) * bool(start), *middle, *("…",) * bool(kept)))

    return shown(old), shown(new)


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

        changes = [
            {"at": one.at.isoformat(), "edition": one.as_of or None, **_change_data(one.change)}
            for one in history
        ]
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
        _print_change(one.change, f"  {one.as_of or f'{one.at:%Y-%m-%d}'}  ")


def _title(profile: "ListProfile", entity: "ListEntity") -> str:
    return "; ".join(measure_line(measure) for measure in profile.measures(entity))


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
        out(f"{clean(name)} is not on {where}, under this name.")
    for listing in shown:
        print_listing(listing)
    if gone:
        out(styled("Formerly, and no longer there:", BOLD))
        for listing in gone:
            print_listing(listing)
    if left := len(present) + len(past) - len(shown) - len(gone):
        out(styled(f"{left:,} more record{'s are' if left > 1 else ' is'} somewhat alike: --all", DIM))


_LONGER = 5
"""So many longer names are shown."""


def show_longer(found: "Sequence[tuple[str, str]]") -> None:
    """Print the listed names that hold every word of a name beside others: they may be parts of it, or somebody else."""
    if not found:
        return
    out(styled("Listed names that hold all its words, and more (its parts, or others):", DIM))
    for list_name, name in found[:_LONGER]:
        for line in wrapped(clean(f"{name} ({list_name})"), 2):
            out(line)
    if len(found) > _LONGER:
        out(styled(f"  … and {len(found) - _LONGER:,} more", DIM))


def print_listing(listing: "ListRecord") -> None:
    """Print one record that a name may be, for a person."""
    hit = listing.hit
    sure = hit.verdict.value == "match"
    mark = styled("match   ", RED) if sure else styled("possible", YELLOW)
    out(f"{hit.score:4.2f}  {mark}  {styled(clean(hit.listed_as), BOLD)}")
    # An id that is made of the name itself tells nothing new.
    number = f", {clean(hit.entity.id)}" if hit.entity.names[0].name not in hit.entity.id else ""
    for line in wrapped(f"{hit.list}{number}", 6):
        out(styled(line, DIM))
    for measure in listing.measures:
        for line in wrapped(clean(measure_line(measure)), 6):
            out(line)
    dates = [f"{label} {day}" for label, day in hit.entity.dates if label == "listed"]
    dates += [f"found gone {listing.left:%Y-%m-%d}"] if listing.left else []
    dates += [", ".join(hit.entity.programs[:4])] if hit.entity.programs else []
    if dates:
        for line in wrapped(clean("; ".join(dates)), 6):
            out(line)
    for reason in hit.why:
        for line in wrapped(f"· {clean(reason)}", 6):
            out(line)


def _listing_data(listing: "ListRecord") -> dict[str, Any]:
    return {
        **hit_data(listing.hit),
        "now": listing.left is None,
        "left": listing.left.isoformat() if listing.left else None,
        "measures": [measure_data(measure) for measure in listing.measures],
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


def measure_line(measure: "Measure") -> str:
    """Return a measure in a line: what, by whom, under which list."""
    from watchlist.actions.authorities import directory

    who = f" by {directory().name(measure.authority)}" if measure.authority else ""
    return f"{measure.action.value.replace('_', ' ')}{who}: {measure.title}"


def measure_data(measure: "Measure") -> dict[str, Any]:
    """Return a measure, ready for ``json.dumps``."""
    return {
        "action": measure.action.value,
        "authority": measure.authority or None,
        "title": measure.title,
        "programs": list(measure.programs),
    }


def wrapped(text: str, indent: int) -> Iterable[str]:
    """Return a text in lines that fit the terminal, indented."""
    import textwrap

    room = max(40, min(width(), 100) - indent)
    return [" " * indent + line for line in textwrap.wrap(text, room, break_on_hyphens=False) or [""]]
