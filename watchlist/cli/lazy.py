"""A command group that imports a command's module only when that command is used.

``watchlist --help`` lists every command from a table; ``watchlist check FILE`` imports ``watchlist.cli.check``
and none of the others, so that nobody waits for a database or a scheduler they did not ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from watchlist.cli.plain_values import spare_validation


@dataclass(frozen=True, slots=True)
class Row:
    """One command of the root: its name, the module under ``watchlist.cli`` that holds it, one line of help.

    The module has a ``typer.Typer`` named ``app``. With ``group`` the whole app is the command (``sources add``),
    else the app's command of that name (``add``).
    """

    name: str
    module: str
    help: str
    panel: str
    group: bool = False

    def load(self) -> Any:
        """Import the module and return its command."""
        app = import_module(f"watchlist.cli.{self.module}").app
        loaded = get_group(app)
        command = loaded if self.group else loaded.commands[self.name]
        command.name = self.name
        _tidied(command)
        return command


def _tidied(command: Any) -> None:
    """Give the help page paragraphs that fill its width, spare it a "<bool>" beside every switch, and plain values
    their validation."""
    command.help = "\n\n".join(map(_joined, cleandoc(command.help or "").split("\n\n")))
    params_of = command.get_params

    def get_params(context: Any) -> Any:
        parameters = params_of(context)
        for parameter in parameters:
            spare_validation(parameter)
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
        return parameters

    command.get_params = get_params
    for inner in getattr(command, "commands", {}).values():
        _tidied(inner)


def _joined(paragraph: str) -> str:
    """Return a paragraph as one line, as the width of the terminal breaks it; one with indented lines stays as it is."""
    return paragraph if "\n " in paragraph or paragraph.startswith(" ") else paragraph.replace("\n", " ")


class LazyGroup(TyperGroup):
    """The root group over a table of rows; subclassed by ``lazy_group``."""

    rows: tuple[Row, ...] = ()

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self._by_name = {row.name: row for row in self.rows}
        self._listing = False
        _tidied(self)
        for row in self.rows:
            stub = TyperCommand(row.name, help=row.help, short_help=row.help, rich_help_panel=row.panel)
            self.commands[row.name] = stub

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the real command, or its one-line stand-in while the help page is drawn."""
        row = self._by_name.get(cmd_name)
        if row is None or self._listing:
            return super().get_command(ctx, cmd_name)
        return row.load()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the help page from the table, importing nothing."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


def lazy_group(rows: Iterable[Row]) -> type[LazyGroup]:
    """Return a group class for ``typer.Typer(cls=…)`` over these rows."""
    return type("RootGroup", (LazyGroup,), {"rows": tuple(rows), "__doc__": LazyGroup.__doc__})


def app_for(rows: Iterable[Row], **options: Any) -> typer.Typer:
    """Return a Typer app whose commands are the rows, in their order."""
    return typer.Typer(cls=lazy_group(rows), **options)
