"""Bills of the Parliament of Canada, in the XML of its LEGISinfo pages.

A bill may enact whole Acts. Their sections stand below the section that enacts them, and their refs begin with
its own: "s.39/s.5(1)" is subsection 5(1) of the Act that clause 39 enacts. One enacted Act can be read by itself
(`part`); its refs are then its own, "s.5(1)".

Parts of the bill are clauses. Headings within an enacted Act are not: its sections are numbered through and cited
without them. Explanatory and historical notes are left out, as no words of the bill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from comity.formats.errors import FormatError
from comity.formats.instruments import laws, xml
from comity.formats.instruments.laws import Draft, Outline
from comity.formats.instruments.model import SourceClause, SourceInstrument, settled

_BELOW = ("Subsection", "Paragraph", "Subparagraph", "Clause", "Subclause", "Subsubclause")
_LEFT_OUT = frozenset(
    ("HistoricalNote", "ExplanatoryNote", "Footnote", "FootnoteRef", "PageBreak", "ExistingText", "OriginatingRef")
)
_PARAGRAPHS = frozenset(
    (
        "Section", *_BELOW, "SectionPiece", "Definition", "Provision", "Heading", "MarginalNote", "LongTitle",
        "BilingualItemEn", "BilingualItemFr", "ContinuedSectionSubsection", "ContinuedParagraph", "title",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enacted:
    """An Act that a bill enacts: the ref of the section that does it, the bill's Part it is in, and its names."""

    ref: str
    part: str
    title: str
    long_title: str


def read(content: bytes, file: str, part: str = "") -> SourceInstrument:
    """Read a bill, or one Act that it enacts.

    Args:
        part: which enacted Act: its name, the number of the Part of the bill that has it ("3", "Part 3"), or
            the ref of the section that enacts it ("s.39").

    Raises:
        FormatError: it is no XML, not a bill, or enacts no such Act.
    """
    root = xml.parse(content, file)
    if xml.name(root) != "Bill":
        raise FormatError(file, xml.line(root), f"this is not a Canadian bill: its root is <{xml.name(root)[:40]}>")
    bill = _Bill()
    bill.read(root)
    chosen = _chosen(bill.enacted, part, file) if part else None
    names = xml.child(root, "Identification")
    clauses = settled(file, bill.outline.clauses())
    own = _words(xml.child(names, "ShortTitle")) or _words(xml.child(names, "LongTitle"))
    return SourceInstrument(
        title=(chosen.title or chosen.long_title) if chosen else own,
        clauses=settled(file, _of(chosen, clauses)) if chosen else clauses,
        form="bill-xml",
        language=root.get(xml.LANGUAGE) or "",
        identifier=f"Bill {number}" if (number := _words(xml.child(names, "BillNumber"))) else "",
        body="Parliament of Canada",
        version=_stage(names),
        date=_date(names),
        warnings=bill.warnings(),
    )


def parts(content: bytes, file: str) -> tuple[Enacted, ...]:
    """The Acts that a bill enacts, for a person to choose one. Errors as `read`."""
    bill = _Bill()
    bill.read(xml.parse(content, file))
    return tuple(bill.enacted)


