"""``watchlist owners``: who owns a name, and whether a restriction on the owners reaches it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watchlist.ownership.rules import Rule
    from watchlist.ownership.shares import Assessment, Ownership
    from watchlist.ownership.tree import Branch
    from watchlist.store.database import Database

app = typer.Typer()
_DEFAULT = "ofac-50"
_FTM_ENDINGS = (".json", ".jsonl", ".ndjson", ".ftm")


@app.command()
def owners(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A watched name, or any name that holdings are known of."),
    ] = None,
    rule_name: Annotated[
        str, typer.Option("--rule", metavar="RULE", help="ofac-50, bis-affiliates, eu or uk.")
    ] = _DEFAULT,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Who owned it on that day (2026-01-31).")
    ] = None,
    restricted: Annotated[
        list[str] | None,
        typer.Option("--restricted", metavar="NAME", help="Take this owner for restricted: what if?"),
    ] = None,
    imported: Annotated[
        Path | None,
        typer.Option(
            "--import",
            metavar="FILE",
            help="Keep the holdings of a file: CSV (owner,owned,share,since,until,control) or FtM JSON lines.",
        ),
    ] = None,
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="FILE", help="Drop the holdings of an imported file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Draw who owns a name, and add up what restricted persons hold of it.

    Owners come from your watchlist (watchlist edit NAME --owner "Ant Group:62%"), from imported files and from the
    relations of official lists. Without NAME: the files imported so far, and every watched name that is restricted
    through its owners.
    """
    from watchlist.cli.workspace import day_of, open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.errors import UsageError
    from watchlist.ownership.rules import rules

    rule = rules().get(rule_name)
    if rule is None:
        raise UsageError(f"there is no rule {rule_name!r}; choose one of {', '.join(rules())}")
    day = (day_of(as_of, "--as-of") if as_of else utc_now()).date()
    with open_store(settings_of(context, secrets=False)) as database:
        if imported is not None:
            _import(database, imported)
        elif forget is not None:
            _forget(database, forget)
        elif name is None:
            _overview(database, rule, day, restricted or [], as_json=as_json)
        else:
            _show(database, name, rule, day, restricted or [], as_json=as_json)


def _import(database: "Database", path: Path) -> None:
    from watchlist.cli.terminal import out, say
    from watchlist.clock import utc_now
    from watchlist.errors import InputError
    from watchlist.ownership.reading import read_csv, read_ftm
    from watchlist.store import holdings

    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; save the file as UTF-8") from None
    read = read_ftm if path.suffix.casefold() in _FTM_ENDINGS else read_csv
    found, bad = read(text.splitlines(keepends=True), path.name)
    for row in bad:
        say(f"{path}, line {row.line}: {row.reason}; left out")
    if not found:
        raise InputError(f"{path}: no holding in it")
    with database.write() as session:
        before = holdings.replace_source(session, path.name, found, utc_now())
    instead = f" in place of {before:,} of an earlier {path.name}" if before else ""
    out(f"{len(found):,} holding{'s' if len(found) != 1 else ''} kept{instead}.")


def _forget(database: "Database", source: str) -> None:
    from watchlist.cli.terminal import clean, out
    from watchlist.errors import UsageError
    from watchlist.store import holdings

    with database.write() as session:
        many = holdings.forget(session, source)
    if not many:
        raise UsageError(f"no holding of {clean(source)} is kept; see: watchlist owners")
    out(f"{many:,} holding{'s' if many != 1 else ''} of {clean(source)} dropped.")


