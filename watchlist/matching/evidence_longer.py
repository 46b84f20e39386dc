"""Evidence that a mention is part of a longer name: of another body, a person, a place, or of the same company.

The program sees this by itself: a capitalised sequence goes on to the left or right of the mention, by a space,
a hyphen, ``&`` or a connector. Words that end a name (a possessive, a comma, a small word) end the sequence.
"""

import re
from collections.abc import Iterator

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.lexicon import bases_of_class, given_names, words_of_class
from watchlist.matching.nature import NameNature, Nature, how_common
from watchlist.matching.surfaces import words_of
from watchlist.matching.surroundings import Look, Neighbour, Surroundings
from watchlist.text.inflection import bases

_LINK = re.compile(r"[ \u00a0]|[-‑]|[ \u00a0]&[ \u00a0]|\n")
_LEGAL = re.compile(
    r",?[ \u00a0](?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|LLC|L\.L\.C|LLP|PLC|plc|P\.L\.C|AG|GmbH|SE|S\.A|SA|N\.V|NV|B\.V|"
    r"S\.p\.A|SpA|A/S|ASA|AB|Oyj|OAO|PAO|PJSC|OJSC|JSC|ZAO|OOO|K\.K|Bhd|Tbk|Pty|Pte|ПАО|ОАО|ООО|АО)(?![\w])\.?"
)
#: Words that begin the names of many bodies: what stands before them makes another body.
_HEADS = frozenset(
    [
        "bank",
        "ministry",
        "congress",
        "university",
        "party",
        "commission",
        "council",
        "union",
        "court",
        "board",
        "church",
        "bureau",
        "department",
    ]
)
_CONNECTORS = frozenset(
    ["of", "for", "and", "&", "de", "du", "des", "la", "et", "y", "del", "und", "der", "van", "von"]
)
_GENERIC = (Nature.ORDINARY, Nature.PLACE, Nature.DEMONYM, Nature.LETTER, Nature.PERSONAL)


