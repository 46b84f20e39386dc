"""Inflection: the base of a word under the endings, particles and prefixes that running text puts on names.

Two sides meet: ``base`` cuts a name's word once, when the list is compiled; ``bases`` tries every ending on a
word of the text. A word of the text may be an inflected form of the name's word when one of its bases is the
base of that word. This errs towards finding too much; who is meant is judged later.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from itertools import islice

#: A base of fewer letters than this would be found under every other word.
_SHORTEST_BASE = 3
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_ARABIC = re.compile(r"[\u0620-\u06ff]+")
_LATIN = re.compile(r"[a-z]+")
#: Letters of Polish, Czech, Slovak, Croatian and their neighbours that other languages hardly use.
_SLAVIC_LETTER = re.compile("[ĄąĆćĘęŁłŃńŚśŹźŻżČčĎďĚěŇňŘřŠšŤťŮůŽž]")
_ENOUGH = 3


class Latin(Enum):
    """How names written in Latin letters inflect in a text."""

    NOT = ""
    SLAVIC = "slavic_latin"
    GERMAN = "german"


@dataclass(frozen=True, slots=True)
class _Rules:
    endings: tuple[str, ...]
    base: tuple[str, ...]
    restored: tuple[tuple[str, str], ...]


@cache
def _data() -> dict[str, dict[str, str]]:
    path = resources.files("watchlist.text") / "data" / "endings.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _rules(name: str) -> _Rules:
    data = _data()[name]
    pairs = (pair.split(":") for pair in data.get("restored", "").split())
    by_length = sorted(data["base"].split(), key=len, reverse=True)
    return _Rules(tuple(data["endings"].split()), tuple(by_length), tuple((cut, put) for cut, put in pairs))


@cache
def _arabic_prefixes() -> tuple[str, ...]:
    return tuple(_data()["arabic"]["prefixes"].split())


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in _data()["languages"].items()}


@cache
def function_words(*, english: bool = False) -> frozenset[str]:
    """Return the words by which languages are known whose Latin-script names inflect, or those of English."""
    lists = _function_words()
    return frozenset().union(*(words for name, words in lists.items() if (name == "english") is english))


def latin_inflection(words: Iterable[str], text: str = "") -> Latin:
    """Tell how Latin-script names inflect in a text: from its (folded) function words, and from its letters.

    A Slavic headline has few function words; letters that only such languages have count as well.
    """
    seen = words if isinstance(words, set | frozenset) else set(words)
    counts = {name: len(seen & known) for name, known in _function_words().items()}
    slavic = Latin.SLAVIC.value
    counts[slavic] += 0 if text.isascii() else sum(1 for _ in islice(_SLAVIC_LETTER.finditer(text), _ENOUGH))
    best = max(counts, key=lambda name: counts[name])
    enough = counts[best] >= (2 if best == slavic else _ENOUGH)
    return Latin(best) if enough and best != "english" else Latin.NOT


def may_inflect(function_words_seen: int, text: str, *, nearly_ascii: bool) -> bool:
    """Tell whether ``latin_inflection`` can answer anything but NOT, by how many function words a text has.

    ``nearly_ascii``: the text is known to have no letters that are not ASCII (``Folded``).
    """
    if function_words_seen > 1:
        return True
    return not (nearly_ascii or text.isascii() or _SLAVIC_LETTER.search(text) is None)


def inflects(word: str) -> bool:
    """Tell whether a folded word is in a script whose words change in running text, whatever the language."""
    return bool(_CYRILLIC.fullmatch(word) or _HANGUL.fullmatch(word) or _ARABIC.fullmatch(word))


@lru_cache(maxsize=100_000)
def base(word: str) -> str:
    """Return the unchanging part of a name's word (the word itself where its script does not inflect)."""
    if _CYRILLIC.fullmatch(word):
        return _cut(word, _rules("cyrillic"))
    if _ARABIC.fullmatch(word):
        return word[2:] if word.startswith(_data()["arabic"]["base_prefix"]) and len(word) > 4 else word
    return word


@lru_cache(maxsize=100_000)
def latin_base(word: str, latin: Latin) -> str:
    """Return the unchanging part of a name's Latin word in a language that inflects it."""
    return _cut(word, _rules(latin.value)) if latin is not Latin.NOT and _LATIN.fullmatch(word) else word


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return what all inflected forms of a word have in common, in whatever language, as a line of words shows it:
    a space and the first letters, or for scripts that put prefixes on words the last letters and a space.

    Whenever one of the ``bases`` of a text's word is the base of this one, the text has the stem.
    """
    found = base(word)
    if _ARABIC.fullmatch(word):
        return found + " "
    found = latin_base(found, Latin.SLAVIC)
    cut = max((len(put) for put in _restored() if found.endswith(put)), default=0)
    return " " + found[: len(found) - cut]


def least_stem(word: str) -> str:
    """Return the first letters that the ``stem`` of a word has for sure; told much sooner than the stem, and often less.

    Of scripts that put prefixes on words it is nothing.
    """
    return "" if _ARABIC.fullmatch(word) else word[: max(0, len(word) - _most_cut())]


@cache
def _most_cut() -> int:
    ends = (ending for data in _data().values() for ending in data.get("base", "").split())
    return max(map(len, ends)) + max(map(len, _restored()))


@cache
def _restored() -> frozenset[str]:
    pairs = (pair for data in _data().values() for pair in data.get("restored", "").split())
    return frozenset(pair.split(":")[1] for pair in pairs)


def _cut(word: str, rules: _Rules) -> str:
    for ending in rules.base:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_BASE:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=200_000)
def bases(word: str, latin: Latin = Latin.NOT) -> tuple[str, ...]:
    """Return every base that a word of a text may have, the word itself first."""
    if _CYRILLIC.fullmatch(word):
        return _strip(word, _rules("cyrillic"))
    if _HANGUL.fullmatch(word):
        return _strip(word, _rules("hangul"), shortest=2)
    if _ARABIC.fullmatch(word):
        prefixes = (p for p in _arabic_prefixes() if word.startswith(p) and len(word) - len(p) >= 2)
        return (word, *dict.fromkeys(word[len(prefix) :] for prefix in prefixes))
    if latin is not Latin.NOT and _LATIN.fullmatch(word):
        return _strip(word, _rules(latin.value), shortest=4 if latin is Latin.GERMAN else _SHORTEST_BASE)
    return (word,)


def _strip(word: str, rules: _Rules, shortest: int = _SHORTEST_BASE) -> tuple[str, ...]:
    found = {word: None}
    for ending in rules.endings:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            found[word[: -len(ending)]] = None
    for cut, put in rules.restored:
        if word.endswith(cut) and len(word) - len(cut) + 1 >= shortest:
            found[word[: -len(cut)] + put] = None
    # a name may end like an ending: Huawei is cut to Huawe, so Huaweia must be as well; Nokia, Nokii
    found.update(dict.fromkeys(_cut(form, rules) for form in tuple(found)))
    return tuple(found)
