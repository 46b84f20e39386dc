"""The language of a text, as far as the judge needs it: told, or guessed from script and function words."""

import re
import tomllib
from collections import Counter
from functools import cache, lru_cache
from importlib import resources

from watchlist.text.later import later

_SAMPLE = 4000
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", later(r"[\uac00-\ud7a3]")),
    ("zh", later(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0620-\u064a]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_ANY_SCRIPT = re.compile("|".join(script.pattern for _, script in _SCRIPTS))


@cache
def _function_words() -> dict[str, frozenset[str]]:
    path = resources.files("watchlist.text") / "data" / "languages.toml"
    words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["function_words"]
    return {lang: frozenset(found.split()) for lang, found in words.items()}


def language_of(title: str, text: str, told: str | None = None) -> str:
    """Return an ISO 639-1 code (``en`` when nothing tells). A told language is believed."""
    if told:
        return told.lower().replace("_", "-").split("-")[0]
    return _guessed(text[:_SAMPLE] or title)


@lru_cache(maxsize=8)
def _guessed(sample: str) -> str:
    if not sample.isascii() and _ANY_SCRIPT.search(sample):
        letters = sum(map(str.isalpha, sample)) or 1
        for lang, script in _SCRIPTS:
            share = len(script.findall(sample)) / letters
            if share > (0.1 if lang == "ja" else 0.3):
                return lang
    times = Counter(_WORD.findall(sample.lower()))
    counts = {
        lang: sum(times[word] for word in known.intersection(times))
        for lang, known in _function_words().items()
    }
    best = max(counts, key=lambda lang: counts[lang])
    return best if counts[best] else "en"
