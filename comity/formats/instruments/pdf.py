"""PDF files that hold text: lines become paragraphs as those of plain text do; the line of a clause is its page."""

from __future__ import annotations

import io
import logging
import re

import pypdf
from pypdf.errors import PdfReadError

from comity.formats.errors import FormatError
from comity.formats.instruments.layout import Line, blocks
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.source import characters, check_size

MAX_PAGES = 2_000
MAX_TEXT = 20_000_000
"""Characters of all pages. The AI Act has 600,000."""
MIN_LETTERS = 20
"""Letters a page has on average at least, if it was not scanned."""
_LETTER = re.compile(r"[^\W\d_]")
_NO_TITLE = re.compile(r"\.(?:docx?|pdf|indd|rtf|odt|tex)$|^(?:untitled|microsoft word|pe-cons|document\d*$)", re.I)
_WARNING = "Read from a PDF: look over the numbers, and at tables, whose cells may have run together."


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one PDF file.

    Raises:
        FormatError: it is damaged, protected by a password, too long, scanned without text, or has no numbered
            provisions.
    """
    check_size(content, file)
    if b"%PDF-" not in content[:1024]:
        raise FormatError(file, 0, "this is not a PDF file")
    pages, title = _pages(content, file)
    letters = sum(len(_LETTER.findall(page)) for page in pages)
    if letters < MIN_LETTERS * len(pages):
        advice = "run it through text recognition (OCR) and try again"
        raise FormatError(file, 0, f"this PDF holds pictures of pages and hardly any text: {advice}")
    lines = [[Line(line, number) for line in page.split("\n")] for number, page in enumerate(pages, 1)]
    found, more = clauses(blocks(lines))
    if not found:
        raise FormatError(file, 0, "this PDF has no numbered provisions to split it by")
    return SourceInstrument(title, settled(file, found), "pdf", warnings=(_WARNING, *more))


def _pages(content: bytes, file: str) -> tuple[list[str], str]:
    """The text of each page, and the title that the file states."""
    quiet = logging.getLogger("pypdf")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)  # it warns of every fault that it repairs
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FormatError(file, 0, "this PDF is protected by a password: save it without one and try again")
        if len(reader.pages) > MAX_PAGES:
            raise FormatError(file, 0, f"this PDF has more than {MAX_PAGES:,} pages: not one instrument")
        return _texts(reader, file), _stated_title(reader)
    except FormatError:
        raise
    except Exception as error:
        # A hostile file may make pypdf raise nearly anything.
        reason = str(error) if isinstance(error, PdfReadError) else type(error).__name__
        raise FormatError(file, 0, f"this PDF is damaged and cannot be read: {reason}"[:300]) from error
    finally:
        quiet.setLevel(level)


def _texts(reader: pypdf.PdfReader, file: str) -> list[str]:
    texts: list[str] = []
    total = 0
    for number, page in enumerate(reader.pages, 1):
        text = characters(page.extract_text())
        total += len(text)
        if total > MAX_TEXT:
            raise FormatError(file, number, f"this PDF holds more than {MAX_TEXT:,} characters")
        texts.append(text)
    return texts


def _stated_title(reader: pypdf.PdfReader) -> str:
    """The title in the properties, unless it is the name of a file."""
    stated = reader.metadata.title if reader.metadata else None
    title = " ".join(characters(str(stated or "")).split())
    return "" if _NO_TITLE.search(title) else title
