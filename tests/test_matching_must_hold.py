"""What names in text and names against names must hold on every machine and for every str."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from watchlist.matching.names import compare

SCRIPTS = st.text(
    alphabet="HuaweiЛукойл华为技术有限公司アリペイ화웨이هواوي &.,-’()AG\u202e\u200b\u0301\ud8001", max_size=24
)
LETTERS = [
    ("a" * 1_000_000, "b" * 1_000_000),
    ("汉" * 1_000_000, "华为"),
    (" ".join(f"w{n}" for n in range(200_000)), "Huawei"),
    ("\u0301" * 1_000_000, "Huawei"),
    ("A." * 500_000, "A. A. A."),
    ("Ltd " * 250_000, "Limited " * 120_000),
    ("\u202e" * 1_000_000 + "Huawei", "Huawei"),
    ("\ud800" * 1_000_000, "\udfff"),
]


@pytest.mark.parametrize(("left", "right"), LETTERS, ids=[repr(left[:3]) for left, _ in LETTERS])
def test_names_of_a_million_letters_end(left: str, right: str) -> None:
    """What is beyond any name is cut, not worked through: the test ends, or the time limit of the run ends it."""
    assert 0 <= compare(left, right).score <= 1


def test_marks_of_direction_change_nothing() -> None:
    """Copied from a right-to-left page a name carries marks that nobody sees."""
    assert compare("\u202bHuawei Technologies\u202c", "Huawei Technologies").score == 1.0
    assert compare("\u200fهواوي\u200e", "هواوي").score == 1.0


@property_settings(max_examples=30)
@given(SCRIPTS, SCRIPTS)
def test_spaces_and_case_around_a_name_change_nothing(left: str, right: str) -> None:
    """A cell of a table has blanks at its ends."""
    assume(left != right)  # equal strings are the same even without a letter
    assert compare(f"  {left}\t", right).score == compare(left, right).score


def _answers(folder: Path, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    told = ""
    for arguments in (
        ["compare", "--json", "--pairs", str(folder / "pairs.csv")],
        ["check", "--json", "--watchlist", str(folder / "names.csv"), str(folder / "text.txt")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "watchlist", *arguments],
            capture_output=True, encoding="utf-8", env=environment, check=True,
        )  # fmt: skip
        told += done.stdout
    return told


def test_equal_input_gives_equal_output_under_any_hash_seed(tmp_path: Path) -> None:
    """An order that a set decides would change mails from run to run."""
    names = ["Huawei", "Huawei Technologies Co., Ltd.", "华为", "Хуавей", "China Mobile", "China Mobile Games", "SMIC",
             "Semiconductor Manufacturing International Corporation", "Bank of China", "中国银行", "هواوي"]  # fmt: skip
    with (tmp_path / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("left", "right"))
        rows.writerows((left, right) for left in names for right in names)
    (tmp_path / "names.csv").write_text(
        "name,aliases,owner\nHuawei,华为;Huawei Tech,\nHonor,,Huawei:60%\nTencent,,\nTencnt,,\nByteDance,字节跳动,\n",
        encoding="utf-8",
    )
    (tmp_path / "text.txt").write_text(
        "Huawai, Tencet, Honor and Bite Dance were named; 华为 and 字节跳动 too. Treasury bans Huawei Tech.",
        encoding="utf-8",
    )
    first = _answers(tmp_path, "0")
    assert len([json.loads(line) for line in first.splitlines()]) == len(names) ** 2 + 1
    assert _answers(tmp_path, "4242") == first
