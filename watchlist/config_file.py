"""Finds and reads the configuration file: TOML and environment -> ``Settings``.

Found at ``--config``, else ``WATCHLIST_CONFIG``, else ``./watchlist.toml``, else ``watchlist.toml`` in the user's
configuration folder; without any, the defaults hold, and the data lie in the user's data folder.
``WATCHLIST_DATABASE`` and ``WATCHLIST_DATA_DIR`` overrule the file. The reader follows the dataclasses of
``watchlist.config``: a new field there is a new key here.
"""

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from watchlist.config import Settings, SourceSettings
from watchlist.config_lines import Key, Lines, dotted
from watchlist.errors import ConfigError

FILE_NAME = "watchlist.toml"


def user_folder() -> Path:
    """Return the user's configuration folder for watchlist (it may not exist)."""
    from platformdirs import user_config_path

    return user_config_path("watchlist", appauthor=False)


def user_data_folder() -> Path:
    """Return the user's data folder for watchlist (it may not exist)."""
    from platformdirs import user_data_path

    return user_data_path("watchlist", appauthor=False)


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the configuration file to use, or None when there is none.

    Raises ConfigError when one was named (option or environment) that does not exist.
    """
    named = given or (Path(environment["WATCHLIST_CONFIG"]) if environment.get("WATCHLIST_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            said = "--config" if given else "WATCHLIST_CONFIG"
            raise ConfigError(f"{named}: no such configuration file (named by {said})")
        return named
    return next((path for path in (Path(FILE_NAME), user_folder() / FILE_NAME) if path.is_file()), None)


def load_settings(
    given: Path | None = None, environment: Mapping[str, str] = os.environ, *, secrets: bool = True
) -> Settings:
    """Find and read the configuration. Raises ConfigError, one line with file, line, key and the right form.

    With ``secrets=False`` a secret that cannot be had is None: who only lists names needs no mail password.
    """
    path = find_config(given, environment)
    text = ""
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError("not UTF-8; save the file as UTF-8", path=str(path)) from error
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", path=str(path)) from error
    return parse_settings(text, path, environment, secrets=secrets)


def parse_settings(
    text: str, path: Path | None, environment: Mapping[str, str], *, secrets: bool = True
) -> Settings:
    """Read the text of a configuration file; ``path`` names it in errors and anchors relative paths."""
    lines = Lines(text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = lines.of_syntax_error(error)
        raise ConfigError(message, path=str(path), line=line) from error
    reader = _Reader(path, lines, environment, secrets=secrets)
    for key, variable in (("database", "WATCHLIST_DATABASE"), ("data_dir", "WATCHLIST_DATA_DIR")):
        if environment.get(variable):
            table[key] = environment[variable]
    table.setdefault("data_dir", str(user_data_folder()))
    data_dir = reader.folder_path(table["data_dir"]) if isinstance(table["data_dir"], str) else Path()
    if not {"database", "database_env", "database_file"} & table.keys():
        table["database"] = f"sqlite:///{data_dir / 'watchlist.sqlite3'}"
    mail = table.setdefault("mail", {})
    if isinstance(mail, dict):
        mail.setdefault("maildir", str(data_dir / "mail"))
    settings: Settings = reader.dataclass(Settings, table, ())
    return dataclasses.replace(
        settings,
        path=path and path.absolute(),
        database=_anchored(settings.database, reader),
        sources=tuple(_anchored_folder(source, reader) for source in settings.sources),
    )


def _anchored_folder(source: SourceSettings, reader: "_Reader") -> SourceSettings:
    """Return a source whose folder or file, if it is relative, starts at the configuration's folder."""
    if source.kind not in ("folder", "list") or not source.url or "://" in source.url:
        return source
    end = "/" if source.url.endswith("/") else ""  # a folder of an official list's files
    return dataclasses.replace(source, url=f"{reader.folder_path(source.url)}{end}")


def _anchored(url: str, reader: "_Reader") -> str:
    """Return a database URL whose SQLite path, if it is relative, starts at the configuration's folder."""
    scheme, mark, rest = url.partition(":///")
    if not mark or not scheme.startswith("sqlite") or not rest or rest.startswith((":memory:", "file:")):
        return url
    name, mark_query, query = rest.partition("?")
    return f"{scheme}:///{reader.folder_path(name)}{mark_query}{query}"


