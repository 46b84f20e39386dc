"""What ``doctor`` and ``health`` print: one examined thing a line, with a word for how it is."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How an examined thing is: ``todo`` should be looked at, ``bad`` keeps the program from its work."""

    WELL = "well"
    TODO = "todo"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One examined thing: its name, how it is, and what was seen (with what to do, where something is wrong)."""

    what: str
    state: State
    seen: str


def show(result: Result) -> None:
    """Print one examined thing; a long line is wrapped under itself."""
    from watchlist.cli.checking import wrap
    from watchlist.cli.terminal import DIM, GREEN, RED, YELLOW, clean, out, styled, width

    style = {State.WELL: GREEN, State.TODO: YELLOW, State.BAD: RED, State.SKIPPED: DIM}[result.state]
    lines = wrap(clean(result.seen), min(width(), 100) - 24)
    for at, line in enumerate(lines or [""]):
        head = f"{styled(f'{result.state.value:7}', style)}  {result.what:13}" if not at else " " * 22
        out(f"{head}  {line}")
