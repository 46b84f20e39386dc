"""Files that are well formed and not as documented: an element or attribute gone, doubled, renamed, out of its place.

Whatever the surprise, a reader gives records or an error for people; a traceback would end the round for all lists.
"""

import io
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_files import part_744, row_744
from lxml import etree
from test_lists_ofac_advanced import ENHANCED, FILE
from test_lists_readers import CANADA_XML, EU_XML, SDN_XML, UN_XML
from test_lists_switzerland import PERSON, PLACE, swiss

from watchlist.errors import SourceError
from watchlist.lists.canada import Canada
from watchlist.lists.catalogue import ListSource
from watchlist.lists.ecfr import Ecfr
from watchlist.lists.edition import assemble
from watchlist.lists.eu import EuropeanUnion
from watchlist.lists.ofac_advanced import OfacAdvanced
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.lists.ofac_xml import OfacXml
from watchlist.lists.switzerland import Switzerland
from watchlist.lists.un import UnitedNations
from watchlist.model import Request

READERS: dict[str, tuple[ListSource, bytes]] = {
    "ofac-xml": (OfacXml(), SDN_XML),
    "ofac-enhanced": (OfacEnhanced(), ENHANCED),
    "ofac-advanced": (OfacAdvanced(), FILE),
    "un": (UnitedNations(), UN_XML),
    "eu": (EuropeanUnion(), EU_XML),
    "canada": (Canada(), CANADA_XML),
    "switzerland": (Switzerland(), swiss(PERSON, places=PLACE)),
    "ecfr": (
        Ecfr("bis", 4),
        part_744(row_744("XLAND", "Vinmoor, a.k.a. VM, 1 Road", "x", "y", "90 FR 1, 1/16/25.")),
    ),
}


def _remove(chosen: etree._Element, rng: Random) -> None:
    parent = chosen.getparent()
    if parent is not None:
        parent.remove(chosen)


def _double(chosen: etree._Element, rng: Random) -> None:
    parent = chosen.getparent()
    if parent is not None:
        parent.append(etree.fromstring(etree.tostring(chosen, with_tail=False)))


def _rename(chosen: etree._Element, rng: Random) -> None:
    chosen.tag = str(chosen.tag) + "x"


def _empty(chosen: etree._Element, rng: Random) -> None:
    chosen.clear()


def _strange(chosen: etree._Element, rng: Random) -> None:
    chosen.text = rng.choice(["", "99/99/9999", "\u202e", "-0-", "1" * 50])
    for key in chosen.attrib:
        chosen.set(key, rng.choice(["", "0", "x", "-1"]))


def _move(chosen: etree._Element, rng: Random) -> None:
    elsewhere = rng.choice(list(chosen.getroottree().iter("*")))
    if elsewhere not in chosen.iter():
        elsewhere.append(chosen)


SURPRISES: list[Callable[[etree._Element, Random], None]] = [
    _remove,
    _double,
    _rename,
    _empty,
    _strange,
    _move,
]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
def test_any_surprise_is_records_or_an_error_for_people(name: str, seed: int, count: int) -> None:
    """Publishers change their files without a word."""
    reader, data = READERS[name]
    rng = Random(seed)
    root = etree.fromstring(data)
    for _ in range(count):
        rng.choice(SURPRISES)(rng.choice(list(root.iter("*"))), rng)
    try:
        assemble("list", reader.read(io.BytesIO(etree.tostring(root)), Request("https://list.example/x")))
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017 (either way is right)
