"""What keeps the program quick to start and its layers apart, beyond what import-linter sees."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "sqlmodel", "sqlalchemy", "alembic", "apscheduler", "requests", "feedparser", "trafilatura", "lxml", "jinja2",
    "css_inline", "smtplib", "http.server", "numpy",
)  # fmt: skip
"""Modules that neither the help page nor a stateless check needs (pydantic comes with typer itself)."""


def imported_by(*arguments: str) -> set[str]:
    """Run a command in a fresh interpreter and return the names of all modules it has imported."""
    script = (
        "import sys\nfrom watchlist.cli.main import call\n"
        f"code = call({list(arguments)!r})\nassert code == 0, code\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_imports_no_command(arguments: tuple[str, ...]):
    """`--help` must not pay for what it only lists."""
    modules = imported_by(*arguments)
    assert sorted(modules & set(HEAVY)) == []
    assert {name for name in modules if name.startswith("watchlist.cli.")} <= {
        "watchlist.cli.main", "watchlist.cli.lazy", "watchlist.cli.plain_values", "watchlist.cli.terminal"
    }  # fmt: skip


def test_checking_a_file_imports_no_store_network_or_mail(tmp_path: Path):
    """A stateless check must start at once: no database, no web, no scheduler."""
    (tmp_path / "names.csv").write_text("name\nHuawei\n")
    (tmp_path / "a.txt").write_text("The ministry added Huawei to the list.")
    modules = imported_by("check", str(tmp_path / "a.txt"), "--watchlist", str(tmp_path / "names.csv"))
    assert "watchlist.analysis" in modules
    assert sorted(modules & set(HEAVY)) == []
    assert "alerts" not in modules


@pytest.mark.parametrize("package", ["watchlist", "alerts"])
def test_package_roots_are_empty(package: str):
    """An import in a package root would close the circle from alerts to the command line."""
    assert (ROOT / package / "__init__.py").read_text(encoding="utf-8").strip() == ""
