"""Commands about the same work published twice."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

import click

from comity.cli.main import progress
from comity.cli.node import need_node


@click.group("works", epilog="Example: comity works propose")
def works_command() -> None:
    """The same work published twice: propose pairs, list, accept, reject and undo."""


@works_command.command("propose", epilog="Example: comity works propose --json")
@click.option("--json", "as_json", is_flag=True, help="The numbers, for programs.")
def propose(as_json: bool) -> None:
    """Compare all public documents, and propose pairs that may be one work. Nothing is joined.

    Safe to repeat: what was decided is not proposed again.
    """
    need_node()
    from comity.standards import services

    counts = services.propose_works(progress=progress("Titles"))
    if as_json:
        click.echo(json.dumps(counts))
        return
    click.echo(
        f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['kept']:,} as before, "
        f"{counts['withdrawn']:,} withdrawn"
    )


@works_command.command("list", epilog="Example: comity works list --body JIS --least 0.9")
@click.option(
    "--state", type=click.Choice(["proposed", "accepted", "rejected"]), default="proposed", show_default=True
)
@click.option("--body", default="", help="Only pairs with a document of this body.")
@click.option("--least", default=0.0, type=click.FloatRange(0, 1), help="Leave out less confident pairs.")
@click.option("--page", default=1, type=click.IntRange(1, 99_999), show_default=True, help="50 pairs each.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_works(state: str, body: str, least: float, page: int, as_json: bool) -> None:
    """Pairs that wait for a decision, or were decided."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import queries

    found = queries.works_page(queries.WorkFilters(state, body, least * 100, page), NODE)
    if as_json:
        click.echo(json.dumps([queries.work_json(one) for one in found.rows], ensure_ascii=False))
    else:
        for one in found.rows:
            _tell(one)
        click.echo(f"{found.total:,} pairs", err=True)
    if not found.rows:
        sys.exit(1)


def _tell(one: Any) -> None:
    adoption = f"  {one.adoption}" if one.adoption else ""
    click.echo(
        f"{one.rid}  {one.confidence:.2f}  {one.state}{adoption}  {one.first.identifier} = {one.second.identifier}"
    )


def _pair(name: str) -> Any:
    from comity.records.viewer import NODE
    from comity.standards import queries

    try:
        found = queries.same_work(UUID(name), NODE)
    except ValueError:
        raise click.BadParameter(f"{name} is not a public id. `comity works list` shows them.") from None
    if found is None:
        click.echo("There is no such pair. `comity works list` shows them.", err=True)
        sys.exit(1)
    return found


@works_command.command("accept", epilog='Example: comity works accept ID --adoption IDT --reason "Same text"')
@click.argument("pair")
@click.option("--adoption", default="", type=click.Choice(["", "IDT", "MOD", "NEQ"]), help="Kind of adoption.")
@click.option("--reason", default="", help="Why.")
def accept(pair: str, adoption: str, reason: str) -> None:
    """Decide that the two documents of PAIR (its public id) are the same work."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    _tell(services.accept(_pair(pair), adoption=adoption, reason=reason, by=NODE))


@works_command.command("reject", epilog='Example: comity works reject ID --reason "Other part"')
@click.argument("pair")
@click.option("--reason", required=True, help="Why.")
def reject(pair: str, reason: str) -> None:
    """Decide that the two documents of PAIR are not the same work. They are not proposed again."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    _tell(services.reject(_pair(pair), reason=reason, by=NODE))


@works_command.command("undo", epilog="Example: comity works undo ID")
@click.argument("pair")
@click.option("--reason", default="", help="Why.")
def undo(pair: str, reason: str) -> None:
    """Take the decision on PAIR back: it waits again, and its documents are in the works they were in."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    _tell(services.undo(_pair(pair), reason=reason, by=NODE))
