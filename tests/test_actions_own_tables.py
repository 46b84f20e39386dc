"""A user's own file: rules, cues, authorities, forms of notices and words beside dates join the shipped ones."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from watchlist.actions.rules import read
from watchlist.analysis import Analyst
from watchlist.errors import ConfigError
from watchlist.model import Document, Entry

OWN = r"""
lang = "en"
examples = ["en | operating_ban/adopted/N | The bureau had a red card for [[Norvik Chips]]."]

[[rule]]
id = "house.red-card"
action = "operating_ban"
patterns = ["red card for NAME"]

[[authority]]
id = "US-NYC"
name = "New York City"
names = "Gotham Bureau"

[[notice]]
kind = "Gotham bulletin"
authority = "US-NYC"
head = "GOTHAM BULLETIN NO\\. ?\\d+"
section = [{ pattern = "may not be bought", action = "procurement_ban" }]

[dates.en]
before.start = ["from the dawn of"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a file of all that a user may add."""
    path = tmp_path / "house.toml"
    path.write_text(OWN, "utf-8")
    return path


def told(text: str, path: Path | None) -> list[tuple[str, str | None, date | None]]:
    """Read a text with the shipped rules, and with a user's own file."""
    analyst = Analyst.for_entries([Entry("Norvik Chips")], own=[read(path)] if path else ())
    document = Document("d", "", text, published=datetime(2024, 3, 14, tzinfo=UTC), lang="en")
    return [(a.action.value, a.authority, a.effective) for a in analyst.read(document).actions]


def test_all_of_it_joins(own: Path) -> None:
    """A rule fires, names its own authority, and has a date by a word of its own."""
    text = "The Gotham Bureau had a red card for Norvik Chips from the dawn of 2 April 2024."
    assert ("operating_ban", "US-NYC", date(2024, 4, 2)) in told(text, own)
    assert all(authority != "US-NYC" for _, authority, _ in told(text, None))


def test_a_form_of_notices_of_ones_own(own: Path) -> None:
    """A bulletin that only one country's officers know is read by its form."""
    text = "GOTHAM BULLETIN NO. 7\nThe cameras of Norvik Chips may not be bought by offices."
    assert told(text, own) == [("procurement_ban", "US-NYC", None)]


def test_the_fingerprint_tells_the_files_apart(own: Path) -> None:
    """Stored findings of another state of the file are stale, and only those."""
    prints = [Analyst.for_entries([], own=[read(own)]).fingerprint for _ in range(2)]
    plain = Analyst.for_entries([]).fingerprint
    own.write_text(OWN.replace("Gotham Bureau", "Gotham Office"), "utf-8")
    changed = Analyst.for_entries([], own=[read(own)]).fingerprint
    assert prints[0] == prints[1]
    assert len({prints[0], plain, changed}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "not valid TOML"),
        ('[[rules]]\nid = "x"', "unknown key rules"),
        ('[rule]\nid = "x"', "write [[rule]]"),
        ('lang = "tlh"', "lang is 'tlh', but actions are read in ar, de"),
        ('[[rule]]\nid = "x"\naction = "ban"\npatterns = ["a"]', "action is 'ban', but must be one of designation"),
        ('[[rule]]\nid = "x"\naction = ["ban"]\npatterns = ["a"]', "must be one of designation"),
        ('[[rule]]\nid = "x"\npatterns = ["a"]', "needs action: one of"),
        ('[[authority]]\nid = "NYC"\nnames = "x"', 'such as "US-NYC"'),
        ('[[authority]]\nid = "US-NYC"', "needs names"),
        ('[[authority]]\nid = "US-NYC"\nnames = "x"\ncolour = 1', "unknown key colour"),
        ('[dates.en]\nbefore.strat = ["x"]', "before.strat is not known"),
        ('[dates.tlh]\nwhole = ["x"]', "known languages are"),
        ('[dates.en]\nwhole = ["("]', "no regular expression"),
        ('[dates.en]\nwhole = ["(a+)+b"]', "could take very long"),
        ('[[notice]]\nkind = "k"\nauthority = "US"\nhead = "H"', "needs a section"),
        ('[[notice]]\nkind = "k"\nauthority = "US"\nhead = "H"\nsection = [{ pattern = "x", action = "ban" }]', "ban"),
        ('[[notice]]\nkind = "k"\nauthority = "US"\nsection = [{ pattern = "x", action = "none" }]', "title or a head"),
        ('[[notice]]\nkind = "k"\nauthority = "US"\nhead = 3\nsection = [{ pattern = "x", action = "none" }]', "a text"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """File, place and what to do; the answer of a parser in two lines helps nobody."""
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        read(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_files_in_the_configuration(cli, tmp_path: Path, own: Path) -> None:
    """Named once in the configuration, a file counts for every command, and shows."""
    (tmp_path / "watchlist.toml").write_text('[actions]\nrules = ["house.toml"]\n', "utf-8")
    (tmp_path / "names.csv").write_text("name\nNorvik Chips\n", "utf-8")
    (tmp_path / "news.txt").write_text("The Gotham Bureau had a red card for Norvik Chips.", "utf-8")
    code, out, _ = cli("check", "--watchlist", "names.csv", "--json", "news.txt")
    assert code == 0
    assert [action["authority"] for action in json.loads(out)["actions"]] == ["US-NYC"]
    assert "house.toml" in cli("config", "show")[1]
    assert cli("config", "check")[0] == 0
    assert "1 rule, 1 authority, 1 form of notices" in cli("actions", "test", "house.toml")[1]
    own.write_text('[[authority]]\nid = "NYC"\n', "utf-8")
    for command in (("config", "check"), ("check", "--watchlist", "names.csv", "news.txt")):
        code, _, err = cli(*command)
        assert code == 2
        assert "authority 1" in err
        assert len(err.strip().splitlines()) == 1


def test_explain_says_that_nothing_was_read(cli, tmp_path: Path) -> None:
    """A heading with nothing under it leaves the question open: no name, or a name and no action?"""
    (tmp_path / "a.txt").write_text("Norvik Chips opened a canteen.", "utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    names = tmp_path / "names.csv"
    names.write_text("name\nNorvik Chips\n", "utf-8")
    code, shown, _ = cli("actions", "explain", str(tmp_path / "a.txt"), "--watchlist", str(names))
    assert code == 0
    assert "no action is read on Norvik Chips." in shown
    code, _, told = cli("actions", "explain", str(tmp_path / "bad.txt"), "--watchlist", str(names))
    assert (code, "binary file" in told) == (2, True)
