"""Messages to the service manager that started us (sd_notify(3)): one datagram to a socket, no library needed."""

import logging
import os
import socket
import time

log = logging.getLogger("watchlist.run")


class ServiceManager:
    """systemd, when ``NOTIFY_SOCKET`` names it; else every call does nothing."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = os.environ.get("WATCHDOG_USEC", "")
        self._every = int(micros) / 2_000_000 if ours and micros.isdigit() else None
        self._last = float("-inf")

    def ready(self, status: str) -> None:
        """Say that the start (or a reload) is done, and in a line what we do."""
        self._send(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """Say that the configuration is being read anew."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """Say that we are about to end."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Feed the watchdog, if there is one and it is time: twice in its interval."""
        if self._every is not None and time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.sendto(message.encode(), self._address)
        except OSError as error:
            log.warning("the service manager cannot be told: %s", error)
