"""What stands around a mention: neighbouring words, the sentence's start, the look of the line."""

import re
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter

from watchlist.text.fold import plain_form

_NEXT = re.compile(r"(['’]s?(?!\w))?([^\w]{0,12})([^\W_]+(?:['’][^\W_]+)?)?")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LETTERS = re.compile(r"[^\W\d_]+")
#: A full stop after these ends no sentence.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sen",
        "rep",
        "gov",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "st",
        "jr",
        "sr",
        "inc",
        "corp",
        "co",
        "ltd",
        "vs",
        "no",
        "u.s",
        "u.k",
        "e.g",
        "i.e",
        "etc",
        "art",
    ]
)
_REACH = 160
#: So many characters hold the next four words most often.
_NEAR = 48


class Look(Enum):
    """How a line is set: running text, a heading with capitals, or all capitals."""

    RUNNING = "running text"
    HEADING = "heading with capitals"
    CAPITALS = "all capitals"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word near a mention: as written, folded, and what separates it from what stands nearer."""

    word: str
    plain: str
    gap: str

    @property
    def capital(self) -> bool:
        """Tell whether the word begins with a capital letter (or is a number)."""
        return self.word[:1].isupper() or self.word[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The neighbourhood of one mention. ``before`` and ``after`` run outwards, nearest first."""

    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    opens_sentence: bool
    possessive: bool
    look: Look
    left: str
    right: str

    @property
    def sentence(self) -> frozenset[str]:
        """Return the words of the sentence, as far as it is within reach, folded; worked out when asked for."""
        return frozenset(map(plain_form, _WORD.findall(_sentence(self.left, self.right))))


def surroundings(text: str, start: int, end: int, *, title: bool = False) -> Surroundings:
    """Read what stands around ``text[start:end]``; looks at most a few hundred characters either way."""
    left = text[max(0, start - _REACH) : start]
    right = text[end : end + _REACH]
    before = _before(left)
    possessive, after = _after(right)
    line = _line(text, start, end)
    return Surroundings(
        before, after, _opens(left, before), possessive, _look(line, title=title), left, right
    )


def _before(left: str) -> tuple[Neighbour, ...]:
    found = []
    end = len(left)
    hits = list(_WORD.finditer(left, max(0, end - _NEAR)))
    if len(hits) < 5:  # the first of them may be cut
        hits = list(_WORD.finditer(left))
    for hit in reversed(hits[-4:]):
        found.append(Neighbour(hit[0], plain_form(hit[0]), left[hit.end() : end]))
        end = hit.start()
    return tuple(found)


def _after(right: str) -> tuple[bool, tuple[Neighbour, ...]]:
    found = []
    at, possessive = 0, False
    for step in range(4):
        hit = _NEXT.match(right, at)
        if hit is None or not hit[3]:
            break
        if step == 0 and hit[1]:
            possessive = True
        word = hit[3]
        found.append(Neighbour(word, plain_form(word), (hit[1] or "") + hit[2]))
        at = hit.end()
    return possessive or right[:2] in ("'s", "’s"), tuple(found)


def _opens(left: str, before: tuple[Neighbour, ...]) -> bool:
    """Tell whether a sentence (or a list item, a line, a quotation) begins at the mention."""
    bare = left.rstrip(" \t\"'“”‘’„([*•·\u00a0#>")
    if bare.endswith(("-", "–", "—")):
        item = bare.rstrip("-–— \t")
        bare = item if not item or item.endswith("\n") else bare
    if not bare or bare.endswith("\n"):
        return True
    if left[len(bare) :].strip(" \t\u00a0") and bare[-1] in ",:":
        return True  # a quotation begins
    if bare[-1] in "!?…:;|。！？：;":
        return True
    if bare[-1] == ".":
        word = before[0].plain if before else ""
        return not (len(word) == 1 or word in _ABBREVIATIONS)
    return False


def _line(text: str, start: int, end: int) -> str:
    """Return the line of the mention, cut to a few hundred characters."""
    first = text.rfind("\n", max(0, start - 200), start)
    last = text.find("\n", end, end + 200)
    return text[first + 1 if first >= 0 else max(0, start - 200) : last if last >= 0 else end + 200]


def _look(line: str, *, title: bool) -> Look:
    words = [word for word in _LETTERS.findall(line) if len(word) > 3 or (word.isupper() and len(word) > 1)]
    if len(words) < 2:
        return Look.HEADING if title or len(line) < 40 else Look.RUNNING
    upper = sum(map(str.isupper, words))
    if upper >= 0.8 * len(words) and len(words) > 2:
        return Look.CAPITALS
    capital = sum(map(str.isupper, map(itemgetter(0), words)))
    share = 0.7 if title or line.rstrip()[-1:] not in '.!?”"' else 0.85
    if capital >= share * len(words) and len(words) >= 3:
        return Look.HEADING
    return Look.RUNNING


def _sentence(left: str, right: str) -> str:
    """Return the sentence around a mention, as far as it is within reach."""
    head = re.split(r"[.!?。！？]\s|\n", left)[-1]
    tail = re.split(r"[.!?。！？](?:\s|$)|\n", right, maxsplit=1)[0]
    return f"{head} {tail}"
