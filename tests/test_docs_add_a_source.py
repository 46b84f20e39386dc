"""docs/add-a-source.md, followed word by word by somebody who has never seen the code."""

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from http_server import Site
from source_visits import LONG, Visitor, article

import watchlist.sources
from watchlist.config import SourceSettings
from watchlist.sources import REGISTRY, build, catalog

PAGE = Path(__file__).parents[1] / "docs" / "add-a-source.md"
MOST_LINES = 60


def test_a_newcomer_adds_a_source(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of instructions that does not work any more is worse than none."""
    blocks = re.findall(r"```(python|toml)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [kind for kind, _ in blocks] == ["python", "python", "toml", "python"]
    file, factory, block, test = (text for _, text in blocks)
    written = [line for text in (file, factory, block) for line in text.splitlines() if line.strip()]
    assert len(written) < MOST_LINES

    (tmp_path / "gazette.py").write_text(file, encoding="utf-8")
    name = "watchlist.sources.gazette"
    spec = importlib.util.spec_from_file_location(name, tmp_path / "gazette.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    registry = dict(vars(watchlist.sources))
    exec(factory, registry)
    line = re.search(r'"gazette": (\w+),', factory)
    assert line is not None
    monkeypatch.setitem(REGISTRY, "gazette", registry[line[1]])

    known = {**catalog._data(), "source": {**catalog._data()["source"], **tomllib.loads(block)["source"]}}
    monkeypatch.setattr(catalog, "_data", lambda: known)
    (settings,) = catalog.chosen(["gazette"])
    assert build(settings).name == "gazette"

    described = {
        "json": json, "LONG": LONG, "Site": Site, "SourceSettings": SourceSettings, "Visitor": Visitor, "article": article,
        "build": build,
    }  # fmt: skip
    exec(test, described)
    described["test_each_notice_comes_with_its_text"](site)  # type: ignore[operator]
