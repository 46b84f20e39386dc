"""OFAC's advanced XML (SDN_ADVANCED): what SDN_ENHANCED tells, taken apart into tables that refer to each other.

Address: ``…/exports/SDN_ADVANCED.XML``, 127 MB, published as needed. Order of the schema: ReferenceValueSets (what the
numbers mean), Locations, IDRegDocuments, DistinctParties, ProfileRelationships, SanctionsEntries; the first three are kept
in memory (some 30 MB), a party is told when it is read, its relations and entries follow as parts with its id.
Id: ``DistinctParty/@FixedRef`` = uid. Weak aliases: ``Alias/@LowQuality``. Removal: absent from the next file.
Sureness: schema only (readers of other projects that agree with each other); tested on a file of our own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from watchlist.errors import LayoutChanged
from watchlist.lists.canonical import entity, identifier
from watchlist.lists.ofac_csv import EXPORTS
from watchlist.lists.ofac_words import KINDS, SCRIPTS, label
from watchlist.lists.xml_stream import Element, local_name, records, texts
from watchlist.model import ListEntity, NameStrength, Request, SourceState

_NAMESPACES = frozenset(
    {EXPORTS + "ADVANCED_XML", "http://www.un.org/sanctions/1.0", "https://www.un.org/sanctions/1.0"}
)
_TABLES = ("ReferenceValueSets", "Location", "IDRegDocument")
_RECORDS = ("DistinctParty", "ProfileRelationship", "SanctionsEntry")
_OF_PARTY = tuple(
    "{*}" + name
    for name in (
        "Comment", "Profile", "Identity", "Alias", "DocumentedName", "NamePartValue", "NamePartGroup",
        "Feature", "VersionDetail", "VersionLocation", "Start", "End",
    )
)  # fmt: skip
_PLACES = frozenset({"Nationality Country", "Citizenship Country", "Location"})


@dataclass(frozen=True, slots=True)
class OfacAdvanced:
    """SDN_ADVANCED.XML."""

    name: str = "ofac-advanced"
    file: str = "SDN_ADVANCED.XML"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(EXPORTS + self.file, max_bytes=256_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the parties, then the parts that ``canonical.merged`` adds to them."""
        tables = _Tables(request.url)
        found = records(
            stream,
            request.url,
            root="Sanctions",
            tags=frozenset((*_TABLES, *_RECORDS)),
            namespaces=_NAMESPACES,
        )
        for tag, element in found:
            if tag == "DistinctParty":
                yield _party(element, tables)
            elif tag == "SanctionsEntry":
                yield _entry(element, tables)
            elif tag == "ProfileRelationship":
                if element.get("Former") != "true":
                    yield _relation(element, tables)
            elif tag == "Location":
                tables.locate(element)
            elif tag == "IDRegDocument":
                told = texts(element).get("IDRegistrationNo", "")
                tables.documents[element.get("IdentityID")].append((element.get("IDRegDocTypeID"), told))
            else:
                tables.define(element)


@dataclass(slots=True)
class _Tables:
    """What the file's numbers stand for: ``words`` of a kind, places, documents, and whose profile is whose."""

    url: str
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    party_types: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    documents: defaultdict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[str, str] = field(default_factory=dict)

    def define(self, sets: Element) -> None:
        """Take the reference values: ``FeatureTypeValues`` is known as "FeatureType"."""
        for values in sets:
            kind = local_name(values.tag).removesuffix("Values")
            self.words[kind] = {value.get("ID"): value.text or "" for value in values}
            if kind == "PartySubType":
                self.party_types = {value.get("ID"): value.get("PartyTypeID") for value in values}

    def word(self, kind: str, id: str | None) -> str:
        """Return what a number means. LayoutChanged when the file does not say."""
        if not id:
            return ""
        found = self.words.get(kind, {}).get(id)
        if found is None:
            raise LayoutChanged(self.url, f"{kind} {id} is not explained before it is used")
        return found

    def locate(self, location: Element) -> None:
        """Take a place: its address and its country."""
        country, lines = "", []
        for part in location.iter("{*}LocationCountry", "{*}Value"):
            if part.get("CountryID"):
                country = self.word("Country", part.get("CountryID"))
            elif part.text:
                lines.append(part.text)
        self.places[location.get("ID")] = ", ".join(filter(None, (*lines, country))), country

    def party(self, profile: str | None) -> str:
        """Return the id of the party of a profile (they have been one number so far)."""
        return self.parties.get(profile or "", profile or "")


@dataclass(slots=True)
class _Name:
    """One documented name: its parts as (group, text), in order."""

    primary: bool
    weak: bool
    kind: str
    script: str = ""
    parts: list[tuple[str | None, str]] = field(default_factory=list)


