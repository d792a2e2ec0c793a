"""EUR-Lex pages: acts as the Official Journal has them, and the consolidated texts, which are marked up otherwise.

Both give every heading, article and point a class; the identifiers of newer pages (`cpt_III.sct_2`) say in any
language what a heading stands over. Footnotes, amendment marks and signatures are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import html

from comity.formats.errors import FormatError
from comity.formats.instruments.model import SourceClause, SourceInstrument, settled
from comity.formats.instruments.numbering import DIVISIONS, PREFIXES, division_of, worded
from comity.formats.instruments.pages import children, language, page, words

_ASIDE = (
    "note footnote modref arrow signatory final disclaimer hd-modifiers title-fam-member title-doc-oj-reference"
    " hd-ti hd-lg hd-coll hd-uniq"
)
_ROLES = {
    "ti-section-1": "division",
    "title-division-1": "division",
    "ti-section-2": "division heading",
    "title-division-2": "division heading",
    "ti-art": "article",
    "title-article-norm": "article",
    "sti-art": "heading",
    "stitle-article-norm": "heading",
    "doc-ti": "title",
    "title-doc-first": "title",
    "title-doc-last": "title",
    "title-annex-1": "annex",
    "title-annex-2": "heading",
    "hd-date": "date",
    "reference": "reference",
    **dict.fromkeys(_ASIDE.split(), "aside"),
    "separator": "end",
    "doc-sep": "end",
    "doc-end": "end",
}
_SECTION = re.compile(r"(?:ti-grseq|title-gr-seq-level)-(\d)")
_PARAGRAPH = re.compile(r"(\d{1,3}[a-z]{0,4})\.(?:\s*\xa0\s*|\s{2,})(?=\S)")
_POINT = re.compile(r"([‘“„«»\"]?)\(?([0-9]{1,3}[a-z]{0,4}|[a-z]{1,6}|[A-Z]{1,6}|[0-9.]{3,12}?)[).]{1,2}")
_DASH = re.compile(r"[-–—−•·]")
_LAST_NUMBER = re.compile(r"([0-9]+[a-z]{0,4}|[IVXLC]+[a-z]?|[A-Z])(?: (?:bis|ter|quater|quinquies|sexies))?$")
_RECITAL_ID = re.compile(r"rct_(\w{1,8})")
_DIVISION_ID = re.compile(r"(?:(?:prt|tis|cpt|sct|sbs)_\w{1,12}\.?)+")
_DIVISION_CODES = {"prt": "part", "tis": "title", "cpt": "chapter", "sct": "section", "sbs": "subsection"}
_MARKS = re.compile(r"[►▼][A-Z]\d*\s?|\s?◄")
_IDENTIFIER = re.compile(
    r"\([A-Z]{2,7}(?:, ?[A-Z]{2,7})?\)\s?(?:[Nn]\S{0,2}\s)?\d{1,4}/\d{1,4}|\d{4}/\d{1,4}/[A-Z]{2,7}"
)
_PARAGRAPH_ID = re.compile(r"(\d{3})\.(\d{3})")
_DAY = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_LOOSE_CALL = re.compile(r"\( ?(\*?\d{1,3}) ?\)")
_VERSION = re.compile(r"\d{3}\.\d{3}$")


@dataclass(slots=True)
class _Draft:
    """A clause while its words are still coming."""

    ref: str
    parent: str | None
    kind: str
    line: int
    heading: str = ""
    texts: list[str] = field(default_factory=list)
    counted: int = 0
    doubts: tuple[str, ...] = ()

    def clause(self) -> SourceClause:
        text = "\n\n".join(self.texts)
        return SourceClause(self.ref, self.parent, self.kind, self.heading, text, doubts=self.doubts, line=self.line)


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one EUR-Lex page.

    Raises:
        FormatError: it is no HTML, too large, or has none of the marks of EUR-Lex.
    """
    root, warnings = page(content, file)
    act = _Act()
    act.read(root)
    if not act.drafts:
        raise FormatError(file, 0, "this page is not marked up as EUR-Lex marks up acts: no article was found")
    title = " ".join(" ".join(act.titles).split())
    found = _IDENTIFIER.search(title)
    return SourceInstrument(
        title=title,
        clauses=settled(file, (draft.clause() for draft in act.drafts)),
        form="eurlex",
        language=language(root),
        identifier=" ".join(found[0].split()) if found else "",
        body="European Union",
        version=act.version,
        date=act.date,
        source=_canonical(root),
        warnings=warnings,
    )


