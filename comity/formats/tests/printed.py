"""Instruments as publishers print them: the same clauses as plain lines, Word documents and PDF files.

The refs of a clause list become what a reader of the page sees ("Art.9(2)(a)" is "Article 9", "2.", "(a)"), so that
readers can be held to the clauses they came from. PDF files are written by hand, for no library of ours writes any.
"""

from __future__ import annotations

import io
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from comity.formats.instruments.docx_numbers import chinese
from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.formats.tests.shared import SHARED

INSTRUMENTS = SHARED / "data" / "instruments"
WORDS = {
    "en": ("Section", "Article", "CHAPTER", "ANNEX"),
    "de": ("Abschnitt", "Artikel", "KAPITEL", "ANHANG"),
    "nl": ("AFDELING", "Artikel", "HOOFDSTUK", "BIJLAGE"),
    "fr": ("Section", "Article", "CHAPITRE", "ANNEXE"),
    "ru": ("РАЗДЕЛ", "Статья", "Глава", "Приложение"),
    "ar": ("القسم", "المادة", "الفصل", "الملحق"),
}
"""What a section, an article, a chapter and an annex are called."""
APART = tuple(word for words in WORDS.values() for word in words[1:3])
"""Headings whose words stand on a line of their own below the number."""
_LAW = re.compile(r"(?:Recital|Ch\.|Art\.|Annex )")


@dataclass(frozen=True)
class Printed:
    """A paragraph as it is printed: its number, its words, and the depth of the heading it is (0: none)."""

    number: str
    words: str
    level: int = 0
    depth: int = 0


def shared_clauses(name: str) -> list[SourceClause]:
    """The clauses of an instrument of the shared data."""
    data = json.loads((INSTRUMENTS / f"{name}.json").read_text())
    return [SourceClause(c["ref"], c["parent"], "clause", c["heading"], c["text"]) for c in data["clauses"]]


def plain(text: str) -> str:
    return " ".join(text.split())


def alike(found: SourceInstrument, wanted: Iterable[SourceClause]) -> bool:
    """Whether refs, parents, headings and texts are equal, but for white space."""
    return [outline(clause) for clause in found.clauses] == [outline(clause) for clause in wanted]


def outline(clause: SourceClause) -> tuple[str, str | None, str, str]:
    return clause.ref, clause.parent, plain(clause.heading), plain(clause.text)


def f1(found: Iterable[str], wanted: Iterable[str]) -> float:
    """The harmonic mean of how many refs found are right, and how many right ones are found."""
    found, wanted = set(found), set(wanted)
    right = len(found & wanted)
    return 2 * right / (len(found) + len(wanted))


def printed(clauses: Sequence[SourceClause], language: str) -> list[Printed]:
    """The paragraphs that a publisher would print."""
    depth: dict[str, int] = {}
    paragraphs: list[Printed] = []
    for clause in clauses:
        depth[clause.ref] = depth.get(clause.parent or "", 0) + 1
        number = _number(clause.ref, language)
        heads = bool(clause.heading) or number.startswith(WORDS.get(language, "\0"))
        level = depth[clause.ref] if heads else 0
        texts = clause.text.split("\n") if clause.text else []
        if heads:
            paragraphs.append(Printed(number, clause.heading, level, depth[clause.ref]))
        else:
            paragraphs.append(Printed(number, texts.pop(0) if texts else "", 0, depth[clause.ref]))
        paragraphs += [Printed("", text, 0, depth[clause.ref]) for text in texts]
    return paragraphs


def _number(ref: str, language: str) -> str:
    ref = ref.partition("~")[0]
    if not _LAW.match(ref):
        return ref
    last = re.search(r"(?:\(([^()]+)\)|\.S(\w+)|Art\.(\w+)|Ch\.(\w+)|Annex (\w+)|Recital (\w+))$", ref)
    assert last, ref
    point, section, article, chapter, annex, recital = last.groups()
    if language == "zh":
        value = chinese(int(chapter or article or section))
        return f"第{value}{'章' if chapter else '条' if article else '节'}"
    if point:
        dash = point.startswith("-")
        return "—" if dash else f"{point}." if ref.count("(") == 1 and point.isdigit() else f"({point})"
    values = (section, article, chapter, annex)
    return f"({recital})" if recital else next(f"{w} {v}" for v, w in zip(values, WORDS[language], strict=True) if v)


