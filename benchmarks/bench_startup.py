"""How long a person waits before a command begins: whole processes, medians, beside bare Python.

    python benchmarks/bench_startup.py [--runs 9]

Prints a table: wall milliseconds, and how many modules were imported. Commands are run in turn (one round after the
other), so that a busy machine is equally unfair to all.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def cases(folder: Path) -> dict[str, list[str]]:
    """Return what is measured: a label and the arguments of the interpreter."""
    names = folder / "names.csv"
    names.write_text("name,kind\nAlipay,app\nHuawei,company\n", encoding="utf-8")
    plain = folder / "plain.txt"
    plain.write_text("The ministry met on Tuesday. Nobody we watch was there.\n" * 20, encoding="utf-8")
    named = folder / "named.txt"
    named.write_text(
        "President Trump signed an order that bans transactions with Alipay.\n", encoding="utf-8"
    )
    watchlist = ["-m", "watchlist"]
    return {
        "python -c pass": ["-c", "pass"],
        "import typer": ["-c", "import typer"],
        "watchlist --version": [*watchlist, "--version"],
        "watchlist --help": [*watchlist, "--help"],
        "watchlist check (nobody named)": [*watchlist, "check", str(plain), "-w", str(names), "--json"],
        "watchlist check (a name, an action)": [*watchlist, "check", str(named), "-w", str(names), "--json"],
        "watchlist list (opens the store)": [*watchlist, "list"],
    }


def once(arguments: list[str], folder: Path) -> float:
    """Run one process; return its wall time in milliseconds."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "WATCHLIST_DATA_DIR": str(folder / "data"),
        "PATH": "/usr/bin:/bin",
    }
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, check=True)
    return (time.perf_counter() - started) * 1000


def modules(arguments: list[str], folder: Path) -> int:
    """Return how many modules the process imports."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "WATCHLIST_DATA_DIR": str(folder / "data"),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        env=environment, cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr.count("import time:") - 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = cases(folder)
        times: dict[str, list[float]] = {label: [] for label in measured}
        for _ in range(runs):
            for label, arguments in measured.items():
                times[label].append(once(arguments, folder))
        print(f"| command | median ms | least ms | modules |\n|---|---|---|---|  <!-- {runs} runs -->")
        for label, arguments in measured.items():
            row = times[label]
            print(
                f"| {label} | {statistics.median(row):.0f} | {min(row):.0f} | {modules(arguments, folder)} |"
            )


if __name__ == "__main__":
    main()