class _Reader:
    """Turns TOML tables into the dataclasses, and says where a value is wrong."""

    def __init__(
        self, path: Path | None, lines: Lines, environment: Mapping[str, str], *, secrets: bool
    ) -> None:
        self._path, self._lines, self._environment, self._secrets = path, lines, environment, secrets

    def folder_path(self, value: str) -> Path:
        """Return a path as written, relative to the configuration's folder."""
        base = self._path.absolute().parent if self._path else Path.cwd()
        return base / Path(value).expanduser()

    def wrong(self, key: Key, message: str) -> ConfigError:
        return ConfigError(
            message,
            path=str(self._path) if self._path else None,
            line=self._lines.of(key),
            key=dotted(key),
        )

    def dataclass(self, cls: type, table: Any, at: Key) -> Any:
        if not isinstance(table, dict):
            raise self.wrong(at, f"{dotted(at)} must be a table: [{dotted(at)}]")
        hints = typing.get_type_hints(cls, include_extras=True)
        fields = {f.name: f for f in dataclasses.fields(cls) if not f.metadata.get("internal")}
        secrets = {name for name, f in fields.items() if not f.repr}
        kept: dict[str, Any] = {}
        for key, value in table.items():
            name = key
            way = next((end for end in ("_env", "_file") if key.removesuffix(end) in secrets - {key}), None)
            if way is not None:
                name = key.removesuffix(way)
                read = self._from_environment if way == "_env" else self._from_file
                try:
                    value = read(value, (*at, key))
                except ConfigError:
                    if self._secrets or fields[name].default is not None:
                        raise
                    continue
            elif key in secrets and fields[key].default is None:
                raise self.wrong(
                    (*at, key),
                    f"{dotted((*at, key))} must not stand in the file: write "
                    f'{key}_env = "WATCHLIST_{key.upper()}" or {key}_file = "/run/secrets/{key}"',
                )
            if name not in fields:
                raise self._unknown((*at, key), fields, secrets)
            if name in kept:
                raise self.wrong((*at, key), f"{dotted((*at, name))} is given twice; keep one of its forms")
            kept[name] = self.value(hints[name], value, (*at, key))
        for name, f in fields.items():
            missing = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
            if missing and name not in kept:
                raise self.wrong(at, f"{dotted(at)} lacks {name} ({self._form(hints[name])})")
        return cls(**kept)

    def _unknown(self, key: Key, fields: Mapping[str, Any], secrets: set[str]) -> ConfigError:
        known = [name for name, f in fields.items() if name not in secrets or f.default is not None]
        known += [f"{name}{end}" for name in sorted(secrets) for end in ("_env", "_file")]
        near = difflib.get_close_matches(str(key[-1]), known, 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return self.wrong(key, f"unknown key {dotted(key)}; {hint}")

    def _from_environment(self, value: Any, key: Key) -> str:
        if not isinstance(value, str) or not value:
            raise self.wrong(key, f"{dotted(key)} must be the name of an environment variable")
        if value not in self._environment:
            raise self.wrong(
                key, f"{dotted(key)}: the environment variable {value} is not set; set it and start again"
            )
        return self._environment[value]

    def _from_file(self, value: Any, key: Key) -> str:
        if not isinstance(value, str) or not value:
            raise self.wrong(key, f"{dotted(key)} must be the path of a file that holds the secret")
        try:
            return self.folder_path(value).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise self.wrong(key, f"{dotted(key)}: {value} cannot be read: {reason}") from error

    def value(self, hint: Any, value: Any, key: Key) -> Any:
        """Check one value against its type and constraint; return it as the dataclass wants it."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            try:
                found = self.value(arguments[0], value, key)
            except ConfigError as error:
                raise self._bad(hint, value, key) from error
            if not all(constraint.accepts(found) for constraint in hint.__metadata__):
                raise self._bad(hint, value, key)
            return found
        if origin in (types.UnionType, typing.Union):
            if value is False or (value in ("none", "off", "keep") and str not in arguments):
                return None
            inner = next(a for a in arguments if a is not type(None))
            return self.value(inner, value, key)
        if dataclasses.is_dataclass(hint):
            return self.dataclass(typing.cast(type, hint), value, key)
        if origin is tuple:
            return self._many(arguments[0], value, key, hint)
        return self._plain(hint, value, key)

    def _many(self, hint: Any, value: Any, key: Key, whole: Any) -> tuple[Any, ...]:
        if typing.get_origin(hint) is tuple:  # pairs: a table of the source's own options
            return self._pairs(value, key)
        if not isinstance(value, list):
            if dataclasses.is_dataclass(hint):
                raise self.wrong(key, f"{dotted(key)} must be a list of tables: write [[{dotted(key)}]]")
            raise self._bad(whole, value, key)
        return tuple(self.value(hint, one, (*key, at)) for at, one in enumerate(value))

    def _pairs(self, value: Any, key: Key) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict):
            raise self.wrong(
                key, f'{dotted(key)} must be a table of options, such as {{ term = "sanctions" }}'
            )
        pairs: list[tuple[str, str]] = []
        for name, one in value.items():
            for item in one if isinstance(one, list) else [one]:
                if isinstance(item, dict | list):
                    raise self.wrong(
                        (*key, name), f"{dotted((*key, name))} must be a word, a number or a list"
                    )
                pairs.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
        return tuple(pairs)

    def _plain(self, hint: Any, value: Any, key: Key) -> Any:
        convert: dict[Any, Callable[[Any], Any]] = {
            str: lambda v: v if isinstance(v, str) else None,
            bool: lambda v: v if isinstance(v, bool) else None,
            int: lambda v: v if isinstance(v, int) and not isinstance(v, bool) else None,
            float: lambda v: float(v) if isinstance(v, int | float) and not isinstance(v, bool) else None,
            Path: lambda v: self.folder_path(v) if isinstance(v, str) and v else None,
        }
        found = convert[hint](value)
        if found is None:
            raise self._bad(hint, value, key)
        return found

    def _bad(self, hint: Any, value: Any, key: Key) -> ConfigError:
        shown = (
            f'"{value}"'
            if isinstance(value, str)
            else str(value).lower()
            if isinstance(value, bool)
            else value
        )
        return self.wrong(key, f"{dotted(key)} is {str(shown)[:80]}, but must be {self._form(hint)}")

    def _form(self, hint: Any) -> str:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            return ", ".join(constraint.form for constraint in hint.__metadata__)
        if origin in (types.UnionType, typing.Union):
            return self._form(next(a for a in arguments if a is not type(None)))
        if origin is tuple:
            return f"a list, each {self._form(arguments[0])}"
        names = {str: "a text in quotes", bool: "true or false", int: "a whole number", float: "a number"}
        return names.get(hint, "a path in quotes" if hint is Path else "a table")
