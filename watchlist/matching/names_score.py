"""From two aligned names to evidence, and from evidence to a score with a meaning.

The score is the probability, on the pairs the weights were fitted to, that both names are meant for one bearer:
a logistic model over a handful of readable features, one set of weights for companies and bodies and one for
persons. ``benchmarks/train_names.py`` fits them; they ship as ``data/names_weights.json``.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from watchlist.matching.lexicon import common_words
from watchlist.matching.names_align import Alignment, Pair
from watchlist.matching.names_likeness import How
from watchlist.matching.names_tokens import Name, Part, Token

FEATURES = (
    "bias",
    "core matched",  # letters of the name proper that are paired, log scale
    "all the same",  # every word paired, nothing differs
    "spelling differs",  # 1 - likeness, summed over paired core words, by weight
    "worst word",  # the least alike pair: 1 - likeness
    "edits beyond one",  # letters that differ in the worst pair, after the first
    "badly spelt",  # by how much the least alike pair is beyond a slip of the pen
    "core contradicts",  # core words left over on both sides
    "core left over",  # core words left over on one side only, after a paired one
    "brand and a word",  # one core word, and on the other side a further one behind it
    "core left over before",  # likewise, before the first paired one
    "common left over",  # words left over where one name has none of its own (Bank of China)
    "common number contradicts",
    "nothing in common",  # no core word paired
    "core share",  # paired share of core weight
    "core half missing",  # less than two thirds of the core is paired, the rest only left over
    "business contradicts",
    "business left over",
    "trade left over",
    "generic contradicts",
    "generic left over",
    "generic left over, short name",
    "country contradicts",
    "country left over",
    "country left over, full names",  # both have a legal form: two registered names
    "city contradicts",
    "city left over",
    "number contradicts",
    "number left over",
    "legal form differs",
    "order differs",
    "initial only",
    "acronym",
    "whole string alike",
    "first word differs",
    "last word differs",
)
_CORE_LIKE = (Part.CORE, Part.INITIAL)


def weight(token: Token) -> float:
    """Return how much a core word counts: short ones and initials less."""
    if token.part is Part.INITIAL or len(token.latin) == 1:
        return 0.7
    if len(token.text) == 1:
        return 0.8
    return {2: 0.7, 3: 0.85}.get(len(token.latin), 1.0)


def features(left: Name, right: Name, aligned: Alignment) -> dict[str, float]:
    """Return the features of a pair by name. Exchanging the names changes nothing."""
    core_pairs = [p for p in aligned.pairs if _is_core(p)]
    loose_left, loose_right = _loose(aligned.left), _loose(aligned.right)
    matched = sum(min(_letters(p.left), _letters(p.right)) * p.likeness for p in core_pairs)
    core_weight = sum(_pair_weight(p) for p in core_pairs)
    result = dict.fromkeys(FEATURES, 0.0)
    result["bias"] = 1.0
    result["core matched"] = math.log1p(matched) / 3.0
    result["spelling differs"] = sum(_pair_weight(p) * (1.0 - p.likeness) for p in core_pairs if _spelt(p))
    result["worst word"] = max((1.0 - p.likeness for p in aligned.pairs if _spelt(p)), default=0.0)
    result["edits beyond one"] = max((_edits(p) for p in aligned.pairs if _spelt(p)), default=0.0)
    result["badly spelt"] = max(0.0, result["worst word"] - 0.2) * 3.0
    for tokens, loose in ((aligned.left, loose_left), (aligned.right, loose_right)):
        if any(token.concept in _INSTITUTIONS for token in tokens) and _own_word_is_plain(core_pairs):
            loose["business"] = loose.get("business", 0.0) + loose.pop("trade", 0.0)
    _settle_trades(loose_left, loose_right)
    for kind in ("core", "business", "generic", "country", "city", "number"):
        one, two = loose_left.get(kind, 0.0), loose_right.get(kind, 0.0)
        result[f"{kind} contradicts"] = min(min(one, two), 3.0)
        result[f"{kind} left over"] = min(abs(one - two), 3.0)
    result["trade left over"] = loose_left.get("trade", 0.0) + loose_right.get("trade", 0.0)
    if left.common or right.common:
        both = ("core", "business", "trade", "generic", "country", "city")
        result["common left over"] = sum(
            result[f"{kind} left over"] * (0.3 if kind == "generic" else 1.0) for kind in both
        )
        for kind in both:
            result[f"{kind} left over"] = 0.0
        result["common number contradicts"], result["number contradicts"] = result["number contradicts"], 0.0
    elif result["core left over"]:
        side, free = (
            (left, aligned.left)
            if loose_left.get("core", 0.0) > loose_right.get("core", 0.0)
            else (right, aligned.right)
        )
        if side.core[0] in free:
            result["core left over before"] = min(result["core left over"], weight(side.core[0]))
            result["core left over"] -= result["core left over before"]
        elif min(len(left.core), len(right.core)) == 1 and len(side.core) > 1:
            result["brand and a word"] = 1.0
    if left.legal and right.legal:
        result["country left over, full names"] = result["country left over"]
    if matched < 5:
        result["generic left over, short name"] = result["generic left over"]
    result["nothing in common"] = float(not core_pairs)
    total = core_weight + max(loose_left.get("core", 0.0), loose_right.get("core", 0.0))
    result["core share"] = core_weight / total if total else 0.0
    if core_pairs and not result["core contradicts"]:
        result["core half missing"] = max(0.0, 0.67 - result["core share"]) * 3.0
    result["legal form differs"] = float(bool(left.legal and right.legal and not left.legal & right.legal))
    result["order differs"] = _order(aligned)
    result["initial only"] = float(sum(p.how is How.INITIAL for p in aligned.pairs))
    result["acronym"] = float(sum(p.how is How.ACRONYM for p in aligned.pairs))
    size = max(len(left.compact), len(right.compact), 1)
    result["whole string alike"] = 1.0 - OSA.distance(left.compact, right.compact) / size
    result["all the same"] = float(
        not loose_left
        and not loose_right
        and all(p.likeness >= 0.95 for p in aligned.pairs)
        and bool(aligned.pairs)
    )
    result["first word differs"] = _end_differs(left, right, aligned, 0)
    result["last word differs"] = _end_differs(left, right, aligned, -1)
    return result


_INSTITUTIONS = frozenset({"bank"})
"""Trades that make a body of a kind of its own: many a name leaves them out (VTB), but one that is an ordinary word, which
others bear too, is told apart by them (Apple, Apple Bank)."""


def _own_word_is_plain(core_pairs: Sequence[Pair]) -> bool:
    """Say whether all that the names have in common of their own is one ordinary word."""
    words = {token.latin for pair in core_pairs for token in (*pair.left, *pair.right)}
    return len(words) == 1 and not words.isdisjoint(common_words("en"))


def _settle_trades(left: dict[str, float], right: dict[str, float]) -> None:
    """A trade is like a line of business when the other name has a word of its own (VTB Bank, VTB Capital)."""
    for one, two in ((left, right), (right, left)):
        if "trade" in one and ("trade" in two or "business" in two or "generic" in two):
            one["business"] = one.get("business", 0.0) + one.pop("trade")
            if "trade" in two:
                two["business"] = two.get("business", 0.0) + two.pop("trade")


def _is_core(pair: Pair) -> bool:
    return any(t.part in _CORE_LIKE for t in (*pair.left, *pair.right)) or pair.how in (
        How.ACRONYM,
        How.JOINED,
    )


def _spelt(pair: Pair) -> bool:
    return pair.how not in (How.INITIAL, How.ACRONYM)


def _edits(pair: Pair) -> float:
    size = max(_letters(pair.left), _letters(pair.right))
    return min(3.0, max(0.0, (1.0 - pair.likeness) * size - 1.1))


def _letters(tokens: tuple[Token, ...]) -> int:
    return sum(len(t.latin) for t in tokens)


def _pair_weight(pair: Pair) -> float:
    return min(max(map(weight, pair.left)), max(map(weight, pair.right)))


def _loose(tokens: tuple[Token, ...]) -> dict[str, float]:
    """Return the weight of the words left over on one side, by kind."""
    found: dict[str, float] = {}
    for token in tokens:
        kind, amount = _KINDS.get(token.part, ("core", 0.0))
        if kind == "core" and amount:
            amount = weight(token)
        if amount:
            found[kind] = found.get(kind, 0.0) + amount
    return found


_KINDS = {
    Part.CORE: ("core", 1.0),
    Part.INITIAL: ("core", 0.7),
    Part.BUSINESS: ("business", 1.0),
    Part.NATURE: ("trade", 1.0),
    Part.BODY: ("business", 1.0),
    Part.GENERIC: ("generic", 1.0),
    Part.COUNTRY: ("country", 1.0),
    Part.CITY: ("city", 1.0),
    Part.NUMBER: ("number", 1.0),
}


def _order(aligned: Alignment) -> float:
    """Return 1 when the paired words stand in another order, else 0.

    The surname put first (or last) turns the whole name round and is no other order.
    """
    core = sorted((p.left[0].place, p.right[0].place) for p in aligned.pairs if _is_core(p))
    places = [place for _, place in core]
    steps_back = sum(one > two for one, two in zip(places, [*places[1:], *places[:1]], strict=True))
    return float(steps_back > 1)


def _end_differs(left: Name, right: Name, aligned: Alignment, end: int) -> float:
    """Return 1 when the first (0) or last (-1) core words of both names are left over or badly spelt."""
    one, two = left.core, right.core
    if not one or not two:
        return 0.0
    if one[end] in aligned.left and two[end] in aligned.right:
        return 1.0
    for pair in aligned.pairs:
        if one[end] in pair.left and two[end] in pair.right and _spelt(pair):
            return 1.0 - pair.likeness
    return 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights by kind of name, and the least score that counts as the same."""

    organisation: Mapping[str, float]
    person: Mapping[str, float]
    threshold: float


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """Load the weights that ship with the package."""
    text = (files("watchlist.matching") / "data" / "names_weights.json").read_text(encoding="utf-8")
    read = json.loads(text)
    return Weights(read["organisation"], read["person"], read["threshold"])


def is_organisation(left: Name, right: Name) -> bool:
    """Tell which weights judge the pair: a company's or body's unless both names look like a person's."""
    if left.organisation or right.organisation:
        return True
    return len(left.core) < 2 and len(right.core) < 2


def probability(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the score of the features under the weights, in [0, 1]."""
    total = sum(weights.get(name, 0.0) * value for name, value in found.items() if value)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
