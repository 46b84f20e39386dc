"""Advice about a new entry: is it there already in another spelling, and is its name a plain word? Pure."""

from collections.abc import Iterable

from watchlist.model import Entry


def near_duplicates(entry: Entry, others: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """Return the entries that look like this one, each with the reason ("WeChatPay" beside "WeChat Pay")."""
    raise NotImplementedError


def ambiguity(entry: Entry) -> str | None:
    """Say why the name alone is ambiguous ("Target", "Ant"), and what to add; None when it is not."""
    raise NotImplementedError


def check_entry(entry: Entry) -> None:
    """Raise EntryError when the entry is not usable: no name, a share outside 0 to 100, control characters."""
    raise NotImplementedError
