"""Word documents: headings, bold headings, typed and automatic numbers; tables as text, footnotes left out.

A document that `docx_write` wrote is read by the styles it gave, and reads back equal.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from lxml.etree import _Element

from comity.formats import archives
from comity.formats.errors import FormatError
from comity.formats.instruments import own_docx
from comity.formats.instruments.docx_numbers import Numbers
from comity.formats.instruments.docx_styles import Styles
from comity.formats.instruments.docx_write import write
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.source import characters, check_size
from comity.formats.instruments.survey import Block

__all__ = ["paragraphs", "read", "write"]

MAX_MEMBERS = 5_000
"""Parts of a document. Those with a picture on each page have hundreds."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STRONG_LENGTH = 300
_LEFT_OUT = frozenset(qn(name) for name in ("w:del", "w:moveFrom", "w:instrText", "w:txbxContent", "w:pPr", "w:rPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): "\t"}
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one Word document.

    Raises:
        FormatError: it is no .docx, protected by a password, damaged, unpacks beyond the limits, or nothing in it is
            a clause.
    """
    check_size(content, file)
    _check_package(content, file)
    try:
        document = docx.Document(io.BytesIO(content))
        if own_docx.is_own(document):
            return own_docx.read(document, file)
        blocks, title = _Body(document).read()
        stated = _stated(document, "".join(block.text for block in blocks[:2_000]))
        stated_title = characters(document.core_properties.title or "")
    except FormatError:
        raise
    except Exception as error:
        # A hostile document may make the XML and package parsers raise nearly anything.
        reason = f"the document is damaged: {type(error).__name__}: {characters(str(error))}"[:300]
        raise FormatError(file, 0, reason) from error
    found, more = clauses(blocks)
    if not found:
        raise FormatError(file, 0, "this document has neither numbered provisions nor headings")
    title = " ".join((title or stated_title).split())
    return SourceInstrument(title, settled(file, found), "docx", stated, warnings=more)


def paragraphs(content: bytes, file: str) -> list[str]:
    """The paragraphs of a Word document as lines of text, rows of tables with bars between their cells.

    Raises:
        FormatError: as `read`, but whatever is in it.
    """
    check_size(content, file)
    _check_package(content, file)
    try:
        blocks, title = _Body(docx.Document(io.BytesIO(content))).read()
    except FormatError:
        raise
    except Exception as error:
        reason = f"the document is damaged: {type(error).__name__}: {characters(str(error))}"[:300]
        raise FormatError(file, 0, reason) from error
    return [title] * bool(title) + [block.text for block in blocks]


class _Body:
    """The paragraphs of a document as blocks."""

    def __init__(self, document: Document) -> None:
        self.body = document.element.body
        self.styles = Styles(document.styles.element)
        self.numbers = Numbers(_numbering(document))
        self.blocks: list[Block] = []
        self.titles: list[str] = []

    def read(self) -> tuple[list[Block], str]:
        """The blocks, and what stands in the style of titles."""
        for number, element in enumerate(_children(self.body), 1):
            if element.tag == qn("w:p"):
                self.paragraph(element, number)
            elif element.tag == qn("w:tbl"):
                self.table(element, number)
        return self.blocks, " ".join(self.titles)

    def paragraph(self, element: _Element, number: int) -> None:
        style = self.styles.of(element)
        counted = self.counted(element, style)
        text = characters(paragraph_text(element)).strip()
        if not text or self.styles.is_contents(style):
            return
        if self.styles.is_title(style) and not any(block.level for block in self.blocks):
            self.titles.append(text)
            return
        level = self.styles.level(element, style)
        strong = not level and len(text) <= _STRONG_LENGTH and self.styles.is_bold(element, style)
        lines = [text] if level or strong else text.split("\n")
        for line in lines:
            words = " ".join(f"{counted} {line}".split())
            counted = ""
            if words:
                self.blocks.append(Block(words, level, strong, number))

    def counted(self, element: _Element, style: str) -> str:
        """The number that Word adds, which it counts for empty paragraphs too."""
        found = self.styles.list_of(element, style)
        if found is None:
            return ""
        number, place, from_style = found
        if place is None:
            place = self.numbers.level_of_style(number, from_style) if from_style else 0
        return self.numbers.next(number, place)

    def table(self, element: _Element, number: int) -> None:
        for row in element.iter(qn("w:tr")):
            cells = [" ".join(" ".join(map(paragraph_text, cell.iter(qn("w:p")))).split()) for cell in _cells(row)]
            text = characters(" | ".join(cells))
            if text.strip(" |"):
                self.blocks.append(Block(text, line=number, fixed=True))


def paragraph_text(element: _Element) -> str:
    """The words of a paragraph as it stands: insertions are in, deletions and codes of fields are not."""
    parts: list[str] = []
    waiting: list[_Element] = [*reversed(element)]
    while waiting:
        item = waiting.pop()
        if item.tag == qn("w:t"):
            parts.append(item.text or "")
        elif item.tag in _SIGNS:
            parts.append(_SIGNS[item.tag])
        elif item.tag not in _LEFT_OUT and item.tag != _FALLBACK:
            waiting.extend(reversed(item))
    return "".join(parts)


def _children(body: _Element) -> Iterator[_Element]:
    """Paragraphs and tables in their order, also those in content controls; a table of contents is none of ours."""
    waiting: list[_Element] = [*reversed(body)]
    while waiting:
        item = waiting.pop()
        if item.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
            gallery = item.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
            if gallery is None or "contents" not in gallery.get(qn("w:val"), "").lower():
                waiting.extend(reversed(item))
        else:
            yield item


def _cells(row: _Element) -> Iterator[_Element]:
    return (cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row)


def _numbering(document: Document) -> _Element | None:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            element: _Element | None = getattr(relation.target_part, "element", None)
            return element
    return None


def _stated(document: Document, sample: str) -> str:
    """The language of the document: of its properties, else of its styles, where one is kept for each script."""
    if language := own_docx.proper_language(document.core_properties.language or ""):
        return language
    element = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    if element is None or not set(element.attrib.values()) - {"en-US", "ar-SA"}:
        return ""  # what every template says, whatever is written in it
    letters = len(_LETTER.findall(sample)) or 1
    name = "w:val"
    if len(_EAST.findall(sample)) > letters / 2:
        name = "w:eastAsia"
    elif len(_RIGHT_TO_LEFT.findall(sample)) > letters / 2:
        name = "w:bidi"
    return own_docx.proper_language(element.get(qn(name), ""))


def _check_package(content: bytes, file: str) -> None:
    """Refuse what is no Word document before anything is unpacked."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise FormatError(file, 0, "this document is protected by a password: save it without one and try again")
        raise FormatError(file, 0, "this is an old Word document (.doc): save it as .docx and try again")
    called = "a Word document (.docx)"
    archives.check(
        io.BytesIO(content), file, what="document", called=called, part="word/document.xml", most=MAX_MEMBERS
    )
