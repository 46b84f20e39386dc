"""Evidence from the words around a mention: what companies and apps do and have, against persons and things."""

import re
from collections.abc import Iterator

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.lexicon import bases_of_class, places, words_of_class
from watchlist.matching.nature import NameNature, Nature
from watchlist.matching.surroundings import Surroundings
from watchlist.text.inflection import bases, inflects

_NEAR_GAP = re.compile(r"['’]?s?[ \u00a0-]?|[ \u00a0]?\(|,[ \u00a0]?|['’]s?[ \u00a0]")
_LISTED = re.compile(r"(?:,? (?:and|or|und|et|y|и|oraz|i) |, |[、和与及與])$")
_LIST_ON = re.compile(r"(?:,? (?:and|or|und|et|y|и|oraz|i) |, )(?=[A-Z\u0410-\u042f])|[、和与及與]|와 |과 ")
_ARTICLES = frozenset(["a", "an", "the", "this", "that", "these", "those", "any", "every", "each", "another"])
_SMALL_WORDS = frozenset(
    [
        "and",
        "or",
        "but",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "with",
        "by",
        "as",
        "that",
        "which",
        "who",
        "is",
        "was",
        "were",
        "are",
        "this",
    ]
)
_PLACE = re.compile(r",\s[A-Z][a-z.]{1,12}\b")


def neighbour_evidence(
    written: str, nature: NameNature, near: Surroundings, *, app: bool, watched_near: bool
) -> Iterator[Evidence]:
    """Yield what the neighbouring words say. ``watched_near``: the next item of its list is watched too."""
    capital = not written.islower()
    single = nature.nature not in (Nature.PHRASE, Nature.PLAIN_PHRASE)
    if near.possessive and capital:
        yield weigh("possessive", "has something: “’s”")
    if near.after and capital:
        yield from _after(nature, near)
    elif near.after and not nature.ambiguous and near.after[0].plain in words_of_class("company_after"):
        yield weigh("company_after", f"followed by “{near.after[0].word}”, as a company or an app is")
    if near.before:
        yield from _before(nature, near, single=single, capital=capital, app=app)
    if nature.nature is not Nature.PHRASE and near.left[-1:] == "«" and near.right[:1] == "»":
        yield weigh("quoted", "set in quotation marks, like a name")
    if not capital and (near.right[:1] == "-" and near.right[1:2].islower()):
        yield weigh("prefix", "the beginning of a compound word")
    if (
        nature.nature is Nature.LETTER
        and near.after
        and near.after[0].gap == " "
        and near.after[0].word.islower()
    ) and near.after[0].plain not in words_of_class("company_after") | words_of_class("verb_after"):
        yield weigh("letter_noun", f"“… {near.after[0].word}”, as after a placeholder")
    if nature.uncertain:
        if capital and watched_near:
            yield weigh("listed_with_watched", "listed beside another watched name")
        business = len(near.sentence & words_of_class("business"))
        if business and capital and nature.nature is not Nature.DEMONYM:
            yield weigh("business_sentence", "the sentence speaks of business", min(business, 3) / 3)
        if capital and single:
            yield from _place(nature, near)


def _place(nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    """Yield signs that a word means the place of that name."""
    before = near.before[0] if near.before and near.before[0].gap == " " else None
    if (
        _PLACE.match(near.right)
        and near.after
        and (near.after[0].plain in places() or (before and before.plain == "in"))
    ):
        yield weigh("place", f"a place: “…, {near.after[0].word}”")
        return
    if nature.nature is not Nature.PLACE:
        return
    if before and before.plain in ("in", "of", "near", "across", "throughout", "visiting"):
        yield weigh("place_before", f"“{before.word} …”, as before a place")
    neighbours = (*near.before[:2], *near.after[:2])
    if any(word.capital and word.plain in places() for word in neighbours):
        yield weigh("place_near", "another place stands beside it")


def _inflected_in(word: str, name: str) -> bool:
    """Tell whether a word is an inflected form of one of a class's words (компанией, Мессенджера)."""
    return inflects(word) and any(found in bases_of_class(name) for found in bases(word))


def _after(nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    first = near.after[0]
    second = near.after[1] if len(near.after) > 1 else None
    demonym = nature.nature is Nature.DEMONYM
    if not _NEAR_GAP.fullmatch(first.gap):
        return
    comma = "," in first.gap
    if first.plain in words_of_class("verb_after") and not comma and not near.possessive:
        yield weigh("verb_after", f"“… {first.word}”, as after a name")
    elif comma and first.plain in ("which", "who", "whose", "where", "owned", "maker", "owner", "parent"):
        yield weigh("verb_after", f"“…, {first.word}”, as after a name")
    elif first.plain in words_of_class("company_after") and not demonym and not (comma and first.capital):
        yield weigh("company_after", f"followed by “{first.word}”, as a company or an app is")
    elif (
        second is not None
        and second.plain in words_of_class("company_after")
        and second.gap == first.gap == " "
        and not demonym
        and first.plain not in words_of_class("other_tail")
    ):
        yield weigh("company_after_two", f"followed by “{first.word} {second.word}”")
    elif (
        not first.capital
        and first.gap == " "
        and not near.possessive
        and len(first.plain) > 4
        and first.plain.endswith("ed")
    ):
        yield weigh("verb_like_after", f"“… {first.word}”, like a verb after a name")


def _before(
    nature: NameNature, near: Surroundings, *, single: bool, capital: bool, app: bool
) -> Iterator[Evidence]:
    first = near.before[0]
    if first.gap not in (" ", "\u00a0", " “", ' "', " «", " ‘", " „", " @", "-", " (", "\u00a0«"):
        return
    if first.plain in words_of_class("common_before") and (nature.ambiguous and single):
        if capital and first.plain not in _ARTICLES:
            return
        if capital and first.plain == "the":
            yield _article(nature, near)
            return
        code = (
            "determiner"
            if not capital
            else "determiner_the"
            if first.plain == "the"
            else "determiner_capital"
        )
        yield weigh(code, f"“{first.word} …” as before an ordinary word")
        return
    second = near.before[1] if len(near.before) > 1 else None
    joined = f"{second.plain}_{first.plain}" if second else ""
    words = words_of_class("company_before")
    if first.plain in words or joined in words or _inflected_in(first.plain, "company_before"):
        if first.plain in ("on", "via", "using", "download") and not app:
            return
        if capital or not nature.ambiguous:
            yield weigh(
                "company_before",
                f"as before a company or an app: “{joined.replace('_', ' ') if joined in words else first.word}”",
            )


def _article(nature: NameNature, near: Surroundings) -> Evidence:
    """Weigh “the” before a capitalised word: a company of one word takes none, unless a noun follows (the Target store)."""
    after = near.after[0] if near.after else None
    if nature.nature is Nature.DEMONYM:
        return weigh("determiner_capital", "“the …”, as before people", 1.5)
    if (
        after is None
        or after.gap != " "
        or after.plain in words_of_class("verb_after")
        or after.plain in _SMALL_WORDS
    ):
        return weigh("determiner_the_alone", "“the …” alone, as before a thing")
    return weigh("determiner_the", "“the …” as before an ordinary word")


def list_neighbours(left: str, right: str) -> tuple[bool, bool]:
    """Tell whether a mention follows, and precedes, another item of a list."""
    return bool(_LISTED.search(left)), bool(_LIST_ON.match(right))
