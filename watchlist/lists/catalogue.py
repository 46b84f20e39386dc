"""All lists that can be read, by name: the reader, a line for people, and how sure we are of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Protocol

from watchlist.errors import UsageError
from watchlist.lists.canada import Canada
from watchlist.lists.columns import MOFCOM, OPENSANCTIONS, Columns, TableList
from watchlist.lists.csl import ConsolidatedScreeningList
from watchlist.lists.eu import EuropeanUnion
from watchlist.lists.ofac_csv import OfacCsv
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.lists.ofac_xml import OfacXml
from watchlist.lists.uflpa import Uflpa
from watchlist.lists.uk import UnitedKingdom
from watchlist.lists.un import UnitedNations
from watchlist.model import ListEntity, Request, SourceState


class Reader(Protocol):
    """What every list reader offers: ``watchlist.sources.base.ListSource``, told here because lists import no sources."""

    @property
    def name(self) -> str: ...  # noqa: D102 (see ListSource)

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]: ...  # noqa: D102

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the catalogue. ``sure`` is "seen" (tested on a recording), "schema" or "unverified"."""

    source: Reader
    about: str
    sure: str

    @property
    def addressed(self) -> bool:
        """Say whether the publisher's address is known (else the user brings the file)."""
        return any(True for _ in self.source.plan(SourceState(), datetime.min.replace(tzinfo=UTC)))


_ALL = (
    Listing(OfacXml(), "US Treasury, Specially Designated Nationals (SDN.XML)", "schema"),
    Listing(OfacCsv(), "US Treasury, SDN names as CSV (SDN.CSV)", "seen"),
    Listing(OfacXml("ofac-consolidated", "CONSOLIDATED.XML"), "US Treasury, non-SDN lists (CONSOLIDATED.XML)", "seen"),
    Listing(OfacEnhanced("ofac-enhanced"), "US Treasury, non-SDN lists with dates and relations", "seen"),
    Listing(OfacEnhanced("ns-cmic", sublist="CMIC"), "US investment ban on Chinese military-industrial companies", "seen"),
    Listing(ConsolidatedScreeningList(), "US trade.gov, 13 screening lists in one (CSV)", "seen"),
    Listing(ConsolidatedScreeningList("csl-json", "json"), "The same as JSON", "unverified"),
    Listing(ConsolidatedScreeningList("bis-entity-list", source="Entity List"), "US Commerce, Entity List out of the CSL", "seen"),
    Listing(Uflpa(), "US Homeland Security, UFLPA Entity List (web page)", "seen"),
    Listing(UnitedNations(), "UN Security Council consolidated list", "seen"),
    Listing(UnitedKingdom(), "UK Sanctions List (CSV)", "seen"),
    Listing(UnitedKingdom("uk-xml", "xml"), "UK Sanctions List (XML)", "seen"),
    Listing(EuropeanUnion(), "EU consolidated list of financial sanctions", "schema"),
    Listing(Canada(), "Canada, autonomous sanctions (SEMA, LMES)", "seen"),
    Listing(MOFCOM, "China, unreliable entities and export control (CSV of the user)", "seen"),
    Listing(OPENSANCTIONS, "OpenSanctions, all sanctions lists joined; CC BY-NC 4.0: your own licence is needed for business", "unverified"),
    Listing(TableList("ftm", "", Columns("name"), "ftm"), "Any file of FtM entities, one JSON object a line", "seen"),
    Listing(TableList("names", "", Columns("name", aliases=("aliases",))), "Any CSV with the columns name and aliases", "seen"),
)  # fmt: skip
CATALOGUE = {listing.source.name: listing for listing in _ALL}


def listing(name: str) -> Listing:
    """Return the list of that name. UsageError names the nearest ones."""
    found = CATALOGUE.get(name)
    if found is None:
        raise UsageError(f"no list is called {name!r}; there are: {', '.join(CATALOGUE)}")
    return found
