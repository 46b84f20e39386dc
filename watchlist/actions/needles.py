"""What a text must hold for a regular expression to be found in it: a cheap look before a dear one.

Searching a sentence for each of twenty expressions of dates costs far more than asking whether any name of a month, a
weekday or a unit stands in it at all. What must be there is read off the parsed expression.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Needles = tuple[tuple[tuple[str, ...], ...], ...]
"""A match holds all of what one of the alternatives asks for: of each group of pieces of folded text at least one."""

_TURKISH = str.maketrans({"ı": "i", "\u0307": None})


class Sought:
    """An expression that is searched for only where it can be, and compiled when it first is; case is ignored."""

    def __init__(self, pattern: str, flags: int = re.IGNORECASE) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def needles(self) -> Needles:
        """What any match holds."""
        return needles(self._pattern)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression itself."""
        return re.compile(self._pattern, self._flags)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Look for it without asking for its needles: in a short text that costs as much."""
        return self.compiled.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the match that begins at ``start``."""
        return self.compiled.match(text, start)

    def finditer(self, text: str, folded: str) -> Iterator[re.Match[str]]:
        """Return the matches in a text that comes folded, too."""
        return self.compiled.finditer(text) if may_hold(folded, self.needles) else iter(())


def fold(text: str) -> str:
    """Fold a text as ``re.IGNORECASE`` does, or further."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.translate(_TURKISH)


def needles(pattern: str) -> Needles:
    """Return what any match of an expression holds, whatever the case."""
    return tuple(map(_wanted, _alternatives(parser.parse(pattern, re.IGNORECASE))))


def may_hold(folded: str, wanted: Needles) -> bool:
    """Tell whether an expression with these needles can match a text, which comes folded."""
    for groups in wanted:
        for pieces in groups:
            for piece in pieces:
                if piece in folded:
                    break
            else:
                break
        else:
            return True
    return False


def _alternatives(nodes: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the alternatives of an expression that consists of nothing else, or the whole of it."""
    wide = [node for node in nodes if node[0] not in {op.AT, op.ASSERT, op.ASSERT_NOT}]
    if len(wide) == 1 and wide[0][0] is op.SUBPATTERN:
        yield from _alternatives(wide[0][1][-1])
    elif len(wide) == 1 and wide[0][0] is op.BRANCH:
        for branch in wide[0][1][1]:
            yield from _alternatives(branch)
    else:
        yield nodes


def _wanted(nodes: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
    groups = {
        tuple(sorted(n for n in pieces if not any(o in n for o in pieces if o != n)))
        for pieces in _groups(nodes)
    }
    return tuple(sorted(groups, key=lambda pieces: (len(pieces), -min(map(len, pieces)), pieces)))


def _groups(nodes: Sequence[Any]) -> Iterator[frozenset[str]]:
    """Yield what each part asks for: one of some pieces."""
    run = ""
    for code, value in nodes:
        if code is op.LITERAL:
            run += chr(value)
        elif code not in {op.AT, op.ASSERT, op.ASSERT_NOT}:  # these have no width
            if run:
                yield frozenset({fold(run)})
            run = ""
            yield from _part(code, value)
    if run:
        yield frozenset({fold(run)})


def _part(code: Any, value: Any) -> Iterator[frozenset[str]]:
    if code is op.SUBPATTERN:
        yield from _groups(value[-1])
    elif code is op.ATOMIC_GROUP:
        yield from _groups(value)
    elif code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT} and value[0]:
        yield from _groups(value[2])
    elif code is op.BRANCH:
        best = [max(_groups(branch), key=lambda g: min(map(len, g)), default=None) for branch in value[1]]
        known = [group for group in best if group is not None]
        if len(known) == len(best):
            yield frozenset[str]().union(*known)
