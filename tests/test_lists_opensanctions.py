"""OpenSanctions over its indexes: the whole once, then changes only, and the whole again when those cannot be had.

The files are ours, in the form of the indexes and deltas that its own reader (yente) is tested on.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from http_server import Answer, Site, site_on_loopback

from watchlist.config import FetchSettings, SourceSettings
from watchlist.list_report import ListRun
from watchlist.list_round import accept_held, update_lists
from watchlist.lists.opened import open_list
from watchlist.sources.http import Fetcher
from watchlist.store import lists, sources
from watchlist.store.database import Database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
V1, V2, V3 = "20261120060000-aaa", "20261120120000-bbb", "20261121060000-ccc"
INDEX = "/datasets/latest/sanctions/index.json"


def body(id: str, name: str, **more: Any) -> dict[str, Any]:
    """Return one FtM entity."""
    return {"id": id, "schema": "Company", "target": True, "properties": {"name": [name]}} | more


class Publisher:
    """OpenSanctions on loopback, and a database that reads it."""

    def __init__(self, site: Site, database: Database) -> None:
        self.site, self.database, self.now = site, database, NOW
        opened = open_list(SourceSettings("opensanctions-ftm", "list"))
        reader = _Here(opened.reader, site)
        self.opened = replace(opened, reader=reader, profile=replace(opened.profile, least=1))
        with database.write() as session:
            sources.add(session, SourceSettings(opened.name, "list"), NOW)

    def publish(self, version: str, *whole: dict[str, Any], deltas: dict[str, list[dict[str, Any]]]) -> None:
        """Serve a version: its index, the whole file, the index of changes and the files of changes."""
        urls = {one: self._lines(f"/{one}/entities.delta.json", rows) for one, rows in deltas.items()}
        index = {
            "version": version,
            "resources": [
                {"name": "names.txt", "url": "x"},
                {"name": "entities.ftm.json", "url": self._lines(f"/{version}/entities.ftm.json", whole)},
            ],
            "delta_url": self.site.serve(f"/{version}/delta.json", json.dumps({"versions": urls})),
        }
        self.site.serve(INDEX, json.dumps(index))

    def _lines(self, path: str, rows: Any) -> str:
        return self.site.serve(path, "".join(json.dumps(row) + "\n" for row in rows))

    def visit(self) -> tuple[ListRun, list[str]]:
        """Read the list; return what came of it and what was asked for."""
        self.now += timedelta(hours=6)
        before = len(self.site.asked)
        fetcher = Fetcher(FetchSettings(allow_private_addresses=True, host_pause=0))
        with closing(fetcher):
            (run,) = update_lists(self.database, [self.opened], fetcher, now=self.now, only_due=False).rows
        return run, [path for path, _ in self.site.asked[before:]]

    def listed(self) -> dict[str, str]:
        """Return the edition in force as id -> name."""
        with self.database.read() as session:
            edition = lists.current(session, self.opened.name)
        assert edition is not None
        return {id: found.names[0].name for id, found in edition.entities.items()}


class _Here:
    """The reader, whose index is on loopback; the addresses in it are the index's own."""

    def __init__(self, reader: Any, site: Site) -> None:
        self._reader, self._site = reader, site

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def plan(self, state: Any, now: Any) -> Any:
        return [replace(request, url=self._site.url(INDEX)) for request in self._reader.plan(state, now)]

    def follow(self, *arguments: Any) -> Any:
        return self._reader.follow(*arguments)

    def steps(self, *arguments: Any) -> Any:
        return self._reader.steps(*arguments)


FIRST = (
    body("a", "Vinmoor"),
    body("b", "Norvex"),
    body("c", "Old Mill"),
    body("x", "Bystander", target=False),
)
CHANGES = {
    V1: [{"op": "DEL", "entity": {"id": "b"}}],
    V2: [
        {"op": "ADD", "entity": body("d", "Halm Works")},
        {"op": "MOD", "entity": body("a", "Vinmoor Group")},
        {"op": "DEL", "entity": {"id": "c"}},
    ],
}
SECOND = {"a": "Vinmoor Group", "b": "Norvex", "d": "Halm Works"}
WHOLE = tuple(body(id, name) for id, name in SECOND.items())


@pytest.fixture
def publisher(database: Database) -> Iterator[Publisher]:
    """A publisher whose first version has been read."""
    with site_on_loopback() as site:
        running = Publisher(site, database)
        running.publish(V1, *FIRST, deltas={V1: CHANGES[V1]})
        run, asked = running.visit()
        assert (run.problem, run.entities, asked[-1]) == (None, 3, f"/{V1}/entities.ftm.json")
        yield running


