"""The fast engine against the plain one on invented articles, any number of them: every difference is a failure.

python tools/compare_engines.py --articles 20000 --names 3000
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.articles import articles, names
from tests.reference_matcher import ReferenceMatcher
from watchlist.matching.matcher import Matcher
from watchlist.model import Entry


def main() -> int:
    """Return 1 when the engines differ on an article."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--names", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    watched = names(options.names)
    entries = [Entry(name) for name in watched]
    fast, plain = Matcher.compile(entries), ReferenceMatcher.compile(entries)
    mentions = differ = 0
    for text in articles(options.articles, watched, seed=options.seed):
        found, expected = fast.find(text), plain.find(text)
        mentions += len(expected)
        if found != expected:
            differ += 1
            print(f"differs: {set(found) ^ set(expected)}", file=sys.stderr)
    print(
        f"{options.articles:,} articles, {options.names:,} names, {mentions:,} mentions: {differ} articles differ"
    )
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
