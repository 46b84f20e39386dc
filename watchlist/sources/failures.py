"""What went wrong on the line, in words for a person."""

import errno
import re
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
import urllib3.exceptions

from watchlist.config import FetchSettings
from watchlist.errors import FetchError
from watchlist.sources.address import host_of, shown
from watchlist.sources.guard import InvalidIPAddress

LONGEST_WAIT = 24 * 3600.0
"""Seconds. No publisher can silence a source for longer than a day."""

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


class NeverAnswered(FetchError):
    """The connection ended before a single byte of an answer: worth asking once more."""


def explain(url: str, error: BaseException, settings: FetchSettings) -> FetchError:
    """Return the FetchError for what requests, urllib3 or the system raised."""
    place = shown(url)
    chain = tuple(_causes(error))
    if isinstance(error, FetchError):
        return error
    if found := _first(chain, InvalidIPAddress):
        return FetchError(
            place,
            f"refused: leads to the private or reserved address {found.args[0]} "
            "(fetch.allow_private_addresses permits it)",
        )
    if _resolution_failed(chain):
        return FetchError(place, f"no such host, or no name server: {host_of(url)!r}", local=True)
    if any(isinstance(cause, OSError) and cause.errno in _NO_ROUTE for cause in chain):
        return FetchError(place, "no route to the host; is the network up?", local=True)
    if found := _first(chain, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        return FetchError(place, f"its certificate is not accepted: {_reason(found)}")
    if _first(chain, ConnectionRefusedError):
        return FetchError(place, "nobody listens there (connection refused)")
    if _first(chain, requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError):
        return FetchError(place, f"no connection within {settings.connect_timeout:g} s")
    if _first(chain, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        return FetchError(place, f"silent for {settings.read_timeout:g} s; given up (fetch.read_timeout)")
    if found := _first(chain, urllib3.exceptions.IncompleteRead):
        return FetchError(place, "ended early: the answer is not whole; it will be read again")
    if _first(chain, ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
        return NeverAnswered(place, "the connection was broken off")
    if _first(chain, requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return FetchError(place, "the proxy of the environment does not answer", local=True)
    return FetchError(place, f"no usable answer: {_reason(error)}")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return Retry-After in seconds (given as seconds or as a date), at most a day; None when it says nothing."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return min(seconds, LONGEST_WAIT) if seconds > 0 else None


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return the error and all that it wraps: causes, contexts, arguments, urllib3's ``reason``."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 30:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found


def _first(chain: tuple[BaseException, ...], *kinds: type[BaseException]) -> BaseException | None:
    return next((error for error in chain if isinstance(error, kinds)), None)


def _resolution_failed(chain: tuple[BaseException, ...]) -> bool:
    if _first(chain, socket.gaierror, urllib3.exceptions.NameResolutionError):
        return True
    return any(isinstance(error, UnicodeError) for error in chain)


def _reason(error: BaseException) -> str:
    """Return the innermost wording, short and on one line, without memory addresses."""
    text = str(_causes(error)[-1]) or type(error).__name__
    text = re.sub(r"<[^<>]{0,200}object at 0x[0-9a-f]+>[:,]?\s*", "", text)
    return re.sub(r"\s+", " ", text).strip(" ()'\"")[:160]
