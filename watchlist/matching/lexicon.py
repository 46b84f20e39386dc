"""The word tables of the judge: how common a word is, who bears given names, which classes words belong to."""

import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from watchlist.text.inflection import base, inflects

#: The decimal logarithm of the size of the corpus behind the Chinese counts.
_CHINESE_CORPUS = 7.8


def _data() -> Traversable:
    return resources.files("watchlist.matching") / "data"


def _rows(name: str) -> list[str]:
    text = _data().joinpath(*name.split("/")).read_text(encoding="utf-8")
    return [row for row in text.split("\n") if row and not row.startswith("#")]


@cache
def common_words(lang: str) -> dict[str, int]:
    """Return a language's ordinary (small) words and how frequent each is, in tenths of the Zipf scale.

    An unknown language has no table: the answer is empty.
    """
    if not (_data() / "common" / f"{lang}.tsv").is_file():
        return {}
    found: dict[str, int] = {}
    for row in _rows(f"common/{lang}.tsv"):
        zipf, words = row.split("\t")
        found.update(dict.fromkeys(words.split(" "), int(zipf)))
    return found


@cache
def chinese_words() -> dict[str, float]:
    """Return Chinese words of one to four characters (names of places and people among them), and the decimal
    logarithm of each one's share of all words."""
    found: dict[str, float] = {}
    for row in _rows("words/zh.tsv"):
        step, words = row.split("\t")
        found.update(dict.fromkeys(words.split(" "), int(step) / 10 - _CHINESE_CORPUS))
    return found


@cache
def given_names() -> frozenset[str]:
    """Return frequent given names (folded)."""
    return frozenset(_rows("persons/given.txt"))


@cache
def places() -> frozenset[str]:
    """Return countries, states and large cities whose name is one word (folded)."""
    return frozenset(_rows("places.txt"))


@cache
def family_names() -> frozenset[str]:
    """Return frequent family names (folded)."""
    return frozenset(_rows("persons/family.txt"))


@cache
def _classes() -> dict[str, dict[str, str]]:
    return tomllib.loads((_data() / "context.toml").read_text(encoding="utf-8"))


@cache
def words_of_class(name: str) -> frozenset[str]:
    """Return all words of a class of ``context.toml``, of every language."""
    return frozenset(word for words in _classes()[name].values() for word in words.split())


@cache
def bases_of_class(name: str) -> frozenset[str]:
    """Return the unchanging parts of a class's words in scripts that inflect."""
    return frozenset(base(word) for word in words_of_class(name) if inflects(word))


@cache
def han_words_of_class(name: str, lang: str) -> tuple[str, ...]:
    """Return a class's words for a language without spaces, longest first."""
    return tuple(sorted(_classes()[name].get(lang, "").split(), key=len, reverse=True))
