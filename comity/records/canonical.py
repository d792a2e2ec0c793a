"""Canonical JSON, digests and Merkle roots: what the change log is made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import rfc8785

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(body: dict[str, Any]) -> bytes:
    """`body` as the JSON Canonicalization Scheme writes it (RFC 8785).

    The standard library writes the same bytes as long as there is no float and keys are ASCII, which
    holds for nearly every record and is ten times faster; whatever is not plain goes to the library
    that implements the RFC in full.
    """
    return _encode(body).encode() if _is_plain(body) else rfc8785.dumps(body)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -(2**53) < value < 2**53
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(type(k) is str and k.isascii() for k in value) and all(map(_is_plain, value.values()))
    return False


def digest(body: dict[str, Any], salt: bytes = b"") -> bytes:
    """SHA-256 of salt and canonical body; 32 bytes."""
    return sha256(salt + canonical(body)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root of the Merkle tree over `leaves` (RFC 9162, section 2.1.1: tagged leaves and nodes)."""
    if not leaves:
        return sha256(b"").digest()
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]
