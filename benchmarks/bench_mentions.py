"""Finding names in articles: how long does it take beside other engines, and how does it grow with the names?

``python -m benchmarks.bench_mentions [--names 100 10000 100000] [--articles 200] [--picture docs/mentions.svg]``
reads fresh articles (``benchmarks/articles.py``) with every engine in turn, in one process, and prints the median CPU
time an article. All answer name, start and end in the text as given; the rivals lower the case and test for word
boundaries, no more; ``watchlist find`` also knows variants, inflection and Chinese words, and ``find and judge`` says
whether it is really them. Rivals come with the extra ``bench``; one that is not installed is left out and said so.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.articles import articles, names
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry

Engine = Callable[[str], object]
BATCH = 10
OURS, JUDGED = "watchlist find", "watchlist find and judge"
WARM = 60
"""So many articles every engine reads before it is timed: tables and caches that are filled once."""
UP_TO = {"spaCy PhraseMatcher": 100_000, "FlashText": 100_000}
"""spaCy tokenises every name at compile time, and a million names in FlashText take 2.7 GB."""


def flashtext(known: list[str]) -> Engine:
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    for name in known:
        processor.add_keyword(name, name)
    return lambda text: processor.extract_keywords(text, span_info=True)


def _bounded(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def pyahocorasick(known: list[str]) -> Engine:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for name in known:
        automaton.add_word(name.lower(), name)
    automaton.make_automaton()

    def find(text: str) -> object:
        low = text.lower()
        hits = ((name, end + 1 - len(name), end + 1) for end, name in automaton.iter(low))
        return [hit for hit in hits if _bounded(low, hit[1], hit[2])]

    return find


def ahocorasick_rs(known: list[str]) -> Engine:
    import ahocorasick_rs as rust

    automaton = rust.AhoCorasick([name.lower() for name in known])

    def find(text: str) -> object:
        low = text.lower()
        hits = automaton.find_matches_as_indexes(low, overlapping=True)
        return [(known[i], start, end) for i, start, end in hits if _bounded(low, start, end)]

    return find


def spacy_phrases(known: list[str]) -> Engine:
    import spacy
    from spacy.matcher import PhraseMatcher

    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("name", [language.make_doc(name) for name in known])

    def find(text: str) -> object:
        document = language.make_doc(text)
        return [(span.text, span.start_char, span.end_char) for span in matcher(document, as_spans=True)]

    return find


RIVALS: dict[str, Callable[[list[str]], Engine]] = {
    "ahocorasick_rs": ahocorasick_rs,
    "pyahocorasick": pyahocorasick,
    "FlashText": flashtext,
    "spaCy PhraseMatcher": spacy_phrases,
}


def engines(known: list[str]) -> tuple[dict[str, Engine], dict[str, float]]:
    """Compile every engine that is installed; return it, and the CPU seconds that it took."""
    built: dict[str, Engine] = {}
    took: dict[str, float] = {}
    started = time.process_time()
    matcher = Matcher.compile([Entry(name) for name in known], typos=False)
    took[OURS] = time.process_time() - started
    built[OURS] = matcher.find
    built[JUDGED] = lambda text: matcher.match(Document("a", "", text))
    for rival, build in RIVALS.items():
        if len(known) > UP_TO.get(rival, len(known)):
            continue
        started = time.process_time()
        try:
            built[rival] = build(known)
        except ImportError:
            print(f"{rival} is not installed (extra bench): left out", file=sys.stderr)
            continue
        took[rival] = time.process_time() - started
    return built, took


def measure(known: list[str], count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return microseconds an article, the median of batches, and seconds to compile, by engine."""
    built, took = engines(known)
    for text in articles(WARM, known, seed=5):
        for find in built.values():
            find(text)
    fresh = list(articles(count, known, seed=9))
    # what one engine keeps must not be searched for garbage while another one is timed
    gc.collect()
    gc.freeze()
    batches: dict[str, list[float]] = {engine: [] for engine in built}
    for at in range(0, count, BATCH):
        some = fresh[at : at + BATCH]
        for engine, find in built.items():
            started = time.process_time()
            for text in some:
                find(text)
            batches[engine].append((time.process_time() - started) / len(some) * 1e6)
    gc.unfreeze()
    return {engine: statistics.median(times) for engine, times in batches.items()}, took


def picture(times: dict[str, float], count: int) -> str:
    """Return bars on a logarithmic axis as SVG, readable on light and dark ground."""
    from math import log10

    shown = sorted(times.items(), key=lambda row: row[1])
    low, high = log10(shown[0][1]) - 0.5, log10(shown[-1][1])
    rows = []
    for at, (engine, value) in enumerate(shown):
        width = 20 + 380 * (log10(value) - low) / (high - low)
        colour = "#2f7ed8" if engine.startswith("watchlist") else "#8a8f98"
        y = 34 + at * 30
        rows.append(
            f'<text x="190" y="{y + 15}" text-anchor="end">{engine}</text>'
            f'<rect x="200" y="{y}" width="{width:.0f}" height="20" rx="3" fill="{colour}"/>'
            f'<text x="{206 + width:.0f}" y="{y + 15}">{value:,.0f} µs</text>'
        )
    height = 48 + 30 * len(shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {height}" font-family="sans-serif" font-size="13" '
        'fill="#6b7280"><title>CPU time an article</title>'
        f'<text x="10" y="20">CPU time an article of 5.6 KB, {count:,} names (logarithmic; shorter is better)</text>'
        + "".join(rows)
        + "</svg>\n"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--picture", type=Path)
    asked = parser.parse_args()
    tables = {}
    for count in asked.names:
        tables[count] = measure(names(count), asked.articles)
    some = list(tables[asked.names[0]][0])
    print("µs an article | " + " | ".join(f"{count:,} names" for count in asked.names))
    for engine in some:
        cells = [f"{t[engine]:,.0f}" if engine in t else "–" for t, _ in tables.values()]
        print(f"{engine} | " + " | ".join(cells))
    for engine in [OURS, *RIVALS]:
        cells = [f"{took[engine]:,.1f}" if engine in took else "–" for _, took in tables.values()]
        print(f"compile, s: {engine} | " + " | ".join(cells))
    last, _ = tables[asked.names[-1]]
    for engine, value in last.items():
        if engine not in (OURS, JUDGED):
            print(f"{engine} takes {value / last[OURS]:.1f} times as long at {asked.names[-1]:,} names")
    first, _ = tables[asked.names[0]]
    print(
        f"from {asked.names[0]:,} to {asked.names[-1]:,} names: {last[OURS] / first[OURS]:.2f} times as long"
    )
    if asked.picture:
        asked.picture.write_text(picture(last, asked.names[-1]), encoding="utf-8")


if __name__ == "__main__":
    main()
