"""The shipped tables are read quickly, and as what they are: TOML."""

import tomllib
from importlib import resources

import pytest

from watchlist.actions import tables

FILES = sorted(
    (folder, file.name)
    for folder in ("data", "lexicon")
    for file in resources.files("watchlist.actions").joinpath(folder).iterdir()
    if file.name.endswith(".toml")
)


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_table_is_what_toml_says(folder: str, name: str):
    """A cue or pattern that the quick reading changed or dropped would be missing from every answer."""
    text = resources.files("watchlist.actions").joinpath(folder, name).read_text(encoding="utf-8")
    assert tables.shipped(folder, name) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = 1\n[b]\nc.d = ["x", \'y\']\nc.e = { f = "g" }  # why\n',
        "a = [\n  1,\n  2,\n]\n",
        "[[row]]\nx = 1\n[[row]]\nx = 2\n",
        '[a.b]\nc = "d"\n\n# so\ne = true\n',
        'a = """\nb = 1\n"""\n',
    ],
)
def test_forms_that_json_does_not_know(text: str):
    """An analyst who writes TOML in another form than ours is still understood."""
    assert tables.loads(text) == tomllib.loads(text)
