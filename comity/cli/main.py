"""The `comity` command: the same verbs as the pages, from a terminal."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import click

COMMANDS = {
    "init": "node",
    "demo": "node",
    "serve": "node",
    "worker": "node",
    "status": "node",
    "verify": "node",
    "backup": "node",
    "restore": "node",
    "upgrade": "node",
    "mail": "node",
    "member": "node",
    "import": "catalogue",
    "export": "catalogue",
    "search": "catalogue",
    "show": "catalogue",
    "changed": "changed",
    "digest": "changed",
    "vectors": "catalogue",
    "instrument": "instruments",
    "classify": "classify",
    "bridge": "bridges",
    "works": "works",
    "corrections": "corrections",
    "references": "references",
    "sources": "sources",
    "rules": "selection",
    "map": "workmap",
    "manage": "node",
}


class Commands(click.Group):
    """Loads a command's module when it is called, so that `--help` does not wait for Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if name != "manage"]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"comity.cli.{COMMANDS[name]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever read has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            error.message += " `comity --help` lists the commands."
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="comity")
def comity() -> None:
    """Consult, contribute and share on AI standards, on a node of your own.

    The folder of the node is COMITY_HOME, or `node` in the current folder.

    Exit status: 0 done, 1 done and found wanting (nothing found, a proof failed), 2 not done.
    """


def setup() -> None:
    """Start Django. Commands call it first, so that help needs no node."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
    import django

    django.setup()


def main(arguments: list[str] | None = None) -> None:
    """Run, and turn every error meant for people into one line and exit status 2."""
    try:
        comity.main(arguments, prog_name="comity", standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped. What was written stays; run the same command again to go on.", err=True)
        sys.exit(2)
    except Exception as error:
        _tell(error)
        sys.exit(2)


def _tell(error: Exception) -> None:
    known = _sentence(error)
    if known is None:
        raise error
    click.echo(f"comity: {known}", err=True)


def _sentence(error: Exception) -> str | None:
    from django.db import DatabaseError

    from comity.config.node import Misconfigured
    from comity.records.errors import ComityError

    if isinstance(error, ComityError):
        return error.text
    if isinstance(error, Misconfigured):
        return str(error)
    if isinstance(error, DatabaseError):
        return f"the database refused: {str(error).strip()}. Nothing of the last batch was kept; what came before is."
    if isinstance(error, OSError):
        return str(error)
    return None


def progress(label: str) -> Callable[[int, int], None]:
    """A line that renews itself on a terminal; a line every now and then in a file."""
    live = sys.stderr.isatty()
    last = [-1]

    def show(done: int, total: int) -> None:
        step = done * 100 // total if total else done // 1_000
        if step == last[0]:
            return
        last[0] = step
        of = f"{done:,} of {total:,} ({step} %)" if total else f"{done:,}"
        if live:
            click.echo(f"\r\x1b[K{label}: {of}", nl=done >= total > 0, err=True)
        elif step % 10 == 0:
            click.echo(f"{label}: {of}", err=True)

    return show


if __name__ == "__main__":
    main()
