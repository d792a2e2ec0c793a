"""Any HTML page that holds an instrument: its paragraphs and headings, without navigation and the rest around it."""

from __future__ import annotations

import re

from lxml import html

from comity.formats.errors import FormatError
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.numbering import label_of
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.pages import BLOCKS, children, language, page, seen, words
from comity.formats.instruments.survey import Block

_AROUND = frozenset(["nav", "header", "footer", "aside", "form", "dialog", "menu", "select", "button"])
_AROUND_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"])
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])"
    r"(?:nav|navbar|menu|breadcrumbs?|footer|sidebar|cookie\w*|share|toolbar|pager|close)(?:$|[\s_-])",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HEADING = re.compile(r"h([1-6])")
_CENTRED = re.compile(r"text-align:\s*center", re.I)
_LINK_SHARE = 0.6
_SITE = re.compile(r"\s*[|_–—]\s*|\s+-\s+")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one page.

    Raises:
        FormatError: it is no HTML, too large or nested too deep, or nothing in it is a clause.
    """
    root, warnings = page(content, file)
    blocks: list[Block] = []
    _gather(_main(root), blocks)
    found, more = clauses(blocks)
    if not found:
        raise FormatError(file, 0, "this page has neither numbered provisions nor headings")
    return SourceInstrument(_title(root), settled(file, found), "html", language(root), warnings=(*warnings, *more))


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """The part of the page that says it is the main one, if there is one such."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


def _gather(element: html.HtmlElement, blocks: list[Block]) -> None:
    """Add the blocks of an element; depth is bounded by `pages.MAX_DEPTH`."""
    if not seen(element) or _is_around(element):
        return
    heading = _HEADING.fullmatch(element.tag)
    if heading:
        _add(blocks, words(element), element, level=int(heading[1]))
    elif element.tag == "table" and _is_data(element):
        for row in element.iter("tr"):
            _add(blocks, " | ".join(words(cell) for cell in children(row)), element, fixed=True)
    elif any(child.tag in BLOCKS for child in children(element)):
        _gather_mixed(element, blocks)
    else:
        strong = _is_strong(element)
        for line in _lines(element):
            _add(blocks, line, element, strong=strong)


def _gather_mixed(element: html.HtmlElement, blocks: list[Block]) -> None:
    """An element with blocks in it, and perhaps loose words between those."""
    loose = [element.text or ""]
    for child in element:
        if seen(child) and child.tag in BLOCKS:
            _add(blocks, "".join(loose), element)
            loose = []
            _gather(child, blocks)
        elif seen(child) and not _is_around(child):
            loose.append("\n" if child.tag == "br" else words(child))
        loose.append(child.tail or "")
    _add(blocks, "".join(loose), element)


def _lines(element: html.HtmlElement) -> list[str]:
    """The words of a paragraph, split where it breaks the line."""
    if element.find(".//br") is None:
        return [words(element)]
    for br in element.iter("br"):
        br.tail = "\n" + (br.tail or "")
    return "".join(element.itertext()).split("\n")


def _add(
    blocks: list[Block],
    text: str,
    element: html.HtmlElement,
    *,
    level: int = 0,
    strong: bool = False,
    fixed: bool = False,
) -> None:
    text = " ".join(text.split())
    if text.strip(" |"):
        blocks.append(Block(text, level, strong, element.sourceline or 0, fixed))


def _is_around(element: html.HtmlElement) -> bool:
    """Whether an element is what a site puts around its texts, or hidden, or a list of links."""
    if element.tag in _AROUND or element.get("role", "").lower() in _AROUND_ROLES:
        return True
    if "hidden" in element.attrib or "display:none" in element.get("style", "").replace(" ", "").lower():
        return True
    if element.tag in ("div", "ul", "ol", "section", "table", "td", "p", "li", "span"):
        names = _CAMEL.sub("-", f"{element.get('class', '')} {element.get('id', '')}")
        return bool(_AROUND_NAMES.search(names)) or (element.tag in ("ul", "ol") and _is_links(element))
    return False


def _is_links(element: html.HtmlElement) -> bool:
    linked = sum(len(words(link)) for link in element.iter("a"))
    return linked > 0 and linked >= _LINK_SHARE * len(words(element))


def _is_data(table: html.HtmlElement) -> bool:
    """Whether a table holds data and no layout: several cells in a row, and none with paragraphs that nest."""
    rows = list(table.iter("tr"))
    wide = sum(len(list(children(row))) > 1 for row in rows)
    nested = any(True for cell in table.iter("td", "th") for _inner in cell.iter("table", "h1", "h2", "h3", "h4"))
    return wide > 1 and not nested


def _is_strong(element: html.HtmlElement) -> bool:
    """Whether all words of a paragraph are bold."""
    said = len(words(element))
    bold = sum(len(words(part)) for part in element.iter("b", "strong"))
    return 0 < said <= 200 and bold >= said


def _title(root: html.HtmlElement) -> str:
    """The first top heading without a number, else the title of the page without the site."""
    for heading in root.iter("h1"):
        if (text := words(heading)) and label_of(text) is None:
            return text
    title = root.find(".//title")
    text = " ".join((title.text or "").split()) if title is not None else ""
    return max(_SITE.split(text), key=len)
