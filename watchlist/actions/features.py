"""What the model sees of a sentence and its target: words, cues, and where they stand to the name.

A feature is a short text such as ``s:w:licenc`` (a word in the sentence itself) or ``cr:freeze`` (a cue right of
the name). They are readable on purpose: the explanation of an answer lists those that weighed most.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from watchlist.actions import language, small_words
from watchlist.actions.cues import Hit, Lexicon
from watchlist.actions.cues import lexicon as shipped_lexicon
from watchlist.actions.discourse import Cell, Line, Page
from watchlist.actions.tokens import NAME, Token, words

ONLY_OWNER = "gen:only owner"
"""A sentence names the target only as the owner of another watched name ("Ant's Alipay")."""

_STEM = 6
_NEAR = 6
_CLAUSE_MARKS = frozenset(",;:()–—，；：、（）-|،؛")


Seconds = Mapping[str, Mapping[str, Container[str]]]
"""By kind of feature of two parts (``b``, ``b_``, ``cc``, ``cn``) and its first part, the second parts that count."""


class _Any(dict[str, Container[str]]):
    """Every second part counts: for the trainer, who does not know yet which ones do."""

    def __missing__(self, first: str) -> Container[str]:
        return self

    def __contains__(self, second: object) -> bool:
        return True


ANY_SECOND: Seconds = {kind: _Any() for kind in ("b", "b_", "cc", "cn")}


@dataclass(frozen=True, slots=True)
class Reading:
    """A line with its cues, the clause number of each token, and its own features."""

    line: Line
    hits: tuple[Hit, ...]
    clauses: tuple[int, ...]
    stems: tuple[str, ...]
    words: tuple[str, ...]
    grams: tuple[str, ...]
    """pairs and triples of characters, of a script without spaces"""
    cues: tuple[str, ...]

    @property
    def coarse(self) -> tuple[str, ...]:
        """The features that are also told of a neighbour or the title: words, grams and cues."""
        return (*self.words, *self.grams, *self.cues)


def _is_cjk(text: str) -> bool:
    return len(text) == 1 and ("぀" <= text <= "ヿ" or "㐀" <= text <= "鿿" or "가" <= text <= "힯")


def stem(text: str) -> str:
    """Shorten a word to what most of its forms share."""
    if text[0].isdigit():
        return "0"
    return text[:_STEM]


def _clauses(tokens: Sequence[Token]) -> tuple[int, ...]:
    number = 0
    found = []
    openers = small_words.clause_openers()
    for token in tokens:
        if token.text in _CLAUSE_MARKS or token.text in openers:
            number += 1
        found.append(number)
    return tuple(found)


def _years(tokens: Sequence[Token], published: int | None) -> list[str]:
    """Tell how the years in a sentence stand to the year of publication: the past is told by its year."""
    years = {int(t.text) for t in tokens if len(t.text) == 4 and t.text.isdecimal() and t.text.isascii()}
    near = {year for year in years if 1985 <= year <= 2060}
    if published is None:
        return ["w:#year"] if near else []
    return sorted(
        {"w:#" + ("before" if y < published else "this" if y == published else "after") for y in near}
    )


def read(line: Line, lexicon: Lexicon, published: int | None = None) -> Reading:
    """Look up the cues of a line and tell its features; ``published`` is the document's year."""
    hits = tuple(lexicon.find(line.tokens))
    stems = tuple(stem(t.text) for t in line.tokens)
    folded = [text for text in stems if text != NAME and (len(text) > 1 or text.isalnum())]
    if _spaced(stems):
        single = ["w:" + text for text in folded]
        grams: list[str] = []
    else:
        single = ["w:" + text for text in folded if not _is_cjk(text)]
        grams = _grams(stems, 1, 2)
    single = [*dict.fromkeys(single), *_years(line.tokens, published)]
    cues = tuple(["c:" + cue for cue in sorted({hit.cue for hit in hits})])
    return Reading(line, hits, _clauses(line.tokens), stems, tuple(single), tuple(dict.fromkeys(grams)), cues)


def _spaced(stems: Sequence[str]) -> bool:
    """Tell whether a sentence is written with spaces between its words throughout."""
    return "".join(stems).isascii() or not any(map(_is_cjk, stems))


