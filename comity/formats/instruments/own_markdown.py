"""The Markdown that this product writes: a heading for each clause, with its ref in code before the words.

    ---
    comity: instrument
    title: "Regulation (EU) 2024/1689"
    ---

    ## `Art.9(2)` {.paragraph}

    The risk management system shall be understood as ...

    > What the publisher says about it.

Headings are as deep as the clause is, beyond the six levels of Markdown too. A parent that does not follow from the
depth is named: `{.clause parent="6.1"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comity.formats.instruments.model import KINDS, SourceClause, SourceInstrument, paragraphs, settled
from comity.formats.instruments.source import characters

MARK = "comity"
_FIELDS = (
    "title",
    "language",
    "identifier",
    "body",
    "version",
    "date",
    "licence",
    "redistribute",
    "nature",
    "source",
)
_HEADING = re.compile(r"(#{1,30}) (`+)")
_TICKS = re.compile("`+")
_END = re.compile(r"\s?\{\.([a-z]{1,20})(?: parent=(\"(?:[^\"\\]|\\.)*\"))?\}$")
_SIGNS = ("#", ">", "\\")


def write(instrument: SourceInstrument) -> bytes:
    """Return an instrument as Markdown. Notes on how it was read (doubts, warnings) are not written."""
    front = [f"{name}: {_json(_line(getattr(instrument, name)))}" for name in _FIELDS]
    parts = ["\n".join(["---", f"{MARK}: instrument", *front, "---"])]
    opened: list[str] = []
    for clause in instrument.clauses:
        depth = opened.index(clause.parent) + 1 if clause.parent in opened else 0
        stated = clause.parent if clause.parent is not None and not depth else None
        opened = [*opened[:depth], clause.ref]
        parts.append(f"{'#' * len(opened)} {_heading(clause, stated)}")
        if text := paragraphs(characters(clause.text)):
            parts.append("\n".join(_escaped(line) for line in text.split("\n")))
        if guidance := paragraphs(characters(clause.guidance)):
            parts.append("\n".join(f"> {line}".rstrip() for line in guidance.split("\n")))
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def read(lines: Sequence[str], start: int, front: dict[str, str], file: str) -> SourceInstrument:
    """Read lines from `start` on as `write` has written them; `front` holds what stood before.

    Raises:
        FormatError: there are no clauses in it.
    """
    found: list[SourceClause] = []
    opened: list[str] = []
    texts: list[str] = []
    guidance: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        head = _read_heading(line, number)
        if head is None and line[:1] == ">":
            guidance.append(line[2:])
            continue
        if head is None:
            texts.append(line[1:] if line[:1] == "\\" else line)
            continue
        _finish(found, texts, guidance)
        clause, depth = head
        del opened[depth - 1 :]
        found.append(clause if clause.parent is not None or not opened else replace(clause, parent=opened[-1]))
        opened.append(clause.ref)
    _finish(found, texts, guidance)
    values: dict[str, Any] = {name: front.get(name, "") for name in _FIELDS}
    values["redistribute"] = values["redistribute"] if values["redistribute"] in ("yes", "no") else "check"
    return SourceInstrument(clauses=settled(file, found), form="markdown", **values)


def value(text: str) -> str:
    """A value of the front matter."""
    if text[:1] == '"' and (words := _from_json(text)) is not None:
        return words
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _finish(found: list[SourceClause], texts: list[str], guidance: list[str]) -> None:
    """Give the latest clause the lines that were gathered for it."""
    if found:
        found[-1] = replace(found[-1], text="\n".join(texts), guidance="\n".join(guidance))
    texts.clear()
    guidance.clear()


def _heading(clause: SourceClause, stated: str | None) -> str:
    ref = _line(clause.ref)
    fence = "`" * (max((len(run) for run in _TICKS.findall(ref)), default=0) + 1)
    shown = f"{fence}{ref}{fence}" if len(fence) == 1 else f"{fence} {ref} {fence}"
    parent = f" parent={_json(_line(stated))}" if stated is not None else ""
    return " ".join(part for part in (shown, _line(clause.heading), f"{{.{clause.kind}{parent}}}") if part)


def _read_heading(line: str, number: int) -> tuple[SourceClause, int] | None:
    found = _HEADING.match(line)
    if found is None:
        return None
    closing = next((run for run in _TICKS.finditer(line, found.end()) if run[0] == found[2]), None)
    if closing is None:
        return None
    ref, rest = line[found.end() : closing.start()].strip(), line[closing.end() :]
    kind, parent = "clause", None
    if end := _END.search(rest):
        rest = rest[: end.start()]
        kind = end[1] if end[1] in KINDS else "clause"
        parent = _from_json(end[2]) if end[2] else None
    return SourceClause(ref, parent, kind, rest.strip(), line=number), len(found[1])


def _line(text: str) -> str:
    return " ".join(characters(text).split())


def _escaped(line: str) -> str:
    return f"\\{line}" if line.startswith(_SIGNS) else line


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _from_json(text: str) -> str | None:
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return words if isinstance(words, str) else None
