"""Commands about official texts: where they are published, fetched and read."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from comity.cli.main import progress
from comity.cli.node import need_node

PAUSE = 1.0  # seconds between two texts of one server


@click.group("sources", epilog="Example: comity sources fetch eu-ai-act.en")
def sources_command() -> None:
    """Official texts of instruments: where they are, fetched to this node and read into clauses."""


@sources_command.command("list", epilog="Example: comity sources list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs: also addresses, licences, checksums.")
def list_sources(as_json: bool) -> None:
    """The official texts that can be fetched, and which of them are here."""
    need_node()
    from comity.standards.services import sources

    rows = []
    for text in sources.listed():
        one = sources.kept(text.key)
        here = {"fetched_at": one.fetched_at, "sha256": one.sha256, "path": str(one.path)} if one else None
        rows.append(asdict(text) | {"here": here})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    width = max(len(row["key"]) for row in rows)
    for row in rows:
        state = f"fetched {row['here']['fetched_at'][:10]}" if row["here"] else "not fetched"
        click.echo(f"{row['key']:<{width}}  {state:<18}  {row['language']:<3} {row['title']}")


@sources_command.command("fetch", epilog="Example: comity sources fetch eu-ai-act.en eu-ai-act.fr --no-read")
@click.argument("keys", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every text of the list.")
@click.option(
    "--mirror",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take files from this folder; nothing is requested from anywhere.",
)
@click.option("--read/--no-read", default=True, show_default=True, help="Read them into clauses.")
@click.option("--json", "as_json", is_flag=True, help="The report, for programs.")
def fetch_sources(keys: tuple[str, ...], everything: bool, mirror: Path | None, read: bool, as_json: bool) -> None:
    """Fetch official texts from their publishers, or from a mirror folder, and read them into clauses.

    May be run again at any time: a text that is the same is left alone. One that fails does not stop the others.
    """
    need_node()
    from comity.records import tasks
    from comity.standards.services import sources

    if everything == bool(keys):
        raise click.UsageError("Say which texts (`comity sources list` names them), or --all.")
    texts = sources.listed() if everything else [sources.official_text(key) for key in dict.fromkeys(keys)]
    rows: list[dict[str, Any]] = []
    silent: set[str] = set()
    for place, text in enumerate(texts, 1):
        host = urlsplit(text.address).hostname or ""
        if mirror is None and any(row["host"] == host for row in rows) and host not in silent:
            time.sleep(PAUSE)
        click.echo(f"{place} of {len(texts)}: {text.key}", err=True)
        row = {"key": text.key, "host": host} | _fetched(text.key, mirror, read, host, silent)
        rows.append(row)
        if not as_json:
            _tell(row)
    if any("read" in row and row["read"]["new"] + row["read"]["changed"] for row in rows):
        tasks.enqueue("search.vectors", once=True)
    if as_json:
        click.echo(json.dumps([{k: v for k, v in row.items() if k != "host"} for row in rows], ensure_ascii=False))
    failed = sum("error" in row for row in rows)
    sys.exit(0 if not failed else 2 if failed == len(rows) else 1)


def _fetched(key: str, mirror: Path | None, read: bool, host: str, silent: set[str]) -> dict[str, Any]:
    """What came of one text. A server that does not answer is not asked for the next one."""
    from comity.records.errors import ComityError, Unreachable
    from comity.standards.services import sources

    if host in silent:
        return {"error": f"{host} did not answer before"}
    row: dict[str, Any] = {}
    try:
        one = sources.fetch_text(key, mirror=mirror, progress=progress(f"{key}, bytes"))
        row |= {"path": str(one.path), "address": one.address, "sha256": one.sha256, "same": one.same}
        if read:
            saved = sources.read_text(key)
            counts = {name: getattr(saved, name) for name in ("new", "changed", "unchanged", "uncertain")}
            row["read"] = counts | {"gone": saved.gone, "warnings": [str(one) for one in saved.warnings]}
    except ComityError as error:
        if isinstance(error, Unreachable) and error.details.get("later"):
            silent.add(host)
        row["error"] = error.text
    return row


def _tell(row: dict[str, Any]) -> None:
    if "path" in row:
        click.echo(f"{row['key']}: {'the same as before' if row['same'] else 'new'}, SHA-256 {row['sha256']}")
    if "read" in row:
        said = row["read"]
        told = [f"{said[name]:,} {name}" for name in ("new", "changed", "unchanged", "uncertain") if said[name]]
        told += [f"{len(said['gone']):,} gone"] if said["gone"] else []
        click.echo(f"  clauses: {', '.join(told)}")
        for warning in said["warnings"]:
            click.echo(f"  {warning}")
    if "error" in row:
        click.echo(f"{row['key']}: {row['error']}", err=True)
