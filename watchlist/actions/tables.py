"""Reading the shipped tables quickly, as a cold ``check`` waits for them.

They are TOML, but most of their values are written as JSON writes them, one a line, and the standard library reads
those twenty times as fast. A test holds both readings equal; files of users are read as TOML.
"""

import json
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

_KEY = re.compile(r"[\w.-]+")
_HEADER = re.compile(r"\[([\w-]+)\]")


@cache
def shipped(folder: str, name: str) -> dict[str, Any]:
    """Return a table of the package, by folder (``data``, ``lexicon``) and file; not to be changed."""
    file = resources.files("watchlist.actions").joinpath(folder, name)
    return loads(file.read_text(encoding="utf-8"))


def loads(text: str) -> dict[str, Any]:
    """Return what ``tomllib.loads`` returns of a file that is right TOML."""
    found: dict[str, Any] = {}
    table = found
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        key, equals, value = line.partition(" = ")
        if equals and _KEY.fullmatch(key):
            *above, last = key.split(".")
            inner = table
            for name in above:
                inner = inner.setdefault(name, {})
            try:
                inner[last] = json.loads(value)
            except ValueError:
                try:
                    inner[last] = tomllib.loads(f"it = {value}")["it"]
                except tomllib.TOMLDecodeError:  # goes on in the next line
                    return tomllib.loads(text)
            continue
        header = _HEADER.fullmatch(line)
        if header is None:
            return tomllib.loads(text)
        table = found.setdefault(header[1], {})
    return found
