"""Taking a measure back, said outright: "lifts the ban on X", "X was removed from the sanctions".

Wording around a repeal is mostly the wording of the measure itself, which pulls the learnt stage towards *adopted*.
Where a cue of taking back governs a cue for the measure as such, grammar decides instead. Only these pairs: in the
labelled training texts a taking back right before them is always a lifting, while before an order, a freeze or a
licence it as often is the measure ("revoked its licence"). A clause that hedges, denies or goes to court is left to
the model.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchlist.actions.discourse import Cell
from watchlist.actions.features import Reading, listed
from watchlist.actions.model import STAGES, CellScore
from watchlist.model import Stage

_TAKING_BACK = "remove"
_MEASURE = frozenset({"ban", "sanction"})
_UNSURE = frozenset({"propose", "negation", "reject", "delay", "court"})
_REACH = 3
"""How many tokens may stand between, for an article and an adjective."""

_ADOPTED, _LIFTED = STAGES.index(Stage.ADOPTED), STAGES.index(Stage.LIFTED)


def lifts(reading: Reading, cell: Cell) -> bool:
    """Tell whether the clause that names the target takes a measure back."""
    tokens, clauses, hits = reading.line.tokens, reading.clauses, reading.hits
    # "A, B and C" acts as one: the commas of a list are no clauses of their own.
    spots = [listed(tokens, i)[0] for i, token in enumerate(tokens) if cell.target in token.names]
    named = {clauses[i] for i in spots}
    unsure = {clauses[hit.start] for hit in hits if hit.cue in _UNSURE}
    return any(
        back.cue == _TAKING_BACK
        and clauses[back.start] in named - unsure
        and any(
            hit.cue in _MEASURE
            and 0 <= hit.start - back.end <= _REACH
            and clauses[hit.start] == clauses[back.start]
            for hit in hits
        )
        for back in hits
    )


def lifted(score: CellScore) -> CellScore:
    """Return what the model says, with *lifted* in the place of *adopted* wherever that was its answer."""
    return replace(score, stages=[_turned(stages) for stages in score.stages], by="grammar")


def _turned(stages: Sequence[float]) -> Sequence[float]:
    if max(range(len(STAGES)), key=lambda s: stages[s]) != _ADOPTED:
        return stages
    turned = list(stages)
    turned[_ADOPTED], turned[_LIFTED] = 0.0, stages[_ADOPTED]
    return turned