def _overview(database: "Database", rule: "Rule", day: date, also: list[str], *, as_json: bool) -> None:
    import json

    from watchlist.cli.terminal import BOLD, clean, out, shorten, styled, width
    from watchlist.ownership.shares import Standing
    from watchlist.ownership.tree import arithmetic
    from watchlist.restricted import known_owners, ownership
    from watchlist.store import holdings

    with database.read() as session:
        known = known_owners(session, day)
        found, why = ownership(session, known, [rule], also)[rule.id]
        kept = holdings.sources(session)
    reached = [found.assess(entry.name) for entry in known.entries]
    reached = [one for one in reached if one.standing in (Standing.REACHED, Standing.UNCLEAR)]
    if as_json:
        data = {
            "rule": rule.id,
            "as_of": day.isoformat(),
            "in_force": rule.in_force(day),
            "imported": dict(kept),
        }
        out(json.dumps({**data, "names": [_data(one, why) for one in reached]}, ensure_ascii=False, indent=2))
        return
    for source, many in kept:
        out(f"Imported: {clean(source)}, {many:,} holding{'s' if many != 1 else ''}")
    _print_rule(rule, day)
    if not reached:
        out("No watched name is restricted through its owners, as far as they are known.")
    for one in reached:
        out(f"{styled(clean(one.name), BOLD)}: {_said(one, rule, day)}")
        out(shorten(clean(f"  {arithmetic(found, one)}"), width()))


def _show(
    database: "Database", name: str, rule: "Rule", day: date, also: list[str], *, as_json: bool
) -> None:
    import json

    from watchlist.cli.terminal import BOLD, DIM, RED, YELLOW, clean, out, shorten, styled, width
    from watchlist.errors import UsageError
    from watchlist.ownership.rules import rules
    from watchlist.ownership.shares import Standing
    from watchlist.ownership.tree import MOST_BRANCHES, branches
    from watchlist.restricted import known_owners, ownership

    with database.read() as session:
        known = known_owners(session, day)
        others = [other for other in rules().values() if other.id != rule.id and other.in_force(day)]
        under = ownership(session, known, [rule, *others], also)
    found, why = under[rule.id]
    elsewhere = [other for other in others if under[other.id][0].assess(name).standing is Standing.REACHED]
    if known.register.key(name) not in known.register.names:
        watched = {known.register.key(entry.name) for entry in known.entries}
        if known.register.key(name) not in watched:
            raise UsageError(
                f"no owner of {clean(name)} is known; add one: watchlist edit NAME --owner 'X:62%'"
            )
        out(f"No owner of {clean(name)} is known on {day}.")
        out("Add one: watchlist edit NAME --owner 'Ant Group:62%'")
        return
    answer = found.assess(name)
    drawn = list(branches(found, name))
    if as_json:
        data = {
            "rule": rule.id,
            "as_of": day.isoformat(),
            "in_force": rule.in_force(day),
            **_data(answer, why),
            "restricted_under": [other.id for other in elsewhere],
        }
        out(json.dumps({**data, "owners": [_branch_data(b) for b in drawn]}, ensure_ascii=False, indent=2))
        return
    colour = {Standing.REACHED: RED, Standing.LISTED: RED, Standing.UNCLEAR: YELLOW}.get(answer.standing)
    said = _said(answer, rule, day)
    out(f"{styled(clean(answer.name), BOLD)}: {styled(said, colour) if colour else said}")
    for line in _reasons(found, answer):
        _wrapped(line, 2)
    for other in elsewhere:
        out(styled(f"  Restricted under the {other.name}: --rule {other.id}", RED))
    out()
    out(styled(clean(answer.name), BOLD))
    for branch in drawn:
        _print_branch(branch, why, width())
    if len(drawn) == MOST_BRANCHES:
        out(styled(f"  … and more: only the first {MOST_BRANCHES} are drawn", DIM))
    out()
    _print_rule(rule, day)
    if any(b.counts for b in drawn):
        out(styled("+: counts in full, for its holder is restricted.", DIM))
    if any(b.stake.share is None for b in drawn):
        out(styled("? %: the share is not known; it counts as nothing until it is.", DIM))
    out(styled(shorten(f"Owners as of {day}; lists as they are now.", width()), DIM))


