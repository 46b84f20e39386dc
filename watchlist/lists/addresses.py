"""When two written addresses are one place. Support for a hit, never its reason. The data are ``addresses.toml``."""

import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

from watchlist.matching.names_normalise import words

_LEAST_SHARED = 0.75
"""Share of the shorter address's words and numbers that the other one must have."""


def place_in_common(asked: Iterable[str], listed: Iterable[str], countries: Iterable[str] = ()) -> str:
    """Return why two sides are at one place ("the same address: …", as it is listed), or an empty string.

    Two addresses are the same that share a number and two words, and nearly all that the shorter one says; one
    without a number (a town, a district) is in common when the other one says all of it. What only names one of the
    ``countries`` is left out: that is support of its own.
    """
    known = {word for country in countries for word in _told(country)}
    for written in asked:
        mine = _told(written) - known
        for other in listed:
            found = _told(other) - known
            shared = mine & found
            if _numbers(mine):
                enough = len(shared) >= _LEAST_SHARED * min(len(mine), len(found))
                if enough and _numbers(shared) and len(shared - _numbers(shared)) > 1:
                    return f"the same address: {other}"
            elif mine and mine <= found:
                return f"a place in common: {written}"
    return ""


@lru_cache(maxsize=10_000)
def _told(address: str) -> frozenset[str]:
    """Return the words and numbers of an address that tell a place, in Latin letters."""
    return frozenset(word.latin for word in words(address) if word.latin and word.latin not in _idle())


def _numbers(found: Iterable[str]) -> set[str]:
    return {word for word in found if any(map(str.isdigit, word))}


@cache
def _idle() -> frozenset[str]:
    text = (resources.files("watchlist.lists") / "addresses.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["idle"])
