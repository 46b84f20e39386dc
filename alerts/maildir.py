"""The local mailbox folder: where mails go when no server is configured. Any mail program opens a Maildir."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from alerts.ledger.posts import Claim
from watchlist.errors import DeliveryError


class MaildirTransport:
    """Puts each message into ``new/`` of a Maildir that only its owner may read (mode 0700).

    The file's name comes from the Message-ID: a message that is delivered again after a crash is the same file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = "maildir"

    @property
    def place(self) -> str:
        """Name the way out for a person."""
        return str(self._folder)

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        """Write one message. DeliveryError (of the whole channel) when the folder cannot be written."""
        try:
            for part in ("", "tmp", "new", "cur"):
                (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{int(held.created_at.timestamp())}.{hashlib.sha256(held.message_id.encode()).hexdigest()[:24]}.watchlist"
            if self._delivered(name):
                return
            if not before_data():
                raise DeliveryError("another process took this message over")
            self._write(name, held.mime)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DeliveryError(
                f"{self._folder}: cannot write the mailbox folder: {reason}", channel=True
            ) from error

    def _delivered(self, name: str) -> bool:
        """Say whether the message is there already, read or unread (a mail program adds flags to the name)."""
        if (self._folder / "new" / name).exists():
            return True
        return any(path.name.split(":")[0] == name for path in (self._folder / "cur").iterdir())

    def _write(self, name: str, mime: bytes) -> None:
        temporary = self._folder / "tmp" / f"{name}.{os.getpid()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(mime.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._folder / "new" / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """Nothing to close."""
