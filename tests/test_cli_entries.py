"""Keeping a watchlist by command, on a real database file."""

import json
from pathlib import Path

import pytest

ALIPAY = ("add", "Alipay", "--kind", "app", "--alias", "支付宝", "--owner", "Ant Group:33%", "--ticker", "X")


def test_a_name_is_added_shown_listed_and_removed(cli):
    """The first minute of every user."""
    assert cli(*ALIPAY, "--id", "LEI:5493", "--note", "wallet", "--tag", "pay")[0] == 0
    _, shown, _ = cli("show", "ALIPAY")
    assert all(
        part in shown for part in ("Alipay", "app", "支付宝", "Ant Group:33%", "X", "LEI:5493", "wallet")
    )
    _, listed, _ = cli("list", "--json")
    assert [row["name"] for row in json.loads(listed)] == ["Alipay"]
    assert "Ant Group:33%" in cli("list", "--tag", "pay")[1]
    assert cli("remove", "Alipay")[0] == 0
    assert "empty" in cli("list")[1]


def test_adding_twice_says_so_and_changes_nothing(cli):
    """A second add must not wipe the aliases of the first."""
    cli(*ALIPAY)
    before = cli("export")[1]
    code, out, _ = cli("add", "alipay", "--kind", "company")
    assert code == 0
    assert "already" in out
    assert cli("export")[1] == before


@pytest.mark.parametrize(
    ("name", "said"), [("WeChatPay", "differ only in blanks"), ("Target", "plain word"), ("Ant", "--owner")]
)
def test_a_doubtful_name_gets_a_hint_and_is_added(cli, name: str, said: str):
    """A hint that stops people would be worse than none; one that is missing costs false alerts."""
    cli("add", "WeChat Pay")
    code, out, _ = cli("add", name)
    assert code == 0
    assert said in " ".join(out.split())
    assert name in cli("list")[1]


