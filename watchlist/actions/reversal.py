"""Taking a measure back, said outright: "lifts the ban on X", "X was removed from the sanctions".

Wording around a repeal is mostly the wording of the measure itself, which pulls the learnt stage towards *adopted*.
Where a cue of taking back governs a cue for the measure as such, grammar decides instead. Only these pairs: in the
labelled training texts a taking back right before them is always a lifting, while before an order, a freeze or a
licence it as often is the measure ("revoked its licence"). A clause that hedges, denies or goes to court is left to
the model; but where every taking back of a sentence is denied ("did not lift") or befalls another name while the target
is acted on in its own clause, *lifted* is ruled out.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchlist.actions.cues import Hit
from watchlist.actions.discourse import Cell
from watchlist.actions.features import Reading, listed
from watchlist.actions.model import STAGES, CellScore
from watchlist.model import Stage

_TAKING_BACK = "remove"
_MEASURE = frozenset({"ban", "sanction"})
_UNSURE = frozenset({"propose", "negation", "reject", "delay", "court"})
_STEPS = frozenset(
    {"add", "ban", "freeze", "entity_list", "blacklist", "sanction", "sdn", "probe", "penalty"}
)
_REACH = 3
"""How many tokens may stand between, for an article and an adjective."""

_OUTRIGHT = 5.0
"""Log-odds of what grammar settles."""

_ADOPTED, _LIFTED = STAGES.index(Stage.ADOPTED), STAGES.index(Stage.LIFTED)


def effect(reading: Reading, cell: Cell) -> bool | None:
    """Tell what grammar settles of a measure on the target: True it is lifted, False it is not, None nothing."""
    tokens, clauses, hits = reading.line.tokens, reading.clauses, reading.hits
    backs = [hit for hit in hits if hit.cue == _TAKING_BACK]
    if not backs:
        return None
    # "A, B and C" acts as one: the commas of a list are no clauses of their own.
    spots = [listed(tokens, i)[0] for i, token in enumerate(tokens) if cell.target in token.names]
    named = {clauses[i] for i in spots}
    unsure = {clauses[hit.start] for hit in hits if hit.cue in _UNSURE}
    if any(
        clauses[back.start] in named - unsure
        and any(
            hit.cue in _MEASURE
            and 0 <= hit.start - back.end <= _REACH
            and clauses[hit.start] == clauses[back.start]
            for hit in hits
        )
        for back in backs
    ):
        return True
    elsewhere = {
        clauses[i] for i, token in enumerate(tokens) if token.names and cell.target not in token.names
    } - named
    acted_on = any(hit.cue in _STEPS and clauses[hit.start] in named for hit in hits)
    if all(_denied(back, hits) or (acted_on and clauses[back.start] in elsewhere) for back in backs):
        return False
    return None


def _denied(back: Hit, hits: Sequence[Hit]) -> bool:
    """Tell whether a negation stands right before ("did not lift")."""
    return any(hit.cue == "negation" and 0 <= back.start - hit.end <= 1 for hit in hits)


def settle(score: CellScore, reading: Reading, cell: Cell) -> CellScore:
    """Return what the model says of a cell that names its target, corrected where grammar settles the stage."""
    told = effect(reading, cell)
    return score if told is None else corrected(score, lifted=told)


def corrected(score: CellScore, *, lifted: bool) -> CellScore:
    """Return a score with *lifted* in the place of *adopted* where that was its answer, or with *lifted* ruled out."""
    stages = list(score.stages)
    if not lifted:
        stages[_LIFTED] = -_OUTRIGHT
        return replace(score, stages=stages)
    if max(range(len(STAGES)), key=lambda s: stages[s]) == _ADOPTED:
        stages[_LIFTED] = max(stages[_LIFTED], _OUTRIGHT, stages[_ADOPTED])
        stages[_ADOPTED] = -_OUTRIGHT
    return replace(score, stages=stages, by="grammar")
