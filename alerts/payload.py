"""Alerts as data for other programs: what a webhook posts and what the feeds carry. Pure.

Each alert has its own fields, and as ``finding`` what ``watchlist check --json`` says of the document, reduced to this
alert's match and action (docs/channels.md).
"""

from collections.abc import Mapping
from typing import Any

from alerts.model import CaseStep, Digest, Facts, Item
from alerts.severity import severity_of
from watchlist.findings_json import action_data, match_data
from watchlist.model import EventReport

MOST_IN_BODY = 200
"""Alerts one webhook body holds; what is beyond is counted as ``more``."""

MOST_TEXT = 3_000
"""Characters of a message through Apprise; most services take no more."""


def webhook_body(
    mail: Digest, identity: str, subject: str, reports: Mapping[int, EventReport]
) -> dict[str, Any]:
    """Return the JSON of one message. ``reports`` are those of the alerts, as far as they are still stored."""
    shown = mail.items[:MOST_IN_BODY]
    later = {alert: line.overtaken for row in mail.all_rows for line in row.lines for alert in line.alert_ids}
    return {
        "type": f"watchlist.{mail.kind.value}",
        "id": identity.strip("<>"),
        "at": mail.now.isoformat(),
        "recipient": mail.reader.name,
        "subject": subject,
        "mail": mail.number,
        "alerts": [
            alert_data(item, reports.get(item.facts.report_id), later.get(item.alert_id)) for item in shown
        ],
        "more": len(mail.items) - len(shown) + mail.unseen,
        "dismissed": mail.dismissed,
        "blind_spots": [
            {"source": spot.source, "hours": spot.hours, "problem": spot.problem} for spot in mail.blind_spots
        ],
    }


def alert_data(item: Item, report: EventReport | None, later: CaseStep | None = None) -> dict[str, Any]:
    """Return one alert: its own fields, the ``later`` step that has left it behind, and the finding it rests on (without
    offsets when the report is gone)."""
    overtaken = None
    if later is not None:
        overtaken = {"stage": later.stage, "day": later.day.isoformat() if later.day else None}
    return {
        "alert": item.alert_id,
        "section": item.section.value,
        **facts_data(item.facts),
        "overtaken": overtaken,
        "finding": finding_of(item.facts, report),
    }


def facts_data(facts: Facts) -> dict[str, Any]:
    """Return an alert's facts, as they were when it was decided."""
    event = facts.event
    return {
        "kind": facts.change.value,
        "entry": event.entry,
        "action": event.action.value if event.action else None,
        "stage": event.stage.value if event.stage else None,
        "authority": event.authority,
        "effective": event.effective.isoformat() if event.effective else None,
        "until": event.until.isoformat() if event.until else None,
        "via": facts.via,
        "share": facts.share,
        "indirect": facts.indirect,
        "severity": severity_of(event.action, event.stage).value,
        "case": event.case_id,
        "verdict": facts.verdict.value,
        "score": round(facts.score, 4),
        "why": list(facts.why),
        "passage": facts.passage.text,
        "source": facts.source,
        "official": facts.official,
        "published": facts.published.isoformat() if facts.published else None,
        "first_seen": facts.first_seen.isoformat(),
        "outlets": facts.outlets,
    }


def finding_of(facts: Facts, report: EventReport | None) -> dict[str, Any]:
    """Return the finding in the form of ``watchlist check --json``."""
    return {
        "id": report.document.id if report else None,
        "title": report.document.title if report else facts.title,
        "url": facts.url,
        "matches": [match_data(report.match)] if report and report.match else [],
        "actions": [action_data(report.action)] if report and report.action else [],
    }


def short_text(mail: Digest, text: str) -> str:
    """Return the text part, cut at a line, for services that take a few thousand characters."""
    if len(text) <= MOST_TEXT:
        return text
    kept = text[:MOST_TEXT].rpartition("\n")[0] or text[:MOST_TEXT]
    more = f"watchlist digest show {mail.number}" if mail.number else "watchlist alerts list"
    return f"{kept.rstrip()}\n…\n{more}"
