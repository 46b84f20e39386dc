"""Facts as JSON and back: what a mail shows of a report, kept as it was when decided."""

from datetime import date, datetime
from typing import Any

from alerts.model import Facts, Passage
from watchlist.model import ActionKind, Event, ReportChange, Stage, Verdict


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Return plain JSON values."""
    event = facts.event
    return {
        "event": {
            "id": event.id,
            "entry": _text(event.entry),
            "action": event.action,
            "stage": event.stage,
            "authority": event.authority,
            "effective": _iso(event.effective),
            "until": _iso(event.until),
            "case_id": event.case_id,
            "first_seen": _iso(event.first_seen),
        },
        "change": facts.change,
        "report_id": facts.report_id,
        "story_id": facts.story_id,
        "outlets": facts.outlets,
        "documents": facts.documents,
        "first_seen": _iso(facts.first_seen),
        "title": _text(facts.title),
        "url": None if facts.url is None else _text(facts.url),
        "source": facts.source,
        "official": facts.official,
        "published": _iso(facts.published),
        "summary_only": facts.summary_only,
        "verdict": facts.verdict,
        "score": facts.score,
        "why": [_text(reason) for reason in facts.why],
        "alias": _text(facts.alias),
        "via": None if facts.via is None else _text(facts.via),
        "share": facts.share,
        "indirect": facts.indirect,
        "new": facts.new,
        "passage": [_text(piece) for piece in facts.passage.pieces],
    }


def facts_from_json(kept: dict[str, Any]) -> Facts:
    """Read back what ``facts_to_json`` wrote."""
    event = kept["event"]
    return Facts(
        event=Event(
            id=event["id"],
            entry=event["entry"],
            action=ActionKind(event["action"]) if event["action"] else None,
            stage=Stage(event["stage"]) if event["stage"] else None,
            authority=event["authority"],
            effective=_day(event["effective"]),
            until=_day(event["until"]),
            case_id=event["case_id"],
            first_seen=datetime.fromisoformat(event["first_seen"]),
        ),
        change=ReportChange(kept["change"]),
        report_id=kept["report_id"],
        story_id=kept["story_id"],
        outlets=kept["outlets"],
        documents=kept["documents"],
        first_seen=datetime.fromisoformat(kept["first_seen"]),
        title=kept["title"],
        url=kept["url"],
        source=kept["source"],
        official=kept["official"],
        published=datetime.fromisoformat(kept["published"]) if kept["published"] else None,
        summary_only=kept["summary_only"],
        verdict=Verdict(kept["verdict"]),
        score=kept["score"],
        why=tuple(kept["why"]),
        alias=kept["alias"],
        via=kept["via"],
        new=kept["new"],
        passage=Passage(tuple(kept["passage"])),
        share=kept.get("share"),
        indirect=kept.get("indirect", False),
    )


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _text(text: str) -> str:
    """Return text that a database can hold: no NUL, no lone surrogates."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")
