"""On which lines of a JSON or YAML file its items stand, for parsers that do not say."""

from __future__ import annotations

import re


def lines_with(content: bytes, key: str, count: int) -> tuple[int, ...]:
    """The lines that `key` stands on, if there are as many keys as items; else none, for they would be wrong."""
    pattern = re.compile(rb"""(?<![\w.-])["']?%b["']?\s{0,9}:""" % re.escape(key.encode()))
    found: list[int] = []
    line, position = 1, 0
    for place in pattern.finditer(content):
        line += content.count(b"\n", position, place.start())
        position = place.start()
        found.append(line)
        if len(found) > count:
            return ()
    return tuple(found) if len(found) == count else ()
