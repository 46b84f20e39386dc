"""The Consolidated Screening List as JSON: the same records as out of its CSV; files of ours, in the documented form."""

import io
import json
from typing import Any

import pytest

from watchlist.errors import BadEdition, LayoutChanged, SourceError
from watchlist.lists.csl import ConsolidatedScreeningList
from watchlist.lists.edition import Edition, assemble
from watchlist.model import Request

CSV = (
    b"_id,source,entity_number,type,programs,name,addresses,start_date,alt_names,ids,source_list_url\n"
    b'a1,Entity List (EL) - Bureau of Industry and Security,,,,Vinmoor Ltd,"1 Quay Road, Halm, 12, XX; 2 Mill Lane, YY",'
    b'2024-01-02,Vinmoor; and Vin Moor,"",https://el.example\n'
    b"a2,Specially Designated Nationals (SDN) - Treasury Department,71,Individual,TST1; TST2,Ivan Petrov,,,,"
    b'"RU, 7736640919, Tax ID No.; 03 Jun 2021, Listing Date (CMIC); Male, Gender; IMO 9187629, Vessel Registration Identification",\n'
)
RESULTS: list[dict[str, Any]] = [
    {
        "id": "b1",
        "source": "Entity List (EL) - Bureau of Industry and Security",
        "name": "Vinmoor Ltd",
        "addresses": [
            {"address": "1 Quay Road", "city": "Halm", "state": None, "postal_code": "12", "country": "XX"},
            {"address": "2 Mill Lane", "city": "", "state": None, "postal_code": None, "country": "YY"},
        ],
        "start_date": "2024-01-02",
        "alt_names": ["Vinmoor", "Vin Moor"],
        "ids": [],
        "source_list_url": "https://el.example",
    },
    {
        "id": "b2",
        "source": "Specially Designated Nationals (SDN) - Treasury Department",
        "entity_number": 71,
        "type": "Individual",
        "programs": ["TST1", "TST2"],
        "name": "Ivan Petrov",
        "addresses": [],
        "alt_names": None,
        "ids": [
            {"type": "Tax ID No.", "number": "7736640919", "country": "RU", "issue_date": None},
            {"type": "Listing Date (CMIC)", "number": "03 Jun 2021"},
            {"type": "Gender", "number": "Male"},
            {"type": "Vessel Registration Identification", "number": "IMO 9187629"},
        ],
    },
]


def _read(data: bytes, form: str) -> Edition:
    source = ConsolidatedScreeningList("csl", form)
    return assemble("csl", source.read(io.BytesIO(data), Request("https://list.example/x", role=form)))


def test_json_and_csv_give_equal_records() -> None:
    """Who changes the form must not be told that the whole list was taken off and put on again; "A; and B" are two names."""
    told = json.dumps({"total": 2, "results": RESULTS}).encode()
    assert _read(told, "json").entities == _read(CSV, "csv").entities


def test_identifiers_and_days_of_listing_are_read() -> None:
    """A number decides where names do not, and "since when" must not be the day of our first look."""
    found = _read(CSV, "csv").entities["SDN:71"]
    assert found.identifiers == ("IMO:9187629", "TAX:7736640919")
    assert found.dates == (("listed", "2021-06-03"),)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", BadEdition),
        (b"<html>", BadEdition),
        (b'{"error": "try later"}', BadEdition),
        (b"[" * 100_000, BadEdition),
        (b'{"results": {}}', LayoutChanged),
        (b'{"results": ["Vinmoor"]}', LayoutChanged),
        (b'{"results": [{"source": "EL", "title": "Vinmoor"}]}', LayoutChanged),
    ],
)
def test_json_of_another_form_is_refused(data: bytes, kind: type[SourceError]) -> None:
    """A row without its name must be a clear message, never a traceback or a list without that row."""
    with pytest.raises(kind):
        _read(data, "json")