class _Bill:
    def __init__(self) -> None:
        self.outline = Outline()
        self.enacted: list[Enacted] = []
        self.headings = 0

    def read(self, root: xml.Element) -> None:
        preamble = xml.child(root, "Introduction", "Preamble")
        if preamble is not None:
            self.outline.open("Preamble", None, "preamble", preamble).say(_words(preamble))
        body = xml.child(root, "Body")
        if body is not None:
            self.parts(body)
        for one in xml.children(root, "Schedule"):
            self.schedule(one, None)

    def parts(self, body: xml.Element) -> None:
        """The sections of the bill below the headings that are parts of it."""
        above: Draft | None = None
        for one in xml.children(body):
            if xml.name(one) == "Section":
                self.section(one, above, "", _part_of(above))
            elif xml.name(one) == "Heading" and one.get("level") == "1":
                above = self.part(one)

    def part(self, element: xml.Element) -> Draft | None:
        label = _words(xml.child(element, "Label"))
        if not label:
            return None
        family, number = laws.division(label, "part")
        draft = self.outline.division(family, number, None, element)
        draft.heading = _words(xml.child(element, "TitleText"))
        return draft

    def section(self, element: xml.Element, above: Draft | None, prefix: str, part: str) -> None:
        label = laws.numeral(_words(xml.child(element, "Label")))
        draft = self.outline.open(f"{prefix}s.{label}" if label else "", above, "section", element)
        self.content(element, draft, part)

    def content(self, element: xml.Element, draft: Draft, part: str) -> None:
        """What stands in a section or below: its heading, its words, and its numbered provisions."""
        name: str | None = None  # of the Act that it enacts, looked for once
        for one in xml.children(element):
            own = xml.name(one)
            if own == "MarginalNote":
                draft.heading = " ".join(_words(one).split())
            elif own in _BELOW:
                kind = "paragraph" if own == "Subsection" else "point"
                self.content(one, self.outline.point(_words(xml.child(one, "Label")), draft, one, kind), part)
            elif own == "AmendedText" and xml.child(one, "BillInternal") is not None:
                name = _words(next(xml.descendants(element, "XRefExternal"), None)) if name is None else name
                for act in xml.children(one, "BillInternal"):
                    self.act(act, draft, name, part)
            elif own != "Label" and own not in _LEFT_OUT:
                draft.say(_words(one))

    def act(self, element: xml.Element, above: Draft, name: str, part: str) -> None:
        self.enacted.append(Enacted(above.ref, part, name, _words(xml.child(element, "LongTitle"))))
        preamble = xml.child(element, "Introduction", "Preamble")
        if preamble is not None:
            self.outline.open(f"{above.ref}/Preamble", above, "preamble", preamble).say(_words(preamble))
        body = xml.child(element, "Body")
        for one in xml.children(body) if body is not None else ():
            if xml.name(one) == "Section":
                self.section(one, above, f"{above.ref}/", part)
            elif xml.name(one) == "Heading":
                self.headings += 1

    def schedule(self, element: xml.Element, above: Draft | None) -> None:
        label = xml.child(element, "ScheduleFormHeading", "Label")
        number = laws.numbered(_words(label).removeprefix("SCHEDULE"))
        own = f"Schedule {number}".strip()
        draft = self.outline.open(f"{above.ref}/{own}" if above else own, above, "annex", element)
        draft.heading = " ".join(_words(xml.child(element, "ScheduleFormHeading", "TitleText")).split())
        for one in xml.children(element):
            if xml.name(one) == "Schedule":
                self.schedule(one, draft)
            elif xml.name(one) != "ScheduleFormHeading" and xml.name(one) not in _LEFT_OUT:
                draft.say(_words(one))

    def warnings(self) -> tuple[str, ...]:
        if not self.headings:
            return ()
        return (f"Headings over the sections of enacted Acts ({self.headings}) are left out.",)


def _part_of(above: Draft | None) -> str:
    return laws.numbered(above.ref) if above is not None else ""


def _chosen(enacted: list[Enacted], part: str, file: str) -> Enacted:
    wanted = " ".join(part.split()).casefold()
    for one in enacted:
        if wanted in (one.ref.casefold(), one.part.casefold(), f"part {one.part}".casefold(), one.title.casefold()):
            return one
    known = "; ".join(f"{one.title} (Part {one.part}, {one.ref})" for one in enacted[:20]) or "none"
    raise FormatError(file, 0, f"it enacts no Act that is called {part!r}; it enacts: {known}")


def _of(act: Enacted, clauses: tuple[SourceClause, ...]) -> Iterator[SourceClause]:
    """The clauses of one enacted Act, with refs as the Act itself has them."""
    prefix = f"{act.ref}/"
    for clause in clauses:
        if clause.ref.startswith(prefix):
            parent = clause.parent if clause.parent != act.ref else None
            own = parent.removeprefix(prefix) if parent is not None else None
            yield replace(clause, ref=clause.ref.removeprefix(prefix), parent=own)


def _words(element: xml.Element | None) -> str:
    return xml.words(element, leave=_LEFT_OUT, apart=_PARAGRAPHS, instead=_set_out)


def _set_out(element: xml.Element) -> str | None:
    """A number with a space after it, and the row of a table as a line."""
    own = xml.name(element)
    if own == "Label":
        return f" {xml.words(element, leave=_LEFT_OUT)} "
    if own == "row":
        cells = (" ".join(_words(cell).split()) for cell in xml.children(element, "entry"))
        return xml.paragraph(" | ".join(cells))
    return None


def _stage(names: xml.Element | None) -> str:
    stages = xml.child(names, "BillHistory", "Stages")
    return (stages.get("stage") or "").replace("-", " ") if stages is not None else ""


def _date(names: xml.Element | None) -> str:
    """The latest day that the history of the bill has."""
    history = xml.child(names, "BillHistory")
    days = []
    for one in xml.descendants(history, "Date") if history is not None else ():
        year, month, day = (xml.words(xml.child(one, name)) for name in ("YYYY", "MM", "DD"))
        days.append("-".join(f"{value:0>2}" for value in (year, month, day) if value.isdecimal()))
    return max(days, default="")
