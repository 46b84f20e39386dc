"""Values of the command line that need no validation are what Typer would have made of them."""

import contextlib
import io
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from watchlist.cli.plain_values import spare_validation


class Colour(Enum):
    """A choice."""

    RED = "red"


def shown(*arguments: str, spared: bool) -> tuple[int, str]:
    """Return the exit code and what a command of all kinds of parameters says of what it got."""
    app = typer.Typer()

    @app.command()
    def command(
        names: Annotated[list[str] | None, typer.Argument()] = None,
        file: Annotated[Path | None, typer.Option()] = None,
        here: Annotated[Path | None, typer.Option(exists=True)] = None,
        word: Annotated[str, typer.Option()] = "as it was",
        tag: Annotated[list[str] | None, typer.Option()] = None,
        loud: Annotated[str, typer.Option(callback=lambda value: value.upper())] = "x",
        number: Annotated[int | None, typer.Option()] = None,
        colour: Annotated[Colour | None, typer.Option()] = None,
        flag: Annotated[bool | None, typer.Option("--flag/--no-flag")] = None,
    ) -> None:
        print([names, file, here, word, tag, loud, number, colour, flag])

    made: Any = get_command(app)
    if spared:
        for parameter in made.params:
            spare_validation(parameter)
            spare_validation(parameter)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            made(args=list(arguments), prog_name="it")
        except SystemExit as left:
            return int(left.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a", "b c", ""),
        ("--file", "no such/file", "--word", "", "--tag", "1", "--tag", "2"),
        ("--file", "/", "--here", "/", "--loud", "quiet"),
        ("--here", "/no such folder"),
        ("--number", "12", "--colour", "red", "--flag"),
        ("--number", "many"),
        ("--colour", "green", "--no-flag"),
        ("--help",),
    ],
)
def test_it_takes_what_typer_takes(arguments: tuple[str, ...]) -> None:
    """Sparing a library's work must not change what a command is told, or what it refuses."""
    assert shown(*arguments, spared=True) == shown(*arguments, spared=False)


def test_a_file_that_cannot_be_read_is_refused_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one check that Typer makes of every path stays."""
    kept = tmp_path / "kept"
    kept.write_text("")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert shown("--file", str(kept), spared=True) == shown("--file", str(kept), spared=False)
