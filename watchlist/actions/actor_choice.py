"""Which of the authorities that a text names takes a step: a small linear model over named inputs.

Each candidate is judged by how it stands to the step's sentence, title and first paragraphs, and by what bodies of its
kind usually do. Weights are data (``data/actors.toml``, written by ``tools/train_actors.py``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import exp, log1p

from watchlist.actions import tables
from watchlist.actions.authorities import Directory, country_of
from watchlist.model import ActionKind, Stage

INPUTS = (
    "own_near",  # in the step's sentence: how near its beginning, 1.2 down to 0
    "own_placed",  # there behind "in", "against", "of"
    "own_aside",  # there in a clause that opens the sentence: "While the Commission watched, …"
    "own_whose",  # there as whose measure it is ("the ministry's ban"), and the step undoes one
    "own_weak",  # there as an adjective, a place, a part of a name
    "quiet_prev",  # in the sentence before, where the step's own names nobody who could act
    "quiet_lead",  # how often in the first paragraphs, where the step's own names nobody
    "title_body",  # a body in the title
    "kin_title",  # of a country that the title names
    "lead_first",  # the first body in the first paragraphs, where they name none the first country
    "lead_body",  # a body in the first paragraphs
    "lead_count",  # how often in the first paragraphs (logarithm)
    "dateline",  # the place of the report
    "publisher",  # publishes the document
    "usual",  # known to take such an action
    "unusual",  # takes no such action
    "president",
    "court",
    "court_undo",  # a court, and the step is suspended, lifted or rejected
    "court_first",  # the same, and the first in the step's sentence that could act
    "legislature_bill",  # a legislature, and the step is proposed or rejected
    "exchange_delisting",  # an exchange, and the step is a delisting
)
UNDONE = frozenset({Stage.SUSPENDED, Stage.LIFTED, Stage.REJECTED})
_BILL = frozenset({Stage.PROPOSED, Stage.REJECTED})
_LEGISLATURE = ("Congress", "Parliament", "Senate", "Duma")

EVEN = 0.45
"""A body less likely than this, with another of its country half as likely, is told as the country alone."""


@dataclass(slots=True)
class Ballot:
    """The candidates for one step, with the inputs that their places in the text give them."""

    directory: Directory
    action: ActionKind | None
    stage: Stage
    first: str | None = None
    """the first in the step's sentence that could act"""
    _places: dict[str, dict[str, float]] = field(default_factory=dict)

    def note(self, candidate: str, name: str, value: float = 1.0) -> None:
        """Note an input of a candidate; the highest value counts."""
        inputs = self._places.setdefault(candidate, {})
        inputs[name] = max(value, inputs.get(name, 0.0))

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, float]]]:
        """Yield each candidate with all its inputs that are not zero."""
        for candidate, places in self._places.items():
            yield candidate, {**places, **self._nature(candidate)}

    def _nature(self, candidate: str) -> dict[str, float]:
        """Return what the candidate is, and whether such a one takes such a step."""
        inputs: dict[str, float] = {}
        likelihood = self.directory.likelihood(candidate, self.action, self.stage)
        if likelihood:
            inputs["usual" if likelihood > 0 else "unusual"] = 1.0
        if candidate.endswith("court"):
            inputs["court"] = 1.0
            if self.stage in UNDONE:
                inputs |= {"court_undo": 1.0, "court_first": float(candidate == self.first)}
        elif candidate.endswith("President"):
            inputs["president"] = 1.0
        elif candidate.endswith(_LEGISLATURE):
            inputs["legislature_bill"] = float(self.stage in _BILL)
        elif candidate.startswith("exchange:"):
            inputs["exchange_delisting"] = float(self.action is ActionKind.DELISTING)
        return inputs

    def elected(self, weights: Mapping[str, float]) -> str | None:
        """Return the likeliest candidate; its country where two of its bodies are about as likely, or it takes no such step."""
        odds = {c: sum(weights[name] * value for name, value in inputs.items()) for c, inputs in self}
        if not odds:
            return None
        best = max(odds, key=lambda c: (odds[c], c))
        country = country_of(best)
        if country is None:
            return best
        if self.directory.likelihood(best, self.action, self.stage) < 0:
            return country  # a court that stays a listing did not make it
        share = {c: exp(value - odds[best]) for c, value in odds.items()}
        rivals = sum(v for c, v in share.items() if c != best and country_of(c) == country)
        return country if 1 / sum(share.values()) < EVEN and rivals > 0.5 else best


def counted(times: int) -> float:
    """Return the input for how often a candidate is named."""
    return log1p(times)


@cache
def shipped() -> Mapping[str, float]:
    """Return the weights that come with the package."""
    weights: Mapping[str, float] = tables.shipped("data", "actors.toml")["weights"]
    return weights
