"""A date told of one target of an act holds for the act's other targets."""

from dataclasses import replace
from datetime import date

from watchlist.actions.shared_dates import share, without_borrowed_ends, without_borrowed_starts
from watchlist.model import Action, ActionKind, Field, Span, Stage

DAY = date(2021, 2, 19)


def told(target: str, text: str, effective: date | None = None, field: Field = Field.TEXT) -> Action:
    """Return a transaction ban told by one sentence."""
    return Action(
        target,
        ActionKind.TRANSACTION_BAN,
        Stage.ADOPTED,
        "US-President",
        effective,
        None,
        new=True,
        via=None,
        evidence=Span(field, 0, len(text), text),
    )


FIRST = told("Norvik", "The order bans dealings with Norvik in 45 days.", DAY)


def test_a_target_added_to_the_order_has_its_date() -> None:
    """Six of eight banned apps would be shown without the day that the text gives for all."""
    for text in ("Ostmark is also covered.", "Besides, the order bans dealings with Ostmark."):
        assert share([FIRST, told("Ostmark", text)], "en")[1].effective == DAY
    assert share([FIRST, told("Ostmark", "奥斯特也在名单上。")], "zh")[1].effective == DAY
    headline = told("Ostmark", "Ban on Ostmark and others", field=Field.TITLE)
    assert share([headline, FIRST], "en")[0].effective == DAY


def test_another_act_keeps_its_own_date() -> None:
    """A date moved to another measure, stage, authority or sentence of its own would be invented."""
    other = told("Ostmark", "Ostmark is also covered.")
    for changed in (
        replace(other, action=ActionKind.EXPORT_CONTROL),
        replace(other, stage=Stage.PROPOSED),
        replace(other, authority="EU-Council"),
        replace(other, new=False),
        told("Ostmark", "London barred Ostmark."),
    ):
        assert share([FIRST, changed], "en")[1] == changed


def test_two_dates_are_two_acts() -> None:
    """Where the document dates the measure twice, choosing one would be a guess."""
    second = replace(FIRST, target="Lumera", effective=date(2021, 3, 1))
    third = told("Ostmark", "Ostmark is also covered.")
    assert share([FIRST, second, third], "en")[2] == third


def test_a_measure_does_not_end_with_the_licence_beside_it() -> None:
    """An Entity List entry would be shown as ended on the day on which a licence of 90 days does."""
    ban = replace(told("Norvik", "A licence lets Norvik buy until 19 February."), until=DAY)
    licence = replace(ban, action=ActionKind.LICENCE)
    delay = replace(ban, stage=Stage.SUSPENDED)
    for relief in (licence, delay):
        assert without_borrowed_ends([ban, relief]) == (replace(ban, until=None), relief)
    elsewhere = replace(ban, evidence=replace(ban.evidence, text="The order holds until 19 February."))
    assert without_borrowed_ends([elsewhere, licence]) == (elsewhere, licence)


def test_a_day_told_once_is_of_one_step() -> None:
    """A relief from Monday would be shown as the Monday on which the ban began, a headline's day as that of everything."""
    lifted = replace(FIRST, stage=Stage.LIFTED)
    before = replace(FIRST, new=False)
    assert without_borrowed_starts([before, lifted]) == (replace(before, effective=None), lifted)
    ban = replace(told("Norvik", "Norvik shown the door", DAY, Field.TITLE), confidence=0.9)
    control = replace(ban, action=ActionKind.EXPORT_CONTROL, confidence=0.6)
    assert without_borrowed_starts([control, ban]) == (replace(control, effective=None), ban)
    both = replace(FIRST, action=ActionKind.DESIGNATION)
    assert without_borrowed_starts([both, FIRST]) == (both, FIRST)
