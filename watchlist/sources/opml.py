"""OPML: the list of feeds that every feed reader exports. Pure."""

import re

from watchlist.config import SourceSettings
from watchlist.errors import InputError
from watchlist.sources.address import canonical, split
from watchlist.sources.discovery import named
from watchlist.sources.wellformed import DeclaresEntities, mended, root_name, without_prolog
from watchlist.text.charset import declared_charsets, decode

_MOST_FEEDS = 5000


def read_opml(body: bytes, place: str) -> tuple[SourceSettings, ...]:
    """Return a feed source for each outline with a web address, each address once, names made unique.

    Raises InputError, naming ``place``, for what is no OPML or names no feed.
    """
    import lxml.etree  # type: ignore[import-untyped]

    try:
        text = without_prolog(decode(body, declared_charsets(body)))
    except DeclaresEntities as error:
        raise InputError(f"{place}: declares its own XML entities or types; refused as unsafe") from error
    sound = mended(text, ("outline",), _MOST_FEEDS) if root_name(text) == "opml" else None
    if sound is None:
        raise InputError(f"{place}: not an OPML file (no <opml> in it)")
    found: dict[str, SourceSettings] = {}
    names: set[str] = set()
    for outline in lxml.etree.fromstring(sound[0].encode()).iter("outline"):
        told = {key.lower(): re.sub(r"\s+", " ", value).strip() for key, value in outline.attrib.items()}
        url = told.get("xmlurl", "")
        if split(url) is None or canonical(url) in found:
            continue
        name = first = named(told.get("title") or told.get("text") or url)
        number = 1
        while name in names:
            number += 1
            name = f"{first}-{number}"
        names.add(name)
        found[canonical(url)] = SourceSettings(name, "feed", url)
    if not found:
        raise InputError(f"{place}: names no feed (no outline with an xmlUrl)")
    return tuple(found.values())
