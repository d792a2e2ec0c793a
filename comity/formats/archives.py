"""Office files are zip archives: refused before anything is unpacked where they are none, locked, or a bomb."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO

from comity.formats.errors import FormatError

MAX_UNPACKED = 128 * 1024 * 1024
MAX_RATIO = 100
_SMALL = 1024 * 1024


def check(archive: Path | BinaryIO, file: str, *, what: str, called: str, part: str, most: int) -> None:
    """Refuse what is not the office file it should be. Sizes cannot lie: unpacking stops at the size stated.

    Args:
        what: "document"; `called`: "a Word document (.docx)".
        part: that every such file has.
        most: parts that it may have.

    Raises:
        FormatError: it is no such file, has a password, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise FormatError(file, 0, f"this is not {called}: {error}"[:300]) from None
    if len(members) > most or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FormatError(file, 0, f"the {what} unpacks to more than {MAX_UNPACKED // 2**20} MB")
    for member in members:
        if member.flag_bits & 1:
            raise FormatError(file, 0, f"this {what} is protected by a password: save it without one and try again")
        if member.file_size > _SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise FormatError(file, 0, f"the {what} unpacks to more than {MAX_RATIO} times its size (a zip bomb)")
    if part not in {member.filename for member in members}:
        raise FormatError(file, 0, f"this is a zip file, but not {called}")
