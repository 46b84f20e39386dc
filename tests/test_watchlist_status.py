"""Where a name stands: computed from events and their reports."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from watchlist.model import (
    Action,
    ActionKind,
    Document,
    Event,
    EventReport,
    Field,
    ReportChange,
    Span,
    Stage,
    StoryRef,
)
from watchlist.status import (
    Force,
    Step,
    force,
    may_move_on,
    overtaken,
    restrictions,
    step_of,
    timeline,
)

SEEN = datetime(2024, 5, 1, tzinfo=UTC)


def event(number: int, stage: Stage, **more: object) -> Event:
    base = Event(number, "Norvik", ActionKind.EXPORT_CONTROL, stage, "US-BIS", None, None, 1, SEEN)
    return replace(base, **more)  # type: ignore[arg-type]


def step(number: int, day: str, stage: Stage, *, background: bool = False, **more: object) -> Step:
    told = date.fromisoformat(day)
    return Step(event(number, stage, **more), told, "Title", None, "paper", "", background, False, 1)


CHAIN = [
    step(1, "2024-05-01", Stage.PROPOSED),
    step(2, "2024-05-14", Stage.ADOPTED, effective=date(2024, 6, 1)),
    step(3, "2024-07-01", Stage.SUSPENDED),
    step(4, "2024-09-01", Stage.LIFTED),
]


@pytest.mark.parametrize(
    ("as_of", "stage", "expected"),
    [
        ("2024-05-02", Stage.PROPOSED, Force.NOT_IN_FORCE),
        ("2024-05-20", Stage.ADOPTED, Force.TO_COME),
        ("2024-06-01", Stage.ADOPTED, Force.IN_FORCE),
        ("2024-07-02", Stage.SUSPENDED, Force.NOT_IN_FORCE),
        ("2024-12-01", Stage.LIFTED, Force.ENDED),
    ],
)
def test_status_is_the_last_step_known_on_the_day(as_of: str, stage: Stage, expected: Force) -> None:
    """What became known later must not colour an answer as of an earlier day."""
    (row,) = restrictions(CHAIN, date.fromisoformat(as_of))
    assert (row.step.event.stage, row.force) == (stage, expected)


def test_authorities_are_told_apart() -> None:
    """The EU's freeze stands when the US has lifted its own."""
    eu = step(
        9, "2024-05-20", Stage.ADOPTED, authority="EU-Council", action=ActionKind.DESIGNATION, case_id=2
    )
    found = {r.step.event.authority: r.force for r in restrictions([*CHAIN, eu], date(2025, 1, 1))}
    assert found == {"US-BIS": Force.ENDED, "EU-Council": Force.IN_FORCE}


def on_list(number: int, day: str, stage: Stage, authority: str) -> Step:
    """Return a designation, or its end, as a list tells it."""
    told = step(number, day, stage, authority=authority, action=ActionKind.DESIGNATION)
    return replace(told, listed=number)


def test_a_like_measure_of_another_keeper_stands() -> None:
    """Who is off the State Department's list is still blocked by the Treasury's, and must not be told to be free."""
    steps = [
        on_list(1, "2024-01-10", Stage.ADOPTED, "US-OFAC"),
        on_list(2, "2024-03-01", Stage.ADOPTED, "US-State"),
        on_list(3, "2024-05-01", Stage.LIFTED, "US-State"),
    ]
    found = [(r.step.event.authority, r.force, r.since) for r in restrictions(steps, date(2024, 6, 1))]
    assert found == [
        ("US-OFAC", Force.IN_FORCE, date(2024, 1, 10)),
        ("US-State", Force.ENDED, date(2024, 5, 1)),
    ]


def test_of_one_day_lists_are_told_in_the_order_of_sight() -> None:
    """Off and on again in one day is on; the order of stages alone would say that it is over."""
    steps = [
        on_list(4, "2024-05-01", Stage.ADOPTED, "US-OFAC"),
        on_list(3, "2024-05-01", Stage.LIFTED, "US-OFAC"),
        on_list(1, "2020-01-01", Stage.ADOPTED, "US-OFAC"),
        step(2, "2024-05-01", Stage.PROPOSED),
    ]
    assert [s.event.id for s in timeline(steps)] == [1, 2, 3, 4]
    (designated,) = (r for r in restrictions(steps, date(2024, 6, 1)) if r.force is Force.IN_FORCE)
    assert designated.since == date(2024, 5, 1)


