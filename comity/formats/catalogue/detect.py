"""Find out what a file is, by content first and by name second, and which files of a folder count."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from comity.formats.errors import FormatError

FORMATS = ("jsonl", "jsonl.gz", "json", "yaml", "ris", "csv", "xlsx")
_SUFFIXES = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".ris": "ris",
    ".csv": "csv", ".tsv": "csv", ".txt": "text", ".xlsx": "xlsx", ".xlsm": "xlsx",
}  # fmt: skip
_READABLE = (*_SUFFIXES, ".jsonl.gz", ".ndjson.gz", ".json.gz")
_HEAD = 64 * 1024
_RIS = re.compile(rb"(?:\xef\xbb\xbf)?\s*TY {1,2}-")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LIST = "a JSON list has to be unpacked first; only JSON Lines is read compressed"
_OLE = "a password-protected workbook, or one of the old .xls form: save it as .xlsx without a password"


def detect(path: Path | str) -> str:
    """Return the format of a file, one of `FORMATS`; an empty file has the format of its name.

    Raises:
        FormatError: there is no such file, it is a directory, or it is nothing that can be read.
    """
    path = Path(path)
    head = _head(path)
    if head[:2] == b"\x1f\x8b":
        return _packed(path)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "xlsx"
    if head[:4] == b"\xd0\xcf\x11\xe0":
        raise FormatError(str(path), 0, _OLE)
    named = _SUFFIXES.get(path.suffix.lower(), "")
    if named == "xlsx":
        raise FormatError(str(path), 0, "this is named as a workbook, but is not one")
    if _is_binary(head):
        raise FormatError(str(path), 0, "this is not text (or UTF-16 text without a byte order mark)")
    return _text_format(head, named) or _unknown(path)


def files(paths: Iterable[Path | str]) -> list[Path]:
    """Return the files to read: each path that is a file, and the readable ones within each directory.

    Directories are walked in sorted order, hidden files and links to directories passed over. A file
    named outright is returned whatever its name says.

    Raises:
        FormatError: a path does not exist, or a directory holds nothing to read.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += _inside(path)
        elif path.exists():
            found.append(path)
        else:
            raise FormatError(str(path), 0, "there is no such file or directory")
    return found


def _inside(folder: Path) -> list[Path]:
    inside: list[Path] = []
    for root, directories, names in os.walk(folder):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        readable = (name for name in sorted(names) if name.lower().endswith(_READABLE))
        inside += [Path(root, name) for name in readable if not name.startswith(".")]
    if not inside:
        raise FormatError(str(folder), 0, f"nothing to read in this directory ({', '.join(_READABLE)})")
    return inside


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise FormatError(str(path), 0, "this is a directory")
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except FileNotFoundError:
        raise FormatError(str(path), 0, "there is no such file") from None
    except OSError as error:
        raise FormatError(str(path), 0, f"the file cannot be opened: {error.strerror}") from None


def _packed(path: Path) -> str:
    """Look into a gzip file: it counts only where JSON Lines is inside."""
    try:
        with gzip.open(path) as stream:
            inside = stream.read1(_HEAD)
    except (EOFError, OSError, zlib.error):
        # Cut off at once or damaged: by its name the reader can still say where.
        inside = b""
    start = inside.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"[":
        raise FormatError(str(path), 0, _LIST)
    if start != b"{" and not path.name.lower().endswith(_READABLE[-3:]):
        raise FormatError(str(path), 0, "this is compressed, and what is inside is not JSON Lines")
    return "jsonl.gz"


def _text_format(head: bytes, named: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if named in ("yaml", "csv", "jsonl"):
        return named
    if _RIS.match(head):
        return "ris"
    if start[:1] == b"[":
        return "json"
    if start[:1] == b"{":
        # An object that ends with its line is JSON Lines, one that is laid out over several is not.
        return "jsonl" if start.split(b"\n", 1)[0].rstrip().endswith(b"}") or b"\n" not in start else "json"
    if start[:4] in (b"---\n", b"---\r"):
        return "yaml"
    return "csv" if named == "text" else named


def _unknown(path: Path) -> str:
    raise FormatError(str(path), 0, f"this is none of the formats that can be read ({', '.join(FORMATS)})")


def _is_binary(head: bytes) -> bool:
    """A stray NUL is dirt that cleaning takes away; a file full of them is not text."""
    return head[:2] not in _UTF16 and head.count(b"\0") > max(1, len(head) // 10)
