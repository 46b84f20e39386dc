"""15 CFR part 744 as the eCFR has it: the day that its index tells, tables of prose; files of ours in the described form."""

import io
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from http_server import Answer, site_on_loopback
from list_files import HEAD_744, others, part_744, row_744, titles_json

from watchlist.config import FetchSettings, SourceSettings
from watchlist.errors import LayoutChanged
from watchlist.list_round import update_lists
from watchlist.lists.ecfr import Ecfr, parted
from watchlist.lists.edition import Edition, assemble
from watchlist.lists.opened import open_list
from watchlist.model import NameStrength, Request
from watchlist.sources.http import Fetcher
from watchlist.store import sources
from watchlist.store.database import Database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TITLES = b'{"titles": [{"number": 14}, {"number": 15, "latest_issue_date": "2026-06-11", "up_to_date_as_of": "2026-06-16"}]}'


def read(data: bytes, supplement: int = 4) -> Edition:
    found = Ecfr("bis", supplement).read(io.BytesIO(data), Request("https://ecfr.example/x"))
    return assemble("bis", found)


TERMS = ("For all items.", "Presumption of denial.")
ROWS = (
    row_744("XLAND", "Vinmoor Technologies Co., Ltd.<sup>1</sup>, 1 Quay Road, Halm", *TERMS, "84 FR 22961, 5/21/19. 85 FR 100, 1/2/20."),
    row_744("", "Norvex Institute, a.k.a., the following two aliases:<br/>—NI; <I>and</I><br/>—Institute of Norvex, Halm Branch.<br/>2 Mill Lane, Halm",
        *TERMS, "62 FR 1, 6/30/97."),
    row_744("YLAND", "[Reserved]", "", "", ""),
    row_744("", "Ivan Petrov, f.k.a. Ivan Ivanov, 3 Hill St.", *TERMS, "90 FR 4619, 1/16/25."),
)  # fmt: skip


def test_a_row_is_a_body_of_the_country_above() -> None:
    """A blank country cell is the one above; who lost it would list a body twice under two keys."""
    found = read(part_744(*ROWS)).entities
    assert list(found) == [
        "XLAND:Norvex Institute",
        "XLAND:Vinmoor Technologies Co., Ltd.",
        "YLAND:Ivan Petrov",
    ]
    vinmoor = found["XLAND:Vinmoor Technologies Co., Ltd."]
    assert vinmoor.addresses == ("1 Quay Road, Halm",)
    assert (vinmoor.countries, vinmoor.dates) == (("XLAND",), (("listed", "2019-05-21"),))
    assert vinmoor.remarks.startswith("For all items.; Presumption of denial.; 84 FR 22961")
    norvex = found["XLAND:Norvex Institute"]
    assert [name.name for name in norvex.names] == [
        "Norvex Institute",
        "Institute of Norvex, Halm Branch",
        "NI",
    ]
    assert (norvex.addresses, norvex.dates) == (("2 Mill Lane, Halm",), (("listed", "1997-06-30"),))
    petrov = found["YLAND:Ivan Petrov"]
    assert [(name.name, name.strength) for name in petrov.names][1:] == [("Ivan Ivanov", NameStrength.FORMER)]


def test_tables_of_three_columns_are_read_too() -> None:
    """The Military End-User and Unverified lists have no columns of licences."""
    head = "<TR><TH>Country</TH><TH>Listed person and address</TH><TH>Federal Register citation and date of publication</TH></TR>"
    found = read(
        part_744(row_744("XLAND", "Vinmoor, 1 Quay Road", "85 FR 1, 12/23/20"), supplement=6, head=head), 6
    ).entities
    assert found["XLAND:Vinmoor"].dates == (("listed", "2020-12-23"),)


