"""Who holds a claim: names of processes, and whether the one that is named is dead."""

import os
import socket
import uuid
from pathlib import Path

_START = 19
"""Where a process's start stands in /proc/PID/stat, counted behind the command's closing bracket."""


def claimant() -> str:
    """Name this process and one of its workers, so that a claim can be told from everybody else's.

    ``machine:process:start:worker``. The start tells a process from a later one that was given the same number.
    """
    pid = os.getpid()
    return f"{machine()}:{pid}:{_started(pid) or 'unknown'}:{uuid.uuid4().hex[:8]}"


def machine() -> str:
    """Name what process numbers belong to: the host and, on Linux, its container."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{space}"


def is_dead(holder: str) -> bool:
    """Say whether a claimant is known to be dead. One of another machine, or an unreadable name, is not known."""
    host, pid, start, *_ = (*holder.rsplit(":", 3), "", "", "")
    if host != machine() or not pid.isdigit():
        return False
    now_running = _started(int(pid))
    if now_running is not None:
        return start not in (now_running, "unknown")
    return not _answers(int(pid))


def _started(pid: int) -> str | None:
    """Return when a process began, in the system's own count, or None where that cannot be known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return stat.rpartition(b")")[2].split()[_START].decode()


def _answers(pid: int) -> bool:
    if os.name != "posix":
        return True  # there is no harmless way to ask; the lease ends by itself
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
