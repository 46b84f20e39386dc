"""What a reading means for the events: which are new, confirmed, amended, repeated or taken back."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from watchlist.actions.authorities import directory
from watchlist.cases import ENDED_BY, KnownStep, case_of
from watchlist.model import Action, ActionKind, Finding, Match, ReportChange, Stage, Verdict
from watchlist.signatures import Step
from watchlist.store.tables import CaseRow, EventRow, ItemRow, ReportRow, RevisionRow

SAME_NEWS = timedelta(hours=72)
"""For so long a vaguer report ("sanctions on X") counts as one of the exact event told before it."""
ANOTHER = timedelta(days=30)
"""A dateless event not told for so long is another one when it is told as news again: Huawei is investigated
more than once, and an alert about the second time must not be lost because the first had no date either."""
AMENDABLE = timedelta(days=30)
"""For so long a more exact report (a date, an authority) amends the vague event told before it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a document says of one entry. ``action`` is None for a mere mention."""

    entry_id: int
    match: Match | None
    action: Action | None

    @property
    def identity(self) -> tuple[int, str, str, str, str]:
        """Return the event's identity but for the matter."""
        if self.action is None:
            return (self.entry_id, "", "", "", "")
        told = self.action
        return (
            self.entry_id,
            told.action.value,
            told.stage.value,
            told.authority or "",
            told.effective.isoformat() if told.effective else "",
        )

    @property
    def until(self) -> str:
        """Return the last day, or ''."""
        return self.action.until.isoformat() if self.action and self.action.until else ""

    @property
    def is_news(self) -> bool:
        """Say whether the document tells it as news; a mention always is."""
        return self.action is None or self.action.new

    @property
    def is_list_step(self) -> bool:
        """Say whether an official list took the step: what a list tells is all that happens on it, in order."""
        return (
            self.action is not None
            and self.action.new
            and any(r.startswith("list:") for r in self.action.rules)
        )

    @property
    def verdict(self) -> str:
        """Return how sure it is that the entry is meant; an action on its owner needs no match."""
        return (self.match.verdict if self.match else Verdict.MATCH).value


def told_by(finding: Finding, ids: Mapping[str, int]) -> list[Told]:
    """Return what a finding says, each event once: the actions, and a mention of each entry that has none.

    An action told both as news and as background is news. Entries without an id (no longer watched) are left out.
    """
    matches = {match.entry: match for match in finding.matches}
    told: dict[tuple[int, str, str, str, str], Told] = {}
    for action in sorted(finding.actions, key=lambda action: (not action.new, -action.confidence)):
        if action.target in ids:
            one = Told(ids[action.target], matches.get(action.target), action)
            told.setdefault(one.identity, one)
    acted_on = {one.entry_id for one in told.values()}
    for match in finding.matches:
        if match.entry in ids and ids[match.entry] not in acted_on:
            one = Told(ids[match.entry], match, None)
            told.setdefault(one.identity, one)
    return list(told.values())


