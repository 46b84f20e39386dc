"""``watchlist explain``: every piece of evidence, and its weight, that a document names an entry."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watchlist.matching.judge import JudgedEntry, JudgedMention
    from watchlist.model import Document, Entry

app = typer.Typer()
_MOST_MENTIONS = 10
_QUOTE = 34


@app.command()
def explain(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE", help="A file, a folder or an address to read.")],
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
    from watchlist.cli.workspace import settings_of, shelf_for
    from watchlist.documents import Unread, read_inputs
    from watchlist.errors import UsageError
    from watchlist.matching.matcher import Matcher

    shelf = shelf_for(None if watchlist else settings_of(context, secrets=False).data_dir)
    entries, _ = names_in_file(watchlist, shelf) if watchlist else names_in_store(context)
    wanted = next(
        (e for e in entries if entry.casefold() in {n.casefold() for n in (e.name, *e.aliases)}), None
    )
    if wanted is None:
        where = f"in {watchlist}" if watchlist else "on your watchlist; see it with: watchlist list"
        raise UsageError(f"{entry} is no name or alias {where}")
    matcher = Matcher.compile(entries, shelf=shelf)
    read = failed = 0
    for document in read_inputs([source], fetch=fetch_with(context), doubt=say):
        if isinstance(document, Unread):
            say(document.error)
            failed += 1
            continue
        read += 1
        all_judged = matcher.judge(document)
        judged = next((j for j in all_judged if j.entry.name == wanted.name), None)
        if judged is None:
            _print_absent(document, wanted, all_judged)
        else:
            _print(document, wanted.name, judged)
    if failed:
        raise typer.Exit(3 if read else 2)


def _print_absent(document: "Document", entry: "Entry", judged: "list[JudgedEntry]") -> None:
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import BOLD, clean, out, shorten, styled, width
    from watchlist.matching.absence import why_absent

    out(styled(shorten(clean(document.title or document.id), width()), BOLD))
    out(f"  {clean(entry.name)}: not named here.")
    found = [one.mention for other in judged for one in other.mentions]
    for sentence in why_absent(document, entry, found):
        for line in wrap(clean(sentence), width() - 4, "    "):
            out(line)


def _print(document: "Document", name: str, judged: "JudgedEntry") -> None:
    from watchlist.cli.terminal import BOLD, DIM, clean, out, shorten, styled, width
    from watchlist.matching.judge import bar, verdict_of

    out(styled(shorten(clean(document.title or document.id), width()), BOLD))
    verdict = verdict_of(judged.score)
    said = verdict.value if verdict else "not meant"
    out(f"  {clean(name)}: {said}, score {judged.score:.2f}; the strongest mention decides.")
    bars = f"match from {bar('match'):.2f} (sum 0), possible from {bar('possible'):.2f} (sum -2.8)"
    out(styled(f"  {bars}.", DIM))
    for mention in judged.mentions[:_MOST_MENTIONS]:
        _print_mention(document, mention)
    if len(judged.mentions) > _MOST_MENTIONS:
        out(f"\n  … and {len(judged.mentions) - _MOST_MENTIONS} weaker mentions.")


def _before(text: str, start: int) -> str:
    """Return what stands before a mention, cut at a word, on one line."""
    from watchlist.cli.terminal import clean

    low = max(0, start - _QUOTE)
    piece = text[low:start]
    if low:
        piece = "… " + (
            piece.split(None, 1)[-1] if not piece[:1].isspace() and " " in piece.strip() else piece
        )
    return clean(re.sub(r"\s+", " ", piece))


def _after(text: str, end: int) -> str:
    """Return what stands after a mention, cut at a word, on one line."""
    from watchlist.cli.terminal import clean

    piece = text[end : end + _QUOTE]
    if end + _QUOTE < len(text):
        piece = (piece.rsplit(None, 1)[0] if " " in piece.strip() else piece) + " …"
    return clean(re.sub(r"\s+", " ", piece)).rstrip()


def _print_mention(document: "Document", judged: "JudgedMention") -> None:
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import BOLD, clean, out, styled, width

    mention = judged.mention
    text = document.part(mention.field)
    found = styled(clean(mention.text), BOLD)
    out()
    out(f"  {_before(text, mention.start)}{found}{_after(text, mention.end)}")
    kind = {"fuzzy": "misspelt"}.get(mention.kind, mention.kind)
    out(f"  {mention.field.value} {mention.start}-{mention.end}, {kind} form of “{clean(mention.alias)}”")
    telling = [piece for piece in judged.evidence if abs(piece.weight) >= 0.05]
    for piece in sorted(telling, key=lambda e: (not e.code.startswith("prior"), -abs(e.weight))):
        first, *rest = wrap(clean(piece.say), width() - 14) or [""]
        out(f"    {piece.weight:+5.1f}   {first}")
        for line in rest:
            out(f"            {line}")
    out(f"    {judged.logit:+5.1f}   sum")
