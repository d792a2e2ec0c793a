"""Instruments as Word documents that people can read, mark and send round, and that read back equal."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from lxml.etree import SubElement, _Element

from comity.formats.instruments.kinds import kind_of_ref
from comity.formats.instruments.model import MAX_DEPTH, SourceClause, SourceInstrument, paragraphs
from comity.formats.instruments.own_docx import CATEGORY, FACTS, FIELDS, GUIDANCE, KIND, PARENT, REF, TEXT
from comity.formats.instruments.source import characters

RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ku-Arab", "ps", "sd", "ug", "ur", "yi"])
_INK = RGBColor(0x1F, 0x2A, 0x44)
_MUTED = RGBColor(0x5B, 0x67, 0x7A)
_SIZES = (16, 14, 12.5, 11.5, 11)
_WRITTEN = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
"""One date for all, so that the same instrument gives the same file."""
_MOST_HEADINGS = 9
_LONGEST_PROPERTY = 255


def write(instrument: SourceInstrument) -> bytes:
    """Return an instrument as a Word document, with its refs before headings and texts.

    Notes on how it was read (doubts, warnings) are not written.
    """
    document = docx.Document()
    _set_properties(document, instrument)
    writer = _Writer(document, instrument)
    writer.write()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class _Writer:
    """Paragraphs are made as elements: python-docx takes far longer to find the style of each by its name."""

    def __init__(self, document: Document, instrument: SourceInstrument) -> None:
        self.instrument = instrument
        self.document = document
        self.body = document.element.body
        self.end = self.body.find(qn("w:sectPr"))
        self.depth = _deepest(instrument)
        self.ids = _styles(document, self.depth)
        _set_language(document, instrument.language)
        _set_page(document)

    def write(self) -> None:
        self.paragraph("Title", (("", _line(self.instrument.title)),))
        for name, words in FIELDS.items():
            if value := _line(getattr(self.instrument, name)):
                self.paragraph(FACTS, (("", f"{words}: {value}"),))
        for clause, depth, stated in _depths(self.instrument):
            self.clause(clause, depth, stated)

    def clause(self, clause: SourceClause, depth: int, stated: str) -> None:
        texts = [text for text in paragraphs(characters(clause.text)).split("\n\n") if text]
        heading = _line(clause.heading)
        marks = [(REF, _line(clause.ref))]
        if stated:
            marks.append((PARENT, stated))
        if clause.kind != kind_of_ref(clause.ref):
            marks.append((KIND, clause.kind))
        style = f"Heading {depth}" if heading else f"Clause {depth}"
        words = heading or (texts.pop(0) if texts else "")
        self.paragraph(style, (*marks, ("", f"\t{words}")))
        for text in texts:
            self.paragraph(TEXT, (("", text),))
        for text in paragraphs(characters(clause.guidance)).split("\n\n"):
            if text:
                self.paragraph(GUIDANCE, (("", text),))

    def paragraph(self, style: str, runs: tuple[tuple[str, str], ...]) -> None:
        element = OxmlElement("w:p")
        properties = SubElement(element, qn("w:pPr"))
        SubElement(properties, qn("w:pStyle")).set(qn("w:val"), self.ids[style])
        for name, text in runs:
            run = SubElement(element, qn("w:r"))
            if name:
                SubElement(SubElement(run, qn("w:rPr")), qn("w:rStyle")).set(qn("w:val"), self.ids[name])
            _add_text(run, text)
        self.end.addprevious(element)


def _add_text(run: _Element, text: str) -> None:
    """Line ends and tabs are elements of their own."""
    for place, line in enumerate(text.split("\n")):
        if place:
            SubElement(run, qn("w:br"))
        for number, part in enumerate(line.split("\t")):
            if number:
                SubElement(run, qn("w:tab"))
            if part:
                words = SubElement(run, qn("w:t"))
                words.text = part
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _depths(instrument: SourceInstrument) -> Iterator[tuple[SourceClause, int, str]]:
    """Each clause, how deep it stands, and its parent where that does not follow from the clause before."""
    open_: list[str] = []
    for clause in instrument.clauses:
        follows = clause.parent in open_
        depth = open_.index(clause.parent) + 1 if clause.parent is not None and follows else 0
        del open_[depth:]
        open_.append(clause.ref)
        yield clause, depth + 1, "" if clause.parent is None or follows else _line(clause.parent)


def _deepest(instrument: SourceInstrument) -> int:
    return max((depth for _clause, depth, _parent in _depths(instrument)), default=1)


def _line(text: str) -> str:
    return " ".join(characters(text).split())


# How it looks.


def _styles(document: Document, depth: int) -> dict[str, str]:
    """Set up the styles, and return their identifiers by name."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    _title_style(document)
    for level in range(1, min(max(depth, 1), MAX_DEPTH) + 1):
        _heading_style(document, level)
        _clause_style(document, level)
    _text_styles(document)
    for name in (REF, PARENT, KIND):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        _look(style, color=_MUTED, bold=name == REF)
        # Only where the order of the clauses does not say it: what a program needs and a reader does not.
        style.font.hidden = name != REF
    return {str(style.name): style.style_id for style in document.styles}


