"""What the commands that write a file share: the argument, and what a person is told when it cannot be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

Target = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="Where to; standard output without it.", show_default=False),
]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="One JSON object a line (the only form).")]


@contextmanager
def writing(file: Path | None) -> Iterator[None]:
    """Raise InputError, one line that names the file, where an OSError says that it cannot be written; a closed pipe passes."""
    from watchlist.errors import InputError

    try:
        yield
    except BrokenPipeError:
        raise  # the reader of the pipe has left (head, less): no error of the file
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error
