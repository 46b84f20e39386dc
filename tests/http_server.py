"""A real HTTP server on loopback whose answers a test writes down, well-behaved or hostile."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Answer:
    """One answer. ``stream`` writes the body by itself (slow, endless, cut short); ``length`` lies if set."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[["Wire"], None] | None = None
    length: int | None = None


@dataclass
class Wire:
    """The open connection, for answers that misbehave. ``stopping`` is set when the test is over."""

    write: Callable[[bytes], object]
    stopping: threading.Event


class Site:
    """Routes by path (query included, else without it); ``asked`` lists what came, as (path, headers)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.routes: dict[str, Answer | Callable[[dict[str, str]], Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.at_once = 0
        self.most_at_once = 0

    def url(self, path: str) -> str:
        """Return the whole address of a path."""
        return f"{self.address}{path}"

    def serve(
        self, path: str, body: str | bytes = b"", media: str = "text/html", status: int = 200, **headers: str
    ) -> str:
        """Answer ``path`` with this body from now on; return its address. ``etag="x"`` becomes a header."""
        raw = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": media} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = Answer(raw, status, named)
        return self.url(path)

    def serve_conditional(self, path: str, body: bytes, etag: str, media: str = "application/rss+xml") -> str:
        """Answer 304 to whoever brings the ETag back, else the body."""

        def answer(headers: dict[str, str]) -> Answer:
            if headers.get("if-none-match") == etag:
                return Answer(status=304, headers={"ETag": etag})
            return Answer(body, headers={"ETag": etag, "Content-Type": media})

        self.routes[path] = answer
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Send whoever asks for ``path`` on to ``target``."""
        self.routes[path] = Answer(status=status, headers={"Location": target})
        return self.url(path)

    def count(self, path: str) -> int:
        """Say how often a path was asked for."""
        return sum(asked == path for asked, _ in self.asked)


def drip(piece: bytes, pause: float) -> Callable[[Wire], None]:
    """Return a stream that sends a piece, waits, and never ends (but with the test)."""

    def stream(wire: Wire) -> None:
        while not wire.stopping.is_set():
            wire.write(piece)
            wire.stopping.wait(pause)

    return stream


def endless(piece: bytes) -> Callable[[Wire], None]:
    """Return a stream that sends as fast as it can, for ever."""
    return drip(piece, 0.0)


def bomb(megabytes: int) -> bytes:
    """Return gzip data that unpacks to so many megabytes of spaces."""
    return gzip.compress(b" " * 1_000_000 * megabytes, 9)


@contextlib.contextmanager
def site_on_loopback() -> Iterator[Site]:
    """Run a site for the time of a with block."""
    stopping = threading.Event()
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            with guard:
                site.asked.append((self.path, headers))
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
            with contextlib.ExitStack() as inside:
                inside.callback(self._leave)
                self._reply(headers, inside.close)

        def _leave(self) -> None:
            with guard:
                site.at_once -= 1

        def _reply(self, headers: dict[str, str], leave: Callable[[], None]) -> None:
            """Answer. ``leave`` is called before the last byte that a reader waits for goes out: who has it may well
            ask again before this thread runs on, and that is one request after the other, not two at once. Of an
            answer that is no 200 many a reader takes the head and hangs up."""
            route = site.routes.get(self.path) or site.routes.get(self.path.partition("?")[0])
            answer = route(headers) if callable(route) else route or Answer(b"not here", 404)
            with contextlib.suppress(ConnectionError, socket.timeout):
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.stream:
                    if answer.length is not None:
                        self.send_header("Content-Length", str(answer.length))
                    self.send_header("Connection", "close")
                    self.end_headers()
                    answer.stream(Wire(self._write, stopping))
                    self.close_connection = True
                    return
                if answer.status != 304:
                    self.send_header(
                        "Content-Length", str(len(answer.body) if answer.length is None else answer.length)
                    )
                if not answer.body or answer.status != 200:
                    leave()
                self.end_headers()
                self._write(answer.body[:-1])
                leave()
                self._write(answer.body[-1:])
                self.close_connection = self.close_connection or answer.length is not None

        def _write(self, piece: bytes) -> None:
            self.wfile.write(piece)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass  # a client that hangs up is what many of these tests are about

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback for one test."""
    with site_on_loopback() as running:
        yield running


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that another thread does; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.005)
