"""Parse YAML into dictionaries, lists and strings, within limits that no record comes near.

Every scalar stays the text it is in the file: what looks like a number or a truth value is not trusted
to be one (`number: 10`, `defunct: true`, the country code NO). Built from parser events and not by
recursion, so that depth is counted before it can hurt, and with each alias counted as what it stands for,
so that a file of one kilobyte cannot stand for a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 500_000
MAX_ALIASES = 1_000

# The C parser is 7 to 9 times faster; a PyYAML built without libyaml reads the same.
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class TreeError(Exception):
    """YAML that is broken or beyond the limits, with the line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come: `key` is what the next value of a mapping belongs to."""

    value: list[object] | dict[str, object]
    anchor: str | None
    before: int
    line: int
    key: str | None = None


def parse(text: str, *, collection: bool = False) -> list[tuple[int, object]]:
    """Return (line, value) of each document of a YAML text; of a collection, of each of its items as well.

    Raises:
        TreeError: the text is no YAML, or nested, repeated or long beyond the limits.
    """
    try:
        return _Builder(collection=collection).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TreeError(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        # libyaml counts in bytes.
        line = text.encode("utf-8", "replace").count(b"\n", 0, error.position) + 1
        raise TreeError(line, "this is not YAML: it holds a character that is not text") from None
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise TreeError(1, f"this is not YAML: {error}") from None


def is_emptied(document: object) -> bool:
    """Whether a document is a collection whose items were given one by one already."""
    root = document.get("root") if isinstance(document, dict) else None
    return isinstance(root, dict) and "items" in root and not root["items"]


def items(path: Path) -> Iterator[tuple[int, object]]:
    """Yield (line, value) of each document of a file of any length, and of each item of a collection.

    A collection is `{root: {items: [...]}}`. The limits hold for each document or item, not for the file.

    Raises:
        TreeError: as `parse` does, when it comes to the place.
    """
    with path.open("rb") as file:
        stream = _Bounded(file)
        builder = _Builder(collection=True)
        try:
            for event in yaml.parse(stream, Loader=_LOADER):
                builder.take(event)
                if builder.documents:
                    yield from builder.documents
                    builder.documents.clear()
                    stream.read_since = 0
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise TreeError(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}") from None
        except (yaml.YAMLError, UnicodeError, RecursionError) as error:
            raise TreeError(1, f"this is not YAML: {error}"[:300]) from None


class _Bounded:
    """What a parser reads from, with no more than `MAX_BYTES` between one item and the next."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.read_since = 0

    def read(self, size: int = -1) -> bytes:
        part: bytes = self.file.read(min(size, 65_536) if size > 0 else 65_536)
        self.read_since += len(part)
        if self.read_since > MAX_BYTES:
            raise TreeError(1, f"an item above {MAX_BYTES // 2**20} MB")
        return part


class _Builder:
    def __init__(self, *, collection: bool = False) -> None:
        self.collection = collection  # items of a collection are given one by one, as documents are
        self.documents: list[tuple[int, object]] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[object, int]] = {}
        self.nodes = 0
        self.aliases = 0

    def build(self, text: str) -> list[tuple[int, object]]:
        for event in yaml.parse(text, Loader=_LOADER):
            self.take(event)
        return self.documents

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.anchors.clear()
            if self.collection:
                self.nodes = self.aliases = 0

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = (event.value, 1)
        self._put(event, event.value)

    def _start(self, event: yaml.CollectionStartEvent, value: list[object] | dict[str, object]) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise TreeError(_line(event), f"the YAML is nested deeper than {MAX_DEPTH} levels")
        self.open.append(_Open(value, event.anchor, self.nodes, _line(event)))
        self._count(event, 1)

    def _end(self, event: yaml.Event) -> None:
        done = self.open.pop()
        if done.anchor:
            self.anchors[done.anchor] = (done.value, self.nodes - done.before)
        self._put(event, done.value, done.line)

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise TreeError(_line(event), f"the YAML repeats itself by more than {MAX_ALIASES} aliases")
        if event.anchor not in self.anchors:
            raise TreeError(_line(event), f"the YAML alias *{event.anchor} stands for nothing before it")
        value, size = self.anchors[event.anchor]
        self._count(event, size)
        self._put(event, value)

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise TreeError(_line(event), f"the YAML holds, or its aliases expand to, more than {MAX_NODES} values")

    def _put(self, event: yaml.Event, value: object, line: int = 0) -> None:
        if not self.open:
            self.documents.append((line or _line(event), value))
            return
        top = self.open[-1]
        if isinstance(top.value, list):
            if self.collection and [one.key for one in self.open] == ["root", "items", None]:
                self.documents.append((line or _line(event), value))
                self.nodes = top.before + 1  # the limit holds for each item
            else:
                top.value.append(value)
        elif top.key is not None:
            top.value[top.key], top.key = value, None
        elif isinstance(value, str):
            top.key = value
        else:
            raise TreeError(_line(event), "a YAML mapping has a key that is not text")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
