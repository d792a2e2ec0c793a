"""Commands about the AI set: the rules that make it, a trial of them, and applying them."""

from __future__ import annotations

import json
from typing import Any

import click

from comity.cli.main import progress
from comity.cli.node import need_node

SHOWN = 20
WORDS = {0: "not in the set", 1: "adjacent", 2: "AI"}


@click.group("rules", epilog="Example: comity rules try")
def rules_command() -> None:
    """The rules that put documents among the AI standards. They are edited on the page Rules."""


@rules_command.command("list", epilog="Example: comity rules list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs: with all terms.")
def list_rules(as_json: bool) -> None:
    """The rules, and how many documents name each as a reason."""
    need_node()
    from comity.engine import selection as engine
    from comity.records.viewer import NODE
    from comity.standards.queries import selection

    found = selection.overview(NODE)
    if as_json:
        rows = [engine.as_row(row.rule.said) | {"documents": row.documents} for row in found.rules]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    width = max((len(row.rule.key) for row in found.rules), default=0)
    for row in found.rules:
        said = ", ".join(row.rule.terms)
        click.echo(f"{row.rule.key:<{width}}  {row.documents:>6,}  {WORDS[int(row.rule.strength)]}: {said[:80]}")
    state = f"Applied {found.applied:%Y-%m-%d %H:%M}" if found.applied else "Never applied on this node"
    click.echo(f"{state}{'; edited since' if found.pending and found.applied else ''}.", err=True)


@rules_command.command("try", epilog="Example: comity rules try --json > trial.json")
@click.option("--json", "as_json", is_flag=True, help="Every document that would change, for programs.")
def try_rules(as_json: bool) -> None:
    """What the rules would change. Nothing is written."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    _tell(services.try_rules(by=NODE, progress=progress("Documents")), as_json)


@rules_command.command("apply", epilog="Example: comity rules apply --yes")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The report, for programs.")
def apply_rules(yes: bool, as_json: bool) -> None:
    """Select by the rules. From then on imports select by them as well; decisions of people stay."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    if not yes:
        counts = services.try_rules(by=NODE, progress=progress("Documents")).counts
        said = "{added:,} come in, {removed:,} go out, {changed:,} stay for other reasons".format(**counts)
        click.confirm(f"{said}. Apply?", abort=True)
    _tell(services.apply_rules(by=NODE, progress=progress("Changes")), as_json)


def _tell(found: Any, as_json: bool) -> None:
    from comity.standards import services

    if as_json:
        body = {"counts": found.counts, "differences": [services.as_plain(one) for one in found.differences]}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    counts = found.counts
    click.echo(
        f"{counts['added']:,} in, {counts['removed']:,} out, {counts['changed']:,} for other reasons; "
        f"{counts['total']:,} AI standards, {counts['decided']:,} documents decided by people"
    )
    for sign, rows in (("+", found.added), ("-", found.removed)):
        for one in rows[:SHOWN]:
            why = ", ".join(rule for rule, _words in one.reasons or one.reasons_before)
            click.echo(f"{sign} {one.identifier}  {one.title}  ({why})")
        if len(rows) > SHOWN:
            click.echo(f"  and {len(rows) - SHOWN:,} more; --json gives all")
