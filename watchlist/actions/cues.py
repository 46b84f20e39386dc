"""The cue lexicon: what words speak of, per language, read from data files and the user's own.

A cue is a topic (``freeze``, ``entity_list``, ``delay`` …) with patterns of words. Matching walks a trie of tokens:
every token is looked at a bounded number of times, so time is linear in the text whatever the patterns are.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from watchlist.actions.tokens import NAME, Token, words
from watchlist.errors import ConfigError

GAP = 6
"""How many tokens ``..`` in a pattern may stand for."""

_SHORTEST_STEM = 2
_LONGEST_STEM = 16


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found at tokens ``start`` to ``end`` (exclusive), by ``pattern`` (as written in the lexicon)."""

    cue: str
    start: int
    end: int
    pattern: str


class _Node:
    __slots__ = ("ends", "prefixes", "suffixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.prefixes: dict[str, _Node] = {}
        self.suffixes: dict[str, _Node] = {}
        self.ends: list[tuple[int, int]] = []


def _pieces(pattern: str) -> list[list[str]]:
    """Split a pattern at ``..`` into pieces of tokens; ``*`` stays with its word."""
    pieces = []
    for piece in pattern.split(".."):
        tokens: list[str] = []
        for word in piece.split():
            stem = word.strip("*")
            inner = words(stem)
            if not inner:
                continue
            if word.startswith("*") and len(word) > 1:
                inner[0] = "*" + inner[0]
            if word.endswith("*") and len(word) > 1:
                inner[-1] += "*"
            tokens += inner
        if tokens:
            pieces.append(tokens)
    return pieces


class Lexicon:
    """Compiled cues of one language. Build once, share between threads."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        self._root = _Node()
        self._patterns: list[tuple[str, str, int]] = []
        for cue, patterns in cues.items():
            for pattern in patterns:
                self._add(cue, pattern)

    def _add(self, cue: str, pattern: str) -> None:
        pieces = _pieces(pattern)
        number = len(self._patterns)
        self._patterns.append((cue, pattern, len(pieces)))
        for position, piece in enumerate(pieces):
            node = self._root
            for token in piece:
                if token.endswith("*"):
                    node = node.prefixes.setdefault(token[:-1], _Node())
                elif token.startswith("*"):
                    node = node.suffixes.setdefault(token[1:], _Node())
                else:
                    node = node.words.setdefault(token, _Node())
            node.ends.append((number, position))

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Return the cues in a sentence, by position; of one cue the longest at each place."""
        raw: list[tuple[int, int, int, int]] = []
        texts = [token.text for token in tokens]
        count = len(texts)
        for start in range(count):
            if texts[start] == NAME and NAME not in self._root.words:
                continue
            open_nodes = [self._root]
            at = start
            while open_nodes and at < count:
                text = texts[at]
                following: list[_Node] = []
                for node in open_nodes:
                    step = node.words.get(text)
                    if step is not None:
                        following.append(step)
                    if node.prefixes:
                        prefixes = node.prefixes
                        for length in range(_SHORTEST_STEM, min(len(text), _LONGEST_STEM) + 1):
                            step = prefixes.get(text[:length])
                            if step is not None:
                                following.append(step)
                    if node.suffixes:
                        suffixes = node.suffixes
                        for length in range(_SHORTEST_STEM, min(len(text), _LONGEST_STEM) + 1):
                            step = suffixes.get(text[-length:])
                            if step is not None:
                                following.append(step)
                at += 1
                for node in following:
                    for number, position in node.ends:
                        raw.append((number, position, start, at))
                open_nodes = following[:8]
        return self._join(raw)

    def _join(self, raw: list[tuple[int, int, int, int]]) -> list[Hit]:
        whole: dict[tuple[str, int], Hit] = {}

        def keep(number: int, start: int, end: int) -> None:
            cue, pattern, _ = self._patterns[number]
            known = whole.get((cue, start))
            if known is None or known.end < end:
                whole[cue, start] = Hit(cue, start, end, pattern)

        parts: dict[int, list[tuple[int, int, int]]] = {}
        for number, position, start, end in raw:
            if self._patterns[number][2] == 1:
                keep(number, start, end)
            else:
                parts.setdefault(number, []).append((position, start, end))
        for number, found in parts.items():
            last = self._patterns[number][2] - 1
            reached = {(position, end): start for position, start, end in found if position == 0}
            for wanted in range(1, last + 1):
                for position, start, end in found:
                    if position != wanted:
                        continue
                    for back in range(GAP + 1):
                        begun = reached.get((wanted - 1, start - back))
                        if begun is not None:
                            reached[wanted, end] = begun
                            break
            for (position, end), begun in reached.items():
                if position == last:
                    keep(number, begun, end)
        return sorted(whole.values(), key=lambda hit: (hit.start, hit.end, hit.cue))


def read(text: str, where: str) -> tuple[str, dict[str, list[str]]]:
    """Read a lexicon file: its language and cues.

    Raises:
        ConfigError: the file is not TOML, or not of the documented form.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}") from None
    lang, cues = data.get("lang"), data.get("cues", {})
    if not isinstance(lang, str) or not isinstance(cues, dict):
        raise ConfigError(f'{where}: a lexicon needs lang = "…" and a table [cues]; see docs/actions.md')
    for cue, patterns in cues.items():
        if not isinstance(patterns, list) or not all(isinstance(p, str) and _pieces(p) for p in patterns):
            raise ConfigError(f"{where}: cue {cue}: patterns are a list of texts that are not empty")
    return lang, cues


@cache
def shipped(lang: str) -> dict[str, list[str]]:
    """Return the cues of a shipped language, empty for one we have no file for."""
    file = resources.files("watchlist.actions") / "lexicon" / f"{lang}.toml"
    if not file.is_file():
        return {}
    return read(file.read_text(encoding="utf-8"), f"{lang}.toml")[1]


@cache
def lexicon(lang: str) -> Lexicon:
    """Return the compiled shipped lexicon of a language."""
    return Lexicon(shipped(lang))
