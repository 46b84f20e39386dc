"""How alike two words of two names are: spelling, sound, script, short forms. Symmetric, in [0, 1]."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from watchlist.matching.names_normalise import UNSPACED, Script, syllable
from watchlist.matching.names_sound import skeleton, sound
from watchlist.matching.names_tokens import Part, Token, lexicon


class How(StrEnum):
    """Why two words count as the same."""

    SAME = "same word"
    MEANING = "same meaning"
    SCRIPT = "same in another script"
    SOUND = "sounds the same"
    SPELLING = "spelt nearly the same"
    NICKNAME = "forms of one given name"
    JOINED = "written as one word"
    BEGINNING = "beginning of"
    INITIAL = "initial"
    ACRONYM = "acronym"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike (1 = the same), and why."""

    share: float
    how: How


_VOWEL = re.compile("[aeiouy]")
_NONE = Likeness(0.0, How.SPELLING)
_SAME = Likeness(1.0, How.SAME)
LEAST = 0.5
"""Below this, two words are not paired at all."""
_LOOKALIKE_DIGITS = str.maketrans("01345679", "oieasgtg")


def likeness(left: Token, right: Token) -> Likeness:
    """Compare two words."""
    if left.text == right.text:
        return _SAME
    if left.concept is not None and left.concept == right.concept and left.part is not Part.INITIAL:
        return _SAME if left.latin == right.latin else Likeness(1.0, How.MEANING)
    if Part.NUMBER in (left.part, right.part):
        return _NONE
    if (
        left.script in UNSPACED
        and right.script in UNSPACED
        and left.script == right.script is not Script.KANA
    ):
        return _by_character(left.text, right.text, left.latin == right.latin)
    cross = left.script is not right.script
    abjad = cross and Script.ABJAD in (left.script, right.script)
    found = latin_likeness(left.latin, right.latin, cross, abjad)
    for one, two in ((left, right), (right, left)):
        for reading in other_readings(one) if cross else ():
            other = latin_likeness(reading, two.latin, cross, abjad)
            found = max(found, other, key=lambda alike: alike.share)
    if found.share == 1.0 and not cross:
        return _SAME
    return found


def other_readings(token: Token) -> tuple[str, ...]:
    """Return further Latin spellings that a word of another script commonly has.

    Chinese hua- is written ファ in Japanese (ファーウェイ, Huawei); Korean surnames have customary spellings.
    """
    if token.script is Script.KANA and token.latin.startswith("fa"):
        return ("hua" + token.latin[2:],)
    if token.script is Script.HANGUL and token.text[0] in _KOREAN_SURNAMES and 2 <= len(token.text) <= 4:
        return (_KOREAN_SURNAMES[token.text[0]] + "".join(map(syllable, token.text[1:])),)
    return ()


_KOREAN_SURNAMES = dict(
    pair.split("=")
    for pair in [
        "이=lee",
        "박=park",
        "최=choi",
        "정=jung",
        "조=cho",
        "강=kang",
        "임=lim",
        "우=woo",
        "유=yoo",
        "노=roh",
        "오=oh",
        "김=kim",
        "윤=yoon",
        "신=shin",
        "문=moon",
        "구=koo",
    ]
)


def _by_character(left: str, right: str, same_sound: bool) -> Likeness:
    """Each character of Han or Hangul is a syllable: one that differs makes a short name another name."""
    size = max(len(left), len(right))
    short, long = sorted((left, right), key=len)
    if len(short) >= 2 and len(long) - len(short) >= 2 and long.startswith(short):
        return Likeness(0.75, How.BEGINNING)
    share = 1.0 - 1.6 * OSA.distance(left, right) / size
    if same_sound:
        return Likeness(max(0.8, share), How.SOUND)
    return Likeness(max(0.0, share), How.SPELLING)


@lru_cache(maxsize=65536)
def latin_likeness(left: str, right: str, cross: bool = False, abjad: bool = False) -> Likeness:
    """Compare two romanised words; ``cross`` when they came from different scripts, ``abjad`` without vowels."""
    if left == right:
        return Likeness(1.0, How.SCRIPT if cross else How.SAME)
    if left > right:
        left, right = right, left
    size = max(len(left), len(right))
    if size > 3 * min(len(left), len(right)) + 3:
        return _NONE
    given = lexicon().given
    if given.get(left, frozenset()) & given.get(right, frozenset()):
        return Likeness(0.92, How.NICKNAME)
    if any(c.isdigit() for c in left + right):
        left, right = _letters(left), _letters(right)
        if left == right:
            return Likeness(0.9, How.SPELLING)
    if size <= 5 and not cross and not (_VOWEL.search(left) and _VOWEL.search(right)):
        return _NONE  # an abbreviation: every letter counts (CRRC, CRCC)
    best = 1.0 - OSA.distance(left, right) / size
    how = How.SPELLING
    heard_left, heard_right = sound(left), sound(right)
    if cross:  # l and r are one letter in kana, and easily exchanged elsewhere
        heard_left, heard_right = heard_left.replace("l", "r"), heard_right.replace("l", "r")
    if heard_left == heard_right and size > 2:
        heard = 0.98 if cross else 0.95
    else:
        heard = _heard(left, right, heard_left, heard_right, cross, abjad)
    if heard > best:
        best, how = heard, How.SCRIPT if cross else How.SOUND
    return Likeness(best, how) if best >= LEAST else _NONE


def _heard(left: str, right: str, heard_left: str, heard_right: str, cross: bool, abjad: bool) -> float:
    vocal = 1.0 - OSA.distance(heard_left, heard_right) / max(len(heard_left), len(heard_right))
    bones_left, bones_right = skeleton(left), skeleton(right)
    longest = max(len(bones_left), len(bones_right))
    if not longest:
        return vocal if cross else 0.0
    bones = 1.0 - OSA.distance(bones_left, bones_right) / longest
    if abjad:
        return 0.35 * vocal + 0.65 * bones - (0.1 if longest < 2 else 0.0)
    if cross:
        return 0.5 * vocal + 0.5 * bones
    return 0.6 * vocal + 0.3 * bones if longest > 1 else 0.0


def _letters(latin: str) -> str:
    """Read digits inside a word as the letters they look like (Sech1n)."""
    if sum(c.isalpha() for c in latin) * 2 <= len(latin):
        return latin
    return latin.translate(_LOOKALIKE_DIGITS)
