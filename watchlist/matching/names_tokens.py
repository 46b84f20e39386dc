"""Tokens of a name and the part each plays: legal form, brand, line of business, place, number, initial.

The lexicons are data files beside this module, with their provenance.
"""

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from watchlist.matching.names_normalise import Script, Word, romanise, syllable, words


class Part(StrEnum):
    """The part a token plays in a name."""

    CORE = "name"
    GENERIC = "generic word"
    BUSINESS = "line of business"
    NATURE = "trade"
    BODY = "kind of body"
    COUNTRY = "country"
    CITY = "place"
    NUMBER = "number"
    INITIAL = "initial"
    LEGAL = "legal form"
    TITLE = "title"
    PARTICLE = "particle"
    STOP = "small word"


@dataclass(frozen=True, slots=True)
class Sense:
    """What the lexicon knows of a word: its part and concept (words of one concept are the same word)."""

    part: Part
    concept: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lexicon entries by the Latin form of their words, and unspaced ones by their characters."""

    phrases: dict[tuple[str, ...], Sense]
    legal: dict[tuple[str, ...], Sense]
    unspaced: dict[str, Sense]
    unspaced_legal: dict[str, Sense]
    titles: frozenset[str]
    particles: frozenset[str]
    given: dict[str, frozenset[int]]
    longest_unspaced: int


_PARTS = {
    "generic": Part.GENERIC,
    "business": Part.BUSINESS,
    "nature": Part.NATURE,
    "body": Part.BODY,
    "country": Part.COUNTRY,
    "city": Part.CITY,
    "number": Part.NUMBER,
    "stop": Part.STOP,
}
_LONGEST_PHRASE = 7
_FINAL_ONLY = frozenset("厂局署党军部省")  # single characters that are a word only at the end of a run


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Load the lexicons that ship with the package."""
    phrases: dict[tuple[str, ...], Sense] = {}
    unspaced: dict[str, Sense] = {}
    titles: set[str] = set()
    particles: set[str] = set()
    for table, concepts in [*_table("name_words.toml").items(), *_table("name_places.toml").items()]:
        for concept, forms in concepts.items():
            for form in forms:
                split = words(form)
                latin = tuple(word.latin for word in split)
                if table in ("title", "particle"):
                    (titles if table == "title" else particles).add(latin[0])
                    continue
                sense = Sense(_PARTS[table], concept)
                if len(split) == 1 and split[0].script in (Script.HAN, Script.KANA):
                    if len(split[0].text) > 1 or split[0].text in _FINAL_ONLY or sense.part is Part.NUMBER:
                        unspaced.setdefault(split[0].text, sense)
                elif split:
                    phrases.setdefault(latin, sense)
                    if len(split) == 1 and split[0].script is Script.HANGUL and len(split[0].text) > 1:
                        unspaced.setdefault(split[0].text, sense)
    legal, unspaced_legal = _legal_forms()
    given: dict[str, set[int]] = {}
    for number, line in enumerate(_table("given_names.toml")["names"]):
        for form in line.split():
            given.setdefault(form, set()).add(number)
    longest = max(map(len, [*unspaced, *unspaced_legal]))
    frozen = {form: frozenset(numbers) for form, numbers in given.items()}
    return Lexicon(
        phrases, legal, unspaced, unspaced_legal, frozenset(titles), frozenset(particles), frozen, longest
    )


def _table(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("watchlist.matching") / "data" / name).read_text(encoding="utf-8"))


def _legal_forms() -> tuple[dict[tuple[str, ...], Sense], dict[str, Sense]]:
    legal: dict[tuple[str, ...], Sense] = {}
    unspaced: dict[str, Sense] = {}
    for form in _table("legal_forms.toml")["form"]:
        assert isinstance(form, dict)
        sense = Sense(Part.LEGAL, form["kind"])
        for written in form.get("forms", ()):
            latin = tuple(word.latin for word in words(written))
            if latin:
                legal.setdefault(latin, sense)
        for written in form.get("unspaced", ()):
            for word in words(written):
                unspaced.setdefault(word.text, sense)
    return legal, unspaced


