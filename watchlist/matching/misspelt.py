"""Watched names that a text misspells or writes apart: Tencnet, Huawai, Hua Wei, Bite Dance.

Only long, distinctive words are looked for, only words with a capital are looked at, and only by one edit; a
word that means something by itself (an ordinary word, a person's name, a place, another watched name) is no
misspelling. What is found is for a person to decide: it never makes more than a ``possible`` (judge.py).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from watchlist.matching.forms import NameTable
from watchlist.matching.legal import without_legal_form
from watchlist.matching.lexicon import family_names, given_names, places
from watchlist.matching.name_rows import LONGEST_JOINED
from watchlist.matching.nature import how_common
from watchlist.matching.one_edit import CloseWords
from watchlist.matching.surfaces import Surface, surfaces, words_of
from watchlist.model import Document, Field, Mention
from watchlist.text.fold import fold
from watchlist.text.inflection import Latin, base, bases
from watchlist.text.language import language_of
from watchlist.text.tokens import Token, latinised, tokens

KIND = "fuzzy"
"""The kind of such mentions."""

_UPPER = "".join(c for c in map(chr, range(0x41, 0x590)) if c.isupper())
#: A word that begins with a capital, of any alphabet that has them.
_WORD = rf"[{_UPPER}](?<![^\W_].)[^\W\d_]*+(?![^\W_])"
_CAPITALISED = re.compile(_WORD)
#: Two of them in a row.
_PAIR = re.compile(rf"({_WORD})(?=(?:[ \u00a0]|-|[ \u00a0]?\n)({_WORD}))")
_LETTERS = re.compile(r"[a-z]+|[\u0430-\u045f\u0490-\u052f]+")
#: What may stand between two words of one name, or two halves of one word.
_GAP = re.compile(r"[ \u00a0]|-|[ \u00a0]?\n")
_NAME_GAP = re.compile(r"[ \u00a0]?\n?|[-'’&/]|\.,? ?|, ")
_SHORTEST = 6
_LONGEST = 40
#: Below so many letters the first letter must be right, and a word written apart too.
_LONG = 8
#: A word of more watched names than this distinguishes none of them.
_MOST_NAMES = 50
#: So many words are looked for in all names before these are filed by their words.
_FEW_SCANS = 50
#: So far to either side a name of several words is looked for.
_REACH = 120
#: Letters without which there is no text in a language whose Latin names take endings.
_MAY_INFLECT = re.compile("[\u0100-\u017fäöüß]")
_INFLECTING = {
    "pl": Latin.SLAVIC,
    "cs": Latin.SLAVIC,
    "sk": Latin.SLAVIC,
    "hr": Latin.SLAVIC,
    "de": Latin.GERMAN,
}


class Misspelling(NamedTuple):
    """A mention by a misspelt name; ``code`` and ``say`` are its evidence (``apart`` or ``misspelt``)."""

    mention: Mention
    code: str
    say: str


class MisspeltNames:
    """The words of a watchlist's names. Build once, share between threads, never mutate.

    Building takes little: all words are taken, and whether one tells, and of which names, is worked out when a text has
    one that is close to it.
    """

    def __init__(self, names: NameTable) -> None:
        self._names = names
        self._words = {*names.rows.text.split(), *names.rows.joined.split()}
        self._latin = CloseWords(self._words)
        self._scans = _FEW_SCANS
        self._near = lru_cache(maxsize=65_536)(self._close_to)
        self._numbers = lru_cache(maxsize=65_536)(self._named_by)
        self._joins = lru_cache(maxsize=65_536)(self._joined)

    @cached_property
    def _stems(self) -> CloseWords:
        """The words of other alphabets, without their endings; worked out when a text first has such words."""
        return CloseWords({_stem(word) for word in self._words if not word.isascii()})

    def _close(self, word: str) -> CloseWords:
        return self._latin if word.isascii() else self._stems

    def _known(self, word: str) -> bool:
        return word in self._close(word) and bool(self._numbers(word))

    def _names_with(self, word: str) -> Iterator[tuple[str, str]]:
        """Yield the entry and the name or alias of each name of which a word is telling."""
        yield from map(self._names.name, self._numbers(word))

    def _named_by(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the names of which a word is telling; none where it distinguishes none."""
        if word.isascii() and not _is_telling(word):
            return ()
        found: list[int] = []
        for at in self._rows_with(word):
            found += [at] * list(_telling_words(self._names.listed[at])).count(word)
            if len(found) > _MOST_NAMES:
                return ()
        return tuple(found)

    def _rows_with(self, word: str) -> Iterable[int]:
        """Return the rows that have a word, or more; they are filed by their words once this was asked many times."""
        if self._scans > 0:
            self._scans -= 1
            return sorted(set(self._names.rows.with_word(word, begun=not word.isascii())))
        return self._filed.get(word, ())

    @cached_property
    def _filed(self) -> Mapping[str, Sequence[int]]:
        filed: dict[str, list[int]] = {}
        joined = self._names.rows.joined.split("\n")
        for at, (row, solid) in enumerate(zip(self._names.rows.rows, joined, strict=True)):
            for word in dict.fromkeys((*row.split(" "), solid)):
                if _SHORTEST <= len(word) <= _LONGEST:
                    filed.setdefault(word if word.isascii() else _stem(word), []).append(at)
        return filed

    def find(self, document: Document, taken: Sequence[Mention] = ()) -> list[Misspelling]:
        """Return a document's misspelt names, in order, that overlap no mention in ``taken``.

        Never fails on any text; offsets index the field as given. The time grows with the text, hardly with the
        watchlist.
        """
        # asked for only where something is found
        lang = cache(partial(language_of, document.title, document.text, document.lang))
        found: list[Misspelling] = []
        for field in Field if self._words else ():
            of_field = list(self._in_field(document.part(field), field, lang))
            found += _apart_from([m for m in taken if m.field is field], of_field) if of_field else ()
        return found

    def _in_field(self, text: str, field: Field, lang: Callable[[], str]) -> Iterator[Misspelling]:
        latin = _INFLECTING.get(lang(), Latin.NOT) if _MAY_INFLECT.search(text) else Latin.NOT
        # most texts hold nothing that is close to a name: seen by the set of their words alone
        close = {
            word: right
            for word in set(_CAPITALISED.findall(text))
            if _SHORTEST - 1 <= len(word) <= _LONGEST
            and self._near(word, latin)
            and not _means_something(word, None)  # the text's language is worked out for what is left only
            and not _means_something(word, lang())
            and (right := self._corrections(word, latin))
        }
        joined = {pair: word for pair in set(_PAIR.findall(text)) if (word := self._joins(*pair))}
        if not close and not joined:
            return
        before: re.Match[str] | None = None
        for hit in _CAPITALISED.finditer(text):
            if hit[0] in close:
                yield from self._named(text, field, hit.start(), hit.end(), close[hit[0]])
            if joined and before is not None and (before[0], hit[0]) in joined:
                together = joined[before[0], hit[0]]
                if _GAP.fullmatch(text, before.end(), hit.start()):
                    yield from self._apart(text, field, before, hit, together, lang())
            before = hit

    def _close_to(self, written: str, latin: Latin) -> tuple[tuple[str, str], ...]:
        """Return the words that a written one may stand for, and how they differ."""
        plain = _plain(written)
        answers: dict[str, str] = {}
        for form in bases(plain, latin) if plain else ():
            if len(form) >= _SHORTEST - 1:
                for right, edit in self._close(form).close_to(form):
                    if len(right) >= _LONG or (form[0] == right[0] and _is_long(right)):
                        answers.setdefault(right, edit.value)
        return tuple(answers.items())

    def _corrections(self, written: str, latin: Latin) -> tuple[tuple[str, str], ...]:
        """Return the watched words that a written one may stand for, and how they differ."""
        answers = tuple(pair for pair in self._near(written, latin) if self._numbers(pair[0]))
        plain = _plain(written)
        if not answers or plain is None or any(map(self._known, (plain, *bases(plain, latin)))):
            return ()  # a watched word is no misspelling of another one
        return answers

    def _joined(self, first: str, second: str) -> tuple[tuple[str, str], ...]:
        """Return the watched words that two words make together, and how they differ."""
        left, right = _plain(first), _plain(second)
        if left is None or right is None or not _SHORTEST <= len(left + right) <= _LONGEST:
            return ()
        if self._known(left + right):
            return ((left + right, ""),)
        if len(left + right) < _LONG:
            return ()
        # one half at least is right
        return tuple(
            (word, edit)
            for word, edit in self._corrections(left + right, Latin.NOT)
            if (len(left) > 1 and word.startswith(left[:3])) or (len(right) > 1 and word.endswith(right[-3:]))
        )

    def _named(
        self, text: str, field: Field, start: int, end: int, close: Sequence[tuple[str, str]]
    ) -> Iterator[Misspelling]:
        """Yield the names that stand at a word if it is read as a close one."""
        around: tuple[int, list[Token], int] | None = None
        for right, say in close:
            for entry, alias in self._names_with(right):
                for surface in _surfaces(alias):
                    if surface.words == (right,) or tuple(map(_stem, surface.words)) == (right,):
                        span: tuple[int, int] | None = (start, end) if _stands_alone(surface) else None
                    elif len(surface.words) > 1:
                        around = around or _around(text, start, end)
                        span = _window(text, *around, surface.words, right)
                    else:
                        continue
                    if span is not None:
                        mention = Mention(entry, field, *span, text[span[0] : span[1]], alias, KIND)
                        yield Misspelling(mention, "misspelt", f"{say} “{alias}”")
                        break

    def _apart(
        self,
        text: str,
        field: Field,
        first: re.Match[str],
        second: re.Match[str],
        together: Sequence[tuple[str, str]],
        lang: str,
    ) -> Iterator[Misspelling]:
        """Yield the one-word names that two words make together, one edit forgiven in long ones."""
        left, right = _plain(first[0]) or "", _plain(second[0]) or ""
        ordinary = _is_ordinary(left, lang) and _is_ordinary(right, lang)
        start, end = first.start(), second.end()
        for word, edit in together:
            for entry, alias in self._names_with(word):
                if words_of(alias) != (word,):
                    continue
                # two ordinary words are two words, unless the name is made of them: Bite Dance, ByteDance
                if ordinary and not any(
                    len(form.words) == 2 and _half(form.words, (left, right)) for form in _surfaces(alias)
                ):
                    continue
                mention = Mention(entry, field, start, end, text[start:end], alias, KIND)
                said = f"written apart, {edit} “{alias}”" if edit else f"“{alias}” written apart"
                yield Misspelling(mention, "misspelt" if edit else "apart", said)


