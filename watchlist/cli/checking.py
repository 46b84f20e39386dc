"""Documents through the analyst and out to the terminal or a pipe: the stateless half of ``check``."""

import json
import sys
import time
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from watchlist.analysis import Analyst
from watchlist.cli.terminal import (
    BOLD,
    DIM,
    RED,
    YELLOW,
    clean,
    colours,
    out,
    quoted,
    say,
    shorten,
    styled,
    width,
)
from watchlist.documents import Unread
from watchlist.findings_json import finding_data
from watchlist.model import Action, Document, Field, Finding, Match, Mention, Stage, Verdict
from watchlist.text.passage import passage_around


class Printer(Protocol):
    """How findings are shown."""

    def show(self, finding: Finding) -> None:
        """Print one finding (one with an ``error`` was reported on standard error already)."""
        ...

    def close(self, documents: int, hits: int, failed: int) -> None:
        """Print what belongs at the end; ``documents`` are those that could be read."""
        ...


def check_documents(
    analyst: Analyst, items: Iterable[Document | Unread], printer: Printer, *, fail_on_match: bool = False
) -> int:
    """Read each document, show what it says, and return the exit code (docs/commands.md).

    2 when nothing at all could be read; 3 when some of it could not; 1 on a match with ``fail_on_match``; else 0.
    """
    documents = read = failed = hits = 0
    held: list[
        Finding
    ] = []  # inputs that failed before anything was read: if all of them do, nothing is shown
    progress = _Progress()
    for item in items:
        if isinstance(item, Unread):
            progress.clear()
            say(item.error)
            failed += 1
            finding = Finding(Document(item.id, "", ""), error=item.error)
            if item.whole and not documents:
                held.append(finding)
                continue
        else:
            finding = analyst.read(item)
            read += 1
        while held:
            printer.show(held.pop(0))
        documents += 1
        hits += bool(finding.actions) or any(match.verdict is Verdict.MATCH for match in finding.matches)
        printer.show(finding)
        progress.tell(documents, hits)
    progress.clear()
    if not documents:
        return 2
    printer.close(read, hits, failed)
    return 3 if failed else 1 if hits and fail_on_match else 0


