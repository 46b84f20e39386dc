"""One act, one date: what a document tells of a measure on one of its targets holds for the others, too; and a last day
that a sentence gives a licence or a delay is not the last day of the measure that it names beside it.

"The order covers eight apps, among them A and B … C and D are also on the list … It takes effect on 19 February":
each name's own sentence rarely says it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from watchlist.actions.authorities import directory
from watchlist.actions.dates import languages_of
from watchlist.actions.effective import DATELESS
from watchlist.actions.timing_cues import cues
from watchlist.model import Action, ActionKind, Field, Span, Stage


def settle(actions: Sequence[Action], lang: str) -> tuple[Action, ...]:
    """Return the actions in order, their dates told once for all they hold for, and for nothing else."""
    return without_borrowed_starts(without_borrowed_ends(share(actions, lang)))


def share(actions: Sequence[Action], lang: str) -> tuple[Action, ...]:
    """Return the actions in order, those that add a target to an act told elsewhere in the document dated like it.

    One act is: the same kind of measure and stage, told as news or as background alike, by authorities that can be
    one. A target is added by a headline or by the words of ``also`` in ``data/dates.toml``. Where a document gives
    such an act two different dates, nothing is shared: they are two acts.
    """
    return tuple(_dated(action, actions) if _adds(action, lang) else action for action in actions)


def without_borrowed_ends(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions in order, a measure without the last day that its sentence gives to a licence or suspension.

    "The department issued a licence that lets Huawei buy until 19 August": the licence ends, the list stays.
    """
    ends = {(a.target, a.until, a.evidence) for a in actions if a.until and _relief(a)}
    return tuple(
        replace(a, until=None) if (a.target, a.until, a.evidence) in ends and not _relief(a) else a
        for a in actions
    )


def without_borrowed_starts(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions in order, a date told once being the start of one step, not of another beside it.

    "Units that nobody could deal with are free of the ban from Monday": Monday is not when the ban began. A headline
    stands for its text: the day that the text tells is that of the likeliest step, not of all that befell the name.
    """
    taken: dict[tuple[str, Span, date], Action] = {}
    for action in actions:
        if action.effective:
            key = (action.target, action.evidence, action.effective)
            taken[key] = max(taken.get(key, action), action, key=lambda a: (a.new, a.confidence))
    return tuple(
        replace(a, effective=None, until=None) if a.effective and _borrows(a, taken) else a for a in actions
    )


def _borrows(action: Action, taken: Mapping[tuple[str, Span, date], Action]) -> bool:
    assert action.effective is not None, "asked of dated actions only"
    owner = taken[action.target, action.evidence, action.effective]
    if owner.new and not action.new:
        return True
    return owner is not action and action.evidence.field is Field.TITLE


def _relief(action: Action) -> bool:
    return action.action is ActionKind.LICENCE or action.stage is Stage.SUSPENDED


def _adds(action: Action, lang: str) -> bool:
    if action.effective is not None or action.action in DATELESS:
        return False
    return action.evidence.field is Field.TITLE or any(
        cues(each).also.search(action.evidence.text) for each in languages_of(action.evidence.text, lang)
    )


def _dated(action: Action, actions: Sequence[Action]) -> Action:
    act = [other for other in actions if _same_act(action, other)]
    effective = _only(other.effective for other in act)
    if effective is None:
        return action
    until = action.until or _only(other.until for other in act if other.effective == effective)
    return replace(action, effective=effective, until=until)


def _same_act(one: Action, other: Action) -> bool:
    return (
        (one.action, one.stage, one.new) == (other.action, other.stage, other.new)
        and one.target != other.target
        and directory().compatible(one.authority, other.authority)
    )


def _only(days: Iterable[date | None]) -> date | None:
    found = {day for day in days if day}
    return found.pop() if len(found) == 1 else None
