"""Legal forms at the end of a name in text: they continue the same name. The forms are those of names
(``legal_forms.toml``), without the ones that are words too."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from watchlist.text.fold import fold
from watchlist.text.tokens import words_of_folded

#: Forms of one word and so few letters are also written with dots: S.A.S., L.L.C.
_DOTTED = 4


@cache
def _tails() -> frozenset[tuple[str, ...]]:
    path = resources.files("watchlist.matching") / "data" / "legal_forms.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    text = data["text"]
    forms = [
        form
        for table in data["form"]
        if table["kind"] not in text["left_kinds"]
        for form in (*table.get("forms", ()), *table.get("unspaced", ()))
    ]
    found = (_folded(forms) - _folded(text["left"])) | _folded(text["more"])
    short = {words[0] for words in found if len(words) == 1 and 1 < len(words[0]) <= _DOTTED}
    return frozenset(words for words in (*found, *map(tuple, short)) if words)


def _folded(forms: list[str]) -> set[tuple[str, ...]]:
    """Return the tokens of each form; folded together, which is far less work."""
    return {tuple(words_of_folded(plain)) for plain in fold("\n".join(forms)).text.split("\n")}


@cache
def _longest() -> int:
    return max(map(len, _tails()))


@cache
def last_words() -> frozenset[str]:
    """Return the last words of legal forms: most names end in none of them."""
    return frozenset(tail[-1] for tail in _tails())


def legal_form_at(words: tuple[str, ...] | list[str], start: int) -> int:
    """Return how many words from ``start`` are a legal form (0: none); the longest counts."""
    for length in range(min(_longest(), len(words) - start), 0, -1):
        if tuple(words[start : start + length]) in _tails():
            return length
    return 0


def without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the legal forms at its end; never empty."""
    changed = True
    while changed:
        changed = False
        for length in (
            range(min(_longest(), len(words) - 1), 0, -1) if words[-1:] and words[-1] in last_words() else ()
        ):
            if words[-length:] in _tails():
                words, changed = words[:-length], True
                break
    return words
