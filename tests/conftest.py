"""Fixtures that every test file shares."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure: no test here asserts a time.
settings.register_profile("watchlist", deadline=None)
settings.load_profile("watchlist")

Cli = Callable[..., tuple[int, str, str]]

pytest_plugins = ["databases", "http_server", "mail_server"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded data and labelled sets; a user's checkout has none, CI must have it."""
    folder = Path(os.environ.get("WATCHLIST_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not folder.is_dir():
        if os.environ.get("WATCHLIST_SHARED_REQUIRED") == "1":
            pytest.fail(f"no recorded data at {folder}, and WATCHLIST_SHARED_REQUIRED=1")
        pytest.skip(f"no recorded data at {folder}")
    return folder


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command in an empty folder and gives (exit code, standard output, standard error).

    The data lie in ``tmp_path/data``; no configuration of the machine is found.
    """
    from watchlist.cli.main import call

    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("WATCHLIST_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("WATCHLIST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("watchlist.config_file.user_folder", lambda: tmp_path / "user")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = call([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return run
