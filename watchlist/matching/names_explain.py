"""Say in words what spoke for and against two names being one, with the weight of each.

Weights are in log-odds, as the model adds them up: +1.0 makes "the same" about 2.7 times as likely.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from watchlist.matching.names_align import Alignment, Pair
from watchlist.matching.names_likeness import How
from watchlist.matching.names_tokens import Name, Part, Token


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """One thing that was seen (``text``, for a person), and how much it weighed (log-odds; 0 = nothing)."""

    text: str
    weight: float


_AGAINST_WORDS = (
    "core contradicts",
    "core left over",
    "core left over before",
    "brand and a word",
    "core half missing",
    "nothing in common",
)
_LEFT_OVER = {
    Part.BUSINESS: ("business contradicts", "business left over", "trade left over"),
    Part.NATURE: ("trade left over", "business contradicts", "business left over"),
    Part.BODY: ("business contradicts", "business left over"),
    Part.GENERIC: ("generic contradicts", "generic left over", "generic left over, short name"),
    Part.COUNTRY: ("country contradicts", "country left over", "country left over, full names"),
    Part.CITY: ("city contradicts", "city left over"),
    Part.NUMBER: ("number contradicts", "number left over", "common number contradicts"),
}
_SPELLING = (
    "spelling differs",
    "worst word",
    "edits beyond one",
    "badly spelt",
    "first word differs",
    "last word differs",
)
_AGREEMENT = ("bias", "core matched", "core share", "all the same", "whole string alike", "acronym")


def explain(
    left: Name, right: Name, aligned: Alignment, found: Mapping[str, float], weights: Mapping[str, float]
) -> tuple[NameEvidence, ...]:
    """Return the evidence: what agrees first, then what differs, heaviest first; nothing that was not there."""
    share = {name: weights.get(name, 0.0) * value for name, value in found.items()}
    for_it = sum(share.get(name, 0.0) for name in _AGREEMENT)
    said = list(_agreements(aligned, for_it))
    said.extend(sorted(_differences(left, right, aligned, share), key=lambda e: e.weight))
    return tuple(said)


def _agreements(aligned: Alignment, weight: float) -> Iterator[NameEvidence]:
    if not aligned.pairs:
        yield NameEvidence("no word in common", min(weight, 0.0))
        return
    sizes = [max(1, sum(len(t.latin) for t in pair.left)) for pair in aligned.pairs]
    for pair, size in zip(aligned.pairs, sizes, strict=True):
        yield NameEvidence(_pair_text(pair), weight * size / sum(sizes))


def _pair_text(pair: Pair) -> str:
    one, two = _quoted(pair.left), _quoted(pair.right)
    if pair.how is How.SAME:
        return f"{one} on both sides"
    if pair.how is How.MEANING:
        return f"{one} and {two} mean the same"
    if pair.how is How.SCRIPT:
        return f"{one} reads {'the same as' if pair.likeness >= 0.95 else f'much like ({pair.likeness:.0%})'} {two}"
    if pair.how is How.ACRONYM:
        short, long = (one, two) if len(pair.left) <= len(pair.right) else (two, one)
        return f"{short} is spelt by the beginnings of {long}"
    if pair.how is How.INITIAL:
        return f"{one} and {two}: an initial fits"
    if pair.how is How.JOINED:
        return f"{one} and {two}: {'the same' if pair.likeness == 1.0 else f'alike ({pair.likeness:.0%})'} when joined"
    if pair.how is How.NICKNAME:
        return f"{one} and {two} are forms of one given name"
    if pair.how is How.BEGINNING:
        return f"one of {one} and {two} begins the other"
    return f"{one} and {two} {'sound' if pair.how is How.SOUND else 'are spelt'} alike ({pair.likeness:.0%})"


def _quoted(tokens: Iterable[Token]) -> str:
    return "‘" + " ".join(t.written for t in tokens) + "’"


def _differences(
    left: Name, right: Name, aligned: Alignment, share: Mapping[str, float]
) -> Iterator[NameEvidence]:
    worst = min((p for p in aligned.pairs if p.likeness < 1.0), key=lambda p: p.likeness, default=None)
    spelling = sum(share.get(name, 0.0) for name in _SPELLING)
    if worst is not None and spelling < -0.05:
        yield NameEvidence(f"{_quoted(worst.left)} is not spelt like {_quoted(worst.right)}", spelling)
    elif spelling < -0.05:
        yield NameEvidence("the first or last word differs", spelling)
    yield from _left_over(left, right, aligned, share)
    if share.get("order differs"):
        yield NameEvidence("the words stand in another order", share["order differs"])
    if share.get("initial only"):
        yield NameEvidence("an initial stands for a word", share["initial only"])
    yield from _legal(left, right, share)


def _left_over(
    left: Name, right: Name, aligned: Alignment, share: Mapping[str, float]
) -> Iterator[NameEvidence]:
    common = share.get("common left over", 0.0)
    groups: dict[str, list[str]] = {}
    weights: dict[str, float] = {}
    for part, names in ((Part.CORE, _AGAINST_WORDS), *_LEFT_OVER.items()):
        sides = []
        for side, tokens in (("left", aligned.left), ("right", aligned.right)):
            kept = [t for t in tokens if t.part is part or (part is Part.CORE and t.part is Part.INITIAL)]
            if kept:
                sides.append(f"{_quoted(kept)} on the {side}")
        if sides:
            groups[part.value] = sides
            weights[part.value] = sum(share.get(name, 0.0) for name in names)
    for kind, sides in groups.items():
        weight = weights[kind] + (common / len(groups) if common else 0.0)
        verb = "against" if len(sides) == 2 else "only"
        text = f"{sides[0]} {verb} {sides[1]}" if len(sides) == 2 else f"only {sides[0]}"
        yield NameEvidence(f"{text} ({kind})" if kind != Part.CORE.value else text, weight)


def _legal(left: Name, right: Name, share: Mapping[str, float]) -> Iterator[NameEvidence]:
    forms = [[t.written for t in name.tokens if t.part is Part.LEGAL] for name in (left, right)]
    if share.get("legal form differs"):
        yield NameEvidence(
            f"legal forms differ: {' '.join(forms[0])} / {' '.join(forms[1])}", share["legal form differs"]
        )
    elif forms[0] != forms[1]:
        told = " / ".join(" ".join(side) for side in forms if side)
        yield NameEvidence(f"legal form ignored: {told}", 0.0)
