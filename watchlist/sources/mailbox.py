"""An IMAP mailbox (newsletters, agencies' alerts by mail) as a news source; it is only looked at, never changed.

Address   ``imaps://user%40example.org@mail.example.org/INBOX``; plain ``imap://`` only to this machine (a TLS tunnel).
Format    RFC 3501: EXAMINE, UID SEARCH, UID FETCH of BODY.PEEK[], so that no mail is marked as read.
Id        the mail's Message-ID. Removals do not show.
Quirks    UIDs hold for one UIDVALIDITY; when that changes the last mails are read again, and known ids are no news.
Sure      by the standard, tested against a small server of our own, over TLS too: unverified with any provider.
"""

import base64
import imaplib
import json
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from watchlist.errors import ConfigError, FetchError
from watchlist.model import Page, Request, SourceState
from watchlist.sources.base import Parsed
from watchlist.sources.mail_message import read_mail, written_by_us

BATCH = 50
"""Mails a visit at most; the rest comes with the next ones, oldest first."""
MOST_BYTES = 1_000_000
"""Bytes of a mail that are read; what lies beyond (attachments) is left out."""
SECONDS = 30.0
"""Longest wait for the server's next bytes."""
LONGEST = 300.0
"""Seconds for a whole visit: a server that drips a byte now and then would hold it for ever."""
_LOCAL = ("localhost", "127.0.0.1", "::1")
_WATERMARK = re.compile(r'\A"?(\d{1,20})-(\d{1,20})"?\Z')
"""UIDVALIDITY and UID, as an ETag is kept."""


def check_address(url: str) -> None:
    """Raise ConfigError, one line, when ``url`` is no mailbox's address."""
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ConfigError("url must be a mailbox, such as imaps://user%40example.org@mail.example.org/INBOX")
    if parts.password is not None:
        raise ConfigError("no password in the address: name the variable that holds it, option password_env")
    if parts.scheme == "imap" and parts.hostname not in _LOCAL:
        raise ConfigError("imap:// would send the password in clear: use imaps://")


@dataclass(frozen=True, slots=True)
class MailboxSource:
    """One folder of a mailbox. ``password_env`` names the environment variable with the password; a visit takes
    ``seconds`` at most."""

    name: str
    url: str
    password_env: str
    official: bool = False
    seconds: float = LONGEST

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the mails after the last one that was read."""
        yield Request(self.url, role="mails")

    def fetch(self, request: Request, state: SourceState, now: datetime) -> Page:
        """Read the next mails over one connection; the tag of the answer is the watermark. Raises FetchError."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        password = os.environ.get(self.password_env)
        if not password:
            raise FetchError(host, f"the environment variable {self.password_env} holds no password")
        known = state.validators.get(request.url, {}).get("etag", "") if request.conditional else ""
        try:
            with _connected(parts.scheme, host, parts.port, self.seconds) as server:
                server.login(unquote(parts.username or ""), password)
                tag, mails = _new_mails(server, unquote(parts.path.strip("/")) or "INBOX", known, host)
        except ssl.SSLError as error:
            raise FetchError(host, f"no safe connection: {_told(error)}") from error
        except _TooLong:
            raise FetchError(host, f"took longer than {self.seconds:g} s; cut off") from None
        except imaplib.IMAP4.error as error:
            said = " ".join(str(error).replace(password, "…").split())[:120]
            raise FetchError(host, f"the mail server refuses: {said}") from error
        except OSError as error:
            raise FetchError(host, f"no connection to the mail server: {error.strerror or error}") from error
        headers = {"etag": tag, "content-type": "application/json"}
        if not mails:
            return Page(request.url, request.url, 304, headers, b"", now, not_modified=True)
        body = json.dumps([base64.b64encode(mail).decode() for mail in mails]).encode()
        return Page(request.url, request.url, 200, headers, body, now)

    def parse(self, page: Page, request: Request) -> Iterator[Parsed]:
        """Yield each mail; our own alerts and answering machines are left out, or a loop would start."""
        for packed in json.loads(page.body):
            mail = base64.b64decode(packed)
            if not written_by_us(mail):
                yield replace(read_mail(mail, source=self.name), official=self.official)