@dataclass(frozen=True, slots=True)
class Placed:
    """An event's row for something told. ``made``: it was not there before; ``amends``: it is the more exact form of
    an event told before."""

    event: EventRow
    made: bool = False
    amends: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: the source, and the events that the same item told before (whatever their age, it means them)."""

    source_id: int
    mine: Container[int] = ()


def find(session: Session, told: Told, story_id: int, now: datetime, teller: Teller) -> EventRow | None:
    """Return the event that is told, if the store has it: the very same, or one just told that says it all."""
    mine, past = teller.mine, _reversed_since(session, told, teller)
    exact = _exact(session, told, story_id)
    for row in exact:
        if row.id in mine:
            return row
    exact = [row for row in exact if row.id not in past]
    if exact:
        return None if _is_another(exact[0], told, now) else exact[0]
    if told.action is None:
        return None
    for relative in _relatives(session, told, past):  # the latest first
        if _covers(relative, told) and (relative.id in mine or now - relative.first_seen_at <= SAME_NEWS):
            return relative
    return None


def place(session: Session, told: Told, story_id: int, now: datetime, teller: Teller) -> Placed:
    """Find the event that is told, or make it: in the case of its relatives, or in a new one."""
    event = find(session, told, story_id, now, teller)
    if event is not None:
        return Placed(event)
    if told.action is None:
        return Placed(_made(session, told, str(story_id), None, now), made=True)
    relatives = _relatives(session, told)
    matter = _matter(_exact(session, told, story_id), now)
    event = _made(session, told, matter, _case(session, told, now), now)
    amends = any(
        _covered(relative, told)
        and relative.announced_at
        and now - relative.first_seen_at <= AMENDABLE
        and not _has_ended(relative, relatives)
        for relative in relatives
    )
    return Placed(event, made=True, amends=amends)


def _has_ended(event: EventRow, relatives: Sequence[EventRow]) -> bool:
    """Say whether news that came later has ended an event: what is told now is no better report of it, but another."""
    ends = ENDED_BY[Stage(event.stage)]
    return any(
        other.announced_at and other.stage in ends and (other.id or 0) > (event.id or 0)
        for other in relatives
    )


def change_of(placed: Placed, told: Told, *, official: bool, live: bool, now: datetime) -> ReportChange:
    """Say what a report is to its event, and note on the event what later reports are measured by.

    ``live`` is False for old news (a first fetch, an item that told it before): it announces nothing, so that the
    first live report is still new. So is the first that tells as news what was background until then.
    """
    event = placed.event
    change = ReportChange.NEW if placed.made else ReportChange.REPEATED
    if told.until and told.until != event.until:
        event.until = told.until
        change = ReportChange.AMENDED
    if told.verdict == Verdict.MATCH and event.verdict != Verdict.MATCH:
        event.verdict = told.verdict
        change = ReportChange.AMENDED
    if official and told.action is not None and event.confirmed_at is None:
        event.confirmed_at = now
        change = change if placed.made else ReportChange.CONFIRMED
    if live and told.is_news:
        event.told_at = now
        if event.announced_at is None:
            event.announced_at = now
            change = ReportChange.AMENDED if placed.amends else ReportChange.NEW
    return change


def _exact(session: Session, told: Told, story_id: int) -> Sequence[EventRow]:
    """Return the rows of the very same event, the latest first: several where it was told anew after silence."""
    entry_id, action, stage, authority, effective = told.identity
    statement = select(EventRow).where(
        EventRow.entry_id == entry_id,
        EventRow.action == action,
        EventRow.stage == stage,
        EventRow.authority == authority,
        EventRow.effective == effective,
    )
    if not action:
        statement = statement.where(EventRow.matter == str(story_id))
    return session.exec(statement.order_by(col(EventRow.id).desc())).all()


def _reversed_since(session: Session, told: Told, teller: Teller) -> set[int]:
    """Return the events of this stage that the list told before it told the contrary.

    Put back after it was taken off, a name is listed anew, however soon; a list that is behind another one
    (the CSL behind the SDN) tells its own order of steps, and so means the same events.
    """
    if not told.is_list_step:
        return set()
    entry_id, action, stage, authority, _ = told.identity
    steps = session.exec(
        select(EventRow.id, EventRow.stage)
        .join(ReportRow, col(ReportRow.event_id) == EventRow.id)
        .join(RevisionRow, col(RevisionRow.id) == ReportRow.revision_id)
        .join(ItemRow, col(ItemRow.id) == RevisionRow.item_id)
        .where(
            EventRow.entry_id == entry_id,
            EventRow.action == action,
            EventRow.authority == authority,
            ItemRow.source_id == teller.source_id,
        )
        .order_by(col(ReportRow.id))
    ).all()
    contrary = max((at for at, (_, other) in enumerate(steps) if other != stage), default=-1)
    return {id for id, other in steps[: contrary + 1] if id is not None and other == stage}


def _matter(told_before: Sequence[EventRow], now: datetime) -> str:
    """Return what tells an event from those of the same identity told before it: nothing, else the day."""
    taken = {row.matter for row in told_before}
    day, number = now.date().isoformat(), 1
    matter = day if taken else ""
    while matter in taken:
        number += 1
        matter = f"{day} {number}"
    return matter


def _is_another(event: EventRow, told: Told, now: datetime) -> bool:
    """Say whether a dateless event is so long ago that what is told now must be another one."""
    if told.action is None or not told.is_news or event.effective or event.announced_at is None:
        return False
    return now - (event.told_at or event.first_seen_at) > ANOTHER


def _made(session: Session, told: Told, matter: str, case_id: int | None, now: datetime) -> EventRow:
    entry_id, action, stage, authority, effective = told.identity
    event = EventRow(
        entry_id=entry_id,
        action=action,
        stage=stage,
        authority=authority,
        effective=effective,
        matter=matter,
        until=told.until,
        verdict=told.verdict,
        case_id=case_id,
        first_seen_at=now,
    )
    session.add(event)
    session.flush()
    return event


def _relatives(session: Session, told: Told, but: Container[int] = ()) -> Sequence[EventRow]:
    """Return the entry's events of the same action by a compatible authority, latest first, but for some."""
    entry_id, action, _, authority, _ = told.identity
    rows = session.exec(
        select(EventRow)
        .where(EventRow.entry_id == entry_id, EventRow.action == action)
        .order_by(col(EventRow.first_seen_at).desc(), col(EventRow.id).desc())
    )
    return [row for row in rows if row.id not in but and authorities_agree(row.authority, authority)]


def authorities_agree(left: str, right: str) -> bool:
    """Say whether two authorities may be one: equal, unknown, or a country and its body (US, US-BIS)."""
    return _within(left, right) or _within(right, left)


def _within(exact: str, vague: str) -> bool:
    return not vague or exact == vague or (bool(exact) and vague in directory().lineage(exact))


def _covers(event: EventRow, told: Told) -> bool:
    """Say whether the event says all that is told, and perhaps more."""
    _, _, stage, authority, effective = told.identity
    return event.stage == stage and _within(event.authority, authority) and effective in ("", event.effective)


def _covered(event: EventRow, told: Told) -> bool:
    """Say whether what is told says all that the event does, and more."""
    _, _, stage, authority, effective = told.identity
    return event.stage == stage and _within(authority, event.authority) and event.effective in ("", effective)


def _case(session: Session, told: Told, now: datetime) -> int | None:
    """Return the case that the step belongs to, or a new one: proposed, adopted, suspended, lifted are one case."""
    assert told.action is not None
    rows = session.exec(
        select(EventRow).where(EventRow.entry_id == told.entry_id, col(EventRow.case_id).is_not(None))
    )
    known = [
        KnownStep(
            row.case_id,
            Step("", ActionKind(row.action), Stage(row.stage), row.authority or None),
            (row.told_at or row.first_seen_at).date(),
        )
        for row in rows
        if row.case_id is not None and row.action
    ]
    step = Step("", told.action.action, told.action.stage, told.action.authority)
    found = case_of(step, known, now.date())
    if found is not None:
        return found
    case = CaseRow(entry_id=told.entry_id, opened_at=now)
    session.add(case)
    session.flush()
    return case.id
