"""What the styles of a Word document say of a paragraph: heading, bold, numbered, title, table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docx.oxml.ns import qn
from lxml.etree import _Element

from comity.formats.instruments.docx_numbers import is_on, value_of, whole_number

_HEADING = re.compile(r"heading ([1-9])", re.I)
_CONTENTS = re.compile(r"(?:toc|table of (?:contents|figures)|index)(?: ?\d| heading)?", re.I)
_MAX_CHAIN = 20


class Styles:
    """The paragraph and character styles of one document, by their identifiers."""

    def __init__(self, root: _Element) -> None:
        self.known: dict[str, _Element] = {}
        self.default = ""
        for element in root.iterchildren(qn("w:style")):
            identifier = element.get(qn("w:styleId"), "")
            self.known[identifier] = element
            if element.get(qn("w:type")) == "paragraph" and element.get(qn("w:default")) in ("1", "true"):
                self.default = identifier

    def of(self, paragraph: _Element) -> str:
        """The style of a paragraph."""
        properties = paragraph.find(qn("w:pPr"))
        return (value_of(properties, "w:pStyle") if properties is not None else "") or self.default

    def name(self, style: str) -> str:
        element = self.known.get(style)
        return value_of(element, "w:name") if element is not None else ""

    def chain(self, style: str) -> Iterator[tuple[str, _Element]]:
        """A style and those it is based on."""
        for _step in range(_MAX_CHAIN):
            element = self.known.get(style)
            if element is None:
                return
            yield style, element
            style = value_of(element, "w:basedOn")

    def is_contents(self, style: str) -> bool:
        return bool(_CONTENTS.fullmatch(self.name(style)))

    def is_title(self, style: str) -> bool:
        return any(value_of(element, "w:name").lower() in ("title", "subtitle") for _id, element in self.chain(style))

    def level(self, paragraph: _Element, style: str) -> int:
        """The level of a heading from 1, 0 for what is none. Word's own names are English in every language."""
        levels = [paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")]
        for _id, element in self.chain(style):
            if found := _HEADING.match(value_of(element, "w:name")):
                return int(found[1])
            levels.append(element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"))
        stated = next((level.get(qn("w:val"), "") for level in levels if level is not None), "")
        level = whole_number(stated, 9)
        return level + 1 if level < 9 else 0

    def is_bold(self, paragraph: _Element, style: str) -> bool:
        """Whether all words of a paragraph are bold."""
        usual = self._bold_of(style)
        runs = [run for run in paragraph.iter(qn("w:r")) if _says(run)]
        return bool(runs) and all(self._bold_run(run, usual) for run in runs)

    def _bold_run(self, run: _Element, usual: bool) -> bool:
        properties = run.find(qn("w:rPr"))
        own = is_on(properties, "w:b")
        if own is not None:
            return own
        style = value_of(properties, "w:rStyle") if properties is not None else ""
        return self._bold_of(style) if style else usual

    def _bold_of(self, style: str) -> bool:
        for _id, element in self.chain(style):
            own = is_on(element.find(qn("w:rPr")), "w:b")
            if own is not None:
                return own
        return False

    def list_of(self, paragraph: _Element, style: str) -> tuple[str, int | None, str] | None:
        """The list and the level that a paragraph is numbered by, and the style that says so ("" if itself)."""
        places = [("", paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}"))]
        places += [(name, element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) for name, element in self.chain(style)]
        level: int | None = None
        for name, properties in places:
            if properties is None:
                continue
            if (stated := value_of(properties, "w:ilvl")) and level is None:
                level = whole_number(stated, 0)
            if number := value_of(properties, "w:numId"):
                return None if number == "0" else (number, level, name)
        return None


def _says(run: _Element) -> bool:
    return any((text.text or "").strip() for text in run.iter(qn("w:t")))
