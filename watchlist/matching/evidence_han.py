"""Evidence in scripts without spaces: does a longer word swallow the mention, and what stands beside it?"""

import re
from collections.abc import Iterator

from watchlist.matching.evidence import Evidence, weigh
from watchlist.matching.lexicon import chinese_words, han_words_of_class, words_of_class
from watchlist.matching.nature import NameNature
from watchlist.text.fold import fold
from watchlist.text.later import later

_HAN = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
_HANGUL = later(r"[\uac00-\ud7a3]")
_REACH = 12
#: The log10 share of words that a watched name is taken to have, by its length: it is in the news, after all.
_NAME_SHARE = {1: -5.0, 2: -4.4, 3: -4.4}
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


def han_evidence(
    text: str, start: int, end: int, nature: NameNature, lang: str, *, watched_near: bool
) -> Iterator[Evidence]:
    """Yield what the characters around ``text[start:end]`` say."""
    name = fold(text[start:end]).text
    left = fold(text[max(0, start - _REACH) : start]).text
    right = fold(text[end : end + _REACH]).text
    if _HAN.fullmatch(name):
        word, share = _conflict(left, name, right)
        if word and not (word.startswith(name) and word[len(name) :] in words_of_class("same_tail")):
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
    if watched_near:
        yield weigh("listed_with_watched", "listed beside another watched name")
    if left[-1:] and right[:1] and left[-1:] in '「『《“"' and right[:1] in '」』》”"':
        yield weigh("quoted", "set in quotation marks, like a name")
    if nature.ambiguous:
        if any(word in left + right for word in han_words_of_class("thing", lang)):
            yield weigh("thing_near", "words of nature, food or daily life stand beside it")
        around = fold(text[max(0, start - 60) : end + 60]).text
        hits = sum(word in around for word in han_words_of_class("business", lang))
        if hits:
            yield weigh("business_sentence", "the passage speaks of business", min(hits, 3) / 3)


def _conflict(left: str, name: str, right: str) -> tuple[str, float]:
    """Return the words that better explain the characters than the name does, and how much better (0 to 1).

    The stretch is cut into words in the likeliest way twice: with the name as a word, and with the dictionary
    alone. 对华为 is 对 + 华为 rather than 对华 + 为, but 高通胀 is 高 + 通胀.
    """
    window = left[-3:] + name + right[:3]
    begin = len(left[-3:])
    stop = begin + len(name)
    with_name = _cut(window[:begin])[0] + _NAME_SHARE.get(len(name), -4.0) + _cut(window[stop:])[0]
    alone, words = _cut(window)
    at = 0
    crossing = ""
    for word in words:
        end = at + len(word)
        if (at < begin < end) or (at < stop < end) or (at <= begin and end >= stop and len(word) > len(name)):
            crossing = word
        at = end
    if not crossing:
        return "", 0.0
    return crossing, max(0.0, min(1.0, alone - with_name + 0.7))


def _cut(text: str) -> tuple[float, list[str]]:
    """Return the likeliest way to cut a stretch into dictionary words, and its log10 probability."""
    known = chinese_words()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        best.append(
            max(
                (
                    best[end - length][0]
                    + known.get(text[end - length : end], -7.5 if length == 1 else -99.0),
                    length,
                )
                for length in range(1, min(4, end) + 1)
            )
        )
    words: list[str] = []
    end = len(text)
    while end:
        words.append(text[end - best[end][1] : end])
        end -= best[end][1]
    return best[len(text)][0], words[::-1]
