"""``watchlist audit``: the trail of what was fetched, decided and mailed, and how long things are kept."""

from typing import Annotated

import typer

from watchlist.cli.exports import JsonLines, Target

app = typer.Typer(
    no_args_is_help=True, help="What was fetched, decided and mailed; how long things are kept."
)


@app.command()
def export(
    context: typer.Context,
    file: Target = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="From this day (UTC) on, like 2026-01-31.")
    ] = None,
    jsonl: JsonLines = True,
) -> None:
    """Write the audit trail, oldest first: each fetch, reading, report, decision and mail in a line.

    docs/audit.md says what each line holds.
    """
    import json
    from contextlib import ExitStack

    from alerts.audit import export as lines
    from watchlist.cli.exports import writing
    from watchlist.cli.terminal import out, say
    from watchlist.cli.workspace import day_of, open_store, settings_of

    start = day_of(since, "--since") if since else None
    count = 0
    with ExitStack() as stack:
        database = stack.enter_context(open_store(settings_of(context, secrets=False)))
        session = stack.enter_context(database.read())
        stack.enter_context(writing(file))
        target = stack.enter_context(file.open("w", encoding="utf-8")) if file else None
        for line in lines(session, start):
            text = json.dumps(line, ensure_ascii=False)
            count += 1
            if target is None:
                out(text)
            else:
                target.write(text + "\n")
    if file:
        say(f"{count:,} line{'s' if count != 1 else ''} written to {file}")


@app.command()
def prune(
    context: typer.Context,
    documents: Annotated[
        int | None,
        typer.Option("--documents", metavar="DAYS", min=7, help="Keep texts of documents so long."),
    ] = None,
    mails: Annotated[
        int | None, typer.Option("--mails", metavar="DAYS", min=7, help="Keep bodies of sent mails so long.")
    ] = None,
    trail: Annotated[
        int | None, typer.Option("--trail", metavar="DAYS", min=7, help="Keep the audit trail so long.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only counted.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count (the default).")] = False,
) -> None:
    """Forget what is older than the section "retention" of the configuration, or these options, allow.

    Nothing that an open case needs is touched: the case's documents, decisions and mails stay until its last step
    lifts or rejects it. Without --yes it is only counted.
    """
    from alerts import retention
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import open_store, settings_of
    from watchlist.clock import utc_now
    from watchlist.config import RetentionSettings
    from watchlist.errors import UsageError

    settings = settings_of(context, secrets=False)
    kept = settings.retention
    if (documents, mails, trail) != (None, None, None):
        kept = RetentionSettings(documents, mails, trail)
    if kept == RetentionSettings():
        raise UsageError(
            "everything is kept for good; say for how long under [retention], or with --documents, --mails, --trail"
        )
    now = utc_now()
    with open_store(settings) as database:
        if yes and not dry_run:
            done, verb = retention.apply(database, kept, now), "was"
        else:
            done, verb = retention.preview(database, kept, now), "would be"
    for days, count, what in (
        (kept.documents_days, done.documents, "texts of documents emptied"),
        (kept.mails_days, done.mails, "bodies of mails emptied"),
        (kept.audit_days, done.fetches, "fetches deleted"),
        (kept.audit_days, done.decisions, "decisions deleted"),
        (kept.audit_days, done.lines, "other lines of the trail deleted"),
    ):
        if days is not None:
            out(f"{count:>9,}  {what} (older than {days} days)")
    out(f"This {verb} forgotten; what open cases need stays." + ("" if verb == "was" else " Do it: --yes"))
