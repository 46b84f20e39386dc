"""robots.txt, asked once a day a host, for article pages (not for addresses that the user named)."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

_KEPT = 24 * 3600.0
_RETRIED = 3600.0


class RobotsCache:
    """``read`` returns a robots.txt by address: empty when there is none, None when that cannot be known."""

    def __init__(
        self, read: Callable[[str], str | None], user_agent: str, monotonic: Callable[[], float]
    ) -> None:
        self._read = read
        self._agent = user_agent
        self._monotonic = monotonic
        self._rules: dict[str, tuple[float, Protego | None]] = {}
        self._lock = threading.Lock()

    def allowed(self, url: str) -> bool:
        """Say whether ``url`` may be read. While robots.txt cannot be had, nothing may (RFC 9309)."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        with self._lock:
            kept = self._rules.get(place)
        if kept is None or self._monotonic() > kept[0]:
            text = self._read(place)
            rules = None if text is None else Protego.parse(text)
            kept = (self._monotonic() + (_RETRIED if rules is None else _KEPT), rules)
            with self._lock:
                self._rules[place] = kept
        return kept[1] is not None and kept[1].can_fetch(url, self._agent)
