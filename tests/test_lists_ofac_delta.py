"""OFAC's delta files: applied where each record stands whole or is removed, else the whole list is read, and it says why.

The files are ours, in the form that several readers of other projects describe; no publication of OFAC's has been read.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bad_days import BAD_DAYS
from http_server import Answer, Site, site_on_loopback
from list_files import others

from watchlist.config import FetchSettings, SourceSettings
from watchlist.list_report import ListRun
from watchlist.list_round import update_lists
from watchlist.lists.opened import open_list
from watchlist.model import Entry
from watchlist.sources.http import Fetcher
from watchlist.store import entries, lists, sources
from watchlist.store.database import Database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
WHOLE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML"
DELTA = "https://www.treasury.gov/ofac/DeltaFile/1.0"
ON_SDN = '<sanctionsList refId="1550" datePublished="2026-11-19">SDN List</sanctionsList>'
ON_SSI = '<sanctionsList refId="91507" datePublished="2026-11-19">Sectoral Sanctions Identifications List</sanctionsList>'


def body(uid: str, name: str, action: str = "", lists: str = ON_SDN, more: str = "") -> str:
    """Return an entity of OFAC's enhanced form, with an action in a delta."""
    told = f' action="{action}"' if action else ""
    return (
        f'<entity id="{uid}"{told}><generalInfo><entityType refId="601">Entity</entityType></generalInfo><sanctionsLists>{lists}'
        "</sanctionsLists><sanctionsPrograms><sanctionsProgram>TEST-EO1</sanctionsProgram></sanctionsPrograms><names><name><isPrimary>true"
        f"</isPrimary><translations><translation><script>Latin</script><formattedFullName>{name}</formattedFullName></translation>"
        f"</translations></name></names>{more}</entity>"
    )


def whole(*bodies: str, day: str = "2026-11-19") -> bytes:
    """Return the whole list, as of that day."""
    return (
        f'<?xml version="1.0"?><sanctionsData xmlns="{WHOLE}"><publicationInfo><dataAsOf>{day}T00:00:00</dataAsOf></publicationInfo>'
        f"<entities>{''.join(bodies)}</entities></sanctionsData>"
    ).encode()


def delta(*bodies: str, day: str) -> bytes:
    """Return what was published on that day."""
    return (
        f'<?xml version="1.0"?><sanctionsData xmlns="{DELTA}"><publicationInfo><datePublished>{day}T00:00:00-05:00</datePublished>'
        f"<publicationType>Standard Action</publicationType></publicationInfo><entities>{''.join(bodies)}</entities></sanctionsData>"
    ).encode()


FIRST = {b.uid: b.name for b in others(60)} | {"1": "Vinmoor", "2": "Old Mill"}


class Publisher:
    """OFAC on loopback, and a database that reads it."""

    def __init__(self, site: Site, database: Database) -> None:
        self.site, self.database, self.now = site, database, NOW
        settings = SourceSettings("ofac-sdn-delta", "list", site.url("/sls/"), official=True)
        opened = open_list(settings)
        self.opened = replace(opened, profile=replace(opened.profile, least=1))
        self.published: list[tuple[int, str]] = []
        with database.write() as session:
            sources.add(session, settings, NOW)
            entries.add(session, Entry("Halm Works"), NOW)
        self.publish(801, "2026-11-17")
        self.publish(802, "2026-11-18")
        self.serve_whole(FIRST)

    def publish(self, number: int, day: str, *bodies: str) -> None:
        """Publish changes; the whole list is as it was."""
        self.published.append((number, day))
        self.site.serve(f"/sls/{number}", delta(*bodies, day=day), "application/xml")
        told = [{"publicationID": n, "datePublished": f"{on}T10:01:44.74"} for n, on in self.published]
        self.site.serve("/sls/2026", json.dumps(told[::-1]), "application/json")

    def serve_whole(self, bodies: dict[str, str], day: str = "2026-11-18") -> None:
        """Serve the whole list from now on."""
        data = whole(*(body(uid, name) for uid, name in bodies.items()), day=day)
        self.site.serve_conditional("/sls/SDN_ENHANCED.ZIP", data, f'"{hash(data)}"', "application/xml")

    def visit(self) -> tuple[ListRun, list[str]]:
        """Read the list; return what came of it and what was asked for."""
        self.now += timedelta(hours=6)
        before = len(self.site.asked)
        settings = FetchSettings(
            allow_private_addresses=True, host_pause=0, read_timeout=1, total_timeout=0.3
        )
        with closing(Fetcher(settings)) as fetcher:
            (run,) = update_lists(self.database, [self.opened], fetcher, now=self.now, only_due=False).rows
        return run, [path.removeprefix("/sls/") for path, _ in self.site.asked[before:]]

    def listed(self) -> dict[str, str]:
        """Return the edition in force as id -> name."""
        with self.database.read() as session:
            edition = lists.current(session, self.opened.name)
        assert edition is not None
        return {id: found.names[0].name for id, found in edition.entities.items()}


