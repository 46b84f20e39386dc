"""Which regular expressions may take more than linear time on a hostile text. Pure; reads the parsed pattern.

``re`` backtracks. It takes exponential time where a part that repeats can match the same characters in two ways
(``(a+)+``, ``(a|ab)*``), and a power of the length where two stretches without end meet on the same characters (``\\w*\\w*x``),
or where a search begins anew inside a stretch that it has just walked (``\\s+x`` on a million blanks). ``danger`` looks for
these shapes. It errs towards refusing; a repeat that ends by 1,000 at the latest is taken for a constant.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MANY = 1_000
_FEW = 10
_SAMPLE = (
    "".join(map(chr, range(0x250))) + "абвЖЯё中国的人かカ가나عرב\u2014\u2019\u201d\u3002\u3000\uff0c\u200b"
)
_CLASSES = {
    op.CATEGORY_SPACE: re.compile(r"\s"),
    op.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    op.CATEGORY_WORD: re.compile(r"\w"),
    op.CATEGORY_NOT_WORD: re.compile(r"\W"),
    op.CATEGORY_DIGIT: re.compile(r"\d"),
    op.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
}
_NOTHING: frozenset[str] = frozenset()


def danger(pattern: str, flags: int = 0) -> str | None:
    """Return what in a pattern may take more than linear time in a search, or None. Raises re.error on a bad one."""
    tree = parser.parse(pattern, flags)
    check = _Check(frozenset(_SAMPLE) | frozenset(_literals(tree)), bool(tree.state.flags & re.IGNORECASE))
    try:
        check.sequence(tree, _NOTHING)
    except _Found as found:
        return str(found)
    return check.restarts(tree)


class _Found(Exception):
    """A dangerous shape."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a part: may it be empty, how it begins, and what stretches without end it has at its ends.

    ``open`` are the characters that such a stretch at its end goes on with, ``head`` those of one at its beginning;
    ``all`` are all that it can match.
    """

    empty: bool
    first: frozenset[str]
    head: frozenset[str]
    open: frozenset[str]
    all: frozenset[str]


class _Check:
    def __init__(self, alphabet: frozenset[str], ignore_case: bool) -> None:
        self._alphabet, self._ignore_case = alphabet, ignore_case
        self._repeats = 0

    def sequence(self, nodes: Sequence[Any], before: frozenset[str]) -> _Part:
        """Walk parts that follow each other; ``before`` is what a stretch in front of them goes on with."""
        open_, head, first, every = before, _NOTHING, _NOTHING, _NOTHING
        empty = True
        for node in nodes:
            part = self._part(node, open_)
            if part is None:
                continue
            if part.head & open_:
                raise _Found(f"two stretches without end meet on {_shown(part.head & open_)}")
            if empty:
                first |= part.first
                head |= part.head
            passes = part.empty or part.all <= open_
            open_ = (open_ if passes else _NOTHING) | part.open
            every |= part.all
            empty = empty and part.empty
        return _Part(empty, first, head, open_, every)

    def _part(self, node: Any, before: frozenset[str]) -> _Part | None:
        code, value = node
        if code in {op.AT, op.ASSERT, op.ASSERT_NOT}:
            if code is not op.AT:
                self.sequence(value[1], _NOTHING)
            return None
        if code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            least, most, body = value
            return self._repeat(code, least, most, body, before)
        if code is op.SUBPATTERN:
            return self.sequence(value[-1], before)
        if code is op.ATOMIC_GROUP:
            return self.sequence(value, before)
        if code is op.BRANCH:
            return self._branches(value[1], before)
        if code is op.GROUPREF:
            return _Part(False, self._alphabet, _NOTHING, _NOTHING, self._alphabet)
        if code is op.GROUPREF_EXISTS:
            return self._branches([value[1], value[2] or []], before)
        chars = self._chars(code, value)
        return _Part(False, chars, _NOTHING, _NOTHING, chars)

    def _repeat(self, code: Any, least: int, most: Any, body: Any, before: frozenset[str]) -> _Part:
        without_end = most is op.MAXREPEAT or most > _MANY
        single = len(body) == 1 and body[0][0] in {op.IN, op.LITERAL, op.NOT_LITERAL, op.ANY}
        if single:
            chars = self._chars(*body[0])
            endless = without_end or (self._repeats > 0 and least != most)
            gives_back = endless and code is not op.POSSESSIVE_REPEAT
            stretch = chars if gives_back else _NOTHING
            return _Part(least == 0, chars, stretch, stretch, chars)
        many = most is op.MAXREPEAT or most > _FEW
        self._repeats += many
        inner = self.sequence(body, before)
        if most is op.MAXREPEAT or most > 1:
            if many and inner.empty:
                raise _Found("a part that repeats may be empty")
            self.sequence(body, inner.open)  # the next round begins where a stretch of this one may go on
        self._repeats -= many
        return _Part(least == 0 or inner.empty, inner.first, inner.head, inner.open, inner.all)

    def _branches(self, branches: Sequence[Any], before: frozenset[str]) -> _Part:
        parts = [self.sequence(branch, before) for branch in branches]
        if self._repeats:
            self._tell_apart(branches, parts)
        return _Part(
            any(part.empty for part in parts),
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.head for part in parts)),
            frozenset().union(*(part.open for part in parts)),
            frozenset().union(*(part.all for part in parts)),
        )

    def _tell_apart(self, branches: Sequence[Any], parts: Sequence[_Part]) -> None:
        """Refuse, in a part that repeats, two branches that can match the same text."""
        words = [_word(branch) for branch in branches]
        for at, part in enumerate(parts):
            for other in range(at + 1, len(parts)):
                if not part.first & parts[other].first:
                    continue
                one, two = words[at], words[other]
                if one and two and not one.startswith(two) and not two.startswith(one):
                    continue
                raise _Found(
                    f"branches of a part that repeats both begin with {_shown(part.first & parts[other].first)}"
                )

    def restarts(self, tree: Sequence[Any]) -> str | None:
        """Tell whether a search may walk one stretch again and again, from each of its characters."""
        nodes = _flat(tree)
        if nodes and nodes[0][0] is op.BRANCH:
            each = (self.restarts([*branch, *nodes[1:]]) for branch in nodes[0][1][1])
            return next((why for why in each if why), None)
        while len(nodes) > 1 and _is_optional(nodes[0]):
            nodes = _flat(nodes[1:])
        if not nodes or nodes[0][0] not in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            return None
        _, (_, most, body) = nodes[0]
        if (most is not op.MAXREPEAT and most <= _MANY) or len(nodes) == 1:
            return None
        check = _Check(self._alphabet, self._ignore_case)
        rest = check.sequence(nodes[1:], _NOTHING)
        may_fail = not rest.empty or any(code in {op.AT, op.ASSERT, op.ASSERT_NOT} for code, _ in nodes[1:])
        chars = check.sequence(body, _NOTHING).all
        return (
            f"a search walks a long stretch of {_shown(chars)} again from each of its characters"
            if may_fail
            else None
        )

    def _chars(self, code: Any, value: Any) -> frozenset[str]:
        if code is op.ANY:
            return self._alphabet - {"\n"}
        if code is op.LITERAL:
            return self._cased({chr(value)})
        if code is op.NOT_LITERAL:
            return self._alphabet - self._cased({chr(value)})
        if code is op.CATEGORY:
            return frozenset(filter(_CLASSES[value].match, self._alphabet))
        found: set[str] = set()
        negated = False
        for kind, item in value:
            if kind is op.NEGATE:
                negated = True
            elif kind is op.RANGE:
                low, high = item
                found |= self._cased(
                    {char for char in self._alphabet if low <= ord(char) <= high} | {chr(low)}
                )
            else:
                found |= self._chars(kind, item)
        return self._alphabet - found if negated else frozenset(found)

    def _cased(self, chars: set[str]) -> frozenset[str]:
        if not self._ignore_case:
            return frozenset(chars)
        return frozenset(
            chars | {c.lower() for c in chars} | {c.upper() for c in chars if len(c.upper()) == 1}
        )


def _flat(nodes: Sequence[Any]) -> list[Any]:
    """Return a sequence with the groups at its beginning opened."""
    found = list(nodes)
    while found and found[0][0] is op.SUBPATTERN:
        found[:1] = list(found[0][1][-1])
    return found


def _is_optional(node: Any) -> bool:
    """Tell whether a part may be left out and is no stretch without end."""
    code, value = node
    return code in {op.MAX_REPEAT, op.MIN_REPEAT} and value[0] == 0 and value[1] is not op.MAXREPEAT


def _word(branch: Sequence[Any]) -> str:
    """Return a branch of plain characters as text, else nothing."""
    if all(code is op.LITERAL for code, _ in branch):
        return "".join(chr(value) for _, value in branch)
    return ""


def _literals(tree: Any) -> Iterator[str]:
    for code, value in tree:
        if code in {op.LITERAL, op.NOT_LITERAL}:
            yield chr(value)
        elif code is op.IN:
            yield from _literals([item for item in value if item[0] in {op.LITERAL, op.NOT_LITERAL}])
            for kind, item in value:
                if kind is op.RANGE:
                    yield from map(chr, item)
        elif code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            yield from _literals(value[2])
        elif code is op.BRANCH:
            for branch in value[1]:
                yield from _literals(branch)
        elif code is op.SUBPATTERN:
            yield from _literals(value[-1])
        elif code is op.ATOMIC_GROUP:
            yield from _literals(value)
        elif code in {op.ASSERT, op.ASSERT_NOT}:
            yield from _literals(value[1])


def _shown(chars: frozenset[str]) -> str:
    some = sorted(chars, key=lambda c: (not c.isalnum(), not c.isascii(), c))[:3]
    return ", ".join(map(repr, some)) + ("…" if len(chars) > 3 else "")
