"""Small words that shape sentences: abbreviations, clause openers, the most frequent words of a language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from watchlist.actions import tables
from watchlist.actions.tokens import fold


def _data() -> Mapping[str, Any]:
    return tables.shipped("lexicon", "small_words.toml")


@cache
def abbreviations() -> frozenset[str]:
    """Return the words after which a full stop does not end a sentence."""
    return frozenset(_data()["abbreviations"].split())


@cache
def clause_openers() -> frozenset[str]:
    """Return the words that open a new clause."""
    return frozenset(fold(_data()["clause_openers"]).split())


@cache
def list_openers() -> frozenset[str]:
    """Return the words by which a line that ends with a colon is more than a heading."""
    return frozenset(fold(_data()["list_openers"]).split())


@cache
def list_links() -> frozenset[str]:
    """Return the words and marks that join the names of a list."""
    return frozenset(fold(_data()["list_links"]).split())


@cache
def languages_of_word() -> Mapping[str, tuple[str, ...]]:
    """Return the small words of languages in Latin script, each with the languages that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for lang, words in _data()["frequent"].items():
        for word in words.split():
            found[word] = (*found.get(word, ()), lang)
    return found


@cache
def language_of_letter() -> Mapping[str, str]:
    """Return the letters that mark one language in Latin script."""
    return {letter: lang for lang, letters in _data()["letters"].items() for letter in letters}
