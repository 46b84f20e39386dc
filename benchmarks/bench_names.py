"""Name search among many names, beside its rivals, on one set of made-up names and changed queries.

    python benchmarks/bench_names.py [--names 1000000] [--queries 2000] [--rivals]

Names are made of invented brands and common company words with a natural skew; each query is one of them with a
change: a typo, two typos, a word lost, added or moved, another legal form, words joined, letters sounding alike.
Recall@20 is how often the changed name is among the 20 answers. Rivals need the extra ``bench``.
"""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from watchlist.matching.name_search import Effort, NameIndex, search_form

ONSETS = [
    "b",
    "bl",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gl",
    "gr",
    "h",
    "j",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "pr",
    "q",
    "r",
    "s",
    "sh",
    "sl",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "x",
    "y",
    "z",
    "zh",
]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou", "ua", "ia", "ao"]
CODAS = ["", "", "", "n", "ng", "r", "l", "s", "x", "m", "t", "k"]
COMMON = [
    "group",
    "international",
    "technology",
    "trading",
    "industries",
    "holdings",
    "shipping",
    "energy",
    "systems",
    "services",
    "global",
    "development",
    "engineering",
    "electronics",
    "construction",
    "logistics",
    "petroleum",
    "resources",
    "capital",
    "investment",
    "marine",
    "solutions",
    "import",
    "export",
    "general",
    "national",
    "united",
    "pacific",
    "golden",
    "star",
    "new",
    "first",
    "eastern",
    "western",
    "royal",
    "modern",
    "star",
    "sun",
    "river",
    "mountain",
    "power",
    "steel",
    "mining",
    "pharma",
    "chemical",
    "food",
    "textile",
    "aviation",
    "software",
    "data",
    "network",
    "security",
    "media",
]
PLACES = [
    "china",
    "hong",
    "kong",
    "shanghai",
    "moscow",
    "dubai",
    "tehran",
    "london",
    "delhi",
    "istanbul",
    "singapore",
    "germany",
    "iran",
    "russia",
    "syria",
    "asia",
]
FORMS = ["Ltd", "Co., Ltd.", "LLC", "Inc.", "GmbH", "S.A.", "JSC", "OOO", "Limited", "FZE", "Corp.", "", ""]


def brand(rng: random.Random) -> str:
    return "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
        for _ in range(rng.choice((2, 2, 2, 3, 3, 3)))
    )


