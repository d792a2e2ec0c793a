"""The command that checks the references of a draft."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from comity.cli.node import need_node


@click.group("references", epilog="Example: comity references check draft.docx")
def references_command() -> None:
    """The references of a draft: which records they are, and what is wrong with them."""


@references_command.command("check", epilog="Example: comity references check draft.docx --csv checked.csv")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as-of", default="", help="A year, month or day: against what was in force then.")
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="Write the table here as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(file: Path, as_of: str, table: Path | None, as_json: bool) -> None:
    """Check FILE (text, .docx, .bib, .csv, .xlsx; - for standard input). Nothing is stored.

    Exit status 1: something is wrong, not clear or not found.
    """
    need_node()
    from comity.formats.errors import FormatError
    from comity.records.viewer import NODE
    from comity.standards import queries, referenceexports
    from comity.standards import why_references as why
    from comity.standards.errors import NoReferences
    from comity.standards.queries import references

    try:
        listed = _read(file)
    except FormatError as error:
        raise click.ClickException(str(error)) from None
    found = why.lines(references.check_listed(listed, NODE, queries.day_of(as_of)))
    if not found:
        raise NoReferences
    if table:
        table.write_bytes(referenceexports.as_csv(found, listed))
    for one in found:
        click.echo(json.dumps(why.as_json(one), ensure_ascii=False) if as_json else _told(one))
    if any(one.tone != why.GOOD for one in found):
        sys.exit(1)


def _read(file: Path) -> Any:
    from comity.formats.errors import FormatError
    from comity.formats.references import LARGEST, read

    if str(file) == "-":
        return read(sys.stdin.buffer.read(LARGEST + 1), "standard input")
    try:
        with file.open("rb") as stream:
            return read(stream.read(LARGEST + 1), file.name)
    except FileNotFoundError:
        raise FormatError(str(file), 0, "there is no such file") from None
    except IsADirectoryError:
        raise FormatError(str(file), 0, "this is a directory") from None


def _told(one: Any) -> str:
    lines = [f"{one.number}: {one.verdict}: {one.written}"]
    if one.document:
        lines.append(f"   is {one.document.identifier}")
    lines += [f"   {each.text}" for each in one.said]
    if one.instead[0]:
        lines.append(f"   write: {one.corrected}")
    lines += [f"   perhaps {each.identifier}  {each.title}" for each in one.candidates]
    return "\n".join(lines)