@dataclass(frozen=True, slots=True)
class Token:
    """One word (or unspaced stretch) of a name with its part; ``place`` counts words from 0."""

    text: str
    latin: str
    script: Script
    part: Part
    concept: str | None
    place: int
    written: str
    bracketed: bool = False
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart. ``tokens`` are in the order written; ``compact`` is all but the legal form, joined.

    ``common`` tells that no word is the bearer's own (Bank of China, Management Company): then common words are
    all there is, and each counts.
    """

    written: str
    tokens: tuple[Token, ...]
    compact: str
    legal: frozenset[str]
    organisation: bool
    common: bool

    @property
    def core(self) -> tuple[Token, ...]:
        """Return the tokens that make the name this name."""
        return tuple(token for token in self.tokens if token.part is Part.CORE)


MOST_TOKENS = 40
"""Tokens of a name that are compared; longer ones are cut there."""


def parse(name: str) -> Name:
    """Take a name apart. Never fails; a name without letters or digits has no tokens."""
    split = words(name)
    known = lexicon()
    tokens: list[Token] = []
    at = 0
    while at < len(split) and len(tokens) < MOST_TOKENS:
        word = split[at]
        if word.script in (Script.HAN, Script.KANA, Script.HANGUL):
            tokens.extend(_unspaced(word, at, known))
            at += 1
            continue
        taken, sense = _phrase(split, at, known)
        tokens.append(_token(split[at : at + taken], at, sense))
        at += taken
    organisation = _is_organisation(tokens) or "&" in name
    tokens = _settle(tokens, known, organisation)
    common = not any(t.part is Part.CORE for t in tokens)
    if common:
        tokens = _promote(tokens)
    compact = "".join(t.latin for t in tokens if t.part not in (Part.LEGAL, Part.STOP))
    legal = frozenset(t.concept for t in tokens if t.part is Part.LEGAL and t.concept)
    return Name(name, tuple(tokens), compact or "".join(t.latin for t in tokens), legal, organisation, common)


def _is_organisation(tokens: list[Token]) -> bool:
    """Tell whether a word of the name belongs to companies and bodies rather than to persons."""
    return any(t.part in _ORGANISATIONAL for t in tokens) or any(
        t.part is Part.NUMBER and any(c.isdigit() for c in t.text) for t in tokens
    )


_ORGANISATIONAL = frozenset(
    {Part.LEGAL, Part.GENERIC, Part.BUSINESS, Part.NATURE, Part.BODY, Part.COUNTRY, Part.CITY}
)


def _phrase(split: list[Word], at: int, known: Lexicon) -> tuple[int, Sense | None]:
    """Return how many words from ``at`` on are one lexicon entry, and its sense."""
    latin = tuple(word.latin for word in split[at : at + _LONGEST_PHRASE])
    for size in range(len(latin), 0, -1):
        piece = latin[:size]
        legal = known.legal.get(piece)
        if legal and _may_be_legal(split, at, size, known):
            return size, legal
        sense = known.phrases.get(piece)
        if sense and not (size == 1 and len(piece[0]) == 1):
            return size, sense
    return 1, _short_sense(split, at)


def _may_be_legal(split: list[Word], at: int, size: int, known: Lexicon) -> bool:
    """Legal forms stand at either end of a name (or before other forms, or in brackets)."""
    if at == 0:
        rest = len(split) - size
        return rest > 0 and (size > 1 or len(split[0].latin) > 1)
    rest_at = at + size
    while rest_at < len(split):
        for longer in range(min(_LONGEST_PHRASE, len(split) - rest_at), 0, -1):
            if tuple(word.latin for word in split[rest_at : rest_at + longer]) in known.legal:
                rest_at += longer
                break
        else:
            break
    if rest_at >= len(split):
        return True
    total = sum(len(word.latin) for word in split[at : at + size])
    return total > 5 or size > 2 or split[rest_at].bracketed != split[at].bracketed


def _short_sense(split: list[Word], at: int) -> Sense | None:
    word = split[at]
    if word.latin.isdigit():
        return Sense(Part.NUMBER, word.latin.lstrip("0") or "0")
    if len(word.latin) == 1:
        if word.latin in _ROMAN_ONES and word.upper and at > 1:
            return Sense(Part.NUMBER, _ROMAN_ONES[word.latin])
        return Sense(Part.INITIAL, word.latin)
    return None


_ROMAN_ONES = {"i": "1", "v": "5", "x": "10"}


def _token(pieces: list[Word], place: int, sense: Sense | None) -> Token:
    first = pieces[0]
    text = " ".join(word.text for word in pieces)
    latin = "".join(word.latin for word in pieces)
    written = " ".join(word.written for word in pieces)
    part, concept = (sense.part, sense.concept) if sense else (Part.CORE, None)
    if sense is None and any(c.isdigit() for c in latin) and sum(c.isalpha() for c in latin) < 3:
        part, concept = Part.NUMBER, latin
    return Token(text, latin, first.script, part, concept, place, written, first.bracketed, first.upper)


def _unspaced(word: Word, place: int, known: Lexicon) -> list[Token]:
    """Cut a run of Han, kana or Hangul: legal forms at the ends, then lexicon words, the rest is the name."""
    text = word.text
    before: list[tuple[str, Sense | None]] = []
    after: list[tuple[str, Sense | None]] = []
    for size in range(min(known.longest_unspaced, len(text) - 1), 0, -1):
        if text[:size] in known.unspaced_legal and size > 1:
            before.append((text[:size], known.unspaced_legal[text[:size]]))
            text = text[size:]
            break
    trimmed = True
    while trimmed and len(text) > 1:
        trimmed = False
        for size in range(min(known.longest_unspaced, len(text)), 1, -1):
            if text[-size:] in known.unspaced_legal:
                after.insert(0, (text[-size:], known.unspaced_legal[text[-size:]]))
                text, trimmed = text[:-size], True
                break
    pieces: list[tuple[str, Sense | None]] = [*before, *_segment(text, known), *after]
    return [
        Token(
            piece,
            "".join(map(syllable, piece)) if word.script is Script.HAN else romanise(piece),
            word.script,
            sense.part if sense else Part.CORE,
            sense.concept if sense else None,
            place,
            piece,
            word.bracketed,
        )
        for piece, sense in pieces
    ]


def _segment(text: str, known: Lexicon) -> list[tuple[str, Sense | None]]:
    pieces: list[tuple[str, Sense | None]] = []
    loose = ""
    at = 0
    while at < len(text):
        for size in range(min(known.longest_unspaced, len(text) - at), 0, -1):
            sense = known.unspaced.get(text[at : at + size])
            if sense and (size > 1 or (at + size == len(text) and text[at] in _FINAL_ONLY and len(text) > 2)):
                if loose:
                    pieces.append((loose, None))
                    loose = ""
                pieces.append((text[at : at + size], sense))
                at += size
                break
        else:
            loose += text[at]
            at += 1
    if loose:
        pieces.append((loose, None))
    return pieces


def _settle(tokens: list[Token], known: Lexicon, organisation: bool) -> list[Token]:
    """Second look with the whole name in view: titles and particles in persons, names made of common words."""
    settled = []
    for token in tokens:
        part = token.part
        if not organisation and len(tokens) > 1:
            if token.latin in known.titles and part in (Part.CORE, Part.BODY, Part.STOP):
                part = Part.TITLE
            elif token.latin in known.particles and part in (Part.CORE, Part.STOP):
                part = Part.PARTICLE
        settled.append(_as(token, part))
    return settled


def _promote(tokens: list[Token]) -> list[Token]:
    """Let the common words of a name without a word of its own be its core, the most telling kind first."""
    for parts in (
        (Part.BUSINESS, Part.NATURE, Part.BODY, Part.COUNTRY, Part.CITY),
        (Part.GENERIC, Part.TITLE, Part.PARTICLE, Part.INITIAL),
        (Part.NUMBER, Part.STOP),
        tuple(Part),
    ):
        if any(t.part in parts for t in tokens):
            return [_as(t, Part.CORE) if t.part in parts else t for t in tokens]
    return tokens


def _as(token: Token, part: Part) -> Token:
    if part is token.part:
        return token
    return replace(token, part=part)