@pytest.fixture
def publisher(database: Database) -> Iterator[Publisher]:
    """A publisher whose list has been read whole, and its newest publication once more as changes."""
    with site_on_loopback() as site:
        running = Publisher(site, database)
        run, asked = running.visit()
        assert (run.problem, run.note, run.entities) == (None, "", 62)
        assert asked == ["2026", "SDN_ENHANCED.ZIP"]
        assert running.visit()[1] == ["2026", "802"]
        yield running


def test_only_the_changes_are_fetched(publisher: Publisher) -> None:
    """Two megabytes several times a day where some kilobytes would do; what another of OFAC's lists changes is not the SDN's."""
    assert publisher.visit()[1] == ["2026"]
    publisher.publish(
        803,
        "2026-11-20",
        body("3", "Halm Works", "add"),
        body("2", "Old Mill", "remove"),
        body("4", "Only Sectoral", "add", ON_SSI),
        body("1", "Vinmoor", "remove", ON_SSI),
    )
    publisher.publish(805, "2026-11-20", body("5", "Zel Works", "add", ON_SDN + ON_SSI))
    run, asked = publisher.visit()
    assert asked == ["2026", "803", "805"]
    assert (run.problem, run.note, run.changes) == (None, "", (("added", 2), ("removed", 1)))
    assert [(hit.entry, hit.entity_id) for hit in run.hits] == [("Halm Works", "3")]
    assert publisher.listed() == {id: n for id, n in FIRST.items() if id != "2"} | {
        "3": "Halm Works",
        "5": "Zel Works",
    }
    assert publisher.visit()[1] == ["2026"]


CORRECTED = body(
    "1", "Vinmoor", more='<addresses><address action="add"><country>X</country></address></addresses>'
)
PARTLY = {
    "no action": (CORRECTED, "record 1 is corrected in parts"),
    "modify": (body("1", "Vinmoor", "modify"), "record 1 is corrected in parts"),
    "a part with another action": (
        body("3", "Halm Works", "add", more='<remarks action="update" oldValue="x"/>'),
        "record 3 is corrected in parts",
    ),
    "no list": (body("3", "Halm Works", "add", ""), "to a list that is not named"),
    "no id": (body("", "Halm Works", "add"), "without an id"),
}


@pytest.mark.parametrize("kind", PARTLY)
def test_what_does_not_stand_whole_makes_the_whole_list_read(publisher: Publisher, kind: str) -> None:
    """A record made of a correction would lack the names that it does not repeat: a missed alert without a sign."""
    changed, why = PARTLY[kind]
    publisher.publish(803, "2026-11-20", body("9", "Zel Works", "add"), changed)
    now = FIRST | {"9": "Zel Works", "3": "Halm Works"}
    publisher.serve_whole(now, "2026-11-20")
    run, asked = publisher.visit()
    assert asked == ["2026", "803", "2026", "SDN_ENHANCED.ZIP"]
    assert run.problem is None
    assert _said(run.note, why)
    assert publisher.listed() == now


def _said(note: str, why: str) -> bool:
    """Say whether a note tells in one line that the whole was read, and why."""
    return note.startswith("the whole list in place of changes: ") and why in note and "\n" not in note


SEQUENCES: dict[str, tuple[Callable[[Publisher], None], str]] = {
    "the last one is unknown": (lambda p: p.published.__setitem__(slice(None), []), "not in the index"),
    "numbers against days": (lambda p: p.published.append((799, "2026-11-20")), "do not follow their days"),
    "too many": (
        lambda p: [p.publish(n, "2026-11-20") for n in range(803, 825)] and None,
        "23 publications since",
    ),
}


@pytest.mark.parametrize("kind", SEQUENCES)
def test_changes_out_of_sequence_make_the_whole_list_read(publisher: Publisher, kind: str) -> None:
    """Changes to an edition that nobody holds would leave out what came between."""
    happens, why = SEQUENCES[kind]
    happens(publisher)
    publisher.publish(830, "2026-11-20", body("3", "Halm Works", "add"))
    publisher.serve_whole(FIRST | {"3": "Halm Works"}, "2026-11-20")
    run, asked = publisher.visit()
    assert asked == ["2026", "SDN_ENHANCED.ZIP"]
    assert run.problem is None
    assert _said(run.note, why)
    assert "3" in publisher.listed()


_SLOW = ("slow drip", "gzip bomb")
_DAMAGES = [
    pytest.param(name, marks=pytest.mark.slow if name in _SLOW else ())
    for name in (*BAD_DAYS, "of another day", "of another namespace")
]


