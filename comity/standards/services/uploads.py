"""Catalogue files that people hand over by the page of imports."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from comity.formats import catalogue
from comity.formats.catalogue import FormatError
from comity.records import tasks
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Task
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import IsText, NothingToImport, TooLarge
from comity.standards.models import ColumnMapping

LARGEST = 512 << 20
TEXTS = (".docx", ".htm", ".html", ".markdown", ".md", ".pdf")
TABLES = ("csv", "xlsx")


def receive(name: str, chunks: Iterable[bytes], *, by: Viewer) -> str:
    """Keep a file until it is imported. Returns the token it is kept under.

    Raises:
        NotAllowed: the viewer does not import.
        TooLarge: it is larger than the node takes by page; the command line has no such limit.
        IsText: it is the text of one document, which another page reads.
        NothingToImport: it is in no format that is read.
    """
    if not policies.may_import(by):
        raise NotAllowed
    if name.lower().endswith(TEXTS):
        raise IsText
    token = uuid.uuid4().hex
    # Readers tell a record's place by its file and folder: the token must not be part of it.
    folder = _folder() / token / "data"
    folder.mkdir(parents=True)
    path = folder / (re.sub(r"[^\w.-]+", "_", name)[-120:].lstrip(".") or "upload")
    try:
        _write(path, chunks)
        catalogue.detect(path)
    except (FormatError, TooLarge) as error:
        path.unlink(missing_ok=True)
        folder.rmdir()
        folder.parent.rmdir()
        raise error if isinstance(error, TooLarge) else NothingToImport(reason=error.reason) from error
    return token


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size = 0
    with path.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge(most=LARGEST >> 20)
            out.write(chunk)


def _folder() -> Path:
    return Path(settings.COMITY_HOME) / "uploads"


def received(token: str) -> Path:
    """The file kept under a token.

    Raises:
        NotFound: there is none.
    """
    folder = _folder() / token / "data"
    found = sorted(folder.iterdir()) if re.fullmatch("[0-9a-f]{32}", token) and folder.is_dir() else []
    if not found:
        raise NotFound
    return found[0]


def is_table(path: Path) -> bool:
    return catalogue.detect(path) in TABLES


@transaction.atomic
def start_import(
    token: str,
    *,
    by: Viewer,
    read_on: str = "",
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    save_as: str = "",
) -> Task:
    """Queue the import of a received file; a mapping of columns may be saved under a name for the next time.

    Raises:
        NotAllowed: the viewer does not import.
        NotFound: the file is not there.
    """
    if not policies.may_import(by):
        raise NotAllowed
    path = received(token)
    if save_as and mapping:
        ColumnMapping.objects.update_or_create(name=save_as, defaults={"columns": dict(mapping)})
    return tasks.enqueue(
        "standards.import",
        paths=[str(path)],
        read_on=read_on,
        source=source,
        mapping=dict(mapping or {}),
        actor=str(by.actor or ""),
    )
