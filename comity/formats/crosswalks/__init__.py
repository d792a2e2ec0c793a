"""Read published crosswalks, which say what clause of one instrument stands for what clause of another; write them.

crosswalk = read(Path("csf-to-27001.xlsx").read_bytes(), file="csf-to-27001.xlsx")
for mapping in crosswalk.mappings:
    print(mapping.source_ref, mapping.relation or mapping.publisher_word, mapping.target_ref)
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from comity.formats.crosswalks.detect import detect
from comity.formats.crosswalks.formats import FORMATS, READERS, WRITERS
from comity.formats.crosswalks.model import MAX_MAPPINGS, RELATIONS, SourceCrosswalk, SourceMapping
from comity.formats.errors import FormatError

__all__ = [
    "FORMATS",
    "MAX_MAPPINGS",
    "RELATIONS",
    "FormatError",
    "SourceCrosswalk",
    "SourceMapping",
    "detect",
    "read",
    "read_all",
    "write",
    "writers",
]


def read(content: bytes, *, file: str, form: str = "") -> SourceCrosswalk:
    """Read the one crosswalk of a file.

    Args:
        file: what to call it in messages.
        form: one of `FORMATS`; by default it is found out.

    Raises:
        FormatError: the file cannot be read, or holds several crosswalks, in words for the person who gave it.
    """
    found = read_all(content, file=file, form=form)
    if len(found) > 1:
        names = "; ".join(f"{one.source_name or '?'} to {one.target_name or '?'}"[:120] for one in found[:5])
        raise FormatError(file, 0, f"it holds {len(found)} crosswalks ({names}): give each a file of its own")
    return found[0]


def read_all(content: bytes, *, file: str, form: str = "") -> tuple[SourceCrosswalk, ...]:
    """Read every crosswalk of a file, one at least. Arguments and errors as `read`, but that several are welcome."""
    if form and form not in FORMATS:
        raise FormatError(file, 0, f"there is no form {form!r}; there are {', '.join(FORMATS)}")
    reader = import_module(f"{__name__}.{READERS[form or detect(content, file)]}").read
    return cast(tuple[SourceCrosswalk, ...], reader(content, file))


def writers() -> tuple[str, ...]:
    """The forms that `write` knows."""
    return tuple(WRITERS)


def write(crosswalk: SourceCrosswalk, form: str) -> bytes:
    """Return a crosswalk in one of `writers`; `read` gives an equal one back, lines and warnings aside.

    Raises:
        KeyError: there is no writer of this form.
    """
    module, function = WRITERS[form]
    return cast(bytes, getattr(import_module(f"{__name__}.{module}"), function)(crosswalk))
