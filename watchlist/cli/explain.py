"""``watchlist explain``: every piece of evidence, and its weight, that a document names an entry."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.matching.judge import JudgedEntry, JudgedMention
    from watchlist.model import Document

app = typer.Typer()
_MOST_MENTIONS = 10
_QUOTE = 34


@app.command()
def explain(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE", help="A file or an address to read.")],
    entry: Annotated[str, typer.Option("--entry", "-e", metavar="NAME", help="The watched name to explain.")],
    watchlist: Annotated[
        Path | None,
        typer.Option("--watchlist", "-w", metavar="FILE", help="Names in a file instead of your watchlist."),
    ] = None,
) -> None:
    """Show why a document does or does not name an entry: each mention, the evidence and its weight.

    Weights add up: +1 makes the odds 2.7 times better. A sum above 0 is a match.
    """
    from watchlist.cli.check import fetch_with, names_in_file, names_in_store
    from watchlist.cli.terminal import say
    from watchlist.documents import Unread, read_inputs
    from watchlist.errors import InputError, UsageError
    from watchlist.matching.matcher import Matcher

    entries, _ = names_in_file(watchlist) if watchlist else names_in_store(context)
    wanted = next(
        (e for e in entries if entry.casefold() in {n.casefold() for n in (e.name, *e.aliases)}), None
    )
    if wanted is None:
        raise UsageError(f"{entry} is not among the watched names; see them with: watchlist list")
    matcher = Matcher.compile(entries)
    for document in read_inputs([source], fetch=fetch_with(context), doubt=say):
        if isinstance(document, Unread):
            raise InputError(document.error)
        judged = next((j for j in matcher.judge(document) if j.entry.name == wanted.name), None)
        _print(document, wanted.name, judged)


def _print(document: "Document", name: str, judged: "JudgedEntry | None") -> None:
    from watchlist.cli.terminal import clean, out, shorten, styled, width
    from watchlist.matching.judge import verdict_of

    out(styled(shorten(clean(document.title or document.id), width()), "bold"))
    if judged is None:
        out(f"  {name}: no form of the name stands in this text.")
        return
    verdict = verdict_of(judged.score)
    said = verdict.value if verdict else "not meant (below the bar for “possible”)"
    out(f"  {name}: {said}, score {judged.score:.2f}; the strongest mention decides.")
    for mention in judged.mentions[:_MOST_MENTIONS]:
        _print_mention(document, mention)
    if len(judged.mentions) > _MOST_MENTIONS:
        out(f"\n  … and {len(judged.mentions) - _MOST_MENTIONS} weaker mentions.")


def _print_mention(document: "Document", judged: "JudgedMention") -> None:
    from watchlist.cli.terminal import clean, out, styled, width

    mention = judged.mention
    text = document.part(mention.field)
    before = clean(" ".join(text[max(0, mention.start - _QUOTE) : mention.start].split(" "))).lstrip()
    after = clean(text[mention.end : mention.end + _QUOTE]).rstrip()
    found = styled(clean(mention.text), "bold")
    out()
    out(f"  …{before}{found}{after}…")
    out(
        f"  {mention.field.value} {mention.start}-{mention.end}, {mention.kind} form of “{clean(mention.alias)}”"
    )
    for piece in sorted(judged.evidence, key=lambda e: (not e.code.startswith("prior"), -abs(e.weight))):
        from watchlist.cli.checking import wrap

        first, *rest = wrap(clean(piece.say), width() - 14) or [""]
        out(f"    {piece.weight:+5.1f}   {first}")
        for line in rest:
            out(f"            {line}")
    out(f"    {judged.logit:+5.1f}   sum")