def _party(element: Element, tables: _Tables) -> ListEntity:
    id = element.get("FixedRef") or ""
    subtype, feature, comment = "", "", ""
    names: list[_Name] = []
    groups: dict[str, str] = {}
    identifiers: list[str] = []
    told: list[str] = []
    dates: list[tuple[str, str]] = []
    countries: list[str] = []
    addresses: list[str] = []
    begun = ""
    alias = _Name(False, False, "")
    for item in element.iter(*_OF_PARTY):
        tag = local_name(item.tag)
        if tag == "NamePartValue":
            if not names:
                raise LayoutChanged(tables.url, f"party {id} has parts of no name")
            names[-1].parts.append((item.get("NamePartGroupID"), item.text or ""))
            names[-1].script = names[-1].script or tables.word("Script", item.get("ScriptID"))
        elif tag == "DocumentedName":
            names.append(_Name(alias.primary, alias.weak, alias.kind))
        elif tag == "Alias":
            kind = tables.word("AliasType", item.get("AliasTypeID"))
            alias = _Name(item.get("Primary") == "true", item.get("LowQuality") == "true", kind)
        elif tag == "NamePartGroup":
            groups[item.get("ID")] = tables.word("NamePartType", item.get("NamePartTypeID"))
        elif tag == "Feature":
            feature = tables.word("FeatureType", item.get("FeatureTypeID"))
        elif tag == "VersionDetail":
            value = item.text or tables.word("DetailReference", item.get("DetailReferenceID"))
            if value and label(feature) not in ("", "ID"):
                identifiers.append(identifier(label(feature), value))
            elif value:
                told.append(f"{feature.rstrip(': ')}: {value}")
        elif tag == "VersionLocation":
            address, country = tables.places.get(item.get("LocationID"), ("", ""))
            if feature in _PLACES:
                countries.append(country)
            elif country:
                told.append(f"{feature.rstrip(': ')}: {country}")
            if feature == "Location":
                addresses.append(address)
        elif tag == "Start":
            begun = _day(item, "From")
        elif tag == "End":
            if feature == "Birthdate":
                dates.append(("birth", _period(begun, _day(item, "To"))))
        elif tag == "Identity":
            for kind, number in tables.documents.get(item.get("ID"), ()):
                named = label(tables.word("IDRegDocType", kind))
                identifiers.append(identifier(named, number) if named else "")
        elif tag == "Profile":
            subtype = item.get("PartySubTypeID") or ""
            tables.parties[item.get("ID") or ""] = id
        elif item.getparent() is element:
            comment = item.text or ""
    return entity(
        id,
        _kind(subtype, tables),
        [(_written(name, groups), _strength(name), SCRIPTS.get(name.script)) for name in names],
        identifiers=identifiers,
        countries=countries,
        addresses=addresses,
        dates=dates,
        remarks="; ".join(filter(None, (comment, *sorted(set(told))))),
    )


def _kind(subtype: str, tables: _Tables) -> str:
    """Return the kind: vessels and aircraft are told by the sub-type, persons and bodies by the type."""
    told = tables.word("PartySubType", subtype).casefold()
    if told not in ("vessel", "aircraft"):
        told = tables.word("PartyType", tables.party_types.get(subtype)).casefold()
    return KINDS.get(told, "organization")


def _strength(name: _Name) -> NameStrength:
    if name.weak:
        return NameStrength.WEAK
    if name.primary and name.script in ("Latin", ""):
        return NameStrength.PRIMARY
    return NameStrength.FORMER if name.kind == "F.K.A." else NameStrength.STRONG


def _written(name: _Name, groups: dict[str, str]) -> str:
    """Return the name as OFAC's other files write it: ``PETROV, Ivan Ivanovich``."""
    last = [text for group, text in name.parts if groups.get(group or "") == "Last Name"]
    rest = [text for group, text in name.parts if groups.get(group or "") != "Last Name"]
    return ", ".join(filter(None, (" ".join(last), " ".join(rest))))


def _relation(element: Element, tables: _Tables) -> ListEntity:
    kind = tables.word("RelationType", element.get("RelationTypeID"))
    other = tables.party(element.get("To-ProfileID"))
    return entity(tables.party(element.get("From-ProfileID")), "", [], linked=[(kind, other)])


def _entry(element: Element, tables: _Tables) -> ListEntity:
    """Return what a party's entry on a list says: list, programmes, legal basis, day of listing."""
    programs = [tables.word("List", element.get("ListID"))]
    days, bases = [], []
    for item in element:
        tag = local_name(item.tag)
        if tag == "EntryEvent":
            bases.append(tables.word("LegalBasis", item.get("LegalBasisID")))
            days.append(_day(item, "Date"))
        elif tag == "SanctionsMeasure":
            programs.append(texts(item).get("Comment", ""))
    return entity(
        tables.party(element.get("ProfileID")),
        "",
        [],
        programs=programs,
        dates=[("listed", min(filter(None, days), default=""))],
        remarks="; ".join(f"authority: {basis}" for basis in dict.fromkeys(filter(None, bases))),
    )


def _day(element: Element, name: str) -> str:
    """Return the date in the child of that name as far as it is told: ``1970-03-05``, ``1970-03``, ``1970``."""
    for child in element:
        if local_name(child.tag) == name:
            told = texts(child)
            numbers = (told.get("Year", ""), told.get("Month", ""), told.get("Day", ""))
            return "-".join(part.strip().zfill(2) for part in numbers if part.strip())
    return ""


def _period(begun: str, ended: str) -> str:
    """Return a period as one text: a day, a whole year, or from and to."""
    if begun == ended or not ended:
        return begun
    if begun.endswith("-01-01") and ended == f"{begun[:4]}-12-31":
        return begun[:4]
    return f"{begun} to {ended}"