def _is_long(word: str) -> bool:
    """Tell whether a watched word, without its ending, is long enough to be looked for."""
    return len(word) >= (_SHORTEST if word.isascii() else _SHORTEST - 1)


def _half(name: tuple[str, ...], written: tuple[str, str]) -> bool:
    """Tell whether one word of two is right, and the other one is long enough for a slip."""
    return (name[0] == written[0] and len(name[1]) > 3) or (name[1] == written[1] and len(name[0]) > 3)


def _telling_words(alias: str) -> Iterator[str]:
    """Yield the long, distinctive words of a name, and the word that they make together; without endings."""
    words = words_of(alias)
    bare = without_legal_form(words)
    together = "".join(bare) if len(bare) == 2 else ""
    joined = (together,) if len(together) <= LONGEST_JOINED else ()
    for word in dict.fromkeys((*words, *joined)):
        alone = len(bare) == 1 and word in bare
        if _SHORTEST <= len(word) <= _LONGEST and _is_telling(word) and not (alone and _is_name(word)):
            yield _stem(word)


@lru_cache(maxsize=100_000)
def _is_telling(word: str) -> bool:
    return _LETTERS.fullmatch(word) is not None and not how_common(word, None)


def _stands_alone(surface: Surface) -> bool:
    """Tell whether a form of one word is no person's name and no place, which other words are close to."""
    return surface.kind == "joined" or not _is_name(surface.words[0])


