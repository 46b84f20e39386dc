"""Replay the recorded editions of SDN.CSV: every change found, none invented, checked against a plain text diff.

    python benchmarks/replay_sdn.py [--shared ../shared] [--last N]

The independent check knows nothing of our types: it compares the raw rows of each pair of editions by their first
column with the csv module. Added and removed uids must be the same; every uid whose raw row differs by more than
blanks must be reported as changed and the other way round.
"""

import argparse
import csv
import io
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from watchlist.errors import BadEdition
from watchlist.lists.difference import ListChangeKind, difference
from watchlist.lists.edition import Edition, accept, assemble, pack
from watchlist.lists.ofac_csv import OfacCsv
from watchlist.model import Request

ROOT = Path(__file__).resolve().parents[1]


def raw(data: bytes) -> dict[str, tuple[str, ...]]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    return {
        row[0].strip(): tuple(" ".join(c.replace("-0-", "").split()) for c in row[:12])
        for row in rows
        if len(row) > 1
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--last", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = args.shared / "data/ofac/sdn_csv_2021-08_2024-05.bundle"
        subprocess.run(["git", "clone", "-q", str(bundle), folder], check=True)
        log = subprocess.run(
            ["git", "-C", folder, "log", "--reverse", "--format=%H"],
            capture_output=True,
            text=True,
            check=True,
        )
        commits = log.stdout.split()[-args.last :]
        last: Edition | None = None
        before: dict[str, tuple[str, ...]] = {}
        seen: set[str] = set()
        total: Counter[str] = Counter()
        source, read, compared, slowest, wrong, editions = OfacCsv(), 0.0, 0.0, 0.0, 0, 0
        for commit in commits:
            listing = subprocess.run(
                ["git", "-C", folder, "ls-tree", "-r", "--name-only", commit],
                capture_output=True,
                text=True,
                check=True,
            )
            name = next((n for n in listing.stdout.split("\n") if n.lower().endswith("sdn.csv")), "")
            if not name:
                continue  # before the first edition
            data = subprocess.run(
                ["git", "-C", folder, "show", f"{commit}:{name}"], capture_output=True, check=True
            ).stdout
            started = time.process_time()
            try:
                edition = accept(
                    assemble("sdn", source.read(io.BytesIO(data), Request(commit[:7], role="names"))), last
                )
            except BadEdition as error:
                total["refused"] += 1
                print(f"refused: {error}")
                continue
            read += time.process_time() - started
            editions += 1
            after = raw(data)
            if last is not None:
                started = time.process_time()
                changes = difference(last, edition, seen - last.entities.keys())
                took = time.process_time() - started
                compared, slowest = compared + took, max(slowest, took)
                kinds = {kind: {c.id for c in changes if c.kind is kind} for kind in ListChangeKind}
                total.update({str(kind): len(ids) for kind, ids in kinds.items()})
                gone = kinds[ListChangeKind.REMOVED] | kinds[ListChangeKind.MERGED]
                come = kinds[ListChangeKind.ADDED] | kinds[ListChangeKind.RELISTED]
                heirs = {c.into for c in changes if c.into} & (after.keys() - before.keys())
                differ = {uid for uid in before.keys() & after.keys() if before[uid] != after[uid]}
                checks = (
                    gone == before.keys() - after.keys(),
                    come | heirs == after.keys() - before.keys(),
                    kinds[ListChangeKind.CHANGED] == differ,
                )
                if not all(checks):
                    wrong += 1
                    only = kinds[ListChangeKind.CHANGED] ^ differ
                    print(
                        commit[:7],
                        checks,
                        sorted(only)[:5],
                        [before.get(u) for u in sorted(only)[:1]],
                        [after.get(u) for u in sorted(only)[:1]],
                    )
            seen |= edition.entities.keys()
            last, before = edition, after
        assert last is not None
        print(
            f"{editions} editions read; changes {dict(total)}; pairs that differ from the independent check: {wrong}"
        )
        print(
            f"read {read / editions:.2f} s an edition, difference {compared / editions:.3f} s (slowest {slowest:.2f} s), snapshot {len(pack(last)) / 1e3:.0f} kB for {len(last)} entities"
        )


if __name__ == "__main__":
    main()
