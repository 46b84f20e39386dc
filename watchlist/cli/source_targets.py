"""What a person names as a source: a name of the catalogue, a preset, a file of feeds, or an address."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchlist.config import SourceSettings
    from watchlist.sources.http import Fetcher


def found_at(target: str, name: str | None, fetcher: "Fetcher") -> list[tuple["SourceSettings", str]]:
    """Return what a target names: a source or preset of the catalogue, the feeds of an OPML file, else what it is."""
    from dataclasses import replace
    from pathlib import Path

    from watchlist.cli.terminal import clean, say
    from watchlist.errors import InputError
    from watchlist.sources.catalog import catalog, presets
    from watchlist.sources.discovery import discover
    from watchlist.sources.opml import read_opml

    known = catalog().get(target)
    if known is None and target in presets():
        several = presets()[target].sources
        return [one for source in several for one in found_at(source, None, fetcher)]
    if known is not None:
        if known.terms:
            say(f"{target}: {known.terms}")
        what = f"{known.about} ({known.mark})"
        return [(replace(known.settings, name=name or target), what)]
    if target.lower().endswith((".opml", ".opml.xml")) and "://" not in target:
        try:
            feeds = read_opml(Path(target).read_bytes(), target)
        except OSError as error:
            raise InputError(f"{target}: cannot be read: {error.strerror}") from error
        return [(feed, feed.url or "") for feed in feeds]
    found = discover(target, fetcher, name=name)
    for title, address in found.others[:5]:
        say(f"the page links another feed: {clean(title)} {address}")
    return [(found.settings, found.what)]
