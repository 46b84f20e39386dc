"""Rules added by command: a recipient's own order, before those of the configuration."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alerts.ledger.audit import note
from alerts.ledger.tables import RuleRow
from watchlist.config import RuleSettings


def rules_by_command(session: Session) -> dict[str, tuple[RuleSettings, ...]]:
    """Return the rules that were added by command, in their order, by recipient."""
    found: dict[str, list[RuleSettings]] = {}
    for row in session.exec(select(RuleRow).order_by(col(RuleRow.reader), col(RuleRow.position))):
        found.setdefault(row.reader, []).append(rule_from_json(row.settings))
    return {reader: tuple(rules) for reader, rules in found.items()}


def put_rules(session: Session, reader: str, rules: Sequence[RuleSettings], now: datetime) -> None:
    """Store a recipient's rules in this order (checked by the caller), in place of those there are."""
    before = {row.name: row for row in session.exec(select(RuleRow).where(RuleRow.reader == reader))}
    for name in sorted(before.keys() - {rule.name for rule in rules}):
        session.delete(before[name])
        note(session, now, "rule.removed", reader, rule=name)
    for position, rule in enumerate(rules):
        row = before.get(rule.name) or RuleRow(
            reader=reader, name=rule.name, position=position, settings={}, added_at=now
        )
        kept = _to_json(rule)
        if row.settings != kept:
            word = "rule.changed" if rule.name in before else "rule.added"
            note(session, now, word, reader, rule=rule.name, settings=kept)
        row.position, row.settings = position, kept
        session.add(row)
    session.flush()


def _to_json(rule: RuleSettings) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(rule).items()}


def rule_from_json(kept: dict[str, Any]) -> RuleSettings:
    """Read back a rule that was kept as JSON."""
    return RuleSettings(**with_tuples(kept))


def with_tuples(kept: dict[str, Any]) -> dict[str, Any]:
    """Return kept settings with tuples again where JSON has lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}
