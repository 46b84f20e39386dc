"""The cue lexicon: what words speak of, per language, read from data files and the user's own.

A cue is a topic (``freeze``, ``entity_list``, ``delay`` …) with patterns of words. Matching walks a trie of tokens:
every token is looked at a bounded number of times, so time is linear in the text whatever the patterns are.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from watchlist.actions import tables
from watchlist.actions.language import LANGUAGES
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


class Hit(NamedTuple):
    """A cue found at tokens ``start`` to ``end`` (exclusive), by ``pattern`` (as written in the lexicon)."""

    cue: str
    start: int
    end: int
    pattern: str


class _Node:
    """A place in the trie: what may follow as whole word, beginning or ending, and the patterns that end here."""

    __slots__ = ("ends", "lengths", "pieces", "prefixes", "suffixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.prefixes: dict[str, _Node] = {}
        self.suffixes: dict[str, _Node] = {}
        self.lengths: tuple[int, ...] = ()
        """how long the beginnings and endings are, the shortest first"""
        self.ends: list[tuple[str, str]] = []
        """cues and patterns that are found here as a whole"""
        self.pieces: list[tuple[int, int]] = []
        """patterns of several pieces, by number, and which of their pieces ends here"""

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
            plain = stem.isascii() and stem.isalpha() and stem.islower()
            inner = [stem] if plain else words(stem)
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
        self._pieced: list[tuple[str, str, int]] = []
        """the patterns of several pieces: cue, pattern, and how many"""
        for cue, patterns in cues.items():
            for pattern in patterns:
                self._add(cue, pattern)

    def _add(self, cue: str, pattern: str) -> None:
        for letter in _SPELLINGS if _INNER_STAR.search(pattern) else ("",):
            self._add_spelled(cue, pattern, _pieces(_INNER_STAR.sub(letter, pattern)))

    def _add_spelled(self, cue: str, pattern: str, pieces: list[list[str]]) -> None:
        number = len(self._pieced)
        if len(pieces) > 1:
            self._pieced.append((cue, pattern, len(pieces)))
        for position, piece in enumerate(pieces):
            node = self._root
            for token in piece:
                starred = token.endswith("*") or token.startswith("*")
                node = node.stem(token) if starred else node.words.setdefault(token, _Node())
            if len(pieces) > 1:
                node.pieces.append((number, position))
            else:
                node.ends.append((cue, pattern))

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Return the cues in a sentence, by position; of one cue the longest at each place."""
        whole: dict[tuple[str, int], Hit] = {}
        parts: dict[int, list[tuple[int, int, int]]] = {}
        texts = [token.text for token in tokens]
        count = len(texts)
        for start, first in enumerate(texts):
            nodes = self._begun.get(first)
            if nodes is None:
                nodes = self._begin(first)
            at = start + 1
            while nodes:
                for node in nodes:
                    for cue, pattern in node.ends:
                        known = whole.get((cue, start))
                        if known is None or known.end < at:
                            whole[cue, start] = Hit(cue, start, at, pattern)
                    for number, position in node.pieces:
                        parts.setdefault(number, []).append((position, start, at))
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
        if parts:
            self._join(parts, whole)
        return sorted(whole.values(), key=attrgetter("start", "end", "cue"))

    def _begin(self, text: str) -> list[_Node]:
        """Return the places that a first word leads to; remembered, as texts repeat their words."""
        if len(self._begun) >= _MOST_KNOWN:
            self._begun = {}
        found = self._begun[text] = self._root.after(text)
        return found

    def _join(
        self, parts: Mapping[int, list[tuple[int, int, int]]], whole: dict[tuple[str, int], Hit]
    ) -> None:
        """Add the patterns whose pieces are all there, in order and near one another."""
        for number, found in parts.items():
            cue, pattern, pieces = self._pieced[number]
            last = pieces - 1
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
                    known = whole.get((cue, begun))
                    if known is None or known.end < end:
                        whole[cue, begun] = Hit(cue, begun, end, pattern)


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


def shipped(lang: str) -> dict[str, list[str]]:
    """Return the cues of a shipped language, empty for one we have no file for; not to be changed."""
    if lang not in LANGUAGES:
        return {}
    cues: dict[str, list[str]] = tables.shipped("lexicon", f"{lang}.toml")["cues"]
    return cues


@cache
def lexicon(lang: str, only: str = "") -> Lexicon:
    """Return the compiled shipped lexicon of a language, or of its cues that begin with ``only``."""
    return Lexicon({cue: patterns for cue, patterns in shipped(lang).items() if cue.startswith(only)})