class _Act:
    """What has been read so far: the drafts, and which of them the next words belong to."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.titles: list[str] = []
        self.date = self.version = ""
        self.divisions: list[tuple[str, _Draft]] = []
        self.within: _Draft | None = None  # the recital, article or annex
        self.sections: list[tuple[int, _Draft]] = []  # of an annex
        self.holder: _Draft | None = None  # whose the next words are
        self.flat = False  # whether points are left in the text, because what they stand under has no clause

    def read(self, element: html.HtmlElement) -> None:
        """Read an element and all below it; its depth is bounded by `pages.MAX_DEPTH`."""
        role = _role(element)
        if role == "":
            self.content(element)
        elif role == "end":
            self.within = self.holder = None
        elif role != "aside":
            self.mark(role, element)
        elif "note" in element.get("class", "") and next(element.iterancestors("td"), None) is not None:
            # The footnote of a provision that is quoted stands with it, within the point.
            self.say(words(element))

    def content(self, element: html.HtmlElement) -> None:
        if element.tag == "p":
            self.paragraph(words(element), element)
        elif element.tag == "table":
            self.table(element)
        elif _is_list(element):
            self.grid(element)
        elif _is_numbered(element):
            self.numbered(element)
        else:
            self.inside(element)

    def inside(self, element: html.HtmlElement) -> None:
        """Blocks are read one by one; words that stand loose among inline elements are one paragraph."""
        recital = _RECITAL_ID.fullmatch(element.get("id", ""))
        if recital:
            self.within = self.open(f"Recital {recital[1]}", None, "recital", element)
        if any(child.tag in ("p", "div", "table", "body", "hr") for child in children(element)):
            for child in children(element):
                self.read(child)
        elif self.within is not None:
            self.paragraph(words(element), element)
        if recital:
            self.within = self.holder = None

    def mark(self, role: str, element: html.HtmlElement) -> None:
        text = words(element)
        if not text:
            return
        if role.startswith("section"):
            self.section(int(role[-1]), text, element)
        elif role == "division":
            self.division(text, element)
        elif role == "article":
            self.article(text, element)
        elif role == "annex" or (role == "title" and _is_annex(element)):
            self.annex(text, element)
        elif role == "title" and self.within is None:
            self.title(text, element)
        elif role == "date":
            self.date = self.date or _day(text)
        elif role == "reference":
            self.date, version = _day(text), _VERSION.search(text)
            self.version = version[0] if version else ""
        elif self.holder is not None:
            self.holder.heading = f"{self.holder.heading} {text}".strip()

    def title(self, text: str, element: html.HtmlElement) -> None:
        # A consolidated page prints the title twice, above the list of what amended it and below.
        if text not in self.titles:
            self.titles.append(text)

    def division(self, text: str, element: html.HtmlElement) -> None:
        path = _division_path(element)
        if path:
            level, number = path[-1]
            known = dict(self.divisions)
            self.divisions = [(code, known[code]) for code, _number in path[:-1] if code in known]
        else:
            level, number = division_of(text) or ("section", "")
            while self.divisions and DIVISIONS.index(self.divisions[-1][0]) >= DIVISIONS.index(level):
                self.divisions.pop()
        above = self.divisions[-1][1] if self.divisions else None
        own = f"{PREFIXES[level]}{number}" if number else ""
        kind = {"title": "part", "subsection": "section"}.get(level, level)
        draft = self.open(f"{above.ref}.{own}" if above and own else own, above, kind, element)
        if not number:
            draft.heading = text
        self.divisions.append((level, draft))
        self.within = None

    def article(self, text: str, element: html.HtmlElement) -> None:
        number = _LAST_NUMBER.search(text.rstrip(" ."))
        above = self.divisions[-1][1] if self.divisions else None
        # The only article of some acts is called "Sole Article".
        self.within = self.open(f"Art.{number[1] if number else 1}", above, "article", element)
        self.sections = []

    def annex(self, text: str, element: html.HtmlElement) -> None:
        number = _annex_number(text)
        if number is None and self.within is not None and self.within.kind == "annex":
            self.within.heading = f"{self.within.heading} {text}".strip()
            return
        self.divisions = []
        self.within = self.open(f"Annex {number}" if number else "Annex", None, "annex", element)
        self.sections = []

    def section(self, level: int, text: str, element: html.HtmlElement) -> None:
        """A heading within an annex or article; it is counted, for its own number is in any style."""
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        above = self.sections[-1][1] if self.sections else self.within
        if above is None:
            return
        above.counted += 1
        draft = self.open(f"{above.ref}.S{above.counted}", above, "section", element)
        draft.heading = text
        self.sections.append((level, draft))

    def paragraph(self, text: str, element: html.HtmlElement) -> None:
        if self.within is None or self.holder is None or not text or not _MARKS.sub("", text):
            return
        found = _PARAGRAPH.match(_raw(element)) if self.within.kind == "article" else None
        if found and self.holder.kind in ("article", "paragraph"):
            number = _paragraph_id(element, self.within.ref) or found[1]
            self.open(f"{self.within.ref}({number})", self.within, "paragraph", element)
            text = text[len(found[1]) + 1 :].strip()
        elif _hangs(element) and self.holder.kind in ("annex", "section"):
            self.flat = True
        self.say(text)

    def numbered(self, element: html.HtmlElement) -> None:
        """A paragraph of a consolidated text: its number in a span, its words in a block beside it."""
        label = words(element[0]).rstrip(" .")
        above = self.sections[-1][1] if self.sections else self.within
        if above is None or not label[:1].isdigit():
            self.say(words(element))
            return
        self.open(f"{above.ref}({label})", above, "paragraph", element)
        for child in list(element)[1:]:
            self.read(child)

    def table(self, element: html.HtmlElement) -> None:
        if self.within is None:
            for child in element.iter("p"):
                self.read(child)
            return
        for row in element.iter("tr"):
            # Rows of tables further down are read with the cell that holds them.
            if next(row.iterancestors("table")) is element:
                self.row([cell for cell in children(row) if cell.tag in ("td", "th")])

    def row(self, cells: list[html.HtmlElement]) -> None:
        if len(cells) == 2 and self.is_point(words(cells[0])):
            self.point(words(cells[0]), cells[1])
        elif text := " | ".join(words(cell) for cell in cells).strip():
            self.say(text)

    def grid(self, element: html.HtmlElement) -> None:
        first, second = list(children(element))[:2]
        if self.is_point(words(first)) and not self.flat:
            self.point(words(first), second)
        elif self.holder is not None:
            self.say(f"{words(first)} {words(second)}")

    def is_point(self, label: str) -> bool:
        return self.holder is not None and bool(_POINT.fullmatch(label) or _DASH.fullmatch(label))

    def point(self, label: str, element: html.HtmlElement) -> None:
        """A point; what comes after it belongs to whatever it stands in."""
        above = self.holder
        if above is None:
            return
        if above.kind == "recital" and above.ref == f"Recital {label.strip('().')}":
            self.inside(element)
            return
        found = _POINT.fullmatch(label)
        if not found:
            above.counted += 1
        # A provision that is inserted in another act stands in quotation marks, and so does its number.
        number = found[1] + found[2].strip(".") if found else f"-{above.counted}"
        self.open(f"{above.ref}({number})", above, "point", element)
        self.inside(element)
        self.holder = above

    def say(self, text: str) -> None:
        text = _LOOSE_CALL.sub(r"(\1)", _MARKS.sub("", text)).strip()
        if self.holder is not None and text:
            self.holder.texts.append(text)

    def open(self, ref: str, parent: _Draft | None, kind: str, element: html.HtmlElement) -> _Draft:
        doubts = () if ref else ("no-number",)
        draft = _Draft(ref or f"n:{len(self.drafts) + 1}", parent.ref if parent else None, kind, _line(element))
        draft.doubts = doubts
        self.drafts.append(draft)
        self.holder = draft
        self.flat = False
        return draft


def _role(element: html.HtmlElement) -> str:
    """What the class of an element says it is, "" where it is content."""
    for name in element.get("class", "").split():
        name = name.removeprefix("oj-")
        if name in _ROLES:
            return _ROLES[name]
        if found := _SECTION.fullmatch(name):
            return f"section {found[1]}"
    return ""


def _line(element: html.HtmlElement) -> int:
    return element.sourceline or 0


def _raw(element: html.HtmlElement) -> str:
    """The words with their wide spaces, which set off the number of a paragraph."""
    return "".join(element.itertext()).strip()


def _is_annex(element: html.HtmlElement) -> bool:
    if any(above.get("id", "").startswith("anx_") for above in element.iterancestors()):
        return True
    label = worded(words(element))
    return label is not None and label.family == "annex"


def _annex_number(text: str) -> str | None:
    """The number of an annex; "" where it is the only one; None where the text is not its number but its title."""
    label = worded(text)
    return label.number if label and label.family == "annex" and not text[label.end :].strip(" .:-") else None


def _division_path(element: html.HtmlElement) -> list[tuple[str, str]]:
    """What the nearest identifier says: `cpt_III.sct_2` is the second section of chapter III."""
    for above in element.iterancestors():
        identifier = above.get("id", "")
        if _DIVISION_ID.fullmatch(identifier):
            parts = [part.split("_") for part in identifier.split(".") if part]
            return [(_DIVISION_CODES[code], number) for code, number in parts]
    return []


def _paragraph_id(element: html.HtmlElement, ref: str) -> str:
    """What the identifier of its block calls a paragraph ("073.010"): right where the printed number is not."""
    above = element.getparent()
    found = _PARAGRAPH_ID.fullmatch(above.get("id", "")) if above is not None else None
    return str(int(found[2])) if found and ref == f"Art.{int(found[1])}" else ""


def _hangs(element: html.HtmlElement) -> bool:
    """Whether a number hangs out before the words, which consolidated annexes use for points of their own."""
    above = element.getparent()
    return above is not None and "text-indent: -" in above.get("style", "")


def _is_list(element: html.HtmlElement) -> bool:
    return "grid-container" in element.get("class", "") and len(list(children(element))) >= 2


def _is_numbered(element: html.HtmlElement) -> bool:
    first = next(children(element), None)
    return first is not None and "no-parag" in first.get("class", "")


def _day(text: str) -> str:
    found = _DAY.search(text)
    if not found or not (1 <= int(found[2]) <= 12 and 1 <= int(found[1]) <= 31):
        return ""
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"


def _canonical(root: html.HtmlElement) -> str:
    links = (link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical")
    return next((link for link in links if link.startswith("https://")), "")