def longer_evidence(written: str, alias: str, nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    """Yield what the neighbouring capitalised words say about the name's extent."""
    owned = near.after[0] if near.possessive and near.after and nature.ambiguous else None
    if owned and owned.capital and owned.plain in words_of_class("other_tail"):
        yield weigh("other_tail", f"part of the name of something else: “… {owned.word}”", 0.6)
    if not written[:1].isupper() and not written[:1].isdigit():
        return
    if near.look is Look.CAPITALS:
        return
    if _LEGAL.match(near.right):
        yield weigh("legal_form", "followed by a legal form")
    elif (after := _right(near)) is not None:
        yield from _tail(after, nature, near)
    before = _left(near)
    if before is not None:
        yield from _head(before, alias, nature, near)


def _right(near: Surroundings) -> Neighbour | None:
    """Return the word by which the capitalised sequence goes on after the mention, if it does."""
    if near.possessive or not near.after:
        return None
    first = near.after[0]
    if first.gap in ("” ", '" ', "’ ") and first.plain in words_of_class("other_tail"):
        return first  # the “Delta” variant
    if first.gap == "\n" or not _LINK.fullmatch(first.gap):
        return None
    if first.word.isdigit() and len(first.word) == 4:
        return None  # a year
    if first.plain in ("of", "for") and len(near.after) > 1 and near.after[1].capital and first.gap == " ":
        return near.after[1]
    if first.capital:
        return first
    if first.plain in words_of_class("other_tail") and near.look is Look.RUNNING:
        return first
    return None


def _tail(after: Neighbour, nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    word = after.plain
    shown = f"“… {after.word}”"
    generic = nature.nature in _GENERIC
    if after is not near.after[0]:
        if nature.ambiguous:
            yield weigh("goes_on", f"the name goes on: “… of {after.word}”")
        return
    if "-" in after.gap and not after.capital:
        return
    if word in words_of_class("other_tail"):
        code = "other_tail_small" if not after.capital else "other_tail"
        yield weigh(
            code, f"part of the name of something else: {shown}", 1.0 if generic or after.capital else 0.4
        )
    elif word in words_of_class("same_tail"):
        yield weigh("same_tail", f"goes on like a company's name: {shown}")
    elif not after.capital or near.look is Look.HEADING:
        return
    elif word in words_of_class("separate_tail"):
        yield weigh("division_generic" if generic else "separate", f"a body that is named apart: {shown}")
    elif word in words_of_class("division_tail"):
        yield weigh(
            "division_generic" if generic else "division", f"may be a part that is named apart: {shown}"
        )
    elif word in words_of_class("company_after"):
        return
    elif (generic and not (near.opens_sentence and nature.nature is Nature.DEMONYM)) or generic:
        yield weigh("goes_on", f"the name goes on: {shown}")
    elif nature.nature is Nature.PLAIN_PHRASE:
        yield weigh("goes_on_phrase", f"the name goes on: {shown}")


def _left(near: Surroundings) -> Neighbour | None:
    """Return the capitalised word that leads into the mention, if there is one."""
    if not near.before:
        return None
    first = near.before[0]
    if first.gap == ". " and first.capital and first.plain in words_of_class("person_title"):
        return first
    if near.opens_sentence:
        return None
    if not _LINK.fullmatch(first.gap) or first.gap == "\n":
        return None
    if first.plain.endswith(("'s", "’s")) or first.word.isdigit():
        return None
    if first.plain in _CONNECTORS and len(near.before) > 1 and near.before[1].capital:
        second = near.before[1]
        if second.plain in words_of_class("other_tail") and first.plain in ("of", "de", "du", "des"):
            return second
        if first.plain == "and" and first.gap == " " and second.gap == " ":
            return None
    if not first.word[:1].isupper():
        return None
    if len(first.word) == 1 and first.word not in "AIQ":
        return first  # the L Line
    if first.plain in words_of_class("outside_before") and first.plain not in words_of_class("person_title"):
        return None
    return first


def _begins_sentence(near: Surroundings) -> bool:
    """Tell whether the word before the mention opens the sentence, so that its capital says little."""
    if len(near.before) < 2:
        return True
    return bool(re.search(r"[.!?:\n]", near.before[1].gap))


def _head(before: Neighbour, alias: str, nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    word = before.plain
    shown = f"“{before.word} …”"
    kind = nature.nature
    single = kind not in (Nature.PHRASE, Nature.PLAIN_PHRASE)
    hyphen = "-" in before.gap
    if near.look is Look.HEADING and kind is not Nature.DEMONYM and word not in given_names():
        if kind in _GENERIC and not hyphen:
            yield weigh("led_heading", f"may belong to a longer name: {shown}")
        return
    if single and word in words_of_class("person_title") and len(alias) > 2:
        yield weigh("person_title" if kind in _GENERIC else "person_distinctive", f"a person: {shown}")
    elif single and word in given_names() and not how_common(word, None) > 42:
        yield weigh("person_name" if kind in _GENERIC else "person_distinctive", f"a person's name: {shown}")
    elif (
        word in words_of_class("company_before")
        or any(found in bases_of_class("company_before") for found in bases(word))
    ) and kind is not Nature.PLAIN_PHRASE:
        yield weigh("company_before", f"company-like word before: {shown}")
    elif kind in _GENERIC and _begins_sentence(near) and how_common(word, None) > 34:
        yield weigh("led_opening", f"may belong to a longer name: {shown}")
    elif kind in _GENERIC:
        yield weigh("led_hyphen" if hyphen else "led", f"belongs to a longer name: {shown}")
    elif kind is Nature.PLAIN_PHRASE:
        code = "led_head" if words_of(alias)[0] in _HEADS else "led_phrase"
        yield weigh(code, f"may belong to a longer name: {shown}")
    elif word in words_of_class("other_tail") and near.before[0] is not before:
        yield weigh("other_head", f"part of the name of something else: {shown}")
