"""Parse JSON and YAML that nobody vouches for into dictionaries and lists, and take texts out of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from comity.formats import tree
from comity.formats.errors import FormatError
from comity.formats.instruments.source import decoded

MAX_DEPTH = 64
Tree = Mapping[str, object]


def json_tree(content: bytes, file: str) -> object:
    """Return what a JSON file holds.

    Raises:
        FormatError: it is no JSON, or empty, too large or nested deeper than `MAX_DEPTH`.
    """
    text = _unicode(content, file)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(file, error.lineno, f"this is not JSON: {error.msg}") from None
    except RecursionError:
        raise _too_deep(file) from None
    except ValueError as error:
        # A number of thousands of digits.
        raise FormatError(file, 0, f"this is not JSON that can be read: {error}"[:200]) from None
    _check_depth(value, file)
    return value


def yaml_tree(content: bytes, file: str) -> object:
    """Return what the first document of a YAML file holds; every scalar is text.

    Raises:
        FormatError: it is no YAML, or empty, too large, or beyond the limits of `comity.formats.tree`.
    """
    if len(content) > tree.MAX_BYTES:
        raise FormatError(file, 0, f"the file is larger than {tree.MAX_BYTES // 2**20} MB")
    text = _unicode(content, file)
    try:
        documents = tree.parse(text)
    except tree.TreeError as error:
        raise FormatError(file, error.line, error.reason) from None
    if not documents:
        raise FormatError(file, 0, "there is nothing in it")
    return documents[0][1]


def mapping(value: object) -> Tree:
    """Return a mapping as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def prose(value: object) -> str:
    """Return a text with its lines as they are, a number as text, and "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    # Only floats may be infinite, and only integers of thousands of digits may refuse to be written.
    return str(value) if isinstance(value, float) or abs(value) < 10**100 else ""


def line(value: object) -> str:
    """Return a text on one line, as `prose` otherwise."""
    return " ".join(prose(value).split())


def _unicode(content: bytes, file: str) -> str:
    text, guessed = decoded(content, file)
    if guessed:
        raise FormatError(file, 0, "this is not UTF-8, which files of this form have to be")
    return text


def _check_depth(value: object, file: str) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise _too_deep(file)


def _children(value: object) -> list[object]:
    """The lists and mappings within one."""
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [child for child in within if isinstance(child, dict | list)]


def _too_deep(file: str) -> FormatError:
    return FormatError(file, 0, f"it is nested deeper than {MAX_DEPTH} levels")
