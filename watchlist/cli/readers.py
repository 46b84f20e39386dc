"""The recipients as commands see them: by name, wherever they are configured."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchlist.config import RecipientSettings, Settings
    from watchlist.store.database import Database


def everybody(settings: "Settings", database: "Database") -> "tuple[RecipientSettings, ...]":
    """Return all recipients: of the configuration, added by command, else the local one."""
    from alerts.ledger import people
    from alerts.readers import recipients_of

    with database.read() as session:
        return recipients_of(settings, people.stored_recipients(session))


def named(found: "Sequence[RecipientSettings]", name: str | None) -> "RecipientSettings":
    """Return the recipient of this name or address; without a name the only one. Raises UsageError that lists them."""
    from watchlist.errors import UsageError

    if name is None and len(found) == 1:
        return found[0]
    for recipient in found:
        if name in (recipient.name, recipient.address):
            return recipient
    there = f"there are {', '.join(r.name for r in found)}"
    if name is None:
        raise UsageError(f"say for whom with --for; {there}")
    raise UsageError(f"there is no recipient {name!r}; {there}")
