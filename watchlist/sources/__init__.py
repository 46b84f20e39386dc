"""The registry of news sources, and those of a fresh installation. Factories import what they need on use."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from watchlist.config import SourceSettings
from watchlist.errors import ConfigError
from watchlist.sources.base import NewsSource

Factory = Callable[[SourceSettings], NewsSource]


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
    """Return the sources that a fresh installation reads: public authorities only, nothing to sign up for."""
    return (
        SourceSettings(
            name="federal-register",
            kind="federal-register",
            options=(("agencies", ",".join(SANCTIONS_AGENCIES)),),
            official=True,
        ),
        SourceSettings(
            name="us-state-department",
            kind="feed",
            url="https://www.state.gov/rss-feed/press-releases/feed/",
            official=True,
        ),
        SourceSettings(
            name="us-presidential-actions",
            kind="feed",
            url="https://www.whitehouse.gov/presidential-actions/feed/",
            official=True,
        ),
        SourceSettings(
            name="uk-ofsi",
            kind="feed",
            url="https://www.gov.uk/government/organisations/office-of-financial-sanctions-implementation.atom",
            official=True,
        ),
    )


SANCTIONS_AGENCIES = (
    "foreign-assets-control-office",
    "industry-and-security-bureau",
    "investment-security-office",
    "executive-office-of-the-president",
)
"""Federal Register slugs of the authors of sanctions, export controls, investment rules and executive orders."""


# ----- one factory a kind -----------------------------------------------------------------------------------


def _feed(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.feed import FULL_TEXT, FeedSource

    options = _options(settings, "full_text")
    full_text = _one_of(settings, "full_text", options.get("full_text", "auto"), FULL_TEXT)
    return FeedSource(settings.name, _url(settings), settings.official, full_text)


def _page(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.page import PageSource

    pattern = _options(settings, "follow").get("follow")
    try:
        follow = re.compile(pattern) if pattern else None
    except re.error as error:
        raise ConfigError(f"source {settings.name!r}: follow is no regular expression: {error}") from error
    return PageSource(settings.name, _url(settings), settings.official, follow)


def _folder(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.folder import FolderSource

    _options(settings)
    path = settings.url or ""
    if not path or "://" in path:
        raise ConfigError(
            f"source {settings.name!r}: url must be the path of a folder, such as '/data/notices'"
        )
    return FolderSource(settings.name, Path(path).expanduser(), settings.official)


def _federal_register(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.federal_register import API, FULL_TEXT, TYPES, FederalRegister

    options = _options(settings, "agencies", "types", "terms", "days", "full_text")
    agencies = _listed(options.get("agencies", ""))
    types = tuple(
        _one_of(settings, "types", kind.upper(), TYPES) for kind in _listed(options.get("types", ""))
    )
    days = options.get("days", "7")
    if not days.isdecimal() or not 1 <= int(days) <= 3660:
        raise ConfigError(f"source {settings.name!r}: days must be a number from 1 to 3660, not {days!r}")
    return FederalRegister(
        name=settings.name,
        agencies=agencies,
        types=types,
        terms=_listed(options.get("terms", ""), ";"),
        days=int(days),
        full_text=_one_of(
            settings, "full_text", options.get("full_text", "always" if agencies else "empty"), FULL_TEXT
        ),
        api=settings.url or API,
    )


REGISTRY: Mapping[str, Factory] = {
    "feed": _feed,
    "page": _page,
    "folder": _folder,
    "federal-register": _federal_register,
}
"""Kind of source -> how to build one from its settings. One line a kind."""


# ----- settings ---------------------------------------------------------------------------------------------


def _url(settings: SourceSettings) -> str:
    from watchlist.sources.address import split

    if not settings.url or split(settings.url) is None:
        raise ConfigError(
            f"source {settings.name!r}: url must be a web address, such as https://example.org/news.xml"
        )
    return settings.url


def _options(settings: SourceSettings, *known: str) -> dict[str, str]:
    options = dict(settings.options)
    for key in options:
        if key not in known:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise ConfigError(
                f"source {settings.name!r}: kind {settings.kind!r} has no option {key!r}; {there}"
            )
    return options


def _one_of(settings: SourceSettings, key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(
            f"source {settings.name!r}: {key} must be one of {', '.join(allowed)}, not {value!r}"
        )
    return value


def _listed(value: str, separator: str = ",") -> tuple[str, ...]:
    return tuple(part for item in value.split(separator) if (part := item.strip()))