class _Progress:
    """A counter on the terminal while results go elsewhere; silent otherwise."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty() and not sys.stdout.isatty()
        self._next = time.monotonic() + 0.5
        self._shown = False

    def tell(self, documents: int, hits: int) -> None:
        if self._wanted and time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.2
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{documents:,} documents read, {hits:,} with a watched name")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            self._shown = False


class JsonLines:
    """One JSON object a document a line."""

    def show(self, finding: Finding) -> None:
        """Print one line; a lone surrogate, which UTF-8 cannot hold, leaves as the escape it came in as."""
        data = finding_data(finding)
        try:
            line = json.dumps(data, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            line = json.dumps(data).encode("ascii")
        sys.stdout.buffer.write(line + b"\n")

    def close(self, documents: int, hits: int, failed: int) -> None:
        """Print nothing more."""


class Reading:
    """For a person: who is named, the sentence with the name marked, what is done, and why we say so."""

    def __init__(self) -> None:
        self._shown = 0
        self._marks = ("\x1b[1;7m", "\x1b[0m") if colours() else ("«", "»")
        self._columns = max(40, min(width(), 100))

    def show(self, finding: Finding) -> None:
        """Print a document that names somebody; others are counted only."""
        if not finding.matches and not finding.actions:
            return
        if self._shown:
            out()
        self._shown += 1
        document = finding.document
        for line in self._wrapped(_headline(document), 0):
            out(styled(line, BOLD))
        if document.title and document.url:
            out(styled(shorten(clean(document.url), self._columns), DIM))
        for match in finding.matches:
            self._match(finding, match)
        self._owned(finding)

    def close(self, documents: int, hits: int, failed: int) -> None:
        """Print the count."""
        if self._shown:
            out()
        unread = f"; {failed:,} could not be read" if failed else ""
        some = "no watched name" if not self._shown else f"{hits:,} with a match"
        possible = f", {self._shown - hits:,} with a possible one" if self._shown > hits else ""
        out(f"{documents:,} document{'s' if documents != 1 else ''} read: {some}{possible}{unread}.")

    def _match(self, finding: Finding, match: Match) -> None:
        sure = match.verdict is Verdict.MATCH
        name = styled(clean(match.entry), BOLD) if sure else styled(clean(match.entry), YELLOW)
        count = f", {len(match.mentions)} times" if len(match.mentions) > 1 else ""
        label = "match" if sure else "possible: is it really them?"
        out(f"\n  {name}  {label} ({match.score:.2f}){count}")
        for action in finding.actions:
            if action.target == match.entry:
                for line in self._wrapped(step(action), 4):
                    out(styled(line, RED) if action.new and action.stage is not Stage.LIFTED else line)
        self._quote(finding, match)
        if match.why:
            for line in self._wrapped("why: " + clean("; ".join(match.why)), 4):
                out(styled(line, DIM))

    def _owned(self, finding: Finding) -> None:
        """Print what is done to watched names that the text does not name, through their owners."""
        named = {match.entry for match in finding.matches}
        for name in dict.fromkeys(a.target for a in finding.actions if a.target not in named):
            out(f"\n  {styled(clean(name), BOLD)}  not named, but reached through its owner")
            for action in finding.actions:
                if action.target == name:
                    for line in self._wrapped(step(action), 4):
                        out(styled(line, RED) if action.new and action.stage is not Stage.LIFTED else line)

    def _quote(self, finding: Finding, match: Match) -> None:
        mention = _telling(finding, match)
        text = finding.document.part(mention.field)
        start, end = passage_around(text, mention.start, mention.end)
        marks = sorted(
            (m.start, m.end) for m in match.mentions
            if m.field is mention.field and start <= m.start and m.end <= end
        )  # fmt: skip
        # marked by characters that no text survives ``clean`` with, so that wrapping counts them as nothing
        pieces, at = [], start
        for left, right in marks:
            if left >= at:
                marked = text[left - 1 : left] == "«" and text[right : right + 1] == "»" and not colours()
                opening, closing = ("", "") if marked else ("\x02", "\x03")
                pieces += [clean(text[at:left]), opening, clean(text[left:right]), closing]
                at = right
        pieces.append(clean(text[at:end]))
        before = (
            "… "
            if start > 0 and text[start - 1 : start] not in ("", "\n") and not _sentence_start(text, start)
            else ""
        )
        passage = before + " ".join("".join(pieces).split())
        for line in self._wrapped(quoted(passage), 4):
            out(line.replace("\x02", self._marks[0]).replace("\x03", self._marks[1]))

    def _wrapped(self, text: str, indent: int) -> list[str]:
        return wrap(text, self._columns - indent, " " * indent)


def _sentence_start(text: str, start: int) -> bool:
    return text[:start].rstrip()[-1:] in tuple(".!?。！？”\"’'") or "\n" in text[max(0, start - 3) : start]


def _headline(document: Document) -> str:
    title = clean(document.title).strip()
    day = f" ({document.published:%Y-%m-%d})" if document.published else ""
    return f"{title}{day}" if title else f"{clean(document.id)}{day}"


def _telling(finding: Finding, match: Match) -> Mention:
    """Return the mention to quote: one inside an action's evidence, else the first in the text, else the title's."""
    for action in finding.actions:
        if action.target == match.entry:
            span = action.evidence
            for mention in match.mentions:
                if mention.field is span.field and span.start <= mention.start and mention.end <= span.end:
                    return mention
    return next((m for m in match.mentions if m.field is Field.TEXT), match.mentions[0])


def step(action: Action) -> str:
    """Return an action in words: "transaction ban adopted by US-President, effective 2021-02-19"."""
    words = f"{action.action.value.replace('_', ' ')}, {action.stage.value}"
    if action.authority:
        words += f" by {clean(action.authority)}"
    if action.effective:
        words += f", effective {_day(action.effective)}"
    if action.until:
        words += f", until {_day(action.until)}"
    if action.via:
        words += f", through its owner {clean(action.via)}{_held(action)}"
    return f"> {words}" if action.new else f"> background: {words}"


def _held(action: Action) -> str:
    """Return what the owner holds: " (holds 62% indirectly)"; nothing where it is not known."""
    indirectly = " indirectly" if action.indirect else ""
    return "" if action.share is None else f" (holds {action.share:g}%{indirectly})"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Wrap a text at blanks, and between wide characters, to so many columns; marks take none."""
    from watchlist.cli.terminal import display_width

    lines, line, used = [], "", 0
    for word in text.split(" "):
        size = display_width(word.replace("\x02", "").replace("\x03", ""))
        if used and used + 1 + size > columns:
            lines.append(indent + line)
            line, used = "", 0
        if used:
            line, used = line + " ", used + 1
        if size <= columns:
            line, used = line + word, used + size
            continue
        for char in word:
            size = 0 if char in "\x02\x03" else display_width(char)
            if used + size > columns:
                lines.append(indent + line)
                line, used = "", 0
            line, used = line + char, used + size
    return [*lines, indent + line] if line else lines
