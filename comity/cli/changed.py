"""What changed in the catalogue."""

from __future__ import annotations

import json
import sys

import click

from comity.cli.node import need_node


@click.command("changed", epilog="Example: comity changed --since 2026-01-01 --all --json")
@click.option("--since", default="", help="First day (2026, 2026-01, 2026-01-31); by default thirty days back.")
@click.option("--until", default="", help="Last day; by default today.")
@click.option("--what", type=click.Choice(["new", "edition", "stage", "withdrawn"]), help="Only this.")
@click.option("--all", "everything", is_flag=True, help="Every document, not only AI standards.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one line a change.")
def changed_command(since: str, until: str, what: str | None, everything: bool, as_json: bool) -> None:
    """What changed between two days, as this node learned of it, newest first."""
    need_node()
    from comity.records.viewer import ANYONE
    from comity.standards import queries, telling

    period = queries.Period.read(since, until)
    number, total = 1, 0
    while True:
        filters = queries.Filters(all=everything, page=number)
        page = queries.changed(filters, period, ANYONE, kind=what or "")
        for one in page.events:
            total += 1
            told = telling.plain(one)
            said = json.dumps(told, ensure_ascii=False) if as_json else _line(told, telling.sentence(one))
            click.echo(said)
        if not page.more:
            break
        number += 1
    if not total:
        click.echo(f"Nothing is known to have changed from {period.since} until {period.until}.", err=True)
    sys.exit(0 if total else 1)


def _line(told: dict[str, str], said: str) -> str:
    return f"{told['at'][:10]}  {told['identifier']}  {said}"


@click.command("digest", epilog="Example: comity digest")
def digest_command() -> None:
    """Send the mails that are due to those who follow something. Run it each day."""
    need_node()
    from comity.standards.services import following

    click.echo(f"{following.send_digests():,} mails sent", err=True)
