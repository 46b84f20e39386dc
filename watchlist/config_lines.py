"""Where in a TOML file a key stands: tomllib reads values, but forgets their lines.

A light scan for messages only; when it is unsure it names the nearest table, or nothing.
"""

import re
import tomllib

Key = tuple[str | int, ...]
"""A path into the file: table names, keys, and the index in an array of tables."""

_HEADER = re.compile(r"\s*(\[\[|\[)\s*([^\[\]]+?)\s*(\]\]|\])\s*(#.*)?$")
_ASSIGNMENT = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def dotted(key: Key) -> str:
    """Write a key as a person would: ``recipients[2].address`` (counted from 1)."""
    out = ""
    for part in key:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if out else part
    return out or "the configuration"


class Lines:
    """The line of each key of one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Key, int] = {}
        counts: dict[Key, int] = {}
        table: Key = ()
        closing: str | None = None  # the delimiter that ends a text of several lines
        self._last = max(1, len(text.splitlines()))
        for number, line in enumerate(text.splitlines(), 1):
            if closing is not None:
                closing = None if closing in line else closing
                continue
            if header := _HEADER.match(line):
                table = self._table(_parts(header[2]), counts, many=header[1] == "[[")
                self._lines.setdefault(table, number)
            elif assignment := _ASSIGNMENT.match(line):
                key = (*table, *_parts(assignment[1]))
                for end in range(len(table) + 1, len(key) + 1):
                    self._lines.setdefault(key[:end], number)
                rest = line[assignment.end() :]
                closing = next((q for q in ('"""', "'''") if rest.count(q) == 1), None)

    @staticmethod
    def _table(parts: list[str], counts: dict[Key, int], *, many: bool) -> Key:
        key: Key = ()
        for at, part in enumerate(parts):
            key = (*key, part)
            if many and at == len(parts) - 1:
                counts[key] = counts.get(key, -1) + 1
            if key in counts:
                key = (*key, counts[key])
        return key

    def of(self, key: Key) -> int | None:
        """Return the 1-based line of a key, else of the nearest table or list around it, else None."""
        for end in range(len(key), 0, -1):
            if key[:end] in self._lines:
                return self._lines[key[:end]]
        return None

    def of_syntax_error(self, error: tomllib.TOMLDecodeError) -> tuple[str, int | None]:
        """Return what is wrong with the TOML itself, and the line."""
        said = str(error)
        place = re.search(r"\s*\(at line (\d+), column (\d+)\)", said)
        if place is None:
            return f"not TOML: {said}", self._last if "end of document" in said else None
        return f"not TOML: {said[: place.start()]} (column {place[2]})", int(place[1])


def _parts(dotted_key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[^."']+|"[^"]*"|'[^']*'""", dotted_key)]