@lru_cache(maxsize=4_096)
def _surfaces(alias: str) -> tuple[Surface, ...]:
    return tuple(surfaces(alias))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """Return a name's word as it is compared: a Cyrillic one without its ending, where enough is left."""
    cut = base(word)
    return cut if len(cut) >= _SHORTEST - 1 else word


@lru_cache(maxsize=100_000)
def _plain(written: str) -> str | None:
    """Return a word's letters, folded; None for other alphabets than Latin and Cyrillic."""
    plain = latinised(fold(written).text)
    return plain if _LETTERS.fullmatch(plain) else None


def _is_name(word: str) -> bool:
    return word in given_names() or word in family_names() or word in places()


def _is_ordinary(word: str, lang: str | None) -> bool:
    return how_common(word, lang) > 0


def _means_something(written: str, lang: str | None) -> bool:
    """Tell whether a word of the text is a word in its own right, not a slip of the pen."""
    word = _plain(written) or ""
    forms = {word, *bases(word, _INFLECTING.get(lang or "", Latin.NOT))}
    forms |= {form[:-1] for form in (word,) if form.endswith("s")}
    return any(_is_ordinary(form, lang) or _is_name(form) for form in forms)


def _around(text: str, start: int, end: int) -> tuple[int, list[Token], int]:
    """Return the tokens about a word: where they begin in the text, and which of them the word is (-1: none)."""
    low = max(0, start - _REACH)
    read = tokens(text[low : end + _REACH])
    return low, read, next((at for at, token in enumerate(read) if token.start == start - low), -1)


