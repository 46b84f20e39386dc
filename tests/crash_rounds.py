"""Run by the crash test in a process of its own: rounds that are killed with SIGKILL at given points, one by one.

``python crash_rounds.py URL POINT POINT …``: before each POINT-th statement or commit of a round the process that
does it kills itself. Prints a line a round: what the store held afterwards.
"""

import json
import os
import signal
import sys
from datetime import timedelta

from scripted import LONG, NOON, MarkAnalyst, NoFetcher, ScriptedSource, doc
from sqlalchemy import event
from sqlmodel import func, select

from watchlist.model import Entry
from watchlist.pipeline import refresh
from watchlist.store import entries
from watchlist.store.database import open_database
from watchlist.store.tables import FetchRow, FindingRow, ItemRow, ReportRow, RevisionRow, SourceRow


def the_round(url: str, number: int, kill_at: int | None) -> int:
    """Do one round that brings two new items and one edit; return how many points it passed."""
    database = open_database(url)
    passed = 0

    def point(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(database.engine, moment, point)
    documents = [doc("edited", f"Alipay, version {number}")]
    documents += [
        doc(f"r{n}-{m}", f"{LONG} Huawei {n} {m} [Huawei penalty adopted US-{n} 2026-01-0{m}]")
        for n in range(number + 1)
        for m in (1, 2)
    ]
    source = ScriptedSource().says(*documents, etag=f'"{number}"')
    now = NOON + timedelta(hours=number + 1)
    report = refresh(database, [source], NoFetcher(), MarkAnalyst(), now=now, only_due=False)
    assert not report.failed, report
    database.close()
    return passed


def held(url: str) -> dict[str, object]:
    """Return what the store holds."""
    database = open_database(url)
    with database.read() as session:
        counts = {
            table.__tablename__: session.exec(select(func.count()).select_from(table)).one()
            for table in (ItemRow, RevisionRow, FindingRow, ReportRow, FetchRow)
        }
        validators = session.exec(select(SourceRow.validators)).all()
    database.close()
    return {**counts, "validators": [kept for row in validators for kept in row.values()]}


def tell(url: str, ended: int) -> None:
    """Print how a round ended and what the store holds."""
    print(json.dumps({"ended": ended, **held(url)}), flush=True)


def in_child(work) -> int:
    """Do something in a forked process; return how it ended (negative: by that signal)."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (a forked child must never return into the loop)
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(url: str, points: list[int]) -> None:
    """Kill a round at each point, looking after each; then let one go through."""
    database = open_database(url)
    with database.write() as session:
        for name in ("Alipay", "Huawei"):
            entries.add(session, Entry(name), NOON)
    database.close()
    for number, point in enumerate(points):
        ended = in_child(lambda number=number, point=point: the_round(url, number, point))
        assert in_child(lambda ended=ended: tell(url, ended)) == 0
    assert in_child(lambda: the_round(url, len(points), None)) == 0
    assert in_child(lambda: tell(url, 0)) == 0


if __name__ == "__main__":
    main(sys.argv[1], [int(point) for point in sys.argv[2:]])
