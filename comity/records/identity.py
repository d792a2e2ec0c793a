"""Public identifiers of records.

What is public knowledge (a standard, a body) has an identifier every node arrives at by itself; what
people author has one that says when it was made and nothing else.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils

NAMESPACE = uuid5(NAMESPACE_URL, "https://comity.dev/ns/records")


def authored() -> UUID:
    """A UUIDv7 (RFC 9562): unique, and ordered by time of creation."""
    return UUID(int=uuid_utils.uuid7().int)


def of_fact(kind: str, canonical: str) -> UUID:
    """The UUIDv5 of a public fact: the same on every node that knows `canonical`."""
    return uuid5(NAMESPACE, f"{kind}:{canonical}")
