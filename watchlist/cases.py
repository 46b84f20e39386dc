"""Which events are one matter: the case of an event among the entry's earlier ones.

A **case** is the chain of events on one matter: proposed, adopted, suspended, lifted, and listed again. A matter
is one entry, one country (or EU, UN, exchange) and one kind of measure; a licence belongs to the measure it
softens, and a court's stay to the measure that it stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watchlist.actions.authorities import directory
from watchlist.model import ActionKind, Stage
from watchlist.signatures import Step

#: Kinds that are two ends of one matter: a sale is forced by the threat of a ban, an inquiry ends in a penalty.
_LINKED = (
    frozenset({ActionKind.DIVESTITURE_ORDER, ActionKind.OPERATING_BAN}),
    frozenset({ActionKind.INVESTIGATION, ActionKind.PENALTY}),
    frozenset({ActionKind.MILITARY_LIST, ActionKind.INVESTMENT_BAN}),
    frozenset({ActionKind.INVESTMENT_BAN, ActionKind.DELISTING}),
)
#: What a licence, a waiver or a wind-down permit can soften.
_LICENSED = frozenset(
    {
        ActionKind.DESIGNATION,
        ActionKind.TRANSACTION_BAN,
        ActionKind.EXPORT_CONTROL,
        ActionKind.INVESTMENT_BAN,
        ActionKind.IMPORT_BAN,
        ActionKind.OPERATING_BAN,
    }
)
ENDED_BY = {
    Stage.PROPOSED: frozenset({Stage.ADOPTED, Stage.SUSPENDED, Stage.LIFTED, Stage.REJECTED}),
    Stage.ADOPTED: frozenset({Stage.SUSPENDED, Stage.LIFTED}),
    Stage.SUSPENDED: frozenset({Stage.ADOPTED, Stage.LIFTED}),
    Stage.LIFTED: frozenset({Stage.ADOPTED, Stage.SUSPENDED}),
    Stage.REJECTED: frozenset({Stage.PROPOSED, Stage.ADOPTED}),
}
"""The later stages of a measure after which an earlier one no longer says how far it is."""
#: One body's inquiry into a company is another matter than its next one, when so much time lies between them.
_REPEATED = frozenset({ActionKind.INVESTIGATION, ActionKind.PENALTY})
_QUIET = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class KnownStep:
    """An event of the entry that is stored: its case, its step, and the day it was last told."""

    case_id: int
    step: Step
    told: date


def case_of(step: Step, known: Sequence[KnownStep], day: date) -> int | None:
    """Return the case that a step told on ``day`` belongs to, or None for a new matter.

    Of several, the same kind of measure wins over a linked one, then the same body, then the one told last.
    """
    best: tuple[int, int, date, int] | None = None
    chosen = None
    for other in known:
        rank = _kinship(step, other.step)
        if not rank:
            continue
        if step.action in _REPEATED and step.stage is Stage.ADOPTED and day - other.told > _QUIET:
            continue
        same_body = int(directory().compatible(step.authority, other.step.authority))
        key = (rank, same_body, other.told, -other.case_id)
        if best is None or key > best:
            best, chosen = key, other.case_id
    return chosen


def _kinship(step: Step, other: Step) -> int:
    """Return 2 for the same kind of measure in one jurisdiction, 1 for a linked one, 0 for another matter."""
    if step.entry != other.entry or not _one_jurisdiction(step, other):
        return 0
    if step.action == other.action:
        if step.action in _REPEATED and not directory().compatible(step.authority, other.authority):
            return 0
        return 2
    kinds = {step.action, other.action}
    if ActionKind.LICENCE in kinds and kinds & _LICENSED:
        return int(_softens(step, other) if step.action is ActionKind.LICENCE else _softens(other, step))
    return int(any(kinds <= linked for linked in _LINKED))


def _softens(licence: Step, measure: Step) -> bool:
    """Tell whether a licence is one from this measure: whoever grants it took the measure, or carries such ones out.

    OFAC licenses what the President banned; the Commerce Department's licence to export is none from an FCC ban. An id
    that says no more than the country may be any body of it.
    """
    known = directory()
    if known.compatible(licence.authority, measure.authority) or licence.authority is None:
        return True
    return known.likelihood(licence.authority, measure.action, Stage.ADOPTED) > 0


def _one_jurisdiction(step: Step, other: Step) -> bool:
    """Tell whether two authorities are of one country; an exchange goes with the rule that it obeys."""
    if step.authority is None or other.authority is None:
        return True
    tops = {directory().lineage(a)[-1] for a in (step.authority, other.authority)}
    if len(tops) == 1:
        return True
    exchanges = {top for top in tops if top.startswith("exchange:")}
    delisted = ActionKind.DELISTING in {step.action, other.action}
    return bool(exchanges) and delisted and step.action != other.action
