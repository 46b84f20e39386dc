"""How connections are made: never to a private address, never longer than the deadline.

``requests-hardened`` resolves the name once, refuses private, loopback, link-local, multicast and translated
addresses, and pins the connection to what it resolved, so that a second answer of the name server cannot lead
elsewhere. On top of that, every connection is watched by a Deadline, which cuts it however slowly it drips:
time-outs of sockets only bound the wait for the next byte.
"""

import contextlib
import ipaddress
import logging
import socket
import threading
from collections.abc import Mapping
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
from requests_hardened.ip_filter_adapter import IPFilterAdapter  # type: ignore[import-untyped]
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Each refusal is a row of the report already; the library's own warning would be a second, unexplained line.
logging.getLogger("requests_hardened.ip_filter").setLevel(logging.ERROR)
# Its lines hold paths of addresses, and those of webhooks and dead man's switches are secrets.
logging.getLogger("urllib3").setLevel(logging.ERROR)

_current = threading.local()


class Deadline:
    """A bound on a whole exchange, in seconds. Use as a context manager around all that speaks to the host.

    When time is up (or ``cut`` is called from another thread) the sockets are shut down, so that whatever waits
    on them ends at once; ``expired`` and ``stopped`` then say why.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.stopped = False
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the clock; connections that this thread makes are watched from now on."""
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the clock and let go of the connections, which stay open for their next use."""
        self._timer.cancel()
        _current.deadline = None
        with self._lock:
            for watched in self._watched:
                watched.close()
            self._watched.clear()

    def watch(self, sock: socket.socket) -> None:
        """Cut this connection too when time is up. The duplicate stays valid when TLS takes the socket over."""
        duplicate = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            self._watched.append(duplicate)
            late = self.expired or self.stopped
        if late:
            self._shut()

    def cut(self) -> None:
        """End the exchange now."""
        self.stopped = True
        self._shut()

    def _expire(self) -> None:
        self.expired = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            for watched in self._watched:
                with contextlib.suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)


def _watch(sock: socket.socket | None) -> None:
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None and sock is not None and sock.fileno() >= 0:
        deadline.watch(sock)


class _WatchedHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        return sock

    def getresponse(self) -> Any:
        _watch(self.sock)  # a connection kept alive was opened under another deadline
        return super().getresponse()


class _WatchedHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        return sock

    def getresponse(self) -> Any:
        _watch(self.sock)
        return super().getresponse()


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class _Watched(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _Guarded(_Watched, IPFilterAdapter):  # type: ignore[misc]
    """Pins public addresses and refuses all others, those included that the library lets pass."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        address = ipaddress.ip_address(str(host_params["host"]).strip("[]"))
        if not address.is_global or address.is_reserved or address.is_multicast:
            raise InvalidIPAddress(address)
        return host_params, pool_kwargs


def adapters(*, allow_private: bool) -> Mapping[str, HTTPAdapter]:
    """Return the transport for each scheme, to be mounted on a session; connections are shared by threads."""
    if allow_private:
        return {"http://": _Watched(), "https://": _Watched()}
    guarded: Any = _Guarded
    return {"http://": guarded(is_https_proto=False), "https://": guarded(is_https_proto=True)}


def session(mounted: Mapping[str, HTTPAdapter]) -> requests.Session:
    """Return a session for one exchange: fresh cookies, no .netrc, the shared connections."""
    made = requests.Session()
    made.trust_env = False
    for prefix, adapter in mounted.items():
        made.mount(prefix, adapter)
    return made


__all__ = ["Deadline", "InvalidIPAddress", "adapters", "session"]
