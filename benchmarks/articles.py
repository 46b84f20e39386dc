"""Invented names and articles, for measuring and for comparing engines: the same for the same seed, everywhere.

Articles are of about 5.6 KB: 90 % English, 6 % Chinese, 4 % Russian; words are drawn from the shipped tables as
often as their languages use them, with the punctuation of newspapers, and three watched names in each on average.
"""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from watchlist.matching.lexicon import chinese_words, common_words

SIZE = 5_600
"""The bytes of an article in UTF-8, about."""

_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "bri",
    "ca",
    "ce",
    "chi",
    "co",
    "cra",
    "da",
    "del",
    "di",
    "do",
    "dra",
    "e",
    "el",
    "en",
    "er",
    "fa",
    "fi",
    "flo",
    "ga",
    "ge",
    "go",
    "gra",
    "ha",
    "he",
    "hu",
    "in",
    "is",
    "ja",
    "jo",
    "ka",
    "ke",
    "ki",
    "kor",
    "la",
    "le",
    "li",
    "lo",
    "lu",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "nor",
    "o",
    "pa",
    "pe",
    "pi",
    "pra",
    "qua",
    "ra",
    "re",
    "ri",
    "ro",
    "ru",
    "sa",
    "se",
    "shi",
    "so",
    "sta",
    "su",
    "ta",
    "te",
    "ti",
    "to",
    "tra",
    "tu",
    "u",
    "va",
    "ve",
    "vi",
    "vo",
    "wa",
    "we",
    "xa",
    "ya",
    "yo",
    "za",
    "zen",
    "zi",
    "zo",
]
_GENERIC = [
    "Logistics",
    "Holdings",
    "Systems",
    "Technologies",
    "Energy",
    "Group",
    "Capital",
    "Partners",
    "Industries",
    "Networks",
    "Pharma",
    "Foods",
    "Semiconductor",
    "Shipping",
    "Mobile",
    "Media",
    "Bank",
    "Insurance",
    "Steel",
    "Motors",
    "Airlines",
    "Robotics",
    "Software",
    "Mining",
    "Trading",
]
_LEGAL = ("Inc.", "Ltd.", "Co., Ltd.", "GmbH", "S.A.", "Corp.", "LLC", "AG", "PLC")
_CHINESE = "华安博盛达恒金科联明诺鹏启瑞思泰天通维文新星兴讯亿宇远云泽展正智中众卓宝晨东方光海航宏佳凯蓝利龙"
_CHINESE_TAILS = ("科技", "集团", "控股", "银行", "电子", "能源", "航空", "物流", "有限公司", "股份有限公司")
_RUSSIAN = [
    "авто",
    "вест",
    "гео",
    "дельта",
    "евро",
    "зенит",
    "инвест",
    "кам",
    "лен",
    "маш",
    "нефте",
    "орион",
    "пром",
    "рос",
    "сиб",
    "тех",
    "урал",
    "флот",
    "хим",
    "энерго",
    "юг",
]
_RUSSIAN_TAILS = ("банк", "газ", "строй", "маш", "сервис", "торг", "транс", "холдинг")


def names(count: int, seed: int = 1) -> list[str]:
    """Return so many different names of companies that do not exist."""
    dice = random.Random(seed)
    ordinary = [word for word, zipf in common_words("en").items() if 35 <= zipf <= 52 and len(word) > 3]
    found: dict[str, None] = {}
    while len(found) < count:
        found[_name(dice, ordinary)] = None
    return list(found)


def _name(dice: random.Random, ordinary: list[str]) -> str:
    kind = dice.random()
    if kind < 0.06:
        solid = "".join(dice.choices(_CHINESE, k=dice.choice((2, 2, 3, 3))))
        return solid + dice.choice(_CHINESE_TAILS) if dice.random() < 0.8 else solid
    if kind < 0.10:
        return "".join(dice.choices(_RUSSIAN, k=2)).title() + dice.choice(_RUSSIAN_TAILS)
    if kind < 0.16:
        return " ".join(word.title() for word in dice.choices(ordinary, k=2)) + " " + dice.choice(_GENERIC)
    word = "".join(dice.choices(_SYLLABLES, k=dice.choice((3, 3, 4)))).title()
    if kind < 0.45:
        return word
    second = dice.choice(_GENERIC) if kind < 0.80 else "".join(dice.choices(_SYLLABLES, k=2)).title()
    legal = " " + dice.choice(_LEGAL) if dice.random() < 0.3 else ""
    return f"{word} {second}{legal}"


def articles(count: int, planted: list[str], seed: int = 2) -> Iterator[str]:
    """Yield so many articles, each with some of the names."""
    dice = random.Random(seed)
    latin = [name for name in planted if name.isascii()] or planted
    for _ in range(count):
        lang = dice.choices(("en", "zh", "ru"), (90, 6, 4))[0]
        others = [name for name in planted if not name.isascii()] if len(planted) < 200 else planted
        known = latin if lang == "en" else others or latin
        here = [dice.choice(known) for _ in range(min(9, int(dice.expovariate(1 / 3) + 0.5)))]
        yield _chinese(dice, here) if lang == "zh" else _spaced(dice, lang, here)


@cache
def _vocabulary(lang: str) -> tuple[list[str], list[float]]:
    if lang == "zh":
        known = chinese_words()
        return list(known), list(accumulate(10**share for share in known.values()))
    table = common_words(lang)
    return list(table), list(accumulate(10 ** (zipf / 10) for zipf in table.values()))


def _words(dice: random.Random, lang: str, count: int) -> list[str]:
    words, weights = _vocabulary(lang)
    return dice.choices(words, cum_weights=weights, k=count)


def _spaced(dice: random.Random, lang: str, here: list[str]) -> str:
    size = SIZE if lang == "en" else SIZE // 2
    curly = dice.random() < 0.85
    sentences: list[str] = []
    length = 0
    while length < size:
        words = _words(dice, lang, dice.randint(6, 30))
        if dice.random() < 0.3:
            words[dice.randrange(len(words))] += "’s" if curly else "'s"
        if dice.random() < 0.2:
            at = dice.randrange(len(words))
            words[at] += "-" + words[at - 1]
        if dice.random() < 0.4:
            words[dice.randrange(len(words))] += ","
        words[0] = words[0].capitalize()
        sentence = " ".join(words) + "."
        if dice.random() < 0.15:
            sentence = f"“{sentence}”" if curly else f'"{sentence}"'
        sentences.append(sentence)
        length += len(sentence) + 1
    for name in here:
        at = dice.randrange(len(sentences))
        head, _, tail = sentences[at].partition(" ")
        sentences[at] = f"{head} {name} {tail}"
    return "\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))


def _chinese(dice: random.Random, here: list[str]) -> str:
    sentences: list[str] = []
    length = 0
    while length < SIZE // 3:
        words = _words(dice, "zh", dice.randint(6, 24))
        words[len(words) // 2] += "，"
        sentences.append("".join(words) + "。")
        length += len(sentences[-1])
    for name in here:
        at = dice.randrange(len(sentences))
        cut = dice.randrange(len(sentences[at]))
        sentences[at] = sentences[at][:cut] + name + sentences[at][cut:]
    return "".join(sentence + "\n" * (at % 5 == 4) for at, sentence in enumerate(sentences))
