"""Keeping a node whole: health, backup, restore, upgrade."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.records import log, schemes
from comity.records.errors import ComityError
from comity.records.models import Task
from comity.records.search import vectors

MANIFEST = "manifest.json"
MARKER = "upgrading"
FORMAT = 1


class UnusableBackup(ComityError):
    code = "unusable-backup"
    message = "%(file)s cannot be restored: %(reason)s"


class NodeInTheWay(ComityError):
    code = "node-in-the-way"
    message = "There is a node in %(folder)s already. Use --force to set it aside and restore over it."


class ProgramFailed(ComityError):
    code = "program-failed"
    status = 500
    message = "%(program)s failed: %(reason)s"


class MissingProgram(ComityError):
    code = "missing-program"
    message = (
        "%(program)s is needed for a PostgreSQL node and was not found. On Debian: apt-get install postgresql-client"
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that makes a node healthy: `level` is "good", "warn" or "stop"."""

    name: str
    level: str
    says: str


def home() -> Path:
    return Path(settings.COMITY_HOME)


def pending_migrations() -> list[str]:
    """Schema changes of this program that the database does not have."""
    executor = MigrationExecutor(connection)
    return [
        f"{migration.app_label}.{migration.name}"
        for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]


def health() -> list[Check]:
    """All there is to know about whether the node works, worst first."""
    checks = [_database(), *_queue(), _disk(), _meaning()]
    order = {"stop": 0, "warn": 1, "good": 2}
    return sorted(checks, key=lambda check: order[check.level])


def is_healthy(checks: list[Check]) -> bool:
    return all(check.level != "stop" for check in checks)


def _database() -> Check:
    name = _("Database")
    if (home() / MARKER).exists():
        return Check(name, "stop", _("An upgrade began and did not finish. Run `comity upgrade` again."))
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        return Check(name, "stop", _("The database does not answer: %(error)s") % {"error": type(error).__name__})
    if pending:
        return Check(
            name,
            "stop",
            _("The database lacks %(n)d schema changes. Run `comity upgrade`.") % {"n": len(pending)},
        )
    return Check(name, "good", connection.vendor)


def _queue() -> list[Check]:
    name = _("Background work")
    try:
        failed = Task.objects.filter(state=Task.State.FAILED).count()
        late = Task.objects.filter(
            state=Task.State.QUEUED, run_after__lt=timezone.now() - timedelta(minutes=15)
        ).count()
    except DatabaseError:
        return []
    if late:
        return [
            Check(
                name,
                "warn",
                _("%(n)d tasks wait for more than 15 minutes. Is a worker running?") % {"n": late},
            )
        ]
    if failed:
        return [Check(name, "warn", _("%(n)d tasks failed. See `comity status`.") % {"n": failed})]
    return [Check(name, "good", _("nothing is late"))]


def _disk() -> Check:
    free = shutil.disk_usage(home() if home().exists() else Path.cwd()).free
    level = "stop" if free < 100 << 20 else "warn" if free < 1 << 30 else "good"
    return Check(_("Disk"), level, _("%(n)d MB free") % {"n": free >> 20})


def _meaning() -> Check:
    name = _("Search by meaning")
    try:
        waiting = vectors.waiting()
    except DatabaseError:
        return Check(name, "warn", _("not known"))
    if vectors.store() is None:
        return Check(name, "warn", _("switched off"))
    if waiting:
        return Check(name, "warn", _("%(n)d titles wait for their vectors") % {"n": waiting})
    return Check(name, "good", _("all titles have vectors"))


# backup and restore


