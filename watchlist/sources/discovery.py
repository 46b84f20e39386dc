"""Find out what an address is: a feed, a page that links one, a plain page, a folder."""

from dataclasses import dataclass

from watchlist.config import SourceSettings
from watchlist.sources.base import PageFetcher


@dataclass(frozen=True, slots=True)
class Discovered:
    """What an address turned out to be. ``settings`` are ready to be added; ``what`` is a line for a person.

    ``others`` are further feeds that the page links, as (title, address).
    """

    settings: SourceSettings
    what: str
    others: tuple[tuple[str, str], ...] = ()


def discover(address: str, fetcher: PageFetcher, *, name: str | None = None) -> Discovered:
    """Fetch ``address`` (or look at the folder of that path) and say what kind of source it is.

    Raises FetchError when it cannot be read, InputError when it is nothing that could be a source.
    """
    raise NotImplementedError
