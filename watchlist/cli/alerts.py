"""``watchlist alerts``: what was found, why it was mailed or not, and what you say to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchlist.cli import alert_answers
from watchlist.cli.exports import JsonLines, Target

if TYPE_CHECKING:
    from sqlmodel import Session

    from alerts.ledger.decisions import Answer

app = typer.Typer(
    no_args_is_help=True, help="What was found, why it was mailed or not, and what you say to it."
)


@app.command(name="list")
def list_(
    context: typer.Context,
    entry: Annotated[str | None, typer.Option("--entry", metavar="NAME", help="Of this name only.")] = None,
    unread: Annotated[
        bool, typer.Option("--open", help="Only what nobody acknowledged or dismissed.")
    ] = False,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="Show what you dismissed instead.")] = False,
    muted: Annotated[bool, typer.Option("--muted", help="Show the mutes in force instead.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 30,
) -> None:
    """List alerts, latest first; with --dismissed the dismissals in force and what they keep away."""
    from alerts.ledger import dismissals, overview
    from watchlist.cli.terminal import out, table
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        if dismissed:
            _show_dismissed(session, limit)
            return
        if muted:
            _show_muted(session)
            return
        found = overview.alerts(session, _kept(session, entry), limit=limit, unread=unread, left_out=False)
        wrong = dismissals.made_from(session)
    if not found:
        out("No alert so far." if not (entry or unread) else "No such alert.")
        return
    table(
        ("No.", "Seen (UTC)", "Name", "What", "Mailed to"),
        [
            (
                str(a.id),
                f"{a.created:%Y-%m-%d %H:%M}",
                a.facts.event.entry,
                alert_answers.what(a)
                + (", acknowledged" if a.acked else "")
                + (", dismissed" if a.id in wrong else ""),
                alert_answers.mailed(a),
            )
            for a in found
        ],
        right=("No.",),
    )


def _kept(session: "Session", name: str | None) -> str | None:
    """Return a name as the watchlist has it; one that is no longer watched as it was typed."""
    from watchlist.errors import EntryError
    from watchlist.store import entries

    if name is None:
        return None
    try:
        return entries.get(session, name).name
    except EntryError:
        return name


def _show_dismissed(session: "Session", limit: int) -> None:
    from alerts.ledger import decisions, dismissals, overview
    from watchlist.cli.terminal import out, table

    kept, away = dismissals.dismissals(session), dismissals.kept_away(session)
    if kept:
        table(
            ("No.", "Name", "Found as", "Context", "Since", "Keeps away"),
            [
                (str(d.id), d.entry, d.alias, d.context, f"{d.created:%Y-%m-%d}", str(away.get(d.id, 0)))
                for d in kept
            ],
            right=("No.", "Keeps away"),
        )
    left_out = overview.alerts(session, limit=limit, left_out=True)
    if left_out:
        out()
        table(
            ("Alert", "Seen (UTC)", "Name", "What", "Passage"),
            [
                (
                    str(a.id), f"{a.created:%Y-%m-%d %H:%M}", a.facts.event.entry, alert_answers.what(a),
                    a.facts.passage.text[:80],
                )
                for a in left_out
            ],
            right=("Alert",),
        )  # fmt: skip
    total = sum(count for _, count in decisions.dismissed_since(session, None, None))
    was = "match was" if total == 1 else "matches were"
    out(f"{total} {was} left out when decided. Take a dismissal back: watchlist alerts restore NO.")


def _show_muted(session: "Session") -> None:
    from alerts.ledger import people
    from watchlist.cli.terminal import out, table
    from watchlist.clock import utc_now

    found = people.mutes(session, utc_now())
    if not found:
        out("Nothing is muted.")
        return
    table(
        ("Name", "For", "Until (UTC)"),
        [(m.entry or "everything", m.reader or "everybody", f"{m.until:%Y-%m-%d %H:%M}") for m in found],
    )
    out("What is muted waits and is mailed afterwards. End one: watchlist alerts unmute NAME")


@app.command()
def show(context: typer.Context, number: alert_answers.Number) -> None:
    """Show one alert: the facts, the evidence, the source, who got it."""
    from alerts.ledger import dismissals
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of

    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        alert = alert_answers.alert_of(session, number)
        wrong = dismissals.made_from(session).get(number)
    facts = alert.facts
    out(f"alert {alert.id}: {clean(facts.event.entry)}: {alert_answers.what(alert)}")
    if facts.event.effective:
        _fact("effective", f"{facts.event.effective}")
    _fact("evidence", facts.passage.text)
    _fact("why", f"{'; '.join(facts.why)} (score {facts.score:.2f}, {facts.verdict.value})")
    _fact("source", facts.title + (f" ({facts.source})" if facts.source else ""))
    if facts.url:
        out(f"{'':15}{clean(facts.url)}")
    _fact("first seen", f"{facts.first_seen:%Y-%m-%d %H:%M} UTC")
    _fact("mailed to", alert_answers.mailed(alert))
    if alert.acked:
        _fact("acknowledged", f"{alert.acked:%Y-%m-%d %H:%M} UTC {alert.acked_note}")
    if wrong is not None:
        _fact("dismissed", wrong or "no note; see: watchlist alerts list --dismissed")


def _fact(label: str, text: str) -> None:
    """Print a label and a text beside it, wrapped at the terminal's width."""
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import clean, out, width

    first, *more = wrap(" ".join(clean(text).split()), width() - 15, " " * 15) or [""]
    out(f"  {label:13}{first.lstrip()}".rstrip())
    for line in more:
        out(line)


