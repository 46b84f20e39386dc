"""What a user's own file may add beside rules and cues: authorities, forms of notices, words beside dates.

Each has the form of the shipped data file of the same kind (``data/*.toml``). All that is wrong is a ConfigError of one line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from watchlist.actions.authorities import Authority, country_of
from watchlist.actions.dates import languages
from watchlist.actions.notice_kinds import NoticeKind, compile_kind
from watchlist.actions.timing_cues import OwnWords, word_lists
from watchlist.errors import ConfigError

#: An authority and the names it goes by, "|" between them.
OwnAuthority = tuple[Authority, str]

_AUTHORITY = {"id", "name", "names", "short", "parent"}
_ID = re.compile(r"[A-Za-z]{2,20}(?:[-:][A-Za-z0-9]+)+")
_NOTICE = {
    "kind", "authority", "agencies", "types", "title", "head", "operative", "ends", "annex", "act_day", "last_day", "at_once",
    "title_names", "skip", "reason", "section",
}  # fmt: skip
_SECTION = {"pattern", "action", "stage", "new", "rest"}


def authorities(data: Mapping[str, Any], where: str) -> tuple[OwnAuthority, ...]:
    """Return the authorities of a file. A known id gets further names. Raises ConfigError."""
    found = []
    for n, row in enumerate(_tables(data, "authority", where), 1):
        place = f"{where}: authority {n}"
        _known(row, _AUTHORITY, place)
        id_, names = _text(row, "id", place), _text(row, "names", place)
        if not _ID.fullmatch(id_):
            raise ConfigError(f'{place}: id is {id_!r}, but must be a country and a body, such as "US-NYC"')
        name = row.get("name", id_)
        parent = row.get("parent") or country_of(id_)
        if not all(isinstance(value, str) for value in (name, parent, row.get("short", ""))):
            raise ConfigError(f"{place}: name, short and parent are texts")
        found.append((Authority(id_, name, parent, row.get("short", "")), names))
    return tuple(found)


def notices(data: Mapping[str, Any], where: str) -> tuple[NoticeKind, ...]:
    """Return the forms of notices of a file. Raises ConfigError."""
    found = []
    for n, row in enumerate(_tables(data, "notice", where), 1):
        place = f"{where}: notice {n}"
        _known(row, _NOTICE, place)
        _text(row, "kind", place)
        _text(row, "authority", place)
        sections = _tables(row, "section", place)
        if not sections:
            raise ConfigError(f"{place}: needs a section: what the notice does to the names in it")
        for section in sections:
            _known(section, _SECTION, f"{place}: section")
        if not {"title", "head"} & row.keys():
            raise ConfigError(f"{place}: needs a title or a head: by what is it known?")
        for key, pattern in _patterns(row):
            _check(pattern, f"{place}: {key}")
        try:
            found.append(compile_kind(row))
        except (KeyError, ValueError, TypeError) as error:
            raise ConfigError(f"{place}: {error}; see the head of notices.toml in the package") from None
    return tuple(found)


def dates(data: Mapping[str, Any], where: str) -> dict[str, OwnWords]:
    """Return the words beside dates of a file, by language. Raises ConfigError."""
    found: dict[str, OwnWords] = {}
    tables = data.get("dates", {})
    if not isinstance(tables, dict):
        raise ConfigError(f"{where}: dates is a table: [dates.en]")
    for lang, table in tables.items():
        if lang not in languages():
            raise ConfigError(f"{where}: dates.{lang}: known languages are {', '.join(languages())}")
        known = word_lists(lang)
        rows = []
        for key, forms in _flat(table):
            place = f"{where}: dates.{lang}.{key}"
            if key not in known:
                raise ConfigError(f"{place} is not known; known are {', '.join(sorted(known))}")
            if not isinstance(forms, list) or not all(isinstance(form, str) and form for form in forms):
                raise ConfigError(f"{place} is a list of texts that are not empty")
            for form in forms:
                _check(form, place)
            rows.append((key, tuple(forms)))
        found[lang] = tuple(rows)
    return found


def joined_dates(files: Iterable[Mapping[str, OwnWords]]) -> dict[str, OwnWords]:
    """Join the words beside dates of several files, by language."""
    joined: dict[str, OwnWords] = {}
    for file in files:
        for lang, words in file.items():
            joined[lang] = (*joined.get(lang, ()), *words)
    return joined


def _flat(table: object) -> Iterator[tuple[str, object]]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", forms) for inner, forms in value.items())
        else:
            yield key, value


def _tables(data: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{where}: {key} is a list of tables: [[{key}]]")
    return rows


def _known(row: Mapping[str, Any], keys: set[str], place: str) -> None:
    unknown = sorted(set(row) - keys)
    if unknown:
        raise ConfigError(f"{place}: unknown key {unknown[0]}; known are {', '.join(sorted(keys))}")


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{place}: needs {key}, a text")
    return value


def _patterns(row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for key in ("title", "head", "operative", "ends", "annex", "reason"):
        if key in row:
            yield key, row[key]
    for key in ("act_day", "last_day", "skip"):
        yield from ((key, pattern) for pattern in row.get(key, ()))
    yield from (("section", section.get("pattern")) for section in row["section"])


def _check(pattern: object, place: str) -> None:
    """Raise ConfigError for a pattern that is none, or that a hostile text could make run for hours."""
    if not isinstance(pattern, str):
        raise ConfigError(f"{place}: a pattern is a text")
    from watchlist.text.patterns import danger  # here: a start without files of users need not wait for it

    try:
        found = danger(pattern)
    except (re.error, RecursionError) as error:
        raise ConfigError(f"{place}: {pattern!r} is no regular expression: {error}") from None
    if found:
        raise ConfigError(
            f"{place}: {pattern!r} could take very long: {found}; write {{0,80}} instead of * or +"
        )
