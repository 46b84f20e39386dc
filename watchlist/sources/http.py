"""Other people's servers, read with manners and suspicion: the only place that speaks HTTP.

Manners: an honest User-Agent, conditional requests, one request a host at a time with a pause between two,
Retry-After obeyed. Suspicion: http and https only, no private address (each redirect is checked anew), TLS
verified, a deadline for the whole exchange, caps on what comes over the line and on what it unpacks to.
Every refusal is a FetchError with one line that says what was wrong and what to do.
"""

import contextlib
import os
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urldefrag, urljoin
from urllib.request import getproxies, proxy_bypass

import requests
import urllib3.exceptions

from watchlist.clock import utc_now
from watchlist.config import FetchSettings
from watchlist.errors import FetchError
from watchlist.model import Page, Request, SourceState
from watchlist.sources.address import host_of, shown, split
from watchlist.sources.failures import NeverAnswered, explain, retry_after
from watchlist.sources.guard import Deadline, adapters, session
from watchlist.sources.inflate import SUPPORTED, Inflater
from watchlist.sources.robots import RobotsCache

MAX_REDIRECTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_PIECE = 64 * 1024
_SENDABLE = re.compile(r"[\x20-\x7e\x80-\xff]+")
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, text/html;q=0.9, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class Download:
    """A large answer, whole, in a temporary file that vanishes when closed. ``page`` has an empty body."""

    page: Page
    stream: BinaryIO


