"""What commands print: tables and marked text on a terminal, plain aligned text in a pipe.

Everything that comes from outside goes through ``clean``: a headline must not move the cursor or reverse a line.
``rich`` is imported on a terminal only, and only for tables.
"""

import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

BOLD, DIM, RED, YELLOW, GREEN = "1", "2", "31", "33", "32"


def clean(text: str) -> str:
    """Return outside text safe for one line of a terminal: no control or direction characters."""
    return _SURROGATES.sub("\ufffd", _CONTROL.sub(" ", text))


def colours(stream: TextIO | None = None) -> bool:
    """Say whether a stream (standard output) is a terminal that wants colours (https://no-color.org)."""
    import os

    stream = stream or sys.stdout
    return bool(stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def styled(text: str, *styles: str) -> str:
    """Return the text in a style (``BOLD`` …) on a terminal, as it is in a pipe."""
    return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if styles and colours() else text


def out(text: str = "") -> None:
    """Print a line on standard output; what its encoding cannot hold becomes a question mark."""
    try:
        print(text)  # noqa: T201 (the one place that prints results)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(text.encode(encoding, "replace").decode(encoding))  # noqa: T201


def say(message: str) -> None:
    """Print one line for a person on standard error."""
    line = f"watchlist: {clean(' '.join(message.split()))}"
    encoding = sys.stderr.encoding or "ascii"
    print(line.encode(encoding, "replace").decode(encoding), file=sys.stderr)  # noqa: T201


def quoted(text: str) -> str:
    """Return a passage in quotation marks; one that has some of its own stays as it is."""
    return text if set(text) & set('“”"„«»') else f"“{text}”"


def width() -> int:
    """Return the columns of the terminal, 80 when there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def display_width(text: str) -> int:
    """Return how many columns a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def shorten(text: str, columns: int) -> str:
    """Cut a text to so many columns, with an ellipsis."""
    if display_width(text) <= columns:
        return text
    used, kept = 0, ""
    for char in text:
        used += display_width(char)
        if used > columns - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print a table. ``right`` names the columns of numbers. In a pipe nothing is cut or wrapped."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(columns, cells, right)
        return
    widths = [max(display_width(line[at]) for line in [list(columns), *cells]) for at in range(len(columns))]
    for line in [list(columns), *cells]:
        padded = []
        for at, cell in enumerate(line):
            gap = " " * (widths[at] - display_width(cell))
            padded.append(gap + cell if columns[at] in right else cell + gap)
        out("  ".join(padded).rstrip())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for column in columns:
        options: dict[str, Any] = {"justify": "right", "no_wrap": True} if column in right else {}
        drawn.add_column(column, overflow="fold", header_style="bold", **options)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)
