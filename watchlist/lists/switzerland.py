"""Switzerland's sanctions list (SECO, XML).

Address: ``https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml?lang=en&action=downloadXmlGesamtlisteAction``;
daily. Id: ``target/@ssid``. Programmes stand before the targets, places behind them: a target is told when it is read, its
addresses follow as a part with its id. De-listed targets stay in the file: what counts is the latest ``modification`` of
theirs; former states are quoted inside a modification and are not targets of the list. A name comes in parts, each with
variants of its spelling. Sureness: the form as readers of other projects describe it; tested on a file of our own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from watchlist.errors import BadEdition, LayoutChanged
from watchlist.lists.canonical import entity, identifier
from watchlist.lists.xml_stream import Element, child_text, children, inner, local_name, records, texts
from watchlist.model import ListEntity, NameStrength, Request, SourceState

ADDRESS = (
    "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
    "?lang=en&action=downloadXmlGesamtlisteAction"
)
_KINDS = {"individual": "person", "entity": "organization", "object": "vessel"}
_STRENGTHS = {"primary-name": NameStrength.PRIMARY, "formerly-known-as": NameStrength.FORMER}
_PLACE = ("c-o", "address-details", "p-o-box", "zip-code", "location", "area", "country")
_PASSPORTS = frozenset({"passport", "diplomatic-passport"})
_WHOLE = "whole-list"


@dataclass(frozen=True, slots=True)
class Switzerland:
    """The Swiss list."""

    name: str = "switzerland"

    def plan(self, state: SourceState, now: datetime) -> Iterable[Request]:
        """Ask for the one file."""
        yield Request(ADDRESS, max_bytes=128_000_000)

    def read(self, stream: BinaryIO, request: Request) -> Iterator[ListEntity]:
        """Yield the targets that are listed, then the parts with their addresses."""
        programs: dict[str, str] = {}
        places: dict[str, Mapping[str, str]] = {}
        waiting: list[tuple[str, str, Mapping[str, str]]] = []
        tags = frozenset({"sanctions-program", "target", "place"})
        for tag, element in records(
            stream, request.url, root="swiss-sanctions-list", tags=tags, namespaces=frozenset({""})
        ):
            root = element.getparent()
            if root is None or root.getparent() is not None:
                continue  # a former state, quoted in a modification
            if root.get("list-type", _WHOLE) != _WHOLE:
                raise BadEdition(request.url, f"the {root.get('list-type')} in place of the whole list")
            if tag == "sanctions-program":
                named = _program(element)
                programs |= {held.get("ssid"): named for held in children(element, "sanctions-set")}
            elif tag == "place":
                places[element.get("ssid")] = texts(element)
            elif (since := _since(element)) is not None:
                id, body = element.get("ssid") or "", _body(element, request.url)
                addresses = inner(body, "identity", "address")
                waiting += [(id, held.get("place-id") or "", texts(held)) for held in addresses]
                yield _target(id, element, body, since, programs)
        for id, place, told in waiting:
            held = {**places.get(place, {}), **{key: text for key, text in told.items() if text}}
            where = ", ".join(filter(None, map(held.get, _PLACE)))
            yield entity(id, "", [], countries=[held.get("country")], addresses=[where])


def _program(element: Element) -> str:
    """Return a programme's key in English, else the first that is told."""
    keys = list(children(element, "program-key"))
    return next((key.text for key in keys if key.get("lang") == "eng"), keys[0].text if keys else "") or ""


def _since(target: Element) -> str | None:
    """Return since when a target is listed ('' when that is not told), None when it is no longer."""
    steps = sorted(
        (step.get("effective-date") or step.get("enactment-date") or "", kind)
        for step in children(target, "modification")
        if (kind := step.get("modification-type")) in ("listed", "de-listed")
    )
    if steps and steps[-1][1] == "de-listed":
        return None
    gone = max((day for day, kind in steps if kind == "de-listed"), default="")
    return next((day for day, kind in steps if kind == "listed" and day >= gone), "")


def _body(target: Element, url: str) -> Element:
    for child in target:
        if local_name(child.tag) in _KINDS:
            return child
    raise LayoutChanged(url, f"target {target.get('ssid')} is neither individual, entity nor object")


def _target(id: str, target: Element, body: Element, since: str, programs: Mapping[str, str]) -> ListEntity:
    sets = [target.get("sanctions-set-id"), *(held.text for held in children(target, "sanctions-set-id"))]
    names = [
        (name, strength if main or strength is not NameStrength.PRIMARY else NameStrength.STRONG, None)
        for held in children(body, "identity")
        for main in (held.get("main") != "false",)
        for name, strength in _names(held)
    ]
    return entity(
        id,
        _KINDS[local_name(body.tag)],
        names,
        programs=[programs.get(held, held) for held in sets if held],
        identifiers=[
            identifier("UN", child_text(target, "foreign-identifier")),
            *(
                identifier(
                    "PASSPORT" if held.get("document-type") in _PASSPORTS else "ID",
                    child_text(held, "number"),
                )
                for held in body.iter("identification-document")
            ),
        ],
        countries=[held.text for held in inner(body, "identity", "nationality", "country")],
        dates=[
            ("listed", since),
            *(("birth", _born(held)) for held in body.iter("day-month-year")),
        ],
        linked=[
            (held.get("relation-type") or "relation", held.get("target-id") or "")
            for held in children(body, "relation")
        ],
        remarks="; ".join(
            filter(
                None,
                (
                    held.text
                    for kind in ("justification", "other-information")
                    for held in children(body, kind)
                ),
            )
        ),
    )


def _born(held: Element) -> str:
    numbers = (held.get("year"), held.get("month"), held.get("day"))
    return "-".join(number.zfill(2) for number in numbers if number)


def _names(identity: Element) -> Iterator[tuple[str, NameStrength]]:
    """Yield the names as they are written, then as the variants of each script write all their parts."""
    for name in children(identity, "name"):
        strength = _STRENGTHS.get(name.get("name-type") or "", NameStrength.STRONG)
        if name.get("quality") == "low":
            strength = NameStrength.WEAK
        ordered = sorted(children(name, "name-part"), key=_order)
        parts = [part for part in ordered if part.get("name-part-type") != "title"]
        yield " ".join(filter(None, (child_text(part, "value") for part in parts))), strength
        scripts = {held.get("script"): None for part in parts for held in children(part, "spelling-variant")}
        other = NameStrength.STRONG if strength is NameStrength.PRIMARY else strength
        for script in scripts:
            for number in range(_most(parts, script)):
                yield " ".join(filter(None, (_variant(part, script, number) for part in parts))), other


def _order(part: Element) -> int:
    told = part.get("order") or ""
    return int(told) if told.isdecimal() else 0


def _most(parts: Iterable[Element], script: str | None) -> int:
    return max((len(_variants(part, script)) for part in parts), default=0)


def _variants(part: Element, script: str | None) -> list[str]:
    return [held.text or "" for held in children(part, "spelling-variant") if held.get("script") == script]


def _variant(part: Element, script: str | None, number: int) -> str:
    """Return the part's n-th variant of a script; where it has fewer, its last one; where it has none, the part."""
    found = _variants(part, script)
    return found[min(number, len(found) - 1)] if found else child_text(part, "value")
