"""Taking a measure back, said outright: "lifts the ban on X", "X was removed from the sanctions".

Wording around a repeal is mostly the wording of the measure itself, which pulls the learnt stage towards *adopted*.
Where a cue of taking back governs a cue for the measure as such, grammar decides instead. Only these pairs: in the
labelled training texts a taking back right before them is always a lifting, while before an order, a freeze or a
licence it as often is the measure ("revoked its licence"). A clause that hedges, denies or goes to court is left to
the model, unless its verb governs the measure (``undoing``); but where every taking back of a sentence is denied ("did not lift") or befalls another name while the target
is acted on in its own clause, *lifted* is ruled out.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from watchlist.actions import undoing
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


class Settled(NamedTuple):
    """What grammar settles: the stage, if it does, and the stages that it rules out."""

    stage: Stage | None
    excluded: frozenset[Stage]


_TAKEN_BACK = Settled(Stage.LIFTED, frozenset({Stage.ADOPTED}))
_NOT_TAKEN_BACK = Settled(None, frozenset({Stage.LIFTED}))
_BY_OUTCOME = {
    Stage.LIFTED: _TAKEN_BACK,
    Stage.SUSPENDED: Settled(Stage.SUSPENDED, frozenset({Stage.ADOPTED})),
    Stage.REJECTED: Settled(Stage.REJECTED, frozenset({Stage.PROPOSED, Stage.ADOPTED, Stage.LIFTED})),
    Stage.ADOPTED: Settled(Stage.ADOPTED, frozenset({Stage.LIFTED, Stage.REJECTED})),
}


def effect(reading: Reading, cell: Cell, lang: str) -> Settled | None:
    """Return what grammar settles of a measure on the target, None for nothing."""
    told = undoing.outcome(reading, cell.target, lang)
    return _BY_OUTCOME[told] if told is not None else _removed(reading, cell)


def _removed(reading: Reading, cell: Cell) -> Settled | None:
    """Return what the cues of the lexicon settle."""
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
        return _TAKEN_BACK
    elsewhere = {
        clauses[i] for i, token in enumerate(tokens) if token.names and cell.target not in token.names
    } - named
    acted_on = any(hit.cue in _STEPS and clauses[hit.start] in named for hit in hits)
    if all(_denied(back, hits) or (acted_on and clauses[back.start] in elsewhere) for back in backs):
        return _NOT_TAKEN_BACK
    return None


def _denied(back: Hit, hits: Sequence[Hit]) -> bool:
    """Tell whether a negation stands right before ("did not lift")."""
    return any(hit.cue == "negation" and 0 <= back.start - hit.end <= 1 for hit in hits)


def settle(score: CellScore, reading: Reading, cell: Cell, lang: str) -> CellScore:
    """Return what the model says of a cell that names its target, corrected where grammar settles the stage."""
    told = effect(reading, cell, lang)
    return score if told is None else corrected(score, told)


def corrected(score: CellScore, told: Settled) -> CellScore:
    """Return a score with what ``effect`` told. A lifting that it doubts is left to the model."""
    stages = list(score.stages)
    ruled_out = [STAGES.index(stage) for stage in STAGES if stage in told.excluded]
    if told.stage is None:
        for s in ruled_out:
            stages[s] = -_OUTRIGHT
        return replace(score, stages=stages)
    settled, top = STAGES.index(told.stage), max(range(len(STAGES)), key=lambda s: stages[s])
    if top in ruled_out:
        stages[settled] = max(stages[settled], stages[top], _OUTRIGHT)
    if top in ruled_out or (top == settled and told.stage is not Stage.LIFTED):
        for s in ruled_out:
            stages[s] = -_OUTRIGHT
    return replace(score, stages=stages, by="grammar")
