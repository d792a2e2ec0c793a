"""What reading a file may raise, and how it tells what it could not take."""

from __future__ import annotations

from dataclasses import dataclass


class FormatError(Exception):
    """A file that cannot be read at all, in words for the person who gave it.

    What is wrong with one record of a file is a `Refusal` instead, and reading goes on.

    Attributes:
        file: the path as the caller gave it.
        line: where it shows, from 1; 0 where it concerns the file as a whole.
        reason: what is wrong, and what to do where that is known.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something a reader could not take, with its place and the reason in plain words."""

    file: str
    line: int
    reason: str
    excerpt: str = ""
