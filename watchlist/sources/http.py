"""Other people's servers, read with manners and suspicion: the only place that speaks HTTP."""

from watchlist.config import FetchSettings
from watchlist.model import Page, Request, SourceState


class Fetcher:
    """Reads http and https addresses within caps and deadlines. Safe to share between threads."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings

    def fetch(self, request: Request, state: SourceState | None = None) -> Page:
        """Return one answer; ``not_modified`` when the state's validators still hold. Raises FetchError."""
        raise NotImplementedError

    def allowed(self, url: str) -> bool:
        """Say whether the host's robots.txt lets us read this article page."""
        raise NotImplementedError

    def close(self) -> None:
        """End all connections; a fetch under way fails at once with FetchError."""