def _window(
    text: str, low: int, read: Sequence[Token], here: int, name: tuple[str, ...], right: str
) -> tuple[int, int] | None:
    """Return the span of a name of several words whose word ``right`` is written otherwise at ``here``."""
    for place, word in enumerate(name):
        first = here - place
        window = read[max(0, first) : first + len(name)]
        if _stem(word) != right or first < 0 or len(window) < len(name):
            continue
        if not all(at == place or _same(*pair) for at, pair in enumerate(zip(name, window, strict=True))):
            continue
        gaps = (text[low + left.end : low + after.start] for left, after in pairwise(window))
        if all(map(_NAME_GAP.fullmatch, gaps)):
            return low + window[0].start, low + window[-1].end
    return None


def _same(word: str, token: Token) -> bool:
    return word == ("&" if token.text == "and" else token.text) or _stem(word) in bases(token.text)


def _apart_from(taken: Sequence[Mention], found: list[Misspelling]) -> list[Misspelling]:
    """Drop what overlaps a mention by a right spelling, or a longer misspelling; one an entry and place."""
    spans = sorted({(mention.start, mention.end) for mention in taken})  # disjoint, as all that is kept
    kept: dict[tuple[int, int, str], Misspelling] = {}
    for one in sorted(found, key=lambda m: (m.mention.start - m.mention.end, m.mention.start)):
        span = one.mention.start, one.mention.end
        at = bisect_left(spans, span)
        if at < len(spans) and spans[at] == span:
            kept.setdefault((*span, one.mention.entry), one)
        elif (at == 0 or spans[at - 1][1] <= span[0]) and (at == len(spans) or span[1] <= spans[at][0]):
            spans.insert(at, span)
            kept[*span, one.mention.entry] = one
    return [kept[key] for key in sorted(kept)]