@pytest.mark.parametrize(
    ("cell", "name", "aliases", "addresses"),
    [
        ("Vinmoor", "Vinmoor", [], []),
        ("Vinmoor Pte. Ltd., Inc., 5 Road; and 6 Road", "Vinmoor Pte. Ltd., Inc.", [], ["5 Road; and 6 Road"]),
        ("No. 5 Institute, 7 Road", "No. 5 Institute", [], ["7 Road"]),
        ("A. B. Vinmoor, 7 Road", "A. B. Vinmoor", [], ["7 Road"]),
        ("Vinmoor, a.k.a., the following two aliases: —VM; and —Vin Moor Co., Ltd. Floor 10, Halm", "Vinmoor", ["VM", "Vin Moor Co., Ltd"], ["Floor 10, Halm"]),
        ("Vinmoor, a.k.a., the following one alias:\n–VM.\n8 Road", "Vinmoor", ["VM"], ["8 Road"]),
        ("Vinmoor Works,\nSubordinate institution\n—Works Two", "Vinmoor Works", ["Works Two"], []),
    ],
)  # fmt: skip
def test_prose_is_parted_into_names_and_addresses(
    cell: str, name: str, aliases: list[str], addresses: list[str]
) -> None:
    """An address taken for a name is a false hit; a name taken for an address is a missed one."""
    found = parted(cell)
    assert (found[0], [alias for alias, *_ in found[1]], found[2]) == (name, aliases, addresses)


def test_the_index_tells_the_day_and_whether_anything_was_issued() -> None:
    """The part is asked for as of a day that the eCFR has; without a new issue it is not downloaded again."""
    followed = Ecfr("bis", 4).follow(io.BytesIO(TITLES), Request("x"), "", None)
    assert followed.as_of == "2026-06-16"
    assert [request.url for request in followed.requests] == [
        "https://www.ecfr.gov/api/versioner/v1/full/2026-06-16/title-15.xml?part=744"
    ]
    later = Ecfr("bis", 4).follow(io.BytesIO(TITLES.replace(b"06-16", b"06-17")), Request("x"), "", None)
    assert later.version == followed.version


@pytest.mark.parametrize(
    "index", [b"", b"<html>", b"[]", b'{"titles": []}', TITLES.replace(b"2026-06-16", b"soon")]
)
def test_an_index_of_another_form_is_said(index: bytes) -> None:
    """Without its day nothing can be asked for: a clear message, never a traceback."""
    with pytest.raises(LayoutChanged, match="no day until which"):
        Ecfr("bis", 4).follow(io.BytesIO(index), Request("x"), "", None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (part_744(*ROWS, supplement=8), "no 'Supplement No. 4"),
        (part_744(*ROWS, head=HEAD_744.replace("Entity", "Body")), "headed Country, Body"),
        (part_744(*ROWS, *[row_744("X", "Vinmoor", "too few")] * 4), "4 rows of another width"),
    ],
)
def test_a_layout_that_is_not_as_described_is_said(data: bytes, reason: str) -> None:
    """Rows that are passed over in silence are listings that nobody hears of."""
    with pytest.raises(LayoutChanged, match=reason):
        read(data)


def test_an_index_without_a_new_issue_costs_no_download(database: Database) -> None:
    """The part is 4 MB: it is fetched when a rule has changed something, not every two hours."""
    body = part_744(*(row_744("XLAND", body.name, *TERMS, "90 FR 1, 1/16/25.") for body in others(600)))
    with site_on_loopback() as site:
        opened = open_list(SourceSettings("ecfr-entity-list", "list", site.url("/ecfr/"), official=True))
        with database.write() as session:
            sources.add(session, SourceSettings(opened.name, "list", official=True), NOW)
        site.routes["/ecfr/title-15.xml"] = Answer(body)
        fetcher = Fetcher(FetchSettings(allow_private_addresses=True, host_pause=0))
        with closing(fetcher):
            runs = []
            for hours, issue in ((0, "2026-11-17"), (6, "2026-11-17"), (12, "2026-11-19")):
                site.routes["/ecfr/titles.json"] = Answer(titles_json(issue))
                now = NOW + timedelta(hours=hours)
                runs += update_lists(database, [opened], fetcher, now=now, only_due=False).rows
        asked = [path for path, _ in site.asked]
    assert [(run.problem, run.entities) for run in runs] == [(None, 600)] * 3
    assert [run.unchanged for run in runs] == [False, True, True]
    assert asked.count("/ecfr/title-15.xml") == 2
