"""The cue lexicon: what words speak of, per language, read from data files and the user's own.

A cue is a topic (``freeze``, ``entity_list``, ``delay`` …) with patterns of words. Matching walks a trie of tokens:
every token is looked at a bounded number of times, so time is linear in the text whatever the patterns are.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from watchlist.actions.tokens import Token, words
from watchlist.errors import ConfigError

GAP = 6
"""How many tokens ``..`` in a pattern may stand for."""

_SPELLINGS = ("s", "z", "c", "u", "")
"""What a ``*`` inside a word may stand for: "licen*e", "organi*ation", "labo*r"."""

_INNER_STAR = re.compile(r"(?<=\w)\*(?=\w)")

_MOST_KNOWN = 20_000
"""How many first words a lexicon remembers; then it begins anew."""

_MOST_OPEN = 8
"""How many places are followed at once."""

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
    """A place in the trie: what may follow as whole word, beginning or ending, and the patterns that end here."""

    __slots__ = ("ends", "lengths", "prefixes", "suffixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.prefixes: dict[str, _Node] = {}
        self.suffixes: dict[str, _Node] = {}
        self.lengths: tuple[int, ...] = ()
        """how long the beginnings and endings are, the shortest first"""
        self.ends: list[tuple[int, int]] = []

    def stem(self, token: str) -> "_Node":
        """Return the place behind a beginning ("licen*") or an ending ("*ing"), made if need be."""
        kind, text = (self.prefixes, token[:-1]) if token.endswith("*") else (self.suffixes, token[1:])
        if _SHORTEST_STEM <= len(text) <= _LONGEST_STEM:
            self.lengths = tuple(sorted({*self.lengths, len(text)}))
        return kind.setdefault(text, _Node())

    def after(self, text: str) -> "list[_Node]":
        """Return the places that a word leads to."""
        found = [self.words[text]] if text in self.words else []
        if self.lengths:
            lengths = [n for n in self.lengths if n <= len(text)]
            found += [self.prefixes[text[:n]] for n in lengths if text[:n] in self.prefixes]
            found += [self.suffixes[text[-n:]] for n in lengths if text[-n:] in self.suffixes]
        return found


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
        self._begun: dict[str, list[_Node]] = {}
        self._patterns: list[tuple[str, str, int]] = []
        for cue, patterns in cues.items():
            for pattern in patterns:
                self._add(cue, pattern)

    def _add(self, cue: str, pattern: str) -> None:
        for letter in _SPELLINGS if _INNER_STAR.search(pattern) else ("",):
            self._add_spelled(cue, pattern, _pieces(_INNER_STAR.sub(letter, pattern)))

    def _add_spelled(self, cue: str, pattern: str, pieces: list[list[str]]) -> None:
        number = len(self._patterns)
        self._patterns.append((cue, pattern, len(pieces)))
        for position, piece in enumerate(pieces):
            node = self._root
            for token in piece:
                starred = token.endswith("*") or token.startswith("*")
                node = node.stem(token) if starred else node.words.setdefault(token, _Node())
            node.ends.append((number, position))

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Return the cues in a sentence, by position; of one cue the longest at each place."""
        raw: list[tuple[int, int, int, int]] = []
        texts = [token.text for token in tokens]
        count = len(texts)
        for start, first in enumerate(texts):
            nodes = self._begun.get(first)
            if nodes is None:
                nodes = self._begin(first)
            at = start + 1
            while nodes:
                for node in nodes:
                    for number, position in node.ends:
                        raw.append((number, position, start, at))
                if at == count:
                    break
                text = texts[at]
                nodes = [
                    step
                    for node in nodes[:_MOST_OPEN]
                    if text in node.words or node.lengths
                    for step in node.after(text)
                ]
                at += 1
        return self._join(raw)

    def _begin(self, text: str) -> list[_Node]:
        """Return the places that a first word leads to; remembered, as texts repeat their words."""
        if len(self._begun) >= _MOST_KNOWN:
            self._begun = {}
        found = self._begun[text] = self._root.after(text)
        return found

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
            if len(found) <= last:
                continue  # not all pieces are there
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
