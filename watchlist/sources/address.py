"""Addresses: what may be asked, how they are shown to people, and when two are the same page. Pure."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

_SECRET_KEYS = re.compile(
    r"(?i)^(?:.*[_-])?(?:token|key|apikey|secret|password|passwd|pwd|sig|signature|auth)$"
)
_TRACKING_KEYS = re.compile(
    r"(?i)^(?:utm_.*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|cmpid|igshid|_hs(?:enc|mi))$"
)
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_SHOWN = 300


def split(url: str) -> SplitResult | None:
    """Return the parts of an absolute http or https address with a host, else None."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _DEFAULT_PORTS and parts.hostname else None


def host_of(url: str) -> str:
    """Return the host in lower case, or an empty string."""
    parts = split(url)
    return (parts.hostname or "").rstrip(".") if parts else ""


def shown(url: str) -> str:
    """Return the address as it may appear in an error or a log: no password, no token, no control character."""
    parts = split(url)
    if parts is None:
        text = _CONTROLS.sub("", url)
    else:
        place = parts.netloc.rpartition("@")[2]
        query = "&".join(_without_secret(pair) for pair in parts.query.split("&")) if parts.query else ""
        text = _CONTROLS.sub("", urlunsplit((parts.scheme, place, parts.path, query, "")))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _without_secret(pair: str) -> str:
    key, equals, value = pair.partition("=")
    return f"{key}=…" if equals and value and _SECRET_KEYS.match(key) else pair


def canonical(url: str) -> str:
    """Return a key that is equal for addresses of the same page: no scheme, fragment or tracking parameter.

    Not an address to ask: only good for comparing. Text that is no web address is returned stripped.
    """
    parts = split(url)
    if parts is None:
        return url.strip()
    host = (parts.hostname or "").rstrip(".")
    port = f":{parts.port}" if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme.lower()] else ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(key, value) for key, value in pairs if not _TRACKING_KEYS.match(key)])
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"//{host}{port}{path}{'?' + query if query else ''}"
