"""OSCAL XML as the tree that its JSON has: the names of lists, and prose as Markdown."""

from __future__ import annotations

from comity.formats.instruments import markup, xml
from comity.formats.instruments.trees import Tree

# The lists of the JSON form by the element that repeats in XML.
_LISTS = {
    "group": "groups",
    "control": "controls",
    "part": "parts",
    "param": "params",
    "prop": "props",
    "link": "links",
    "party": "parties",
    "responsible-party": "responsible-parties",
    "document-id": "document-ids",
    "value": "values",
    "choice": "choice",
    "party-uuid": "party-uuids",
    "mapping": "mappings",
    "map": "maps",
    "source": "sources",
    "target": "targets",
    "resource": "resources",
    "unmapped-controls": "unmapped-controls",
    "with-id": "with-ids",
}
_MARKUP = ("title", "label", "choice")
_WORDS = ("value", "party-uuid", "name", "version", "published", "last-modified", "relationship", "with-id")


def tree(content: bytes, file: str) -> Tree:
    """Return `{model: ...}` of an OSCAL document, with what the readers of catalogues and mappings need of it.

    Raises:
        FormatError: it is no XML that can be read.
    """
    root = xml.parse(content, file)
    return {xml.name(root): _object(root)}


def _object(element: xml.Element) -> Tree:
    found: dict[str, object] = {str(key): value for key, value in element.attrib.items()}
    found["_line"] = str(xml.line(element))
    lists: dict[str, list[object]] = {}
    for one in xml.children(element):
        own = xml.name(one)
        if own in markup.BLOCKS:
            continue
        value = _value(one, own)
        if own in _LISTS:
            lists.setdefault(_LISTS[own], []).append(value)
        else:
            found[own] = value
    if text := markup.prose(element):
        found["prose"] = text
    return {**found, **lists}


def _value(element: xml.Element, own: str) -> object:
    if own in _MARKUP:
        return markup.inline(element)
    if own in _WORDS:
        return xml.words(element)
    if own == "document-id":
        return {"identifier": xml.words(element)}
    return _object(element)
