"""Evidence in scripts without spaces: does a longer word swallow the mention, and what stands beside it?"""

import re
from collections.abc import Iterator

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.lexicon import chinese_words, han_words_of_class
from watchlist.matching.nature import NameNature
from watchlist.text.fold import fold

_HAN = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_REACH = 12
#: What may follow a kana name without making it another name.
_KANA_TAILS = ("グループ", "ホールディングス", "ジャパン", "コーポレーション", "社")
_OTHER_TAILS = (
    "大学",
    "基金会",
    "财团",
    "医院",
    "街",
    "路",
    "杯",
    "音乐",
    "游戏",
    "报",
    "县",
    "市",
    "省",
    "山",
    "江",
    "湖",
)


def has_no_spaces(written: str) -> bool:
    """Tell whether a mention is in Han characters or kana."""
    return bool(_HAN.search(written) or _KANA.search(written))


def han_evidence(text: str, start: int, end: int, nature: NameNature, lang: str) -> Iterator[Evidence]:
    """Yield what the characters around ``text[start:end]`` say."""
    name = fold(text[start:end]).text
    left = fold(text[max(0, start - _REACH) : start]).text
    right = fold(text[end : end + _REACH]).text
    if _HAN.fullmatch(name):
        word, share = _conflict(left, name, right)
        if word:
            yield weigh("inside_word", f"may be part of another word: {word}", share)
    elif _KANA.fullmatch(name):
        if _KANA.match(left[-1:]):
            yield weigh("inside_word", "the katakana word begins earlier")
        elif _KANA.match(right) and not right.startswith(_KANA_TAILS):
            yield weigh("inside_word", "the katakana word goes on", 0.7)
    if right.startswith(_OTHER_TAILS):
        yield weigh("han_other_tail", f"the name goes on: …{right[:3]}")
    after = next((w for w in han_words_of_class("company_after", lang) if right.startswith(w)), None)
    if after:
        yield weigh("han_company_after", f"followed by {after}, as a company is")
    before = next((w for w in han_words_of_class("company_before", lang) if left.endswith(w)), None)
    if before and len(before) > 1:
        yield weigh("han_company_before", f"preceded by {before}, as a company is")
    if left[-1:] in '「『《“"' and right[:1] in '」』》”"':
        yield weigh("quoted", "set in quotation marks, like a name")
    if nature.ambiguous:
        around = fold(text[max(0, start - 60) : end + 60]).text
        hits = sum(word in around for word in han_words_of_class("business", lang))
        if hits:
            yield weigh("business_sentence", "the passage speaks of business", min(hits, 3) / 3)


def _conflict(left: str, name: str, right: str) -> tuple[str, float]:
    """Return a dictionary word that the name's edge cuts (or that holds it whole), and how much that says.

    One character of overlap on one side says little: 对华为 is 对 + 华为, though 对华 is a word.
    """
    words = chinese_words()
    window = left[-3:] + name + right[:3]
    begin = len(left[-3:])
    stop = begin + len(name)
    crossing: dict[str, tuple[str, int]] = {}
    for at in range(len(window)):
        for length in (4, 3, 2):
            word = window[at : at + length]
            end = at + length
            if len(word) < length or word not in words:
                continue
            if at <= begin and end >= stop and length > len(name):
                return word, 1.0
            if at < begin < end < stop and end - begin > crossing.get("left", ("", 0))[1]:
                crossing["left"] = word, end - begin
            if begin < at < stop < end and stop - at > crossing.get("right", ("", 0))[1]:
                crossing["right"] = word, stop - at
    if not crossing:
        return "", 0.0
    word, overlap = max(crossing.values(), key=lambda found: found[1])
    return word, 1.0 if overlap > 1 or len(crossing) > 1 else 0.15
