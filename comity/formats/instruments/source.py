"""What readers of text have in common: from bytes to characters that are safe to keep and to show."""

from __future__ import annotations

import codecs

from comity.formats.encoding import looks_chinese, looks_western
from comity.formats.errors import FormatError
from comity.formats.text import whole

MAX_CONTENT = 32 * 1024 * 1024
"""Bytes of one file. The longest EUR-Lex page known has 12 MB."""
MAX_LINES = 200_000
"""Lines of one text. An act of a hundred pages has 3,000."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ADVICE = "save it as UTF-8 and try again"
# Line ends of other kinds, and the two signs that no XML may hold.
_OTHERS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


def check_size(content: bytes, file: str) -> None:
    """Refuse what is empty or beyond `MAX_CONTENT`.

    Raises:
        FormatError: it is.
    """
    if not content.strip():
        raise FormatError(file, 0, "the file is empty")
    if len(content) > MAX_CONTENT:
        raise FormatError(file, 0, f"the file is larger than {MAX_CONTENT // 2**20} MB")


def decoded(content: bytes, file: str, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the characters of a text file, and a warning where its encoding had to be guessed.

    A byte order mark decides, then UTF-8 throughout, then what the file declares.

    Raises:
        FormatError: it is empty or too large, binary, or its encoding cannot be told.
    """
    check_size(content, file)
    name, warning = _encoding(content, file, declared)
    try:
        text = content.decode(name)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise FormatError(file, 0, f"the file says it is {name.upper()}, but it is not: {_ADVICE}") from error
    if text.count("\0") > len(text) // 100:
        raise FormatError(file, 0, "this is not a text file")
    return characters(text.replace("\r\n", "\n").replace("\r", "\n")), warning


def lines_of(text: str, file: str) -> list[str]:
    """Split a text into its lines.

    Raises:
        FormatError: there are more than `MAX_LINES`.
    """
    if text.count("\n") > MAX_LINES:
        raise FormatError(file, 0, f"the file has more than {MAX_LINES:,} lines: not one instrument")
    return text.split("\n")


def characters(text: str) -> str:
    """Return `text` in NFC without control characters and direction overrides, lone surrogates as U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return whole(text.translate(_OTHERS))


def _encoding(content: bytes, file: str, declared: str) -> tuple[str, tuple[str, ...]]:
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name, ()
    try:
        content.decode("utf-8")
        return "utf-8", ()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    if known := _known(declared):
        return known, ()
    chinese, western = looks_chinese(content), looks_western(content)
    if chinese == western:
        raise FormatError(file, line, f"this is not UTF-8 text, and its encoding cannot be told: {_ADVICE}")
    name, words = ("gb18030", "Chinese (GB 18030)") if chinese else ("cp1252", "Western European (Windows-1252)")
    return name, (f"Not UTF-8; read as {words}. If letters look wrong, {_ADVICE}.",)


def _known(declared: str) -> str:
    """The codec of a declared encoding; "" where there is none, or it would not give text."""
    try:
        codec = codecs.lookup(declared.strip()) if declared else None
    except (LookupError, ValueError):
        return ""
    if codec is None or not codec._is_text_encoding or codec.name in ("utf-8", "idna", "punycode"):
        return ""
    return {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}.get(codec.name, codec.name)
