"""Documents a CPU second through matching and extraction, one core: 5 KB news texts against 10,000 watched names.

    python benchmarks/bench_actions.py [--documents 300] [--names 10000] [--hits 3]

The texts are made from the training corpora (tools/corpus) and filler, so that every document holds ``hits`` watched
names in sentences that speak of restrictions: the dear case. Prints both stages apart. Rules and model are loaded
before the clock starts; "again" is a second reading, when the weights of the words have been read.
"""

import argparse
import random
import time
from pathlib import Path

from watchlist.actions import corpus, model
from watchlist.actions.extract import Extractor
from watchlist.matching.matcher import Matcher
from watchlist.model import Document, Entry

FILLER = (
    "The committee met again on Thursday and heard from farmers, bankers and two former ministers about the state of "
    "the harbour. Prices rose a little in May, the statistics office said, while wages stood still. "
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--hits", type=int, default=3)
    args = parser.parse_args()
    random.seed(7)
    folder = Path(__file__).resolve().parents[1] / "tools" / "corpus"
    examples = [
        e
        for f in sorted(folder.glob("en_*.txt"))
        for e in corpus.parse(f.read_text("utf-8").splitlines(), f.stem)
    ]
    names = sorted({m.entry for e in examples for m in e.matches})
    entries = [Entry(n) for n in names] + [
        Entry(f"Quorvane {i:05d} Holdings") for i in range(args.names - len(names))
    ]
    documents = []
    for n in range(args.documents):
        parts = [e.document.text for e in random.sample(examples, args.hits)]
        while sum(map(len, parts)) < 5_000:
            parts.insert(random.randrange(len(parts) + 1), FILLER)
        documents.append(Document(str(n), "A day in the markets", "\n\n".join(parts)[:5_000], lang="en"))
    matcher, extractor = Matcher.compile(entries), Extractor.load(tuple(entries))
    model.shipped()
    extractor.extract(documents[0], matcher.match(documents[0]))
    started = time.process_time()
    matches = [matcher.match(d) for d in documents]
    middle = time.process_time()
    actions = sum(len(extractor.extract(d, m)) for d, m in zip(documents, matches, strict=True))
    ended = time.process_time()
    for document, match in zip(documents, matches, strict=True):
        extractor.extract(document, match)
    again = time.process_time() - ended
    matched = sum(len(m) for m in matches)
    print(f"{len(documents)} documents of 5 KB, {len(entries)} names: {matched} matches, {actions} actions")
    print(f"matching   {len(documents) / (middle - started):8.0f} documents a second")
    print(f"extraction {len(documents) / (ended - middle):8.0f} documents a second")
    print(f"again      {len(documents) / again:8.0f} documents a second")
    print(f"both       {len(documents) / (ended - started):8.0f} documents a second")


if __name__ == "__main__":
    main()
