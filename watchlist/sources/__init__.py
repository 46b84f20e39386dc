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
    from watchlist.sources.catalog import chosen

    return chosen(DEFAULT)


DEFAULT = ("federal-register", "us-state-department", "us-presidential-actions", "uk-ofsi")
"""Catalogue names of what a fresh installation reads."""


# ----- one factory a kind -----------------------------------------------------------------------------------


def _feed(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.feed import FULL_TEXT, FeedSource

    options = _options(settings, "full_text")
    full_text = _one_of(settings, "full_text", options.get("full_text", "auto"), FULL_TEXT)
    return FeedSource(settings.name, _url(settings), settings.official, full_text)


def _page(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.page import PageSource

    _options(settings, "follow")
    follow = _pattern(settings, "follow")
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
    return FederalRegister(
        name=settings.name,
        agencies=agencies,
        types=types,
        terms=_listed(options.get("terms", ""), ";"),
        days=_days(settings, options.get("days", "7")),
        full_text=_one_of(
            settings, "full_text", options.get("full_text", "always" if agencies else "empty"), FULL_TEXT
        ),
        api=settings.url or API,
    )


def _public_inspection(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.public_inspection import API, PublicInspection

    agencies = _listed(_options(settings, "agencies").get("agencies", ""))
    return PublicInspection(settings.name, agencies, settings.url or API)


def _sitemap(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.sitemap import SitemapSource

    options = _options(settings, "match", "days")
    days = _days(settings, options.get("days", "3"))
    return SitemapSource(settings.name, _url(settings), settings.official, _pattern(settings, "match"), days)


def _gdelt(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.gdelt import API, GdeltSource

    query = _options(settings, "query").get("query", "")
    if not query:
        raise ConfigError(f"source {settings.name!r}: kind 'gdelt' needs the option query")
    return GdeltSource(settings.name, query, settings.url or API)


def _mailbox(settings: SourceSettings) -> NewsSource:
    from watchlist.sources.mailbox import MailboxSource, check_address

    variable = _options(settings, "password_env").get("password_env", "")
    if not variable:
        raise ConfigError(
            f"source {settings.name!r}: a mailbox needs the name of the environment variable that holds its password: "
            "password_env (--option password_env=NAME)"
        )
    try:
        check_address(settings.url or "")
    except (ConfigError, ValueError) as error:
        raise ConfigError(f"source {settings.name!r}: {error}") from error
    return MailboxSource(settings.name, settings.url or "", variable, settings.official)


REGISTRY: Mapping[str, Factory] = {
    "feed": _feed,
    "page": _page,
    "folder": _folder,
    "federal-register": _federal_register,
    "public-inspection": _public_inspection,
    "sitemap": _sitemap,
    "gdelt": _gdelt,
    "mailbox": _mailbox,
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


def _pattern(settings: SourceSettings, key: str) -> re.Pattern[str] | None:
    pattern = dict(settings.options).get(key)
    try:
        return re.compile(pattern) if pattern else None
    except re.error as error:
        raise ConfigError(f"source {settings.name!r}: {key} is no regular expression: {error}") from error


def _days(settings: SourceSettings, value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 3660:
        raise ConfigError(f"source {settings.name!r}: days must be a number from 1 to 3660, not {value!r}")
    return int(value)


def _one_of(settings: SourceSettings, key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(
            f"source {settings.name!r}: {key} must be one of {', '.join(allowed)}, not {value!r}"
        )
    return value


def _listed(value: str, separator: str = ",") -> tuple[str, ...]:
    return tuple(part for item in value.split(separator) if (part := item.strip()))
