"""What readers of marked-up laws have in common: clauses that grow while a file is read, and their refs.

Refs are those of `numbering`: "Recital 12", "Ch.III.S2", "Art.9", "Art.9(2)(a)", "Annex I". Unnumbered dashes are
"(-1)", "(-2)" in their provision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.formats.instruments import xml
from comity.formats.instruments.model import SourceClause
from comity.formats.instruments.numbering import PREFIXES, division_of, worded

KINDS = {"part": "part", "title": "part", "chapter": "chapter", "section": "section", "subsection": "section"}
_DASH = re.compile(r"[-–—−‒•·*▪●]+")
_AROUND = " \t\n\xa0()[].,:;–—-−"
_ORDINAL = re.compile(r"(?<=\d)(?:er|ère|re|º|°)(?!\w)")
_FIRST_NUMBER = re.compile(r"(?<![^\W\d_])(?:\d|[IVXLC]+(?![^\W\d_])|[A-Z](?![^\W\d_]))")


@dataclass(slots=True)
class Draft:
    """A clause whose words are still coming, with how many unnumbered points and sections it has below it."""

    ref: str
    parent: str | None
    kind: str
    line: int
    heading: str = ""
    texts: list[str] = field(default_factory=list)
    dashes: int = 0
    sections: int = 0
    doubts: tuple[str, ...] = ()

    def say(self, text: str) -> None:
        if text:
            self.texts.append(text)

    def clause(self) -> SourceClause:
        text = "\n\n".join(self.texts)
        return SourceClause(self.ref, self.parent, self.kind, self.heading, text, doubts=self.doubts, line=self.line)


@dataclass(slots=True)
class Outline:
    """The clauses of one act in the order of the file."""

    drafts: list[Draft] = field(default_factory=list)

    def open(self, ref: str, above: Draft | None, kind: str, element: xml.Element) -> Draft:
        doubts = () if ref else ("no-number",)
        ref = ref or f"n:{len(self.drafts) + 1}"
        draft = Draft(ref, above.ref if above else None, kind, xml.line(element), doubts=doubts)
        self.drafts.append(draft)
        return draft

    def division(self, family: str, number: str, above: Draft | None, element: xml.Element) -> Draft:
        """A heading over articles; one without a number keeps its place by a doubt."""
        own = f"{PREFIXES[family]}{number}" if number else ""
        return self.open(f"{above.ref}.{own}" if above and own else own, above, KINDS[family], element)

    def section(self, above: Draft, element: xml.Element) -> Draft:
        """A group under a heading in an annex: it is counted, for its own number is in any style."""
        above.sections += 1
        return self.open(f"{above.ref}.S{above.sections}", above, "section", element)

    def point(self, label: str, above: Draft, element: xml.Element, kind: str = "point") -> Draft:
        """A paragraph or point below a provision, counted where its label is a dash or nothing."""
        number = numeral(label)
        if not number or _DASH.fullmatch(label.strip()):
            above.dashes += 1
            number = f"-{above.dashes}"
        return self.open(f"{above.ref}({number})", above, kind, element)

    def clauses(self) -> Iterator[SourceClause]:
        return (draft.clause() for draft in self.drafts)


def numeral(label: str) -> str:
    """A label without what stands around its number: "a" for "(a)", "1 bis" for "1° bis", "I" for "I. –"."""
    return " ".join(_ORDINAL.sub("", label).replace("°", "").split()).strip(_AROUND)


def numbered(label: str) -> str:
    """The number in a heading such as "Article 4 bis" or "ANNEX I"; "" where there is none."""
    found = _FIRST_NUMBER.search(label)
    return numeral(label[found.start() :]) if found else ""


def division(label: str, family: str) -> tuple[str, str]:
    """Which division a heading such as "KAPITEL I" names, by its word, else `family`; and its number."""
    return division_of(label) or (family, numbered(label))


def annex_ref(label: str) -> str:
    """The ref of an annex by its heading."""
    found = worded(" ".join(label.split()))
    number = found.number if found and found.family == "annex" else numbered(label)
    return f"Annex {number}".strip()
