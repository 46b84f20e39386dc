"""Every error that watchlist expects, as one tree.

::

    WatchlistError                 anything we expect and can explain to a person
    ├── UsageError                 wrong arguments or unreadable input           -> exit code 2
    │   ├── ConfigError            configuration: names file, line, key, right form
    │   ├── EntryError             a watchlist entry or import row is not usable
    │   └── InputError             a file, address or document that cannot be read
    ├── SourceError                one source failed; the round goes on          -> exit code 3
    │   ├── FetchError             network, status, size, time, refused address
    │   ├── LayoutChanged          the publisher changed its page or file
    │   └── BadEdition             an official list's edition that must not replace the last good one
    │       └── HeldEdition        a whole edition of an unlikely change: a person must confirm it
    ├── StoreError                 database cannot be opened, is too new, is locked
    └── DeliveryError              a mail or message could not be handed over (``permanent``)

A message says what was wrong, where, and what to do, in one line; it never holds a secret.
"""


class WatchlistError(Exception):
    """Base of all expected failures; ``str(error)`` is one line for a person."""


class UsageError(WatchlistError):
    """Wrong arguments, configuration or input: nothing was done (exit code 2)."""


class ConfigError(UsageError):
    """The configuration is unusable.

    ``path`` is the file, ``line`` its 1-based line where known, ``key`` the dotted key.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, key: str | None = None
    ):
        self.path, self.line, self.key = path, line, key
        place = f"{path}, line {line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{place}{message}")


class EntryError(UsageError):
    """A watchlist entry (from a command or an import row) is not usable."""


class InputError(UsageError):
    """A document given to ``check`` cannot be read."""


class SourceError(WatchlistError):
    """One source or one of its documents failed; ``url`` says where."""

    def __init__(self, url: str, message: str):
        self.url, self.message = url, message
        super().__init__(f"{url}: {message}")


class FetchError(SourceError):
    """No usable answer. ``status`` is the HTTP status if there was one; ``retry_after`` in seconds if told."""

    def __init__(
        self,
        url: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        local: bool = False,
    ):
        self.status, self.retry_after, self.local = status, retry_after, local
        super().__init__(url, message)


class LayoutChanged(SourceError):
    """The publisher's page or file no longer has the documented shape."""


class BadEdition(SourceError):
    """A downloaded list edition is refused; the last good one stays in force."""


class HeldEdition(BadEdition):
    """A whole, well-formed edition that changes more at once than is likely; ``watchlist lists accept`` takes it."""


class StoreError(WatchlistError):
    """The database cannot be opened, migrated or written."""


class DeliveryError(WatchlistError):
    """A message could not be handed over.

    ``permanent`` decides about the retry; ``channel`` means that the whole channel is at fault
    (wrong password, unknown host), not this message.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, channel: bool = False, code: int | None = None
    ):
        self.permanent, self.channel, self.code = permanent, channel, code
        super().__init__(message)
