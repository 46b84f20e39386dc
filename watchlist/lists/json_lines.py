"""JSON lines of a stranger: no line without end, the number of the line that is bad."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from watchlist.errors import BadEdition

MOST_BYTES = 16_000_000
"""So long may a line be: a file without line breaks would be read into memory whole."""


def lines(stream: BinaryIO, url: str) -> Iterator[tuple[int, Any]]:
    """Yield the JSON values with the numbers of their lines, from 1; blank lines are none. BadEdition for what is no JSON."""
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        if len(line) > MOST_BYTES:
            raise BadEdition(url, f"line {number} is larger than {MOST_BYTES:,} bytes")
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise BadEdition(url, f"line {number} is not JSON: {str(error)[:100]}") from error
