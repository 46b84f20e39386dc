"""Documents through the analyst and out to the terminal or a pipe: the stateless half of ``check``."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from watchlist.analysis import Analyst
from watchlist.cli.terminal import say
from watchlist.documents import Unread
from watchlist.model import Action, Document, Entry, Finding, Match, Span, Verdict


def watched_names(path: Path) -> tuple[Entry, ...]:
    """Read the watched names of a file. Raises UsageError naming file and row."""
    import csv

    from watchlist.errors import InputError
    from watchlist.model import EntryKind, Owner

    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            rows = list(csv.DictReader(handle))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error

    def many(row: dict[str, str], key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (row.get(key) or "").split(";") if part.strip())

    def owner(text: str) -> Owner:
        name, _, share = text.rpartition(":")
        if name and share.rstrip("% ").replace(".", "", 1).isdigit():
            return Owner(name.strip(), float(share.rstrip("% ")))
        return Owner(text)

    return tuple(
        Entry(
            row["name"],
            EntryKind(row.get("kind") or "company"),
            many(row, "aliases"),
            owners=tuple(owner(text) for text in many(row, "owner")),
            tickers=many(row, "tickers"),
            identifiers=many(row, "identifiers"),
            context=many(row, "context"),
            excluded=many(row, "not"),
        )
        for row in rows
    )


def check_documents(
    analyst: Analyst, items: Iterable[Document | Unread], *, as_json: bool, fail_on_match: bool
) -> int:
    """Read each document, print what it says, and return the exit code of CONTRACT.md."""
    read = failed = hits = 0
    held: list[Finding] = []  # whole inputs that failed before anything was read: maybe all of them do
    for item in items:
        if isinstance(item, Unread):
            say(item.error)
            failed += 1
            finding = Finding(Document(item.id, "", ""), error=item.error)
            if item.whole and not read:
                held.append(finding)
                continue
        else:
            finding = analyst.read(item)
        while held:
            _print_json(held.pop(0)) if as_json else None
        read += 1
        hits += any(match.verdict is Verdict.MATCH for match in finding.matches)
        if as_json:
            _print_json(finding)
    if not read:
        return 2
    return 3 if failed else 1 if hits and fail_on_match else 0


def _print_json(finding: Finding) -> None:
    line = json.dumps(as_data(finding), ensure_ascii=False)
    try:
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
    except UnicodeEncodeError:  # a lone surrogate came in as \ud800 and leaves as such
        sys.stdout.buffer.write(json.dumps(as_data(finding)).encode("ascii") + b"\n")


def as_data(finding: Finding) -> dict[str, Any]:
    """Return one finding in the form of ``check --json`` (docs/commands.md)."""
    document = finding.document
    row: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "matches": [_match(match) for match in finding.matches],
        "actions": [_action(action) for action in finding.actions],
    }
    if finding.error is not None:
        row["error"] = finding.error
    return row


def _match(match: Match) -> dict[str, Any]:
    return {
        "entry": match.entry,
        "verdict": match.verdict.value,
        "score": round(match.score, 4),
        "why": list(match.why),
        "mentions": [
            {
                "field": mention.field.value,
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "alias": mention.alias,
                "kind": mention.kind,
            }
            for mention in match.mentions
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field.value, "start": span.start, "end": span.end, "text": span.text}


def _action(action: Action) -> dict[str, Any]:
    return {
        "target": action.target,
        "action": action.action.value,
        "stage": action.stage.value,
        "authority": action.authority,
        "effective": action.effective.isoformat() if action.effective else None,
        "until": action.until.isoformat() if action.until else None,
        "new": action.new,
        "via": action.via,
        "evidence": _span(action.evidence),
    }
