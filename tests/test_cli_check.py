"""``watchlist check`` as a user types it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watchlist.cli.round import show_facts
from watchlist.pipeline import RunReport, SourceRun

WATCHED = "name,kind,aliases\nAlipay,app,支付宝\nHuawei,company,\n"


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(WATCHED, encoding="utf-8")
    return path


def watchlist(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "watchlist", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
    )


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_offsets_index_the_file_as_given(names: Path, tmp_path: Path):
    """Line ends and wide characters must not shift a mention."""
    text = "Une première ligne\r\n支付宝 and Alipay 🙂 again: Alipay\r\n"
    article = tmp_path / "a.txt"
    article.write_bytes(text.encode())
    done = watchlist("check", "--watchlist", names, "--json", article)
    assert done.returncode == 0
    (row,) = rows(done)
    spans = [(m["start"], m["end"], m["text"]) for match in row["matches"] for m in match["mentions"]]
    assert len(spans) == 3
    assert all(text[start:end] == said for start, end, said in spans)


def test_a_wrong_path_is_one_line_and_exit_2(names: Path):
    """A typo must say so, without a traceback and without output that looks like a result."""
    done = watchlist("check", "--watchlist", names, "--json", "nowhere.txt")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines() == ["watchlist: nowhere.txt: no such file or folder"]


def test_what_could_not_be_read_is_not_counted_as_read(names: Path, tmp_path: Path):
    """A count of "4 read; 3 could not be read" contradicts itself."""
    lines = tmp_path / "d.jsonl"
    lines.write_text('{"id": "a", "text": "Huawei said"}\nno json\n[1]\n', encoding="utf-8")
    done = watchlist("check", "--watchlist", names, lines)
    assert done.returncode == 3
    assert done.stdout.decode().splitlines()[-1] == "1 document read: 1 with a match; 2 could not be read."


def test_a_name_in_guillemets_is_not_marked_twice(names: Path, tmp_path: Path):
    """««Huawei»» is what a Russian or French text looked like in a pipe."""
    article = tmp_path / "a.txt"
    article.write_text("Совет внёс «Huawei» в список.", encoding="utf-8")
    assert "«Huawei» в список" in watchlist("check", "--watchlist", names, article).stdout.decode()
    assert "««" not in watchlist("check", "--watchlist", names, article).stdout.decode()


def test_an_unchanged_list_that_new_names_met_says_so(capsys):
    """ "unchanged" beside "Matched 1" reads like a mistake: the list is as it was, the watchlist is not."""
    met = SourceRun("ofac-sdn", fetched=9, matched=1, not_modified=True)
    show_facts(RunReport(datetime(2026, 11, 24, tzinfo=UTC), (met, SourceRun("un", not_modified=True))))
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("unchanged, met by new names")
    assert second.endswith("unchanged")
    assert len(first) <= 80
