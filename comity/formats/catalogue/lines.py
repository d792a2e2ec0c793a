"""Read lines of bounded length, so that no file can fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of the longest line read. The longest line known has 26 kB."""

_SKIP = 1024 * 1024


class Lines(Protocol):
    """A binary stream with lines."""

    def readline(self, size: int = -1, /) -> bytes: ...


def bounded(stream: Lines, *, limit: int = LINE_LIMIT, start: int = 0) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number from 1, line), None for a line above `limit`, passing over the first `start` lines.

    A last line without a line end is yielded too. Errors of the stream pass through.
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            if line[-1:] != b"\n":
                _skip_line(stream)
            line = b""
            if number > start:
                yield number, None
            continue
        if number > start:
            yield number, line


def _skip_line(stream: Lines) -> None:
    while (piece := stream.readline(_SKIP)) and piece[-1:] != b"\n":
        pass
