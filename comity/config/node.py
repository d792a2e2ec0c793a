"""Reading a node's folder and the environment into settings. No Django here: settings import it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class Misconfigured(Exception):
    """A setting that cannot be used, said so that the administrator can mend it."""


def home() -> Path:
    """The node's folder: COMITY_HOME, or `node` in the current folder."""
    return Path(os.environ.get("COMITY_HOME") or "node").expanduser().resolve()


def read(folder: Path) -> dict[str, Any]:
    """`node.toml` of the folder; empty before `comity init`."""
    file = folder / "node.toml"
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file}: {error}") from error


def words(variable: str, node: dict[str, Any], key: str, default: list[str]) -> list[str]:
    """A list from the environment (comma-separated), else from node.toml, else the default."""
    if os.environ.get(variable):
        return [word.strip() for word in os.environ[variable].split(",") if word.strip()]
    return list(node.get(key, default))


def database(address: str, folder: Path) -> dict[str, Any]:
    """Django's database settings from `postgres://user:secret@host:port/name?option=value`, else SQLite."""
    if not address:
        return _sqlite(folder / "comity.sqlite3")
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured(f"DATABASE_URL must begin with postgres:// or sqlite://, not {parts.scheme}://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A folder with a socket cannot stand where a host does, so it comes as an option.
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Every transaction may write, so it waits for its turn at the beginning, not in the middle.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def providers(node: dict[str, Any]) -> dict[str, Any]:
    """Sign-in with ORCID or any OpenID Connect provider, from `[orcid]` and `[[oidc]]` in node.toml."""
    found: dict[str, Any] = {}
    if orcid := node.get("orcid"):
        found["orcid"] = {"APPS": [{"client_id": orcid["client_id"], "secret": orcid["secret"]}]}
    if oidc := node.get("oidc"):
        found["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": one["id"],
                    "name": one["name"],
                    "client_id": one["client_id"],
                    "secret": one["secret"],
                    "settings": {"server_url": one["server"]},
                }
                for one in oidc
            ],
        }
    return found


def mail(node: dict[str, Any]) -> tuple[str, str, int, str, str, bool]:
    """Outgoing mail from `[mail]` in node.toml; without it, mail is written to the log."""
    chosen = node.get("mail", {})
    backend = "smtp" if chosen.get("host") else "console"
    return (
        f"django.core.mail.backends.{backend}.EmailBackend",
        chosen.get("host", "localhost"),
        int(chosen.get("port", 587 if chosen.get("tls", True) else 25)),
        chosen.get("user", ""),
        chosen.get("password", ""),
        bool(chosen.get("host")) and bool(chosen.get("tls", True)),
    )


def logging(*, debug: bool) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "INFO" if debug else "WARNING"},
        "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
    }
