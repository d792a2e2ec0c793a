"""HTML as trees, whatever comes: bounded in size and depth, and its words as one reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from comity.formats.errors import FormatError
from comity.formats.instruments.source import decoded

MAX_DEPTH = 200
"""Nesting of elements. Pages of real laws stay below 60."""
_BLOCKS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
MAX_ELEMENTS = 500_000
"""Elements of one page. The AI Act has 24,000."""
BLOCKS = frozenset(_BLOCKS.split())
_HIDDEN = "script style noscript template iframe object svg head title textarea select button"
_UNSEEN = frozenset(_HIDDEN.split())
_SPACE = re.compile(r"\s+")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
# libxml2 would believe a declaration that no longer holds: by now the text is UTF-8.
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def page(content: bytes, file: str) -> tuple[html.HtmlElement, tuple[str, ...]]:
    """Return the root of a page, and a warning where its encoding was guessed.

    Raises:
        FormatError: it is empty, too large or nested too deep, is no HTML, or its encoding cannot be told.
    """
    found = _DECLARED.search(content[:4096])
    text, warnings = decoded(content, file, found[1].decode("ascii") if found else "")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_PROLOGUE.sub("", text).encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise FormatError(file, 0, f"this is not HTML: {str(error)[:200]}") from error
    _check_depth(root, file)
    return root, warnings


def language(root: html.HtmlElement) -> str:
    """The language that a page states for itself, "" where it does not."""
    stated = [root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang")]
    stated += [meta.get("content") for meta in root.iter("meta") if _names_language(meta)]
    for value in stated:
        if value and _LANGUAGE.fullmatch(value.strip()):
            return _cased(value.strip())
    return ""


def seen(element: html.HtmlElement) -> bool:
    """Whether an element may hold words for readers."""
    return isinstance(element.tag, str) and element.tag not in _UNSEEN


def children(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    return (child for child in element if seen(child))


def words(element: html.HtmlElement) -> str:
    """All words of an element in one line, with a space between blocks."""
    parts: list[str] = []
    _gather(element, parts)
    return _SPACE.sub(" ", "".join(parts)).strip()


def _gather(element: html.HtmlElement, parts: list[str]) -> None:
    """Iterative, because depth is bounded by a limit that is meant to be raised some day."""
    waiting: list[html.HtmlElement | str] = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if not seen(item):
            continue
        apart = " " if item.tag in BLOCKS or item.tag == "br" else ""
        waiting.append(apart)
        for child in reversed(item):
            if child.tail:
                waiting.append(child.tail)
            waiting.append(child)
        parts.append(apart + (item.text or ""))


def _names_language(meta: html.HtmlElement) -> bool:
    name = (meta.get("name") or meta.get("http-equiv") or "").lower()
    return name in {"wt.z_usr_lan", "dc.language", "dcterms.language", "language", "content-language"}


def _cased(tag: str) -> str:
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_cased_part(part) for part in rest)])


def _cased_part(part: str) -> str:
    return {2: part.upper(), 4: part.title()}.get(len(part), part.lower())


def _check_depth(root: html.HtmlElement, file: str) -> None:
    depth = 0
    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if count > 2 * MAX_ELEMENTS:
            raise FormatError(file, 0, f"it has more than {MAX_ELEMENTS:,} elements: not one instrument")
        if depth > MAX_DEPTH:
            raise FormatError(file, element.sourceline or 0, f"its elements are nested deeper than {MAX_DEPTH}")