@pytest.mark.parametrize("failure", _DAMAGES)
def test_a_damaged_delta_makes_the_whole_list_read(publisher: Publisher, failure: str) -> None:
    """Whatever is served in place of the changes, the list is read all the same."""
    publisher.publish(803, "2026-11-20", body("3", "Halm Works", "add"))
    good = delta(body("3", "Halm Works", "add"), day="2026-11-20")
    if failure == "of another day":  # a copy of an older one: whole, well-formed and wrong
        bad = Answer(delta(day="2026-11-18"))
    elif failure == "of another namespace":
        bad = Answer(good.replace(b"DeltaFile/1.0", b"DeltaFile/2.0"))
    else:
        bad = BAD_DAYS[failure][0](good)
    publisher.site.routes["/sls/803"] = bad
    publisher.site.routes["/expired"] = Answer(b"link expired", 403)
    publisher.serve_whole(FIRST | {"3": "Halm Works"}, "2026-11-20")
    run, asked = publisher.visit()
    if (
        failure == "429"
    ):  # the host wants a pause, so nothing is asked of it; the next process finds all of it
        assert "pause" in (run.problem or "")
        assert publisher.listed() == FIRST
        publisher.site.routes["/sls/803"] = Answer(good)
        publisher.now += timedelta(days=1)
        run, asked = publisher.visit()
        assert (run.note, asked) == ("", ["2026", "803"])
    else:
        assert run.note.startswith("the whole list in place of changes: ")
        assert asked[-1] == "SDN_ENHANCED.ZIP"
    assert run.problem is None
    assert "3" in publisher.listed()


def test_a_whole_list_that_is_behind_its_publications_is_made_good(publisher: Publisher) -> None:
    """The index tells a publication that the archive does not hold yet: kept as read, it would be missed for good."""
    publisher.publish(803, "2026-11-20", CORRECTED, body("3", "Halm Works", "add"))
    late, asked = publisher.visit()
    assert asked == ["2026", "803", "2026", "SDN_ENHANCED.ZIP"]  # answered 304: it is as it was
    assert (late.unchanged, late.problem) == (True, None)
    publisher.serve_whole(FIRST | {"3": "Halm Works"}, "2026-11-20")
    run, asked = publisher.visit()
    assert asked[-1] == "SDN_ENHANCED.ZIP"
    assert run.changes == (("added", 1),)


def test_what_was_published_on_the_day_of_the_whole_list_is_made_to_it_once_more(database: Database) -> None:
    """An archive says its day only: it may be older than the second publication of that day."""
    with site_on_loopback() as site:
        running = Publisher(site, database)
        running.publish(803, "2026-11-18", body("3", "Halm Works", "add"), body("2", "Old Mill", "remove"))
        assert running.visit()[1] == ["2026", "SDN_ENHANCED.ZIP"]
        run, asked = running.visit()
        assert asked == ["2026", "802", "803"]
        assert run.changes == (("added", 1), ("removed", 1))
        assert running.visit()[1] == ["2026"]


def test_a_whole_list_dated_before_its_index_is_asked_for_again(database: Database) -> None:
    """The first reading may fall between the two: what is in the index only must come at the next visit."""
    with site_on_loopback() as site:
        running = Publisher(site, database)
        running.publish(803, "2026-11-20", body("3", "Halm Works", "add"))
        assert running.visit()[0].entities == 62
        running.serve_whole(FIRST | {"3": "Halm Works"}, "2026-11-20")
        run, asked = running.visit()
        assert asked == ["2026", "SDN_ENHANCED.ZIP"]
        assert run.changes == (("added", 1),)


def test_changes_are_judged_like_any_edition(publisher: Publisher) -> None:
    """A delta that takes half the list off is held for a person, and what follows is not made to the edition before."""
    gone = [body(uid, name, "remove") for uid, name in list(FIRST.items())[:40]]
    publisher.publish(803, "2026-11-20", *gone)
    held, _ = publisher.visit()
    assert held.held
    assert publisher.listed() == FIRST
    publisher.publish(804, "2026-11-21", body("3", "Halm Works", "add"))
    told, _ = publisher.visit()
    assert "not in force" in (told.problem or "")
    assert publisher.listed() == FIRST


@pytest.mark.parametrize(
    "index", [b"", b"<html>", b"{}", b"[1]", b'[{"publicationID": 1, "datePublished": "soon"}]']
)
def test_an_index_of_another_form_is_said(publisher: Publisher, index: bytes) -> None:
    """What was read stays in force, and the reason is told in one line."""
    publisher.site.routes["/sls/2026"] = Answer(index)
    run, _ = publisher.visit()
    assert run.problem
    assert "\n" not in run.problem
    assert publisher.listed() == FIRST


def test_a_new_year_without_publications_changes_nothing(publisher: Publisher) -> None:
    """On the first of January the year's index is empty; the first publication then follows one of the year before."""
    publisher.now = datetime(2027, 1, 1, tzinfo=UTC)
    publisher.site.serve("/sls/2027", "[]")
    run, asked = publisher.visit()
    assert (run.problem, run.unchanged, asked) == (None, True, ["2027", "SDN_ENHANCED.ZIP"])
    assert publisher.listed() == FIRST
