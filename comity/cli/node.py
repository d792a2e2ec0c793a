"""Commands that make, run and keep a node."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from comity.cli.main import progress, setup

NODE_TOML = """# A Comity node. docs/administrators/settings.md explains every setting.
name = {name}
address = {address}
hosts = {hosts}
secret_key = {secret}
operator = {operator}
contact = {contact}
timezone = "UTC"
sample = {sample}

[embedding]
backend = "use"
"""


def _write_settings(name: str, address: str, operator: str, contact: str, *, sample: bool) -> Path:
    from comity.config import node

    folder = node.home()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "node.toml"
    host = address.split("//")[-1].split("/")[0].rsplit(":", 1)[0]
    hosts = list(dict.fromkeys([host, "localhost", "127.0.0.1", "[::1]"]))
    text = NODE_TOML.format(
        name=json.dumps(name, ensure_ascii=False),
        address=json.dumps(address),
        hosts=json.dumps(hosts),
        secret=json.dumps(secrets.token_urlsafe(48)),
        operator=json.dumps(operator, ensure_ascii=False),
        contact=json.dumps(contact),
        sample=str(sample).lower(),
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    return file


def _is_made() -> bool:
    from comity.config import node

    return (node.home() / "node.toml").exists()


def need_node() -> None:
    """Stop with a hint where there is no node, or its database is not at this program's version."""
    from comity.config import node

    if not _is_made() and not (os.environ.get("DATABASE_URL") and os.environ.get("COMITY_SECRET_KEY")):
        raise click.UsageError(f"There is no node in {node.home()}. Run `comity init` first, or set COMITY_HOME.")
    setup()
    from comity.records import maintenance
    from comity.records.errors import NotReady

    if (maintenance.home() / maintenance.MARKER).exists() or maintenance.pending_migrations():
        raise NotReady("The database is not at the version of this program. Run `comity upgrade`.")


@click.command("init", epilog="Example: comity init --email you@example.org --name 'Our node'")
@click.option("--name", default="Comity", show_default=True, help="What the node is called.")
@click.option("--address", default="http://localhost:8000", show_default=True, help="Where people reach it.")
@click.option("--email", help="Of the first administrator. Asked for if not given.")
@click.option("--password", envvar="COMITY_PASSWORD", help="Asked for if not given; or COMITY_PASSWORD.")
@click.option("--person", help="The administrator's name.")
@click.option("--operator", default="", help="Who runs the node, for the imprint.")
@click.option("--no-facts", is_flag=True, help="Start with an empty catalogue.")
def init_command(
    name: str,
    address: str,
    email: str | None,
    password: str | None,
    person: str | None,
    operator: str,
    no_facts: bool,
) -> None:
    """Make a node: its folder, its database, its first administrator, the AI standards as facts."""
    if _is_made():
        raise click.UsageError("There is a node here already. `comity upgrade` brings it up to date.")
    email = email or click.prompt("Email address of the administrator")
    password = password or click.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
    file = _write_settings(name, address, operator, email, sample=False)
    try:
        _prepare()
        _add_administrator(email, password, person or email.split("@")[0])
    except BaseException:
        file.unlink()  # so that `comity init` can be run again
        raise
    if not no_facts:
        _import_facts()
    click.echo(f"The node is ready. `comity serve` opens it on {address}", err=True)


def _prepare() -> None:
    setup()
    from comity.records import maintenance

    maintenance.upgrade(lambda line: click.echo(line, err=True), backup_first=False)
    collect_static()


def collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _add_administrator(email: str, password: str, name: str) -> None:
    from comity.members import services
    from comity.members.models import Account, Role
    from comity.records.viewer import NODE

    person = services.add_member(email, name=name, password=password, role=Role.Name.SECRETARIAT, by=NODE)
    Account.objects.filter(pk=person.account_id).update(is_staff=True)


DEMONSTRATED = (  # bridges that `comity demo` proposes
    ("EU AI Act", "NIST AI RMF"),
    ("EU AI Act", "ISO/IEC 42001"),
    ("EU AI Act", "China's interim measures"),
    ("NIST AI RMF", "ISO/IEC 42001"),
)


def _import_facts() -> None:
    from comity.bridges import services as bridges
    from comity.standards import services
    from comity.standards.services.registry import FACTS

    show = progress("AI standards")
    services.import_catalogue([FACTS / "ai_standards.jsonl.gz"], progress=lambda _f, done, total: show(done, total))
    show, files = progress("Outlines"), services.shipped()
    for place, file in enumerate(files, 1):
        services.read_shipped(file)
        show(place, len(files))
    bridges.import_shipped(progress("Published crosswalks"))
    compute_vectors("Search by meaning")


