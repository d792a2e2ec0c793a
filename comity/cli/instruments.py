"""Commands about instruments: texts split into clauses."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from comity.cli.main import progress
from comity.cli.node import compute_vectors, need_node


@click.group("instrument")
def instrument_command() -> None:
    """Texts split into clauses: import, show, compare, take out."""


@instrument_command.command(
    "import",
    epilog='Example: comity instrument import ai-act.html --document "Regulation (EU) 2024/1689" --may-show',
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", default="", help="Identifier of the document, dated or not, if the file does not say.")
@click.option("--edition", default="", help="Edition or version, where the identifier does not tell them apart.")
@click.option("--date", default="", help="Date of this edition (YYYY-MM-DD).")
@click.option("--language", default="", help="BCP 47, if the file does not say.")
@click.option("--title", default="", help="Title, if the file does not say.")
@click.option("--nature", type=click.Choice(["official", "translation", "machine", "outline", "summary"]))
@click.option("--licence", default="", help="Licence of the text.")
@click.option("--may-show/--may-not-show", default=None, help="Whether the text may be read on this node.")
@click.option("--ai", "selected", is_flag=True, help="The document belongs to the AI standards.")
@click.option("--format", "form", default="", help="The file's format, if it is not recognised.")
@click.option("--part", default="", help="For a bill that enacts several Acts: the one to read.")
@click.option("--column", "columns", multiple=True, help="For tables: FIELD=HEADER, as often as needed.")
@click.option("--outline", type=click.Path(path_type=Path), help="Write the outline found as a table; save nothing.")
@click.option(
    "--corrected", type=click.Path(exists=True, path_type=Path), help="Take the outline from this corrected table."
)
@click.option("--no-vectors", is_flag=True, help="Leave search by meaning to the background worker.")
@click.option("--json", "as_json", is_flag=True, help="The report, for programs.")
def import_instrument(
    files: tuple[Path, ...],
    form: str,
    part: str,
    columns: tuple[str, ...],
    outline: Path | None,
    corrected: Path | None,
    no_vectors: bool,
    as_json: bool,
    nature: str | None,
    selected: bool,
    **said: Any,
) -> None:
    """Read files into clauses: OSCAL, CISO Assistant, EUR-Lex, Formex, Akoma Ntoso, bill XML, Markdown, PDF, DOCX,
    tables, JSON.

    With --outline the outline is written to a table that can be corrected: fate (keep, join to the row before,
    drop), level, number, kind, heading. --corrected takes it back.
    """
    need_node()
    from comity.records import tasks
    from comity.standards import services

    if (outline or corrected) and len(files) > 1:
        raise click.UsageError("--outline and --corrected are for one file.")
    target = services.Target(nature=nature or "", selected="named by a person" if selected else "", **said)
    saved = []
    show = progress("Texts")
    for place, file in enumerate(files, 1):
        found = services.read_instrument(
            file.read_bytes(), str(file), form=form, language=said["language"], part=part, mapping=_mapping(columns)
        )
        if outline:
            outline.write_text(services.outline_table(found), encoding="utf-8")
            _tell_outline(found, outline)
            return
        if corrected:
            found = services.with_table(found, corrected.read_text(encoding="utf-8-sig"), str(corrected))
        saved.append((file, services.save_instrument(found, target)))
        show(place, len(files))
    if no_vectors:
        tasks.enqueue("search.vectors", once=True)
    else:
        compute_vectors("Search by meaning")
    _tell(saved, as_json)


def _mapping(columns: tuple[str, ...]) -> dict[str, str] | None:
    pairs = [column.partition("=") for column in columns]
    if any(not equals for _field, equals, _header in pairs):
        raise click.UsageError("--column takes FIELD=HEADER.")
    return {field.strip(): header.strip() for field, _equals, header in pairs} or None


def _tell_outline(found: Any, file: Path) -> None:
    uncertain = sum(bool(clause.doubts) for clause in found.clauses)
    click.echo(
        f"{len(found.clauses):,} clauses found, {uncertain:,} uncertain. Correct {file}, then use --corrected."
    )
    for warning in found.warnings:
        click.echo(f"  {warning}", err=True)


def _tell(saved: list[tuple[Path, Any]], as_json: bool) -> None:
    rows = [
        {
            "file": str(file),
            "document": one.expression.edition.document.key,
            "edition": one.expression.edition.key,
            "language": one.expression.language,
            "nature": str(one.expression.nature),
            "may_show": one.expression.may_show,
            "clauses": one.expression.clauses_known,
            "new": one.new,
            "changed": one.changed,
            "unchanged": one.unchanged,
            "gone": one.gone,
            "uncertain": one.uncertain,
            "warnings": one.warnings,
            "url": f"{one.expression.edition.document.get_absolute_url()}text/?lang={one.expression.language}",
        }
        for file, one in saved
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['edition']} ({row['language']}): {row['clauses']:,} clauses  {row['url']}")
        told = [f"{row[name]:,} {name}" for name in ("new", "changed", "unchanged", "uncertain") if row[name]]
        told += [f"{len(row['gone'])} gone"] if row["gone"] else []
        click.echo(f"  {', '.join(told)}")
        for warning in row["warnings"]:
            click.echo(f"  {warning}")
        if not row["may_show"]:
            click.echo("  Its text is searched, but not shown. --may-show changes that, if the licence allows.")


def _document(identifier: str) -> Any:
    from comity.records.viewer import NODE
    from comity.standards import queries

    found = queries.find(identifier, NODE)
    if found is None:
        click.echo(f"No document is known as {identifier!r}. Try `comity search`.", err=True)
        sys.exit(1)
    return found


@instrument_command.command("show", epilog='Example: comity instrument show "ISO/IEC 42001" --clause A.6.2.4')
@click.argument("document")
@click.option("--clause", "ref", default="", help="Only this clause and what it holds.")
@click.option("--edition", default="", help="Label or identifier; else the latest.")
@click.option("--as-of", default="", help="The edition that was the latest on this day.")
@click.option("--language", default="", help="BCP 47; else English or the first there is.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_instrument(document: str, ref: str, edition: str, as_of: str, language: str, as_json: bool) -> None:
    """The clauses of a document."""
    need_node()
    from comity.formats import instruments as formats
    from comity.records.viewer import ANYONE
    from comity.standards.queries import instruments

    source = instruments.taken(
        _document(document), ANYONE, edition=edition, as_of=as_of, languages=[language] if language else ["en"]
    )
    if source is not None and ref:
        source = instruments.below(source, ref)
    if source is None or not source.clauses:
        click.echo("No such text, edition or clause is known.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(formats.write(source, "comity-json").decode())
        return
    depth: dict[str | None, int] = {None: -1}
    for clause in source.clauses:
        depth[clause.ref] = depth.get(clause.parent, -1) + 1
        indent = "  " * depth[clause.ref]
        click.echo(f"{indent}{clause.ref}  {clause.heading}".rstrip())
        for words in filter(None, (clause.text, clause.summary)):
            click.echo("\n".join(f"{indent}  {line}" for line in words.splitlines() if line))


@instrument_command.command(
    "diff", epilog='Example: comity instrument diff "Regulation (EU) 2024/1689" --from 2024-06-13'
)
@click.argument("document")
@click.option("--from", "old", default="", help="Label, identifier or date of an edition; else the one before.")
@click.option("--to", "new", default="", help="Label, identifier or date of an edition; else the latest.")
@click.option("--language", default="", help="BCP 47; else English or the first both have.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def diff_instrument(document: str, old: str, new: str, language: str, as_json: bool) -> None:
    """What changed between two editions, clause by clause."""
    need_node()
    from comity.records.viewer import ANYONE
    from comity.standards.queries import changes

    found = changes.compared(_document(document), ANYONE, old=old, new=new, language=language)
    if found is None:
        click.echo("Two editions with clauses in one language are needed.", err=True)
        sys.exit(1)
    rows = [changes.change_json(row) for row in found.rows]
    if as_json:
        body = {
            "from": found.old.key,
            "to": found.new.key,
            "language": found.language,
            "counts": found.counts,
            "changes": rows,
        }
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    click.echo(f"{found.old.key} -> {found.new.key} ({found.language})")
    click.echo(", ".join(f"{count:,} {kind}" for kind, count in sorted(found.counts.items())))
    for row in rows:
        refs = " -> ".join(filter(None, ("+".join(row["old"]), "+".join(row["new"]))))
        click.echo(f"{row['kind']:<9} {refs}  {row['heading']}".rstrip())


@instrument_command.command(
    "export", epilog='Example: comity instrument export "NIST AI 100-1" --format oscal-json > rmf.json'
)
@click.argument("document")
@click.option(
    "--format",
    "form",
    type=click.Choice(["comity-json", "markdown", "oscal-json", "docx"]),
    default="comity-json",
    show_default=True,
)
@click.option("--edition", default="", help="Label or identifier; else the latest.")
@click.option("--as-of", default="", help="The edition that was the latest on this day.")
@click.option("--language", default="", help="BCP 47; else English or the first there is.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
def export_instrument(document: str, form: str, edition: str, as_of: str, language: str, output: Path | None) -> None:
    """One language of an edition as a file. What may not be shown is not in it."""
    need_node()
    from comity.formats import instruments as formats
    from comity.records.viewer import ANYONE
    from comity.standards.queries import instruments

    source = instruments.taken(
        _document(document), ANYONE, edition=edition, as_of=as_of, languages=[language] if language else ["en"]
    )
    if source is None:
        click.echo("No such text or edition is known.", err=True)
        sys.exit(1)
    content = formats.write(source, form)
    if output is None:
        click.echo(content, nl=False)
        return
    part = output.with_name(output.name + ".part")
    part.write_bytes(content)
    part.replace(output)


@instrument_command.command(
    "remove", epilog='Example: comity instrument remove "Regulation (EU) 2024/1689" --language nl --yes'
)
@click.argument("document")
@click.option("--language", required=True, help="BCP 47: the language whose text goes.")
@click.option("--edition", default="", help="Label or identifier; else the latest.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove_instrument(document: str, language: str, edition: str, yes: bool) -> None:
    """Remove one language of an edition. Refused while others point at its clauses; the document stays."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services
    from comity.standards.queries import instruments

    found = instruments.expression(_document(document), NODE, edition=edition, language=language)
    if found is None:
        click.echo("No such text or edition is known.", err=True)
        sys.exit(1)
    key, clauses = found.edition.key, found.clauses_known
    if not yes:
        click.confirm(f"Remove {key} ({language}), {clauses:,} clauses?", abort=True)
    withdrawn = services.remove_expression(found, by=NODE)
    click.echo(f"{key} ({language}) was removed; {withdrawn:,} clauses were withdrawn that no other language has.")
