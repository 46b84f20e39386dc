"""Looking back: how long does it take to learn what a million stored documents say of a name just added?

``python -m benchmarks.bench_lookback [--documents N] [--keep FILE]`` makes a store of N short reports in English, Chinese
and Russian, with 50 rare names and a few common ones strewn in, then looks names up through the index of words: what
may name them (``find``), and with the reading anew of what was found (``look back``). Beside it, the same by LIKE over
the texts, which is what a store without such an index can do.
"""

import argparse
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchlist.analysis import Analyst
from watchlist.matching.lookup import queries_of, words_of
from watchlist.model import Entry
from watchlist.reread import look_back
from watchlist.store import entries, words
from watchlist.store.database import Database, open_database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATIN = [a + b + c for a in ("ba", "de", "ka", "lo", "mi", "no", "ra", "su", "ti", "ve") for b in
         ("lan", "mor", "net", "pir", "ros", "tul", "ven", "sor") for c in ("", "a", "ed", "ing", "s")]  # fmt: skip
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"  # fmt: skip
RARE = [f"{a}{b}" for a in ("Norvik", "Ostmark", "Lumera", "Halberg", "Kestrel") for b in
        ("on", "tec", "dyne", "soft", "med", "gas", "air", "net", "log", "bit")]  # fmt: skip


def report(rng: random.Random, number: int) -> tuple[str, str]:
    """Return one title and text of some 60 words; a rare name in one of 2,000, 华为 and Bank of China in one of 500."""
    if number % 5 == 0:
        text = "".join(rng.choices(HAN, weights=range(len(HAN), 0, -1), k=150))
        named = "华为" if number % 500 == 0 else ""
        return text[:12], f"{text[:70]}{named}{text[70:]}。"
    pool = rng.choices(LATIN, weights=range(len(LATIN), 0, -1), k=60)
    if number % 500 == 3:
        pool[20:20] = ["Bank", "of", "China"]
    elif number % 3 == 0:
        pool[20:20] = ["the", "bank", "said", "of", "goods", "in", "China"]
    if number % 2000 == 1:
        pool[30] = rng.choice(RARE)
    return " ".join(pool[:8]), " ".join(pool)


def build(database: Database, count: int) -> float:
    """Fill the store as rounds would have, and return the seconds that it took in all."""
    rng = random.Random(7)
    started = time.perf_counter()
    stamp = (NOW - timedelta(days=30)).strftime("%Y-%m-%d %H:%M:%S.000000")
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql(
            "INSERT INTO sources (id, name, kind, options, official, configured, added_at, paused, moved_seen, validators,"
            " cursor, failures) VALUES (1, 'wire', 'folder', '[]', 0, 0, ?, 0, 0, '{}', '{}', 0)",
            (stamp,),
        )
    for start in range(1, count + 1, 20_000):
        rows = [(n, *report(rng, n)) for n in range(start, min(start + 20_000, count + 1))]
        with database.write() as session:
            connection = session.connection()
            connection.exec_driver_sql(
                "INSERT INTO items (id, source_id, uid, uid_hash, first_seen_at, baseline, revision_id)"
                " VALUES (?, 1, ?, ?, ?, 0, ?)",
                [(n, f"d{n}", f"d{n}", stamp, n) for n, _, _ in rows],
            )
            connection.exec_driver_sql(
                "INSERT INTO revisions (id, item_id, content_sha, title, text, official, completeness, facts, outlet,"
                " first_seen_at) VALUES (?, ?, ?, ?, ?, 0, 'full', '{}', 'wire', ?)",
                [(n, n, str(n), title, text, stamp) for n, title, text in rows],
            )
            for n, title, text in rows:
                words.add(connection, n, words_of(title, text))
    return time.perf_counter() - started


def plain_search(path: Path, name: str) -> tuple[int, float]:
    """Return how many texts hold a name by LIKE, and the seconds."""
    started = time.perf_counter()
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM revisions WHERE text LIKE ?", (f"%{name}%",)
        ).fetchone()
    return count, time.perf_counter() - started


def index_bytes(path: Path) -> int:
    """Return the bytes that the index takes in the file."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("SELECT sum(length(block)) FROM revision_words_data").fetchone()
    return int(size)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="keep the store in this file, and use it if it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "bench.db"
        there = path.exists()
        with closing(open_database(f"sqlite:///{path}")) as database:
            if not there:
                seconds = build(database, given.documents)
                print(f"{given.documents:,} documents stored and indexed in {seconds:.0f} s")
            size = path.stat().st_size
            print(f"file {size / 1e6:,.0f} MB, of it the index {index_bytes(path) / 1e6:,.0f} MB\n")
            print(f"{'name':16} {'find':>9} {'may name':>9} {'look back':>10} {'LIKE':>9} {'texts':>8}")
            for name in (RARE[0], "华为", "Bank of China", "Nobody Knows", "China"):
                measure(database, path, name)


def measure(database: Database, path: Path, name: str) -> None:
    """Look one name up and print the times."""
    entry = Entry(name)
    started = time.perf_counter()
    with database.read() as session:
        found = words.find(session, queries_of(entry), 0, 20_000)
    find = time.perf_counter() - started
    with database.write() as session:
        entries.add(session, entry, NOW)
        watched = entries.list_all(session)
    started = time.perf_counter()
    analyst = Analyst.for_entries(watched)
    deadline = started + 5
    done = look_back(database, analyst, [entry], NOW, stop=lambda: time.perf_counter() > deadline)
    back = time.perf_counter() - started
    like_count, like = plain_search(path, name)
    left = f"  ({done.left:,} left for the next rounds)" if done.left else ""
    print(f"{name:16} {find:8.3f}s {len(found):9,} {back:9.2f}s {like:8.2f}s {like_count:8,}{left}")


if __name__ == "__main__":
    main()
