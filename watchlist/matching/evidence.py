"""Evidence for and against one mention: each piece with its weight and a sentence for the reader.

Weights are on the logit scale: +1 makes the odds 2.7 times better. They come from ``weights.toml`` by name, so
that they can be read, changed and learnt in one place.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: its ``code`` in weights.toml, its ``weight``, and the words for a person."""

    code: str
    weight: float
    say: str


@cache
def _weights() -> dict[str, float]:
    path = resources.files("watchlist.matching") / "data" / "weights.toml"
    return {
        str(code): float(weight) for code, weight in tomllib.loads(path.read_text("utf-8"))["weights"].items()
    }


def weigh(code: str, say: str, times: float = 1.0) -> Evidence:
    """Return a piece of evidence with its shipped weight (``times`` scales it)."""
    return Evidence(code, _weights()[code] * times, say)
