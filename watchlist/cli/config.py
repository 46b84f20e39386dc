"""``watchlist config show | check | path``: the configuration in force."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watchlist.config import Settings

app = typer.Typer(no_args_is_help=True, help="See the configuration in force, and find mistakes in it.")


@app.command()
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Show every setting in force, defaults included. Secrets are hidden."""
    import json

    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import settings_of

    settings = settings_of(context, secrets=False)
    data = visible(settings)
    if as_json:
        out(json.dumps(data, ensure_ascii=False, indent=2))
        return
    where = settings.path or "no file: the defaults hold (watchlist init writes one)"
    out(f"# {where}")
    for line in toml_lines(data):
        out(line)


@app.command()
def check(context: typer.Context) -> None:
    """Find mistakes: keys, values, recipients, rules, sources, templates. Exit code 2 when there is one."""
    from watchlist.cli.terminal import out
    from watchlist.cli.workspace import settings_of
    from watchlist.errors import UsageError

    settings = settings_of(context)
    examine(settings)
    for line in idle_rules(settings):
        raise UsageError(line)
    counts = f"{_count(settings.recipients, 'recipient')}, {_count(settings.sources, 'source')} of your own"
    out(f"{settings.path or 'Without a file the defaults hold'}: fine ({counts}).")


@app.command()
def path(context: typer.Context) -> None:
    """Say which configuration file is used, and where one is looked for."""
    from watchlist.cli.terminal import out
    from watchlist.config_file import FILE_NAME, find_config, user_folder

    found = find_config(context.find_root().obj)
    out(str(found.absolute()) if found else "No configuration file; the defaults hold.")
    out(f"Looked for: --config, WATCHLIST_CONFIG, ./{FILE_NAME}, {user_folder() / FILE_NAME}")


def examine(settings: "Settings") -> None:
    """Check what the reader of the file cannot: recipients, channels and sources can be made of it. Raises UsageError."""
    from alerts.channels import channel_transport
    from alerts.readers import readers_of
    from alerts.template_check import problems
    from watchlist.cli.workspace import check_source, own_rules
    from watchlist.errors import ConfigError
    from watchlist.store.database import address_of

    try:
        address_of(settings.database)
    except ConfigError as error:
        raise ConfigError(str(error), path=_file(settings), key="database") from None
    readers_of(settings)
    if settings.mail.base_url and settings.publish.folder is None:
        raise ConfigError(
            "mail.base_url is where publish.folder is served, but there is no folder: set publish.folder, or leave it out",
            path=_file(settings),
        )
    _check_names(settings, "channels", [channel.name for channel in settings.channels])
    for channel in settings.channels:
        channel_transport(channel)

    _check_names(settings, "sources", [source.name for source in settings.sources])
    for source in settings.sources:
        check_source(source)
    own_rules(settings)
    if settings.templates_dir is not None and not settings.templates_dir.is_dir():
        raise ConfigError(f"templates_dir: {settings.templates_dir} is not a folder", path=_file(settings))
    if settings.templates_dir is not None:
        for problem in problems(settings.templates_dir):
            raise ConfigError(f"templates_dir: {problem}", path=_file(settings))


def _check_names(settings: "Settings", what: str, names: list[str]) -> None:
    from watchlist.errors import ConfigError

    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two {what} are named {name!r}; give each its own name", path=_file(settings))


def idle_rules(settings: "Settings") -> list[str]:
    """Return a line for each configured rule that cannot fire with the watchlist as it is; no store, no line."""
    from alerts.rule_check import never_fires
    from watchlist.cli.workspace import open_store
    from watchlist.store import entries

    if not any(rule.entries or rule.tags for who in settings.recipients for rule in who.rules):
        return []
    with open_store(settings) as database, database.read() as session:
        watched = entries.list_all(session)
    return [
        f"recipient {who.name!r}: rule {rule.name!r} can never fire: {reason}"
        for who in settings.recipients
        for rule in who.rules
        if (reason := never_fires(rule, watched))
    ]


def _file(settings: "Settings") -> str | None:
    return str(settings.path) if settings.path else None


def _count(things: Any, noun: str) -> str:
    return f"{len(things)} {noun}{'s' if len(things) != 1 else ''}"


def visible(value: Any) -> Any:
    """Return settings as plain data, with every secret replaced."""
    import dataclasses
    from pathlib import Path

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        data = {}
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if field.metadata.get("internal") or inner is None:
                continue
            data[field.name] = visible(inner) if field.repr else _hidden(field.name, inner)
        return data
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        if value and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
            options: dict[str, Any] = {}
            for name, one in value:
                options[name] = [*options[name], one] if name in options else [one]
            return {name: many[0] if len(many) == 1 else many for name, many in options.items()}
        return [visible(item) for item in value]
    return value


def _hidden(name: str, secret: str) -> str:
    """Hide a secret; of the database's address only the password. (Other addresses are secrets as a whole.)"""
    import re

    if name == "database":
        return re.sub(r"(?<=://)([^:/@\s]*):[^@\s]*@", r"\1:(hidden)@", secret)
    return "(hidden)"


def toml_lines(data: dict[str, Any], prefix: str = "") -> list[str]:
    """Write plain data as TOML."""
    import json

    lines, tables = [], []
    for key, value in data.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and key != "options":
            tables += ["", f"[{name}]", *toml_lines(value, name)]
        elif value == []:
            continue
        elif isinstance(value, list) and isinstance(value[0], dict):
            for one in value:
                tables += ["", f"[[{name}]]", *toml_lines(one, name)]
        elif isinstance(value, dict):
            pairs = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
            lines.append(f"{key} = {{ {pairs} }}")
        else:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return lines + tables