def _propose_bridges() -> None:
    """What the demonstration shows; a bridge that is there already stays."""
    from comity.bridges import queries, services
    from comity.records.viewer import NODE

    show = progress("Bridges")
    for place, pair in enumerate(DEMONSTRATED, 1):
        source, target = (services.edition_called(name, NODE) for name in pair)
        if queries.bridge_between(source, target, NODE) is None:
            services.propose(source, target)
        show(place, len(DEMONSTRATED))


def _suggest_classes() -> None:
    from comity.standards import services

    services.suggest_classes(progress=progress("What standards are about"))


def compute_vectors(label: str) -> int:
    """Compute what is missing, with progress. Returns how many titles."""
    from comity.records.search import vectors

    store, model = vectors.store(), vectors.embedder()
    return store.extend(model, progress(label)) if store is not None and model is not None else 0


@click.command("demo", epilog="Example: comity demo --no-serve")
@click.option("--no-serve", is_flag=True, help="Prepare only; `comity serve` opens it later.")
@click.option("--port", default=8000, show_default=True)
@click.pass_context
def demo_command(ctx: click.Context, no_serve: bool, port: int) -> None:
    """A node to look at: the AI standards of the world, and an administrator to sign in as.

    Sign in with demo@example.org and the password that is printed. Safe to run again.
    """
    if not _is_made():
        _write_settings("Comity", f"http://localhost:{port}", "", "demo@example.org", sample=True)
    _prepare()
    from comity.members.models import Account

    if not Account.objects.filter(email="demo@example.org").exists():
        _add_administrator("demo@example.org", "look-around-freely", "Sample Administrator")
    _import_facts()
    _propose_bridges()
    _suggest_classes()
    click.echo(f"\n  Open     http://localhost:{port}\n  Sign in  demo@example.org / look-around-freely\n", err=True)
    if not no_serve:
        ctx.invoke(serve_command, host="127.0.0.1", port=port, workers=2, no_worker=False)


