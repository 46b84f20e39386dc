"""The catalogue: sources that are known by name, and presets that switch on a sensible set.

``catalog.toml`` is data: how sure each line is stands in it, and nothing in it is verified unless a recording of the
publisher's own answer has been read by the tests.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from watchlist.config import SourceSettings
from watchlist.errors import UsageError


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A source that can be added by name.

    ``sure`` is A (seen in recordings), B (as well-kept readers use it), C (second-hand) or D (memory); ``verified``
    says that a recording of the publisher has been read by our tests. ``about`` is one line; ``terms`` names
    conditions of use that the user must know of.
    """

    settings: SourceSettings
    about: str
    jurisdiction: str
    language: str
    sure: str
    verified: bool = False
    terms: str = ""

    @property
    def mark(self) -> str:
        """Return how far the entry can be trusted, for tables."""
        return "verified" if self.verified else f"unverified ({self.sure})"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of catalogue sources."""

    name: str
    about: str
    sources: tuple[str, ...]


@cache
def _data() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    text = resources.files("watchlist.sources").joinpath("catalog.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def catalog() -> Mapping[str, CatalogEntry]:
    """Return every known source by name, in the order of the file."""
    return {name: _entry(name, dict(row)) for name, row in _data()["source"].items()}


def presets() -> Mapping[str, Preset]:
    """Return every preset by name."""
    found = {}
    for name, row in _data()["preset"].items():
        names = row["sources"]
        assert isinstance(names, list)
        found[name] = Preset(name, str(row["about"]), tuple(names))
    return found


def chosen(names: Iterable[str], preset: str | None = None) -> tuple[SourceSettings, ...]:
    """Return the settings of these sources and of a preset, each once.

    Raises UsageError, naming what there is, for an unknown name.
    """
    known, sets = catalog(), presets()
    if preset is not None and preset not in sets:
        raise UsageError(f"no preset {preset!r}; there are: {', '.join(sets)}")
    wanted = dict.fromkeys((*names, *(sets[preset].sources if preset else ())))
    for name in wanted:
        if name not in known:
            raise UsageError(f"no source {name!r} in the catalogue; `watchlist sources catalog` lists all")
    return tuple(known[name].settings for name in wanted)


def _entry(name: str, row: dict[str, object]) -> CatalogEntry:
    options = row.get("options", {})
    assert isinstance(options, dict)
    url = row.get("url")
    settings = SourceSettings(
        name=name,
        kind=str(row["kind"]),
        url=str(url) if url else None,
        options=tuple((str(key), str(value)) for key, value in options.items()),
        official=bool(row.get("official", False)),
    )
    return CatalogEntry(
        settings=settings,
        about=str(row["about"]),
        jurisdiction=str(row["jurisdiction"]),
        language=str(row.get("language", "en")),
        sure=str(row["sure"]),
        verified=bool(row.get("verified", False)),
        terms=str(row.get("terms", "")),
    )
