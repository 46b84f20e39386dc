"""The configuration file: found, read, and wrong in every way that people get it wrong."""

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist import config
from watchlist.config_file import find_config, load_settings, parse_settings
from watchlist.config_lines import Lines
from watchlist.errors import ConfigError

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def read(text: str, **environment: str) -> config.Settings:
    return parse_settings(text, Path("/etc/watchlist.toml"), environment)


def test_the_example_works_as_it_is(tmp_path: Path):
    """A user copies it and starts: it must load, with data and mailbox beside it."""
    path = tmp_path / "watchlist.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    settings = load_settings(path, {})
    assert settings.data_dir == tmp_path / "watchlist-data"
    assert settings.database == f"sqlite:///{tmp_path}/watchlist-data/watchlist.sqlite3"
    assert settings.mail.maildir == tmp_path / "watchlist-data" / "mail"
    assert [recipient.address for recipient in settings.recipients] == ["me@localhost"]


def test_the_example_with_every_comment_opened_is_valid_and_says_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
):
    """A key behind "#" must be spelt right, at the right place, and show its true default."""
    text = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^(password|ping_url)_file.*\n", "", text)
    secrets = {"WATCHLIST_SOC_URL": "https://soc.example.org/in", "WATCHLIST_SOC_SECRET": "k"}
    secrets["WATCHLIST_PING_URL"] = "https://ping.example.org/x"
    opened = read(text, WATCHLIST_SMTP_PASSWORD="s3cret", WATCHLIST_DATABASE="sqlite:///x", **secrets)
    assert opened.retention == config.RetentionSettings()
    assert opened.channels[0].secret == "k"
    assert opened.fetch == config.FetchSettings()
    assert opened.matching == config.MatchingSettings()
    assert opened.recipients[0].rules[0].deliver == "instant"
    assert opened.mail.smtp is not None
    assert opened.mail.smtp.password == "s3cret"
    (plain,) = (dataclasses.replace(r, rules=(), quiet_hours=None, channel=None) for r in opened.recipients)
    assert plain == config.RecipientSettings(name="me", address="me@localhost")


@pytest.mark.parametrize(
    "cls",
    [
        config.Settings,
        config.FetchSettings,
        config.MatchingSettings,
        config.MailSettings,
        config.SmtpSettings,
        config.RecipientSettings,
        config.RuleSettings,
        config.RetentionSettings,
        config.ChannelSettings,
        config.PublishSettings,
        config.SourceSettings,
    ],
)
def test_the_example_is_complete(cls: type):
    """Every key that the program reads stands in the example, or nobody finds it."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for field in dataclasses.fields(cls):
        if not field.metadata.get("internal"):
            assert re.search(rf"(?m)^(#\s*)?(\[+[a-z.]*{field.name}\]+|{field.name}(_env)? = )", text), (
                field.name
            )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("lgo_level = 'info'", 1, "unknown key lgo_level; did you mean log_level?"),
        ("\n[fetch]\npoll_minuts = 5", 3, "unknown key fetch.poll_minuts; did you mean poll_minutes?"),
        (
            "[fetch]\npoll_minutes = 0",
            2,
            "fetch.poll_minutes is 0, but must be a number from 1 to 10,080 minutes",
        ),
        (
            "[fetch]\npoll_minutes = 'x'",
            2,
            'fetch.poll_minutes is "x", but must be a number from 1 to 10,080 minutes',
        ),
        (
            "log_level = 'loud'",
            1,
            'log_level is "loud", but must be one of "debug", "info", "warning", "error"',
        ),
        (
            '[mail.smtp]\nhost = "h"\nport = 70000',
            3,
            "mail.smtp.port is 70000, but must be a number from 1 to 65,535",
        ),
        ('[mail.smtp]\nhost = "h"\npassword = "p"', 3, "mail.smtp.password must not stand in the file"),
        ("[mail.smtp]\nport = 25", 1, "mail.smtp lacks host"),
        ('[mail.smtp]\nhost = "h"\npassword_env = "NOPE"', 3, "the environment variable NOPE is not set"),
        ('[mail.smtp]\nhost = "h"\npassword_file = "/nope"', 3, "/nope cannot be read: No such file"),
        (
            '[[recipients]]\nname = "a"\naddress = "a@b.c"\n[[recipients]]\nname = "b"\naddress = "a b@c"',
            6,
            'recipients[2].address is "a b@c", but must be one mail address',
        ),
        (
            '[[recipients]]\nname = "a"\naddress = "a@b.c"\ntimezone = "Berlin"',
            4,
            "must be an IANA time zone",
        ),
        ('[recipients]\nname = "a"', 1, "recipients must be a list of tables: write [[recipients]]"),
        ("data_dir = 5", 1, "data_dir is 5, but must be a path in quotes"),
        ("log_level = ", 1, "not TOML"),
    ],
)
def test_a_mistake_names_line_key_and_right_form(text: str, line: int, said: str):
    """The message alone must be enough to mend the file."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    message = str(caught.value)
    assert said in message
    assert message.startswith(f"/etc/watchlist.toml, line {line}: ")
    assert "\n" not in message


