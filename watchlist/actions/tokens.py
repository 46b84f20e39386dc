"""Tokens of a sentence with the watched names in it marked."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_CJK = "぀-ヿ㐀-鿿豈-﫿가-힯"
_TOKEN = re.compile(rf"[{_CJK}]|[0-9]+(?:[.,][0-9]+)*|[^\W{_CJK}]+|[^\w\s]")
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x640])
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "ё": "е"}
)
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"})

_ACCENTS = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
} | {0xDF: "ss"}

NAME = "§"
"""What stands for a watched name in a token list."""


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, number, mark or CJK character; ``names`` are the watched entries that it stands for."""

    text: str
    names: tuple[str, ...] = ()


@cache
def _simplified() -> dict[int, str]:
    """Read the traditional characters that are folded to simplified ones, from the data file beside the cues."""
    data = resources.files("watchlist.actions") / "lexicon" / "traditional.txt"
    pairs = [
        pair
        for line in data.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for pair in line.split()
    ]
    return {ord(pair[0]): pair[1] for pair in pairs}


def fold(text: str) -> str:
    """Fold case, width, quotes, accents of Latin letters, invisible and traditional characters; length may change."""
    if not text.isascii():
        text = (
            unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_QUOTES).translate(_ACCENTS)
        )
        if any("㐀" <= character <= "鿿" for character in text):
            text = text.translate(_simplified())
        if any("؀" <= character <= "ۿ" for character in text):
            text = text.translate(_ARABIC)
            text = "".join(c for c in text if not "ً" <= c <= "ْ")
    return text.lower()


def _bare(word: str) -> str:
    """Strip the Arabic article and one-letter prefixes, so that one pattern finds all forms."""
    if "؀" <= word[0] <= "ۿ" and len(word) > 4:
        for prefix in ("وال", "بال", "فال", "كال", "لل", "ال"):
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                return word[len(prefix) :]
        if word[0] in "وفبل" and len(word) >= 5:
            return word[1:]
    return word


def words(text: str) -> list[str]:
    """Split folded text into token texts."""
    found: list[str] = _TOKEN.findall(fold(text))
    return found if text.isascii() else [_bare(word) for word in found]


@lru_cache(maxsize=50_000)
def _plain(word: str) -> Token:
    """Return the token of a word that is no name; texts repeat their words."""
    return Token(word)


def tokenise(text: str, names: Sequence[tuple[int, int, str]]) -> list[Token]:
    """Tokenise ``text``; each (start, end, entry) stretch becomes one token, overlapping ones are one token."""
    tokens: list[Token] = []
    at = 0
    position = 0
    ordered = sorted(names)
    while position < len(ordered):
        start, end, entry = ordered[position]
        entries = [entry]
        position += 1
        while position < len(ordered) and ordered[position][0] < end:
            end = max(end, ordered[position][1])
            entries.append(ordered[position][2])
            position += 1
        tokens += map(_plain, words(text[at:start]))
        tokens.append(Token(NAME, tuple(dict.fromkeys(entries))))
        at = end
    tokens += map(_plain, words(text[at:]))
    return tokens
