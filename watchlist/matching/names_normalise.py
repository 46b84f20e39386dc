"""Fold a name as written into words: one spelling for case, width, accents, punctuation and script.

A fold for comparing names with names: nothing here keeps offsets (``watchlist.text`` does, for names in text).
Every function takes any ``str``, lone surrogates included.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from anyascii import anyascii

from watchlist.text.fold import fold

LONGEST_NAME = 600
"""Code points of a name that are compared; what follows is not read (no register holds longer names)."""


class Script(StrEnum):
    """The scripts that the comparison tells apart."""

    LATIN = "Latin"
    HAN = "Han"
    KANA = "kana"
    HANGUL = "Hangul"
    CYRILLIC = "Cyrillic"
    GREEK = "Greek"
    ABJAD = "Arabic or Hebrew"
    OTHER = "another script"


UNSPACED = frozenset({Script.HAN, Script.KANA, Script.HANGUL})
"""Scripts in which a legal form is written on to the name without a space."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word (``text``), in Latin letters (``latin``), and as ``written``.

    ``bracketed`` marks a word in brackets, ``upper`` one in capitals; ``script`` is that of its first letter.
    """

    text: str
    latin: str
    script: Script
    written: str
    bracketed: bool = False
    upper: bool = False


_APOSTROPHES = re.compile(r"[’‘ʼʻʹ＇`´ʿʾ']")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![^\W_])([^\W\d_](?:\.[ ]?[^\W\d_])+)\.?(?![^\W_])")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\u0640\ud800-\udfff]"
)
_SYMBOLS = str.maketrans(
    {"&": " and ", "%": " percent ", "№": " no ", "+": " plus ", "＆": " and ", "_": " "}
)
_CYRILLIC_TWINS = str.maketrans("аеорсухіјѕԁһАВЕКМНОРСТУХІЈЅ", "aeopcyxijsdhABEKMHOPCTYXIJS")


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


_ARABIC = str.maketrans(
    _pairs(
        "ا=a أ=a آ=a إ=a ٱ=a ى=a ة=a ء= ئ=i ؤ=u ع=a غ=gh ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh "
        "ص=s ض=d ط=t ظ=z ف=f ق=q ك=k ک=k ل=l م=m ن=n ه=h ھ=h و=w ي=y ی=y پ=p چ=ch ژ=zh گ=g ڤ=v ے=y ہ=h"
    )
)
_KANA_PAIRS = _pairs(
    "ファ=fa フィ=fi フェ=fe フォ=fo ウィ=wi ウェ=we ウォ=wo ティ=ti ディ=di トゥ=tu ドゥ=du シェ=she チェ=che ジェ=je ヴァ=va "
    "ヴィ=vi ヴェ=ve ヴォ=vo ヴ=vu シャ=sha シュ=shu ショ=sho チャ=cha チュ=chu チョ=cho ジャ=ja ジュ=ju ジョ=jo キャ=kya "
    "キュ=kyu キョ=kyo ッ= シ=shi チ=chi ツ=tsu リャ=rya リュ=ryu リョ=ryo ー="
)
_KANA = re.compile("|".join(sorted(map(re.escape, _KANA_PAIRS), key=len, reverse=True)))
_LATIN_ONLY = re.compile(r"[^a-z0-9]+")


def words(name: str) -> list[Word]:
    """Split a name into folded words, in the order written; an empty list when it has neither letter nor digit."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", name[:LONGEST_NAME]))[:LONGEST_NAME]
    text = _APOSTROPHES.sub("'", text).translate(_SYMBOLS)
    text = _POSSESSIVE.sub("", text).replace("'", "")
    text = _DOTTED.sub(_join_initials, text)
    return [_word(*piece, text) for piece in _pieces(text)]


def _join_initials(hit: re.Match[str]) -> str:
    return re.sub(r"[. ]", "", hit[1]) + " "


def _pieces(text: str) -> Iterator[tuple[int, int, Script, bool]]:
    """Yield (start, end, script, bracketed) of each run of letters, digits and marks of one kind of script."""
    start, kind, depth = -1, Script.LATIN, 0
    for at, char in enumerate(text):
        script = script_of(char)
        joins = start >= 0 and script is not None and _same_run(kind, script, char)
        if start >= 0 and not joins:
            yield start, at, kind, depth > 0
            start = -1
        if script is None:
            depth += (char in "([【〔") - (char in ")]】〕" and depth > 0)
        elif start < 0:
            start, kind = at, script
    if start >= 0:
        yield start, len(text), kind, depth > 0


def _same_run(kind: Script, script: Script, char: str) -> bool:
    if unicodedata.category(char)[0] == "M":
        return True
    return kind == script or (kind not in UNSPACED and script not in UNSPACED)


@lru_cache(maxsize=8192)
def script_of(char: str) -> Script | None:
    """Return the script of a letter, digit or mark, or None for anything else (digits count as Latin)."""
    if char.isascii():
        return Script.LATIN if char.isalnum() else None
    if unicodedata.category(char)[0] not in "LNM":
        return None
    code = ord(char)
    if code == 0x30FB:
        return None
    name = unicodedata.name(char, "")
    for prefix, script in _SCRIPT_PREFIXES:
        if name.startswith(prefix):
            return script
    return Script.OTHER


_SCRIPT_PREFIXES = (
    ("LATIN", Script.LATIN),
    ("CJK", Script.HAN),
    ("IDEOGRAPHIC", Script.HAN),
    ("HIRAGANA", Script.KANA),
    ("KATAKANA", Script.KANA),
    ("HANGUL", Script.HANGUL),
    ("CYRILLIC", Script.CYRILLIC),
    ("GREEK", Script.GREEK),
    ("ARABIC", Script.ABJAD),
    ("HEBREW", Script.ABJAD),
)


def _word(start: int, end: int, script: Script, bracketed: bool, text: str) -> Word:
    written = text[start:end]
    if _mixes_cyrillic_and_latin(written):  # look-alike letters inside a Latin word
        written, script = written.translate(_CYRILLIC_TWINS), Script.LATIN
    folded = written.casefold()
    if script is Script.HAN:
        folded = _simplified(folded)
    return Word(folded, romanise(folded), script, written, bracketed, written.isupper())


def _mixes_cyrillic_and_latin(written: str) -> bool:
    return (
        not written.isascii()
        and any("Ѐ" <= c <= "ԯ" for c in written)
        and any(c.isascii() and c.isalpha() for c in written)
    )


@lru_cache(maxsize=16384)
def _simplified(text: str) -> str:
    """Return Han text with traditional characters folded to simplified ones."""
    return fold(text).text


@lru_cache(maxsize=65536)
def romanise(folded: str) -> str:
    """Return a case-folded word in the letters a-z and digits; the word itself when nothing of it can be."""
    if folded.isascii():
        return folded
    if "\u3041" <= folded[0] <= "\u30ff":
        folded = _KANA.sub(lambda hit: _KANA_PAIRS[hit[0]], folded)
    latin = _LATIN_ONLY.sub("", anyascii(folded.translate(_ARABIC)).lower())
    return latin or folded


@lru_cache(maxsize=8192)
def syllable(char: str) -> str:
    """Return the Latin reading of one Han character, kana or Hangul syllable."""
    return _LATIN_ONLY.sub("", anyascii(char).lower()) or char
