"""Write watchlist/matching/data/legal_tails.txt from legal_forms.toml: python tools/write_legal_tails.py.

To run after a change of the legal forms, or of how text is folded; a test tells when it was forgotten.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DATA = ROOT / "watchlist" / "matching" / "data"
HEAD = """\
# Written by tools/write_legal_tails.py from legal_forms.toml: legal forms as the folded tokens of a text.
"""
DOTTED = 4
"""Forms of one word and so few letters are also written with dots: S.A.S., L.L.C."""


def tails() -> str:
    """Return what the file must hold."""
    data: dict[str, Any] = tomllib.loads((DATA / "legal_forms.toml").read_text(encoding="utf-8"))
    text = data["text"]
    forms = [
        form
        for table in data["form"]
        if table["kind"] not in text["left_kinds"]
        for form in (*table.get("forms", ()), *table.get("unspaced", ()))
    ]
    found = (_folded(forms) - _folded(text["left"])) | _folded(text["more"])
    short = {words[0] for words in found if len(words) == 1 and 1 < len(words[0]) <= DOTTED}
    rows = {" ".join(words) for words in (*found, *map(tuple, short)) if words}
    return HEAD + "".join(f"{row}\n" for row in sorted(rows))


def _folded(forms: list[str]) -> set[tuple[str, ...]]:
    from watchlist.text.tokens import words_in

    return {tuple(words_in(form)) for form in forms}


if __name__ == "__main__":
    (DATA / "legal_tails.txt").write_text(tails(), encoding="utf-8")
