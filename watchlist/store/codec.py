"""Stage types as JSON values and back, for the columns that hold them whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from watchlist.findings_json import action_data, match_data
from watchlist.model import Action, ActionKind, Field, Match, Mention, Owner, Span, Stage, Verdict
from watchlist.signatures import Signature, Step

Json = dict[str, Any]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def owner_to_json(owner: Owner) -> Json:
    """Keep only what is known."""
    known = {"name": owner.name, "share": owner.share, "since": _iso(owner.since), "until": _iso(owner.until)}
    return {key: value for key, value in known.items() if value is not None}


def owner_from_json(value: Mapping[str, Any]) -> Owner:
    """Read back what ``owner_to_json`` wrote."""
    return Owner(value["name"], value.get("share"), _day(value.get("since")), _day(value.get("until")))


def match_to_json(match: Match) -> Json:
    """Write a match with all its mentions, its score in full."""
    return {**match_data(match), "score": match.score}


def match_from_json(value: Mapping[str, Any]) -> Match:
    """Read back what ``match_to_json`` wrote."""
    entry = value["entry"]
    return Match(
        entry,
        Verdict(value["verdict"]),
        value["score"],
        tuple(value["why"]),
        tuple(
            Mention(entry, Field(m["field"]), m["start"], m["end"], m["text"], m["alias"], m["kind"])
            for m in value["mentions"]
        ),
    )


def action_to_json(action: Action) -> Json:
    """Write an action with its evidence, and with what led to it."""
    return {**action_data(action), "rules": list(action.rules), "confidence": action.confidence}


def action_from_json(value: Mapping[str, Any]) -> Action:
    """Read back what ``action_to_json`` wrote."""
    span = value["evidence"]
    return Action(
        target=value["target"],
        action=ActionKind(value["action"]),
        stage=Stage(value["stage"]),
        authority=value["authority"],
        effective=_day(value["effective"]),
        until=_day(value["until"]),
        new=value["new"],
        via=value["via"],
        evidence=Span(Field(span["field"]), span["start"], span["end"], span["text"]),
        rules=tuple(value["rules"]),
        confidence=value["confidence"],
        share=value.get("share"),
        indirect=value.get("indirect", False),
    )


def signature_to_json(signature: Signature) -> Json:
    """Write all that a document is compared by."""
    return {
        "at": signature.at.isoformat(),
        "lang": signature.lang,
        "shingles": list(signature.shingles),
        "words": list(signature.words),
        "title": list(signature.title),
        "anchors": list(signature.anchors),
        "entries": list(signature.entries),
        "steps": [_step_to_json(step) for step in signature.steps],
        "background": [_step_to_json(step) for step in signature.background],
    }


def signature_from_json(value: Mapping[str, Any]) -> Signature:
    """Read back what ``signature_to_json`` wrote."""
    return Signature(
        at=datetime.fromisoformat(value["at"]),
        lang=value["lang"],
        shingles=tuple(value["shingles"]),
        words=tuple(value["words"]),
        title=tuple(value["title"]),
        anchors=tuple(value["anchors"]),
        entries=tuple(value["entries"]),
        steps=tuple(map(_step_from_json, value["steps"])),
        background=tuple(map(_step_from_json, value["background"])),
    )


def _step_to_json(step: Step) -> list[str | None]:
    return [step.entry, step.action.value, step.stage.value, step.authority, _iso(step.effective)]


def _step_from_json(value: Sequence[Any]) -> Step:
    entry, action, stage, authority, effective = value
    return Step(entry, ActionKind(action), Stage(stage), authority, _day(effective))
