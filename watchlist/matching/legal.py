"""Legal forms at the end of a name in text: they continue the same name. The forms are those of names
(``legal_forms.toml``), without the ones that are words too."""

from functools import cache
from importlib import resources


@cache
def _tails() -> frozenset[tuple[str, ...]]:
    """Return the forms as tokens. They stand folded in their file: to fold them takes longer than to read a text."""
    path = resources.files("watchlist.matching") / "data" / "legal_tails.txt"
    rows = path.read_text(encoding="utf-8").split("\n")
    return frozenset(tuple(row.split(" ")) for row in rows if row and not row.startswith("#"))


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