@click.command("serve", epilog="Example: comity serve --port 8000 --workers 2")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--no-worker", is_flag=True, help="Run no background worker; `comity worker` runs elsewhere.")
def serve_command(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the node, with a background worker beside it."""
    need_node()
    collect_static()
    beside = None if no_worker else subprocess.Popen([sys.executable, "-m", "comity.cli.main", "worker"])
    try:
        Server({"bind": f"{host}:{port}", "workers": workers}).run()
    finally:
        if beside:
            beside.terminate()


class Server:
    """Gunicorn, told what to run by us rather than by its command line."""

    def __init__(self, options: dict[str, Any], load: Callable[[], Any] | None = None) -> None:
        self.load = load or _application
        self.options = {
            "worker_class": "gthread",
            "threads": 4,
            "max_requests": 50_000,
            "max_requests_jitter": 5_000,
            "graceful_timeout": 20,
            "keepalive": 15,
            "control_socket_disable": True,
        } | options

    def run(self) -> None:
        from gunicorn.app.base import BaseApplication

        options, application = self.options, self.load

        class Application(BaseApplication):  # type: ignore[misc]
            def load_config(self) -> None:
                for key, value in options.items():
                    if key in self.cfg.settings:
                        self.cfg.set(key, value)

            def load(self) -> Any:
                return application()

        Application().run()


def _application() -> Any:
    from django.db import DatabaseError, connection

    from comity.config.wsgi import application
    from comity.standards.columns import columns

    # The first reader should not wait for what lists are filtered from. Half way through an upgrade it fails.
    with suppress(DatabaseError):
        columns().fresh()
    connection.close()
    return application


@click.command("worker", epilog="Example: comity worker --until-empty")
@click.option("--until-empty", is_flag=True, help="Stop when nothing is due.")
def worker_command(until_empty: bool) -> None:
    """Do background work: imports and vectors. Run as many as there are processors to spare."""
    need_node()
    from comity.records import tasks

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    done = tasks.work(stop, until_empty=until_empty)
    if until_empty:
        click.echo(f"{done} tasks done", err=True)


@click.command("status", epilog="Example: comity status --json")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status_command(as_json: bool) -> None:
    """Whether the node is healthy, what it holds, and what it is doing."""
    setup()
    from comity.records import maintenance
    from comity.standards import queries

    checks = maintenance.health()
    healthy = maintenance.is_healthy(checks)
    holds = queries.holdings() if healthy else {}
    working = queries.running_tasks() if healthy else []
    if as_json:
        rows = [{"name": str(c.name), "level": c.level, "says": str(c.says)} for c in checks]
        click.echo(
            json.dumps({"healthy": healthy, "checks": rows, "holds": holds, "tasks": working}, ensure_ascii=False)
        )
    else:
        for check in checks:
            click.echo(f"{check.level:5} {check.name}: {check.says}")
        for kind, count in holds.items():
            click.echo(f"      {count:>9,} {'AI standards' if kind == 'ai' else kind}")
        for one in working:
            click.echo(f"      {one['name']}: {one['state']} {one['done']:,}/{one['total']:,} {one['message']}")
    sys.exit(0 if healthy else 1)


@click.command("verify", epilog="Example: comity verify --json")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify_command(as_json: bool) -> None:
    """Prove the change log from its first row, every record against it, and every claim against its digest."""
    need_node()
    from comity.records import log
    from comity.standards import queries

    show = progress("Records proved")
    proof = log.verify(lambda done: show(done, 0))
    faults = [*(proof.faults or []), *queries.altered_claims()]
    if as_json:
        click.echo(
            json.dumps(
                {
                    "holds": not faults,
                    "changes": proof.changes,
                    "records": proof.records,
                    "head": proof.head.hex(),
                    "faults": [{"where": fault.where, "what": fault.what} for fault in faults],
                }
            )
        )
    else:
        for fault in faults:
            click.echo(f"{fault.where} {fault.what}")
        verdict = "The log holds" if not faults else "THE LOG DOES NOT HOLD"
        click.echo(f"{verdict}: {proof.changes:,} changes, {proof.records:,} records, head {proof.head.hex()[:16]}")
    sys.exit(1 if faults else 0)


@click.command("backup", epilog="Example: comity backup /var/backups/comity.tar.gz")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--no-vectors", is_flag=True, help="Leave out what can be computed again.")
def backup_command(file: Path, no_vectors: bool) -> None:
    """Write the whole node into one file, while it serves."""
    need_node()
    from comity.records import maintenance

    manifest = maintenance.backup(file, with_vectors=not no_vectors)
    click.echo(f"{file}: {file.stat().st_size >> 10:,} KB, {manifest['changes']:,} changes", err=True)


@click.command("restore", epilog="Example: comity restore /var/backups/comity.tar.gz --force")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Set a node that is in the way aside.")
@click.pass_context
def restore_command(ctx: click.Context, file: Path, force: bool) -> None:
    """Put a backup in the place of the node, then verify it. Stop the node first."""
    setup()
    from comity.records import maintenance

    manifest = maintenance.restore(file, force=force)
    click.echo(f"Restored the node of {manifest['made'][:16]}, {manifest['changes']:,} changes.", err=True)
    if maintenance.pending_migrations():
        click.echo("It was made by an earlier version: run `comity upgrade`.", err=True)
        return
    ctx.invoke(verify_command, as_json=False)


@click.command("upgrade", epilog="Example: comity upgrade")
@click.option("--no-backup", is_flag=True, help="Do not back up first.")
def upgrade_command(no_backup: bool) -> None:
    """Bring the database to the version of this program: back up, check, migrate, check."""
    setup()
    from comity.records import maintenance

    maintenance.upgrade(lambda line: click.echo(line, err=True), backup_first=not no_backup)
    collect_static()


@click.command("mail", epilog="Example: comity mail you@example.org")
@click.argument("address")
def mail_command(address: str) -> None:
    """Send a test mail, to see whether `[mail]` in node.toml is right."""
    need_node()
    from django.conf import settings
    from django.core.mail import send_mail

    send_mail(f"[{settings.COMITY_NAME}] test", "Mail from your node arrives.", None, [address])
    click.echo(f"Sent to {address} by {settings.EMAIL_BACKEND.split('.')[-2]}.", err=True)


@click.command(
    "member", epilog='Example: comity member ada@example.org --name "Ada Example" --role delegate --at exi'
)
@click.argument("email")
@click.option("--name", help="Of a new member.")
@click.option(
    "--role", type=click.Choice(["secretariat", "delegate", "expert", "reader"]), default="reader", show_default=True
)
@click.option("--at", "slug", help="The organisation the role is held at, as in its address.")
@click.option("--end", is_flag=True, help="End the role instead of giving it.")
def member_command(email: str, name: str | None, role: str, slug: str | None, end: bool) -> None:
    """Add a member, or give or end a role of one. A new member sets a password by "Forgot your password?"."""
    need_node()
    from comity.members import services
    from comity.records.viewer import NODE

    said = services.set_role(email, name=name or "", role=role, organisation=slug or "", end=end, by=NODE)
    click.echo(said, err=True)


@click.command("manage", hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage_command(words: tuple[str, ...]) -> None:
    """Django's own commands, for developers."""
    setup()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["comity manage", *words])
