"""The documentation is true: every command has help and a section, links lead somewhere, the commands are there."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TOOL = runpy.run_path(str(ROOT / "tools" / "write_commands.py"))
COMMANDS = list(TOOL["commands"]())


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_has_help(name: str, command):
    """An option without a word of help is one that nobody dares to use."""
    assert command.help, f"watchlist {name} has no help text"
    for parameter in command.params:
        assert parameter.help, f"watchlist {name}: {parameter.name} has no help text"


def test_the_reference_of_commands_is_up_to_date():
    """docs/commands.md is written from the commands; run tools/write_commands.py after changing one."""
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == TOOL["page"](), (
        "docs/commands.md is out of date: run python tools/write_commands.py"
    )


def test_the_help_page_and_the_commands_tell_the_same():
    """A row of the help page must load, under the name that it shows."""
    from watchlist.cli.main import COMMANDS as rows

    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    for row in rows:
        assert row.load().name == row.name
        assert row.help.endswith((".", "?")), row.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_documentation_lead_somewhere(page: Path):
    """A dead link in the README is the first thing a newcomer meets."""
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in targets:
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.name} links {target}"


def test_the_readme_names_commands_that_exist():
    """What the README tells a newcomer to type must be there to type."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    known = {name for name, _ in COMMANDS}
    typed = re.findall(r"(?m)^\$ watchlist ([a-z]+)", text)
    assert typed
    assert set(typed) <= known


def test_the_readme_has_its_two_commands_as_single_lines():
    """CI takes them from there, so that they cannot drift."""
    lines = re.findall(r"(?m)^\$ (python3 -m venv .*)$", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(lines) == 2
    assert lines[0].endswith("watchlist demo")
    assert "pytest" in lines[1]
