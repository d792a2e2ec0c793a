"""Commands about bridges: which clauses of two texts correspond."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from comity.cli.main import progress
from comity.cli.node import need_node

FORMS = ["csv", "oscal-mapping-json", "sssom", "tsv", "xlsx"]


@click.group("bridge")
def bridge_command() -> None:
    """Bridges between two texts: propose counterparts, import published crosswalks, show, take out."""


def _text(name: str) -> Any:
    from comity.bridges import services
    from comity.records.viewer import NODE

    return services.edition_called(name, NODE)


def _bridge(source: str, target: str) -> Any:
    from comity.bridges import queries
    from comity.records.viewer import NODE

    found = queries.bridge_between(_text(source), _text(target), NODE)
    if found is None:
        click.echo("There is no such bridge. `comity bridge propose` makes one.", err=True)
        sys.exit(1)
    return found


@bridge_command.command(
    "propose", epilog='Example: comity bridge propose "Regulation (EU) 2024/1689" "NIST AI 100-1" --top 3'
)
@click.argument("source")
@click.argument("target")
@click.option("--top", default=5, show_default=True, type=click.IntRange(1, 20), help="Proposals a clause.")
@click.option("--json", "as_json", is_flag=True, help="All proposals, for programs.")
def propose_bridge(source: str, target: str, top: int, as_json: bool) -> None:
    """Propose counterparts in TARGET for the clauses of SOURCE. What was proposed before is replaced.

    SOURCE and TARGET are identifiers, or what people call the texts ("EU AI Act").
    """
    need_node()
    from comity.bridges import services

    here, there = _text(source), _text(target)
    found = services.propose(here, there, top=top, progress=progress("Clauses"))
    if as_json:
        _print_json(found)
        return
    _tell(found)


def _tell(found: Any) -> None:
    click.echo(
        f"{found.title}: {found.proposed:,} proposals for {found.clauses:,} clauses  {found.get_absolute_url()}"
    )
    click.echo(f"  {found.confident:,} with a likely counterpart, {found.lacking:,} probably without one")
    click.echo(f"  {found.engine}, {found.model or 'no model of meaning'}, {found.proposed_at:%Y-%m-%d %H:%M}")
    for code, details in found.warnings:
        click.echo(f"  {code}: {', '.join(f'{key} {value}' for key, value in details.items())}")


def _print_json(found: Any) -> None:
    from comity.bridges import exports
    from comity.records.viewer import NODE

    click.echo(json.dumps(exports.bridge_json(found, NODE), ensure_ascii=False))


@bridge_command.command("show", epilog='Example: comity bridge show "EU AI Act" "NIST AI RMF" --clause Art.9')
@click.argument("source")
@click.argument("target")
@click.option("--clause", "ref", default="", help="Only this clause of the source.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_bridge(source: str, target: str, ref: str, as_json: bool) -> None:
    """A bridge: each clause of SOURCE with its proposed and published counterparts in TARGET, and why."""
    need_node()
    from comity.bridges import exports
    from comity.records.viewer import NODE

    found = _bridge(source, target)
    said = exports.bridge_json(found, NODE, ref=ref)
    if ref and not said["clauses"]:
        click.echo(f"The source has no clause {ref} that is compared.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    _tell(found)
    for row in said["clauses"]:
        click.echo(f"{row['ref']}  {row['heading']}".rstrip())
        for one in row["proposals"]:
            relation = f"  {one['relation']}" if one["relation"] else ""
            click.echo(f"  {one['confidence']:.2f}  {one['ref']}  {one['heading']}{relation}".rstrip())
            for line in one["why"]:
                click.echo(f"        {line}")
        for one in row["published"]:
            click.echo(f"  {one['publisher']}: {one['ref']}  {one['word']}".rstrip())
        if row["no_counterpart"]:
            click.echo(f"  {row['none']:.2f}  no counterpart expected")


@bridge_command.command("list", epilog="Example: comity bridge list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_bridges(as_json: bool) -> None:
    """The bridges and published crosswalks of the node."""
    need_node()
    from comity.bridges import exports, queries
    from comity.records.viewer import NODE

    bridges = [exports.of_bridge(one) for one in queries.bridges(NODE)]
    crosswalks = [exports.of_crosswalk(one) for one in queries.crosswalks(NODE)]
    if as_json:
        click.echo(json.dumps({"bridges": bridges, "crosswalks": crosswalks}, ensure_ascii=False))
        return
    for one in bridges:
        click.echo(f"{one['source']} -> {one['target']}: {one['proposals']:,} proposals  {one['url']}")
    for one in crosswalks:
        click.echo(f"{one['source']} -> {one['target']}: {one['pairs']:,} pairs of {one['publisher']}  {one['url']}")


@bridge_command.command(
    "import",
    epilog='Example: comity bridge import nist-to-iso.xlsx --source "NIST AI 100-1" --target "ISO/IEC 42001"',
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="The text the pairs go from, if the file does not name it.")
@click.option("--target", default="", help="The text they go to.")
@click.option("--publisher", default="", help="Who published it, if the file does not say.")
@click.option("--format", "form", default="", help="The file's format, if it is not recognised.")
@click.option("--json", "as_json", is_flag=True, help="The report, for programs.")
def import_crosswalks(
    files: tuple[Path, ...], source: str, target: str, publisher: str, form: str, as_json: bool
) -> None:
    """Read published crosswalks: TSV, CSV, XLSX, NIST OLIR, SSSOM, CISO Assistant, OSCAL.

    They are evidence with their publisher's name, not decisions. Refs that name no clause are reported by line.
    """
    need_node()
    from comity.bridges import exports, services

    here, there = (_text(name) if name else None for name in (source, target))
    done: list[tuple[Path, Any]] = []
    show = progress("Crosswalks")
    for place, file in enumerate(files, 1):
        found = services.import_crosswalk(
            file.read_bytes(), file.name, source=here, target=there, publisher=publisher, form=form
        )
        done += [(file, one) for one in found]
        show(place, len(files))
    if as_json:
        rows = [{"file": str(file), **exports.of_import(one)} for file, one in done]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for _file, one in done:
        said = exports.of_crosswalk(one.crosswalk)
        click.echo(f"{said['source']} -> {said['target']}: {one.pairs:,} pairs, {one.state}  {said['url']}")
        if one.lost:
            click.echo(f"  {one.pairs_lost:,} pairs left out: {len(one.lost):,} refs name no clause here")
        for lost in one.lost[:20]:
            where = f"line {lost.line}: " if lost.line else ""
            click.echo(f"    {where}{lost.side} {lost.ref}")
        for warning in one.warnings:
            click.echo(f"  {warning}")


@bridge_command.command(
    "export", epilog='Example: comity bridge export "EU AI Act" "NIST AI RMF" --format sssom --least 0.5 > bridge.tsv'
)
@click.argument("source")
@click.argument("target")
@click.option("--format", "form", type=click.Choice(FORMS), default="sssom", show_default=True)
@click.option(
    "--least", default=0.0, type=click.FloatRange(0, 1), help="Leave out proposals less confident than this."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
def export_bridge(source: str, target: str, form: str, least: float, output: Path | None) -> None:
    """The proposals of a bridge as a file, each with its confidence and marked as proposed by a machine."""
    need_node()
    from comity.bridges import exports

    content = exports.write(_bridge(source, target), form, least=least)
    if output is None:
        click.echo(content, nl=False)
        return
    part = output.with_name(output.name + ".part")
    part.write_bytes(content)
    part.replace(output)


@bridge_command.command("all", epilog="Example: comity bridge all --processes 4")
@click.option("--processes", default=0, type=click.IntRange(0), help="How many at once; as many as cores by default.")
@click.option("--scheduler", default="", help="Address of a Dask scheduler to work on, instead of local processes.")
@click.option("--json", "as_json", is_flag=True, help="Every pair, for programs.")
def align_all(processes: int, scheduler: str, as_json: bool) -> None:
    """Compare every text with every other: which share of clauses has a likely counterpart.

    Stopped, it goes on where it was. Only what was changed since is worked out again.
    """
    need_node()
    from comity.bridges import exports, services

    found = services.align_everything(processes=processes, scheduler=scheduler, progress=progress("Texts and pairs"))
    if as_json:
        click.echo(json.dumps(exports.of_everything(found), ensure_ascii=False))
        return
    click.echo(
        f"{len(found.instruments):,} texts, {len(found.pairs):,} pairs, {found.worked:,} of them worked out now"
    )
    for row in exports.of_everything(found)["pairs"][:20]:
        there, back = (f"{row[side]['confident']:,} of {row[side]['clauses']:,}" for side in ("there", "back"))
        click.echo(f"  {row['share']:.2f}  {row['source']} -> {row['target']}: {there}, back {back}")


@bridge_command.command("remove", epilog='Example: comity bridge remove "EU AI Act" "NIST AI RMF" --yes')
@click.argument("source")
@click.argument("target")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove_bridge(source: str, target: str, yes: bool) -> None:
    """Remove a bridge with what was proposed. Published crosswalks stay."""
    need_node()
    from comity.bridges import services
    from comity.records.viewer import NODE

    found = _bridge(source, target)
    if not yes:
        click.confirm(f"Remove {found.title}, {found.proposed:,} proposals?", abort=True)
    services.remove_bridge(found, by=NODE)
    click.echo(f"{found.title} was removed.")
