"""Name against name: is it the same company, body or person?

``compare`` is the whole of it; ``prepare`` and ``score`` are for whoever compares one name with many. All are
symmetric: exchanging the names exchanges "left" and "right" in the explanation and changes nothing else.
See docs/names.md for the method, the figures and what it cannot know (an alias is not a spelling).
"""

from dataclasses import dataclass
from functools import lru_cache

from watchlist.matching.names_align import align
from watchlist.matching.names_explain import NameEvidence, explain
from watchlist.matching.names_score import (
    Weights,
    features,
    is_organisation,
    probability,
    shipped_weights,
)
from watchlist.matching.names_tokens import Name, parse


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two names.

    ``score`` in [0, 1] is the fitted probability that both are meant for one bearer, judged by the names alone;
    ``same`` is the verdict at the default threshold; ``evidence`` says what led there.
    """

    left: str
    right: str
    score: float
    same: bool
    evidence: tuple[NameEvidence, ...]

    @property
    def why(self) -> tuple[str, ...]:
        """Return the evidence in words, without the weights."""
        return tuple(item.text for item in self.evidence)


#: Longer strings are no names, and not worth the memory of being remembered.
_REMEMBERED = 2_000


def prepare(name: str) -> Name:
    """Take a name apart once, to be compared often."""
    return _prepare(name) if len(name) <= _REMEMBERED else parse(name)


@lru_cache(maxsize=20_000)
def _prepare(name: str) -> Name:
    return parse(name)


def threshold() -> float:
    """Return the least score that counts as the same by default."""
    return shipped_weights().threshold


def compare(left: str, right: str, weights: Weights | None = None) -> Comparison:
    """Compare two names and explain. Never fails on any ``str``; without letters only equal strings are the same."""
    chosen = weights or shipped_weights()
    one, two = prepare(left), prepare(right)
    if left == right:
        return Comparison(left, right, 1.0, True, (NameEvidence("the same, letter by letter", 0.0),))
    if not one.tokens or not two.tokens:
        empty = NameEvidence("nothing to compare: no letter or digit in one of the names", 0.0)
        return Comparison(left, right, 0.0, False, (empty,))
    if _words(one) == _words(two):
        same = NameEvidence("the same but for case, accents and punctuation", 0.0)
        return Comparison(left, right, 1.0, True, (same,))
    aligned = align(one, two)
    found = features(one, two, aligned)
    fitted = chosen.organisation if is_organisation(one, two) else chosen.person
    value = round(probability(found, fitted), 4)
    return Comparison(
        left, right, value, value >= chosen.threshold, explain(one, two, aligned, found, fitted)
    )


def score(one: Name, two: Name, weights: Weights | None = None) -> float:
    """Return the score of two prepared names, as ``compare`` does, without the explanation."""
    chosen = weights or shipped_weights()
    if one.written == two.written:
        return 1.0
    if not one.tokens or not two.tokens:
        return 0.0
    if _words(one) == _words(two):
        return 1.0
    fitted = chosen.organisation if is_organisation(one, two) else chosen.person
    return round(probability(features(one, two, align(one, two)), fitted), 4)


def _words(name: Name) -> tuple[str, ...]:
    return tuple(token.text for token in name.tokens)
