"""The command about who works on what."""

from __future__ import annotations

import json

import click

from comity.cli.node import need_node


@click.command("map", epilog="Example: comity map --by committee --json")
@click.option("--by", type=click.Choice(["body", "committee", "stage"]), default="body", show_default=True)
@click.option("--scheme", default="ai-topic", show_default=True, help="Code of a concept scheme.")
@click.option("--confirmed", is_flag=True, help="Only topics that a person confirmed.")
@click.option("--json", "as_json", is_flag=True, help="Every number, for programs.")
def map_command(by: str, scheme: str, confirmed: bool, as_json: bool) -> None:
    """Who works on what: topics by body, with what is published and in preparation, overlaps and gaps."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import workexports
    from comity.standards.queries import workmap

    asked = workmap.Asked.read({"by": by, "scheme": scheme, "confirmed": "1" if confirmed else ""})
    found = workmap.work_map(asked, NODE)
    if as_json:
        click.echo(json.dumps(workexports.work_map_json(found), ensure_ascii=False))
        return
    click.echo(
        f"{found.documents:,} documents; of their topics {found.suggested:,} suggested, {found.confirmed:,} confirmed"
    )
    for topic in found.topics:
        cells = zip(topic.cells, found.columns, strict=True)
        said = ", ".join(f"{column.label} {cell.published}+{cell.preparing}" for cell, column in cells if cell.all)
        click.echo(f"{topic.label}: {topic.count.published:,} published, {topic.count.preparing:,} in preparation")
        if said:
            click.echo(f"  {said}")
        if topic.overlaps:
            click.echo(f"  overlap: {'; '.join(group.label for group in topic.groups)}")
        if topic.gap:
            click.echo(f"  gap: {topic.gap}")
