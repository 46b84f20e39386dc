"""The sentence around a place in a text: what a person is shown as evidence. Offsets index the text as given."""

import re

_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'”’)]*\s+(?=[^a-z])|(?<=[。！？])|\r?\n[^\S\n]*\r?\n|\r?\n(?=\r?\S{1,40}$)"
)

_SHORT = re.compile(r"\b(?:[^\W\d_]|Mr|Mrs|Ms|Dr|St|Jr|Sr|No|Gov|Sen|Rep|Gen|Inc|Ltd|Co|Corp|vs)\.\Z")
"""What ends with a point and not the sentence: an initial ("U.S. Department"), a title, a legal form."""


def passage_around(text: str, start: int, end: int, limit: int = 420) -> tuple[int, int]:
    """Return where the sentence around ``text[start:end]`` begins and ends, without blanks at its ends.

    At most about ``limit`` code points, cut at a blank around the place; looks no farther than that, however
    long the text is.
    """
    window_start, window_end = max(0, start - limit), min(len(text), end + limit)
    left, right = window_start, window_end
    for hit in _SENTENCE_END.finditer(text, window_start, window_end):
        if _SHORT.search(text, max(0, hit.start() - 6), hit.start()) and "\n" not in hit.group():
            continue
        if hit.end() <= start:
            left = hit.end()
        elif hit.start() >= end:
            right = hit.start()
            break
    if right - left > limit:
        room = max(0, limit - (end - start))
        if start - left > room // 3:
            left = _word_edge(text, max(left, start - room // 3, min(start, right - limit)), start)
        right = min(right, max(end, left + limit))
        if right < window_end and right > end and not text[right : right + 1].isspace():
            cut = text.rfind(" ", end, right)
            right = cut if cut > end else right
    while left < start and text[left].isspace():
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    return left, right


def _word_edge(text: str, at: int, stop: int) -> int:
    if at > 0 and not text[at - 1].isspace():
        blank = text.find(" ", at, stop)
        return blank + 1 if blank >= 0 else at
    return at