def _title_style(document: Document) -> None:
    title = document.styles["Title"]
    _look(title, size=22, color=_INK, bold=True)
    title.paragraph_format.space_after = Pt(8)
    borders = title.element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
    if borders is not None:
        borders.getparent().remove(borders)


def _heading_style(document: Document, level: int) -> None:
    name = f"Heading {level}"
    if level <= _MOST_HEADINGS:
        style = document.styles[name]
    else:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles[f"Heading {_MOST_HEADINGS}"]
    _look(style, size=_SIZES[min(level, len(_SIZES)) - 1], color=_INK, bold=True)
    style.font.italic = False
    style.paragraph_format.space_before = Pt(max(18 - 3 * level, 6))
    style.paragraph_format.space_after = Pt(4)
    style.paragraph_format.keep_with_next = True


def _clause_style(document: Document, level: int) -> None:
    """Provisions without a heading: the ref hangs out, so that one finds it down the margin."""
    style = document.styles.add_style(f"Clause {level}", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    indent = Cm(2.5 + 0.4 * min(level - 1, 6))
    style.paragraph_format.left_indent = indent
    style.paragraph_format.first_line_indent = -indent
    style.paragraph_format.tab_stops.add_tab_stop(indent)


def _text_styles(document: Document) -> None:
    for name in (TEXT, GUIDANCE, FACTS):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        if name == FACTS:
            _look(style, size=9, color=_MUTED)
            style.paragraph_format.space_after = Pt(1)
        elif name == GUIDANCE:
            style.font.italic = True
            style.paragraph_format.left_indent = Cm(2.5)


def _look(
    style: ParagraphStyle | CharacterStyle, *, size: float = 0, color: RGBColor | None = None, bold: bool = False
) -> None:
    style.font.bold = bold
    if size:
        style.font.size = Pt(size)
    if color is not None:
        style.font.color.rgb = color
    fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    if fonts is not None and size:
        # The template's headings have a typeface of their own; one for all is calmer.
        fonts.getparent().remove(fonts)


def _set_language(document: Document, language: str) -> None:
    """The language of all text, for spelling and speech; from right to left where it is written so."""
    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    element = properties.find(qn("w:lang"))
    if element is not None:
        properties.remove(element)
    if not language:
        return
    element = SubElement(properties, qn("w:lang"))
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        element.set(qn(name), language)
    if language in RIGHT_TO_LEFT or language.split("-")[0] in RIGHT_TO_LEFT:
        normal = document.styles["Normal"]
        normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT  # "left" is where a line begins
        normal.element.get_or_add_pPr().insert(0, OxmlElement("w:bidi"))
        normal.element.get_or_add_rPr().append(OxmlElement("w:rtl"))
        section = document.element.body.find(qn("w:sectPr"))
        last = section.find(qn("w:docGrid"))  # which has to stay the last
        section.append(OxmlElement("w:bidi")) if last is None else last.addprevious(OxmlElement("w:bidi"))


def _set_page(document: Document) -> None:
    """A4, with the number of the page at its foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = SubElement(foot._p, qn("w:fldSimple"))
    field.set(qn("w:instr"), "PAGE")
    SubElement(SubElement(field, qn("w:r")), qn("w:t")).text = "1"


def _set_properties(document: Document, instrument: SourceInstrument) -> None:
    properties = document.core_properties
    properties.category = CATEGORY
    properties.title = _line(instrument.title)[:_LONGEST_PROPERTY]
    properties.author = _line(instrument.body)[:_LONGEST_PROPERTY]
    properties.language = _line(instrument.language)[:_LONGEST_PROPERTY]
    properties.comments = ""
    properties.created = properties.modified = _WRITTEN
