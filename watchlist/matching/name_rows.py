"""The names of a watchlist as rows of folded tokens, all folded at once: by itself each takes ten times as long."""

from collections.abc import Sequence

from watchlist.text.fold import fold
from watchlist.text.tokens import words_in, words_of_folded

_APART = str.maketrans({chr(p): " " for p in range(128) if not (chr(p).isalnum() or chr(p) in "_\n")})


def token_rows(names: Sequence[str]) -> list[str]:
    """Return the tokens of each name (``words_in``), one space between two, ``&`` as ``and``."""
    others = [at for at, name in enumerate(names) if not name.isascii() or "&" in name or "\n" in name]
    plain = list(names)
    for at in others:
        plain[at] = ""
    text = "\n".join(plain).lower().translate(_APART)
    while "  " in text:
        text = text.replace("  ", " ")
    rows = text.replace("\n ", "\n").replace(" \n", "\n").strip(" ").split("\n") if names else []
    # a soft hyphen at its end would swallow the end of the line
    together = [at for at in others if "\n" not in names[at] and "\u00ad" not in names[at]]
    folded = fold("\n".join([names[at] for at in together])).text.split("\n")
    for at, row in zip(together, folded, strict=True) if together else ():
        rows[at] = _row(words_of_folded(row))
    for at in set(others).difference(together):
        rows[at] = _row(words_in(names[at]))
    return rows


def _row(words: Sequence[str]) -> str:
    return " ".join(words) if "&" not in words else " ".join("and" if word == "&" else word for word in words)