def make_names(many: int, rng: random.Random) -> list[str]:
    brands = [brand(rng) for _ in range(max(1000, many // 2))]
    names = []
    for _ in range(many):
        parts = [brands[int(len(brands) * rng.random() ** 1.5)].title()]
        if rng.random() < 0.3:
            parts.append(brands[int(len(brands) * rng.random() ** 1.5)].title())
        parts += [
            COMMON[int(len(COMMON) * rng.random() ** 1.6)].title() for _ in range(rng.choice((0, 1, 1, 2, 2)))
        ]
        if rng.random() < 0.25:
            parts.insert(rng.choice((0, len(parts))), rng.choice(PLACES).title())
        parts.append(rng.choice(FORMS))
        names.append(" ".join(filter(None, parts)))
    return names


def typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return (
        rng.choice(
            (
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                swapped,
            )
        )
        or word
    )


def change(name: str, rng: random.Random) -> str:
    words = name.split()
    kind = rng.choice(
        ("typo", "typo", "two typos", "lost", "added", "moved", "form", "joined", "sound", "case")
    )
    at = max(range(len(words)), key=lambda i: len(words[i]) + rng.random() * 4)
    if kind in ("typo", "two typos"):
        for _ in range(1 + (kind == "two typos")):
            words[at] = typo(words[at], rng)
    elif kind == "lost" and len(words) > 2:
        usual = [i for i, word in enumerate(words) if word.lower() in (*COMMON, *PLACES) or word in FORMS]
        del words[rng.choice(usual or [0])]
    elif kind == "added":
        words.insert(rng.randrange(1, len(words) + 1), rng.choice(COMMON).title())
    elif kind == "moved":
        rng.shuffle(words)
    elif kind == "form":
        words = [*words[:-1], rng.choice(FORMS[:-2])] if len(words) > 1 else [*words, "Ltd"]
    elif kind == "joined" and len(words) > 2:
        words[:2] = ["".join(words[:2])]
    elif kind == "sound":
        for one, two in (
            ("ph", "f"),
            ("k", "c"),
            ("ou", "u"),
            ("ei", "ey"),
            ("x", "ks"),
            ("zh", "j"),
            ("ai", "ay"),
        ):
            if one in words[at]:
                words[at] = words[at].replace(one, two)
                break
    return " ".join(words).upper() if kind == "case" else " ".join(words)


def measure(
    title: str,
    search: Callable[[str], list[int]],
    queries: list[tuple[str, int]],
    names: list[str],
    note: str,
) -> None:
    started = time.process_time()
    found = [search(query) for query, _ in queries]
    seconds = time.process_time() - started
    hits = [
        any(names[p] == names[wanted] for p in answer)
        for answer, (_, wanted) in zip(found, queries, strict=True)
    ]
    print(
        f"| {title:44} | {len(queries) / seconds:9,.0f} | {statistics.mean(hits):8.4f} | {note} |", flush=True
    )


def memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--rivals", action="store_true")
    args = parser.parse_args()
    rng = random.Random(11)
    names = make_names(args.names, rng)
    queries = [(change(names[i], rng), i) for i in rng.sample(range(len(names)), args.queries)]
    before, started = memory(), time.process_time()
    index = NameIndex.build(names)
    built = time.process_time() - started
    print(
        f"{len(names):,} names, {len(queries):,} changed queries, one core; index built in {built:.1f} s, {memory() - before:,.0f} MB more resident"
    )
    print("| search | queries/s | recall@20 | note |\n|---|---|---|---|")
    for effort in (Effort(500, 100), Effort(), Effort(3000, 300), Effort(20_000, 1500)):
        measure(
            f"watchlist {effort.visited} visited, {effort.ranked} ranked",
            lambda q, e=effort: [c.position for c in index.search(q, 20, e)],
            queries,
            names,
            "",
        )
    if args.rivals:
        rivals(names, queries, index)


def rivals(names: list[str], queries: list[tuple[str, int]], index: NameIndex) -> None:
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import Indel
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    forms = [" ".join(search_form(name)) for name in names]
    few = queries[:60]

    def brute(query: str) -> list[int]:
        wanted = " ".join(search_form(query))
        scores = process.cdist([wanted], forms, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
        return [int(i) for i in np.argpartition(-scores, 20)[:20]]

    measure("rapidfuzz cdist, every name", brute, few, names, "sorted words, legal forms off, as ours")
    started = time.process_time()
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    matrix = vectors.fit_transform(forms).T.tocsr()
    built = time.process_time() - started
    batch = queries[:500]
    print(
        f"sparse_dot_topn: index built in {built:.0f} s; 500 queries in one batch, as it is fastest",
        flush=True,
    )
    for least in (0.0, 0.5, 0.6, 0.7):
        started = time.process_time()
        asked = csr_matrix(vectors.transform([" ".join(search_form(q)) for q, _ in batch]))
        best = sp_matmul_topn(asked, matrix, top_n=20, threshold=least, sort=True, n_threads=1)
        seconds = time.process_time() - started
        hits = [
            any(names[p] == names[wanted] for p in best.indices[best.indptr[i] : best.indptr[i + 1]])
            for i, (_, wanted) in enumerate(batch)
        ]
        its = statistics.mean(hits)
        print(
            f"| {f'sparse_dot_topn, 3-grams, least {least}':44} | {len(batch) / seconds:9,.0f} | {its:8.4f} | |"
        )
        at_its_recall(index, names, batch, its)


def at_its_recall(index: NameIndex, names: list[str], batch: list[tuple[str, int]], its: float) -> None:
    """Print our speed at the least effort that finds as many of the same queries as the rival did."""
    for visited in (100, 200, 500, 1000, 3000, 10_000, 30_000, 100_000):
        effort = Effort(visited, max(50, visited // 10))
        started = time.process_time()
        found = [index.search(query, 20, effort) for query, _ in batch]
        seconds = time.process_time() - started
        ours = statistics.mean(
            any(names[c.position] == names[wanted] for c in one)
            for one, (_, wanted) in zip(found, batch, strict=True)
        )
        if ours >= its:
            title = f"  watchlist at its recall, {visited:,} visited"
            print(f"| {title:44} | {len(batch) / seconds:9,.0f} | {ours:8.4f} | |", flush=True)
            return
    print("|   watchlist does not reach its recall | | | |", flush=True)


if __name__ == "__main__":
    main()
