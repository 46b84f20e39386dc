"""Fixtures that every test file shares."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["databases", "http_server"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded data and labelled sets; a user's checkout has none, CI must have it."""
    folder = Path(os.environ.get("WATCHLIST_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not folder.is_dir():
        if os.environ.get("WATCHLIST_SHARED_REQUIRED") == "1":
            pytest.fail(f"no recorded data at {folder}, and WATCHLIST_SHARED_REQUIRED=1")
        pytest.skip(f"no recorded data at {folder}")
    return folder
