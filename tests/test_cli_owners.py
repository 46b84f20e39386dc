"""``watchlist owners`` as a user sees it."""

import json
from pathlib import Path

from conftest import Cli


def test_the_tree_and_the_arithmetic(cli: Cli, tmp_path: Path) -> None:
    """Import a register, ask about a watched name, and see the sum, within 80 columns."""
    cli("add", "Ferndale Pay", "--owner", "Mid Co:60%", "--owner", "Public:?%")
    (tmp_path / "reg.csv").write_text(
        "owner,owned,share\nBrightmoor,Mid Co,51\nMid Co,Brightmoor,5\nX,Y,200\n", encoding="utf-8"
    )
    code, out, err = cli("owners", "--import", tmp_path / "reg.csv")
    assert (code, "2 holdings kept" in out) == (0, True)
    assert "line 4: share '200' is no percentage" in err
    code, out, _ = cli("owners", "ferndale pay", "--restricted", "Brightmoor")
    assert code == 0
    assert "Ferndale Pay: restricted through its owners" in out
    assert "60 % (Mid Co); enough: 50 % or more is asked for" in " ".join(out.split())
    assert "see above" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    code, out, _ = cli(
        "owners",
        "Ferndale Pay",
        "--rule",
        "bis-affiliates",
        "--as-of",
        "2026-05-05",
        "--restricted",
        "Brightmoor",
    )
    assert "would be restricted through its owners; the rule is not in force" in " ".join(out.split())
    code, out, _ = cli("owners", "Ferndale Pay", "--restricted", "Brightmoor", "--json")
    data = json.loads(out)
    assert (data["standing"], data["counted"], data["by"][0]["name"]) == ("reached", 60.0, "Brightmoor")
    assert [b["owner"] for b in data["owners"]] == ["Mid Co", "Brightmoor", "Mid Co", "Public"]
    assert "Imported: reg.csv, 2 holdings" in cli("owners")[1]
    assert cli("owners", "--forget", "reg.csv")[0] == 0
    assert "not restricted" in cli("owners", "Ferndale Pay", "--restricted", "Brightmoor")[1]


def test_mistakes_are_one_line(cli: Cli, tmp_path: Path) -> None:
    """No traceback for an unknown name, rule or file."""
    cli("add", "Ferndale Pay")
    for arguments in (
        ["Nobody"],
        ["Ferndale Pay", "--rule", "x"],
        ["--import", tmp_path / "none.csv"],
        ["--forget", "x"],
    ):
        code, _, err = cli("owners", *arguments)
        assert code == 2
        assert err.startswith("watchlist: ")
        assert "Traceback" not in err
        assert "Errno" not in err
        assert "UTF-8" not in err
    code, out, _ = cli("owners", "Ferndale Pay")
    assert code == 0
    assert "No owner of Ferndale Pay is known" in out


def test_check_shows_what_reaches_a_name_that_the_text_does_not_name(cli: Cli, tmp_path: Path) -> None:
    """Who watches the app and reads of its owner must see the connection, and how much it is."""
    (tmp_path / "w.csv").write_text(
        "name,owner\nBrightmoor Group,\nFerndale Pay,Brightmoor Group:62%\n", encoding="utf-8"
    )
    (tmp_path / "a.txt").write_text(
        "The US Treasury on Monday sanctioned Brightmoor Group and added it to the SDN list.",
        encoding="utf-8",
    )
    code, out, _ = cli("check", "--watchlist", tmp_path / "w.csv", tmp_path / "a.txt")
    assert code == 0
    assert "Ferndale Pay  not named, but reached through its owner" in out
    assert "through its owner Brightmoor Group (holds 62%)" in " ".join(out.split())