@app.command()
def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ALERT|NAME", help="An alert's number, or a name for what became no alert too."
        ),
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many, for a name.")] = 20,
) -> None:
    """Say why something was mailed or not: every decision on an alert's event, or the latest on a name."""
    from alerts.ledger import decisions
    from watchlist.cli.terminal import clean, out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.store import entries

    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        if what.isdigit():
            alert = alert_answers.alert_of(session, int(what))
            answers = decisions.explain_event(session, alert.facts.event.id)
            out(f"alert {alert.id}: {clean(alert.facts.event.entry)}: {alert_answers.what(alert)}")
            out(f"why it matched: {clean('; '.join(alert.facts.why))}")
        else:
            name = entries.get(session, what).name
            answers = decisions.explain_entry(session, name, limit)
            out(
                f"{clean(name)}: the latest {len(answers)} decisions"
                if answers
                else f"{clean(name)}: no decision so far"
            )
        _tell(session, answers)


def _tell(session: "Session", answers: "list[Answer]") -> None:
    """Print decisions, grouped by the report they answer."""
    from watchlist.cli.terminal import clean, out, shorten
    from watchlist.store import reads

    shown = 0
    for answer in answers:
        if answer.report_id != shown:
            shown = answer.report_id
            report = reads.report(session, shown)
            title = report.document.title or report.document.id if report else "(no longer stored)"
            source = f" ({report.document.source})" if report and report.document.source else ""
            out()
            out(
                f"{answer.decided_at:%Y-%m-%d %H:%M} UTC  {answer.kind.value}: {shorten(clean(title + source), 90)}"
            )
        alert = f", alert {answer.alert_id}" if answer.alert_id else ""
        how = {"none": "not mailed", "instant": "mailed at once", "digest": "in the digest"}
        out(f"  {clean(answer.reader)}: {how[answer.delivery.value]}{alert}: {clean(answer.reason.text)}")


@app.command()
def export(
    context: typer.Context,
    file: Target = None,
    jsonl: JsonLines = True,
    labelled: Annotated[
        bool, typer.Option("--labelled", help="Only what a person acknowledged or dismissed.")
    ] = False,
) -> None:
    """Write all alerts as training data: passage, name, alias, what spoke for the match, and your label.

    A dismissed alert is labelled "no match", an acknowledged one "match", the others null.
    """
    import json

    from alerts.examples import example_of
    from alerts.ledger import dismissals, overview
    from watchlist.cli.exports import writing
    from watchlist.cli.terminal import out, say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.files import write_whole

    lines = []
    with open_store(settings_of(context, secrets=False)) as database, database.read() as session:
        said = dismissals.made_from(session)
        for alert in overview.all_alerts(session):
            away = alert.id in said or any(state == "dismissed" for _, state in alert.readers)
            example = example_of(
                alert.id, alert.facts, acknowledged=alert.acked is not None, dismissed=away,
                note=said.get(alert.id) or alert.acked_note,
            )  # fmt: skip
            if example["label"] is None and labelled:
                continue
            line = json.dumps(example, ensure_ascii=False)
            if file is None:
                out(line)
            else:
                lines.append(line)
    if file is None:
        return
    with writing(file):
        write_whole(file, "".join(f"{line}\n" for line in lines).encode("utf-8"))
    say(f"{len(lines):,} alert{'s' if len(lines) != 1 else ''} written to {file}")


@app.command()
def feed(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to; .json is a JSON Feed, anything else Atom.")
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="The latest so many.")] = 100,
) -> None:
    """Write a feed of your alerts, Atom or JSON Feed. The section "publish" of the configuration keeps a folder up to date."""
    from alerts.publish import feed_entries, feed_files
    from watchlist.cli.exports import writing
    from watchlist.cli.terminal import say
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.files import write_whole

    settings = settings_of(context, secrets=False)
    with open_store(settings) as database, database.read() as session:
        found = feed_entries(session, settings, limit, utc_now())
    made = feed_files(found, settings, Path(), utc_now())
    data = made[Path("alerts.json" if file.suffix.lower() == ".json" else "alerts.atom")]
    with writing(file):
        write_whole(file, data)
    say(f"{len(found):,} alert{'s' if len(found) != 1 else ''} written to {file}")


for verb in (
    alert_answers.ack,
    alert_answers.dismiss,
    alert_answers.restore,
    alert_answers.mute,
    alert_answers.unmute,
):
    app.command()(verb)
