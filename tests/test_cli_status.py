"""``watchlist status`` and ``timeline`` on a real store, filled by a real round."""

import json
import re
from pathlib import Path

import pytest

ARTICLES = [
    ("a1", "2024-05-09", "US adds Norvik Chips to export blacklist",
     "WASHINGTON - The U.S. Commerce Department on Thursday added Norvik Chips to its Entity List, so that suppliers"
     " need a licence. The rule takes effect on May 14."),
    ("a2", "2025-02-11", "US removes Norvik Chips from Entity List",
     "WASHINGTON - The Commerce Department on Tuesday removed Norvik Chips from its Entity List <b>& more</b>."),
]  # fmt: skip


@pytest.fixture
def filled(cli, tmp_path: Path):
    """Give the command line after one round that read a folder of articles on one watched name."""
    folder = tmp_path / "articles"
    folder.mkdir()
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for id_, day, title, text in ARTICLES:
            url = f"https://news.example.org/{id_}"
            row = {"id": id_, "published": day, "title": title, "text": text, "url": url}
            lines.write(json.dumps(row) + "\n")
    source = f'[[sources]]\nname = "wire"\nkind = "folder"\nurl = "{folder}"\n'
    (tmp_path / "watchlist.toml").write_text(source, "utf-8")
    assert cli("add", "Norvik Chips")[0] == 0
    assert cli("check")[0] == 0
    return cli


def test_no_restriction_is_no_comfort_before_anything_was_read(cli):
    """An answer "no restriction is known" of a program that has read nothing is a false all-clear."""
    assert "watchlist is empty" in cli("status")[1]
    assert cli("add", "Norvik Chips")[0] == 0
    assert "No document has been read yet" in cli("status")[1]


def test_status_as_of_a_day(filled):
    """A compliance officer is asked what was known on a day, not what is known now."""
    then = json.loads(filled("status", "Norvik Chips", "--as-of", "2024-06-01", "--json")[1])
    (row,) = then["restrictions"]
    assert (row["action"], row["stage"], row["force"]) == ("export_control", "adopted", "in force")
    assert row["effective"] == "2024-05-14"
    assert json.loads(filled("status", "Norvik Chips", "--json")[1])["restrictions"] == []
    assert "lifted" in filled("status", "Norvik Chips", "--all")[1]
    assert "No restriction" in filled("status")[1]
    assert "read yet" not in filled("status")[1]


def test_a_timeline_is_told_in_order(filled):
    """The case is one list, oldest first, also for other programs."""
    code, out, _ = filled("timeline", "norvik chips")
    assert code == 0
    assert out.index("adopted") < out.index("lifted")
    assert max(map(len, out.splitlines())) <= 80
    told = json.loads(filled("timeline", "Norvik Chips", "--json")[1])
    assert [step["stage"] for step in told["steps"]] == ["adopted", "lifted"]
    before = json.loads(filled("timeline", "Norvik Chips", "--as-of", "2024-12-31", "--json")[1])
    assert [step["stage"] for step in before["steps"]] == ["adopted"]


def test_a_timeline_as_a_page(filled, tmp_path: Path):
    """The page is mailed to colleagues: it must need nothing from elsewhere and run nothing."""
    path = tmp_path / "norvik.html"
    code, out, _ = filled("timeline", "Norvik Chips", "--html", str(path))
    assert code == 0
    assert path.name in out
    page = path.read_text("utf-8")
    assert page.count("<svg") > 2
    assert 'href="https://news.example.org/a1"' in page
    assert "&lt;b&gt;" in page or "<b>" not in page
    assert not re.search(r"<script|<link|<img|@import|url\(|src=|<iframe", page)
    assert page.index("adopted since") if "adopted since" in page else "No restriction is in force" in page


def test_a_page_that_cannot_be_written_is_one_line(filled, tmp_path: Path):
    """No traceback for a folder that is not there."""
    code, _, err = filled("timeline", "Norvik Chips", "--html", str(tmp_path / "no" / "page.html"))
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_unknown_names_and_days_are_one_line(filled):
    """A slip of the pen is answered with what to do."""
    assert filled("timeline", "Nobody")[0] == 2
    assert filled("status", "--as-of", "yesterday")[0] == 2


def test_the_evidence_of_a_step_is_wrapped_not_cut(filled):
    """Cut at 80 columns, the sentence lost what it says: who is told, and from when."""
    lines = filled("timeline", "Norvik Chips")[1].splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "so that suppliers need a licence.”" in " ".join(" ".join(lines).split())
