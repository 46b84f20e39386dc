"""Is a name on an official list, now or ever? Reads the store only; what ownership and commands ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from watchlist.errors import ConfigError
from watchlist.lists.measures import ListProfile, Measure, profile
from watchlist.lists.opened import KIND, OpenedList, open_list
from watchlist.lists.screening import Asked, Hit, Screen
from watchlist.store import list_history, sources
from watchlist.store import lists as stored_lists
from watchlist.store.sources import StoredSource


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


def listed_now(
    session: Session,
    asked: Sequence[Asked],
    *,
    lists: Iterable[str] | None = None,
    least: float | None = None,
) -> dict[str, list[ListRecord]]:
    """Return, by asked name, the records of the editions in force that it may be, the surest first.

    A name is *restricted by a list now* when one of them has the verdict ``match``. ``least`` is the least score
    (default: the name comparison's threshold). Lists that are turned off do not count, unless named in ``lists``.
    """
    profiles = opened_profiles(session)
    wanted = list(profiles) if lists is None else list(lists)
    screen = Screen.for_asked(stored_lists.all_current(session, wanted), asked)
    return {one.name: [record_of(hit, profiles) for hit in screen.hits(one, least)] for one in asked}


def listed_formerly(
    session: Session, asked: Sequence[Asked], *, lists: Iterable[str] | None = None
) -> dict[str, list[ListRecord]]:
    """Return, by asked name, the records that were on a list and are no more, with the time they were found gone."""
    profiles = opened_profiles(session)
    wanted = list(profiles) if lists is None else list(lists)
    gone = list_history.former(session, wanted)
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
