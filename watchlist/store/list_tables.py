"""The tables of official lists: which edition is in force, every edition that came, and every change between them.

::

    lists ── list_editions ── list_changes

A snapshot is kept for the editions in force lately and for one that is held; changes are kept for ever, so that
"was it ever on it" and the difference between any two days can be answered without the old snapshots.
Rows never leave ``watchlist.store``.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from watchlist.store.columns import JsonText, UtcDateTime

TAKEN, HELD, DROPPED, REFUSED = "taken", "held", "dropped", "refused"


class ListRow(SQLModel, table=True):
    """An official list, by the name of the source that brings it."""

    __tablename__ = "lists"
    __table_args__ = (UniqueConstraint("name", name="uq_lists_name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    edition_id: int | None = None
    """The edition in force. No foreign key: the two tables would need each other."""
    screened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Watched names changed since then have not met this list yet."""


class EditionRow(SQLModel, table=True):
    """One edition as it came, with what became of it."""

    __tablename__ = "list_editions"
    __table_args__ = (Index("ix_list_editions_list_id_fetched_at", "list_id", "fetched_at"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="lists.id")
    verdict: str = Field(sa_type=Text)
    """``taken``, ``held`` (a person decides), ``dropped`` (held, then overtaken) or ``refused``."""
    reason: str = Field(default="", sa_type=Text)
    digest: str = Field(default="", sa_type=Text)
    as_of: str = Field(default="", sa_type=Text)
    """The day of publication that the file states, ISO, or ''."""
    fetched_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    """Last seen to be what the publisher gives."""
    entities: int = 0
    size: int = 0
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The packed snapshot (``lists.edition.pack``), while it is kept."""
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The beginning of a refused file as it came, zlib-compressed, while it is kept."""


class ListChangeRow(SQLModel, table=True):
    """What one edition changed about one entity; the whole records before and after."""

    __tablename__ = "list_changes"
    __table_args__ = (
        Index("ix_list_changes_list_id_entity_id", "list_id", "entity_id"),
        Index("ix_list_changes_edition_id", "edition_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="lists.id")
    edition_id: int = Field(foreign_key="list_editions.id")
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(sa_type=Text)
    entity_id: str = Field(sa_type=Text)
    into_id: str = Field(default="", sa_type=Text)
    before: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    after: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
