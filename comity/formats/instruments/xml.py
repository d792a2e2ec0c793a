"""Parse XML that nobody vouches for: no entities, nothing fetched, and limits on size and depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from html import unescape

from lxml import etree

from comity.formats.errors import FormatError
from comity.formats.instruments.source import check_size

Element = etree._Element

MAX_DEPTH = 100
"""Nesting of elements. Formex and Akoma Ntoso of real acts stay below 40."""
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# The parser would refuse to expand it, but leave it in the middle of the text; and ten lines of them are a bomb.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# None of these can stand in XML itself: a paragraph ends, two pieces join, white space with a line end in it.
_BREAK, _JOIN, _LINE_END = "\x1e", "\x1f", "\x1d"
_SPACES = re.compile("[^\\S\x1d\x1e\x1f]+")
# Files set out over many lines have line ends where print has nothing.
_BESIDE_MARK = re.compile(f"{_LINE_END}(?=[),.;:!?\\]])|(?<=[(\\[]){_LINE_END}")
_JOINED = re.compile(f"[ {_LINE_END}]?{_JOIN}[ {_LINE_END}{_JOIN}]*")
_BREAKS = re.compile(f" ?{_BREAK}[ {_BREAK}]*")


def parse(content: bytes, file: str) -> Element:
    """Return the root of an XML document; comments and processing instructions are left out.

    Raises:
        FormatError: it is no XML, empty or too large, nested too deep, or defines entities.
    """
    check_size(content, file)
    # In UTF-16 each letter has a zero beside it.
    if found := _ENTITY.search(content.replace(b"\0", b"")):
        line = content.replace(b"\0", b"").count(b"\n", 0, found.start()) + 1
        raise FormatError(file, line, "the file defines XML entities, which are not read: write their text out")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(file, error.lineno or 0, _reason(str(error.msg))) from None
    except (LookupError, ValueError) as error:
        raise FormatError(file, 0, f"this is not XML: {str(error)[:200]}") from None
    _check(root, file)
    return root


def name(element: Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The elements directly below one, only those of the names where any are given."""
    return (child for child in element if (own := name(child)) and (not names or own in names))


def child(element: Element | None, *path: str) -> Element | None:
    """The first element of a path of names below one; None where there is none."""
    for step in path:
        if element is None:
            return None
        element = next(children(element, step), None)
    return element


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """The elements at any depth below one that have one of the names, in the order of the file."""
    return (one for one in element.iterdescendants() if name(one) in names)


def words(
    element: Element | None,
    *,
    leave: Container[str] = (),
    apart: Container[str] = (),
    instead: Callable[[Element], str | None] = lambda element: None,
) -> str:
    """Return the text of an element with even spaces, paragraphs separated by an empty line.

    Args:
        leave: names of elements that are passed over.
        apart: names of elements that are paragraphs of their own.
        instead: what to write for an element; None to write what is in it.
    """
    if element is None:
        return ""
    pieces: list[str] = []
    _collect(element, leave, apart, instead, pieces)
    # One pass a rule, and none that looks at a run of spaces from each of its places.
    text = _SPACES.sub(lambda run: _LINE_END if "\n" in run[0] else " ", "".join(pieces))
    text = _BESIDE_MARK.sub("", _JOINED.sub("", text)).replace(_LINE_END, " ")
    return _BREAKS.sub("\n\n", text).strip()


def opening(mark: str) -> str:
    """A quotation mark for `words`' `instead`, which takes the space after it away."""
    return mark + _JOIN


def closing(mark: str) -> str:
    """A quotation mark for `words`' `instead`, which takes the space before it away."""
    return _JOIN + mark


def paragraph(text: str) -> str:
    """A paragraph of its own for `words`' `instead`; its lines become paragraphs too."""
    return f"{_BREAK}{text.replace(chr(10), _BREAK)}{_BREAK}"


def line(element: Element) -> int:
    """The line that an element begins on; 0 where that is not known."""
    place: object = element.sourceline
    return place if isinstance(place, int) else 0


def _reason(message: str) -> str:
    """What the parser says, in words for people where it speaks of its own limits."""
    if "Excessive depth" in message:
        return f"the XML is nested deeper than {MAX_DEPTH} levels"
    if "XML_PARSE_HUGE" in message:
        return "one text or attribute of the XML is larger than 10 MB"
    return f"this is not XML: {message[:200]}"


def _collect(
    element: Element,
    leave: Container[str],
    apart: Container[str],
    instead: Callable[[Element], str | None],
    pieces: list[str],
) -> None:
    """Depth is bounded by `MAX_DEPTH`."""
    pieces.append(element.text or "")
    for one in element:
        own = name(one)
        if not own:
            # An entity that the file does not define, such as &nbsp;.
            pieces.append(unescape(one.text or "") if one.tag is etree.Entity else "")
        elif own not in leave:
            mark = instead(one)
            if mark is not None:
                pieces.append(mark)
            elif own in apart:
                pieces.append(_BREAK)
                _collect(one, leave, apart, instead, pieces)
                pieces.append(_BREAK)
            else:
                _collect(one, leave, apart, instead, pieces)
        pieces.append(one.tail or "")


def _check(root: Element, file: str) -> None:
    """Depth of elements, and no entity that came in by an encoding in which it could not be seen."""
    document = root.getroottree().docinfo.internalDTD
    if document is not None and any(True for _ in document.iterentities()):  # type: ignore[attr-defined]
        raise FormatError(file, 1, "the file defines XML entities, which are not read: write their text out")
    depth = 0
    for event, one in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise FormatError(file, line(one), f"the XML is nested deeper than {MAX_DEPTH} levels")