def backup(target: Path, *, with_vectors: bool = True) -> dict[str, Any]:
    """Write the whole node into one file, while it serves. Returns the manifest.

    The file appears under its name only when it is complete.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / ("comity.sqlite3" if connection.vendor == "sqlite" else "comity.pgdump")
        _dump(dump)
        files = {dump.name: dump} | dict(_node_files(with_vectors))
        manifest = {
            "format": FORMAT,
            "made": timezone.now().isoformat(),
            "database": connection.vendor,
            "changes": log.head().sequence,
            "head": log.head().chain.hex(),
            "files": {name: _digest(path) for name, path in files.items()},
        }
        part = Path(folder) / "backup.tar.gz"
        with tarfile.open(part, "w:gz", compresslevel=3) as tar:
            _add_text(tar, MANIFEST, json.dumps(manifest, indent=1))
            for name, path in files.items():
                tar.add(path, name)
        part.chmod(0o600)
        part.replace(target)
    return manifest


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
        copy = sqlite3.connect(target)
        with source, copy:
            source.backup(copy)
        copy.close()
        source.close()
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _postgres(program: str, *words: str) -> None:
    """Run a program of PostgreSQL's on the node's database."""
    if shutil.which(program) is None:
        raise MissingProgram(program=program)
    given = settings.DATABASES["default"]
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = os.environ | {variable: str(given[key]) for variable, key in names.items() if given[key]}
    # What the address says after "?" (host of a socket, sslmode, ...), under libpq's names for the environment.
    environment |= {f"PG{key.upper()}": str(value) for key, value in given.get("OPTIONS", {}).items()}
    done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProgramFailed(program=program, reason=done.stderr.strip()[-500:])


def _node_files(with_vectors: bool) -> Iterator[tuple[str, Path]]:
    folders = ["files", "vectors"] if with_vectors else ["files"]
    if (home() / "node.toml").exists():
        yield "node.toml", home() / "node.toml"
    for folder in folders:
        for path in sorted((home() / folder).rglob("*")):
            if path.is_file() and path.name != "lock":
                yield str(path.relative_to(home())), path


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(text.encode())
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(text.encode()))


def restore(file: Path, *, force: bool = False) -> dict[str, Any]:
    """Put a backup in the place of the node. Nothing is touched before the whole file is proved.

    Raises:
        UnusableBackup: it is no backup, is damaged, or is of another database.
        NodeInTheWay: there is a node already, and not `force`.
    """
    occupied = _occupied()
    if occupied and not force:
        raise NodeInTheWay(folder=home())
    home().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home().parent, prefix=".restore-") as folder:
        manifest = _unpack(file, Path(folder))
        if manifest["database"] != connection.vendor:
            raise UnusableBackup(
                file=file,
                reason=f"it holds a {manifest['database']} database, the node uses {connection.vendor}",
            )
        if occupied:
            _set_aside()
        _put_back(Path(folder), manifest)
    return manifest


def _occupied() -> bool:
    if connection.vendor == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).exists()
    return bool(connection.introspection.table_names())


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:gz") as tar:
            _extract(tar, folder)
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        files = manifest["files"]
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError, KeyError) as error:
        raise UnusableBackup(file=file, reason=str(error) or type(error).__name__) from error
    if manifest.get("format") != FORMAT:
        raise UnusableBackup(file=file, reason="it was made by another version of the format")
    for name, digest in files.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise UnusableBackup(file=file, reason=f"{name} in it is damaged or missing")
    return manifest


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Files and folders of the archive, inside `folder` and with no rights of their own.

    Python's own filter for this is not in 3.11.2, which Debian 12 has.
    """
    inside = folder.resolve()
    for member in tar:
        target = (inside / member.name).resolve()
        if not target.is_relative_to(inside):
            raise ValueError(f"{member.name} would lie outside of the node")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        content = tar.extractfile(member) if member.isfile() else None
        if content is None:
            raise ValueError(f"{member.name} is no plain file")
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, target.open("wb") as out:
            shutil.copyfileobj(content, out)


def _set_aside() -> None:
    """Move what is there out of the way; it is never deleted."""
    aside = home() / f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
    aside.mkdir()
    connections.close_all()
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        for path in database.parent.glob(database.name + "*"):
            shutil.move(path, aside / path.name)
    else:
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={aside / 'comity.pgdump'}")
    for name in ("files", "vectors"):
        if (home() / name).exists():
            shutil.move(home() / name, aside / name)


def _put_back(folder: Path, manifest: dict[str, Any]) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        shutil.move(folder / "comity.sqlite3", settings.DATABASES["default"]["NAME"])
    else:
        _postgres(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={settings.DATABASES['default']['NAME']}",
            str(folder / "comity.pgdump"),
        )
    for name in manifest["files"]:
        if name.startswith(("files/", "vectors/")) or (name == "node.toml" and not (home() / name).exists()):
            (home() / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / name, home() / name)


# upgrade


def upgrade(say: Callable[[str], None], *, backup_first: bool = True) -> Path | None:
    """Bring the database to the version of this program: back up, check, migrate, check.

    A marker stands in the node's folder meanwhile; with it there, the node does not serve.
    """
    pending = pending_migrations()
    marker = home() / MARKER
    if not pending and not marker.exists():
        say("The database is up to date.")
        return None
    saved = None
    if backup_first and connection.introspection.table_names():
        saved = home() / "backups" / f"before-upgrade-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
        say(f"Backing up to {saved}")
        backup(saved, with_vectors=False)
    marker.write_text(json.dumps({"pending": pending, "backup": str(saved or "")}))
    say(f"Applying {len(pending)} schema changes")
    call_command("migrate", interactive=False, verbosity=0)
    left = pending_migrations()
    if left:
        raise ComityError(f"The database still lacks {', '.join(left)}.")
    schemes.load()
    marker.unlink()
    say("The database is up to date.")
    return saved
