"""Pair the words of two names, and say what is left over on either side."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchlist.matching.names_likeness import LEAST, How, Likeness, latin_likeness, likeness, other_readings
from watchlist.matching.names_normalise import UNSPACED, Script
from watchlist.matching.names_tokens import Name, Part, Token


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the left name that stand for words of the right (several when written as one, or an acronym)."""

    left: tuple[Token, ...]
    right: tuple[Token, ...]
    likeness: float
    how: How


@dataclass(frozen=True, slots=True)
class Alignment:
    """All pairs, and the words without a partner. Legal forms and small words are left out on both sides."""

    pairs: tuple[Pair, ...]
    left: tuple[Token, ...]
    right: tuple[Token, ...]


_UNPAIRED = (Part.LEGAL, Part.STOP)
_LONGEST_RUN = 4
_SHORTEST_ACRONYM = 3


class _Side:
    """The words of one name that still lack a partner, in order."""

    def __init__(self, name: Name) -> None:
        self.name = name
        self.free: list[Token] = [t for t in name.tokens if t.part not in _UNPAIRED]

    def take(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        for token in tokens:
            if token in self.free:
                self.free.remove(token)
        return tuple(tokens)


def align(left: Name, right: Name) -> Alignment:
    """Pair words: the same first, then joined ones, acronyms, similar ones, initials.

    Exchanging the names exchanges the sides of the answer and nothing else: choices are made in an order of the
    names' own.
    """
    if (right.compact, right.written) < (left.compact, left.written):
        turned = align(right, left)
        swapped = [Pair(p.right, p.left, p.likeness, p.how) for p in turned.pairs]
        swapped.sort(key=lambda pair: pair.left[0].place)
        return Alignment(tuple(swapped), turned.right, turned.left)
    a, b = _Side(left), _Side(right)
    pairs: list[Pair] = []
    _pair_same(a, b, pairs)
    if (a.free and b.free) or len(a.free) > 1 or len(b.free) > 1:
        _pair_whole(a, b, pairs)
        _pair_joined(a, b, pairs, exact=True)
        _pair_acronyms(a, b, pairs)
        _pair_joined(a, b, pairs, exact=False)
        _pair_similar(a, b, pairs)
        _pair_initials(a, b, pairs)
    pairs.sort(key=lambda pair: pair.left[0].place)
    return Alignment(tuple(pairs), tuple(a.free), tuple(b.free))


def _pair_same(a: _Side, b: _Side, pairs: list[Pair]) -> None:
    for rank in (How.SAME, How.MEANING):
        for token in list(a.free):
            for other in b.free:
                if rank is How.SAME:
                    hit = token.text == other.text and token.part is not Part.INITIAL
                else:
                    hit = token.concept is not None and token.concept == other.concept
                if hit:
                    pairs.append(Pair(a.take([token]), b.take([other]), 1.0, rank))
                    break


def _pair_whole(a: _Side, b: _Side, pairs: list[Pair]) -> None:
    """All free words of both sides, joined, are one and the same (Good Will, Goodwill; RamiMakhlouf)."""
    if len(a.free) == len(b.free) == 1 or not a.free or not b.free:
        return
    one, two = "".join(t.latin for t in a.free), "".join(t.latin for t in b.free)
    if one == two and len(one) > 2:
        pairs.append(Pair(a.take(list(a.free)), b.take(list(b.free)), 1.0, How.JOINED))


def _pair_joined(a: _Side, b: _Side, pairs: list[Pair], *, exact: bool) -> None:
    for one, many, swapped in ((a, b, False), (b, a, True)):
        for token in list(one.free):
            if len(token.latin) < 4:
                continue
            best: tuple[float, list[Token]] = (0.0, [])
            for run in _runs(many.free):
                share = _joined_share(token, run, exact)
                if share > best[0]:
                    best = (share, run)
            if best[1]:
                taken_one, taken_many = one.take([token]), many.take(best[1])
                left, right = (taken_many, taken_one) if swapped else (taken_one, taken_many)
                pairs.append(Pair(left, right, best[0], How.JOINED))


def _runs(free: list[Token]) -> list[list[Token]]:
    return [
        free[at : at + size]
        for size in range(2, min(_LONGEST_RUN, len(free)) + 1)
        for at in range(len(free) - size + 1)
        if free[at + size - 1].place - free[at].place <= size
    ]


def _joined_share(token: Token, run: list[Token], exact: bool) -> float:
    slack = sum([len(t.latin) for t in run]) - len(token.latin)
    if abs(slack) > 5:
        return 0.0
    joined = "".join([t.latin for t in run])
    if joined == token.latin:
        return 1.0
    cross = any(t.script is not token.script for t in run)
    if abs(slack) > 3 + 2 * cross or (exact and not cross):
        return 0.0
    abjad = cross and Script.ABJAD in (token.script, run[0].script)
    readings = (token.latin, *other_readings(token)) if cross else (token.latin,)
    share = max(latin_likeness(reading, joined, cross, abjad).share for reading in readings)
    if exact:
        return share if cross and share >= 0.97 else 0.0
    single = max(latin_likeness(token.latin, t.latin, cross).share for t in run)
    return share if share >= (0.92 if cross and not abjad else 0.86) and share > single else 0.0


def _pair_acronyms(a: _Side, b: _Side, pairs: list[Pair]) -> None:
    for one, many, swapped in ((a, b, False), (b, a, True)):
        for token in list(one.free):
            if not _SHORTEST_ACRONYM <= len(token.latin) <= 7 or token.script in UNSPACED:
                continue
            run = _spelt_by(token.latin, many.name)
            if run and any(t in many.free for t in run):
                kept = [t for t in run if t in many.free or t.part is Part.LEGAL]
                if sum(t in many.free for t in run) * 2 < sum(t.part not in _UNPAIRED for t in run):
                    continue
                taken_one, taken_many = one.take([token]), many.take(kept)
                left, right = (taken_many, taken_one) if swapped else (taken_one, taken_many)
                pairs.append(Pair(left, right, 0.9, How.ACRONYM))


def _spelt_by(acronym: str, name: Name) -> list[Token]:
    """Return the consecutive words of the name whose initials are the acronym, or none."""
    firsts = {t.latin[:1] for t in name.tokens}
    if len(name.tokens) < 2 or acronym[0] not in firsts:
        return []
    if not _initials_of_name(name).issuperset(acronym):
        return _loosely_spelt_by(acronym, name)
    for skip in ((), (Part.STOP,), (Part.STOP, Part.LEGAL), (Part.LEGAL,)):
        chosen = [t for t in name.tokens if t.part not in skip]
        letters = [(word[0], t) for t in chosen for word in _latin_words(t)]
        spelt = "".join(letter for letter, _ in letters)
        at = spelt.find(acronym)
        if at >= 0:
            run = [t for _, t in letters[at : at + len(acronym)]]
            if sum(len(t.latin) > 1 for t in run) >= _SHORTEST_ACRONYM:
                return list(dict.fromkeys(run))
    return _loosely_spelt_by(acronym, name)


def _initials_of_name(name: Name) -> set[str]:
    return {word[0] for t in name.tokens for word in _latin_words(t)}


def _loosely_spelt_by(acronym: str, name: Name) -> list[Token]:
    """Likewise where words give up to three letters and some none (AVIC, COMAC, CATL)."""
    chosen = [t for t in name.tokens if t.part is not Part.STOP]
    listed = [(word, t) for t in chosen for word in _latin_words(t)]
    if len(acronym) < 4 or len(listed) < 3 or listed[0][0][0] != acronym[0]:
        return []
    needed = (sum(t.part is not Part.LEGAL for t in chosen) * 2 + 2) // 3
    run = _spell(acronym, listed, [])
    return list(dict.fromkeys(run)) if len(set(run)) >= max(3, needed) else []


def _spell(rest: str, listed: list[tuple[str, Token]], run: list[Token]) -> list[Token]:
    """Spell the letters by word beginnings, in order; the first way that works."""
    if not rest:
        return run
    for at, (word, token) in enumerate(listed[:4]):
        for size in (1, 2, 3):
            if len(word) > size and rest.startswith(word[:size]):
                found = _spell(rest[size:], listed[at + 1 :], [*run, token])
                if found:
                    return found
        if not run:
            break
    return []


def _latin_words(token: Token) -> list[str]:
    if token.script in UNSPACED or not token.text.isascii():
        return [token.latin] if token.latin else []
    return [word for word in token.text.split() if word not in ("and", "of", "the")] or [token.latin]


def _pair_similar(a: _Side, b: _Side, pairs: list[Pair]) -> None:
    found: list[tuple[float, int, int, Likeness]] = []
    for i, token in enumerate(a.free):
        for j, other in enumerate(b.free):
            alike = likeness(token, other)
            if alike.share >= LEAST:
                found.append((-alike.share, abs(i - j), i * 1000 + j, alike))
    left, right = list(a.free), list(b.free)
    used_left: set[int] = set()
    used_right: set[int] = set()
    for _, _, at, alike in sorted(found, key=lambda item: item[:3]):
        i, j = divmod(at, 1000)
        if i in used_left or j in used_right:
            continue
        used_left.add(i)
        used_right.add(j)
        pairs.append(Pair(a.take([left[i]]), b.take([right[j]]), alike.share, alike.how))


def _pair_initials(a: _Side, b: _Side, pairs: list[Pair]) -> None:
    for one, many, swapped in ((a, b, False), (b, a, True)):
        for token in list(one.free):
            if token.part is not Part.INITIAL and len(token.latin) != 1:
                continue
            for other in many.free:
                if other.part is not Part.NUMBER and other.latin.startswith(token.latin):
                    taken_one, taken_many = one.take([token]), many.take([other])
                    left, right = (taken_many, taken_one) if swapped else (taken_one, taken_many)
                    pairs.append(Pair(left, right, 0.8, How.INITIAL))
                    break
