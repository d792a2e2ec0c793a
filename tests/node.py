"""Whole nodes, driven by the `comity` command in processes of its own, as an administrator does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

REPOSITORY = Path(__file__).resolve().parent.parent
PASSWORD = "correct-horse-battery"
POSTGRES = os.environ.get("DATABASE_URL", "")


@dataclass
class Node:
    """A node's folder, and its database where that is not in the folder."""

    home: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        given = {key: value for key, value in os.environ.items() if not key.startswith(("COMITY_", "DJANGO_"))}
        given |= {"COMITY_HOME": str(self.home), "DATABASE_URL": self.database, "PYTHONPATH": str(REPOSITORY)}
        return given

    def start(self, *words: str | Path, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "comity.cli.main", *map(str, words)],
            env=self.environment | options.pop("env", {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *words: str | Path, status: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and see that it ended as it should."""
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=300)
        assert process.returncode == status, f"comity {words} ended with {process.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def init(self, *words: str) -> Node:
        self.run("init", "--email", "admin@example.org", "--password", PASSWORD, *words)
        return self

    def value(self, sql: str) -> Any:
        """One value of the database, read beside the node's own processes."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                row = connection.execute(sql).fetchone()
        else:
            import sqlite3

            connection = sqlite3.connect(f"file:{self.home / 'comity.sqlite3'}?mode=ro", uri=True, timeout=30)
            row = connection.execute(sql).fetchone()
            connection.close()
        return row[0] if row else None

    def execute(self, sql: str) -> None:
        """Do to the database what no command of the node would."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                connection.execute(sql)
        else:
            import sqlite3

            connection = sqlite3.connect(self.home / "comity.sqlite3", timeout=30)
            with connection:
                connection.execute(sql)
            connection.close()

    def wait_for(self, sql: str, least: int, process: subprocess.Popen[str]) -> None:
        """Until a number in the database is at least `least`, or the process has ended."""
        for _ in range(3_000):
            if process.poll() is not None or (self.value(sql) or 0) >= least:
                return
            time.sleep(0.02)


@contextmanager
def place(folder: Path, like: Node | None = None) -> Iterator[Node]:
    """A node that is not made yet, or a copy of another; its database goes with it."""
    home = folder / "node"
    if like:
        shutil.copytree(like.home, home)
    if not POSTGRES:
        yield Node(home)
        return
    name = f"node_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(POSTGRES)
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        template = urlsplit(like.database).path[1:] if like else "template0"
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield Node(home, urlunsplit(parts._replace(path=f"/{name}")))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
