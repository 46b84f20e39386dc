"""How bad a step is, and what a subject counts it as; the table is ``data/severity.toml``. Pure."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from alerts.model import SEVERITIES, Severity
from watchlist.model import ActionKind, ReportChange, Stage


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("alerts").joinpath("data/severity.toml").read_text("utf-8"))


def severity_of(action: ActionKind | None, stage: Stage | None) -> Severity:
    """Return how bad this action at this stage is; a mere mention has no action. No stage counts as adopted."""
    if action is None:
        return Severity.MENTION
    stage_table = _table()[stage or Stage.ADOPTED]
    return Severity(stage_table.get(action) or stage_table["default"])


def bucket_of(action: ActionKind | None, stage: Stage | None, kind: ReportChange) -> str:
    """Return the word (key) under which a subject counts this step."""
    if kind is ReportChange.CORRECTED:
        return "correction"
    if action is None:
        return "mention"
    if stage not in (None, Stage.ADOPTED):
        return str(stage)
    return str(_table()["bucket"][action])


def rank(severity: Severity, action: ActionKind | None) -> tuple[int, int]:
    """Return a sort key: worst first."""
    order: list[str] = _table()["order"]
    return SEVERITIES.index(severity), order.index(action) if action else len(order)