def test_a_secret_file_is_read_and_never_shown(tmp_path: Path):
    """repr goes into logs: no password there."""
    secret = tmp_path / "pw"
    secret.write_text("hunter2\n")
    settings = read(f'[mail.smtp]\nhost = "h"\npassword_file = "{secret}"')
    assert settings.mail.smtp is not None
    assert settings.mail.smtp.password == "hunter2"
    assert "hunter2" not in repr(settings)


def test_relative_paths_start_at_the_file():
    """The same file must mean the same whatever the working directory is (cron starts in /)."""
    settings = read('data_dir = "d"\ndatabase = "sqlite:///x.sqlite3"\n[mail]\nmaildir = "m"')
    assert (settings.data_dir, settings.mail.maildir) == (Path("/etc/d"), Path("/etc/m"))
    assert settings.database == "sqlite:////etc/x.sqlite3"


def test_the_environment_overrules_the_file():
    """A container sets the database by environment."""
    assert read('database = "sqlite:///x"', WATCHLIST_DATABASE="sqlite:////y").database == "sqlite:////y"


def test_discovery_goes_from_option_to_environment_to_folder_to_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The nearest wish wins; a named file that is missing is an error, not a silent default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("watchlist.config_file.user_folder", lambda: tmp_path / "user")
    assert find_config(None, {}) is None
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "watchlist.toml").touch()
    assert find_config(None, {}) == tmp_path / "user" / "watchlist.toml"
    (tmp_path / "watchlist.toml").touch()
    assert find_config(None, {}) == Path("watchlist.toml")
    (tmp_path / "env.toml").touch()
    assert find_config(None, {"WATCHLIST_CONFIG": "env.toml"}) == Path("env.toml")
    assert find_config(Path("watchlist.toml"), {"WATCHLIST_CONFIG": "env.toml"}) == Path("watchlist.toml")
    with pytest.raises(ConfigError, match="named by WATCHLIST_CONFIG"):
        find_config(None, {"WATCHLIST_CONFIG": "gone.toml"})


@given(st.text())
def test_any_text_loads_or_is_a_configuration_error(text: str):
    """A configuration full of rubbish must give one line, never a traceback."""
    Lines(text)
    said = ""
    try:
        read(text)
    except ConfigError as error:
        said = str(error)
    assert "\n" not in said


def test_lines_survive_multi_line_texts_and_comments():
    """A key inside a long text is not a key."""
    text = 'a = """\nb = 1\n"""\n# c = 2\n[t]\nd = 1\n[[l]]\ne = 1\n[[l]]\ne = 2\n'
    tomllib.loads(text)
    lines = Lines(text)
    assert (lines.of(("b",)), lines.of(("t", "d")), lines.of(("l", 1, "e"))) == (None, 6, 10)