class _Host:
    """One host's turn-taking: one request at a time, a pause between two, and its own 'not before'."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.free_at = 0.0
        self.blocked_until = 0.0


class Fetcher:
    """Reads http and https addresses within caps and deadlines. Safe to share between threads.

    ``monotonic`` is injectable for tests of the pauses; ``clock`` stamps pages.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._adapters = adapters(allow_private=settings.allow_private_addresses)
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._under_way: set[Deadline] = set()
        self._robots = RobotsCache(self._robots_text, settings.user_agent, monotonic)

    def fetch(self, request: Request, state: SourceState | None = None) -> Page:
        """Return one answer; ``not_modified`` when the state's validators still hold.

        Raises FetchError: refused address, network, time, size, status, an empty answer.
        """
        body = bytearray()
        cap = request.max_bytes or self._usual_cap(request)
        page = self._exchange(request, state, cap, self._settings.total_timeout, body.extend)
        return replace(page, body=bytes(body))

    def open(
        self, request: Request, state: SourceState | None = None, *, total_timeout: float | None = None
    ) -> Download:
        """Download a large answer (an official list) to a temporary file, whole, and hand it out as a stream.

        ``request.max_bytes`` is the cap; ``total_timeout`` in seconds, else ten times that of a page.
        Raises FetchError as ``fetch`` does.
        """
        cap = request.max_bytes or self._settings.max_page_bytes
        file = tempfile.TemporaryFile()  # noqa: SIM115 (handed out; closed by the reader)
        try:
            seconds = total_timeout or 10 * self._settings.total_timeout
            page = self._exchange(request, state, cap, seconds, lambda piece: _write(file, piece))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return Download(page, file)

    def allowed(self, url: str) -> bool:
        """Say whether the host's robots.txt lets us read this article page.

        A robots.txt that is missing allows all; one that cannot be had (5xx, time-out) forbids for an hour.
        """
        return self._robots.allowed(url)

    def close(self) -> None:
        """End all connections: a fetch under way, or begun later, fails at once with FetchError."""
        self._closed.set()
        with self._lock:
            for deadline in self._under_way:
                deadline.cut()
        for adapter in self._adapters.values():
            adapter.close()

    def _usual_cap(self, request: Request) -> int:
        settings = self._settings
        return settings.max_feed_bytes if request.role == "feed" else settings.max_page_bytes

    # ----- one exchange: the redirects of one request ---------------------------------------------------------

    def _exchange(
        self,
        request: Request,
        state: SourceState | None,
        cap: int,
        seconds: float,
        keep: Callable[[bytes], object],
    ) -> Page:
        url = request.url
        headers = {"User-Agent": self._settings.user_agent, "Accept-Encoding": SUPPORTED, "Accept": _ACCEPT}
        headers |= dict(request.headers)
        validators = dict(state.validators.get(request.url, {})) if state and request.conditional else {}
        headers |= _conditions(validators)
        moved: str | None = None
        leading = True  # only permanent redirects so far
        started = self._monotonic()
        with contextlib.closing(session(self._adapters)) as http:
            for _ in range(MAX_REDIRECTS + 1):
                left = seconds - (self._monotonic() - started)
                with self._turn(url), self._deadline(max(left, 0.001)) as deadline:
                    reply = self._ask(http, url, headers, deadline, seconds)
                    with contextlib.closing(reply):
                        if reply.status_code not in _REDIRECTS:
                            return self._answer(
                                request, reply, url, moved, cap, deadline, keep, seconds, bool(validators)
                            )
                        target = http.get_redirect_target(reply)
                        if not target:
                            raise FetchError(
                                shown(url),
                                f"answered {reply.status_code} without saying where to",
                                status=reply.status_code,
                            )
                        following = urldefrag(urljoin(url, target)).url
                        leading = leading and reply.status_code in _PERMANENT
                if leading:
                    moved = following
                if host_of(following) != host_of(url):
                    headers = {
                        name: value
                        for name, value in headers.items()
                        if name.lower() not in ("authorization", "cookie")
                    }
                url = following
        raise FetchError(
            shown(request.url), f"redirected more than {MAX_REDIRECTS} times; the address leads in a circle"
        )

    def _ask(
        self, http: requests.Session, url: str, headers: Mapping[str, str], deadline: Deadline, seconds: float
    ) -> requests.Response:
        """Send one request; the answer's body is still to be read."""
        if split(url) is None:
            raise FetchError(shown(url), "refused: only http:// and https:// addresses are read")
        prepared = _prepared(http, url, headers)
        for last_try in (False, True):
            try:
                return http.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=(self._settings.connect_timeout, self._settings.read_timeout),
                    verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True,
                    proxies=_proxies(url),
                )
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if deadline.expired or deadline.stopped:
                    raise _out_of_time(url, deadline, seconds) from error
                failure = explain(url, error, self._settings)
                # a connection kept alive may have been closed just then by the server: ask once more
                if last_try or not isinstance(failure, NeverAnswered):
                    raise failure from error
        raise AssertionError("unreachable")

    def _answer(
        self,
        request: Request,
        reply: requests.Response,
        url: str,
        moved: str | None,
        cap: int,
        deadline: Deadline,
        keep: Callable[[bytes], object],
        seconds: float,
        conditional: bool,
    ) -> Page:
        now = self._clock()
        status = reply.status_code
        headers = {name.lower(): value for name, value in reply.headers.items()}
        page = Page(request.url, url, status, headers, b"", now, moved_to=moved)
        if status == 304 and conditional:
            return replace(page, not_modified=True)
        if status != 200:
            wait = retry_after(headers.get("retry-after"), now) if status in (429, 503) else None
            if status == 429:
                self._host(url).blocked_until = self._monotonic() + (wait or 60.0)
            raise FetchError(shown(url), _status_line(reply, wait), status=status, retry_after=wait)
        size = 0
        try:
            for piece in _unpacked(reply, url, cap):
                size += len(piece)
                keep(piece)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if deadline.expired or deadline.stopped:
                raise _out_of_time(url, deadline, seconds) from error
            raise explain(url, error, self._settings) from error
        if deadline.expired or deadline.stopped:
            raise _out_of_time(url, deadline, seconds)
        if not size:
            raise FetchError(shown(url), "answered with nothing (0 bytes)", status=status)
        return page

    # ----- turns and deadlines ---------------------------------------------------------------------------------

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host_of(url), _Host())

    @contextlib.contextmanager
    def _turn(self, url: str) -> Iterator[None]:
        host = self._host(url)
        with host.turn:
            now = self._monotonic()
            if now < host.blocked_until:
                wait = host.blocked_until - now
                raise FetchError(
                    shown(url),
                    f"not asked: the host wants a pause of {wait:.0f} s more",
                    status=429,
                    retry_after=wait,
                )
            if now < host.free_at and not self._closed.wait(host.free_at - now):
                pass
            if self._closed.is_set():
                raise FetchError(shown(url), "not asked: the program is stopping", local=True)
            try:
                yield
            finally:
                own = self._settings.allow_private_addresses and _is_loopback(url)
                host.free_at = self._monotonic() + (0.0 if own else self._settings.host_pause)

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Iterator[Deadline]:
        with Deadline(seconds) as deadline:
            with self._lock:
                self._under_way.add(deadline)
            try:
                yield deadline
            finally:
                with self._lock:
                    self._under_way.discard(deadline)

    def _robots_text(self, url: str) -> str | None:
        """Return a host's robots.txt, an empty text when it has none, None when that cannot be known."""
        body = bytearray()
        try:
            self._exchange(
                Request(url, conditional=False), None, 512_000, self._settings.total_timeout, body.extend
            )
        except FetchError as error:
            missing = error.status is not None and error.status not in (429,) and error.status < 500
            return "" if missing else None
        return body.decode("utf-8", errors="replace")


