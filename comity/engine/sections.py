"""Cutting a long outline into parts that are read one at a time."""

from __future__ import annotations

from collections.abc import Sequence


def cut(depths: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Cut clauses into runs of at most about `most`, at the highest level that allows it.

    Args:
        depths: of each clause in order, 1 at the top; a clause is followed by what it holds.

    Returns:
        (start, end) of each run, in order, without gaps. A run is longer than `most` only where a clause
        holds that many directly.
    """
    found: list[tuple[int, int]] = []
    _cut(depths, 0, len(depths), most, found)
    return found


def _cut(depths: Sequence[int], start: int, end: int, most: int, found: list[tuple[int, int]]) -> None:
    if end - start <= most:
        if end > start:
            found.append((start, end))
        return
    begin = start
    for first, last in _branches(depths, start, end):
        if last - first > most and (first, last) != (start, end):
            if first > begin:
                found.append((begin, first))
            _cut(depths, first, last, most, found)
            begin = last
        elif last - begin > most:
            if first > begin:
                found.append((begin, first))
            begin = first
    if begin < end:
        found.append((begin, end))


def _branches(depths: Sequence[int], start: int, end: int) -> list[tuple[int, int]]:
    """The first clause alone if it holds all others, then each clause at the highest level with what it holds."""
    inside = start + 1 if all(depth > depths[start] for depth in depths[start + 1 : end]) else start
    level = min(depths[inside:end])
    firsts = [place for place in range(inside, end) if depths[place] == level]
    branches = [(start, inside)] if inside > start else []
    if firsts[0] > inside:
        branches.append((inside, firsts[0]))
    return [*branches, *zip(firsts, [*firsts[1:], end], strict=True)]
