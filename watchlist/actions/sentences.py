"""Sentences of a text in any language, as offsets. One forward pass, no backtracking."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from watchlist.actions import small_words
from watchlist.model import Field

MAX_SENTENCE = 1200
"""Longest sentence in characters; text without full stops is cut here, so that work stays linear."""

COUNTED = 12
"""The place of a sentence matters at the beginning of a text: there they are counted exactly."""

BEHIND = 5
"""How many sentences behind a place are told apart."""

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
    """A stretch of one field."""

    field: Field
    start: int
    end: int


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


def split(text: str, field: Field = Field.TEXT, near: Sequence[int] | None = None) -> list[Sentence]:
    """Return the sentences of ``text`` by position; together they hold every character that is not blank.

    With ``near``, places in order, a paragraph far from all of them is one sentence: who reads around these places
    needs no more. The first ``COUNTED`` sentences of the text are told apart all the same.
    """
    found: list[Sentence] = []
    if near is None:
        _split(text, 0, len(text), field, found)
        return found
    paragraphs = list(_paragraphs(text))
    named = [bisect_left(near, high) > bisect_left(near, low) for low, high in paragraphs]
    behind = 0  # how many sentences are still of interest behind the last place
    for n, (low, high) in enumerate(paragraphs):
        count = len(found)
        if named[n] or any(named[n + 1 : n + 2]) or behind > 0 or count < COUNTED:
            _split(text, low, high, field, found)
        else:
            _close(text, low, high, field, found)
        behind = BEHIND if named[n] else behind - (len(found) - count)
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    low = 0
    while (high := text.find("\n\n", low + 1)) >= 0:
        yield low, high
        low = high
    yield low, len(text)


def _split(text: str, low: int, high: int, field: Field, found: list[Sentence]) -> None:
    """Add the sentences of a stretch that ends with the text or with a paragraph."""
    start = low
    for hit in _BREAK.finditer(text, low, high):
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
        _close(text, start, end, field, found)
        start = end
    _close(text, start, high, field, found)


def _close(text: str, start: int, end: int, field: Field, found: list[Sentence]) -> None:
    """Add what stands between two ends, without the blanks around it, in parts if it is very long."""
    stretch = text[start:end].lstrip()
    left = end - len(stretch)
    right = left + len(stretch.rstrip())
    while right - left > MAX_SENTENCE:
        cut = text.rfind(" ", left + MAX_SENTENCE // 2, left + MAX_SENTENCE)
        cut = cut if cut > 0 else left + MAX_SENTENCE
        found.append(Sentence(field, left, cut))
        left = cut
        while left < right and text[left].isspace():
            left += 1
    if right > left:
        found.append(Sentence(field, left, right))
