"""Write the folding tables that ship in ``watchlist/text/data``.

Sources:

* Python's ``unicodedata`` (Unicode Character Database, Unicode licence): compatibility forms, case, accents.
* OpenCC (Apache-2.0), package ``OpenCC`` on PyPI: traditional, Hong Kong, Taiwan and Japanese character
  forms to simplified ones, character by character.
* Unicode ``confusables.txt`` as packed in ``confusable-homoglyphs`` (MIT; data under the Unicode licence):
  letters of other scripts that look like a Latin letter.

Run ``python tools/build_fold_tables.py`` with both packages installed; the output is deterministic for one
version of the sources, whose versions are written into the head of each file.
"""

import json
import sys
import unicodedata
from importlib import metadata, resources
from pathlib import Path

DATA = Path(__file__).parent.parent / "watchlist" / "text" / "data"

#: Scripts whose combining marks are ornaments to a reader of names. Elsewhere (kana, Indic) a mark makes
#: another letter, so composed letters stay as they are.
ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
#: Letters that only look composed: й is not an accented и.
KEPT = {"й", "Й"}
#: Letters without a canonical decomposition that readers write plainly.
PLAIN = {
    "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ħ": "h", "Ħ": "h", "ŧ": "t", "Ŧ": "t",
    "ı": "i", "İ": "i", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
    "ŀ": "l", "ŋ": "n", "Ŋ": "n", "ĸ": "k", "ƒ": "f", "ɵ": "o", "ə": "e", "Ə": "e",
    "ى": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ی": "ي", "ە": "ه", "ہ": "ه", "ـ": "",
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'", "＇": "'", "ʹ": "'", "ʻ": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-", "－": "-", "⁃": "-",
    "·": "・", "･": "・", "‧": "・", "•": "・",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "…": ".",
    "™": " ", "℠": " ",  # signs beside a name, not letters of it
}  # fmt: skip


def plain(char: str) -> str:
    """Return the folded form of one character: compatibility, case, accents, width."""
    if char in PLAIN:
        return PLAIN[char]
    folded = unicodedata.normalize("NFKC", char).casefold()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    out = []
    for c in folded:
        if c in PLAIN:
            out.append(PLAIN[c])
        elif c not in KEPT and unicodedata.name(c, "").startswith(ACCENTED):
            out.append("".join(x for x in unicodedata.normalize("NFD", c) if not unicodedata.combining(x)))
        else:
            out.append(c)
    result = "".join(PLAIN.get(c, c) for c in "".join(out))
    return "".join(c for c in result if not invisible(c)) if not char.isspace() else " "


def invisible(char: str) -> bool:
    """Tell characters without a width: format characters, marks, variation selectors."""
    return (
        unicodedata.category(char) in ("Mn", "Me", "Cf")
        or "\ufe00" <= char <= "\ufe0f"
        or char in "\u115f\u1160\u3164\uffa0"
    )


def simplified() -> dict[str, str]:
    """Return Han characters to their simplified form."""
    from opencc import OpenCC

    to_simplified = OpenCC("t2s").convert
    roads = [
        to_simplified,
        OpenCC("tw2s").convert,
        OpenCC("hk2s").convert,
        lambda char: to_simplified(OpenCC("jp2t").convert(char)),
    ]
    found = {}
    for point in [*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2A6E0)]:
        char = unicodedata.normalize("NFKC", chr(point))
        for road in roads:
            other = road(char)
            if len(other) == 1 and other != chr(point):
                found[chr(point)] = other
                break
    # a chain (Japanese -> traditional variant -> simplified) ends at its last link
    return {char: found.get(other, other) for char, other in found.items()}


def look_alikes() -> dict[str, str]:
    """Return letters of other alphabets to the lower-case Latin letter they look like."""
    with (resources.files("confusable_homoglyphs") / "confusables.json").open(encoding="utf-8") as handle:
        known = json.load(handle)
    found = {}
    for char, others in known.items():
        if len(char) != 1 or not char.isalpha():
            continue
        if not unicodedata.name(char, "").startswith(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")):
            continue
        for other in others:
            latin = other["c"]
            if len(latin) == 1 and latin.isascii() and latin.isalpha():
                # the capital decides: В looks like B, though в looks like nothing
                found[plain(char)] = min(found.get(plain(char), "~"), latin.lower())
                break
    return {char: latin for char, latin in sorted(found.items()) if len(char) == 1}


def main() -> None:
    """Write both tables."""
    han = simplified()
    rows = []
    for point in range(0x80, sys.maxunicode + 1):
        char = chr(point)
        if 0xD800 <= point < 0xE000 or unicodedata.category(char) in ("Cn", "Co"):
            continue
        folded = "" if invisible(char) else plain(char)
        folded = "".join(han.get(c, c) for c in folded)
        if folded != char:
            rows.append(f"{point:x}\t{folded}")
    DATA.mkdir(exist_ok=True)
    unicode = unicodedata.unidata_version
    head = [
        f"# Written by tools/build_fold_tables.py from Unicode {unicode} and OpenCC {metadata.version('OpenCC')}",
        "# (Apache-2.0, https://github.com/BYVoid/OpenCC). Code point in hexadecimal, tab, what it folds to.",
    ]
    (DATA / "fold.tsv").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    pairs = [f"{ord(char):x}\t{latin}" for char, latin in look_alikes().items()]
    head = [
        "# Written by tools/build_fold_tables.py from Unicode confusables.txt (Unicode licence, by way of",
        f"# confusable-homoglyphs {metadata.version('confusable-homoglyphs')}). Folded letter, Latin letter it looks like.",
    ]
    (DATA / "look_alikes.tsv").write_text("\n".join([*head, *pairs]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} folds, {len(pairs)} look-alikes\n")


if __name__ == "__main__":
    main()
