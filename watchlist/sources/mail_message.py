"""A mail (newsletter, agency alert) as a document. Pure.

Stable id: the Message-ID, else a hash of the message.
"""

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from watchlist.model import Document
from watchlist.text.charset import decode
from watchlist.text.html import fragment_text

_HEAD = 100_000
"""Bytes at the beginning of a mail that are searched for its headers."""


def read_mail(body: bytes, *, source: str | None = None) -> Document:
    """Return the mail's subject and text: its plain part, or its HTML part where that says more. Never fails."""
    message = message_from_bytes(body, policy=policy.default)
    plain = "\n\n".join(_parts(message, "text/plain")).strip()
    rich = "\n\n".join(fragment_text(part) for part in _parts(message, "text/html")).strip()
    uid = _header(message, "Message-ID").strip().strip("<>")
    return Document(
        id=uid or f"content:{hashlib.sha256(body).hexdigest()[:40]}",
        title=_header(message, "Subject"),
        text=plain if 2 * len(plain) > len(rich) else rich,
        published=_date(message),
        source=source,
    )


def written_by_us(body: bytes) -> bool:
    """Say whether a mail is an alert of this program, or an answering machine's reply: reading it would start a loop.

    RFC 3834: ``auto-replied`` is an answer to a mail; ``auto-generated`` alone is any newsletter's. A bounce has a null
    return path.
    """
    head = body[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    message = message_from_bytes(head + b"\n\n", policy=policy.default)
    if _header(message, "X-Watchlist-Reason"):
        return True
    if _header(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return True
    return _header(message, "Return-Path") == "<>"


def _parts(message: EmailMessage, media: str) -> list[str]:
    found: list[str] = []
    for part in message.walk():
        try:
            if part.get_content_type() != media or part.get_content_disposition() == "attachment":
                continue
            raw = part.get_payload(decode=True)
        except Exception:  # noqa: BLE001, S112 (the parser meets forged headers; the other parts count)
            continue
        if isinstance(raw, bytes):
            charset = part.get_content_charset()
            found.append(decode(raw, [charset] if charset else []))
    return found


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except Exception:  # noqa: BLE001 (a forged header may break the header parser)
        value = ""
    return re.sub(r"\s+", " ", value.encode("utf-8", "replace").decode()).strip()


def _date(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
