"""From waiting items to a mail's content: rows a story, worst first, counts, blind spots. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.model import (
    BlindSpot,
    CaseHistory,
    CaseStep,
    Facts,
    Item,
    Line,
    Passage,
    Past,
    Row,
    Section,
    Severity,
    Source,
)
from alerts.severity import bucket_of, rank, severity_of
from watchlist.model import Event, ReportChange, SourceHealth

MOST_PASSAGES = 2
"""Quoted sentences a story."""

MOST_SOURCES = 4
"""Links a story; further outlets are counted."""

MOST_HISTORIES = 3
"""Cases of one row whose history is told; a row of many names mostly shares one."""

MOST_STEPS = 6
"""Steps of a case that are told, the last ones."""

_SECTIONS = tuple(Section)
_KIND_ORDER = (ReportChange.NEW, ReportChange.CORRECTED, ReportChange.AMENDED, ReportChange.CONFIRMED)


def rows_of(items: Iterable[Item], past: Mapping[int, Past] | None = None) -> tuple[Row, ...]:
    """Group items into rows: one a story and section, worst first, then by score, then oldest first.

    ``past`` tells what came before, by case.
    """
    groups: dict[tuple[Section, int], list[Item]] = {}
    for item in items:
        groups.setdefault((item.section, item.facts.story_id), []).append(item)
    rows = [_row(section, story, group, past or {}) for (section, story), group in groups.items()]
    return tuple(sorted(rows, key=_worst_first))


def _worst_first(row: Row) -> tuple[int, bool, tuple[int, int], float, datetime, int]:
    line = row.lines[0]
    return (
        _SECTIONS.index(row.section), row.past, rank(line.severity, line.action), -row.score, row.first_seen, row.story_id,
    )  # fmt: skip


def _row(section: Section, story: int, items: list[Item], past: Mapping[int, Past]) -> Row:
    items = sorted(items, key=lambda item: (item.facts.first_seen, item.facts.report_id))
    facts = [item.facts for item in items]
    lines = _lines(items, past)
    lead = max(
        facts, key=lambda f: (f.event.id not in _left_behind(f, past), f.official, f.score, -f.report_id)
    )
    return Row(
        story_id=story,
        case_id=next((f.event.case_id for f in facts if f.event.case_id is not None), None),
        section=section,
        severity=min((line.severity for line in lines), key=lambda s: rank(s, None)),
        lines=lines,
        passages=_passages(lead, facts),
        why=tuple(
            dict.fromkeys(
                reason for f in [lead, *facts] if f.event.entry == lead.event.entry for reason in f.why
            )
        ),
        score=max(f.score for f in facts),
        sources=_sources(facts),
        outlets=max(f.outlets for f in facts),
        first_seen=min(f.first_seen for f in facts),
        summary_only=all(f.summary_only for f in facts),
        history=_histories(facts, past) if section is not Section.MENTION else (),
    )


def _histories(facts: Sequence[Facts], past: Mapping[int, Past]) -> tuple[CaseHistory, ...]:
    """Tell each case of a row that has more than this mail's step; names that share a history are told together."""
    now = {f.event.id for f in facts}
    cases = dict.fromkeys(f.event.case_id for f in facts if f.event.case_id is not None)
    told: dict[tuple[object, ...], list[str]] = {}
    for case in cases:
        known = past.get(case)
        if known is None:
            continue
        steps = tuple(replace(step, current=event in now) for event, step in known.steps)
        last = known.told
        before = (
            CaseStep(last.event.action, last.event.stage, None, False) if last and last.event.action else None
        )
        if len(steps) > 1 or before:
            key = (_shortened(steps), known.told_at if before else None, before)
            told.setdefault(key, []).extend(f.event.entry for f in facts if f.event.case_id == case)
    return tuple(
        CaseHistory(tuple(dict.fromkeys(names)), *key)  # type: ignore[arg-type]
        for key, names in list(told.items())[:MOST_HISTORIES]
    )


def _shortened(steps: tuple[CaseStep, ...]) -> tuple[CaseStep, ...]:
    """Say a step that several bodies told once, at its first day; keep the last few."""
    kept: list[CaseStep] = []
    for step in steps:
        if kept and (kept[-1].action, kept[-1].stage) == (step.action, step.stage):
            kept[-1] = replace(kept[-1], current=kept[-1].current or step.current)
        else:
            kept.append(step)
    return tuple(kept[-MOST_STEPS:])


def _lines(items: Sequence[Item], past: Mapping[int, Past]) -> tuple[Line, ...]:
    """Say each step once for all the names it falls on; an event told as new and as confirmed is told as new."""
    best: dict[int, Item] = {}
    ids: dict[int, list[int]] = {}
    for item in items:
        event_id = item.facts.event.id
        ids.setdefault(event_id, []).append(item.alert_id)
        held = best.get(event_id)
        if held is None or _kind_rank(item.facts) < _kind_rank(held.facts):
            best[event_id] = item
    steps: dict[tuple[object, ...], list[Item]] = {}
    for item in best.values():
        event, facts = item.facts.event, item.facts
        step = (
            event.action,
            event.stage,
            event.authority,
            event.effective,
            event.until,
            facts.via,
            facts.share,
            facts.indirect,
            facts.change,
            _left_behind(facts, past).get(event.id),
        )
        steps.setdefault(step, []).append(item)
    lines = []
    for group in steps.values():
        first = group[0].facts
        event = first.event
        later = _left_behind(first, past).get(event.id)
        lines.append(
            Line(
                entries=tuple(dict.fromkeys(item.facts.event.entry for item in group)),
                action=event.action,
                stage=event.stage,
                authority=event.authority,
                effective=event.effective,
                until=event.until,
                via=first.via,
                share=first.share,
                indirect=first.indirect,
                kind=first.change,
                severity=_severity(event, later),
                alert_ids=tuple(alert for item in group for alert in ids[item.facts.event.id]),
                before=_before(first, past),
                overtaken=later,
            )
        )
    return tuple(
        sorted(
            lines,
            key=lambda line: (line.overtaken is not None, rank(line.severity, line.action), line.alert_ids),
        )
    )


