"""How long a person waits before a command begins: whole processes, medians, beside bare Python.

    python -m benchmarks.bench_startup [--runs 9] [--names 100000]

Prints a table: CPU and wall milliseconds, CPU time as a multiple of that of ``import typer``, and how many modules were
imported; then what is kept on disk of the long list. Commands are run in turn (one round after the other), so that a busy
machine is equally unfair to all; the multiples hold better on one than the milliseconds. Without a kept file the folder
is emptied before each run; the first round, which compiles Python's own files, is not counted.
"""

import argparse
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.articles import articles, names

ROOT = Path(__file__).parents[1]
TYPER, COLD = "import typer", "watchlist check (an article, many names, nothing kept)"
KEPT = "watchlist check (an article, many names, all kept)"


class Took(NamedTuple):
    """What one process took, in milliseconds."""

    cpu: float
    wall: float


def cases(folder: Path, count: int) -> dict[str, list[str]]:
    """Return what is measured: a label and the arguments of the interpreter."""
    few = folder / "few.csv"
    few.write_text("name,kind\nAlipay,app\nHuawei,company\n", encoding="utf-8")
    known = names(count)
    many = folder / "many.csv"
    with many.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["name"], *([name] for name in known)])
    article = folder / "article.txt"
    article.write_text(next(iter(articles(1, known, seed=3))), encoding="utf-8")
    plain = folder / "plain.txt"
    plain.write_text("The ministry met on Tuesday. Nobody we watch was there.\n" * 20, encoding="utf-8")
    named = folder / "named.txt"
    named.write_text(
        "President Trump signed an order that bans transactions with Alipay.\n", encoding="utf-8"
    )

    def check(text: Path, watched: Path) -> list[str]:
        return ["-m", "watchlist", "check", str(text), "-w", str(watched), "--json"]

    return {
        "python -c pass": ["-c", "pass"],
        TYPER: ["-c", "import typer"],
        "watchlist --version": ["-m", "watchlist", "--version"],
        "watchlist --help": ["-m", "watchlist", "--help"],
        "watchlist check (nobody named)": check(plain, few),
        "watchlist check (a name, an action)": check(named, few),
        COLD: check(article, many),
        KEPT: check(article, many),
        "watchlist list (opens the store)": ["-m", "watchlist", "list"],
    }


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of the processes: nothing of the user's is read or written."""
    return {
        "PYTHONPATH": str(ROOT),
        "WATCHLIST_DATA_DIR": str(folder / "data"),
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PATH": "/usr/bin:/bin",
    }


def once(arguments: list[str], folder: Path) -> Took:
    """Run one process."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment(folder), cwd=folder, capture_output=True, check=True
    )
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(cpu * 1000, (ended - started) * 1000)


def modules(arguments: list[str], folder: Path) -> int:
    """Return how many modules the process imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        env=environment(folder), cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr.count("import time:") - 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--names", type=int, default=100_000, help="how many names the long list has")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = cases(folder, asked.names)
        took: dict[str, list[Took]] = {label: [] for label in measured}
        for turn in range(asked.runs + 1):
            for label, arguments in measured.items():
                if label == COLD:
                    shutil.rmtree(folder / "cache", ignore_errors=True)
                used = once(arguments, folder)
                if turn:
                    took[label].append(used)
        typer = statistics.median(one.cpu for one in took[TYPER])
        print(f"| command | CPU ms | times {TYPER} | wall ms | modules |\n|---|---|---|---|---|")
        for label, arguments in measured.items():
            cpu, wall = (statistics.median(column) for column in zip(*took[label], strict=True))
            row = f"| {label} | {cpu:.0f} | {cpu / typer:.1f} | {wall:.0f} | {modules(arguments, folder)} |"
            print(row)
        print(
            f"medians of {asked.runs} runs; the long list has {asked.names:,} names; {os.cpu_count()} cores"
        )
        for file in sorted((folder / "cache").rglob("*.names")):
            print(f"kept on disk: {file.stat().st_size / asked.names:.1f} bytes a name")


if __name__ == "__main__":
    main()
