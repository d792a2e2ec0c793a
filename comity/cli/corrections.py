"""Commands about errors that readers reported."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

import click

from comity.cli.node import need_node


@click.group("corrections")
def corrections_command() -> None:
    """Errors that readers reported: list, accept, decline, erase."""


@corrections_command.command("list", epilog="Example: comity corrections list --state open --json")
@click.option(
    "--state", type=click.Choice(["open", "accepted", "declined"]), default="open", show_default=True, help="Which."
)
@click.option("--page", default=1, type=click.IntRange(1, 99_999), show_default=True, help="25 reports each.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one line a report.")
def list_corrections(state: str, page: int, as_json: bool) -> None:
    """What readers reported, what waits longest first. Exit status 1 if there is nothing."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards.queries import corrections

    found = corrections.corrections(NODE, state, page)
    for one in found.rows:
        told = corrections.correction_json(one)
        click.echo(json.dumps(told, ensure_ascii=False, default=str) if as_json else _line(told))
    click.echo(f"{found.total:,} reports", err=True)
    sys.exit(0 if found.rows else 1)


def _line(told: dict[str, Any]) -> str:
    change = f"{told['before']!r} -> {told['proposed']!r}" if told["proposed"] else ""
    return f"{told['id']}  {told['reported_at'][:10]}  {told['about']}  {told['field']}  {change}"


def _reported(name: str) -> Any:
    from comity.records.viewer import NODE
    from comity.standards.queries import corrections

    try:
        found = corrections.correction(UUID(name), NODE)
    except ValueError:
        raise click.BadParameter(f"{name} is not a public id. `comity corrections list` shows them.") from None
    if found is None:
        click.echo("There is no such report. `comity corrections list` shows them.", err=True)
        sys.exit(1)
    return found


@corrections_command.command(
    "accept", epilog='Example: comity corrections accept ID --answer "Thank you." --value "Management system"'
)
@click.argument("report")
@click.option("--answer", required=True, help="What the reporter, and everybody in the history, reads.")
@click.option("--value", default="", help="What the field says from now on.")
def accept(report: str, answer: str, value: str) -> None:
    """Accept REPORT (its public id): set the value, and answer."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards.services import corrections

    corrections.accept(_reported(report), answer=answer, value=value, by=NODE)
    click.echo("accepted", err=True)


@corrections_command.command("decline", epilog='Example: comity corrections decline ID --answer "The body says so."')
@click.argument("report")
@click.option("--answer", required=True, help="Why: the reporter reads it.")
def decline(report: str, answer: str) -> None:
    """Decline REPORT (its public id). Nothing is changed."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards.services import corrections

    corrections.decline(_reported(report), answer=answer, by=NODE)
    click.echo("declined", err=True)


@corrections_command.command("erase", epilog="Example: comity corrections erase ID --yes")
@click.argument("report")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(report: str, yes: bool) -> None:
    """Erase REPORT (its public id) for good. What was changed by it stays."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards.services import corrections

    one = _reported(report)
    if not yes:
        click.confirm("Erase this report for good?", abort=True)
    corrections.erase(one, by=NODE)
    click.echo("erased", err=True)
