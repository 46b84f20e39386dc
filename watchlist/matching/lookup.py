"""Finding stored documents again by a name: the words a document is indexed by, and those a name asks for.

What is asked for errs towards too much: every mention that the matcher would find in a document, misspelt names
apart, is found here by one of the name's queries; what does not hold is left out when the document is read anew.

Chinese and Japanese have no spaces, and single characters are everywhere: their characters are indexed in pairs
(``在华为`` as ``在华``, ``华为``, ``为``), so that 华为 is one rare word and not two common ones.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watchlist.matching.surfaces import surfaces
from watchlist.model import Entry
from watchlist.text.inflection import Latin, base, bases, inflects, latin_base, latin_inflection
from watchlist.text.tokens import HAN, HIRAGANA, Token, tokens

LONGEST = 64
"""Longer words are indexed, and asked for, by their beginning."""
_ALONE = re.compile(f"[{HAN}{HIRAGANA}]")
_HYPHEN = re.compile(r"[-\u2010-\u2013\u00ad]\s{0,80}")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u00ad")
_LONGEST_CHAIN = 4


class Words(NamedTuple):
    """What a document is indexed by: ``running`` in order, ``beside`` without order.

    ``beside`` are the words that only stand in the text after a change: without their endings and prefixes, or
    joined across a hyphen.
    """

    running: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One way in which a document may hold a name: its ``words`` one after the other, or (``anywhere``) all somewhere.

    ``begins``: the last word is only the beginning of one. ``changed`` words are looked for among those ``beside``
    only: in a text whose language inflects Latin names all its words are there, in English ones none.
    """

    words: tuple[str, ...]
    anywhere: bool = False
    begins: bool = False
    changed: bool = False


def words_of(*parts: str) -> Words:
    """Return the words that a document's parts (title, text) are indexed by. Linear in their length."""
    running: list[str] = []
    beside: set[str] = set()
    for part in parts:
        read = tokens(part)
        plain = [token.text for token in read]
        running += map(_cut, plain) if part.isascii() else _paired(plain)
        beside.update(_changed(read))
        beside.update(_joined(part, read))
    return Words(tuple(running), tuple(sorted(beside)))


def queries_of(entry: Entry) -> tuple[Query, ...]:
    """Return what the names, aliases and owners of an entry ask for; a document that answers none says nothing of it."""
    found: dict[Query, None] = {}
    for name in (entry.name, *entry.aliases, *(owner.name for owner in entry.owners)):
        for surface in surfaces(name):
            found[_phrase(surface.words)] = None
            found.update(dict.fromkeys(_inflected(surface.words)))
            if len(surface.words) == 1:
                found[Query((_cut(surface.words[0]),), anywhere=True, changed=True)] = None
    return tuple(found)


def _cut(word: str) -> str:
    return "and" if word == "&" else word[:LONGEST]


def _paired(words: Sequence[str]) -> Iterator[str]:
    """Yield words, each character that stands alone with the next one that does."""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        yield word + following if _is_alone(word) and _is_alone(following) else _cut(word)


def _is_alone(word: str) -> bool:
    return len(word) == 1 and _ALONE.match(word) is not None


def _phrase(words: tuple[str, ...]) -> Query:
    paired = tuple(_paired(words))
    if not _is_alone(words[-1]):
        return Query(paired)
    if len(words) > 1 and _is_alone(words[-2]):
        return Query(paired[:-1])  # its last character is in the pair before
    return Query(paired, begins=True)


def _inflected(words: tuple[str, ...]) -> Iterator[Query]:
    """Yield the queries for a name under the endings and prefixes of running text, as the matcher reads them."""
    if all(map(str.isascii, words)):
        for latin in (Latin.SLAVIC, Latin.GERMAN):
            cut = tuple(_cut(latin_base(word, latin)) for word in words)
            yield Query(cut, anywhere=True, changed=True)
    elif any(map(inflects, words)):
        for latin in Latin:
            cut = tuple(_cut(latin_base(base(word), latin)) for word in words if not _is_alone(word))
            yield Query(cut, anywhere=True)


def _changed(read: Sequence[Token]) -> Iterator[str]:
    """Yield what the words of a text may be without their endings and prefixes, with the words themselves."""
    words = {token.text for token in read}
    latin = latin_inflection(words)
    for word in words:
        if latin is not Latin.NOT or (not word.isascii() and inflects(word)):
            yield from map(_cut, bases(word, latin))


def _joined(text: str, read: Sequence[Token]) -> Iterator[str]:
    """Yield the words that hyphens link, written as one."""
    for at, token in enumerate(read):
        if text[token.end : token.end + 1] not in _HYPHENS:
            continue
        word = token.text
        for end in range(at + 1, min(at + _LONGEST_CHAIN, len(read))):
            if not _HYPHEN.fullmatch(text, read[end - 1].end, read[end].start):
                break
            word += read[end].text
            yield _cut(word)