def _told(error: ssl.SSLError) -> str:
    """Return why a connection is not safe: of a certificate what is wrong with it, else OpenSSL's word."""
    return getattr(error, "verify_message", "") or (error.reason or "TLS failed").replace("_", " ").lower()


class _TooLong(Exception):
    """The visit's time is over."""


@contextmanager
def _connected(scheme: str, host: str, port: int | None, seconds: float) -> Iterator[imaplib.IMAP4]:
    """Give an open connection and close it, whatever happened on it; cut it off after so many seconds."""
    deadline = _Deadline(seconds)
    try:
        server: imaplib.IMAP4
        if scheme == "imaps":
            context = ssl.create_default_context()
            server = _CappedTls(deadline, host, port or 993, ssl_context=context, timeout=SECONDS)
        else:
            server = _Capped(deadline, host, port or 143, timeout=SECONDS)
        try:
            yield server
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with suppress(OSError):
                server.shutdown()
    except (OSError, imaplib.IMAP4.error) as error:
        if deadline.over:
            raise _TooLong from error
        raise
    finally:
        deadline.cancel()


class _Deadline:
    """Cuts a socket off when the time is over, also while somebody waits for its next byte."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def holds(self, found: socket.socket) -> None:
        """Take charge of a connection."""
        self._socket = found
        if self.over:
            self._cut()

    def cancel(self) -> None:
        """Let go: the visit is done."""
        self._timer.cancel()

    def _cut(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):  # the TCP connection itself: closing TLS would wait for the other side
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _new_mails(server: imaplib.IMAP4, folder: str, known: str, host: str) -> tuple[str, list[bytes]]:
    """Return the new watermark and the mails after ``known`` ("validity-uid"; "" for none)."""
    quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
    _answered(server.select(f'"{quoted}"', readonly=True), host, f"no folder {folder!r}")
    validity = next((raw.decode() for raw in server.response("UIDVALIDITY")[1] if raw), "0")
    told = _WATERMARK.match(known)
    last = int(told[2]) if told and told[1] == validity else 0
    found = _answered(server.uid("SEARCH", f"UID {last + 1}:*"), host, "no search")
    # "n:*" names the last mail even where its uid is below n
    uids = sorted(uid for raw in found if raw for uid in map(int, raw.split()) if uid > last)
    uids = uids[:BATCH] if last else uids[-BATCH:]
    mails: list[bytes] = []
    for uid in uids:
        rows = _answered(server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"), host, "no mail")
        mails.extend(row[1] for row in rows if isinstance(row, tuple))  # none: deleted just now
    return f'"{validity}-{uids[-1] if uids else last}"', mails


def _answered(answer: tuple[str, list[Any]], host: str, wrong: str) -> list[Any]:
    status, rows = answer
    if status != "OK":
        raise FetchError(host, f"the mail server says {status}: {wrong}")
    return rows


class _Limits:
    """Refuses a literal that is larger than what was asked for, and ends with its deadline."""

    def __init__(self, deadline: _Deadline, *args: Any, **named: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **named)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        found: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        self._deadline.holds(found)
        return found

    def read(self, size: int) -> bytes:
        """Read so many bytes, within the cap."""
        if size > MOST_BYTES + 1000:
            raise imaplib.IMAP4.abort(
                f"an answer of {size:,} bytes where at most {MOST_BYTES:,} were asked for"
            )
        return super().read(size)  # type: ignore[misc,no-any-return]


class _Capped(_Limits, imaplib.IMAP4):
    pass


class _CappedTls(_Limits, imaplib.IMAP4_SSL):
    pass
