"""Countries as lists and people write them (IR, Iran, Iran (Islamic Republic of), 伊朗) in one comparable form.

The data are those of the authorities (``actions/data/countries.toml``) and, for official forms, ``countries.toml``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

from watchlist.actions.authorities import directory

_BRACKETS = re.compile(r"\s{0,9}\([^()]*\)\s{0,9}\Z")


def country_keys(written: Iterable[str]) -> set[str]:
    """Return the countries in comparable form; one that nobody knows stands for itself."""
    return {key for text in written if (key := _key(text))}


@lru_cache(maxsize=5_000)
def _key(written: str) -> str:
    text = _BRACKETS.sub("", written.strip())
    if len(text) == 2 and text.isascii():
        return "UK" if text.upper() == "GB" else text.upper()
    if known := _official().get(text.casefold()):
        return known
    for form in dict.fromkeys((text, text.title())):
        for named in directory().names(form):
            if named.country and (named.start, named.end) == (0, len(form)):
                return named.country
    return text.casefold()


@cache
def _official() -> Mapping[str, str]:
    text = (resources.files("watchlist.lists") / "countries.toml").read_text(encoding="utf-8")
    return {name: id for id, names in tomllib.loads(text)["names"].items() for name in names}
