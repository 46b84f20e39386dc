"""Write the reference part of docs/commands.md from the commands' own help: python tools/write_commands.py."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "commands.md"
MARK = "<!-- written by tools/write_commands.py from here on -->\n"


def commands() -> Iterator[tuple[str, Any]]:
    """Return every command a user can type, with its full name, in the order of the help page."""
    from watchlist.cli.main import COMMANDS

    for row in COMMANDS:
        command = row.load()
        yield row.name, command
        for name, inner in getattr(command, "commands", {}).items():
            yield f"{row.name} {name}", inner


def reference() -> str:
    """Return the reference of all commands as Markdown."""
    return "".join(section(name, command) for name, command in commands())


def section(name: str, command: Any) -> str:
    """Return one command's part."""
    level = "###" if " " in name else "##"
    lines = [f"\n{level} watchlist {name}\n", f"\n{told(command.help)}\n"]
    if hasattr(command, "commands"):
        return "".join(lines)
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join(["watchlist", name, *(["[OPTIONS]"] if options else []), *map(shape, arguments)])
    lines.append(f"\n```\n{usage}\n```\n\n")
    for parameter in arguments:
        lines.append(f"- `{parameter.metavar or parameter.name.upper()}`: {told(parameter.help)}\n")
    for parameter in options:
        value = f" {parameter.metavar}" if parameter.metavar else "" if parameter.is_flag else " VALUE"
        names = ", ".join(f"`{one}{value}`" for one in (*parameter.opts, *parameter.secondary_opts))
        again = " (may be repeated)" if parameter.multiple else ""
        lines.append(f"- {names}: {told(parameter.help)}{again}\n")
    return "".join(lines)


def shape(argument: Any) -> str:
    """Return an argument as the usage line shows it."""
    name = (argument.metavar or argument.name.upper()) + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def told(text: str | None) -> str:
    """Return a help text as Markdown paragraphs."""
    paragraphs = (text or "").replace("[bold]", "**").replace("[/bold]", "**").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def page() -> str:
    """Return the whole page: the hand-written head, then the reference."""
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0] if PAGE.exists() else ""
    return head + MARK + reference()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
