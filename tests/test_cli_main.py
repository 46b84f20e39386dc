"""The help of every command, as a person reads it."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.write_commands import commands

_STYLE = re.compile(r"(?<!\\)\[(?!/?bold\])/?[a-z][a-z._ ]*\]")
"""What the terminal library takes for a style and leaves out of what it prints; bold is meant."""


def test_no_word_of_a_help_text_is_taken_for_a_style() -> None:
    """A section's name in brackets would vanish from the help: "older than  in the configuration"."""
    told = {
        path: [command.help or "", *(getattr(option, "help", None) or "" for option in command.params)]
        for path, command in commands()
    }
    assert {"check", "lists diff", "audit prune"} <= told.keys()
    taken = {
        (path, found) for path, texts in told.items() for text in texts for found in _STYLE.findall(text)
    }
    assert not taken


def test_a_paragraph_of_help_is_one_line_for_the_terminal_to_break() -> None:
    """Broken where the source is, it reads raggedly at 80 columns: long, short, long, short."""
    for path, command in commands():
        for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
            assert "\n" not in paragraph, (path, paragraph)


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["export", "--format", "json"]])
def test_who_reads_has_left(tmp_path: Path, arguments: list[str]) -> None:
    """`watchlist list | head -1` must not leave with 1, which says "a match", nor with a word of Python's."""
    names = "name\n" + "".join(f"Norvik {number} Works\n" for number in range(3000))
    (tmp_path / "names.csv").write_text(names)
    environment = {
        **os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "WATCHLIST_DATA_DIR": str(tmp_path / "data")
    }  # fmt: skip
    program = [sys.executable, "-m", "watchlist"]
    subprocess.run(
        [*program, "import", "names.csv"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*program, *arguments],
        cwd=tmp_path,
        env=environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_a_redirection_is_one_line(tmp_path: Path) -> None:
    """`watchlist compare … > FILE` on a full disk must not be "internal error, please report it", nor look done."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "watchlist", "compare", "--json", "Norvik", "Norvik Works"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [
        "watchlist: the output could not be written whole: No space left on device; make room and run it again"
    ]


def test_ctrl_c_while_the_program_loads_is_quiet(tmp_path: Path) -> None:
    """On a busy machine loading takes a second; Ctrl-C in it printed a traceback of the import machinery."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    done = subprocess.run(
        [sys.executable, "-m", "watchlist", "list"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[1]}"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, b"")
