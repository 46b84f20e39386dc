"""The text of a first configuration: the commented example, with a person's answers in their places."""

import json
import os
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answers:
    """What ``init`` asks for. Without ``host`` mails go into the local mailbox folder."""

    address: str
    timezone: str = "UTC"
    digest: str = "08:00"
    host: str = ""
    security: str = "starttls"
    sender: str = "watchlist@localhost"
    username: str = ""
    password_env: str = "WATCHLIST_SMTP_PASSWORD"  # noqa: S105 (the name of a variable)


def example_text() -> str:
    """Return the shipped ``config.example.toml``: in the package when installed, beside it in a checkout."""
    for place in (
        resources.files("watchlist") / "config.example.toml",
        Path(__file__).parents[2] / "config.example.toml",
    ):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError("config.example.toml is missing from the package")


def written(answers: Answers, *, data_dir: str | None) -> str:
    """Return the example with the answers filled in; without ``data_dir`` the user's data folder is used."""
    text = example_text()
    text = (
        _set(text, "data_dir", data_dir) if data_dir else re.sub(r"(?m)^data_dir = ", "# data_dir = ", text)
    )
    text = _set(text, "address", answers.address)
    text = _set(text, "timezone", answers.timezone)
    text = _set(text, "digests", [answers.digest])
    if answers.host:
        text = text.replace("# [mail.smtp]", "[mail.smtp]")
        text = _set(text, "sender", answers.sender)
        text = _set(text, "host", answers.host)
        text = _set(
            text, "port", 465 if answers.security == "tls" else 25 if answers.security == "none" else 587
        )
        text = _set(text, "security", answers.security)
        if answers.username:
            text = _set(text, "username", answers.username)
            text = _set(text, "password_env", answers.password_env)
    return text


def _set(text: str, key: str, value: object) -> str:
    """Set the first line of this key, opening it if it is a comment, and keep the remark behind it."""
    said = json.dumps(value, ensure_ascii=False)
    changed, count = re.subn(
        rf'(?m)^(?:# )?{key} = (?:"[^"]*"|\[[^\]]*\]|\S+)( *)(.*)$',
        lambda hit: (
            f"{key} = {said}".ljust(hit.start(2) - hit.start()) + hit[2] if hit[2] else f"{key} = {said}"
        ),
        text,
        count=1,
    )
    if not count:
        raise LookupError(f"config.example.toml lacks the key {key}")
    return changed


def local_timezone() -> str:
    """Return this machine's IANA time zone, UTC when it cannot be told."""
    zone = os.environ.get("TZ", "").lstrip(":")
    if not zone:
        link = Path("/etc/localtime")
        target = str(link.resolve()) if link.is_symlink() else ""
        zone = target.partition("zoneinfo/")[2]
    from watchlist.config import TimeZone

    return zone if zone and TimeZone().accepts(zone) else "UTC"