def test_only_what_has_changed_is_fetched(publisher: Publisher) -> None:
    """The whole file has hundreds of megabytes and comes several times a day; a version told twice must not undo anything."""
    publisher.publish(V2, *WHOLE, deltas=CHANGES)
    run, asked = publisher.visit()
    assert asked == [INDEX, f"/{V2}/delta.json", f"/{V2}/entities.delta.json"]
    assert run.changes == (("added", 1), ("removed", 1), ("changed", 1))
    assert publisher.listed() == SECOND
    assert publisher.visit()[1] == [INDEX]
    no_target = [{"op": "MOD", "entity": body("b", "Norvex", target=False)}]
    publisher.publish(V3, *WHOLE, deltas=CHANGES | {V3: no_target})
    assert publisher.visit()[0].changes == (("removed", 1),)
    assert publisher.listed() == {"a": "Vinmoor Group", "d": "Halm Works"}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (f"/{V2}/delta.json", Answer(b"gone", 404)),
        (f"/{V2}/entities.delta.json", Answer(b"gone", 404)),
        (f"/{V2}/entities.delta.json", Answer(b'{"op": "NEW", "entity": {"id": "a"}}')),
        (f"/{V2}/entities.delta.json", Answer(b"<html>")),
        (f"/{V2}/delta.json", Answer(b'{"versions": {"%s": "x"}}' % V2.encode())),
    ],
    ids=["no index of changes", "no changes", "unknown operation", "HTML", "too long ago"],
)
def test_the_whole_is_read_when_the_changes_cannot_be(
    publisher: Publisher, path: str, answer: Answer
) -> None:
    """A list that waits for a file that never comes stays behind without end."""
    publisher.publish(V2, *WHOLE, deltas=CHANGES)
    publisher.site.routes[path] = answer
    run, asked = publisher.visit()
    assert (run.problem, asked[-1]) == (None, f"/{V2}/entities.ftm.json")
    assert publisher.listed() == SECOND


def test_changes_are_made_to_the_edition_that_they_belong_to(publisher: Publisher) -> None:
    """While an edition waits for a person, changes to it must not be made to the one before."""
    crowd = [{"op": "ADD", "entity": body(f"n{at}", f"Newcomer {at}")} for at in range(40)]
    everybody = (*FIRST, *(row["entity"] for row in crowd))
    publisher.publish(V2, *everybody, deltas={V1: [], V2: crowd})
    held = publisher.visit()[0]
    assert held.held
    late = body("z", "Zel Works")
    publisher.publish(V3, *everybody, late, deltas={V1: [], V2: crowd, V3: [{"op": "ADD", "entity": late}]})
    told = publisher.visit()[0]
    assert "not in force" in (told.problem or "")
    assert set(publisher.listed()) == {"a", "b", "c"}
    run, asked = publisher.visit()
    assert run.held
    assert asked[-1] == f"/{V3}/entities.ftm.json"
    with publisher.database.read() as session:
        stored = sources.get(session, publisher.opened.name)
    accept_held(publisher.database, publisher.opened, stored, publisher.now)
    assert len(publisher.listed()) == 44


def test_an_index_cannot_name_files_of_this_machine(publisher: Publisher, tmp_path: Path) -> None:
    """Whoever got hold of the index would have us read, and keep aside, what lies on the user's disk."""
    secret = tmp_path / "secret"
    secret.write_text("password")
    publisher.publish(V2, deltas=CHANGES)
    for key, told in (
        ("resources", [{"name": "entities.ftm.json", "url": str(secret)}]),
        ("delta_url", str(secret)),
    ):
        index = json.loads(publisher.site.routes[INDEX].body) | {key: told}  # type: ignore[union-attr]
        publisher.site.serve(INDEX, json.dumps(index))
        assert "no web address" in (publisher.visit()[0].problem or "")


@pytest.mark.parametrize("index", [b"", b"<html>", b"[]", b'{"version": "soon", "resources": []}', b"{}"])
def test_an_index_of_another_form_is_said(publisher: Publisher, index: bytes) -> None:
    """What was read stays in force, and the reason is told in one line."""
    publisher.site.routes[INDEX] = Answer(index)
    run = publisher.visit()[0]
    assert run.problem
    assert "\n" not in run.problem
    assert len(publisher.listed()) == 3