def _unpacked(reply: requests.Response, url: str, cap: int) -> Iterator[bytes]:
    """Yield the body in pieces. Raises FetchError beyond the cap, for a bad encoding, or cut short."""
    length = reply.headers.get("content-length", "")
    too_large = FetchError(
        shown(url),
        f"larger than {_size(cap)}; refused (raise fetch.max_page_bytes or max_feed_bytes if you trust it)",
    )
    if length.isdigit() and int(length) > cap:
        raise too_large
    try:
        inflater = Inflater(reply.headers.get("content-encoding", ""))
    except ValueError as error:
        raise FetchError(shown(url), f"packed as {str(error)[:40]!r}, which was not asked for") from error
    received = size = 0
    while data := reply.raw.read(_PIECE, decode_content=False):
        received += len(data)
        if received > cap:
            raise too_large
        try:
            for piece in inflater.feed(data):
                size += len(piece)
                if size > cap:
                    raise too_large
                yield piece
        except zlib.error as error:
            raise FetchError(shown(url), "says it is compressed but cannot be unpacked") from error
    if not inflater.finish():
        raise FetchError(shown(url), f"ended early, after {_size(received)}; it will be read again")


def _prepared(http: requests.Session, url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
    try:
        return http.prepare_request(requests.Request("GET", url, headers=dict(headers)))
    except (requests.RequestException, ValueError) as error:
        raise FetchError(shown(url), "refused: not a usable web address") from error


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    """Return the conditional headers for stored validators, which are sent back verbatim or not at all."""
    names = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
    return {
        header: validators[name]
        for name, header in names
        if validators.get(name) and _SENDABLE.fullmatch(validators[name])
    }


def _proxies(url: str) -> dict[str, str]:
    """Return the proxies of the environment, as every command-line tool takes them."""
    return {} if proxy_bypass(host_of(url)) else getproxies()


def _out_of_time(url: str, deadline: Deadline, seconds: float) -> FetchError:
    if deadline.stopped:
        return FetchError(shown(url), "given up: the program is stopping", local=True)
    return FetchError(shown(url), f"not whole after {seconds:g} s; given up (fetch.total_timeout)")


def _status_line(reply: requests.Response, wait: float | None) -> str:
    try:
        name = f" {HTTPStatus(reply.status_code).phrase}"
    except ValueError:
        name = ""
    later = f"; wants a pause of {wait:.0f} s" if wait else ""
    gone = "; it will not be asked again" if reply.status_code == 410 else ""
    return f"answered {reply.status_code}{name}{later}{gone}"


def _is_loopback(url: str) -> bool:
    host = host_of(url)
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _write(file: BinaryIO, piece: bytes) -> None:
    file.write(piece)


def _size(count: int) -> str:
    return f"{count / 1_000_000:.3g} MB" if count >= 1_000_000 else f"{max(count / 1000, 0):.3g} kB"
