"""From a source's settings (``kind = "list"``) to the list that it turns on: reader, meaning, addresses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from watchlist.config import SourceSettings
from watchlist.errors import ConfigError, LayoutChanged
from watchlist.lists.catalogue import CATALOGUE, ListSource
from watchlist.lists.columns import Columns, TableList
from watchlist.lists.indexed import INDEX, Followed, Indexed, Stepwise
from watchlist.lists.measures import ListProfile, Measure, profile
from watchlist.model import ActionKind, ListEntity, Request, SourceState

KIND = "list"
"""The kind of source that a list is."""

_MEANING = ("action", "authority", "title", "page")
_SEVERAL = ("id", "aliases", "programs", "countries", "addresses")
_ONE = ("name", "type", "remarks", "separator", "id_part", "name_type", "strength", "day_order")
_TABLE = (*_ONE, *_SEVERAL, "listed", "identifier", "form")


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list that is turned on. ``address`` replaces the publisher's own: a mirror, or a file of the user's."""

    name: str
    reader: ListSource
    profile: ListProfile
    address: str = ""

    def plan(self, state: SourceState, now: datetime) -> Iterator[Request]:
        """Yield what to fetch; an address that ends in "/" is a folder that mirrors the publisher's file names."""
        planned = list(self.reader.plan(state, now))
        if not self.address or self.address.endswith("/"):
            yield from map(self._mirrored, planned)
        elif not planned:
            yield Request(self.address)
        else:  # the list itself, where the publisher has an index of his lists
            yield replace(planned[0], url=self.address, role=planned[0].role.removeprefix(INDEX))

    def follow(
        self, stream: BinaryIO, request: Request, last: str = "", so_far: Followed | None = None
    ) -> Followed:
        """Return what the index says, with its files where the list is read from. Raises LayoutChanged, BadEdition."""
        if not isinstance(self.reader, Indexed):
            raise LayoutChanged(request.url, "an index of a list that has none")
        found = self.reader.follow(stream, request, last, so_far)
        for told in (*found.requests, *found.whole):
            if "://" not in told.url:  # a stranger's index must not name files of this machine
                raise LayoutChanged(
                    request.url, f"the index names {told.url[:80]!r}, which is no web address"
                )
        here = tuple(map(self._mirrored, found.requests))
        return replace(found, requests=here, whole=tuple(map(self._mirrored, found.whole)))

    def steps(self, stream: BinaryIO, request: Request) -> Iterator[tuple[str, ListEntity | None]]:
        """Return what a file of changes says. Raises BadEdition, LayoutChanged."""
        if not isinstance(self.reader, Stepwise):
            raise LayoutChanged(request.url, "changes to a list that tells none")
        return self.reader.steps(stream, request)

    def _mirrored(self, request: Request) -> Request:
        if not self.address:
            return request
        return replace(request, url=self.address + request.url.rpartition("/")[2].partition("?")[0])


def open_list(settings: SourceSettings) -> OpenedList:
    """Return the list that the settings turn on.

    Without columns of its own it is the catalogue's list of that name (or of the option ``list``); with the option
    ``name`` it is a table of the user's. Raises ConfigError, naming the source and the option that is wrong.
    """
    where = f"source {settings.name!r}"
    options = _options(settings, where)
    like = options.get("list", (settings.name,))[0]
    meaning = _meaning(profile(settings.name, like), options, where)
    address = settings.url or ""
    if "name" in options:
        if not address:
            raise ConfigError(f"{where}: a table of your own needs url: a web address or the path of a file")
        return OpenedList(settings.name, _table(settings.name, options, where, address), meaning, address)
    listing = CATALOGUE.get(like)
    if listing is None:
        raise ConfigError(
            f"{where}: no list is called {like!r}; there are: {', '.join(CATALOGUE)}."
            " A table of your own names its column of names: the option name"
        )
    if not address and not listing.addressed:
        raise ConfigError(f"{where}: {like} has no address of its own: give url, the path of your file")
    return OpenedList(settings.name, listing.source, meaning, address)


def _options(settings: SourceSettings, where: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    known = ("list", *_MEANING, *_TABLE)
    for key, value in settings.options:
        if key not in known:
            raise ConfigError(f"{where}: kind 'list' has no option {key!r}; it has {', '.join(known)}")
        found[key] = (*found.get(key, ()), value)
    return found


def _meaning(found: ListProfile, options: Mapping[str, tuple[str, ...]], where: str) -> ListProfile:
    action = options.get("action", (found.general.action.value,))[0]
    if action not in tuple(ActionKind):
        raise ConfigError(f"{where}: action must be one of {', '.join(ActionKind)}, not {action!r}")
    general = Measure(
        ActionKind(action),
        options.get("authority", (found.general.authority,))[0],
        options.get("title", (found.general.title,))[0],
    )
    changed = any(key in options for key in ("action", "authority", "title"))
    return replace(
        found,
        general=general,
        page=options.get("page", (found.page,))[0],
        rules=() if changed else found.rules,
    )


def _table(name: str, options: Mapping[str, tuple[str, ...]], where: str, address: str) -> TableList:
    form = options.get("form", ("xlsx" if address.lower().endswith(".xlsx") else "csv",))[0]
    if form not in ("csv", "xlsx", "json", "jsonl"):
        raise ConfigError(f"{where}: form must be csv, xlsx, json or jsonl, not {form!r}")
    one: dict[str, Any] = {key: options[key][0] for key in _ONE if key in options and key != "type"}
    if one.get("day_order", "dmy") not in ("dmy", "mdy"):
        raise ConfigError(f"{where}: day_order must be dmy or mdy, not {one['day_order']!r}")
    try:
        re.compile(one.get("id_part", ""))
    except re.error as error:
        raise ConfigError(f"{where}: id_part is no regular expression: {error}") from error
    several: dict[str, Any] = {key: _split(options.get(key, ())) for key in _SEVERAL}
    return TableList(
        name,
        "",
        Columns(
            kind=options.get("type", ("",))[0],
            dates=dict.fromkeys(options.get("listed", ()), "listed"),
            identifiers=dict(_labelled(options.get("identifier", ()), where)),
            **one,
            **several,
        ),
        form,
    )


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _labelled(values: Iterable[str], where: str) -> Iterator[tuple[str, str]]:
    for value in _split(values):
        column, colon, label = value.partition(":")
        if not colon:
            raise ConfigError(
                f'{where}: identifier is {value!r}, but must be COLUMN:LABEL, such as "LEI code:LEI"'
            )
        yield column.strip(), label.strip().upper()
