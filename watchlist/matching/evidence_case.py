"""Evidence from how the mention is written: capitals, the sentence's start, headings."""

import re
from collections.abc import Iterator

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.nature import NameNature, Nature
from watchlist.matching.surroundings import Look, Surroundings

_WORDS = re.compile(r"[^\W\d_]+")
_SINGLE = (
    Nature.ORDINARY,
    Nature.DEMONYM,
    Nature.LETTER,
    Nature.PERSONAL,
    Nature.DISTINCTIVE,
    Nature.ACRONYM,
)


def cased(text: str) -> bool:
    """Tell whether a text's letters have capitals (Han, kana, Hangul and Arabic have none)."""
    return text.lower() != text.upper()


def case_evidence(written: str, alias: str, nature: NameNature, near: Surroundings) -> Iterator[Evidence]:
    """Yield what the capitals of a mention say; ``alias`` is how the user writes the name."""
    if not cased(written) or not cased(alias):
        return
    kind = nature.nature
    same = written == alias or (
        written[:1].isupper() and written.lower() == written[:1].lower() + written[1:]
    )
    if written.islower() and not alias.islower():
        yield _small(kind, alias)
        return
    if _shouted(written, alias):
        if near.look is not Look.CAPITALS:
            code = "caps_unlike" if len(written) <= 6 and kind in _SINGLE else "caps_unlike_long"
            yield weigh(code, f"“{written}” in capitals, unlike “{alias}”", 1.0 if nature.ambiguous else 0.5)
        return
    if alias.isupper() and len(alias) > 1 and not written.isupper() and _differs(written, alias):
        yield weigh("acronym_small", f"“{written}” is not the acronym “{alias}”")
        return
    if kind is Nature.PLAIN_PHRASE:
        pairs = list(zip(_WORDS.findall(written), _WORDS.findall(alias), strict=False))
        if (
            all(word[0].isupper() or not like[0].isupper() for word, like in pairs)
            and written != written.lower()
        ):
            yield weigh("phrase_capitals", "written with capitals like a name")
        else:
            yield weigh("phrase_small", "not written with capitals like a name")
        return
    if not nature.ambiguous or not same:
        return
    if near.look is Look.CAPITALS:
        yield weigh("in_capitals_line", "stands in a line of capitals, which tell nothing")
    elif near.look is Look.HEADING:
        yield weigh("in_heading", "stands in a heading, where capitals tell little")
    elif near.opens_sentence:
        yield weigh("opens_sentence", "opens a sentence, where capitals tell little")
    else:
        code = "capital_inside" if kind is not Nature.LETTER else "letter_inside"
        yield weigh(code, "capitalised inside a sentence, like a name")


def _small(kind: Nature, alias: str) -> Evidence:
    code = {
        Nature.ORDINARY: "small_ordinary", Nature.DEMONYM: "small_ordinary", Nature.LETTER: "small_ordinary",
        Nature.PLAIN_PHRASE: "small_phrase", Nature.ACRONYM: "small_acronym", Nature.PERSONAL: "small_personal",
        Nature.PLACE: "small_personal",
    }.get(kind, "small_distinctive")  # fmt: skip
    if kind is Nature.ACRONYM and len(alias) > 3:
        code = "small_acronym_long"
    return weigh(
        code, "written small, like an ordinary word" if code != "small_distinctive" else "written small"
    )


def _shouted(written: str, alias: str) -> bool:
    """Tell whether the mention is all capitals and the alias is not (SNAP for Snap)."""
    letters = "".join(_WORDS.findall(written))
    return len(letters) > 1 and letters.isupper() and not "".join(_WORDS.findall(alias)).isupper()


def _differs(written: str, alias: str) -> bool:
    """Tell whether an acronym is written otherwise than by its capitals with an ending (КСИРа)."""
    return len(_WORDS.findall(alias)) == 1 and not written[: len(alias)].isupper()
