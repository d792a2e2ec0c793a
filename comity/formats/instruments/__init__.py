"""Read instruments split into clauses, whatever form they are published in, and write them in open forms.

instrument = read("ai-act.en.xml")
for clause in instrument.clauses:
    print(clause.ref, clause.heading)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from comity.formats.errors import FormatError
from comity.formats.instruments.detect import detect
from comity.formats.instruments.formats import FORMATS, OPTIONS, READERS, WRITERS
from comity.formats.instruments.model import DOUBTS, KINDS, SourceClause, SourceInstrument

__all__ = [
    "DOUBTS",
    "FORMATS",
    "KINDS",
    "MAX_BYTES",
    "FormatError",
    "SourceClause",
    "SourceInstrument",
    "detect",
    "read",
    "write",
    "writers",
]

MAX_BYTES = 32 * 1024 * 1024


def read(
    source: Path | str | bytes,
    *,
    file: str = "",
    form: str = "",
    language: str = "",
    mapping: Mapping[str, str] | None = None,
    part: str = "",
) -> SourceInstrument:
    """Read one instrument from a file, or from the bytes of one.

    Args:
        file: what to call it in messages, and whose name tells the form where the bytes leave it open.
        form: one of `FORMATS`; by default it is found out.
        language: which one to read of a file that has several; of another, its language where it does not say.
        mapping: for tables and lists of records, `{field: column}` (see `columns`); by default it is guessed.
        part: for a bill, which Act that it enacts is read (see `bill_xml`).

    Raises:
        FormatError: the file cannot be read, in words for the person who gave it.
    """
    content, file = (source, file) if isinstance(source, bytes) else _content(Path(source), file)
    if form and form not in FORMATS:
        raise FormatError(file, 0, f"there is no form {form!r}; there are {', '.join(FORMATS)}")
    module = READERS[form or detect(content, file)]
    options = OPTIONS.get(module, ())
    if part and "part" not in options:
        raise FormatError(file, 0, "only of a bill can one enacted Act be read by itself")
    asked: dict[str, object] = {"language": language, "mapping": mapping, "part": part}
    reader = import_module(f"{__name__}.{module}").read
    instrument = cast(SourceInstrument, reader(content, file, **{name: asked[name] for name in options}))
    return instrument if instrument.language or not language else replace(instrument, language=language)


def writers() -> tuple[str, ...]:
    """The forms that `write` knows."""
    return tuple(WRITERS)


def write(instrument: SourceInstrument, form: str) -> bytes:
    """Return an instrument in one of `writers`; `read` gives equal clauses back.

    Raises:
        KeyError: there is no writer of this form.
    """
    return cast(bytes, import_module(f"{__name__}.{WRITERS[form]}").write(instrument))


def _content(path: Path, file: str) -> tuple[bytes, str]:
    file = file or path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(file, 0, f"the file is larger than {MAX_BYTES // 2**20} MB")
        return path.read_bytes(), file
    except FileNotFoundError:
        raise FormatError(file, 0, "there is no such file") from None
    except IsADirectoryError:
        raise FormatError(file, 0, "this is a directory") from None
    except OSError as error:
        raise FormatError(file, 0, f"the file cannot be opened: {error.strerror}") from None
