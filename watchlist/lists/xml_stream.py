"""Read a large XML list record by record: no entity expansion, no external loading, memory of one record.

A DOCTYPE, an ill-formed or truncated file, another root element or namespace, or HTML in place of XML is a
BadEdition that says which.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO

from lxml import etree  # type: ignore[import-untyped]

from watchlist.errors import BadEdition, LayoutChanged

Element = Any
"""An lxml element (lxml ships no types)."""


def records(
    stream: BinaryIO,
    url: str,
    *,
    root: str,
    tags: frozenset[str],
    namespaces: frozenset[str],
    mixed: bool = False,
) -> Iterator[tuple[str, Element]]:
    """Yield (local tag, element) for each record element; its content is dropped when the next one is asked for.

    ``root`` is the local name of the root element, ``namespaces`` those that are known ("" for none). ``mixed`` keeps the blanks
    between elements, where they stand in running text.
    """
    first = stream.read(512)
    if not first.strip():
        raise BadEdition(url, "an empty file (0 bytes or blanks)")
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise BadEdition(url, "an HTML page in place of the XML list")
    if not start.startswith(b"<"):
        raise BadEdition(url, f"not XML: begins with {first[:40]!r}")
    seen_root = False
    wanted = [f"{{*}}{tag}" for tag in sorted({root, *tags})]
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=wanted,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not mixed,  # half of the nodes are line breaks between elements
    )
    try:
        chunk = first
        while chunk:
            parser.feed(chunk)
            for event, element in parser.read_events():
                if not seen_root:
                    _check_root(element, url, root, namespaces)
                    seen_root = True
                if event == "end":
                    local = local_name(element.tag)
                    if local in tags:
                        yield local, element
                        element.clear()
                        parent = element.getparent()
                        while parent is not None and element.getprevious() is not None:
                            del parent[0]
            chunk = stream.read(1 << 18)
        found = parser.close()
        if not seen_root:
            _check_root(found, url, root, namespaces)
    except etree.XMLSyntaxError as error:
        raise BadEdition(url, f"ill-formed or cut-off XML: {error.msg}") from error


def _check_root(element: Element, url: str, root: str, namespaces: frozenset[str]) -> None:
    if element.getroottree().docinfo.doctype:
        raise BadEdition(url, "an XML file with a DOCTYPE; entities are never expanded")
    name = etree.QName(element)
    if name.localname != root:
        raise BadEdition(url, f"root element <{name.localname}> where <{root}> is expected")
    if (name.namespace or "") not in namespaces:
        raise LayoutChanged(url, f"unknown namespace {name.namespace!r} of <{root}>")


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def child_text(element: Element, *path: str) -> str:
    """Return the text of the first descendant along local names, or an empty string."""
    found: Element | None = element
    for step in path:
        if found is None:
            return ""
        found = next(found.iterchildren("{*}" + step), None)
    return (found.text or "") if found is not None else ""


def children(element: Element, local: str) -> Iterator[Element]:
    """Yield the children of a local name, in whatever namespace the file has."""
    yield from element.iterchildren("{*}" + local)


def inner(element: Element, *path: str) -> Iterator[Element]:
    """Yield all elements reached by following the local names (``akaList``, ``aka``)."""
    level = [element]
    for step in path:
        level = [child for parent in level for child in parent.iterchildren("{*}" + step)]
    yield from level


# One pass over all children is a quarter of the price of asking lxml for two of them by name.


def texts(element: Element | None) -> dict[str, str]:
    """Return the texts of an element's children by local name; of several of one name the first."""
    if element is None:
        return {}
    return {local_name(child.tag): child.text or "" for child in element.iterchildren(reversed=True)}


def parts(element: Element) -> dict[str, Element]:
    """Return an element's children by local name; of several of one name the first."""
    return {local_name(child.tag): child for child in element.iterchildren(reversed=True)}


def groups(element: Element) -> defaultdict[str, list[Element]]:
    """Return an element's children by local name, all of each in order."""
    found: defaultdict[str, list[Element]] = defaultdict(list)
    for child in element:
        found[local_name(child.tag)].append(child)
    return found


def text(found: Mapping[str, Element], name: str) -> str:
    """Return the text of one of the ``parts``, or an empty string."""
    held = found.get(name)
    return (held.text or "") if held is not None else ""
