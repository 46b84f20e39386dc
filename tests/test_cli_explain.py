"""``watchlist explain`` on real files."""

import subprocess
import sys
from pathlib import Path


def run(*args: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "watchlist", "explain", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_it_shows_each_piece_of_evidence_and_its_weight(tmp_path: Path) -> None:
    """An analyst who cannot see why will not trust the verdict."""
    (tmp_path / "names.csv").write_text("name,kind\nHarbor,company\n", encoding="utf-8")
    text = tmp_path / "a.txt"
    text.write_text("Shares of Harbor fell. Ships wait in Pearl Harbor.", encoding="utf-8")
    done = run(str(text), "--entry", "harbor", "--watchlist", str(tmp_path / "names.csv"))
    assert done.returncode == 0, done.stderr
    assert "Harbor: match" in done.stdout
    assert "shares of" in done.stdout
    assert "sum" in done.stdout


def test_an_unknown_entry_is_one_clear_line(tmp_path: Path) -> None:
    """A typing mistake must not look like an answer."""
    (tmp_path / "names.csv").write_text("name\nHarbor\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    done = run(str(tmp_path / "a.txt"), "--entry", "Haven", "--watchlist", str(tmp_path / "names.csv"))
    assert done.returncode == 2
    assert "Haven is no name or alias in" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_is_not_there_says_what_was_looked_for_and_what_is_close(tmp_path: Path) -> None:
    """Whoever expected an alert wants to know what would have been found, and what to do."""
    (tmp_path / "names.csv").write_text(
        "name,aliases\nNintendo,任天堂\nHarbor,\nHarbor Trading,\n", encoding="utf-8"
    )
    text = tmp_path / "a.txt"
    text.write_text("Ninetendos of Harbor Trading were seen.", encoding="utf-8")
    done = run(str(text), "--entry", "Nintendo", "--watchlist", str(tmp_path / "names.csv"))
    assert done.returncode == 0, done.stderr
    assert "Nintendo: not named here" in done.stdout
    assert "任天堂" in done.stdout
    assert "“Ninetendos”" in done.stdout
    inside = run(str(text), "--entry", "Harbor", "--watchlist", str(tmp_path / "names.csv")).stdout
    assert "longer name of Harbor Trading" in " ".join(inside.split())
    assert all(len(line) <= 80 for line in (done.stdout + inside).splitlines())


def test_a_bad_file_in_a_folder_does_not_end_the_rest(tmp_path: Path) -> None:
    """One unreadable file among the articles, and nothing was explained at all."""
    (tmp_path / "names.csv").write_text("name\nHarbor\n", encoding="utf-8")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"\x00\x01\x02")
    (folder / "b.txt").write_text("Shares of Harbor fell.", encoding="utf-8")
    done = run(str(folder), "--entry", "Harbor", "--watchlist", str(tmp_path / "names.csv"))
    assert done.returncode == 3
    assert "a.txt: a binary file" in done.stderr
    assert "Harbor: match" in done.stdout
