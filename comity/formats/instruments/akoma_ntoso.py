"""Akoma Ntoso 3 (OASIS LegalDocML): acts, bills and documents of any parliament.

Notes, citations and signatures are left out. What has no number (subparagraphs, lists) is text of the provision
that it stands in; a number that is printed again at the head of the text is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.formats.catalogue.languages import tag
from comity.formats.errors import FormatError
from comity.formats.instruments import laws, xml
from comity.formats.instruments.laws import Draft, Outline
from comity.formats.instruments.model import SourceInstrument, settled

_DIVISIONS = {
    "book": "part",
    "tome": "part",
    "part": "part",
    "subpart": "part",
    "title": "title",
    "subtitle": "title",
    "chapter": "chapter",
    "subchapter": "section",
    "section": "section",
    "subsection": "subsection",
    "division": "section",
}
# What an act is divided into: the first of these that it has anywhere. "s." for sections as Canada and Britain cite.
_BASES = {"article": "Art.", "section": "s.", "clause": "cl.", "rule": "r."}
_PROVISIONS = frozenset(
    (
        "section", "subsection", "paragraph", "subparagraph", "clause", "subclause", "point", "indent", "alinea",
        "list", "sublist", "item", "level", "proviso", "rule", "transitional", "hcontainer", "blockList",
        "crossHeading",
    )
)  # fmt: skip
_DASHED = frozenset(("indent", "point", "item"))
_PLAIN = frozenset(("content", "intro", "wrapUp", "wrap", "listIntroduction", "listWrapUp", "p", "block", "tblock"))
_ASIDE = frozenset(("authorialNote", "noteRef", "num", "heading", "subheading"))
_PARAGRAPHS = frozenset(("p", "li", "block", "blockContainer", "item", "quotedStructure", "tr", "container"))
_ANNEXES = frozenset(("attachment", "component"))


def read(content: bytes, file: str) -> SourceInstrument:
    """Read the act, bill or document of one file, with its attachments.

    Raises:
        FormatError: it is no XML, not Akoma Ntoso, or has no provisions.
    """
    root = xml.parse(content, file)
    document = next(xml.children(root), None)
    if xml.name(root) != "akomaNtoso" or document is None:
        raise FormatError(file, xml.line(root), f"this is not Akoma Ntoso: its root is <{xml.name(root)[:40]}>")
    act = _Act(document)
    act.read()
    work, expression = (_first(root, name) for name in ("FRBRWork", "FRBRExpression"))
    return SourceInstrument(
        title=_title(document),
        clauses=settled(file, act.outline.clauses()),
        form="akoma-ntoso",
        language=_language(expression),
        identifier=_identifier(document, work),
        body=_body(root, expression if expression is not None else work),
        date=next(
            (value for value in (_value(expression, "FRBRdate", "date"), _value(work, "FRBRdate", "date")) if value),
            "",
        ),
    )


class _Act:
    def __init__(self, document: xml.Element) -> None:
        self.document = document
        self.outline = Outline()
        self.base = next((name for name in _BASES if _first(document, name) is not None), "")

    def read(self) -> None:
        for one in xml.children(self.document):
            own = xml.name(one)
            if own == "preamble":
                self.preamble(one)
            elif own in ("body", "mainBody", "judgmentBody"):
                self.inside(one, None)
            elif own in ("attachments", "components"):
                for place, annex in enumerate(xml.children(one, *_ANNEXES), 1):
                    self.annex(annex, place)

    def preamble(self, element: xml.Element) -> None:
        recitals = list(xml.descendants(element, "recital"))
        for place, one in enumerate(recitals, 1):
            number = laws.numeral(_num(one))
            draft = self.outline.open(f"Recital {number or place}", None, "recital", one)
            draft.doubts = () if number else ("no-number",)
            draft.say(_words(one))
        text = "\n\n".join(
            _words(one) for one in xml.children(element) if xml.name(one) not in ("formula", "docTitle")
        )
        if not recitals and text.strip():
            self.outline.open("Preamble", None, "preamble", element).say(text)

    def annex(self, element: xml.Element, place: int) -> None:
        """An attachment: a document of its own, or a reference to one that is not here."""
        document = next(xml.children(element), None)
        body = next((one for one in element.iterdescendants() if xml.name(one) in ("mainBody", "body")), None)
        if document is None or body is None:
            return
        names = (_num(element), _heading(element), _num(document), _words(xml.child(document, "preface")))
        label, *more = [name for name in names if name] or [""]
        draft = self.outline.open(laws.annex_ref(label), None, "annex", element)
        if draft.ref == "Annex" and place > 1:
            draft.ref = f"Annex {place}"
        draft.heading = " ".join(more[:1])
        self.inside(body, draft)

    def inside(self, element: xml.Element, holder: Draft | None) -> None:
        """What stands in an element: its own words before its provisions, whichever the file has first."""
        below = list(xml.children(element))
        for one in sorted(below, key=lambda one: xml.name(one) not in ("content", "intro")):
            self.one(one, holder)

    def one(self, element: xml.Element, holder: Draft | None) -> None:
        own = xml.name(element)
        if own == self.base and not self.in_base(holder):
            self.article(element, holder)
        elif own in _DIVISIONS and not self.in_base(holder) and _first(element, self.base) is not None:
            self.division(element, holder)
        elif own in _PROVISIONS:
            self.provision(element, holder)
        elif own in _PLAIN and holder is not None:
            if any(xml.name(one) == "blockList" for one in xml.children(element)):
                self.inside(element, holder)
            else:
                self.say(element, holder)
        elif own not in _ASIDE and own not in _PLAIN:
            self.inside(element, holder)

    def in_base(self, holder: Draft | None) -> bool:
        return (
            holder is not None
            and holder.kind not in ("part", "chapter", "annex")
            and not (holder.kind == "section" and not holder.ref.startswith("s."))
        )

    def division(self, element: xml.Element, above: Draft | None) -> None:
        own = _DIVISIONS[xml.name(element)]
        draft = self.outline.division(own, laws.division(_num(element), own)[1], above, element)
        draft.heading = _heading(element)
        self.inside(element, draft)

    def article(self, element: xml.Element, above: Draft | None) -> None:
        number = laws.numbered(_num(element)) or laws.numeral(_num(element))
        ref = f"{_BASES[self.base]}{number}" if number else ""
        draft = self.outline.open(ref, above, "article" if self.base == "article" else "section", element)
        draft.heading = _heading(element)
        self.inside(element, draft)

    def provision(self, element: xml.Element, holder: Draft | None) -> None:
        """A numbered provision is a clause, and one without number text of what it stands in."""
        own, label = xml.name(element), _num(element)
        if not label and (own not in _DASHED or holder is None):
            heading = _heading(element)
            if holder is not None:
                holder.say(heading)
            self.inside(element, holder)
            return
        if holder is None:
            draft = self.outline.open(laws.numbered(label) or laws.numeral(label), None, "clause", element)
        else:
            direct = holder.kind in ("article", "section", "annex") and own not in _DASHED
            draft = self.outline.point(label, holder, element, "paragraph" if direct else "point")
        draft.heading = _heading(element)
        self.inside(element, draft)

    def say(self, element: xml.Element, holder: Draft) -> None:
        text = _words(element)
        # Only the first words can begin with the number, and looking for it goes through all that stands beside.
        if text and not holder.texts:
            label = _num(element.getparent())
            text = text[len(label) :].lstrip(" .:–—-") if label and text.startswith(label) else text
        holder.say(text)


def _words(element: xml.Element | None) -> str:
    return xml.words(element, leave=_ASIDE, apart=_PARAGRAPHS, instead=_table)


def _table(element: xml.Element) -> str | None:
    """A table as a line for each row."""
    if xml.name(element) != "table":
        return None
    rows = (list(xml.children(row, "td", "th")) for row in xml.descendants(element, "tr"))
    return xml.paragraph("\n".join(" | ".join(" ".join(_words(cell).split()) for cell in row) for row in rows))


def _num(element: xml.Element | None) -> str:
    return xml.words(xml.child(element, "num"), leave=("authorialNote", "noteRef"))


def _heading(element: xml.Element) -> str:
    """The heading, or the second number, which some converters use for it."""
    if text := xml.words(xml.child(element, "heading"), leave=("authorialNote", "noteRef")):
        return text
    second = list(xml.children(element, "num"))[1:2]
    return xml.words(second[0], leave=("authorialNote", "noteRef")) if second else ""


def _first(element: xml.Element, name: str) -> xml.Element | None:
    return next(xml.descendants(element, name), None) if name else None


def _title(document: xml.Element) -> str:
    if text := _words(_first(document, "docTitle")):
        return " ".join(text.split())
    preface = xml.child(document, "preface")
    lines = _words(preface).split("\n\n") if preface is not None else []
    return " ".join(lines) or _value(document, "FRBRalias", "value")


def _identifier(document: xml.Element, work: xml.Element | None) -> str:
    """The number that is printed, else the other name of the work, else its address."""
    if text := _words(_first(document, "docNumber")):
        return text
    celex = next((one for one in _named(work, "FRBRalias") if (one.get("name") or "").upper() == "CELEX"), None)
    return (celex.get("value") or "") if celex is not None else _value(work, "FRBRuri", "value")


def _named(element: xml.Element | None, name: str) -> Iterator[xml.Element]:
    return xml.descendants(element, name) if element is not None else iter(())


def _value(element: xml.Element | None, name: str, attribute: str) -> str:
    return next((one.get(attribute) or "" for one in _named(element, name)), "")


def _language(expression: xml.Element | None) -> str:
    """BCP 47 for the codes of two and three letters that files have; some write the language as a country too."""
    code = _value(expression, "FRBRlanguage", "language")
    language, _, country = code.partition("-")
    return tag(language if language.casefold() == country.casefold() else code) if code else ""


def _body(root: xml.Element, holder: xml.Element | None) -> str:
    """The name of the author where the file says who hides behind the reference."""
    key = _value(holder, "FRBRauthor", "href").lstrip("#")
    names = (one for one in root.iterdescendants() if xml.name(one) == "TLCOrganization" and one.get("eId") == key)
    return next((one.get("showAs") or "" for one in names if key), "")
