"""Folding: one plain form for many spellings, with the way back to the text as given.

``fold`` lower-cases, strips accents, unifies width, quotes, hyphens and Han variants, drops characters without
a width and decodes HTML entities left in text. Almost every character folds to exactly one; the few stretches
that do not (``ß``, ``&amp;``, a soft hyphen) are *edits*, and only they cost memory in the offset map.
"""

import codecs
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

#: What most often keeps a Latin text from being ASCII, and its folded form (as in fold.tsv): replaced first.
_FREQUENT = (
    ("’", "'"),
    ("“", '"'),
    ("”", '"'),
    ("‘", "'"),
    ("–", "-"),
    ("—", "-"),
    ("\u00a0", " "),
    ("…", "."),
    ("é", "e"),
)
#: So many characters that change are replaced one by one; more, and a table is faster.
_FEW = 40
#: A text of fewer characters, a name most often, is folded by a table at once.
_SHORT = 64
_SYMBOLS = "“”„«»…€£§©®°·′’‘–—‐‑™\u00a0"
#: The letters of one text mostly fit one of these pages, as they fit an eight-bit character set.
_PAGES = (
    _SYMBOLS + "".join(map(chr, range(0xC0, 0x100))) + "¡¿ªº²³¢¥±¬¶¹´¨¸¦×",
    _SYMBOLS + "ąćęłńóśźżáčďéěíňřšťúůýžäĺľôŕőűöüăâîșțşţđğıçėįųū"
    "ĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÄĹĽÔŔŐŰÖÜĂÂÎȘȚŞŢĐĞİÇĖĮŲŪ",
    _SYMBOLS + "№" + "".join(map(chr, range(0x400, 0x460))) + "ґҐ",
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: A soft hyphen at the end of a line belongs to the line break.
_SOFT_HYPHEN = re.compile(r"\u00ad(?:[ \t]*\r?\n[ \t]*)?")
#: Combining marks: a base letter with the marks that follow it is one edit.
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u3099\u309a\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"

_MARK_RUN = re.compile(_MARKS + "+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``starts`` and ``ends`` lead back: they take code-point offsets into ``text``.

    ``cuts`` are the offsets in ``text`` where a new segment begins, ``origins`` where each begins in the text
    as given, and ``spans`` how long each edited segment was there (-1 for one copied one to one).
    ``nearly_ascii``: the typography of newspapers is all that kept the text as given from being ASCII.
    """

    text: str
    cuts: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    nearly_ascii: bool = False

    def start(self, offset: int) -> int:
        """Return where the folded character at ``offset`` begins in the text as given."""
        if not self.cuts:
            return offset
        at = bisect_right(self.cuts, offset) - 1
        return self.origins[at] + (offset - self.cuts[at] if self.spans[at] < 0 else 0)

    def end(self, offset: int) -> int:
        """Return where the folded character before ``offset`` ends in the text as given."""
        if not self.cuts or offset <= 0:
            return offset
        at = bisect_right(self.cuts, offset - 1) - 1
        if self.spans[at] < 0:
            return self.origins[at] + offset - self.cuts[at]
        return self.origins[at] + self.spans[at]


class _Table(dict[int, str | int]):
    """A ``str.translate`` table that knows unlisted characters as themselves."""

    def __missing__(self, point: int) -> int:
        self[point] = point
        return point


@cache
def _read(name: str) -> dict[str, str]:
    path = resources.files("watchlist.text") / "data" / name
    rows = path.read_text(encoding="utf-8").split("\n")
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return {chr(int(point, 16)): folded for point, folded in pairs}


@cache
def _tables() -> tuple[dict[str, str], _Table, re.Pattern[str]]:
    """Return the folds that change length, the one-to-one folds, and the pattern of edits."""
    folds = _read("fold.tsv")
    table = _Table({point: chr(point).lower() for point in range(0x41, 0x5B)})
    uneven: dict[str, str] = {}
    for char, plain in folds.items():
        if len(plain) == 1:
            table[ord(char)] = plain
        else:
            uneven[char] = plain
    # marks are caught with their base letter; what is left stands alone
    members = "".join(re.escape(char) for char in uneven if char <= "\uffff" and not _MARK_RUN.match(char))
    # all beyond the basic plane is looked at one by one: listed singly it would make the class slow;
    # one class, so that the scan for edits is one fast loop
    edits = re.compile(f"[&\u00ad{_MARKS[1:-1]}{members}\U00010000-\U0010ffff]")
    return uneven, table, edits


@cache
def look_alikes() -> dict[int, str]:
    """Return letters of other alphabets and the Latin letters they look like, as a translation table."""
    return {ord(char): latin for char, latin in _read("look_alikes.tsv").items()}


class Page:
    """A few hundred characters that fold one to one, each known by one byte: folding them is a table look-up."""

    def __init__(self, chars: Iterable[str], plain: dict[str, str]) -> None:
        known = [chr(point) for point in range(128)]
        for char in chars:
            folded = plain.get(char, char)
            new = [c for c in dict.fromkeys((char, folded)) if c not in known]
            if len(folded) == 1 and len(known) + len(new) <= 256:
                known += new
        self._chars = "".join(known).ljust(256, "\ufffe")
        self._bytes = codecs.charmap_build(self._chars)
        self._folds = bytes(
            known.index(plain.get(char, char.lower() if at < 128 else char)) if at < len(known) else at
            for at, char in enumerate(self._chars)
        )

    def bytes_of(self, text: str) -> bytes | None:
        """Return a byte for each character, or None when the text holds one that is not on the page."""
        try:
            return codecs.charmap_encode(text, "strict", self._bytes)[0]
        except UnicodeEncodeError:
            return None

    def text_of(self, found: bytes) -> str:
        """Return the characters that bytes stand for."""
        return codecs.charmap_decode(found, "strict", self._chars)[0]

    def table(self, put: Callable[[str], str]) -> bytes:
        """Return a table for ``bytes.translate`` that puts an ASCII character for each, or the character itself."""
        return bytes(at if put(char) == char else ord(put(char)) for at, char in enumerate(self._chars))

    def every(self, wanted: Callable[[str], object]) -> bytes:
        """Return the bytes of all characters that are wanted."""
        return bytes(at for at, char in enumerate(self._chars) if wanted(char))

    def fold(self, text: str) -> str | None:
        """Return the folded text, or None when the text holds a character that is not on the page."""
        found = self.bytes_of(text)
        return None if found is None else self.text_of(found.translate(self._folds))


@cache
def pages() -> tuple[Page, ...]:
    """Return the pages, the most frequent first."""
    plain = {char: folded for char, folded in _read("fold.tsv").items() if not _MARK_RUN.match(char)}
    return tuple(Page(chars, plain) for chars in _PAGES)


def _without_typography(text: str) -> str:
    for char, folded in _FREQUENT:
        text = text.replace(char, folded)
    return text


def _fold_plainly(text: str) -> Folded | None:
    """Fold a text in which every character becomes one, the fast way; None when that does not hold for sure."""
    text = _without_typography(text)
    if text.isascii():
        return Folded(text.lower(), nearly_ascii=True)
    return next((Folded(plain) for page in pages() if (plain := page.fold(text)) is not None), None)


def _copied(text: str, table: _Table) -> str:
    """Fold a part of a text in which every character becomes one."""
    plain = _fold_plainly(text)
    return plain.text if plain else text.translate(table)


def _edit(text: str, at: int, done: int, uneven: dict[str, str], table: _Table) -> tuple[int, int, str]:
    """Return one edit at a character found by the scan: its start and end in the text, and its folded form."""
    char = text[at]
    if char == "&":
        hit = _ENTITY.match(text, at)
        decoded = html.unescape(hit[0]) if hit else char
        return (at, hit.end(), fold(decoded).text) if hit and decoded != hit[0] else (at, at + 1, char)
    if char == "\u00ad":
        hit = _SOFT_HYPHEN.match(text, at)
        return at, hit.end() if hit else at + 1, ""
    if char in uneven and not _MARK_RUN.match(char):
        return at, at + 1, uneven[char]
    if char > "\uffff":
        return at, at + 1, char.translate(table)
    import unicodedata  # the marks must be composed before the table can know the letter

    hit = _MARK_RUN.match(text, at)
    end = hit.end() if hit else at + 1
    start = at - 1 if at > done and text[at - 1].isalnum() else at
    composed = unicodedata.normalize("NFC", text[start:end])
    return start, end, "".join(uneven[c] if c in uneven else c.translate(table) for c in composed)


@cache
def _changing() -> re.Pattern[str]:
    """Return the pattern of what the table changes in the basic plane; it leaves alone what it puts."""
    _, table, _ = _tables()
    changed = (chr(point) for point, put in table.items() if isinstance(put, str) and point <= 0xFFFF)
    return re.compile(f"[{''.join(map(re.escape, changed))}]")


def _one_to_one(text: str, table: _Table) -> str:
    """Fold a text without edits: of the hundreds of characters that some scripts have, few change."""
    if len(text) < _SHORT:
        return text.translate(table)
    changing = set(_changing().findall(text))
    if len(changing) > _FEW:
        return text.translate(table)
    for char in changing:
        text = text.replace(char, str(table[ord(char)]))
    return text


def plain_form(text: str) -> str:
    """Return the folded text alone, of a word most often."""
    return text.lower() if text.isascii() and "&" not in text else fold(text).text


def fold(text: str) -> Folded:
    """Fold a text. Never fails on any ``str`` (lone surrogates stay as they are); linear in its length."""
    if "&" not in text or not _ENTITY.search(text):
        if text.isascii():
            return Folded(text.lower(), nearly_ascii=True)
        folded = _fold_plainly(text) if len(text) >= _SHORT else None
        if folded is not None:
            return folded
    uneven, table, edits = _tables()
    if not edits.search(text):
        return Folded(_one_to_one(text, table))
    cuts: list[int] = []
    origins: list[int] = []
    spans: list[int] = []
    pieces: list[str] = []
    done = at = 0
    for hit in edits.finditer(text):
        if hit.start() < done:
            continue  # inside the edit before
        start, end, plain = _edit(text, hit.start(), done, uneven, table)
        if start > done:
            pieces.append(_copied(text[done:start], table))
            cuts.append(at)
            origins.append(done)
            spans.append(-1)
            at += start - done
        if plain:
            pieces.append(plain)
            cuts.append(at)
            origins.append(start)
            spans.append(end - start)
            at += len(plain)
        done = end
    if done < len(text):
        pieces.append(_copied(text[done:], table))
        cuts.append(at)
        origins.append(done)
        spans.append(-1)
    return Folded("".join(pieces), cuts, origins, spans)
