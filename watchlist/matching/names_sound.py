"""Spelling-independent keys of a romanised word: how it sounds, and its bare consonants.

Names travel between scripts and spelling systems (Sergey, Sergei, Sergej; Xi, Hsi; Gaddafi, Qaddafi). The keys merge
what such systems write differently. They are coarse: equal keys are good evidence, never proof.
"""

import re
from functools import lru_cache

_RULES = [
    (re.compile(pattern), into)
    for pattern, into in (
        (r"ck|qu?|(?<![stzd])c(?=[aouklrt])", "k"),
        (r"(?<![stzd])c(?=[ey])", "s"),
        (r"^hs|^x(?=[aeiouy])", "s"),
        (r"shch|tsch|tch|cz|tz|ts|dzh|dj|zh|^j(?=[aeou])", "c"),
        (r"^ji(?=n|a|o)", "ci"),
        (r"sch|sh", "s"),
        (r"ch", "c"),
        (r"ph", "f"),
        (r"kh", "h"),
        (r"gh", "k"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"x", "ks"),
        (r"ou|oo|w(?=[aeiouy])|v(?=[aeiouy])", "u"),
        (r"ay|ey|ai|ei", "e"),
        (r"ee|ie|iy|yi|ij|ii|yy", "i"),
        (r"eo|io", "o"),
        (r"[yj](?![aeiou])", "i"),
        (r"j", "y"),
        (r"w", "v"),
        (r"z", "s"),
        (r"(?<=.)h", ""),
        (r"g", "k"),
        (r"(.)\1+", r"\1"),
    )
]
_VOWELS = re.compile(r"[aeiouywvh]")


@lru_cache(maxsize=65536)
def sound(latin: str) -> str:
    """Return the word as it sounds, roughly; empty only for an empty word."""
    key = latin
    for pattern, into in _RULES:
        key = pattern.sub(into, key)
    return key or latin


@lru_cache(maxsize=65536)
def skeleton(latin: str) -> str:
    """Return the consonants that survive a script without vowels; l and r, b and p, d and t are one."""
    key = _VOWELS.sub("", sound(latin)).translate(_MERGED)
    return re.sub(r"(.)\1+", r"\1", key)


_MERGED = str.maketrans("rpdc", "lbts")