def test_edit_adds_replaces_and_drops_values(cli):
    """An owner of the same name is replaced, not doubled; what is not named stays."""
    cli(*ALIPAY)
    assert cli("edit", "alipay", "--alias", "Zhifubao", "--owner", "Ant Group:50%", "--drop", "x")[0] == 0
    (row,) = json.loads(cli("show", "Alipay", "--json")[1])
    assert row == {
        "name": "Alipay",
        "kind": "app",
        "aliases": ["支付宝", "Zhifubao"],
        "owner": ["Ant Group:50%"],
    }
    assert cli("edit", "Alipay", "--rename", "Ali Pay")[0] == 0
    assert "nothing to change" in cli("edit", "Ali Pay")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "Alipy"), "did you mean 'Alipay'?"),
        (("edit", "Alipay", "--drop", "支付"), "has no value 支付 to drop; did you mean 支付宝?"),
        (("add", "X", "--kind", "thing"), "must be company or app"),
        (("add", "X", "--owner", "Y:200%"), "between 0% and 100%"),
        (("add", " "), "an entry needs a name"),
        (("import", "nope.csv"), "nope.csv: no such file"),
        (("export", "--format", "xml"), "must be csv, toml or json"),
        (("add",), "Missing argument"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(cli, arguments: tuple[str, ...], said: str):
    """No traceback, and the line says what to type instead."""
    cli(*ALIPAY)
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("watchlist: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("form", ["csv", "toml", "json"])
def test_export_and_import_lose_nothing(cli, tmp_path: Path, form: str):
    """A watchlist moves between machines, further columns included."""
    (tmp_path / "in.csv").write_text(
        'name,kind,aliases,owner,risk\n"A ""B""; C",company,"x;y\\;z",Ant Group:62%,high\n支付宝,app,,,\n'
    )
    assert cli("import", "in.csv")[0] == 0
    cli("export", f"out.{form}")
    before = cli("export")[1]
    cli("remove", 'A "B"; C', "支付宝")
    assert "2 added" in cli("import", f"out.{form}")[1]
    assert cli("export")[1] == before


def test_an_alias_leads_to_its_entry(cli):
    """`show 诺维克` said only that it is not there, of a name that the user has put there."""
    cli("add", "Norvik Works", "--alias", "诺维克")
    assert "'诺维克' is an alias; its entry is 'Norvik Works'" in cli("show", "诺维克")[2]


def test_an_alias_of_another_entry_is_pointed_out_by_edit_too(cli):
    """Two entries under one name send every alert twice; `add` says so, and `edit --alias` must not be a way around."""
    cli("add", "Norvik Works", "--alias", "Norvik")
    cli("add", "Harbour Lines")
    told = " ".join(cli("edit", "Harbour Lines", "--alias", "norvik")[1].split())
    assert "'Norvik' is an alias of the entry 'Norvik Works'" in told
    assert "is an alias of the entry" not in cli("edit", "Harbour Lines", "--tag", "sea")[1]


def test_remove_takes_all_or_says_that_it_took_none(cli):
    """Of three names with one misspelt, nobody knew whether the other two were gone."""
    cli("add", "Norvik Works")
    code, _, told = cli("remove", "Norvik Works", "Harbour")
    assert code == 2
    assert "nothing was removed" in told
    assert cli("show", "Norvik Works")[0] == 0


def test_compare_refuses_what_is_no_name(cli, tmp_path: Path):
    """Two empty names were "the same", with a score of 1.00; an empty file of pairs had "None"."""
    assert "empty" in cli("compare", "", "")[2]
    (tmp_path / "none.csv").write_text("", "utf-8")
    code, _, told = cli("compare", "--pairs", str(tmp_path / "none.csv"))
    assert (code, "but is empty" in told) == (2, True)
    (tmp_path / "wrong.csv").write_text("a,b\n", "utf-8")
    assert "but has a, b" in cli("compare", "--pairs", str(tmp_path / "wrong.csv"))[2]


def test_export_writes_no_table_under_a_foreign_name(cli, tmp_path: Path):
    """`export names.xlsx` wrote a CSV that no spreadsheet opens under that name."""
    cli("add", "Norvik Works")
    code, _, told = cli("export", str(tmp_path / "names.xlsx"))
    assert code == 2
    assert "name it .csv, .toml or .json" in told
    assert not (tmp_path / "names.xlsx").exists()
    assert cli("export", str(tmp_path / "names.xlsx"), "--format", "csv")[0] == 0
    (tmp_path / "w.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    assert "save the table as CSV" in cli("import", str(tmp_path / "w.xlsx"))[2]


def test_mistyped_identifiers_and_too_many_shares_are_pointed_out(cli, tmp_path: Path):
    """A mistyped LEI decides nothing, and nobody would ever know; shares of 112 % are a mistake in one of them."""
    code, out, _ = cli(
        "add", "Vinmoor", "--id", "LEI:529900T8BM49AURSDO56", "--owner", "A:62%", "--owner", "B:50%"
    )
    assert code == 0
    said = " ".join(out.split())
    assert "LEI:529900T8BM49AURSDO56 of Vinmoor: its check digit is wrong" in said
    assert "the owners of Vinmoor hold 112 % together" in said
    assert max(map(len, out.splitlines())) <= 80
    right = cli(
        "edit",
        "Vinmoor",
        "--drop",
        "LEI:529900T8BM49AURSDO56",
        "--id",
        "LEI:529900T8BM49AURSDO55",
        "--drop",
        "B",
    )[1]
    assert "Note" not in right
    assert "Note" not in cli("edit", "Vinmoor", "--tag", "x")[1]
    held_after = cli("edit", "Vinmoor", "--owner", "C:60% (2020-01-01..)", "--owner", "A:62% (..2019-12-31)")[
        1
    ]
    assert "Note" not in held_after
    names = tmp_path / "names.csv"
    rows = "".join(f"Body {at},ISIN:US0378331006\n" for at in range(7))
    names.write_text(f"name,identifiers\n{rows}Right,ISIN:US0378331005\nOther,HOUSE:1\n")
    code, out, _ = cli("import", str(names))
    assert code == 0
    said = " ".join(out.split())
    assert said.count("ISIN:US0378331006 of Body") == 5
    assert "2 more of this kind" in said


def test_import_takes_the_good_rows_and_tells_the_bad_ones(cli, tmp_path: Path):
    """One bad row of a thousand must not stop the rest, nor vanish."""
    (tmp_path / "in.csv").write_text("name,kind\nGood,company\nBad,planet\n")
    code, out, err = cli("import", "in.csv")
    assert code == 3
    assert "1 added; 1 row not usable" in out
    assert "in.csv, line 3: kind 'planet' is not known" in err


def test_hostile_names_cannot_move_the_cursor(cli):
    """A name from a foreign file with escape codes must not rewrite the terminal."""
    cli("add", "Evil\x1b[2JCorp\u202e")
    for command in (("list",), ("show", "Evil\x1b[2JCorp\u202e")):
        out = cli(*command)[1]
        assert "\x1b[2J" not in out
        assert "\u202e" not in out
