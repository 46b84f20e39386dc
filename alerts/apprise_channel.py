"""Any service that Apprise knows (Slack, Telegram, Matrix, Pushover …), by its address. The only place that imports it."""

import email.charset
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alerts.ledger.posts import Claim
from watchlist.config import ChannelSettings
from watchlist.errors import ConfigError, DeliveryError

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines hold addresses, and those hold tokens


@contextmanager
def _mails_left_alone() -> Iterator[None]:
    """Keep how the mails of this process are encoded: one of Apprise's services changes that for all of them."""
    before = dict(email.charset.CHARSETS)
    try:
        yield
    finally:
        email.charset.CHARSETS.clear()
        email.charset.CHARSETS.update(before)


class AppriseTransport:
    """One service. Apprise says yes or no, no more; a no is tried again, since nobody knows what has arrived."""

    def __init__(self, channel: ChannelSettings) -> None:
        self.name = f"apprise {channel.name}"
        with _mails_left_alone(), warnings.catch_warnings():
            # Of the hundred services it loads here, some are behind their time.
            warnings.simplefilter("ignore")
            try:
                import apprise
            except ImportError:
                raise ConfigError(
                    f"channel {channel.name!r} needs Apprise: pip install 'watchlist[apprise]'",
                    key="channels.kind",
                ) from None
            self._service = apprise.Apprise()
            known = self._service.add(channel.url or "")
        if not known:
            raise ConfigError(
                f"channel {channel.name!r}: Apprise does not know this sort of address", key="channels.url"
            )

    @property
    def place(self) -> str:
        """Name the way out for a person, without its address."""
        return self.name

    def send(self, held: Claim, before_data: Callable[[], bool]) -> None:
        """Tell the service. DeliveryError when it does not say yes."""
        message = json.loads(held.mime)
        if not before_data():
            raise DeliveryError("another process took this message over")
        try:
            told = self._service.notify(title=message["title"], body=message["body"], body_format="text")
        except Exception as error:
            raise DeliveryError(f"{self.name}: {type(error).__name__}") from error
        if not told:
            raise DeliveryError(f"{self.name}: the service did not take the message")

    def close(self) -> None:
        """Nothing to close: Apprise connects anew for each message."""
