"""``init`` and ``config``: a first configuration, and what a person sees of it."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from watchlist.cli.first_config import Answers, written
from watchlist.config_file import parse_settings

ROOT = Path(__file__).parents[1]


def test_silent_init_writes_a_configuration_that_is_found_and_fine(cli, tmp_path: Path):
    """Two commands after installing, everything must stand."""
    assert cli("init", "--yes")[0] == 0
    assert (tmp_path / "user" / "watchlist.toml").is_file()
    code, out, _ = cli("config", "check")
    assert code == 0
    assert "fine" in out


def test_init_does_not_replace_a_configuration_unasked(cli, tmp_path: Path):
    """An hour of somebody's work must not vanish."""
    (tmp_path / "watchlist.toml").write_text("# mine")
    code, _, err = cli("init", "--yes", "--here")
    assert code == 2
    assert "--force" in err
    assert (tmp_path / "watchlist.toml").read_text() == "# mine"
    assert cli("init", "--yes", "--here", "--force")[0] == 0


def test_answers_stand_in_the_file_and_the_password_does_not():
    """What was asked must be what is used; a secret stays in the environment."""
    answers = Answers(
        "ann@example.org", "Europe/Berlin", "07:30", "mail.example.org", "tls", "w@example.org", "ann"
    )
    text = written(answers, data_dir="d")
    settings = parse_settings(text, Path("/x/watchlist.toml"), {"WATCHLIST_SMTP_PASSWORD": "hunter2"})
    (me,) = settings.recipients
    assert (me.address, me.timezone, me.digests) == ("ann@example.org", "Europe/Berlin", ("07:30",))
    smtp = settings.mail.smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.security, smtp.username) == ("mail.example.org", 465, "tls", "ann")
    assert smtp.password == "hunter2"
    assert "hunter2" not in text


def test_questions_are_asked_again_until_they_fit(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A typo in a time zone must be caught where it is made."""
    answers = iter(["not an address", "ann@example.org", "Berlin", "Europe/Berlin", "7h", "07:30", ""])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    assert cli("init", "--here")[0] == 0
    (me,) = tomllib.loads((tmp_path / "watchlist.toml").read_text())["recipients"]
    assert me["timezone"] == "Europe/Berlin"
    assert me["digests"] == ["07:30"]


def test_init_without_anybody_to_ask_says_how(tmp_path: Path):
    """In a script the questions meet the end of the input: exit 130 and no word is no help."""
    done = subprocess.run(
        [sys.executable, "-m", "watchlist", "init", "--here"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, input="ann@example.org\n", text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--yes asks none" in done.stderr
    assert not (tmp_path / "watchlist.toml").exists()


SECRET = """
database = "postgresql://ann:s3cret@db/w"
[mail.smtp]
host = "mail.example.org"
password_env = "PW"
[[sources]]
name = "a"
kind = "feed"
url = "https://example.org/f"
options = { term = ["x", "y"], official = true }
"""


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_config_show_hides_every_secret(
    cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]
):
    """People paste this into bug reports."""
    monkeypatch.setenv("PW", "hunter2")
    (tmp_path / "watchlist.toml").write_text(SECRET)
    code, out, _ = cli("config", "show", *form)
    assert code == 0
    assert "s3cret" not in out
    assert "hunter2" not in out
    shown = json.loads(out) if form else tomllib.loads(out)
    assert shown["database"] == "postgresql://ann:(hidden)@db/w"
    assert shown["mail"]["smtp"]["password"] == "(hidden)"
    assert shown["sources"][0]["options"] == {"term": ["x", "y"], "official": "true"}


def test_a_missing_mail_password_does_not_stop_who_sends_nothing(cli, tmp_path: Path):
    """A cron variable that is missing in the shell must not block `watchlist list`."""
    (tmp_path / "watchlist.toml").write_text('[mail.smtp]\nhost = "h"\npassword_env = "NOPE"\n')
    assert cli("list")[0] == 0
    code, _, err = cli("config", "check")
    assert code == 2
    assert "the environment variable NOPE is not set" in err


def test_a_broken_configuration_stops_every_command_with_one_line(cli, tmp_path: Path):
    """A key that is silently ignored is worse than an error."""
    (tmp_path / "watchlist.toml").write_text("[fetch]\npol_minutes = 5\n")
    for command in (("list",), ("config", "show")):
        code, _, err = cli(*command)
        assert code == 2
        assert (
            err
            == "watchlist: watchlist.toml, line 2: unknown key fetch.pol_minutes; did you mean poll_minutes?\n"
        )
