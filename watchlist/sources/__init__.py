"""The registry of news sources, and those of a fresh installation. Factories import what they need on use."""

from collections.abc import Callable, Mapping

from watchlist.config import SourceSettings
from watchlist.errors import ConfigError
from watchlist.sources.base import NewsSource

Factory = Callable[[SourceSettings], NewsSource]

REGISTRY: Mapping[str, Factory] = {}
"""Kind of source -> how to build one from its settings. One line a kind."""


def build(settings: SourceSettings) -> NewsSource:
    """Return the source that the settings describe.

    Raises ConfigError for an unknown kind, a missing address or an option that the kind does not have.
    """
    factory = REGISTRY.get(settings.kind)
    if factory is None:
        known = ", ".join(sorted(REGISTRY))
        raise ConfigError(f"source {settings.name!r}: no such kind {settings.kind!r}; there are: {known}")
    return factory(settings)


def default_sources() -> tuple[SourceSettings, ...]:
    """Return the sources that a fresh installation reads."""
    return ()
