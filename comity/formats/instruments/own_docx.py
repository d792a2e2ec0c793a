"""The Word documents that this product writes: what their styles are called, and how they are read back.

A paragraph that begins with the character style `REF` begins a clause. Its paragraph style says how deep it stands:
"Heading 2", or "Clause 2" where the clause has no heading and its words follow at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from lxml.etree import _Element

from comity.formats.instruments.kinds import kind_of_ref
from comity.formats.instruments.model import KINDS, SourceClause, SourceInstrument, settled

CATEGORY = "Comity instrument"
REF, PARENT, KIND = "Clause ref", "Clause parent", "Clause kind"
TEXT, GUIDANCE, FACTS = "Clause text", "Clause guidance", "Clause facts"
FIELDS = {
    "body": "Publisher",
    "identifier": "Identifier",
    "version": "Version",
    "date": "Date",
    "language": "Language",
    "licence": "Licence",
    "redistribute": "May be shown",
    "nature": "Nature",
    "source": "Source",
}
"""What is said of an instrument below its title, and the words it is said with."""
_DEPTH = re.compile(r"(?:Heading|Clause) (\d{1,2})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def is_own(document: Document) -> bool:
    return bool(document.core_properties.category == CATEGORY)


def read(document: Document, file: str) -> SourceInstrument:
    """Read what `docx_write.write` wrote.

    Raises:
        FormatError: there are no clauses in it.
    """
    reader = _Reader(document)
    for element in document.element.body.iterchildren(qn("w:p")):
        reader.paragraph(element)
    values: dict[str, Any] = {name: reader.facts.get(words, "") for name, words in FIELDS.items()}
    values["redistribute"] = values["redistribute"] if values["redistribute"] in ("yes", "no") else "check"
    return SourceInstrument(" ".join(reader.titles), settled(file, reader.clauses()), "docx", **values)


def proper_language(tag: str) -> str:
    """A language tag as it is written everywhere else, "" for what is none."""
    tag = tag.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])


class _Reader:
    def __init__(self, document: Document) -> None:
        self.names = {
            element.get(qn("w:styleId"), ""): element.find(qn("w:name")).get(qn("w:val"), "")
            for element in document.styles.element.iterchildren(qn("w:style"))
            if element.find(qn("w:name")) is not None
        }
        self.titles: list[str] = []
        self.facts: dict[str, str] = {}
        self.found: list[tuple[SourceClause, list[str], list[str]]] = []
        self.open: list[str] = []

    def paragraph(self, element: _Element) -> None:
        style = self.name_of(element, "w:pPr/w:pStyle")
        runs = [(self.name_of(run, "w:rPr/w:rStyle"), _text(run)) for run in element.iterchildren(qn("w:r"))]
        rest = "".join(text for name, text in runs if name not in (REF, PARENT, KIND))
        if any(name == REF for name, _text in runs):
            self.begin(style, {name: text.strip() for name, text in runs}, rest.strip())
        elif self.found and style == GUIDANCE:
            self.found[-1][2].append(rest)
        elif self.found:
            self.found[-1][1].append(rest)
        elif style == "Title":
            self.titles.append(rest)
        elif style == FACTS:
            name, _colon, value = rest.partition(": ")
            self.facts[name] = value.strip()

    def begin(self, style: str, marks: dict[str, str], rest: str) -> None:
        depth = _DEPTH.match(style)
        del self.open[int(depth[1]) - 1 if depth else 0 :]
        parent = marks.get(PARENT) or (self.open[-1] if self.open else None)
        ref = marks[REF]
        kind = marks.get(KIND, "")
        headed = style.startswith("Heading")
        clause = SourceClause(ref, parent, kind if kind in KINDS else kind_of_ref(ref), rest if headed else "")
        self.found.append((clause, [] if headed else [rest], []))
        self.open.append(ref)

    def clauses(self) -> list[SourceClause]:
        return [
            replace(clause, text="\n\n".join(texts), guidance="\n\n".join(guidance))
            for clause, texts, guidance in self.found
        ]

    def name_of(self, element: _Element, path: str) -> str:
        """The name of the style that an element has; Word writes its own names small."""
        found = element.find("/".join(qn(step) for step in path.split("/")))
        name = self.names.get(found.get(qn("w:val"), ""), "") if found is not None else ""
        return name[:1].upper() + name[1:] if name.startswith(("heading", "title")) else name


def _text(run: _Element) -> str:
    signs = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    return "".join(item.text or "" if item.tag == qn("w:t") else signs.get(item.tag, "") for item in run)
