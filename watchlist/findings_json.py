"""Findings as data: the form of ``check --json`` (docs/commands.md), which other programs rely on."""

from typing import Any

from watchlist.model import Action, Finding, Match, Mention


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return one document's finding, ready for ``json.dumps``. A failed document has empty lists and ``error``."""
    document = finding.document
    row: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "matches": [match_data(match) for match in finding.matches],
        "actions": [action_data(action) for action in finding.actions],
    }
    if finding.error is not None:
        row["error"] = finding.error
    return row


def match_data(match: Match) -> dict[str, Any]:
    """Return one match with its mentions."""
    return {
        "entry": match.entry,
        "verdict": match.verdict.value,
        "score": round(match.score, 4),
        "why": list(match.why),
        "mentions": [_mention(mention) for mention in match.mentions],
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "field": mention.field.value,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "alias": mention.alias,
        "kind": mention.kind,
    }


def action_data(action: Action) -> dict[str, Any]:
    """Return one action with its evidence. Dates are ISO 8601."""
    span = action.evidence
    return {
        "target": action.target,
        "action": action.action.value,
        "stage": action.stage.value,
        "authority": action.authority,
        "effective": action.effective.isoformat() if action.effective else None,
        "until": action.until.isoformat() if action.until else None,
        "new": action.new,
        "via": action.via,
        "share": action.share,
        "indirect": action.indirect,
        "evidence": {"field": span.field.value, "start": span.start, "end": span.end, "text": span.text},
    }