def _grams(stems: Sequence[str], least: int, most: int) -> list[str]:
    """Return the runs of characters of a script without spaces, each of ``least`` to ``most`` further characters."""
    found = []
    for i, text in enumerate(stems):
        if not _is_cjk(text):
            continue
        gram = text
        for j in range(i + 1, min(i + most + 1, len(stems))):
            if not _is_cjk(stems[j]):
                break
            gram += stems[j]
            if j - i >= least:
                found.append("g:" + gram)
    return found


def phrases(reading: Reading, seconds: Seconds) -> list[str]:
    """Return what words follow one another, and follow with one word between, and runs of four characters.

    Of two words only those that ``seconds`` knows.
    """
    stems, next_to, over_one = reading.stems, seconds["b"], seconds["b_"]
    if _spaced(stems):
        return [
            *[f"b:{a} {b}" for a, b in pairwise(stems) if b in next_to[a]],
            *[f"b:{a} _ {c}" for a, c in zip(stems, stems[2:], strict=False) if c in over_one[a]],
        ]
    found = _grams(stems, 3, 3)
    for i, a in enumerate(stems[:-1]):
        if not _is_cjk(a):
            b = stems[i + 1]
            if b in next_to[a]:
                found.append(f"b:{a} {b}")
            if i + 2 < len(stems) and not _is_cjk(b) and stems[i + 2] in over_one[a]:
                found.append(f"b:{a} _ {stems[i + 2]}")
    return found


def pairs(reading: Reading, seconds: Seconds) -> list[str]:
    """Return which cues a sentence has beside one another, and close behind one another, as far as ``seconds`` knows."""
    hits, beside, close = reading.hits, seconds["cc"], seconds["cn"]
    topics = sorted({hit.cue for hit in hits})
    found = [f"cc:{a}+{b}" for i, a in enumerate(topics) for b in topics[i + 1 :] if b in beside[a]]
    for i, hit in enumerate(hits):
        cue, end, known = hit.cue, hit.end + 4, close[hit.cue]
        for other in hits[i + 1 : i + 8]:
            if other.start > end:
                break
            if other.cue != cue and other.cue in known:
                found.append(f"cn:{cue}>{other.cue}")
    return found


def listed(tokens: Sequence[Token], spot: int) -> tuple[int, int]:
    """Return the first and last name of the list that a name stands in: "A, B and C" acts as one."""
    ends = []
    links = small_words.list_links()
    for step in (-1, 1):
        edge, at = spot, spot + step
        while 0 <= at < len(tokens) and abs(at - edge) <= 2:
            if tokens[at].text == NAME:
                edge = at
            elif tokens[at].text not in links:
                break
            at += step
        ends.append(edge)
    return ends[0], ends[1]


def _genitive(tokens: Sequence[Token], spot: int) -> list[str]:
    """Tell whether a name is only the owner of the next ("Ant's Alipay"), or owned by the one before."""
    found = []
    ahead = [token.text for token in tokens[spot + 1 : spot + 6]]
    if ahead[:2] == ["'", "s"]:
        found.append("gen:owner of name" if NAME in ahead[2:] else "gen:owner")
    behind = [token.text for token in tokens[max(0, spot - 5) : spot]]
    if NAME in behind and "s" in behind[behind.index(NAME) :]:
        found.append("gen:owned")
    return found


def place(cell: Cell, page: Page) -> int:
    """Return 0 for a cell in the title, 1 for the first sentence of the text, 2 for any other."""
    return min(2, max(0, cell.line - page.first + 1))


@lru_cache(maxsize=20_000)
def trade(name: str) -> tuple[str, ...]:
    """Tell what a name itself says of the target's trade: a bank, an airline, a shipper."""
    found = shipped_lexicon(language.guess(name), "x_").find([Token(word) for word in words(name)])
    return tuple(sorted({"nm:" + hit.cue for hit in found})) or ("nm:",)


@lru_cache(maxsize=20_000)
def known_as(name: str) -> tuple[str, ...]:
    """Tell the target by its folded name: what befell it before, and how often it only stands by, speaks for either."""
    return ("who:" + " ".join(words(name)),)


