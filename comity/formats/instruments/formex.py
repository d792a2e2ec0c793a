"""Formex 4, the XML of the Publications Office of the European Union: acts and annexes.

Footnotes, signatures and the formulas of enactment are left out. Unnumbered subparagraphs are text of their
paragraph.
"""

from __future__ import annotations

import re

from comity.formats.errors import FormatError
from comity.formats.instruments import laws, xml
from comity.formats.instruments.laws import Draft, Outline
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.numbering import DIVISIONS

ROOTS = ("ACT", "CONS.ACT", "CONS.DOC", "ANNEX", "CONS.ANNEX", "GENERAL", "AGR", "DECISION")
_LEFT_OUT = frozenset(("NOTE", "NO.P", "NO.PARAG", "TI.ART", "STI.ART", "TITLE", "BIB.INSTANCE", "IMG.CNT"))
_BLOCKS = frozenset(
    (
        "P",
        "ALINEA",
        "TXT",
        "LIST",
        "DLIST",
        "NP",
        "PARAG",
        "ARTICLE",
        "GR.SEQ",
        "DIVISION",
        "TBL",
        "GR.TBL",
        "CONTENTS",
    )
)
_QUOTED = frozenset(("QUOT.S",))
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one act or annex.

    Raises:
        FormatError: it is no XML, not Formex, or has neither recitals nor articles.
    """
    root = xml.parse(content, file)
    if xml.name(root) not in ROOTS:
        raise FormatError(file, xml.line(root), f"this is not Formex: its root is <{xml.name(root)[:40]}>")
    act = _Act()
    act.document(root)
    return SourceInstrument(
        title=" ".join(_words(xml.child(root, "TITLE", "TI")).split()),
        clauses=settled(file, act.outline.clauses()),
        form="formex",
        language=xml.words(_first(root, "LG.DOC")).lower(),
        identifier=_identifier(root),
        body="European Union",
        date=_date(root),
    )


class _Act:
    def __init__(self) -> None:
        self.outline = Outline()

    def document(self, element: xml.Element) -> None:
        """Find the parts of an act at whatever depth a file has them."""
        for one in xml.children(element):
            own = xml.name(one)
            if own in ("GR.CONSID", "CONSID"):
                self.recitals(one)
            elif own in ("ENACTING.TERMS", "CONS.ENACTING.TERMS"):
                self.enacted(one, None, [])
            elif own not in _LEFT_OUT and own not in ("ANNEX", "CONS.ANNEX", "FINAL"):
                self.document(one)
            elif own in ("ANNEX", "CONS.ANNEX"):
                self.annex(one)
        if xml.name(element) in ("ANNEX", "CONS.ANNEX") and element.getparent() is None:
            self.annex(element)

    def recitals(self, element: xml.Element) -> None:
        recitals = [element] if xml.name(element) == "CONSID" else list(xml.descendants(element, "CONSID"))
        for place, one in enumerate(recitals, 1):
            label = _first(one, "NO.P")
            number = laws.numeral(xml.words(label)) if label is not None else ""
            draft = self.outline.open(f"Recital {number or place}", None, "recital", one)
            draft.doubts = () if number else ("no-number",)
            draft.say(_words(one, frozenset(("NO.P", "NOTE"))))

    def enacted(self, element: xml.Element, above: Draft | None, families: list[str]) -> None:
        """Divisions and articles; `families` are those of the divisions around."""
        for one in xml.children(element):
            if xml.name(one) == "DIVISION":
                self.division(one, above, families)
            elif xml.name(one) == "ARTICLE":
                self.article(one, above)
            elif xml.name(one) in _BLOCKS and above is not None:
                self.block(one, above)

    def division(self, element: xml.Element, above: Draft | None, families: list[str]) -> None:
        # Titles and parts are named so; the divisions of most acts are chapters, with sections in them.
        inner = "chapter" if not families else "section" if families[-1] != "section" else "subsection"
        family, number = laws.division(_words(xml.child(element, "TITLE", "TI")), inner)
        if families and DIVISIONS.index(family) <= DIVISIONS.index(families[-1]):
            family = inner
        draft = self.outline.division(family, number, above, element)
        draft.heading = _words(xml.child(element, "TITLE", "STI")) or (_heading(element) if not number else "")
        self.enacted(element, draft, [*families, family])

    def article(self, element: xml.Element, above: Draft | None) -> None:
        label = _words(xml.child(element, "TI.ART"))
        number = laws.numbered(label) or (element.get("IDENTIFIER") or "").lstrip("0").lower()
        # The only article of some acts is called "Sole Article".
        draft = self.outline.open(f"Art.{number or 1}", above, "article", element)
        draft.heading = _words(xml.child(element, "STI.ART"))
        self.content(element, draft)

    def annex(self, element: xml.Element) -> None:
        title = xml.child(element, "TITLE")
        draft = self.outline.open(laws.annex_ref(_words(xml.child(title, "TI"))), None, "annex", element)
        draft.heading = _words(xml.child(title, "STI"))
        contents = xml.child(element, "CONTENTS")
        self.content(contents if contents is not None else element, draft)

    def content(self, element: xml.Element, holder: Draft) -> None:
        """The words of an element, then what stands in it as blocks."""
        holder.say(_words(element, _LEFT_OUT | _BLOCKS))
        for one in xml.children(element):
            if xml.name(one) in _BLOCKS:
                self.block(one, holder)

    def block(self, element: xml.Element, holder: Draft) -> None:
        own = xml.name(element)
        if own == "PARAG":
            label = xml.words(xml.child(element, "NO.PARAG"))
            self.content(element, self.outline.point(label, holder, element, "paragraph"))
        elif own == "NP":
            self.content(element, self.outline.point(xml.words(xml.child(element, "NO.P")), holder, element))
        elif own in ("LIST", "DLIST"):
            for item in xml.children(element, "ITEM", "DLIST.ITEM"):
                self.item(item, holder)
        elif own in ("GR.SEQ", "DIVISION"):
            self.section(element, holder)
        elif own in ("TBL", "GR.TBL"):
            holder.say("\n".join(_rows(element)))
        elif own == "ARTICLE":
            self.article(element, holder)
        else:
            self.content(element, holder)

    def item(self, element: xml.Element, holder: Draft) -> None:
        numbered = xml.child(element, "NP")
        if numbered is not None:
            self.content(element, holder)
        else:
            self.content(element, self.outline.point("", holder, element))

    def section(self, element: xml.Element, holder: Draft) -> None:
        draft = self.outline.section(holder, element)
        draft.heading = _heading(element)
        self.content(element, draft)


def _words(element: xml.Element | None, leave: frozenset[str] = frozenset(("NOTE",))) -> str:
    return xml.words(element, leave=leave, apart=_BLOCKS | _QUOTED, instead=_quoted)


def _quoted(element: xml.Element) -> str | None:
    """Quotation marks, which Formex has as elements with the code of the character."""
    own = xml.name(element)
    if own not in ("QUOT.START", "QUOT.END"):
        return None
    try:
        mark = chr(int(element.get("CODE") or "", 16))
    except (ValueError, OverflowError):
        mark = "“" if own == "QUOT.START" else "”"
    return xml.opening(mark) if own == "QUOT.START" else xml.closing(mark)


def _heading(element: xml.Element) -> str:
    return " ".join(_words(xml.child(element, "TITLE")).split())


def _rows(element: xml.Element) -> list[str]:
    rows = ([_words(cell) for cell in xml.children(row, "CELL")] for row in xml.descendants(element, "ROW"))
    return [" | ".join(" ".join(cell.split()) for cell in row) for row in rows]


def _first(element: xml.Element, name: str) -> xml.Element | None:
    return next(xml.descendants(element, name), None)


def _identifier(root: xml.Element) -> str:
    """The number as it is printed: "(EU) 2024/903", before 2015 "(EU) No 575/2013"."""
    number = _first(root, "NO.DOC")
    if number is None:
        return ""
    community, year, current = (xml.words(xml.child(number, name)) for name in ("COM", "YEAR", "NO.CURRENT"))
    if not (year and current):
        return ""
    own = f"{year}/{current}" if number.get("FORMAT") == "YN" else f"No {current}/{year}"
    return f"({community}) {own}" if community else own


def _date(root: xml.Element) -> str:
    own = xml.child(_first(root, "BIB.INSTANCE"), "DATE")
    found = _DATE.fullmatch((own.get("ISO") or "") if own is not None else "")
    return "-".join(found.groups()) if found else ""
