"""Which language a text is in, as far as the cue lexicons care."""

import re

from watchlist.actions import small_words
from watchlist.model import Document

LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "ko", "ru", "zh")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = 0.4
"""What a word with a letter of one language counts, beside a small word of that language: it may be a name."""


def of(document: Document) -> str:
    """Return the language of a document: what its source says if we know it, else judged by script and words."""
    said = (document.lang or "").split("-")[0].lower()
    return said if said in LANGUAGES else guess(f"{document.title}\n{document.text[:3000]}")


def guess(text: str) -> str:
    """Judge the language of a text by its script, then by its most frequent small words; English if in doubt."""
    counts = {"kana": 0, "han": 0, "hangul": 0, "cyrillic": 0, "arabic": 0, "latin": 0}
    for character in text[:3000]:
        code = ord(character)
        if code < 0x250:
            counts["latin"] += character.isalpha()
        elif 0x400 <= code < 0x530:
            counts["cyrillic"] += 1
        elif 0x600 <= code < 0x700:
            counts["arabic"] += 1
        elif 0x3040 <= code < 0x3100:
            counts["kana"] += 1
        elif 0x3400 <= code < 0xA000:
            counts["han"] += 1
        elif 0xAC00 <= code < 0xD7B0:
            counts["hangul"] += 1
    asian = counts["kana"] + counts["han"] + counts["hangul"]
    if asian * 2 > max(counts["latin"], counts["cyrillic"], counts["arabic"]):
        if counts["hangul"] > counts["kana"] + counts["han"] // 2:
            return "ko"
        return "ja" if counts["kana"] * 8 > counts["han"] else "zh"
    if counts["cyrillic"] > counts["latin"]:
        return "ru"
    if counts["arabic"] > counts["latin"]:
        return "ar"
    return _by_small_words(text[:3000].lower())


def _by_small_words(text: str) -> str:
    shared, special = small_words.languages_of_word(), small_words.language_of_letter()
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for word in _WORD.findall(text):
        langs = shared.get(word, ())
        for lang in langs:
            scores[lang] += 1 / len(langs) ** 2
        if not langs:
            for lang in {special[letter] for letter in word if letter in special}:
                scores[lang] += _LETTER
    return max(scores, key=lambda lang: (scores[lang], lang == "en"))
