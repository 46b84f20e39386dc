"""Sentences of a text in any language, as offsets. One forward pass, no backtracking."""

import re
from typing import NamedTuple

from watchlist.actions import small_words
from watchlist.model import Field

MAX_SENTENCE = 1200
"""Longest sentence in characters; text without full stops is cut here, so that work stays linear."""

LONG = 7
"""More letters than any abbreviation has (``small_words``)."""

_BREAK = re.compile(
    rf"[.!?…。！？；؟؛\n](?:(?<=[a-z]{{{LONG}}}[.!?])()(?= [A-Z])|(?<![.!?])|(?<=[.!?])(?![0-9A-Za-z]| [a-z]))"
)
"""What may end a sentence; with a group, what surely does: no abbreviation is a word as long.

A figure, an address or a small letter behind the mark rules it out at once.
"""

_CLOSERS = "\"'”’»)]}」』）】》"
_OPENERS = "\"'“‘«([{「『（【《-–—•*"


class Sentence(NamedTuple):
    """A stretch of one field; ``paragraph`` counts blank lines before it."""

    field: Field
    start: int
    end: int
    paragraph: int


def _ends_here(text: str, at: int, start: int) -> bool:
    """Tell whether the mark at ``at`` ends a sentence that began at ``start``."""
    mark = text[at]
    if mark in "。！？；؟؛":
        return True
    following = text[at + 1 : at + 4].lstrip(_CLOSERS)
    if following and not following[0].isspace():
        return mark in "!?" and ord(following[0]) > 0x2E80
    rest = text[at + 1 : at + 12].lstrip(_CLOSERS).lstrip().lstrip(_OPENERS)
    if rest and rest[0].islower():
        return False
    if mark != ".":
        return True
    word = _word_before(text, at, start).lower()
    if not word:
        # "3." opens a numbered point; "2.3 " cannot occur, a digit would follow.
        return not (at - start <= 3 and text[start:at].strip().isdigit())
    if len(word) == 1 and word.isalpha() and ord(word) < 0x2E80:
        # "U.S. officials", "J. Smith": an initial, unless the line ends here.
        return not rest
    return word not in small_words.abbreviations() or not rest


def _word_before(text: str, at: int, start: int) -> str:
    """Return the letters right before ``at``, twelve at most."""
    near = text[max(start, at - 12) : at]
    word = near[near.rfind(" ") + 1 :]
    if word.isalpha():
        return word
    begin = len(word)
    while begin and word[begin - 1].isalpha():
        begin -= 1
    return word[begin:]


def _line_ends(text: str, at: int, start: int) -> bool:
    """Tell whether the line feed at ``at`` separates, or only wraps, a sentence."""
    rest = text[at + 1 : at + 40]
    if not rest.strip() or rest[0] in "\n\r\t -•*–—|#" or text[at - 1 : at] in ("\n", ":", ";", "|"):
        return True
    line_start = text.rfind("\n", max(start, at - 200), at) + 1 or start
    if at - line_start < 45:
        return True
    first = rest.lstrip()[:1]
    return (
        not (first.islower() or first.isdigit() or first in "\"'“(" or first.isupper())
        or text[at - 1] in ".!?"
    )


def split(text: str, field: Field = Field.TEXT) -> list[Sentence]:
    """Return the sentences of ``text`` by position; together they hold every character that is not blank."""
    found: list[Sentence] = []
    start = 0
    paragraph = 0
    for hit in _BREAK.finditer(text):
        at = hit.start()
        if at < start:
            continue
        if hit.lastindex:
            end = at + 1
        elif text[at] == "\n":
            if not _line_ends(text, at, start):
                continue
            end = at
        elif text[at] == "…" or _ends_here(text, at, start):
            end = at + 1
            while text[end : end + 1] in _CLOSERS and end - at < 4 and end < len(text):
                end += 1
        else:
            continue
        _close(text, start, end, field, paragraph, found)
        start = end
        if text[at] == "\n" and text[at + 1 : at + 3].startswith(("\n", "\r\n")):
            paragraph += 1
    _close(text, start, len(text), field, paragraph, found)
    return found


def _close(text: str, start: int, end: int, field: Field, paragraph: int, found: list[Sentence]) -> None:
    """Add what stands between two ends, without the blanks around it, in parts if it is very long."""
    stretch = text[start:end].lstrip()
    left = end - len(stretch)
    right = left + len(stretch.rstrip())
    while right - left > MAX_SENTENCE:
        cut = text.rfind(" ", left + MAX_SENTENCE // 2, left + MAX_SENTENCE)
        cut = cut if cut > 0 else left + MAX_SENTENCE
        found.append(Sentence(field, left, cut, paragraph))
        left = cut
        while left < right and text[left].isspace():
            left += 1
    if right > left:
        found.append(Sentence(field, left, right, paragraph))
