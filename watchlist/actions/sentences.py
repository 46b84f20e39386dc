"""Sentences of a text in any language, as offsets. One forward pass, no backtracking."""

import re
from typing import NamedTuple

from watchlist.actions import small_words
from watchlist.model import Field

MAX_SENTENCE = 1200
"""Longest sentence in characters; text without full stops is cut here, so that work stays linear."""

_BREAK = re.compile(r"[.!?](?![0-9A-Za-z]| [a-z])|[\n…。！？；؟؛]")
"""What may end a sentence. A figure, an address or a small letter behind the mark rules it out at once."""

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
    if text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].isupper():  # by far the most frequent
        longer = at - small_words.longest_abbreviation() - 1
        return (
            mark != "." or (longer >= start and text[longer:at].isalpha()) or _no_short_form(text, at, start)
        )
    following = text[at + 1 : at + 4].lstrip(_CLOSERS)
    if following and not following[0].isspace():
        return mark in "!?" and ord(following[0]) > 0x2E80
    rest = text[at + 1 : at + 12].lstrip(_CLOSERS).lstrip().lstrip(_OPENERS)
    if rest and rest[0].islower():
        return False
    return mark != "." or _no_short_form(text, at, start, last=not rest)


def _no_short_form(text: str, at: int, start: int, *, last: bool = False) -> bool:
    """Tell whether the word before a full stop is no abbreviation; ``last`` if nothing follows in the line."""
    word = _word_before(text, at, start).lower()
    if not word:
        # "3." opens a numbered point; "2.3 " cannot occur, a digit would follow.
        return not (at - start <= 3 and text[start:at].strip().isdigit())
    if len(word) == 1 and word.isalpha() and ord(word) < 0x2E80:
        # "U.S. officials", "J. Smith": an initial, unless the line ends here.
        return last
    return last or word not in small_words.abbreviations()


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
    length = len(text)

    def close(end: int) -> None:
        nonlocal start
        stretch = text[start:end]
        left = start + len(stretch) - len(stretch.lstrip())
        right = left + len(stretch.strip())
        while right - left > MAX_SENTENCE:
            cut = text.rfind(" ", left + MAX_SENTENCE // 2, left + MAX_SENTENCE)
            cut = cut if cut > 0 else left + MAX_SENTENCE
            found.append(Sentence(field, left, cut, paragraph))
            left = cut
            while left < right and text[left].isspace():
                left += 1
        if right > left:
            found.append(Sentence(field, left, right, paragraph))
        start = end

    for hit in _BREAK.finditer(text):
        at = hit.start()
        if at < start:
            continue
        if text[at] == "\n":
            if _line_ends(text, at, start):
                close(at)
                if text[at + 1 : at + 3].startswith(("\n", "\r\n")):
                    paragraph += 1
        elif text[at] == "…" or _ends_here(text, at, start):
            end = at + 1
            while end < length and text[end] in _CLOSERS and end - at < 4:
                end += 1
            close(end)
    close(len(text))
    return found