def test_of_a_first_edition_the_record_listed_first_is_shown() -> None:
    """A group is listed in a hundred records: a row that names the last affiliate beside the first day reads wrong."""

    def held(number: int, day: str) -> Step:
        told = on_list(number, day, Stage.ADOPTED, "US-OFAC")
        listed = replace(told.event, effective=date.fromisoformat(day))
        return replace(told, background=True, event=listed)

    parent, affiliate = held(1, "2014-07-29"), held(2, "2015-12-22")
    (row,) = restrictions([parent, affiliate], date(2024, 6, 1))
    assert (row.step, row.since) == (parent, date(2014, 7, 29))
    news = on_list(3, "2024-05-01", Stage.ADOPTED, "US-OFAC")
    (row,) = restrictions([parent, affiliate, news], date(2024, 6, 1))
    assert (row.step, row.since) == (news, date(2014, 7, 29))


def test_a_possible_match_neither_frees_nor_shakes_what_is_sure() -> None:
    """A namesake's delisting must not end a ban, nor make a sure designation read as a possible one."""
    sure = step(1, "2024-01-10", Stage.ADOPTED)
    doubtful = [
        replace(step(2, "2024-02-01", Stage.ADOPTED), possible=True),
        replace(step(3, "2024-03-01", Stage.LIFTED), possible=True),
    ]
    (row,) = restrictions([sure, *doubtful], date(2024, 6, 1))
    assert (row.force, row.step.possible, row.since) == (Force.IN_FORCE, False, date(2024, 1, 10))
    (row,) = restrictions(doubtful, date(2024, 6, 1))
    assert (row.force, row.step.possible) == (Force.ENDED, True)


def test_what_is_only_looked_back_on_lies_at_its_own_date() -> None:
    """An older listing told beside a news of today comes before it in the timeline, whatever was stored first."""
    older = step(5, "2024-09-01", Stage.ADOPTED, background=True, effective=date(2022, 3, 1))
    assert [s.event.id for s in timeline([*CHAIN, older])] == [5, 1, 2, 3, 4]


def test_a_measure_that_has_run_out_is_over() -> None:
    """A licence until June does not bind in July."""
    licence = event(7, Stage.ADOPTED, until=date(2024, 6, 30))
    assert force(licence, date(2024, 6, 30)) is Force.IN_FORCE
    assert force(licence, date(2024, 7, 1)) is Force.ENDED


def test_a_suspension_that_ran_out_leaves_the_measure_in_force() -> None:
    """A ban delayed until 5 April binds from the 6th; "not in force" for ever would send a user into a fine."""
    chain = [*CHAIN[:2], step(3, "2024-07-01", Stage.SUSPENDED, until=date(2024, 9, 15))]
    (paused,) = restrictions(chain, date(2024, 9, 15))
    assert (paused.force, paused.since) == (Force.NOT_IN_FORCE, date(2024, 7, 1))
    (again,) = restrictions(chain, date(2024, 9, 16))
    assert (again.force, again.since) == (Force.IN_FORCE, date(2024, 9, 16))
    (proposal,) = restrictions([CHAIN[0], chain[2]], date(2024, 10, 1))
    assert proposal.force is Force.NOT_IN_FORCE  # what was never adopted does not begin by itself


def test_the_end_of_a_licence_is_not_the_end_of_the_measure() -> None:
    """A 90-day licence beside an Entity List entry: the entry must not be told, and hidden, as ended after it."""
    end = date(2024, 8, 19)
    listed = step(1, "2024-05-14", Stage.ADOPTED, until=end)
    licence = step(2, "2024-05-20", Stage.ADOPTED, until=end, action=ActionKind.LICENCE)
    found = {r.step.event.action: r.force for r in restrictions([listed, licence], date(2025, 1, 1))}
    assert found == {ActionKind.EXPORT_CONTROL: Force.IN_FORCE, ActionKind.LICENCE: Force.ENDED}
    (alone,) = restrictions([listed], date(2025, 1, 1))
    assert alone.force is Force.ENDED


