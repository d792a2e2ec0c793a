"""Plain text, and the text that was taken out of a PDF file."""

from __future__ import annotations

from comity.formats.errors import FormatError
from comity.formats.instruments.layout import Line, blocks, split_pages
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.source import decoded, lines_of
from comity.formats.instruments.survey import Block, ends

_NO_TITLE = frozenset(["contents", "table of contents", "inhalt", "inhoud", "sommaire", "índice", "目次", "目录"])
_TITLE = 200
"""Characters of the longest line that may be the title."""


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one text file; its clauses have the line they begin on.

    Raises:
        FormatError: it is no text, too large, or has no numbered provisions.
    """
    text, warnings = decoded(content, file)
    lines = [Line(line, number) for number, line in enumerate(lines_of(text, file), 1)]
    paragraphs = blocks(split_pages(lines))
    found, more = clauses(paragraphs)
    if not found:
        raise FormatError(file, 0, "this text has no numbered provisions to split it by")
    return SourceInstrument(_title(paragraphs), settled(file, found), "pdf-text", warnings=(*warnings, *more))


def _title(paragraphs: list[Block]) -> str:
    """The first lines that look like a title, if they stand before the first provision."""
    for block in paragraphs[:10]:
        if block.label is not None:
            break
        if len(block.text) <= _TITLE and not ends(block.text) and block.text.lower() not in _NO_TITLE:
            return block.text
    return ""
