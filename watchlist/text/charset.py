"""Bytes to text, when the sender's word about the character set cannot be trusted. Pure."""

import codecs
import re
from collections.abc import Iterable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings in which ASCII bytes do not mean ASCII letters can hide markup from whoever looks at the bytes, and
# some of Python's codecs are not character sets at all.
_REFUSED = re.compile(
    r"utf-?7|[\w .:-]{0,60}escape|punycode|idna|undefined|mbcs|oem|cp(?:037|273|424|500|875|1026|1140)"
)
_DECLARED_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARED_HTML = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*+=\s*+["']?\s*+([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
# The labels that web pages get wrong so often that browsers read them as the larger set (WHATWG).
_LARGER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252: one Latin-1 name in a UTF-8 file must not spoil the rest."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error("watchlist-stray-bytes", _stray_bytes)


def declared_charsets(body: bytes, header: str | None = None) -> list[str]:
    """Return the character sets that an XML or HTML text claims: its own word first, then the HTTP header's."""
    head = body[:2048]
    found = [
        match.group(1).decode("ascii")
        for pattern in (_DECLARED_XML, _DECLARED_HTML)
        if (match := pattern.search(head))
    ]
    return [*found, header] if header else found


def decode(body: bytes, declared: Iterable[str] = ()) -> str:
    """Return the text of ``body``; never fails.

    A byte order mark decides; then the first declared set that fits without error; then UTF-8, in which stray
    bytes are read as Windows-1252. NUL characters are dropped.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace").replace("\0", "")
    if b"\0" in body[:64]:
        guess = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
        return body.decode(guess, errors="replace").replace("\0", "")
    for label in declared:
        try:
            name = codecs.lookup(label.strip()).name
            if _REFUSED.fullmatch(name.replace("_", "-")) or name.startswith(("utf-16", "utf-32")):
                continue
            text = body.decode(
                _LARGER.get(name, name)
            )  # refuses codecs that are no character sets (zip, hex)
        except (LookupError, ValueError, TypeError):
            continue
        return text.replace("\0", "")
    return body.decode("utf-8", errors="watchlist-stray-bytes").replace("\0", "")


def header_charset(content_type: str) -> str | None:
    """Return the charset parameter of a Content-Type header, if it has one."""
    match = re.search(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", content_type, re.IGNORECASE)
    return match.group(1) if match else None
