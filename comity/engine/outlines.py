"""Outlines of one instrument in several languages, put together into one.

The same ref is the same clause in every language. A language may lack clauses, or the headings over
them; what all languages know together keeps the order of each as far as they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands: the ref of its parent ("" at the top), from 1 its place and its depth."""

    ref: str
    parent: str
    order: int
    depth: int


def together(known: Mapping[str, str], added: Mapping[str, str]) -> list[Place]:
    """Put an outline into another.

    Args:
        known, added: ref -> ref of the parent ("" at the top), in order, parents before children.

    Returns:
        All clauses of both, parents before children. Where both know a clause but give it different
        parents, the deeper one counts (one language has chapters, the other leaves them out); where the
        orders disagree, that of `known` counts. O(n).
    """
    if not known:
        return _walk(list(added), dict(added))
    order = _order(list(known), list(added))
    places = _walk(order, {ref: _parent(ref, known, added) for ref in order})
    if len(places) < len(order):  # each puts a clause under one that the other puts under it
        places = _walk(order, {**added, **known})
    return places


def _order(known: list[str], added: list[str]) -> list[str]:
    """`known`, with what only `added` has put before what follows it there."""
    have = set(known)
    before: dict[str, list[str]] = {}
    waiting: list[str] = []
    for ref in added:
        if ref not in have:
            waiting.append(ref)
        elif waiting:
            before[ref], waiting = waiting, []
    return [one for ref in known for one in (*before.get(ref, ()), ref)] + waiting


def _parent(ref: str, known: Mapping[str, str], added: Mapping[str, str]) -> str:
    here, there = known.get(ref), added.get(ref)
    if here is None or there is None or here == there:
        return there if here is None else here  # type: ignore[return-value]  # one of them has it
    return there if here in _above(there, added) else here


def _above(ref: str, parents: Mapping[str, str]) -> set[str]:
    """`ref`'s parent and all above it, the top ("") among them."""
    found = {""}
    while ref and ref not in found:
        found.add(ref)
        ref = parents.get(ref, "")
    return found


def _walk(order: Iterable[str], parents: Mapping[str, str]) -> list[Place]:
    """Parents before their children, siblings in order."""
    children: dict[str, list[str]] = {}
    for ref in order:
        parent = parents[ref]
        children.setdefault(parent if parent in parents else "", []).append(ref)
    found: list[Place] = []
    waiting = [(ref, "", 1) for ref in reversed(children.pop("", []))]
    while waiting:
        ref, parent, depth = waiting.pop()
        found.append(Place(ref, parent, len(found) + 1, depth))
        waiting += [(child, ref, depth + 1) for child in reversed(children.pop(ref, []))]
    return found


def within(refs: Sequence[str], parents: Mapping[str, str], here: set[str]) -> list[tuple[str, str]]:
    """(ref, parent) of the clauses that one language has, each under the nearest it has above it."""
    found = []
    for ref in refs:
        if ref in here:
            parent = parents[ref]
            while parent and parent not in here:
                parent = parents[parent]
            found.append((ref, parent))
    return found
