"""Keeps what readers were answered: decisions always, an alert and items where someone is to hear.

Written many at once: a report for a thousand readers is a handful of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from alerts.ledger.codec import facts_to_json
from alerts.ledger.decisions import DISMISSED, WAITING, WITHDRAWN, rank_of
from alerts.ledger.tables import AlertRow, DecisionRow, DeliveryItemRow
from alerts.model import Code, Decision, Delivery, Facts
from alerts.severity import rank, severity_of
from watchlist.model import EventReport, ReportChange

_AT_ONCE = 5000
"""Decisions held back at most, so that memory stays bounded."""


class AnswerKeeper:
    """Keeps the answers to a batch of reports within one transaction; ``close`` writes what is held back.

    ``fingerprints`` are those of the readers' rules, by reader.
    """

    def __init__(self, session: Session, fingerprints: Mapping[str, str], now: datetime) -> None:
        self._session = session
        self._fingerprints = fingerprints
        self._now = now
        self._decisions: list[dict[str, Any]] = []

    def keep(self, report: EventReport, facts: Facts, answers: Sequence[Decision]) -> None:
        """Keep all readers' answers to one report, whose facts are given.

        What a dismissal keeps away has its item too, so that it is counted, shown apart, and can come back.
        A repetition updates the outlets of what still waits; a correction withdraws what was not mailed yet.
        """
        taken_back = [answer.reader for answer in answers if answer.kind is ReportChange.CORRECTED]
        if taken_back:
            self._withdraw(report.event.id, taken_back)
        alerts: dict[tuple[ReportChange, bool], int] = {}
        heard: dict[int, list[Decision]] = {}
        for answer in answers:
            alert_id = None
            if answer.delivery is not Delivery.NONE or answer.dismissal is not None:
                key = (answer.kind, answer.dismissal is None)
                if key not in alerts:
                    alerts[key] = self._alert(report, facts, answer)
                alert_id = alerts[key]
                heard.setdefault(alert_id, []).append(answer)
            self._decisions.append(self._decision(report, answer, alert_id))
        for alert_id, told in heard.items():
            self._items(report, alert_id, told)
        if report.change is ReportChange.REPEATED:
            self._update_outlets(report)
        self._session.flush()
        if len(self._decisions) >= _AT_ONCE:
            self.close()

    def close(self) -> None:
        """Write what is held back."""
        if self._decisions:
            self._session.connection().execute(insert(DecisionRow), self._decisions)
            self._decisions.clear()

    def _decision(self, report: EventReport, answer: Decision, alert_id: int | None) -> dict[str, Any]:
        return {
            "report_id": report.id,
            "event_id": answer.event_id,
            "alert_id": alert_id,
            "reader": answer.reader,
            "entry": answer.entry,
            "kind": answer.kind.value,
            "delivery": answer.delivery.value,
            "section": answer.section.value,
            "code": answer.reason.code.value,
            "reason": answer.reason.text,
            "rule": answer.rule,
            "rules_fingerprint": self._fingerprints.get(answer.reader, ""),
            "decided_at": self._now,
        }

    def _items(self, report: EventReport, alert_id: int, answers: Iterable[Decision]) -> None:
        """Put the items where they belong; one that a dismissal kept away becomes one that waits."""
        rows = self._session.exec(select(DeliveryItemRow).where(DeliveryItemRow.alert_id == alert_id))
        held = {row.reader: row for row in rows}
        place = rank(severity_of(report.event.action, report.event.stage), report.event.action)
        fresh = []
        for answer in answers:
            values = {
                "state": WAITING if answer.dismissal is None else DISMISSED,
                "dismissal_id": answer.dismissal,
                "delivery": (answer.delivery if answer.dismissal is None else Delivery.DIGEST).value,
                "rank": rank_of(answer.section, place),
                "code": answer.reason.code.value,
                "reason": answer.reason.text,
                "not_before": answer.not_before if answer.reason.code in (Code.QUIET, Code.SLOT) else None,
            }
            row = held.get(answer.reader)
            if row is None:
                key = {"reader": answer.reader, "alert_id": alert_id, "created_at": self._now}
                fresh.append({**key, "digest_id": None, **values})
            elif row.state == DISMISSED:
                for name, value in values.items():
                    setattr(row, name, value)
                self._session.add(row)
        if fresh:
            self._session.connection().execute(insert(DeliveryItemRow), fresh)

    def _alert(self, report: EventReport, facts: Facts, answer: Decision) -> int:
        """Return the alert of an event in one kind, made when it is the first; one never mailed takes better evidence."""
        event = report.event
        told = facts_to_json(replace(facts, change=answer.kind))
        place = rank_of(answer.section, rank(severity_of(event.action, event.stage), event.action))
        known = self._session.exec(
            select(AlertRow).where(AlertRow.event_id == event.id, AlertRow.kind == answer.kind.value)
        ).first()
        if known is not None:
            assert known.id is not None
            if answer.dismissal is None and self._only_dismissed(known.id):
                known.facts, known.section, known.rank, known.report_id = (
                    told,
                    answer.section,
                    place,
                    report.id,
                )
                self._session.add(known)
            return known.id
        row = AlertRow(
            event_id=event.id,
            kind=answer.kind,
            report_id=report.id,
            story_id=report.story.id,
            case_id=event.case_id,
            entry=event.entry,
            section=answer.section,
            rank=place,
            facts=told,
            created_at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        assert row.id is not None
        return row.id

    def _only_dismissed(self, alert_id: int) -> bool:
        wanted = select(DeliveryItemRow.state).where(DeliveryItemRow.alert_id == alert_id).distinct()
        return set(self._session.exec(wanted)) == {DISMISSED}

    def _withdraw(self, event_id: int, readers: Sequence[str]) -> None:
        alerts = list(self._session.exec(select(AlertRow.id).where(AlertRow.event_id == event_id)))
        for start in range(0, len(readers), 500) if alerts else ():
            self._session.exec(
                update(DeliveryItemRow)
                .where(
                    col(DeliveryItemRow.reader).in_(readers[start : start + 500]),
                    col(DeliveryItemRow.state).in_((WAITING, DISMISSED)),
                    col(DeliveryItemRow.alert_id).in_(alerts),
                )
                .values(state=WITHDRAWN)
            )

    def _update_outlets(self, report: EventReport) -> None:
        for row in self._session.exec(select(AlertRow).where(AlertRow.event_id == report.event.id)):
            facts = dict(row.facts)
            if report.story.outlets > facts["outlets"] or report.story.documents > facts["documents"]:
                facts["outlets"] = max(facts["outlets"], report.story.outlets)
                facts["documents"] = max(facts["documents"], report.story.documents)
                row.facts = facts
                self._session.add(row)