def report(change: ReportChange, *, official: bool = False, number: int = 1) -> EventReport:
    document = Document(f"d{number}", "Title", "Text", published=SEEN, source="paper", official=official)
    action = Action(
        "Norvik",
        ActionKind.EXPORT_CONTROL,
        Stage.ADOPTED,
        "US-BIS",
        None,
        None,
        True,
        None,
        Span(Field.TEXT, 0, 4, "Text"),
    )
    return EventReport(
        number, event(1, Stage.ADOPTED), change, False, StoryRef(1, 1, 1), 1, document, SEEN, None, action
    )


def test_a_corrected_event_is_no_longer_told() -> None:
    """When the only paper takes its report back, the status must forget it."""
    assert (
        step_of(event(1, Stage.ADOPTED), [report(ReportChange.NEW), report(ReportChange.CORRECTED, number=2)])
        is None
    )
    assert step_of(event(1, Stage.ADOPTED), []) is None


def test_the_official_source_is_shown_first() -> None:
    """A compliance officer cites the authority, not the paper that was quicker."""
    found = step_of(
        event(1, Stage.ADOPTED),
        [report(ReportChange.NEW), report(ReportChange.CONFIRMED, official=True, number=2)],
    )
    assert found is not None
    assert found.official
    assert found.documents == 2


def test_since_is_one_fact() -> None:
    """A mail says "in force since" the effective date; the status of the same step must not name another day."""
    told = step(1, "2026-11-24", Stage.ADOPTED, effective=date(2026, 11, 20))
    (row,) = restrictions([told], date(2026, 11, 24))
    assert row.since == date(2026, 11, 20)
    (row,) = restrictions(
        [step(1, "2026-11-24", Stage.ADOPTED, effective=date(2027, 1, 5))], date(2026, 11, 24)
    )
    assert row.since == date(2026, 11, 24)


def test_what_was_lifted_and_came_back_is_since_it_came_back() -> None:
    """Between the first listing and the second one it was free."""
    chain = [
        step(1, "2004-02-01", Stage.ADOPTED),
        step(2, "2020-01-01", Stage.LIFTED),
        step(3, "2025-11-29", Stage.ADOPTED, effective=date(2025, 11, 29)),
        step(4, "2025-12-03", Stage.ADOPTED, authority="US-Treasury"),
    ]
    (row,) = restrictions(chain, date(2026, 1, 1))
    assert row.since == date(2025, 11, 29)
    assert {event: later.event.id for event, later in overtaken(chain).items()} == {1: 2, 2: 4}


@pytest.mark.parametrize(
    ("later", "past"),
    [
        (step(2, "2024-05-20", Stage.LIFTED), True),
        (step(2, "2024-05-20", Stage.REJECTED), False),
        (step(2, "2024-05-20", Stage.LIFTED, background=True), False),
        (step(2, "2024-05-20", Stage.LIFTED, action=ActionKind.LICENCE), False),
        (step(2, "2024-05-20", Stage.LIFTED, authority="EU-Council"), False),
        (replace(step(2, "2024-05-20", Stage.LIFTED), possible=True), False),
        (step(2, "2024-05-14", Stage.LIFTED), True),
        (step(2, "2024-05-14", Stage.LIFTED, first_seen=datetime(2024, 4, 1, tzinfo=UTC)), False),
    ],
)
def test_what_leaves_a_step_behind(later: Step, past: bool) -> None:
    """A ban that stands must not be told as over by a look back, a mere likeness, another body, or an older report."""
    ban = step(1, "2024-05-14", Stage.ADOPTED)
    assert (1 in overtaken([ban, later])) is past
    assert may_move_on([ban.event, later.event]) or not past
