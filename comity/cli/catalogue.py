"""Commands about the catalogue."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from comity.cli.main import progress
from comity.cli.node import compute_vectors, need_node

COUNTED = (
    "read",
    "resumed",
    "new",
    "changed",
    "unchanged",
    "merged",
    "differing",
    "reselected",
    "works",
    "refused",
)


@click.group("import")
def import_command() -> None:
    """Bring data in: `comity import catalogue PATH...`."""


@import_command.command(
    "catalogue",
    epilog="Example: comity import catalogue iso.jsonl.gz data/*.yaml --read-on 2026-03-15",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--read-on", default="", help="The day the sources were read (YYYY-MM-DD), if the files do not say.")
@click.option("--source", default="", help="Key of the source, for formats that do not say.")
@click.option("--column", "columns", multiple=True, help="For tables: FIELD=HEADER, as often as needed.")
@click.option("--mapping", help="For tables: the name of a saved column mapping.")
@click.option("--save-mapping", help="Save the --column options under this name.")
@click.option("--no-vectors", is_flag=True, help="Leave search by meaning to the background worker.")
@click.option("--json", "as_json", is_flag=True, help="The report, for programs.")
def import_catalogue(
    paths: tuple[Path, ...],
    read_on: str,
    source: str,
    columns: tuple[str, ...],
    mapping: str | None,
    save_mapping: str | None,
    no_vectors: bool,
    as_json: bool,
) -> None:
    """Import catalogue files: Relaton YAML, RIS, JSON Lines, CSV, XLSX; plain or gzipped, folders too.

    May be stopped at any time and run again: it goes on where it stopped, and what is known already is
    left alone.
    """
    need_node()
    from comity.records import tasks
    from comity.standards import services

    table = _mapping(columns, mapping, save_mapping)
    shows: dict[str, Any] = {}
    report = services.import_catalogue(
        paths,
        read_on=_day(read_on),
        source=source,
        mapping=table,
        progress=lambda file, done, total: shows.setdefault(file, progress(file))(done, total),
    )
    made = 0
    if no_vectors:
        tasks.enqueue("search.vectors", once=True)
    else:
        made = compute_vectors("Search by meaning")
    _tell(report, made, as_json)
    sys.exit(0 if report.counts["read"] > report.counts["refused"] else 1)


def _day(text: str) -> str:
    from comity.engine.dates import PartialDate

    try:
        return str(PartialDate.parse(text)) if text else ""
    except ValueError as error:
        raise click.UsageError(f"--read-on: {error}") from error


def _mapping(columns: tuple[str, ...], name: str | None, save: str | None) -> dict[str, str] | None:
    from comity.standards.models import ColumnMapping

    table: dict[str, str] = {}
    if name:
        saved = ColumnMapping.objects.filter(name=name).first()
        if saved is None:
            known = ", ".join(ColumnMapping.objects.values_list("name", flat=True)) or "none"
            raise click.UsageError(f"No column mapping is called {name!r}. Saved: {known}.")
        table |= saved.columns
    for column in columns:
        field, equals, header = column.partition("=")
        if not equals:
            raise click.UsageError(f"--column takes FIELD=HEADER, not {column!r}.")
        table[field.strip()] = header.strip()
    if save and table:
        ColumnMapping.objects.update_or_create(name=save, defaults={"columns": table})
    return table or None


def _tell(report: Any, vectors: int, as_json: bool) -> None:
    if as_json:
        body: dict[str, Any] = {name: report.counts[name] for name in COUNTED}
        body |= {"vectors": vectors, "details": str(report.details)}
        body["refusals"] = [{"file": r.file, "line": r.line, "reason": r.reason} for r in report.refusals]
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    counts = report.counts
    click.echo(f"{len(report.files)} files, {counts['read']:,} records read")
    for name, words in (
        ("resumed", "lines were done by an earlier run"),
        ("new", "new"),
        ("changed", "changed"),
        ("unchanged", "known already and the same"),
        ("merged", "merged with what other sources say"),
        ("differing", "of these, where sources differ"),
        ("reselected", "documents newly in the AI set"),
        ("works", "documents joined to a work of several bodies"),
        ("refused", "refused"),
    ):
        if counts[name]:
            click.echo(f"  {counts[name]:>9,} {words}")
    if vectors:
        click.echo(f"  {vectors:>9,} titles made searchable by meaning")
    for refusal in report.refusals:
        click.echo(f"  {refusal.file}, line {refusal.line}: {refusal.reason}")
    click.echo(f"Every merge, difference and refusal, by file and line: {report.details}")


@click.group("export")
def export_command() -> None:
    """Take data out: `comity export catalogue`."""


@export_command.command(
    "catalogue", epilog="Example: comity export catalogue --format xlsx --where body=ISO --output iso.xlsx"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "xlsx", "bibtex", "csl", "relaton"]),
    default="jsonl",
    show_default=True,
)
@click.option("--all", "everything", is_flag=True, help="Every document, not only AI standards.")
@click.option("--where", multiple=True, help="FILTER=VALUE as in the list's address (body=ISO, q=risk), repeatable.")
@click.option("--as-of", default="", help="How documents stood on a day (2018, 2018-05, 2018-05-31); not for jsonl.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
def export_catalogue(form: str, everything: bool, where: tuple[str, ...], as_of: str, output: Path | None) -> None:
    """Write documents: JSON Lines that import reads back, a table, citations, or Relaton YAML.

    JSON Lines hold what each source said of every edition; the other forms a row or an entry for each document.
    """
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import exports, files, queries

    if as_of and form == "jsonl":
        raise click.UsageError("--as-of goes with the other formats: claims are not of a day.")
    filters = queries.Filters.read({**_where(where), "all": "1" if everything else "0", "as_of": as_of})
    _check_where(where, filters)
    found = queries.matching(filters, NODE)
    parts = (
        (line.encode() for line in exports.jsonl_of(found))
        if form == "jsonl"
        else files.written(files.form(form), found, NODE, day=queries.day_of(as_of))
    )
    if output is None:
        if form == "xlsx" and sys.stdout.isatty():
            raise click.UsageError("A workbook is not text: give --output, or send it to a file.")
        out = click.get_binary_stream("stdout")
        for part in parts:
            out.write(part)
        out.flush()
        return
    part_file = output.with_name(output.name + ".part")
    with part_file.open("wb") as file:
        file.writelines(parts)
    part_file.replace(output)


def _where(where: tuple[str, ...]) -> dict[str, str]:
    from comity.standards.queries import FACETS

    given: dict[str, str] = {}
    for one in where:
        name, equals, value = one.partition("=")
        if not equals or name not in (*FACETS, "q"):
            raise click.UsageError(f"--where takes FILTER=VALUE, not {one!r}. Filters: {', '.join((*FACETS, 'q'))}.")
        given[name] = value
    return given


def _check_where(where: tuple[str, ...], filters: Any) -> None:
    """A page passes over a filter that makes no sense; a command says so, or the file would hold too much."""
    for one in where:
        name, _equals, value = one.partition("=")
        if value and not getattr(filters, "query" if name == "q" else name):
            raise click.UsageError(f"--where {one}: the catalogue has no such {name}.")


@click.command("search", epilog='Example: comity search "gestion des risques IA" --json')
@click.argument("query")
@click.option("--top", default=10, show_default=True, help="How many to show.")
@click.option("--ai", is_flag=True, help="Only AI standards.")
@click.option("--words-only", is_flag=True, help="Do not search by meaning.")
@click.option("--as-of", default="", help="How what is found stood on a day (2018, 2018-05, 2018-05-31).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def search_command(query: str, top: int, ai: bool, words_only: bool, as_of: str, as_json: bool) -> None:
    """Search the catalogue, in any language."""
    need_node()
    from comity.records.viewer import ANYONE
    from comity.standards import queries

    filters = queries.Filters(query=query[:500], all=not ai, as_of=as_of)
    page = queries.listing(filters, ANYONE, size=max(1, top), meaning=not words_only)
    rows = [_found(one, page.reasons.get(one.pk), page.thens.get(one.pk)) for one in page.rows]
    if as_json:
        click.echo(
            json.dumps({"query": query, "total": page.total, "more": page.more, "results": rows}, ensure_ascii=False)
        )
    else:
        for place, row in enumerate(rows, 1):
            click.echo(f"{place:>3}  {row['identifier']}  {row['title']}")
            stood = (
                f"{row['as of']['status']}  {row['as of']['edition'] or ''}"
                if "as of" in row
                else f"{row['stage']}  {row['date']}"
            )
            click.echo(f"     {stood}  {row['committee']}  [{row['found by']}]")
        if not rows:
            click.echo(
                "Nothing was found. Fewer words may help, or `comity import catalogue` for more records.",
                err=True,
            )
    sys.exit(0 if rows else 1)


def _found(one: Any, hit: Any, then: Any) -> dict[str, Any]:
    from comity.standards import exports

    reason = hit.reason if hit else "words"
    day = {"as of": exports.then_json(then)} if then else {}
    return day | {
        "identifier": one.identifier,
        "document": one.key,
        "id": str(one.rid),
        "title": str(one.title),
        "titles": dict(one.title),
        "stage": one.stage,
        "date": one.date,
        "committee": one.committee.designation if one.committee else "",
        "url": one.get_absolute_url(),
        "score": round(hit.score, 6) if hit else None,
        "found by": f"meaning: {hit.matched}" if hit and hit.matched and reason == "meaning" else reason,
    }


@click.command("show", epilog='Example: comity show "ISO/IEC 42001" --json')
@click.argument("identifier")
@click.option("--as-of", default="", help="Also how it stood on a day (2018, 2018-05, 2018-05-31).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_command(identifier: str, as_of: str, as_json: bool) -> None:
    """One document: its editions, stages, relations and what each source says."""
    need_node()
    from comity.records.viewer import ANYONE
    from comity.standards import exports, queries

    document = queries.find(identifier, ANYONE)
    if document is None:
        click.echo(f"No document is known as {identifier!r}. Try `comity search`.", err=True)
        sys.exit(1)
    day, found = queries.day_of(as_of), queries.dossier(document, ANYONE)
    body = exports.document_json(found, queries.as_of_many(found.shown, day) if day else None)
    click.echo(json.dumps(body, ensure_ascii=False, indent=2) if as_json else exports.document_text(body))


@click.command("vectors", epilog="Example: comity vectors")
def vectors_command() -> None:
    """Compute what search by meaning lacks now, instead of waiting for the background worker."""
    need_node()
    click.echo(f"{compute_vectors('Search by meaning'):,} titles", err=True)
