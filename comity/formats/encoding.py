"""Which encoding a table is in. A wrong guess is worse than none: it is never made silently."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from comity.formats.errors import FormatError

MAX_LEGACY = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ADVICE = "save the table as UTF-8 and import it again"

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# GB 2312: rows A1-A3 punctuation and full-width forms, B0-F7 characters (B0-D7 the common ones by sound).
_GB_PAIRS = re.compile(rb"(?:[\xa1-\xa3\xb0-\xf7][\xa1-\xfe])+")
_CAPITALS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ"
_WESTERN = _CAPITALS + "ßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœ"
_SIGNS = "€‚„…‹‘’“”•–—™›\xa0¡£§©ª«®°±²³´µ·¹º»¼½¾¿×"
# Of the signs, only apostrophe, dashes and the middle dot stand between letters.
_APART = re.sub("[’–—·]", "", _SIGNS)
# Western words never have these: a sign or a capital between small letters is another encoding showing.
_BROKEN = re.compile(rf"[a-zß-ÿ][{_CAPITALS}{_APART}][a-zß-ÿ]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name to open a file with, and a warning where it was not certain."""

    name: str
    warning: str = ""


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a text file: a byte order mark decides, then UTF-8 throughout.

    Windows-1252 and GB 18030 are told apart only where the text leaves no doubt, and with a warning.

    Raises:
        FormatError: neither Unicode nor clearly one of those two, with the first line that is not UTF-8.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            _check_unicode(path, name)
            return Encoding(name)
    line = _first_invalid_line(path, "utf-8")
    return Encoding("utf-8") if not line else _legacy(path, line)


def _check_unicode(path: Path, name: str) -> None:
    if line := _first_invalid_line(path, name):
        raise FormatError(str(path), line, f"the file says it is {name.upper()[:6]}, but it is not: {_ADVICE}")


def _first_invalid_line(path: Path, name: str) -> int:
    """Return the line of the first byte that does not decode, 0 where all do."""
    decoder = codecs.getincrementaldecoder(name)()
    line = 1
    with path.open("rb") as stream:
        while True:
            piece = stream.read(_CHUNK)
            try:
                line += decoder.decode(piece, final=not piece).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
            if not piece:
                return 0


def _legacy(path: Path, line: int) -> Encoding:
    if path.stat().st_size > MAX_LEGACY:
        raise FormatError(str(path), line, f"this is not UTF-8 text: {_ADVICE}")
    data = path.read_bytes()
    chinese, western = looks_chinese(data), looks_western(data)
    if chinese == western:
        raise FormatError(str(path), line, f"this is not UTF-8 text, and its encoding cannot be told: {_ADVICE}")
    name, words = ("gb18030", "Chinese (GB 18030)") if chinese else ("cp1252", "Western European (Windows-1252)")
    return Encoding(name, f"not UTF-8; read as {words}. If letters look wrong, {_ADVICE}")


def looks_chinese(data: bytes) -> bool:
    """Most characters common ones, all in whole pairs; not Korean, whose pairs all begin B0 to C8."""
    runs = _HIGH_RUN.findall(data)
    if not runs or not all(_GB_PAIRS.fullmatch(run) for run in runs):
        return False
    leads = [byte for run in runs for byte in run[::2] if byte >= 0xB0]
    common = sum(byte <= 0xD7 for byte in leads)
    beyond_korean = any(byte > 0xC8 for byte in leads)
    return bool(leads) and common >= 0.8 * len(leads) and beyond_korean


def looks_western(data: bytes) -> bool:
    """Every letter and sign one of Western Europe, mostly alone among ASCII, none in an impossible place."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    foreign = {character for character in text if character > "\x7f"} - set(_WESTERN) - set(_SIGNS)
    longest = max(map(len, _HIGH_RUN.findall(data)), default=0)
    return not foreign and longest <= 2 and _BROKEN.search(text) is None
