"""Markdown: as people and converters write it, and as this product writes it, which reads back equal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from comity.formats.errors import FormatError
from comity.formats.instruments import own_markdown
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.own_markdown import MARK, write
from comity.formats.instruments.source import decoded, lines_of
from comity.formats.instruments.survey import Block

__all__ = ["read", "write"]

MAX_RUNNING = 80
"""Characters of a line that may be the running head or foot of a page."""
_MAX_FRONT = 200
_FIELD = re.compile(r"([A-Za-z][\w-]{0,40})\s*:\s*(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
_CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$|\{\d{1,5}\}-{3,}$")
_ITEM = re.compile(r"^[ \t]{0,20}[-*+][ \t]+(?=\S)")
_COUNTED = re.compile(r"[ \t]{0,20}\(?\w{1,9}[.)][ \t]+(?=\S)")
_FENCE = re.compile(r"[ \t]{0,12}(```|~~~)")
_QUOTE = re.compile(r" {0,3}> ?")
_TABLE_RULE = re.compile(r"[\s|:-]+$")
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]]{0,1000})\](?:\([^()\s]{0,2000}(?:\s[^()]{0,300})?\)|\[[^\[\]]{0,200}\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,500})?/?>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,2000})(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]{1,2000})(?<=[^\s*_])\1(?![\w*])")
_CODE = re.compile(r"(?<!`)(`{1,3})([^`\n]{1,2000})\1(?!`)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WHOLLY_STRONG = re.compile(r"(\*\*|__)[^*_\n]{1,300}\1[:.]?$")
_DIGITS = re.compile(r"\d+")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one file: what `write` wrote as it is, any other by its headings, numbers and paragraphs.

    Raises:
        FormatError: it is no text, too large, or nothing in it is a clause.
    """
    text, warnings = decoded(content, file)
    lines = lines_of(_without_comments(text), file)
    front, start = _front_matter(lines)
    if front.get(MARK) == "instrument":
        return own_markdown.read(lines, start, front, file)
    blocks = without_running(_Paragraphs(lines, start).blocks)
    found, more = clauses(blocks)
    if not found:
        raise FormatError(file, 0, "this text has neither numbered provisions nor headings")
    return SourceInstrument(
        title=front.get("title") or _title(blocks),
        clauses=settled(file, found),
        form="markdown",
        language=front.get("language") or front.get("lang") or "",
        warnings=(*warnings, *more),
    )


def without_running(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without running heads and feet: short lines with a page number that come again and again."""
    shapes = Counter(_shape(block) for block in blocks)
    return [block for block in blocks if not (shape := _shape(block)) or shapes[shape] < 3]


def _shape(block: Block) -> str:
    """A short line with its numbers blanked, "" where it is none that could be running."""
    if block.level or len(block.text) > MAX_RUNNING or not _DIGITS.search(block.text):
        return ""
    shape = _DIGITS.sub("#", block.text)
    # A number first is that of a provision, and words are needed to know it again.
    return shape if len(shape) > 8 and shape[0] not in "#(" and shape.strip("#. ") else ""


class _Paragraphs:
    """The blocks of a Markdown file, line by line."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self.blocks: list[Block] = []
        self.waiting: list[str] = []
        self.first = 0
        fence = ""
        for number, raw in enumerate(lines[start:], start + 1):
            line = _QUOTE.sub("", raw)
            mark = _FENCE.match(line)
            if mark and fence in ("", mark[1]):
                self.end()
                fence = "" if fence else mark[1]
            elif fence:
                self.blocks.append(Block(line.strip(), line=number, fixed=True))
            else:
                self.line(line, number)
        self.end()

    def line(self, line: str, number: int) -> None:
        if self.waiting and _SETEXT.match(line) and not _ITEM.match(self.waiting[0]):
            self.setext(1 if "=" in line else 2)
        elif not line.strip() or _RULE.match(line):
            self.end()
        elif found := _ATX.match(line):
            self.end()
            self.add(_CLOSING.sub("", found[2]), number, level=len(found[1]))
        elif line.lstrip().startswith("|"):
            self.end()
            if not _TABLE_RULE.match(line):
                self.add(line.strip().strip("|").strip(), number, fixed=True)
        else:
            if _ITEM.match(line) or _COUNTED.match(line):
                self.end()
            self.first = self.first if self.waiting else number
            # Two spaces or a backslash at its end break a line; a pattern for that costs the square of the spaces.
            broken = line.endswith(("  ", "\\"))
            self.waiting.append(line.strip().removesuffix("\\") + ("\n" if broken else ""))

    def setext(self, level: int) -> None:
        text, self.waiting = " ".join(self.waiting), []
        self.add(text, self.first, level=level)

    def end(self) -> None:
        """The paragraph that was gathered ends here."""
        if self.waiting:
            text = " ".join(self.waiting).strip()
            self.waiting = []
            self.add(text, self.first, strong=bool(_WHOLLY_STRONG.match(_ITEM.sub("", text))))

    def add(self, text: str, number: int, *, level: int = 0, strong: bool = False, fixed: bool = False) -> None:
        # The sign of an item stands before a number of its own in what converters make of PDF files.
        bare = _ITEM.sub("", text, count=1)
        text = inline(bare if level or _COUNTED.match(bare) else text)
        if text:
            self.blocks.append(Block(text, level, strong, number, fixed))


def inline(text: str) -> str:
    """Words without the signs of emphasis, links, images, code and tags."""
    if not any(sign in text for sign in "*_`[<\\!"):
        return text.strip()
    text = _IMAGE.sub("", text)
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _CODE.sub(r"\2", _TAG.sub("", text))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text).strip()


def _without_comments(text: str) -> str:
    """Drop `<!-- ... -->`, keeping line ends so that lines keep their numbers; one never closed stays."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 3
    return "".join(kept) + text[position:]


def _front_matter(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """The values of the front matter, and the line after it."""
    values: dict[str, str] = {}
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:_MAX_FRONT], 1):
            if line.strip() in ("---", "..."):
                return values, number + 1
            if found := _FIELD.match(line):
                values[found[1].lower()] = own_markdown.value(found[2].strip())
    return {}, 0


def _title(blocks: Iterable[Block]) -> str:
    """The first heading, if it is the highest and has no number."""
    headings = [block for block in blocks if block.level]
    label = headings[0].label if headings else None
    unnumbered = label is None or label.family == "control"
    if headings and unnumbered and headings[0].level == min(block.level for block in headings):
        return headings[0].text
    return ""
