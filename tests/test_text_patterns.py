"""No regular expression of the program may be made to run for hours by a hostile text."""

import ast
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watchlist.analysis import Analyst
from watchlist.model import Document, Entry
from watchlist.text.patterns import danger

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(?:a|ab)*c", r"(?:\w+\s?)*x", r"(?:a*)*", r"\w*\w*x", r"(?:\s*\n\s*)+x", r"\s+x", r"(?:[a-z]+,?)+$",
        r"a.*b.*c.*d", r"(?:x\w?\w)*y", r"(\d+)+", r"(?i)(?:A|a)*b", r"(?:\w+\s?){0,9}x", r"\d*\d",
    ],
)  # fmt: skip
def test_dangerous_shapes_are_seen(pattern: str) -> None:
    """Each of these takes more than linear time on some text."""
    assert danger(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+", r"x(?:\s\w+)*y", r"x(?:cat|car)*", r"(?<!\w)\w+\s", r"[^.]{0,80}x[^.]{0,120}", r"a\d+b\d+", r"(?:\d{1,3}|x)y",
        r"<[^>]{1,500}>", r"x\w++\w", r"x(?:,\s[a-z]+)+", r"\bfor (?:\w+ly )?\w+ing\b", r"x(?:a|b)+c",
    ],
)  # fmt: skip
def test_harmless_shapes_are_left_alone(pattern: str) -> None:
    """A check that refuses everything would be turned off."""
    assert danger(pattern) is None


OWN = {
    "config_lines.py": "lines of the user's own configuration, matched from their beginning",
    "entries_io.py": "lines of the user's own file, matched from their beginning",
    "entry_cells.py": "cells of the user's own file, matched from their beginning",
}
"""Files whose patterns read nothing that a stranger wrote."""


def literal_patterns() -> dict[str, str]:
    """Return the patterns that stand as texts in calls of ``re``: pattern → where."""
    found = {}
    for folder in ("watchlist", "alerts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "re"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                    and isinstance(node.args[0].value, str | bytes)
                ):
                    value = node.args[0].value
                    pattern = value if isinstance(value, str) else value.decode("latin-1")
                    found[pattern] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


RECORD = r"""
import importlib, json, pkgutil, re, sys
found = {}
compiled = re._compile
def record(pattern, flags):
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename.endswith(("/re/__init__.py", "/re.py")):
        frame = frame.f_back
    name = frame.f_code.co_filename if frame else ""
    ours = ("/watchlist/" in name or "/alerts/" in name) and "site-packages" not in name
    if ours and isinstance(pattern, (str, bytes)):
        text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        found[text] = [int(flags), name.rsplit("/", 1)[-1]]
    return compiled(pattern, flags)
re._compile = record
import watchlist, alerts
for package in (watchlist, alerts):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not any(part in module.name for part in ("__main__", "migrations")):
            importlib.import_module(module.name)
from dataclasses import fields
from datetime import UTC, datetime
def vars_of(words):
    for field in fields(words):
        value = getattr(words, field.name)
        for one in value if isinstance(value, tuple) else [value]:
            yield one[1] if isinstance(one, tuple) else one
from watchlist.actions.authorities import directory
from watchlist.actions.dates import date_words, languages
from watchlist.actions.needles import Sought
from watchlist.actions.notice_kinds import kinds
from watchlist.actions.timing_cues import cues
from watchlist.analysis import Analyst
from watchlist.model import Document, Entry
directory()
for kind in kinds():
    for value in (*vars_of(kind), *(section.pattern for section in kind.sections)):
        if isinstance(value, Sought):
            value.compiled
for lang in languages():
    [pattern.compiled for _, pattern in date_words(lang).patterns]
    for value in vars_of(cues(lang)):
        value.compiled
analyst = Analyst.for_entries([Entry("Norvik Chips"), Entry("诺维克")])
for lang, text in [("en", "The ministry banned Norvik Chips from 2 April. It takes effect in 45 days."), ("zh", "自4月2日起禁止诺维克。"),
                   ("de", "Norvik Chips ist ab dem 2. April gesperrt."), ("ru", "С 2 апреля запрещен Norvik Chips.")]:
    analyst.read(Document("d", "Norvik Chips", text, published=datetime(2024, 3, 1, tzinfo=UTC), lang=lang))
json.dump(found, sys.stdout)
"""


def recorded_patterns() -> dict[str, tuple[int, str]]:
    """Return the patterns that the program compiles when all of it is imported and reads texts."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RECORD],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    return {pattern: (flags, where) for pattern, (flags, where) in json.loads(done.stdout).items()}


def test_no_pattern_of_the_program_is_dangerous() -> None:
    """One feed with a million blanks in a title must not stop everybody's alerts."""
    told = []
    for pattern, where in literal_patterns().items():
        if not any(own in where for own in OWN) and (why := danger(pattern)):
            told.append(f"{where}: {why}: {pattern[:80]!r}")
    for pattern, (flags, where) in recorded_patterns().items():
        if where not in OWN and (why := danger(pattern, flags)):
            told.append(f"{where}: {why}: {pattern[:80]!r}")
    assert not told, "\n".join(sorted(set(told)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "fill", [" ", "a", "1 ", "from ", ". ", "(", "华", "Jan 1, ", "\n", "-", "за 45 дней "]
)
def test_a_text_without_end_is_read(fill: str) -> None:
    """Five megabytes of one thing: a quadratic step anywhere on the road would not come back before the suite is stopped."""
    text = (
        "The ministry banned Norvik Chips." + fill * (5_000_000 // len(fill)) + "It takes effect in 45 days."
    )
    document = Document("d", "Norvik Chips", text, published=datetime(2024, 3, 1, tzinfo=UTC))
    finding = Analyst.for_entries([Entry("Norvik Chips")]).read(document)
    assert {match.entry for match in finding.matches} == {"Norvik Chips"}
