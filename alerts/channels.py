"""From a configured channel to its way out."""

from alerts.outbox import Transport
from alerts.webhook import WebhookTransport
from watchlist.config import ChannelSettings
from watchlist.errors import ConfigError


def channel_transport(channel: ChannelSettings) -> Transport:
    """Return a channel's way out. ConfigError when it lacks its address or its library."""
    if channel.name == "mail":
        raise ConfigError("a channel cannot be named 'mail'; that is the way by mail", key="channels")
    if not channel.url:
        raise ConfigError(
            f"channel {channel.name!r} lacks its address: write url_env or url_file", key="channels.url"
        )
    if channel.kind == "webhook":
        return WebhookTransport(channel)
    from alerts.apprise_channel import AppriseTransport  # an optional extra

    return AppriseTransport(channel)
