"""Screening: whole lists against a watchlist, and what one edition changes, beside rapidfuzz brute force.

    python benchmarks/bench_screening.py [--entities 70000] [--names 200000] [--watched 10000] [--rival 200]

Names are made up as in bench_names.py: invented brands and common company words with a natural skew. An entity has
one to six names. A tenth of the watched names are listed ones, changed (a typo, a word lost, added or moved, another
legal form); recall is how many of these hit their entity. Brute force is ``rapidfuzz.process.extract`` with
``token_set_ratio`` over all listed names (the usual recipe) on so many of the watched names as ``--rival`` says, scaled up.
Times are processor seconds on one core.

``--nomenklatura PYTHON`` adds logic-v2 (``rival_nomenklatura.py``): it has no search of its own, so it is given the
candidates that our search finds for a sample, as many changed names as ``--rival`` says, and both judge the same pairs; the table says
how many. All of it takes three minutes of a core's time.
"""

import argparse
import json
import random
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from bench_names import change, make_names, memory
from rapidfuzz import fuzz, process, utils

from watchlist.index_files import IndexFolder
from watchlist.lists.canonical import entity
from watchlist.lists.difference import difference
from watchlist.lists.edition import Edition, assemble, pack, unpack
from watchlist.lists.screening import Asked, Screen, Watch
from watchlist.lists.weighing import TELLING, WORTH_WEIGHING
from watchlist.matching.name_search import NameIndex
from watchlist.matching.names import prepare, score, threshold
from watchlist.model import NameStrength


def make_edition(entities: int, names: list[str], rng: random.Random) -> Edition:
    """Share the names out among the entities: the first is the primary one, the others aliases."""
    bodies = []
    per = len(names) / entities
    at = 0
    for number in range(entities):
        many = max(1, min(6, round(rng.gauss(per, 1.2))))
        mine = names[at : at + many] or [names[number % len(names)]]
        at += many
        named = [
            (name, NameStrength.PRIMARY if not n else NameStrength.STRONG, None)
            for n, name in enumerate(mine)
        ]
        bodies.append(entity(str(number), "organization", named, programs=["X"], countries=["China"]))
    return assemble("bench", bodies)


def timed(title: str, work: "object") -> "object":
    """Run, print the processor seconds, return the result."""
    assert callable(work)
    started = time.process_time()
    result = work()
    print(f"| {title:58} | {time.process_time() - started:8.2f} s |", flush=True)
    return result


