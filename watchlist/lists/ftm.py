"""FollowTheMoney entities as list records: JSON lines, as OpenSanctions and Aleph write them."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from watchlist.errors import BadEdition
from watchlist.lists.canonical import entity
from watchlist.lists.json_lines import lines
from watchlist.model import ListEntity, NameStrength

KINDS = {
    "Person": "person",
    "Vessel": "vessel",
    "Airplane": "aircraft",
    "Individual": "person",
    "Entity": "organization",
}
"""Our word for a kind, by FtM's schema or a publisher's word; what is not here is an organization."""
_NAMES = {
    "name": NameStrength.PRIMARY,
    "alias": NameStrength.STRONG,
    "weakAlias": NameStrength.WEAK,
    "previousName": NameStrength.FORMER,
}
_IDS = {
    "imoNumber": "IMO",
    "leiCode": "LEI",
    "isin": "ISIN",
    "swiftBic": "SWIFT",
    "registrationNumber": "REG",
    "taxNumber": "TAX",
    "ticker": "TICKER",
}


def entities(stream: BinaryIO, url: str) -> Iterator[ListEntity]:
    """Yield the bearers of names. BadEdition names the line that is no FtM entity."""
    for number, item in lines(stream, url):
        try:
            found = record(item)
        except (KeyError, TypeError, AttributeError) as error:
            raise not_ftm(url, number, error) from error
        if found is not None:
            yield found


def not_ftm(url: str, number: int, error: Exception) -> BadEdition:
    """Return the error for a line of another form."""
    return BadEdition(url, f"line {number} is not an FtM entity: {str(error)[:100]}")


def record(item: Any) -> ListEntity | None:
    """Return one entity as a record, None for addresses, ownerships, sanctions: no bearer of a name.

    Raises KeyError, TypeError or AttributeError for another form.
    """
    held: dict[str, list[str]] = item["properties"]
    named = [(text, strength, None) for prop, strength in _NAMES.items() for text in held.get(prop, ())]
    if not named:
        return None
    return entity(
        item["id"],
        KINDS.get(item["schema"], "organization"),
        named,
        programs=held.get("programId", held.get("program", [])),
        identifiers=[f"{label}:{text}" for prop, label in _IDS.items() for text in held.get(prop, ())],
        countries=[*held.get("country", ()), *held.get("jurisdiction", ()), *held.get("nationality", ())],
        addresses=held.get("address", []),
        dates=[("birth", text) for text in held.get("birthDate", ())],
        remarks="; ".join(held.get("notes", ())),
    )
