"""Tokens: the words of a text, in any script, with their places in the text as given.

A token is a run of letters and digits, except that Han characters and hiragana stand alone (their scripts
have no spaces) and that a change of script ends a token (``中国Huawei公司``). Letters of another alphabet that
look like Latin ones are read as Latin inside a word that is otherwise Latin (``Аlipay`` with a Cyrillic А).
"""

import re
from typing import NamedTuple

from watchlist.text.fold import Folded, fold, look_alikes
from watchlist.text.later import later

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA = "\u3040-\u309f"
KATAKANA = "\u30a0-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
ALONE = HAN + HIRAGANA
"""Scripts without spaces, whose characters are tokens of their own."""
_APART = HAN + HIRAGANA + KATAKANA + HANGUL
_WORD = rf"[^\W{_APART}]"
_JOINED = rf"[{KATAKANA}]+|[{HANGUL}]+|{_WORD}+|&"
_TOKEN = later(rf"[{ALONE}]|{_JOINED}")
#: Tokens, with all that stand alone in a row as one.
RUN = later(rf"[{ALONE}]+|{_JOINED}")
_IS_ALONE = later(f"[{ALONE}]")
_TOKEN_ASCII = re.compile(r"\w+|&", re.ASCII)
_APART_ASCII = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_&")})
_LATIN = re.compile(r"[a-z]")
OTHER_ALPHABET = re.compile(r"[\u0370-\u058f\u13a0-\u13ff\u2c80-\u2cff]")
"""Letters of alphabets that have look-alikes of Latin ones."""


class Token(NamedTuple):
    """A folded word; ``start`` and ``end`` are code-point offsets into the text as given."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text in order. ``&`` is a token, as ``and`` is."""
    return tokens_of(fold(text))


def tokens_of(folded: Folded, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of a folded text, or of the stretch between two of its offsets that cut no token."""
    plain = folded.text
    pattern = _TOKEN_ASCII if plain.isascii() else _TOKEN
    stop = len(plain) if end is None else end
    if not folded.cuts and plain.isascii():
        return [Token(hit[0], hit.start(), hit.end()) for hit in pattern.finditer(plain, start, stop)]
    found = [(hit[0], hit.start(), hit.end()) for hit in pattern.finditer(plain, start, stop)]
    if not plain.isascii():
        found = [(latinised(word), start, end) for word, start, end in found]
    if folded.cuts:
        return [Token(word, folded.start(begin), folded.end(stop)) for word, begin, stop in found]
    return [Token(word, begin, stop) for word, begin, stop in found]


def stands_alone(word: str) -> bool:
    """Tell whether a word, or a run of them, is of a script without spaces, whose characters are tokens of their own."""
    return (
        "\u4e00" <= word < "\ua000" or _IS_ALONE.match(word) is not None
    )  # nearly all are Han of the first range


def words_in(text: str) -> list[str]:
    """Return the tokens of a text without their places."""
    if "&" not in text and text.isascii():
        return text.lower().translate(_APART_ASCII).split()
    return words_of_folded(fold(text).text)


def words_of_folded(plain: str) -> list[str]:
    """Return the tokens of a folded text without their places."""
    if plain.isascii():
        return plain.translate(_APART_ASCII).replace("&", " & ").split()
    words: list[str] = []
    for run in RUN.findall(plain):
        if stands_alone(run):
            words.extend(run)
        else:
            words.append(run)
    if not OTHER_ALPHABET.search(plain):
        return words
    return [word if len(word) == 1 else latinised(word) for word in words]


def latinised(word: str) -> str:
    """Read look-alike letters as Latin in a word that mixes alphabets."""
    if word.isascii() or not OTHER_ALPHABET.search(word) or not _LATIN.search(word):
        return word
    return word.translate(look_alikes())
