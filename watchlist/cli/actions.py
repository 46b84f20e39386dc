"""``watchlist actions``: why a text was read as it was, and rules of your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.actions.explain import CellReport
    from watchlist.model import Document

app = typer.Typer(help="See why a text was read as it was; test rules of your own.", no_args_is_help=True)

RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="A rule file of your own (docs/actions.md); repeatable."),
]


@app.command()
def explain(
    context: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="FILE", help="Files, folders, addresses, or -.")],
    watchlist: Annotated[
        Path | None,
        typer.Option("--watchlist", "-w", metavar="FILE", help="Watched names; else those of your database."),
    ] = None,
    rules: RulesOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every sentence that was read, not only those that speak.")
    ] = False,
) -> None:
    """Show which sentences, cues, rules and learnt words led to each action."""
    from watchlist.actions.explain import explain as explain_document
    from watchlist.actions.extract import Extractor
    from watchlist.actions.rules import read
    from watchlist.cli.check import fetch_with, names_in_file, names_in_store
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import clean, out, say, width
    from watchlist.cli.workspace import own_rules, settings_of, shelf_for
    from watchlist.documents import Unread, read_inputs
    from watchlist.matching.matcher import Matcher

    settings = settings_of(context, secrets=False)
    shelf = shelf_for(None if watchlist else settings.data_dir)
    entries, _ = names_in_file(watchlist, shelf) if watchlist else names_in_store(context)
    own = [*own_rules(settings), *(read(path) for path in rules or [])]
    matcher, extractor = Matcher.compile(entries, shelf=shelf), Extractor.load(entries, own)
    read_some = failed = False
    for item in read_inputs(inputs, fetch=fetch_with(context), doubt=say):
        if isinstance(item, Unread):
            say(item.error)
            failed = True
            continue
        if read_some:
            out()
        read_some = True
        matches = matcher.match(item)
        out(clean(item.title or item.id))
        actions = extractor.extract(item, matches)
        if not actions:
            named = ", ".join(match.entry for match in matches)
            said = f"no action is read on {named}" if named else "no watched name in it"
            for line in wrap(f"{said}.", width() - 4, "  "):
                out(line)
        for action in actions:
            when = "news" if action.new else "background"
            via = f" (via {action.via})" if action.via else ""
            dates = [f"effective {action.effective}"] if action.effective else []
            dates += [f"until {action.until}"] if action.until else []
            said = (
                f"{action.target}{via}: {action.action.value}, {action.stage.value}, {when}, "
                f"{', '.join([action.authority or 'authority unknown', *dates])}, "
                f"by {', '.join(action.rules)} ({action.confidence:.2f})"
            )
            first, *rest = wrap(clean(said), width() - 4)
            out(f"  {first}")
            for line in rest:
                out(f"    {line}")
        for report in explain_document(extractor, item, matches):
            if everything or report.restricted >= 0.3 or report.rules:
                _show(report, item)
    if failed:
        raise typer.Exit(3 if read_some else 2)


def _show(report: "CellReport", document: "Document") -> None:
    from watchlist.cli.terminal import DIM, clean, out, shorten, styled, width

    where = "names it" if report.distance == 0 else f"{report.distance} after it was named"
    out()
    out(styled(f"  {report.target}: {where}, {report.evidence.field.value} {report.evidence.start}", DIM))
    out("    " + shorten(clean(" ".join(report.evidence.text.split())), max(20, width() - 4)))
    out(
        f"    restricted {report.restricted:.2f}; {report.kind} {report.kind_share:.2f}, "
        f"{report.stage}, news {report.new:.2f}"
    )
    for rule in report.rules:
        out(f"    rule {rule.id}: {rule.action.value}, {rule.stage.value}")
    if report.cues:
        out(shorten("    cues: " + ", ".join(f"{cue} ({pattern})" for cue, pattern in report.cues), width()))
    for title, weighed in (("restricted", report.for_any), (report.kind, report.for_kind)):
        if weighed:
            words = ", ".join(f"{w.feature} {w.weight:+.2f}" for w in weighed)
            out(shorten(f"    for {title}: {words}", width()))


@app.command()
def test(
    rules: Annotated[
        Path, typer.Argument(metavar="RULES", help="A rule file with examples (docs/actions.md).")
    ],
) -> None:
    """Read a rule file and check its examples: does each give the answers it states?"""
    from watchlist.actions.extract import Extractor
    from watchlist.actions.rules import read
    from watchlist.cli.terminal import out, say

    file = read(rules)
    extractor = Extractor.load((), [file])
    wrong = 0
    for example in file.examples:
        wanted = {(label.target, label.action.value, label.stage.value) for label in example.labels}
        found = {
            (a.target, a.action.value, a.stage.value): a.rules
            for a in extractor.extract(example.document, example.matches)
        }
        missing, surplus = sorted(wanted - set(found)), sorted(set(found) - wanted)
        wrong += bool(missing or surplus)
        out(f"{'ok  ' if not (missing or surplus) else 'FAIL'} {example.document.text[:70]}")
        for target, action, stage in missing:
            out(f"     missing: {target}: {action}, {stage}")
        for key in surplus:
            out(f"     surplus: {key[0]}: {key[1]}, {key[2]} (by {', '.join(found[key])})")
    counts = [
        (len(file.rules), "rule", "rules"),
        (len(file.authorities), "authority", "authorities"),
        (len(file.notices), "form of notices", "forms of notices"),
        (sum(map(len, file.dates.values())), "list of words beside dates", "lists of words beside dates"),
        (len(file.examples), "example", "examples"),
    ]
    told = [
        f"{count} {one if count == 1 else many}" for count, one, many in counts if count or one == "example"
    ]
    out(f"{', '.join(told)}, {wrong} wrong")
    if not any(count for count, _, _ in counts) and not file.cues:
        say(f"{rules}: nothing in it; what it may hold: docs/actions.md")
    if wrong:
        raise typer.Exit(1)