def _left_behind(facts: Facts, past: Mapping[int, Past]) -> Mapping[int, CaseStep]:
    """Return the steps of a report's case that others have left behind; a correction takes back whatever came after."""
    known = past.get(facts.event.case_id or -1)
    return known.overtaken if known and facts.change is not ReportChange.CORRECTED else {}


def _severity(event: Event, later: CaseStep | None) -> Severity:
    """Return how bad a step is; one that is past is no worse than what it has come to."""
    now = severity_of(event.action, event.stage)
    return (
        now
        if later is None
        else max(now, severity_of(later.action, later.stage), key=lambda s: rank(s, None))
    )


def _before(facts: Facts, past: Mapping[int, Past]) -> Facts | None:
    """Return what the reader was told of the same step, when this is about an earlier report."""
    known = past.get(facts.event.case_id or -1)
    told = known.told if known and facts.change is not ReportChange.NEW else None
    same = told and (told.event.action, told.event.stage) == (facts.event.action, facts.event.stage)
    return told if same else None


def _kind_rank(facts: Facts) -> int:
    return _KIND_ORDER.index(facts.change) if facts.change in _KIND_ORDER else len(_KIND_ORDER)


def _passages(lead: Facts, facts: Sequence[Facts]) -> tuple[Passage, ...]:
    seen: dict[str, None] = {}
    kept = []
    for f in [lead, *facts]:
        text = f.passage.text.strip()
        if text and text not in seen:
            seen[text] = None
            kept.append(f.passage)
    return tuple(kept[:MOST_PASSAGES])


def _sources(facts: Sequence[Facts]) -> tuple[Source, ...]:
    """Official first, then by time; a document once."""
    kept: dict[str, Source] = {}
    for f in sorted(facts, key=lambda f: (not f.official, f.first_seen, f.report_id)):
        source = Source(f.title, safe_url(f.url), f.source, f.official, f.published)
        kept.setdefault(f.url or f.title, source)
    return tuple(kept.values())[:MOST_SOURCES]


def safe_url(url: str | None) -> str | None:
    """Return an http(s) address that is fit for a link, else None: no script, no blanks, no control characters."""
    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    if any(ch.isspace() or ord(ch) < 33 or ord(ch) == 127 or ch in "<>\"'\\^`{|}" for ch in url):
        return None
    return url


def counts_of(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    """Return the figures of the subject, worst first: actions by name and step, mentions by story.

    Possible matches are never counted: they do not belong into a subject. Nor is a step that another one of the same
    mail has left behind; where the other one is not in it, the step counts as past.
    """
    rows = tuple(rows)
    live = {
        (name, line.action, line.stage)
        for row in rows
        for line in row.lines
        if row.section is Section.ACTION and line.overtaken is None
        for name in line.entries
    }
    found: Counter[str] = Counter()
    order: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row.section is Section.POSSIBLE:
            continue
        if row.section is Section.MENTION:
            found["mention"] += 1
            order["mention"] = (99, 99)
            continue
        for line in row.lines:
            bucket, names, place = _counted(line, live)
            if not names:
                continue
            found[bucket] += names
            order[bucket] = min(order.get(bucket, place), place)
    return tuple(sorted(found.items(), key=lambda pair: (order[pair[0]], pair[0])))


def _counted(line: Line, live: Container[object]) -> tuple[str, int, tuple[int, int]]:
    """Return the bucket of a line, how many names it counts there, and the bucket's place."""
    later = line.overtaken
    if later is None:
        bucket = bucket_of(line.action, line.stage, line.kind)
        return bucket, len(line.entries), rank(line.severity, line.action)
    untold = [name for name in line.entries if (name, later.action, later.stage) not in live]
    return "past", len(untold), (98, 0)


def changes_of(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    """Return how many steps are new, confirmed, amended and corrected since the last mail."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.section is Section.ACTION:
            for line in row.lines:
                found[str(line.kind)] += len(line.entries)
    return tuple((str(kind), found[str(kind)]) for kind in _KIND_ORDER if found[str(kind)])


def unseen(source: SourceHealth) -> bool:
    """Tell whether a source may hold what we do not know: silent, failing, gone, or never read since it was added."""
    return source.silent or source.gone or source.failures > 0 or source.last_success is None


def blind_spots_of(health: Iterable[SourceHealth], now: datetime) -> tuple[BlindSpot, ...]:
    """Return what could not be seen: sources that are unseen. A paused one was a person's wish."""
    found = []
    for source in health:
        if source.paused or not unseen(source):
            continue
        hours = int((now - source.last_success).total_seconds() // 3600) if source.last_success else None
        problem = "gone (410)" if source.gone else source.problem
        found.append(BlindSpot(source.name, source.last_success, hours, problem))
    return tuple(
        sorted(found, key=lambda spot: (-(spot.hours if spot.hours is not None else 10**6), spot.source))
    )
