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
def context_weights() -> dict[str, dict[str, float]]:
    """Return ``weights.toml``: the ``weights`` of evidence by code, and the ``bars`` of verdicts; not to be changed."""
    path = resources.files("watchlist.matching") / "data" / "weights.toml"
    tables = tomllib.loads(path.read_text("utf-8"))
    return {
        name: {code: float(value) for code, value in tables[name].items()} for name in ("weights", "bars")
    }


def weigh(code: str, say: str, times: float = 1.0) -> Evidence:
    """Return a piece of evidence with its shipped weight (``times`` scales it)."""
    return Evidence(code, context_weights()["weights"][code] * times, say)
