"""Make XML from strangers well-formed, in time that grows with its size only. Pure; lxml is imported on use.

feedparser reads every dialect of feeds, but its parser for broken ones is quadratic: two megabytes of open tags held
it for minutes. So libxml2 mends the file first, and what is handed on has bounded depth, attributes and items.
"""

import html
import re
from typing import Any

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):")
_MOST_ATTRIBUTES = 40
_MOST_PREFIXES = 60


class DeclaresEntities(ValueError):
    """The document type declares entities or elements of its own."""


def without_prolog(text: str) -> str:
    """Return the root element onward: declarations, comments and a harmless document type cut off.

    Raises DeclaresEntities for a document type with an internal subset, or one that never ends.
    """
    at = max(text.find("<"), 0)  # blanks, or a server's warnings, before the file's proper beginning
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<?", at):
            end, size = text.find("?>", at), 2
        elif text.startswith("<!--", at):
            end, size = text.find("-->", at + 4), 3
        elif text[at : at + 9].lower() == "<!doctype":
            end, size = text.find(">", at), 1
            if end < 0 or "[" in text[at:end]:
                raise DeclaresEntities
        else:
            return text[at:]
        if end < 0:
            return ""
        at = end + size


def root_name(body: str) -> str:
    """Return the local name of the root element in lower case, or an empty string."""
    match = _ROOT.match(body)
    return match.group(1).rpartition(":")[2].lower() if match else ""


def ends_with(body: str, root: str) -> bool:
    """Say whether a file ends with the end tag of its root element: one that was cut short does not."""
    end = rf"</(?:[\w.-]+:)?{root}\s*>\s*(?:<!--.*?-->\s*)*$"
    return re.search(end, body[-2000:], re.IGNORECASE | re.DOTALL) is not None


def mended(body: str, items: tuple[str, ...], most_items: int) -> tuple[str, int] | None:
    """Return the file (root element onward) as well-formed XML, and how many of its items were cut off.

    ``items`` are the local names of item elements, of which the first ``most_items`` stay. None where even a
    forgiving parser finds nothing.
    """
    import lxml.etree  # type: ignore[import-untyped]

    parser = lxml.etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True, strip_cdata=True,
    )  # fmt: skip
    clean = _FORBIDDEN.sub("", _declared(body))
    try:
        root = lxml.etree.fromstring(_with_entities(clean).encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None
    if root is None:
        return None
    cut = _bounded(root, items, most_items)
    return lxml.etree.tostring(root, encoding="unicode"), cut


def _with_entities(text: str) -> str:
    """Return the text with every ampersand outside CDATA sections one that XML knows."""
    parts: list[str] = []
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += (_AMPERSAND.sub(_entity, text[at:start]), text[start : end + 3])
        at = end + 3
    return "".join((*parts, _AMPERSAND.sub(_entity, text[at:])))


def _declared(body: str) -> str:
    """Declare the prefixes that the file uses without saying so: else their elements lose their meaning."""
    head = body[: body.find(">") + 1]
    used = dict.fromkeys(match.group(1) for match in _PREFIX.finditer(body))
    missing = [
        prefix
        for prefix in list(used)[:_MOST_PREFIXES]
        if f"xmlns:{prefix}" not in body and prefix.lower() != "xml"
    ]
    at = re.match(r"<[^\s/>]+", head)
    if at is None or not missing:
        return body
    declarations = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix.lower(), f"urn:undeclared:{prefix}")}"'
        for prefix in missing
    )
    return f"{body[: at.end()]}{declarations}{body[at.end() :]}"


_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def _entity(match: re.Match[str]) -> str:
    """Return a named character as itself, and any other ampersand as what it was meant to be."""
    name = match.group(1)
    character = html.unescape(f"&{name};") if name else ""
    return character if name and not character.startswith("&") else f"&amp;{f'{name};' if name else ''}"


def _bounded(root: Any, items: tuple[str, ...], most_items: int) -> int:
    count = cut = 0
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if len(element.attrib) > _MOST_ATTRIBUTES:
            for name in list(element.attrib)[_MOST_ATTRIBUTES:]:
                del element.attrib[name]
        if element.tag.rpartition("}")[2].rpartition(":")[2].lower() in items:
            count += 1
            parent = element.getparent()
            if count > most_items and parent is not None:
                parent.remove(element)
                cut += 1
    return cut
