"""Cells of a watchlist file: several values with ``;`` between them (``\\;`` is a semicolon inside a value), and owners.

An owner is a name, with a share as ``Ant Group:62%`` and a time as ``Ant Group:62% (2019-05-01..2023-01-07)`` where
they are known.
"""

import re
from collections.abc import Iterable
from datetime import date

from watchlist.errors import EntryError
from watchlist.model import Owner


def split_cell(cell: str) -> list[str]:
    r"""Split at ``;``; ``\;`` is a semicolon. Backslashes are literal but for a run right before a semicolon."""
    parts, start = [""], 0
    for hit in re.finditer(r"(\\*);", cell):
        slashes = len(hit[1])
        parts[-1] += cell[start : hit.start()] + "\\" * (slashes // 2)
        if slashes % 2:
            parts[-1] += ";"
        else:
            parts.append("")
        start = hit.end()
    parts[-1] += cell[start:]
    return [part.strip() for part in parts if part.strip()]


def join_cell(values: Iterable[str]) -> str:
    """Write values as ``split_cell`` reads them."""
    escaped = [re.sub(r"(\\*);", lambda hit: hit[1] * 2 + "\\;", value) for value in values]
    doubled = [re.sub(r"\\+$", lambda hit: hit[0] * 2, value) for value in escaped[:-1]]
    return ";".join([*doubled, *escaped[-1:]])


_SHARE = re.compile(r"(?P<name>.*):\s*(?P<share>\d+(?:[.,]\d+)?(?:e[+-]?\d+)?|\?)\s*%\Z", re.DOTALL)
_TIME = re.compile(
    r"(?P<rest>.*?)\s*\((?P<since>\d{4}-\d\d-\d\d)?\s*\.\.\s*(?P<until>\d{4}-\d\d-\d\d)?\)\Z", re.DOTALL
)
_BARE_NUMBER = re.compile(r".*:\s*\d+(?:[.,]\d+)?\Z", re.DOTALL)


def parse_owner(text: str) -> Owner:
    """Read ``Ant Group``, ``Ant Group:62%`` or ``Ant Group:62% (2019-05-01..2023-01-07)``. Raises EntryError."""
    rest, since, until = text.strip(), None, None
    time = _TIME.match(rest)
    if time and (time["since"] or time["until"]):
        try:
            since = date.fromisoformat(time["since"]) if time["since"] else None
            until = date.fromisoformat(time["until"]) if time["until"] else None
        except ValueError:
            raise EntryError(f"owner {text!r}: no such day; write days as 2019-05-01") from None
        rest = time["rest"]
    share = _SHARE.match(rest)
    if share:
        percent = None if share["share"] == "?" else float(share["share"].replace(",", "."))
        return Owner(share["name"].strip(), percent, since, until)
    if _BARE_NUMBER.match(rest):
        raise EntryError(f"owner {text!r}: write the share with a percent sign, as `Ant Group:62%`")
    return Owner(rest, None, since, until)


def format_owner(owner: Owner) -> str:
    """Write an owner as ``parse_owner`` reads it."""
    text = owner.name
    if owner.share is not None:
        text += f":{_number(owner.share)}%"
    elif _SHARE.match(text) or _TIME.match(text) or _BARE_NUMBER.match(text):
        text += ":?%"  # the name itself looks as if it ended in a share or a time
    if owner.since or owner.until:
        text += f" ({owner.since or ''}..{owner.until or ''})"
    return text


def _number(share: float) -> str:
    return str(int(share)) if share == int(share) else repr(share)