def against_logic_v2(
    python: str,
    listed: list[tuple[str, str]],
    chosen: list[tuple[str, str]],
    watched: list[tuple[Asked, str]],
    many: int,
) -> None:
    """Let logic-v2 and our comparison judge the same candidates of the first changed names, and print both."""
    index = NameIndex.build(name for _, name in listed)
    pairs, ids = [], []
    asked = [(one.name, id) for one, id in watched[: min(many, len(chosen))]]
    for name, id in asked:
        for candidate in index.search(name, 20):
            pairs.append((name, listed[candidate.position][1]))
            ids.append(listed[candidate.position][0] == id)
    given = "\n".join(map(json.dumps, pairs))
    rival = Path(__file__).with_name("rival_nomenklatura.py")
    ran = subprocess.run([python, rival], input=given, stdout=subprocess.PIPE, text=True, check=True)
    theirs = json.loads(ran.stdout)
    started = time.process_time()
    ours = [score(prepare(left), prepare(right)) for left, right in pairs]
    seconds = time.process_time() - started
    for title, took, scores, bound in (
        ("our comparison", seconds, ours, threshold()),
        ("our comparison", seconds, ours, TELLING),
        (theirs["algorithm"], theirs["seconds"], theirs["scores"], 0.7),
        (theirs["algorithm"], theirs["seconds"], theirs["scores"], 0.85),
    ):
        told = [at for at, value in enumerate(scores) if value >= bound]
        found = {pairs[at][0] for at in told if ids[at]}
        print(
            f"| {title + f', {len(pairs):,} candidates of {len(asked):,} changed names':58} | {took:8.2f} s | {took / len(pairs) * 1e6:,.0f} µs "
            f"a pair; at {bound:g}: {len(found) / len(asked):.3f} of the names found, {sum(not ids[at] for at in told):,} others told"
        )
    whole = theirs["seconds"] / len(asked) * len(watched)
    print(
        f"| {theirs['algorithm'] + ' over our candidates of all watched names (scaled)':58} | {whole:8.2f} s |"
    )


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=70_000)
    parser.add_argument("--names", type=int, default=200_000)
    parser.add_argument("--watched", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--rival", type=int, default=200)
    parser.add_argument("--nomenklatura", metavar="PYTHON")
    args = parser.parse_args()
    rng = random.Random(5)
    edition = make_edition(args.entities, make_names(args.names, rng), rng)
    listed = [(found.id, name.name) for found in edition.entities.values() for name in found.names]
    chosen = rng.sample(listed, args.watched // 10)
    others = make_names(args.watched - len(chosen), random.Random(6))
    watched = [(Asked(change(name, rng)), id) for id, name in chosen] + [(Asked(name), "") for name in others]
    print(f"{len(edition):,} entities, {len(listed):,} names; {len(watched):,} watched names")
    before = memory()
    print("| what | time |\n|---|---|")
    packed = timed("edition packed", lambda: pack(edition))
    timed("edition unpacked", lambda: unpack(packed))  # type: ignore[arg-type]
    screen = timed("lists filed for screening", lambda: Screen([edition]))
    assert isinstance(screen, Screen)
    found = timed(
        f"{len(watched):,} watched names against all", lambda: [screen.hits(asked) for asked, _ in watched]
    )
    assert isinstance(found, list)
    right = [
        any(hit.entity.id == id for hit in hits) for hits, (_, id) in zip(found, watched, strict=True) if id
    ]
    told = sum(hit.telling for hits in found for hit in hits)
    with tempfile.TemporaryDirectory() as folder:
        shelf = IndexFolder(Path(folder))
        timed(
            f"{len(watched):,} watched names filed, and kept",
            lambda: Watch((asked for asked, _ in watched), shelf=shelf),
        )
        some = rng.sample(list(edition.entities.values()), args.changes)

        def screened() -> None:
            watch = Watch((asked for asked, _ in watched), shelf=shelf)
            for one in some:
                watch.hits("bench", one, WORTH_WEIGHING)

        timed(f"{args.changes} changed entities against the kept watchlist", screened)
    one = Asked(listed[4711 % len(listed)][1])
    timed("one name looked up in all lists", lambda: Screen.for_asked([edition], [one]).hits(one))
    other = Edition("bench", "", dict(list(edition.entities.items())[50:]))
    timed("difference of two editions", lambda: difference(edition, other))
    timed("digest of an edition", lambda: edition.digest)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    names = [utils.default_process(name) for _, name in listed]
    started = time.process_time()
    hits = 0
    for asked, id in watched[: args.rival]:
        answers = process.extract(
            utils.default_process(asked.name), names, scorer=fuzz.token_set_ratio, score_cutoff=80, limit=20
        )
        hits += any(listed[at][0] == id for _, _, at in answers)
    brute = (time.process_time() - started) / args.rival * len(watched)
    print(f"| {'rapidfuzz token_set_ratio over all names (scaled)':58} | {brute:8.2f} s |")
    if args.nomenklatura:
        against_logic_v2(args.nomenklatura, listed, chosen, watched, args.rival)
    print(
        f"recall of changed names: {sum(right) / len(right):.3f}, rapidfuzz {hits / args.rival:.3f} (of the first {args.rival}); "
        f"{told:,} hits worth telling; {peak:,.0f} MB at the peak, {memory() - before:,.0f} MB more than the edition"
    )


if __name__ == "__main__":
    main()