def _said(answer: "Assessment", rule: "Rule", day: date) -> str:
    from watchlist.ownership.shares import Standing

    asleep = not rule.in_force(day) and answer.standing is Standing.REACHED
    return f"would be {answer.standing.value}; the rule is not in force" if asleep else answer.standing.value


def _reasons(found: "Ownership", answer: "Assessment") -> list[str]:
    from watchlist.ownership.tree import arithmetic, percent

    lines = [arithmetic(found, answer)]
    if answer.by:
        lines.append(f"Restricted persons behind it: {', '.join(answer.by)}.")
    if round(answer.multiplied, 2) != round(answer.counted, 2) and answer.multiplied > 0:
        lines.append(
            f"Multiplied along the chains they hold {percent(answer.multiplied)}; the rule does not ask for that."
        )
    if answer.overfull:
        lines.append("The known shares add up to more than 100 %: one of them is wrong or out of date.")
    return lines


def _print_branch(branch: "Branch", why: "Mapping[str, str]", columns: int) -> None:
    from watchlist.cli.terminal import DIM, RED, clean, display_width, out, shorten, styled
    from watchlist.ownership.shares import Standing
    from watchlist.ownership.tree import percent

    shown = branch.last if branch.depth <= 8 else (*branch.last[:3], *branch.last[-4:])
    stem = "".join("   " if last else "│  " for last in shown[:-1]) + ("└─ " if shown[-1] else "├─ ")
    if branch.depth > 8:
        stem = f"{stem[:-3]}({branch.depth}) "
    stake = branch.stake
    notes = []
    if branch.standing is Standing.LISTED:
        notes.append(why.get(stake.owner, "restricted"))
    elif branch.counts:
        notes.append("restricted through its owners")
    elif branch.standing is Standing.UNCLEAR:
        notes.append("unclear")
    if stake.control:
        notes.append("controls")
    if branch.again:
        notes.append("see above")
    adds = f"+{percent(stake.share)}" if branch.counts and stake.share is not None else ""
    head = f"{stem}{percent(stake.share):>7}  {clean(stake.owner)}"
    note = f"  ({', '.join(notes)})" if notes else ""
    room = columns - len(adds) - 1
    line = shorten(head + note, room)
    gap = " " * max(1, columns - display_width(line) - len(adds)) if adds else ""
    out(styled(line + gap + adds, RED) if branch.counts else line if notes else styled(line, DIM))


def _print_rule(rule: "Rule", day: date) -> None:
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import DIM, out, styled, width

    now = "in force" if rule.in_force(day) else "not in force"
    later = rule.next_change(day)
    coming = f"; in force from {later}" if later and not rule.in_force(day) else ""
    _wrapped(f"Rule: {rule.name} ({rule.id}), {now} on {day}{coming}.", 0)
    for line in wrap(rule.citation, width() - 2, "  "):
        out(styled(line, DIM))


def _wrapped(text: str, indent: int) -> None:
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import clean, out, width

    for line in wrap(clean(text), width() - indent, " " * indent):
        out(line)


def _data(one: "Assessment", why: "Mapping[str, str]") -> dict[str, Any]:
    return {
        "name": one.name,
        "standing": one.standing.name.casefold(),
        "counted": round(one.counted, 4),
        "at_most": round(one.at_most, 4),
        "together": round(one.together, 4),
        "direct": round(one.direct, 4),
        "multiplied": round(one.multiplied, 4),
        "control": one.control,
        "overfull": one.overfull,
        "by": [{"name": name, "why": why.get(name, "")} for name in one.by],
    }


def _branch_data(branch: "Branch") -> dict[str, Any]:
    stake = branch.stake
    return {
        "depth": branch.depth,
        "owner": stake.owner,
        "owned": stake.owned,
        "share": stake.share,
        "control": stake.control,
        "counts": branch.counts,
        "standing": branch.standing.name.casefold(),
        "source": stake.source,
        "again": branch.again,
    }
