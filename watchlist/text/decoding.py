"""Bytes of unknown encoding -> text, without changing a line end. Never guesses silently."""

import re
from dataclasses import dataclass

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_KINDS = (
    (b"%PDF-", "a PDF file: convert it to text first (pdftotext FILE)"),
    (b"PK\x03\x04", "a zip or Office file: save it as text or HTML first"),
    (b"\xd0\xcf\x11\xe0", "an old Office file: save it as text or HTML first"),
    (b"{\\rtf", "an RTF file: save it as text or HTML first"),
    (b"SQLite format 3\x00", "a database, not a text"),
    (b"\x89PNG", "a picture, not a text"),
    (b"\xff\xd8\xff", "a picture, not a text"),
    (b"GIF8", "a picture, not a text"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*+=\s*+["']?\s*+([A-Za-z0-9_.:-]{2,40})""")

SAMPLE = 65_536


class NotText(ValueError):
    """The bytes are no text; ``str(error)`` says what they are, to follow the file's name."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, and ``doubt``: what a person should know of a guess or a repair (empty when there was none)."""

    text: str
    doubt: str = ""


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """Decode: byte order mark, UTF-8, the declared encoding, UTF-8 with a few broken bytes, a guess.

    ``declared`` is what a header says; a page's own declaration is looked for in its first kilobytes. Raises
    NotText for binary content and for bytes that no encoding explains.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            try:
                return Decoded(body.decode(encoding))
            except UnicodeDecodeError:
                return Decoded(
                    body.decode(encoding, "replace").removeprefix("\ufeff"), f"damaged {encoding.upper()}"
                )
    sample = body[:SAMPLE]
    refuse_binary(body)
    try:
        return Decoded(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    own = _DECLARED.search(body[:4096]) if body[:4096].lstrip().startswith(b"<") else None
    for name in (declared, own[1].decode("ascii") if own else None):
        if name and name.lower() not in ("utf-8", "utf8"):
            try:
                return Decoded(body.decode(name))
            except (LookupError, UnicodeDecodeError):
                continue
    return _repaired(body) or _guessed(body, sample)


def refuse_binary(body: bytes) -> None:
    """Raise NotText when the bytes are no text in whatever encoding: a picture, a PDF, an archive, zeros."""
    for start, kind in _KINDS:
        if body.startswith(start):
            raise NotText(kind)
    sample = body[:SAMPLE]
    if body.startswith(tuple(mark for mark, _ in _MARKS)):
        return
    if b"\x00" in sample or len(_CONTROL.findall(sample)) > len(sample) // 20:
        raise NotText("a binary file, not a text")


def _repaired(body: bytes) -> Decoded | None:
    """Return UTF-8 with a few broken bytes, when the rest is clearly UTF-8."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    sound = sum(1 for char in text if char > "\x7f") - broken
    if broken * 5 <= sound and broken * 100 <= len(text):
        bytes_said = "one broken byte" if broken == 1 else f"{broken:,} broken bytes"
        return Decoded(text, f"UTF-8 with {bytes_said}, shown as \ufffd")
    return None


def _guessed(body: bytes, sample: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is not None and best.encoding != "utf_8":
        return Decoded(body.decode(best.encoding, "replace"), f"not UTF-8; read as {best.encoding} (a guess)")
    raise NotText("in no encoding that we know: save it as UTF-8")
