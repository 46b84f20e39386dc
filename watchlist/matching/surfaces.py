"""The written forms of a name: what a text may say for it, as rows of folded tokens."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from watchlist.matching.legal import without_legal_form
from watchlist.text.tokens import words_in

#: A capital after a small letter, or before one after capitals: WeChatPay, LVMHGroup.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: A joined form of fewer letters than this is too likely to be another word.
_SHORTEST_JOINED = 5


class Surface(NamedTuple):
    """One written form: its ``words`` (folded tokens), and how it relates to the name (a Mention's kind)."""

    words: tuple[str, ...]
    kind: str


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded tokens of a name, ``and`` as ``&``."""
    words = words_in(name)
    return tuple("&" if word == "and" else word for word in words) if "and" in words else tuple(words)


def has_humps(name: str) -> bool:
    """Tell whether capitals part a name into words: WeChatPay."""
    return _HUMP.search(name) is not None


def surfaces(name: str) -> Iterator[Surface]:
    """Yield each written form of a name once, the plain one first."""
    plain = words_of(name)
    if len(plain) == 1 and not _HUMP.search(name):
        yield Surface(plain, "exact")
        return
    seen: set[tuple[str, ...]] = set()
    for words, kind in _forms(name, plain):
        if words and words not in seen:
            seen.add(words)
            yield Surface(words, kind)


def surface(name: str, place: int) -> Surface:
    """Return the written form that ``surfaces`` yields after so many others."""
    if not place and (plain := words_of(name)):
        return Surface(plain, "exact")
    return next(islice(surfaces(name), place, None))


def _forms(name: str, plain: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    yield plain, "exact"
    split = words_of(_HUMP.sub(" ", name)) if _HUMP.search(name) else plain
    for words in (plain, split) if split is not plain else (plain,):
        if len(words) > 1 and _joinable(solid := "".join(words)):
            yield (solid,), "joined"
    yield split, "split"
    # either pair of three joined: We Chat Pay as WeChat Pay
    if len(split) == 3 and split[0].isascii() and _joinable("".join(split)):
        yield (split[0] + split[1], split[2]), "split"
        yield (split[0], split[1] + split[2]), "split"
    bare = without_legal_form(plain)
    if bare != plain:
        yield bare, "legal form"


def _joinable(solid: str) -> bool:
    """Tell whether a name may be written without its spaces, as this."""
    return len(solid) >= _SHORTEST_JOINED and solid.isalnum()