# Word documents.


def docx_by_headings(paragraphs: Sequence[Printed], title: str) -> bytes:
    """Typed numbers, and headings in the heading styles."""
    document = docx.Document()
    document.add_paragraph(title, style="Title")
    for item in paragraphs:
        text = f"{item.number} {item.words}".strip()
        document.add_paragraph(text, style=f"Heading {min(item.level, 9)}" if item.level else "Normal")
    return saved(document)


def docx_by_bold(paragraphs: Sequence[Printed], title: str) -> bytes:
    """Typed numbers, and headings that are only bold; their words on a line of their own below "Article 5"."""
    document = docx.Document()
    document.add_paragraph().add_run(title).bold = True
    for item in paragraphs:
        apart = item.level and item.number.startswith(APART)
        for text in [item.number, item.words] if apart else [f"{item.number} {item.words}".strip()]:
            if text:
                document.add_paragraph().add_run(text).bold = bool(item.level)
    return saved(document)


def docx_by_lists(paragraphs: Sequence[Printed], title: str) -> bytes:
    """Decimal headings whose numbers Word adds itself; those that are not decimal ("A.2") are typed."""
    document = docx.Document()
    document.add_paragraph(title, style="Title")
    first = next((int(item.number) for item in paragraphs if item.level and item.number.isdigit()), 1)
    levels = [("decimal", ".".join(f"%{n}" for n in range(1, level + 1))) for level in range(1, 5)]
    number = add_list(document, levels, first)
    counting = True
    for item in paragraphs:
        counting = counting and not item.number.startswith("A.")
        if counting and item.level and re.fullmatch(r"\d+(\.\d+)*", item.number):
            paragraph = document.add_paragraph(item.words, style=f"Heading {item.level}")
            set_list(paragraph, number, item.number.count("."))
        else:
            text = f"{item.number} {item.words}".strip()
            document.add_paragraph(text, style=f"Heading {item.level}" if item.level else "Normal")
    return saved(document)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def add_list(document: object, levels: Sequence[tuple[str, str]], first: int = 1) -> str:
    """Add a list with the (numeral, pattern) of each level, and return its number."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    identifier = str(900 + len(root))
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), identifier)
    for place, (sort, pattern) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(place))
        for name, value in (("w:start", str(first if place == 0 else 1)), ("w:numFmt", sort), ("w:lvlText", pattern)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), identifier)
    child = OxmlElement("w:abstractNumId")
    child.set(qn("w:val"), identifier)
    number.append(child)
    root.append(number)
    return identifier


def set_list(paragraph: object, number: str, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # type: ignore[attr-defined]
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = int(number)


# PDF files.

_PAGE_LINES = 48
_WIDTH = 88


def pdf(paragraphs: Sequence[Printed], head: str, *, footnote: str = "") -> bytes:
    """Pages of Latin letters with a running head and page numbers, lines broken as a printer breaks them."""
    lines: list[str] = []
    for item in paragraphs:
        if item.level and item.number.startswith(APART):
            lines += [item.number, *textwrap.wrap(item.words, _WIDTH)]
        else:
            lines += textwrap.wrap(f"{item.number} {item.words}".strip(), _WIDTH) or [item.number]
    pages = [lines[start : start + _PAGE_LINES] for start in range(0, len(lines), _PAGE_LINES)]
    return pdf_of_pages(
        [
            [head, "", *page, "", *([footnote] if footnote and not number else []), str(number + 1)]
            for number, page in enumerate(pages)
        ]
    )


def pdf_of_pages(pages: Sequence[Sequence[str]], *, pictures: bool = False) -> bytes:
    """A minimal PDF of these lines; with `pictures` only of drawn boxes, as a scanner's file has no text."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        drawn = ["0 0 612 792 re f"] if pictures else _drawn(page)
        stream = "\n".join(drawn)
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects) + 2} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252', 'replace'))} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _assembled(objects)


def _drawn(page: Sequence[str]) -> list[str]:
    drawn = ["BT", "/F1 9 Tf", "50 760 Td", "13 TL"]
    for line in page:
        escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        drawn += [f"({escaped}) Tj", "T*"]
    return [*drawn, "ET"]


def _assembled(objects: Sequence[str]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, words in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + words.encode("cp1252", "replace") + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)
