"""The help of every command, as a person reads it."""

import re

from tools.write_commands import commands

_STYLE = re.compile(r"(?<!\\)\[(?!/?bold\])/?[a-z][a-z._ ]*\]")
"""What the terminal library takes for a style and leaves out of what it prints; bold is meant."""


def test_no_word_of_a_help_text_is_taken_for_a_style() -> None:
    """A section's name in brackets would vanish from the help: "older than  in the configuration"."""
    told = {
        path: [command.help or "", *(getattr(option, "help", None) or "" for option in command.params)]
        for path, command in commands()
    }
    assert {"check", "lists diff", "audit prune"} <= told.keys()
    taken = {
        (path, found) for path, texts in told.items() for text in texts for found in _STYLE.findall(text)
    }
    assert not taken
