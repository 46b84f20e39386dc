"""Is a name on an official list, now or ever? Reads the store only; what ownership and commands ask."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlmodel import Session

from watchlist.errors import ConfigError
from watchlist.lists.edition import Edition
from watchlist.lists.measures import ListProfile, Measure, profile
from watchlist.lists.opened import KIND, OpenedList, open_list
from watchlist.lists.screening import Asked, Hit, Screen
from watchlist.matching.names import prepare
from watchlist.matching.names_tokens import Part
from watchlist.store import list_history, sources
from watchlist.store import lists as stored_lists
from watchlist.store.sources import StoredSource

_OWN_LETTERS = 5


@dataclass(frozen=True, slots=True)
class ListRecord:
    """A record of a list that an asked name may be.

    ``measures`` are what is (or was) done to it. ``left`` is when it was found to be gone from the list, None while it
    is on it.
    """

    hit: Hit
    measures: tuple[Measure, ...]
    page: str | None = None
    left: datetime | None = None


def opened_lists(session: Session) -> list[tuple[OpenedList, StoredSource]]:
    """Return the lists that are turned on, by name; one whose settings are no good is left out."""
    return list(_opened(sources.list_all(session)))


def _opened(stored: Iterable[StoredSource]) -> Iterator[tuple[OpenedList, StoredSource]]:
    for one in stored:
        if one.settings.kind == KIND:
            try:
                yield open_list(one.settings), one
            except ConfigError:
                continue  # told by `watchlist check` and `watchlist sources list`


def in_force(session: Session) -> list[Edition]:
    """Return the editions in force of the lists that are turned on."""
    return stored_lists.all_current(session, list(opened_profiles(session)))


def listed_now(
    session: Session, asked: Sequence[Asked], editions: Iterable[Edition] | None = None
) -> dict[str, list[ListRecord]]:
    """Return, by asked name, the records of the ``editions`` (default: those in force) that it may be, the surest first.

    A name is *restricted by a list now* when one of them has the verdict ``match``.
    """
    profiles = opened_profiles(session)
    screen = Screen.for_asked(in_force(session) if editions is None else editions, asked)
    return {one.name: [record_of(hit, profiles) for hit in screen.hits(one)] for one in asked}


def longer_names(
    editions: Iterable[Edition], name: str, without: Container[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Return (list, listed name) of other records whose names hold every word of a name: its parts, or others.

    Of each record the first such name. ``without`` are (list, id) of records that are known to be meant. A name of common words
    only, or of fewer than five letters of its own, is held by too many: the answer is empty.
    """
    taken = prepare(name)
    words = [token.text for token in taken.tokens if token.part not in (Part.LEGAL, Part.STOP)]
    if taken.common or sum(len(token.latin) for token in taken.core) < _OWN_LETTERS:
        return []
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]
    found: list[tuple[str, str]] = []
    for edition in editions:
        for entity in edition.entities.values():
            if (edition.name, entity.id) not in without:
                folded = ((listed.name, listed.name.casefold()) for listed in entity.names)
                held = (text for text, plain in folded if all(one.search(plain) for one in patterns))
                found.extend((edition.name, text) for text in islice(held, 1))
    return found


def listed_formerly(session: Session, asked: Sequence[Asked]) -> dict[str, list[ListRecord]]:
    """Return, by asked name, the records that were on a list and are no more, with the time they were found gone."""
    profiles = opened_profiles(session)
    gone = list_history.former(session, list(profiles))
    screen = Screen.for_asked(gone, asked)
    found: dict[str, list[ListRecord]] = {}
    for one in asked:
        found[one.name] = [record_of(hit, profiles, _left(session, hit)) for hit in screen.hits(one)]
    return found


def _left(session: Session, hit: Hit) -> datetime | None:
    history = list_history.changes(session, hit.list, entity_id=hit.entity.id)
    return history[-1].at if history else None


def opened_profiles(session: Session) -> dict[str, ListProfile]:
    """Return what being on each list means that is turned on, by its name."""
    return {opened.name: opened.profile for opened, _ in opened_lists(session)}


def record_of(
    hit: Hit, profiles: Mapping[str, ListProfile] | None = None, left: datetime | None = None
) -> ListRecord:
    """Return the record of a hit; a list that is not among ``profiles`` means what the catalogue says."""
    meaning = (profiles or {}).get(hit.list) or profile(hit.list)
    return ListRecord(hit, meaning.measures(hit.entity), meaning.address(hit.entity), left)
