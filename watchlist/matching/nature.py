"""What kind of name a name is: distinctive, or one that also means something else."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from watchlist.matching.legal import without_legal_form
from watchlist.matching.lexicon import (
    common_words,
    family_names,
    given_names,
    places,
    words_of_class,
)
from watchlist.matching.surfaces import words_of
from watchlist.text.later import later

_HAN = later(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
_HANGUL = later(r"[\uac00-\ud7a3]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]+")
#: Scripts that write foreign names by their sound.
_SOUNDS = later(r"[\u30a0-\u30ff\uac00-\ud7a3\u0600-\u06ff ]+")
_LATIN = re.compile(r"[a-z0-9]+")
#: Languages whose ordinary words a name in that script may be. Latin names meet English words everywhere.
_LANGUAGES = (
    (_HAN, ("zh",)), (_KANA, ("ja",)), (_HANGUL, ("ko",)), (_ARABIC, ("ar",)), (_CYRILLIC, ("ru",)),
)  # fmt: skip


class Nature(Enum):
    """How much a name says by itself."""

    PHRASE = "distinctive name of several words"
    PLAIN_PHRASE = "name made of ordinary words"
    DISTINCTIVE = "distinctive word"
    PLACE = "word that is a place too"
    PERSONAL = "word that persons are called too"
    ORDINARY = "ordinary word"
    HAN_ORDINARY = "ordinary Chinese word"
    DEMONYM = "word for a nation or a region"
    ACRONYM = "short acronym"
    LETTER = "single letter"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class NameNature:
    """A name's nature; ``zipf`` is how common its word is (tenths of the Zipf scale; 0: not an ordinary word)."""

    nature: Nature
    zipf: int = 0

    @property
    def uncertain(self) -> bool:
        """Tell whether evidence for the name is worth looking for."""
        return self.ambiguous or self.nature in (Nature.PLACE, Nature.PERSONAL, Nature.ACRONYM)

    @property
    def ambiguous(self) -> bool:
        """Tell whether the name needs evidence besides itself."""
        return self.nature in (
            Nature.ORDINARY,
            Nature.HAN_ORDINARY,
            Nature.DEMONYM,
            Nature.LETTER,
            Nature.NUMBER,
        )


def how_common(word: str, lang: str | None) -> int:
    """Return how common a folded word is as an ordinary word, in its script's languages and the text's own."""
    languages: tuple[str, ...] = ("en",)
    if not word.isascii():
        languages = next((found for script, found in _LANGUAGES if script.fullmatch(word)), languages)
    if languages == ("en",) and not _LATIN.fullmatch(word):
        return 0
    if lang and lang not in languages and languages == ("en",):
        languages = ("en", lang)
    zipf = max(common_words(found).get(word, 0) for found in languages)
    if word in words_of_class("also_common"):
        zipf = max(zipf, 38)
    return 0 if word in words_of_class("brand_words") else zipf


@lru_cache(maxsize=100_000)
def nature_of(name: str, entry: str, lang: str | None) -> NameNature:
    """Return the nature of a name or alias in a text of this language (None: unknown).

    ``entry`` is the entry's main name: アップル sounds like Apple, an ordinary word, but ソニー like Sony, which
    is none, however frequent the word is in Japanese.
    """
    found = _nature(name, lang)
    if found.nature is Nature.ORDINARY and _SOUNDS.fullmatch(name) and _LATIN.fullmatch(entry.lower()):
        foreign = _nature(entry, "en")
        if foreign.nature not in (Nature.ORDINARY, Nature.DEMONYM):
            return NameNature(Nature.DISTINCTIVE, 0)
    return found


def _nature(name: str, lang: str | None) -> NameNature:
    full = words_of(name)
    words = without_legal_form(full)
    if len(words) < len(full) and len(words) == 1 and how_common(words[0], lang):
        return NameNature(Nature.PHRASE)  # Gap Inc.
    solid = "".join(words)
    if len(words) > 1 and all(len(word) == 1 and _HAN.fullmatch(word) for word in words):
        zipf = how_common(solid, lang)
        return NameNature(Nature.HAN_ORDINARY if zipf else Nature.DISTINCTIVE, zipf)
    if len(words) > 1:
        return NameNature(Nature.PLAIN_PHRASE if all(_plain(word, lang) for word in words) else Nature.PHRASE)
    word = solid
    if word in words_of_class("adjectives"):
        return NameNature(Nature.DEMONYM, 50)
    if word.isdigit():
        return NameNature(Nature.NUMBER, 50)
    zipf = how_common(word, lang)
    if len(word) == 1:
        return NameNature(Nature.LETTER, 50)
    if zipf:
        return NameNature(Nature.ORDINARY, zipf)
    if len(word) <= 4 and name.isupper():
        return NameNature(Nature.ACRONYM)
    if word in places():
        return NameNature(Nature.PLACE)
    if word in given_names() or word in family_names():
        return NameNature(Nature.PERSONAL)
    return NameNature(Nature.ACRONYM if len(word) <= 2 and _LATIN.fullmatch(word) else Nature.DISTINCTIVE)


def _plain(word: str, lang: str | None) -> bool:
    return (
        len(word) == 1
        or word.isdigit()
        or how_common(word, lang) > 0
        or word in words_of_class("adjectives")
        or word in words_of_class("places")
        or word in places()
    )
