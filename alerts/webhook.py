"""A webhook: the outbox's JSON, posted and signed as standardwebhooks.com says, through the guarded connections.

    webhook-id: wl.3f2a…@watchlist.example.org      the same at every attempt: what came twice can be told
    webhook-timestamp: 1795510800                   seconds, of this attempt: what is replayed can be told
    webhook-signature: v1,<base64 of HMAC-SHA256(secret, "id.timestamp.body")>

A secret that begins with ``whsec_`` is base64 behind that, any other is taken as it is.
"""

import base64
import binascii
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from contextlib import closing

import requests
import urllib3.exceptions

from alerts.ledger.posts import Claim
from watchlist.config import ChannelSettings
from watchlist.errors import ConfigError, DeliveryError
from watchlist.sources.address import host_of, split
from watchlist.sources.guard import Deadline, InvalidIPAddress, adapters, session

_MOST_ANSWER = 300
_REFUSED = frozenset({400, 406, 409, 413, 415, 422})
"""About this message: it will be refused again."""
_WRONG = frozenset({401, 403, 404, 405, 410})
"""About the channel: address or secret are not right."""


class WebhookTransport:
    """Posts messages to one address. No redirect is followed; private addresses only where the channel permits."""

    def __init__(self, channel: ChannelSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._url = channel.url or ""
        self._key = _key(channel)
        self._timeout = channel.timeout
        self._clock = clock
        self.name = f"webhook {channel.name}"
        if split(self._url) is None:
            raise ConfigError(f"channel {channel.name!r}: its address is no web address", key="channels.url")
        if not channel.private and not self._url.lower().startswith("https://"):
            raise ConfigError(
                f"channel {channel.name!r}: its address must begin with https:// "
                "(plain http is for your own network: private = true)",
                key="channels.url",
            )
        self._adapters = adapters(allow_private=channel.private)

    @property
    def place(self) -> str:
        """Name the way out for a person: the host only, for an address can be a secret."""
        return f"{self.name} at {host_of(self._url)}"

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        """Post one message. DeliveryError as for mail: ``permanent``, ``channel``, or to be tried again."""
        if not before_data():
            raise DeliveryError("another process took this message over")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "watchlist-webhook",
            **signed(self._key, held.message_id.strip("<>"), int(self._clock()), held.mime),
        }
        try:
            with closing(session(self._adapters)) as http, Deadline(self._timeout) as deadline:
                status, answer = _post(http, self._url, headers, held.mime, self._timeout)
        except InvalidIPAddress as error:
            raise DeliveryError(
                f"{self.place}: a private address; refused (private = true permits it)", channel=True, code=0
            ) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            never = isinstance(error, requests.ConnectTimeout) or _never_connected(error)
            what = "not answered in time" if deadline.expired else _said(error)
            raise DeliveryError(f"{self.place}: {what}", channel=never, code=0 if never else None) from error
        if 200 <= status < 300:
            return
        problem = f"{self.place}: answered {status}" + (f" ({answer})" if answer else "")
        raise DeliveryError(problem, permanent=status in _REFUSED, channel=status in _WRONG, code=status)

    def close(self) -> None:
        """Let go of connections."""
        for adapter in self._adapters.values():
            adapter.close()


def signed(key: bytes | None, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers that identify, date and (with a key) sign a message."""
    headers = {"webhook-id": identity, "webhook-timestamp": str(timestamp)}
    if key is not None:
        text = b".".join((identity.encode("ascii", "replace"), str(timestamp).encode(), body))
        digest = hmac.new(key, text, hashlib.sha256).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(digest).decode('ascii')}"
    return headers


def _key(channel: ChannelSettings) -> bytes | None:
    if not channel.secret:
        return None
    if not channel.secret.startswith("whsec_"):
        return channel.secret.encode("utf-8")
    try:
        return base64.b64decode(channel.secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ConfigError(
            f"channel {channel.name!r}: behind whsec_ its secret must be base64", key="channels.secret"
        ) from error


def _post(
    http: requests.Session, url: str, headers: dict[str, str], body: bytes, timeout: float
) -> tuple[int, str]:
    with closing(
        http.post(
            url,
            data=body,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True,
        )
    ) as reply:
        answer = b""
        if reply.status_code >= 300:
            answer = reply.raw.read(_MOST_ANSWER, decode_content=False) or b""
        text = answer.decode("utf-8", "replace")
        return reply.status_code, "".join(ch if ch.isprintable() else " " for ch in text).strip()[:120]


def _never_connected(error: BaseException) -> bool:
    """Say whether the message cannot have reached anybody."""
    found: BaseException | None = error
    for _ in range(6):
        if found is None:
            return False
        if isinstance(found, urllib3.exceptions.NewConnectionError | urllib3.exceptions.SSLError):
            return True
        reason = getattr(found, "reason", None)
        first = found.args[0] if found.args and isinstance(found.args[0], BaseException) else None
        found = reason if isinstance(reason, BaseException) else first
    return False


def _said(error: BaseException) -> str:
    """Return what went wrong without the address, which can be a secret."""
    if _never_connected(error):
        return "cannot connect"
    return type(error).__name__
