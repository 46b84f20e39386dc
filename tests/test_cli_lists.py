"""The list commands as a user calls them: files in, lines out, one clear line on trouble."""

import gzip
import json
from pathlib import Path

import pytest

from watchlist.cli.main import call

HEAD = '<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-01-01"><ENTITIES>'
ENTITY = "<ENTITY><DATAID>{}</DATAID><FIRST_NAME>{}</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE></ENTITY>"


def _un(path: Path, *names: str) -> Path:
    body = "".join(ENTITY.format(at, name) for at, name in enumerate(names, 1))
    path.write_bytes(gzip.compress(f"{HEAD}{body}</ENTITIES></CONSOLIDATED_LIST>".encode(), mtime=0))
    return path


def test_diff_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Removed, changed and added, each with its name and id."""
    old, new = _un(tmp_path / "a.gz", "VINMOOR", "NORVEX"), _un(tmp_path / "b.gz", "VINMOOR BANK")
    assert call(["lists", "diff", "un", str(old), str(new)]) == 0
    told = capsys.readouterr().out
    assert "changed    VINMOOR BANK (1)" in told
    assert "names: VINMOOR → VINMOOR BANK" in told
    assert "removed    NORVEX (2)" in told
    assert call(["lists", "diff", "un", str(old), str(new), "--json"]) == 0
    assert [json.loads(line)["change"] for line in capsys.readouterr().out.splitlines()] == [
        "changed",
        "removed",
    ]


def test_lookup_and_screen_find_the_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name, and a file of names, against a list; the exit code serves scripts."""
    listed = f"un={_un(tmp_path / 'a.gz', 'VINMOOR TECHNOLOGIES LTD')}"
    assert call(["lists", "lookup", "Винмур", "--in", listed, "--json"]) == 0
    assert call(["lists", "lookup", "Vinmoor", "--in", listed, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["id"] == "1"
    names = tmp_path / "names.csv"
    names.write_text("name,kind\nVinmoor,company\nUnrelated Harbour,company\n", encoding="utf-8")
    assert call(["screen", str(names), "--in", listed, "--json", "--fail-on-match"]) == 1
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(hit["asked"], hit["list"]) for hit in hits] == [("Vinmoor", "un")]


def test_screen_says_which_columns_it_makes_nothing_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A column LEI that is passed over in silence is a customer who was not screened by his identifier."""
    listed = f"un={_un(tmp_path / 'a.gz', 'VINMOOR')}"
    names = tmp_path / "names.csv"
    names.write_text("name,country,LEI\nVinmoor,CN,253400WSS48YWMBUA688\n", encoding="utf-8")
    assert call(["screen", str(names), "--in", listed]) == 0
    told = capsys.readouterr().err
    assert "not read: LEI;" in told
    names.write_text("name,country,LEI\nVinmoor,CN,\n", encoding="utf-8")
    assert call(["screen", str(names), "--in", listed]) == 0
    assert "not read" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["lists", "diff", "unn", "a", "b"], 2, "no list is called"),
        (["lists", "diff", "un", "missing", "missing"], 2, "cannot be read"),
        (["lists", "lookup", "X", "--in", "un"], 2, "LIST=FILE"),
        (["lists", "lookup", " "], 2, "the name is empty"),
        (["lists", "diff", "un", "{bad}", "{bad}"], 3, "HTML"),
    ],
)
def test_trouble_is_one_line(
    arguments: list[str], code: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong list, a missing file or a sign-in page in place of the list is said in one line, never a traceback."""
    bad = tmp_path / "bad.xml"
    bad.write_text("<!DOCTYPE html><html></html>")
    assert call([argument.replace("{bad}", str(bad)) for argument in arguments]) == code
    told = capsys.readouterr().err.strip()
    assert reason in told
    assert "\n" not in told


def test_catalog_names_every_list(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not marked "seen" must say so."""
    assert call(["lists", "catalog", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"ofac-sdn", "un", "uk", "eu", "canada", "ns-cmic", "uflpa"} <= {item["list"] for item in listed}
    assert {item["sure"] for item in listed} == {"seen", "schema", "unverified"}


def test_compare_explains_and_reads_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The documented form of the three ways to compare."""
    assert call(["compare", "Vinmoor", "Vinmoor Technologies Co., Ltd."]) == 0
    told = capsys.readouterr().out
    assert "the same, score 0." in told
    assert max(map(len, told.splitlines())) <= 80
    pairs = tmp_path / "pairs.csv"
    pairs.write_text('left,right\n华为,"Huawei Technologies Co., Ltd."\n,\nA,"B\nC"\n', encoding="utf-8")
    assert call(["compare", "--json", "--pairs", str(pairs)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(row) for row in rows] == [{"left", "right", "score", "same", "why"}] * 3
    assert rows[0]["same"] is True
    pairs.write_text("a,b\n1,2\n")
    assert call(["compare", "--pairs", str(pairs)]) == 2
    assert "columns left and right" in capsys.readouterr().err
