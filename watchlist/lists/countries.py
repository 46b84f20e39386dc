"""Countries as lists and people write them (IR, Iran, Iran (Islamic Republic of), 伊朗) in one comparable form."""

import re
from collections.abc import Iterable
from functools import lru_cache

from watchlist.actions.authorities import directory

_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\Z")


def country_keys(written: Iterable[str]) -> set[str]:
    """Return the countries in comparable form; one that nobody knows stands for itself."""
    return {key for text in written if (key := _key(text))}


@lru_cache(maxsize=5_000)
def _key(written: str) -> str:
    text = _BRACKETS.sub("", written.strip())
    if len(text) == 2 and text.isascii():
        return "UK" if text.upper() == "GB" else text.upper()
    for form in dict.fromkeys((text, text.title())):
        for named in directory().names(form):
            if named.country and (named.start, named.end) == (0, len(form)):
                return named.country
    return text.casefold()
