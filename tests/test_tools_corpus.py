"""The training articles keep their format: a broken line would train the extractor on nonsense."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from watchlist.model import ActionKind, Stage

ARTICLES = Path(__file__).parents[1] / "tools" / "corpus" / "articles"
FILES = sorted(ARTICLES.glob("articles_*.jsonl"))


def _names() -> dict[str, tuple[str, ...]]:
    with (ARTICLES / "watchlist.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["name"]: (row["name"], *filter(None, row["aliases"].split(";")))
            for row in csv.DictReader(lines)
        }


def _articles(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_answer_is_found_in_its_article(path: Path) -> None:
    """An answer whose evidence or target is not in the text could not be learnt."""
    names = _names()
    for article in _articles(path):
        where = article["id"]
        text = f"{article['title']}\n{article['text']}"
        date.fromisoformat(str(article["published"]))
        entities = article["entities"]
        assert isinstance(entities, list)
        assert isinstance(article["actions"], list)
        for name in entities:
            assert any(form.casefold() in text.casefold() for form in names[name]), (where, name)
        for action in article["actions"]:
            assert action["target"] in entities, where
            assert action["evidence"], where
            assert action["evidence"] in text, where
            assert action["action"] in set(ActionKind), where
            assert action["stage"] in set(Stage), where
            assert isinstance(action["new"], bool), where
            if action["effective"] is not None:
                date.fromisoformat(action["effective"])


def test_ids_are_unique() -> None:
    """Two articles under one id would be counted as one."""
    ids = [article["id"] for path in FILES for article in _articles(path)]
    assert ids
    assert len(ids) == len(set(ids))