def relative(reading: Reading, cell: Cell, page: Page) -> dict[str, Sequence[str]]:
    """Tell how the words and cues of a sentence stand to the target, by group."""
    line = reading.line
    tokens = line.tokens
    first = page.first
    near = "a" if cell.alone else "o"
    where = "t" if line.index < first else str(min(3, line.index - first))
    place = [f"d:{cell.distance}{near}", f"place:{where}", f"len:{min(6, len(tokens) // 8)}"]
    if len(line.names) > 1:
        place.append("names:" + ("2" if len(line.names) == 2 else "3"))
    grammar = list(trade(cell.target))
    name = known_as(cell.target)
    if cell.distance:
        tag = f"d{near}"
        grammar += [f"{tag}:{cue}" for cue in sorted({hit.cue for hit in reading.hits})]
        if line.names:
            place.append("others here")
        return {"place": place, "grammar": grammar, "name": name}
    spots = [i for i, token in enumerate(tokens) if cell.target in token.names]
    if not spots:
        return {"place": place, "grammar": grammar, "name": name}
    stems, clauses = reading.stems, reading.clauses
    count = len(tokens)
    around: list[str] = []
    for spot in spots[:3]:
        first, last = listed(tokens, spot)
        grammar.append("listed" if last > first else "single")
        grammar += _genitive(tokens, spot)
        for step in range(1, 4):
            left, right = first - step, last + step
            around.append(f"L{step}:{stems[left] if left >= 0 else '^'}")
            around.append(f"R{step}:{stems[right] if right < count else '$'}")
        if first >= 2:
            around.append(f"L2-1:{stems[first - 2]} {stems[first - 1]}")
        if last + 2 < count:
            around.append(f"R1-2:{stems[last + 1]} {stems[last + 2]}")
        around += ["l:" + stems[i] for i in range(max(0, first - _NEAR), first)]
        around += ["r:" + stems[i] for i in range(last + 1, min(count, last + _NEAR + 1))]
    if grammar.count("gen:owner of name") == len(spots):
        grammar.append(ONLY_OWNER)
    homes = {clauses[i] for i in spots}
    clause: list[str] = []
    if clauses[-1]:
        clause = ["ci:" + stems[i] for i in range(count) if clauses[i] in homes and tokens[i].text != NAME]
    others = [i for i, token in enumerate(tokens) if token.names and cell.target not in token.names]
    for hit in reading.hits:
        middle = hit.start
        away = min(abs(spot - middle) for spot in spots)
        side = "l" if any(spot - middle == away for spot in spots) else "r"
        grammar.append(f"c{side}{'n' if away <= _NEAR else 'f'}:{hit.cue}")
        grammar.append(("in:" if clauses[middle] in homes else "out:") + hit.cue)
        if others:
            nearer = away < min(abs(other - middle) for other in others)
            grammar.append(("own:" if nearer else "oth:") + hit.cue)
    found = {"place": place, "grammar": grammar, "name": name, "around": around, "clause": clause}
    return {group: list(dict.fromkeys(names)) for group, names in found.items()}


def describe(
    cell: Cell, page: Page, readings: Sequence[Reading | None]
) -> tuple[dict[str, Sequence[str]], list[tuple[str, Reading]]]:
    """Return the features relative to the target, and the readings by namespace (s, p, n, h) that join them."""
    own = readings[cell.line]
    assert own is not None, "every cell's line is read"
    spaces = [("s", own)]
    for space, index in (("p", cell.line - 1), ("n", cell.line + 1), ("h", 0)):
        if 0 <= index < len(readings) and index != cell.line and not (space == "p" and index == 0):
            other = readings[index]
            if other is not None:
                spaces.append((space, other))
    return relative(own, cell, page), spaces


def topic(readings: Iterable[Reading | None]) -> list[str]:
    """Tell what the text around the names as a whole speaks of."""
    return list(dict.fromkeys(name for reading in readings if reading is not None for name in reading.coarse))


def spell(cell: Cell, page: Page, readings: Sequence[Reading | None], wide: Sequence[str]) -> list[str]:
    """Spell out every feature of a cell, as the trainer needs them; ``wide`` is the ``topic`` of the document."""
    groups, spaces = describe(cell, page, readings)
    found = [name for group in groups.values() for name in group]
    for space, reading in spaces:
        names = list(reading.coarse)
        if space == "s":
            names += [*phrases(reading, ANY_SECOND), *pairs(reading, ANY_SECOND)]
        found += [f"{space}:{name}" for name in names]
    return [*found, *("D:" + name for name in wide)]
