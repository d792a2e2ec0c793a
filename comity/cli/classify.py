"""Commands about what documents are about."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

import click

from comity.cli.main import progress
from comity.cli.node import need_node

SHOWN = 50


@click.group("classify")
def classify_command() -> None:
    """What documents are about: have it suggested, list, confirm, reject, add."""


def _document(name: str) -> Any:
    from comity.records.errors import NotFound
    from comity.records.viewer import NODE
    from comity.standards import queries

    found = queries.find(name, NODE)
    if found is None:
        raise NotFound
    return found


@classify_command.command("suggest", epilog="Example: comity classify suggest")
@click.argument("documents", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def suggest(documents: tuple[str, ...], as_json: bool) -> None:
    """Suggest what DOCUMENTS are about: identifiers, or none for all AI standards. Decisions of people stay."""
    need_node()
    from dataclasses import asdict

    from comity.standards import services

    named = [_document(one).rid for one in documents] or None
    done = asdict(services.suggest_classes(named, progress=progress("Documents")))
    if as_json:
        click.echo(json.dumps(done))
        return
    said = "{documents:,} documents: {new:,} new suggestions, {changed:,} changed, {withdrawn:,} taken back"
    click.echo(said.format(**done))


@classify_command.command("list", epilog="Example: comity classify list --concept ai-topic:risk --least 0.9")
@click.option("--state", type=click.Choice(["suggested", "confirmed", "rejected"]), default="suggested")
@click.option("--concept", default="", help="Only this concept, such as ai-topic:risk.")
@click.option("--scheme", default="", help="Only concepts of this scheme, such as sector.")
@click.option("--least", default=0.0, type=click.FloatRange(0, 1), help="The least confidence.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@click.option("--agreement", "agreed", is_flag=True, help="How far people agree with the engine, instead.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_classes(state: str, concept: str, scheme: str, least: float, page: int, agreed: bool, as_json: bool) -> None:
    """Classes with their ids, the surest first."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards.queries import classification

    if agreed:
        _tell_agreement(classification.agreement(NODE), as_json)
        return
    asked = classification.Queue(concept, scheme, state, least, page)
    found = classification.waiting(asked, NODE, size=SHOWN)
    rows = [_row(one.one) for one in found.rows]
    if as_json:
        click.echo(json.dumps({"total": found.total, "results": rows}, ensure_ascii=False))
        return
    for one in rows:
        sure = "     " if one["confidence"] is None else f"{one['confidence']:.2f} "
        click.echo(f"{one['id']}  {sure} {one['document']}  {one['concept']}  {', '.join(one['terms'])}".rstrip())
    click.echo(f"{found.total:,} in all", err=True)


def _row(one: Any) -> dict[str, Any]:
    from comity.standards.queries.classification import terms_of

    return {
        "id": str(one.rid),
        "document": one.document.identifier,
        "concept": f"{one.concept.scheme.code}:{one.concept.code}",
        "state": str(one.state),
        "confidence": one.confidence,
        "terms": terms_of(one.evidence),
    }


def _tell_agreement(rows: list[Any], as_json: bool) -> None:
    said = [
        {"concept": f"{r.scheme}:{r.code}", "confirmed": r.confirmed, "rejected": r.rejected, "added": r.added}
        for r in rows
    ]
    if as_json:
        click.echo(json.dumps(said))
        return
    for one in said:
        click.echo("{concept}: {confirmed} confirmed, {rejected} rejected, {added} added".format(**one))


@classify_command.command("confirm", epilog="Example: comity classify confirm 0199c0de-0000-7000-8000-000000000001")
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
def confirm(ids: tuple[UUID, ...]) -> None:
    """Say that suggestions are right. IDS are those that `list` prints."""
    _decide(ids, "confirmed")


@classify_command.command("reject", epilog="Example: comity classify reject 0199c0de-0000-7000-8000-000000000001")
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
def reject(ids: tuple[UUID, ...]) -> None:
    """Say that suggestions are wrong. IDS are those that `list` prints."""
    _decide(ids, "rejected")


def _decide(ids: tuple[UUID, ...], state: str) -> None:
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    count = services.decide_classes(ids, state, by=NODE)
    click.echo(f"{count:,} {state}")
    if not count:
        click.echo("None of them is a suggestion that waits.", err=True)
        sys.exit(1)


@classify_command.command("add", epilog="Example: comity classify add 'ISO/IEC 23894' ai-topic:risk")
@click.argument("document")
@click.argument("concept")
def add(document: str, concept: str) -> None:
    """State that DOCUMENT is about CONCEPT, such as ai-topic:risk."""
    need_node()
    from comity.records.viewer import NODE
    from comity.standards import services

    one = services.add_class(_document(document), concept, by=NODE)
    click.echo(f"{one.document.identifier}: {concept} confirmed")
