"""All lists that can be read, by name: the reader, a line for people, and how sure we are of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Protocol

from watchlist.errors import UsageError
from watchlist.lists.canada import Canada
from watchlist.lists.columns import AUSTRALIA, MOFCOM, OPENSANCTIONS, Columns, TableList
from watchlist.lists.csl import ConsolidatedScreeningList
from watchlist.lists.ecfr import Ecfr
from watchlist.lists.eu import EuropeanUnion
from watchlist.lists.ofac_advanced import OfacAdvanced
from watchlist.lists.ofac_csv import OfacCsv
from watchlist.lists.ofac_delta import OfacDelta
from watchlist.lists.ofac_enhanced import OfacEnhanced
from watchlist.lists.ofac_xml import OfacXml
from watchlist.lists.opensanctions import OpenSanctions
from watchlist.lists.switzerland import Switzerland
from watchlist.lists.uflpa import Uflpa
from watchlist.lists.uk import UnitedKingdom
from watchlist.lists.un import UnitedNations
from watchlist.model import ListEntity, Request, SourceState


class ListSource(Protocol):
    """An official list, published in editions. Plans like a news source, does no I/O and reads no clock either.

    It turns a byte stream into list entities, so that 127 MB never lie in memory whole.
    """

    @property
    def name(self) -> str:
        """Return the list's name in the catalogue (``ofac-sdn``)."""
        ...

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Say what to fetch: index, then delta, then full, as the publisher allows."""
        ...

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Read one edition as a stream of entities.

        Raises BadEdition or LayoutChanged on anything that is not a whole, well-formed edition.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the catalogue. ``sure`` is "seen" (tested on a recording), "schema" or "unverified"."""

    source: ListSource
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
    Listing(OfacEnhanced("ofac-sdn-enhanced", "SDN_ENHANCED.ZIP"), "US Treasury, SDN with days of listing and relations", "seen"),
    Listing(OfacDelta(), "The same, the whole once, then by OFAC's delta files", "schema"),
    Listing(OfacAdvanced(), "The same as SDN_ADVANCED.XML", "schema"),
    Listing(OfacEnhanced("ns-cmic", sublist="CMIC"), "US investment ban on Chinese military-industrial companies", "seen"),
    Listing(ConsolidatedScreeningList(), "US trade.gov, 13 screening lists in one (CSV)", "seen"),
    Listing(ConsolidatedScreeningList("csl-json", "json"), "The same as JSON", "unverified"),
    Listing(ConsolidatedScreeningList("bis-entity-list", source="Entity List"), "US Commerce, Entity List out of the CSL", "seen"),
    Listing(Ecfr("ecfr-entity-list", 4), "US Commerce, Entity List out of 15 CFR 744 (eCFR)", "schema"),
    Listing(Ecfr("bis-uvl", 6), "US Commerce, Unverified List out of 15 CFR 744 (eCFR)", "schema"),
    Listing(Ecfr("bis-meu", 7), "US Commerce, Military End-User List out of 15 CFR 744 (eCFR)", "schema"),
    Listing(Uflpa(), "US Homeland Security, UFLPA Entity List (web page)", "seen"),
    Listing(UnitedNations(), "UN Security Council consolidated list", "seen"),
    Listing(UnitedKingdom(), "UK Sanctions List (CSV)", "seen"),
    Listing(UnitedKingdom("uk-xml", "xml"), "UK Sanctions List (XML)", "seen"),
    Listing(EuropeanUnion(), "EU consolidated list of financial sanctions", "schema"),
    Listing(Canada(), "Canada, autonomous sanctions (SEMA, LMES)", "seen"),
    Listing(Switzerland(), "Switzerland, sanctions of the SECO (XML)", "schema"),
    Listing(AUSTRALIA, "Australia, consolidated list (XLSX)", "unverified"),
    Listing(MOFCOM, "China, unreliable entities and export control (CSV of the user)", "seen"),
    Listing(OPENSANCTIONS, "OpenSanctions, all sanctions lists joined; CC BY-NC 4.0: your own licence is needed for business", "unverified"),
    Listing(OpenSanctions(), "The same as FtM entities: the whole once, then changes only; CC BY-NC 4.0", "schema"),
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
